"""An .mp4 or .mov: whether it is whole, what is in it, and whether the hall's machine is known to play it."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from materials.inspection import boxes, display, poster
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
    track = film.playing(b"vide")
    if track is None:
        return
    length = max(film.milliseconds(each) for each in film.plays())
    case.facts["milliseconds"] = length
    if track.ticks:
        case.facts["fps_c"] = round(track.samples * track.timescale * 100 / track.ticks)
    # A length is told in whole seconds; the last sound often ends some hundredths after the last picture.
    if length // 1000 > case.most_seconds:
        case.findings.warn("too_long", milliseconds=length, most_seconds=case.most_seconds)
    if case.facts.get("fps_c", 0) > MOST_FPS_C:
        case.findings.warn("too_many_frames", fps_c=case.facts["fps_c"])


def _play(case: Case, film: boxes.Film) -> None:
    track = film.playing(b"vide")
    with _opened(case, track) as picture:
        if picture is None or track is None:
            case.findings.refuse("no_picture")
            return
        first = _frame_at(picture, min(1000, film.milliseconds(track) // 2))
        if first is None:
            case.findings.refuse("not_playable")
            return
        shown = display.Shown.of(first.width, first.height, film.shown_by(track), picture.sample_aspect_ratio)
        _note_picture(case, picture, first, shown)
        _note_sound(case, _container(picture), film.playing(b"soun"))
        if _frame_at(picture, max(0, film.milliseconds(track) - 1000), just_any=True) is None:
            case.findings.refuse("damaged")
        elif case.poster:
            _save_poster(first, shown, case.poster)
            case.has_poster = True


@contextmanager
def _opened(case: Case, track: boxes.Track | None) -> Iterator[VideoStream | None]:
    """The pictures that play; None when they cannot be opened. Only this file is opened, and only as a film."""
    try:
        container = av.open(str(case.path), format="mp4", options={"protocol_whitelist": "file"})
    except (FFmpegError, ValueError):
        yield None
        return
    with container:
        pictures = container.streams.video
        # A cover that is kept among the film's words is a stream here, and no track.
        picture = next((each for each in pictures if track and each.id == track.number), None)
        if picture is None or picture.codec_context is None:
            yield None
            return
        picture.codec_context.thread_count = 1
        picture.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
        yield picture


def _container(picture: VideoStream) -> InputContainer:
    return cast(InputContainer, picture.container)


def _frame_at(picture: VideoStream, milliseconds: int, *, just_any: bool = False) -> VideoFrame | None:
    """A frame at or soon after this moment, or just any from there; None when nothing can be decoded."""
    found = None
    try:
        container = _container(picture)
        container.seek(int(milliseconds / 1000 / (picture.time_base or 1)), stream=picture)
        for number, frame in enumerate(container.decode(picture)):
            found = frame
            late_enough = frame.time is not None and frame.time * 1000 >= milliseconds
            if just_any or late_enough or number >= MOST_FRAMES:
                break
    except (FFmpegError, ValueError):
        pass
    return found


def _note_picture(case: Case, picture: VideoStream, frame: VideoFrame, shown: display.Shown) -> None:
    width, height = shown.size
    codec = picture.codec_context.codec.canonical_name
    case.facts.update(width=width, height=height, video=codec)
    if codec != PICTURE:
        case.findings.warn("picture_codec", codec=codec)
    elif frame.format.name not in COLOUR:
        case.findings.warn("colour", colour=frame.format.name)
    if max(width, height) > LONG_SIDE or min(width, height) > SHORT_SIDE:
        case.findings.warn("too_many_pixels", width=width, height=height)


def _note_sound(case: Case, container: InputContainer, track: boxes.Track | None) -> None:
    sound = next((each for each in container.streams.audio if track and each.id == track.number), None)
    codec = sound.codec_context.codec.canonical_name if sound and sound.codec_context else ""
    case.facts["audio"] = codec
    if sound is None:
        case.findings.warn("no_sound")
    elif codec not in SOUND:
        case.findings.warn("sound_codec", codec=codec or "?")


def _save_poster(frame: VideoFrame, shown: display.Shown, path: Path) -> None:
    """Made small before it becomes a picture: a frame of 8K has a hundred megabytes."""
    width, height = shown.lying
    scale = min(1, poster.WIDTH * 2 / width)
    small = frame.reformat(width=max(1, int(width * scale)), height=max(1, int(height * scale)), format="rgb24")
    poster.save(shown.turn(small.to_image()), path)
