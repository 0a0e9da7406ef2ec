"""Films of a few pictures each, and ways to spoil them."""

import functools
import struct
import tempfile
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from PIL import Image

from tests.materials.inspection.samples import genuine, hostile

H264 = "libx264"


@functools.cache
def film(
    *,
    container: str = "mp4",
    codec: str | None = H264,
    sound: str | None = "aac",
    size: tuple[int, int] = (160, 90),
    fps: int = 10,
    seconds: int = 2,
    colour: str = "yuv420p",
    flags: str = "",
) -> bytes:
    """A film of grey pictures that grow lighter, with a quiet tone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film"
        with av.open(str(path), "w", format=container, options={"movflags": flags} if flags else {}) as made:
            _shoot(made, codec, sound, size, fps, seconds, colour)
        return path.read_bytes()


def _shoot(
    made: OutputContainer,
    codec: str | None,
    sound: str | None,
    size: tuple[int, int],
    fps: int,
    seconds: int,
    colour: str,
) -> None:
    picture = _picture_track(made, codec, size, fps, colour) if codec else None
    voice = made.add_stream(sound, rate=48000, layout="mono") if sound else None
    if picture is not None:
        for number in range(fps * seconds):
            made.mux(picture.encode(_picture(size, colour, number)))
        made.mux(picture.encode(None))
    if isinstance(voice, AudioStream):
        step = voice.codec_context.frame_size or 1024
        for number in range(48000 * seconds // step):
            made.mux(voice.encode(_tone(voice, step, number)))
        made.mux(voice.encode(None))


def _picture_track(made: OutputContainer, codec: str, size: tuple[int, int], fps: int, colour: str) -> VideoStream:
    options = {H264: {"preset": "ultrafast"}, "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"}}
    track = made.add_stream(codec, rate=fps, options=options.get(codec, {}))
    assert isinstance(track, VideoStream)
    track.width, track.height = size
    track.pix_fmt = colour
    return track


def _picture(size: tuple[int, int], colour: str, number: int) -> av.VideoFrame:
    frame = av.VideoFrame(*size, "yuv420p")
    for plane in frame.planes:
        plane.update(bytes([(60 + number * 3) % 200]) * plane.buffer_size)
    frame = frame.reformat(format=colour)
    frame.pts = number
    return frame


def _tone(voice: AudioStream, step: int, number: int) -> av.AudioFrame:
    frame = av.AudioFrame(format=voice.format.name, layout="mono", samples=step)
    frame.sample_rate = 48000
    frame.pts = number * step
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    return frame


def boxes_of(data: bytes) -> Iterable[tuple[bytes, int, int]]:
    """The outermost boxes: kind, start and end."""
    at = 0
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        length = length or len(data) - at
        yield kind, at, at + length
        at += length


def without(data: bytes, kind: bytes) -> bytes:
    return b"".join(data[start:end] for each, start, end in boxes_of(data) if each != kind)


def place_of(data: bytes, kind: bytes) -> tuple[int, int]:
    return next((start, end) for each, start, end in boxes_of(data) if each == kind)


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new)
    assert old in data
    return data.replace(old, new)


def turned(data: bytes, matrix: tuple[int, int, int, int] = (0, 1, -1, 0), *, by: bytes = b"tkhd") -> bytes:
    """Shown on its side, or as this matrix says, in the head of the first track or in that of the film (mvhd)."""
    at = data.index(by) + 4 + (40 if by == b"tkhd" else 36)
    a, b, c, d = (each << 16 for each in matrix)
    return data[:at] + struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30) + data[at + 36 :]


def switched_off(data: bytes, track: int) -> bytes:
    """The track of this place, counted from 0, has no flag "enabled"."""
    at = -1
    for _each in range(track + 1):
        at = data.index(b"tkhd", at + 1)
    return data[: at + 7] + bytes([data[at + 7] & 0xFE]) + data[at + 8 :]


@functools.cache
def several(
    *pictures: tuple[str, tuple[int, int], int], sounds: int = 1, corners: bool = False, shape: Fraction | None = None
) -> bytes:
    """A film of several tracks: of each the codec, the size and how many pictures, ten a second; and sounds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film"
        with av.open(str(path), "w", format="mov") as made:
            tracks = [(_picture_track(made, codec, size, 10, _colour(codec)), size, n) for codec, size, n in pictures]
            voices = [made.add_stream("aac", rate=48000, layout="mono") for _each in range(sounds)]
            for track, size, count in tracks:
                track.codec_context.sample_aspect_ratio = shape or Fraction(1)
                for number in range(count):
                    frame = _quartered(size) if corners else _picture(size, "yuv420p", number)
                    frame = frame.reformat(format=_colour(track.codec_context.codec.name))
                    frame.pts = number
                    made.mux(track.encode(frame))
                made.mux(track.encode(None))
            for voice in voices:
                assert isinstance(voice, AudioStream)
                for number in range(94):
                    made.mux(voice.encode(_tone(voice, 1024, number)))
                made.mux(voice.encode(None))
        return path.read_bytes()


def _colour(codec: str) -> str:
    return {"mjpeg": "yuvj420p", "png": "rgb24"}.get(codec, "yuv420p")


def _quartered(size: tuple[int, int]) -> av.VideoFrame:
    """Red and green above, blue and black below."""
    picture = Image.new("RGB", (2, 2))
    picture.putdata([(255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 0, 0)])
    return av.VideoFrame.from_image(picture.resize(size, Image.Resampling.NEAREST))


def with_a_note_track(data: bytes, kind: bytes = b"mebx", handler: bytes = b"meta") -> bytes:
    """The last sound becomes what an iPhone writes beside a film: figures of its own, neither seen nor heard."""
    at, code = data.rindex(b"soun"), data.rindex(b"mp4a")
    data = data[:at] + handler + data[at + 4 :]
    return data[:code] + kind + data[code + 4 :]


def with_chapters(data: bytes) -> bytes:
    """The first track says that the second one holds its chapters; the index stays at the end."""
    start, end = place_of(data, b"moov")
    head = data[start + 8 : end]
    tracks: list[bytes] = []
    parts = list(boxes_of(head))
    for kind, first, last in parts:
        part = head[first:last]
        if kind == b"trak" and not any(each.startswith(b"trak", 4) for each in tracks):
            part = box(b"trak", part[8:] + box(b"tref", box(b"chap", struct.pack(">I", 2))))
        tracks.append(part)
    assert end == len(data)
    return data[:start] + box(b"moov", b"".join(tracks))


@genuine("video")
def h264_and_aac_as_phones_make_it() -> bytes:
    return film()


@genuine("video")
def index_first_for_the_web() -> bytes:
    return film(flags="faststart")


@genuine("video")
def fragmented_as_browsers_record_it() -> bytes:
    return film(flags="frag_keyframe+empty_moov+default_base_moof")


@genuine("video")
def fragmented_with_an_index_of_its_own() -> bytes:
    return film(flags="frag_keyframe")


@genuine("video")
def quicktime_of_an_iphone() -> bytes:
    return film(container="mov")


@genuine("video")
def quicktime_with_an_index_first() -> bytes:
    return film(container="mov", flags="faststart")


@genuine("video")
def quicktime_without_a_brand() -> bytes:
    """As cameras made it before films told their brand: the places in the index stay where they are."""
    data = film(container="mov")
    start, end = place_of(data, b"ftyp")
    return data[:start] + box(b"wide", b"\0" * (end - start - 8)) + data[end:]


@genuine("video")
def held_upright_and_turned() -> bytes:
    return turned(film(container="mov"))


@genuine("video")
def portrait_of_a_phone() -> bytes:
    return film(size=(90, 160))


@genuine("video")
def padded_with_zeros_by_a_camera() -> bytes:
    return film() + bytes(64)


@genuine("video", "no_sound")
def without_any_sound() -> bytes:
    return film(sound=None)


@genuine("video", "sound_codec")
def with_mp3_sound() -> bytes:
    return film(sound="libmp3lame")


@genuine("video", "picture_codec")
def in_hevc_as_new_phones_do() -> bytes:
    return film(codec="libx265")


@genuine("video", "picture_codec")
def in_mpeg4_of_an_old_camera() -> bytes:
    return film(codec="mpeg4")


@genuine("video", "picture_codec")
def in_vp9() -> bytes:
    return film(codec="libvpx-vp9", sound="aac")


@genuine("video", "picture_codec")
def in_av1() -> bytes:
    return film(codec="libsvtav1", seconds=1)


@genuine("video", "picture_codec", "no_sound")
def in_prores_of_an_editor() -> bytes:
    return film(container="mov", codec="prores_ks", colour="yuv422p10le", sound=None, seconds=1)


@genuine("video", "colour")
def in_h264_with_full_colour() -> bytes:
    return film(colour="yuv444p")


@genuine("video", "too_many_pixels", "no_sound")
def in_4k() -> bytes:
    return film(size=(3840, 2160), fps=2, seconds=1, sound=None)


@genuine("video", "no_sound")
def one_picture_a_second() -> bytes:
    return film(fps=1, seconds=5, sound=None)


@genuine("video", "too_many_frames", "no_sound")
def a_hundred_pictures_a_second() -> bytes:
    return film(fps=100, seconds=1, sound=None)


@genuine("video", "too_long", "no_sound")
def five_minutes_and_ten_seconds() -> bytes:
    return film(fps=1, seconds=310, size=(64, 48), sound=None)


@genuine("video", "no_sound")
def exactly_five_minutes() -> bytes:
    return film(fps=1, seconds=300, size=(64, 48), sound=None)


TALK, STILL = (H264, (160, 90), 20), ("mjpeg", (64, 64), 1)


@genuine("video")
def film_of_an_iphone_with_its_notes() -> bytes:
    return with_a_note_track(several(TALK, sounds=2))


@genuine("video")
def film_with_a_time_code() -> bytes:
    return with_a_note_track(several(TALK, sounds=2), b"tmcd", b"tmcd")


@genuine("video")
def film_behind_a_still() -> bytes:
    """As editors put a cover in: the still is switched on, the talk is not."""
    return several(STILL, TALK)


@genuine("video")
def film_behind_a_still_of_several_pictures() -> bytes:
    return several(("mjpeg", (64, 64), 3), TALK)


@genuine("video")
def film_behind_a_still_in_h264() -> bytes:
    return several((H264, (64, 64), 1), TALK)


@genuine("video")
def film_before_a_still() -> bytes:
    return several(TALK, STILL)


@genuine("video")
def film_behind_another_that_is_switched_off() -> bytes:
    data = switched_off(several((H264, (64, 64), 20), TALK), 0)
    at = data.index(b"tkhd", data.index(b"tkhd") + 1) + 7
    return data[:at] + bytes([data[at] | 1]) + data[at + 1 :]


@genuine("video")
def film_with_chapters_in_pictures() -> bytes:
    return with_chapters(several(TALK, ("mjpeg", (64, 64), 4)))


@genuine("video")
def film_with_chapters_before_it() -> bytes:
    """The first track points at the second; the first is what plays, though its pictures are the fewer."""
    return with_chapters(several(TALK, (H264, (64, 64), 40)))


@genuine("video")
def mirrored_by_a_phone_held_to_its_owner() -> bytes:
    return turned(several(TALK, corners=True), (-1, 0, 0, 1))


@genuine("video")
def mirrored_by_the_head_of_the_film() -> bytes:
    return turned(several(TALK, corners=True), (-1, 0, 0, 1), by=b"mvhd")


@genuine("video")
def turned_and_mirrored() -> bytes:
    return turned(several(TALK, corners=True), (0, 1, 1, 0))


@genuine("video")
def stood_on_its_head_by_track_and_film() -> bytes:
    return turned(turned(several(TALK, corners=True)), by=b"mvhd")


@genuine("video")
def film_of_points_that_are_not_square() -> bytes:
    return several(TALK, shape=Fraction(4, 3))


@hostile("video", "truncated")
def film_cut_in_the_middle() -> bytes:
    data = film(flags="faststart")
    return data[: len(data) * 2 // 3]


@hostile("video", "truncated")
def film_whose_index_is_cut() -> bytes:
    return film()[:-300]


@hostile("video", "truncated")
def fragments_cut_in_the_middle() -> bytes:
    data = film(flags="frag_keyframe+empty_moov")
    return data[: len(data) // 2]


@hostile("video", "truncated")
def film_cut_with_its_box_made_to_fit() -> bytes:
    data = film(flags="faststart")
    start, _end = place_of(data, b"mdat")
    return data[:start] + box(b"mdat", data[start + 8 : start + 500])


@hostile("video", "no_index")
def recording_that_was_never_finished() -> bytes:
    return without(film(), b"moov")


@hostile("video", "no_picture")
def only_sound() -> bytes:
    return film(codec=None)


@hostile("video", "external_data")
def pictures_kept_in_another_file() -> bytes:
    """The data reference loses the flag that says: in this file."""
    return patched(film(), b"url \0\0\0\1", b"url \0\0\0\0")


@hostile("video", "external_data")
def quicktime_that_refers_to_a_file() -> bytes:
    return patched(film(container="mov"), b"url \0\0\0\1", b"alis\0\0\0\0")


@hostile("video", "external_data", "no_picture")
def quicktime_that_names_other_films() -> bytes:
    reference = box(b"rmra", box(b"rmda", box(b"rdrf", b"\0\0\0\0url \0\0\0\x0dfile:///etc/x")))
    return box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"moov", reference)


@hostile("video", "locked")
def pictures_under_lock() -> bytes:
    return patched(film(), b"avc1\0", b"encv\0")


@hostile("video", "locked")
def bought_from_a_shop() -> bytes:
    return patched(film(), b"avc1\0", b"drmi\0")


@hostile("video", "locked")
def with_a_key_system_at_the_end() -> bytes:
    data = film()
    start, end = place_of(data, b"moov")
    return data[:start] + box(b"moov", data[start + 8 : end] + box(b"pssh", bytes(24))) + data[end:]


@hostile("video", "not_playable")
def pictures_wiped_out() -> bytes:
    data = film(flags="faststart")
    start, end = place_of(data, b"mdat")
    return data[: start + 8] + b"\xff" * (end - start - 8) + data[end:]


@hostile("video", "damaged")
def index_that_does_not_fit_together() -> bytes:
    data = film()
    at = data.index(b"mdia")
    return data[: at - 4] + b"\x7f\xff\xff\xff" + data[at:]


@hostile("video", "damaged")
def index_with_four_thousand_million_samples() -> bytes:
    data = film()
    at = data.index(b"stts") + 8
    return data[:at] + b"\xff\xff\xff\xff" + data[at + 4 :]


@hostile("video", "disguised")
def zip_file_behind_a_film() -> bytes:
    return film() + b"PK\x03\x04" + bytes(200)


@hostile("video", "disguised")
def page_behind_a_film() -> bytes:
    return film() + b"<html><script>alert(1)</script></html>"


@hostile("video", "not_a_video:matroska")
def matroska_called_mp4() -> bytes:
    return film(container="matroska")


@hostile("video", "not_a_video:matroska")
def webm_called_mp4() -> bytes:
    return film(container="webm", codec="libvpx-vp9", sound=None)


@hostile("video", "not_a_video:avi")
def avi_called_mp4() -> bytes:
    return film(container="avi", codec="mpeg4", sound=None)


@hostile("video", "not_a_video:mpeg")
def transport_stream_called_mp4() -> bytes:
    return film(container="mpegts")


@hostile("video", "not_a_video:flv")
def flv_called_mp4() -> bytes:
    return film(container="flv")


@hostile("video", "not_a_video:wmv")
def wmv_called_mp4() -> bytes:
    return film(container="asf", codec="mpeg4", sound=None)


@hostile("video", "not_a_video:sound")
def wav_called_mp4() -> bytes:
    return film(container="wav", codec=None, sound="pcm_s16le")


@hostile("video", "not_a_video:playlist")
def playlist_that_fetches_from_the_net() -> bytes:
    return b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/secret.ts\n#EXT-X-ENDLIST\n"


@hostile("video", "not_a_video:playlist")
def list_that_reads_files_of_the_server() -> bytes:
    return b"ffconcat version 1.0\nfile /etc/passwd\n"


@hostile("video", "not_a_video:playlist")
def list_without_a_heading() -> bytes:
    return b"file '/etc/passwd'\n"


@hostile("video", "not_a_video:page")
def page_called_mp4() -> bytes:
    return b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"


@hostile("video", "not_a_video:program")
def program_called_mp4() -> bytes:
    return b"MZ\x90\0" + bytes(512)


@hostile("video", "not_a_video:picture")
def still_picture_of_an_iphone() -> bytes:
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", bytes(64))


@hostile("video", "not_a_video:pdf")
def pdf_called_mp4() -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(64)


@hostile("video", "empty")
def empty_film() -> bytes:
    return b""
