"""A name that no certificate could show is found when the roster comes in, and stands in nobody's way."""

import pytest

from registry.models import Secretary
from tests.contest.rosters import HEADER, LI, ZHANG, confirm, preview, sent
from tests.registry.excel.office import xlsx

pytestmark = pytest.mark.django_db

RARE = (*ZHANG[:3], "张\U000323b0", *ZHANG[4:])
TOLD = "打印字体里没有这些字：第 2 行“\U000323b0”（U+323B0）。不影响导入；怎么办写在各行里。"


@pytest.fixture
def organizer(people, signed_in):
    return signed_in(people["chenxiao"])


def notes(response) -> list[list[str]]:
    """What the preview says of each row, in the order of the file."""
    return [line.notes for line in sorted(response.context["lines"], key=lambda line: line.number)]


def test_the_row_names_the_sign_and_says_what_to_do(organizer):
    shown = preview(organizer, sent(organizer, xlsx(HEADER, RARE, LI)))
    rare, li = notes(shown)
    assert rare == [
        "姓名里的“\U000323b0”（U+323B0）在打印字体里没有，证书上印不出来。请照原字导入，不要用别的字代替，"
        "并请管理员在制作证书前用 PORTAL_FONT_DIR 换上有这个字的字体。"
    ]
    assert li == []
    assert shown.context["notes"] == [TOLD]
    assert "张\U000323b0" in shown.content.decode()


def test_such_a_row_is_imported_as_it_stands(organizer):
    upload = sent(organizer, xlsx(HEADER, RARE))
    assert preview(organizer, upload).context["plan"].counts == {"add": 1, "change": 0, "same": 0, "refuse": 0}
    confirm(organizer, upload)
    assert list(Secretary.objects.values_list("name", flat=True)) == ["张\U000323b0"]


def test_units_and_villages_are_printed_too(organizer):
    row = ("茂南区", "山阁镇", "\U000323b1村", "张三", "示例\U000323b0局", *ZHANG[5:])
    (told,) = notes(preview(organizer, sent(organizer, xlsx(HEADER, row))))
    assert [sentence.split("在打印")[0] for sentence in told] == [
        "派出单位里的“\U000323b0”（U+323B0）",
        "村里的“\U000323b1”（U+323B1）",
    ]


def test_rare_signs_the_font_has_are_not_remarked_on(organizer):
    shown = preview(organizer, sent(organizer, xlsx(HEADER, (*ZHANG[:3], "王䶮㛃𬱖", *ZHANG[4:]))))
    assert notes(shown) == [[]]
    assert shown.context["notes"] == []


def test_without_any_font_the_roster_comes_in_all_the_same(organizer, settings, tmp_path):
    settings.FONT_DIR = str(tmp_path)
    shown = preview(organizer, sent(organizer, xlsx(HEADER, RARE)))
    assert [note.split("：")[0] for note in shown.context["notes"]] == ["没有核对证书能否印出姓名"]
    assert shown.context["plan"].counts["add"] == 1
