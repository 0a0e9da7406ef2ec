"""What is measured of a file that is accepted."""

from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from materials.inspection.boxes import AS_IT_IS
from materials.inspection.display import Shown
from materials.inspection.report import Report
from materials.inspection.verdict import inspect
from tests.materials.inspection.corpus import sample


def looked_at(name: str, folder: Path) -> Report:
    each = sample(name)
    return inspect(each.write(folder), each.kind, poster=folder / "poster.jpg")


@pytest.mark.parametrize(
    ("name", "format", "facts"),
    [
        ("plain_wide_deck", "pptx", {"slides": 2, "hidden": 0, "media": 0, "shape": "16:9"}),
        ("plain_old_shape", "pptx", {"slides": 2, "hidden": 0, "media": 0, "shape": "4:3"}),
        ("with_hidden_pages", "pptx", {"slides": 3, "hidden": 1, "media": 0, "shape": "16:9"}),
        ("with_a_film_that_plays_everywhere", "pptx", {"slides": 2, "hidden": 0, "media": 1, "shape": "16:9"}),
        ("binary_deck", "ppt", {"slides": 2, "hidden": 0}),
        ("binary_deck_with_a_hidden_page", "ppt", {"slides": 3, "hidden": 1}),
        # Of two savings the newer one counts.
        ("binary_deck_saved_twice", "ppt", {"slides": 2, "hidden": 0}),
        ("pdf_of_sixty_pages", "pdf", {"slides": 60, "hidden": 0}),
    ],
)
def test_the_pages_of_a_deck_are_counted(name, format, facts, tmp_path):
    report = looked_at(name, tmp_path)
    assert (report.format, report.facts) == (format, facts)


@pytest.mark.parametrize(
    ("name", "format", "width", "height", "fps_c", "video", "audio"),
    [
        ("h264_and_aac_as_phones_make_it", "mp4", 160, 90, 1000, "h264", "aac"),
        ("index_first_for_the_web", "mp4", 160, 90, 1000, "h264", "aac"),
        # The first picture of a fragmented film stands longer, until its sound has begun.
        ("fragmented_as_browsers_record_it", "mp4", 160, 90, 989, "h264", "aac"),
        ("fragmented_with_an_index_of_its_own", "mp4", 160, 90, 989, "h264", "aac"),
        ("quicktime_of_an_iphone", "mov", 160, 90, 1000, "h264", "aac"),
        ("quicktime_without_a_brand", "mov", 160, 90, 1000, "h264", "aac"),
        # Held upright: what lies as 160 × 90 is shown as 90 × 160.
        ("held_upright_and_turned", "mov", 90, 160, 1000, "h264", "aac"),
        ("in_hevc_as_new_phones_do", "mp4", 160, 90, 1000, "hevc", "aac"),
        ("in_mpeg4_of_an_old_camera", "mp4", 160, 90, 1000, "mpeg4", "aac"),
        ("without_any_sound", "mp4", 160, 90, 1000, "h264", ""),
        # What plays, wherever it stands and whatever lies beside it.
        ("film_of_an_iphone_with_its_notes", "mov", 160, 90, 1000, "h264", "aac"),
        ("film_with_a_time_code", "mov", 160, 90, 1000, "h264", "aac"),
        ("film_behind_a_still", "mov", 160, 90, 1000, "h264", "aac"),
        ("film_behind_a_still_of_several_pictures", "mov", 160, 90, 1000, "h264", "aac"),
        ("film_behind_a_still_in_h264", "mov", 160, 90, 1000, "h264", "aac"),
        ("film_before_a_still", "mov", 160, 90, 1000, "h264", "aac"),
        ("film_behind_another_that_is_switched_off", "mov", 160, 90, 1000, "h264", "aac"),
        ("film_with_chapters_in_pictures", "mov", 160, 90, 1000, "h264", "aac"),
        ("film_with_chapters_before_it", "mov", 160, 90, 1000, "h264", "aac"),
        ("turned_and_mirrored", "mov", 90, 160, 1000, "h264", "aac"),
        ("film_of_points_that_are_not_square", "mov", 213, 90, 1000, "h264", "aac"),
    ],
)
def test_a_film_is_measured_as_it_is_shown(name, format, width, height, fps_c, video, audio, tmp_path):
    report = looked_at(name, tmp_path)
    length = report.facts.pop("milliseconds")
    # Two seconds, and at most a sound frame more.
    assert 2000 <= length < 2050
    assert report.format == format
    assert report.facts == {"width": width, "height": height, "fps_c": fps_c, "video": video, "audio": audio}


def test_a_film_that_is_too_long_is_told_with_its_length(tmp_path):
    report = looked_at("five_minutes_and_ten_seconds", tmp_path)
    assert report.findings[0] == {
        "code": "too_long",
        "level": "warn",
        "args": {"milliseconds": 310_000, "most_seconds": 300},
    }


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("plain_wide_deck", (256, 192)),
        ("pdf_of_one_page", (640, 360)),
        ("in_4k", (640, 360)),
        ("h264_and_aac_as_phones_make_it", (160, 90)),
        ("held_upright_and_turned", (90, 160)),
        ("film_behind_a_still", (160, 90)),
        ("film_of_points_that_are_not_square", (213, 90)),
    ],
)
def test_a_poster_is_a_small_jpeg_the_right_way_up(name, size, tmp_path):
    report = looked_at(name, tmp_path)
    assert report.poster
    with Image.open(tmp_path / "poster.jpg") as poster:
        assert (poster.format, poster.size) == ("JPEG", size)


@pytest.mark.parametrize(
    ("name", "corners"),
    [
        # From left to right above, and then below.
        ("mirrored_by_a_phone_held_to_its_owner", "green red black blue"),
        ("mirrored_by_the_head_of_the_film", "green red black blue"),
        ("turned_and_mirrored", "red blue green black"),
        ("stood_on_its_head_by_track_and_film", "black blue green red"),
    ],
)
def test_a_poster_shows_the_film_as_a_browser_does(name, corners, tmp_path):
    looked_at(name, tmp_path)
    with Image.open(tmp_path / "poster.jpg") as poster:
        across, down = poster.width - 10, poster.height - 10
        places = [(10, 10), (across, 10), (10, down), (across, down)]
        assert [nearest(poster.convert("RGB").getpixel(place)) for place in places] == corners.split()


@pytest.mark.parametrize(
    ("matrix", "corners"),
    [
        ((1, 0, 0, 1), "RGBK"),
        ((-1, 0, 0, 1), "GRKB"),
        ((1, 0, 0, -1), "BKRG"),
        ((-1, 0, 0, -1), "KBGR"),
        ((0, 1, -1, 0), "BRKG"),
        ((0, -1, 1, 0), "GKRB"),
        ((0, 1, 1, 0), "RBGK"),
        ((0, -1, -1, 0), "KGBR"),
        # Stretched, or turned by a little: the next quarter of a turn.
        ((3, 0, 0, 2), "RGBK"),
        ((9, 1, -1, 9), "RGBK"),
    ],
)
def test_every_way_a_picture_can_lie(matrix, corners):
    picture = Image.new("L", (2, 2))
    picture.putdata([ord(each) for each in "RGBK"])
    assert Shown.of(2, 2, matrix, None).turn(picture).tobytes().decode() == corners


@pytest.mark.parametrize(
    ("shape", "size"), [(None, (160, 90)), (Fraction(4, 3), (213, 90)), (Fraction(3, 4), (160, 120)), (0, (160, 90))]
)
def test_points_that_are_not_square_widen_or_heighten(shape, size):
    assert Shown.of(160, 90, AS_IT_IS, shape).size == size


def nearest(colour: tuple[int, int, int]) -> str:
    red, green, blue = (each > 127 for each in colour)
    return {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (0, 0, 0): "black"}.get((red, green, blue), "?")


@pytest.mark.parametrize("name", ["with_all_of_it_at_once", "film_cut_in_the_middle", "pdf_with_an_attachment"])
def test_a_refused_file_leaves_no_poster(name, tmp_path):
    report = looked_at(name, tmp_path)
    assert (report.poster, (tmp_path / "poster.jpg").exists()) == (False, False)


def test_a_finding_names_its_pages_and_an_example(tmp_path):
    report = looked_at("film_from_a_drive", tmp_path)
    assert report.findings == [
        {
            "code": "external_link",
            "level": "refuse",
            "args": {"what": "media", "pages": [1], "example": r"file:///D:\驻村.mp4"},
        }
    ]
