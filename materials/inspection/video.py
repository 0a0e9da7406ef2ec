"""An .mp4 or .mov: whether it is whole, what is in it, and whether the hall's machine is known to play it."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame

from materials.inspection import boxes, poster
from materials.inspection.report import Case
from materials.inspection.sniff import sniff

# What the hall's machine is known to play.
PICTURE, SOUND, COLOUR = "h264", {"aac"}, {"yuv420p", "yuvj420p"}
LONG_SIDE, SHORT_SIDE = 1920, 1080
# 60 frames a second, and what cameras make of it.
MOST_FPS_C = 60_50
# One frame of 8K; a decoder is not given more.
MOST_PIXELS = 7680 * 4320
# Frames decoded until a picture of the first second is reached.
MOST_FRAMES = 60
MICROSECOND = 1_000_000


def look(case: Case) -> None:
    """Notes format and facts. Nothing is decoded of a film that is cut, locked or kept elsewhere."""
    case.format = sniff(case.path)
    film = _survey(case)
    if film is None:
        return
    _check_boxes(case, film)
    _note_length(case, film)
    if not case.findings.refused:
        _play(case, film)


def _survey(case: Case) -> boxes.Film | None:
    try:
        with case.path.open("rb") as file:
            return boxes.survey(boxes.File(file, case.path.stat().st_size))
    except (boxes.Malformed, struct.error):
        case.findings.refuse("damaged")
        return None


def _check_boxes(case: Case, film: boxes.Film) -> None:
    findings = case.findings
    if film.ending == "cut":
        findings.refuse("truncated")
    elif film.ending:
        findings.refuse("disguised", how="trailing")
    elif not film.has_index:
        findings.refuse("no_index")
    elif _reaches_beyond(case, film):
        findings.refuse("truncated")
    if film.is_locked:
        findings.refuse("locked")
    if film.is_reference or any(track.is_external for track in film.tracks):
        findings.refuse("external_data")
    if film.has_index and not film.of(b"vide"):
        findings.refuse("no_picture")


def _reaches_beyond(case: Case, film: boxes.Film) -> bool:
    """Whether the index speaks of more than is there."""
    size = case.path.stat().st_size
    told = sum(track.sample_bytes for track in film.tracks)
    return told > film.sample_room or any(track.furthest >= size for track in film.tracks if track.furthest)


def _note_length(case: Case, film: boxes.Film) -> None:
    """Milliseconds and frames per second (in hundredths), as the index tells them."""
    seen = film.of(b"vide")
    if not seen:
        return
    track = seen[0]
    length = max(film.milliseconds(each) for each in film.of(b"vide") + film.of(b"soun"))
    case.facts["milliseconds"] = length
    if track.ticks:
        case.facts["fps_c"] = round(track.samples * track.timescale * 100 / track.ticks)
    # A length is told in whole seconds; the last sound often ends some hundredths after the last picture.
    if length // 1000 > case.most_seconds:
        case.findings.warn("too_long", milliseconds=length, most_seconds=case.most_seconds)
    if case.facts.get("fps_c", 0) > MOST_FPS_C:
        case.findings.warn("too_many_frames", fps_c=case.facts["fps_c"])


def _play(case: Case, film: boxes.Film) -> None:
    with _opened(case) as container:
        if container is None:
            case.findings.refuse("no_picture")
            return
        first = _frame_at(container, min(1000, case.facts["milliseconds"] // 2))
        if first is None:
            case.findings.refuse("not_playable")
            return
        _note_picture(case, container, first, turned=film.of(b"vide")[0].turned)
        _note_sound(case, container)
        if _frame_at(container, max(0, case.facts["milliseconds"] - 1000), just_any=True) is None:
            case.findings.refuse("damaged")
        elif case.poster:
            _save_poster(first, case.poster)
            case.has_poster = True


@contextmanager
def _opened(case: Case) -> Iterator[InputContainer | None]:
    """The film; None when it cannot be opened. Only this file is opened, and only as a film."""
    try:
        container = av.open(str(case.path), format="mp4", options={"protocol_whitelist": "file"})
    except (FFmpegError, ValueError):
        yield None
        return
    with container:
        if not container.streams.video:
            yield None
            return
        context = container.streams.video[0].codec_context
        if context is not None:
            context.thread_count = 1
            context.options = {"max_pixels": str(MOST_PIXELS)}
        yield None if context is None else container


def _frame_at(container: InputContainer, milliseconds: int, *, just_any: bool = False) -> VideoFrame | None:
    """A frame at or soon after this moment, or just any from there; None when nothing can be decoded."""
    found = None
    try:
        container.seek(milliseconds * MICROSECOND // 1000)
        for number, frame in enumerate(container.decode(video=0)):
            found = frame
            late_enough = frame.time is not None and frame.time * 1000 >= milliseconds
            if just_any or late_enough or number >= MOST_FRAMES:
                break
    except (FFmpegError, ValueError):
        pass
    return found


def _note_picture(case: Case, container: InputContainer, frame: VideoFrame, *, turned: bool) -> None:
    width, height = (frame.height, frame.width) if turned else (frame.width, frame.height)
    codec = container.streams.video[0].codec_context.codec.canonical_name
    case.facts.update(width=width, height=height, video=codec)
    if codec != PICTURE:
        case.findings.warn("picture_codec", codec=codec)
    elif frame.format.name not in COLOUR:
        case.findings.warn("colour", colour=frame.format.name)
    if max(width, height) > LONG_SIDE or min(width, height) > SHORT_SIDE:
        case.findings.warn("too_many_pixels", width=width, height=height)


def _note_sound(case: Case, container: InputContainer) -> None:
    sounds = container.streams.audio
    codec = sounds[0].codec_context.codec.canonical_name if sounds and sounds[0].codec_context else ""
    case.facts["audio"] = codec
    if not sounds:
        case.findings.warn("no_sound")
    elif codec not in SOUND:
        case.findings.warn("sound_codec", codec=codec or "?")


def _save_poster(frame: VideoFrame, path: Path) -> None:
    """Made small before it becomes a picture: a frame of 8K has a hundred megabytes."""
    width = min(poster.WIDTH * 2, frame.width)
    small = frame.reformat(width=width, height=max(1, frame.height * width // frame.width), format="rgb24")
    picture = small.to_image()
    poster.save(picture.rotate(frame.rotation, expand=True) if frame.rotation else picture, path)
