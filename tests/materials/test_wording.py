"""Findings and facts in words that a secretary acts upon."""

import re

import pytest

from materials.models import Material
from materials.previews.rendering import CANNOT_SHUT_IN, FAILED, NO_OFFICE, TOO_LONG, TOO_MANY
from materials.wording import LINKED, SENTENCES, THINGS, UNKNOWN, WHYS, duration_told, facts_told, told, why_told
from tests.house import ROOT


def source() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "materials/inspection").glob("*.py")))


def test_every_code_of_the_inspection_has_a_sentence_and_every_sentence_a_code():
    codes = set(re.findall(r'(?:refuse|warn)\(\s*"([a-z_]+)"', source()))
    codes |= set(
        re.findall(r'"(truncated|damaged|macro|pdf_[a-z]+|file_link|run_program|embedded_object|active_x)"', source())
    )
    codes |= {"too_demanding"}
    assert codes == set(SENTENCES)


def test_the_table_for_maintainers_has_every_code():
    table = (ROOT / "docs/materials.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z_]+)`", table, re.MULTILINE)) == {*SENTENCES, "not_a_deck", "not_a_video"}


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (
            {"code": "macro", "level": "refuse", "args": {}},
            "课件含有宏。请在 WPS 或 PowerPoint 里另存为不带宏的 .pptx 再上传。",
        ),
        (
            {
                "code": "external_link",
                "level": "refuse",
                "args": {"what": "picture", "pages": [2, 5], "example": "D:\\1.png"},
            },
            "第 2、5 页：课件里的图片是链接到外部的，到了会场无法显示。请断开链接、直接插入课件，另存后再上传。"
            "（例如：D:\\1.png）",
        ),
        (
            {"code": "too_long", "level": "warn", "args": {"milliseconds": 310_400, "most_seconds": 300}},
            "视频长 5 分 10 秒，超过了 5 分钟的上限，超时会扣分。请核对。",
        ),
        (
            {"code": "picture_codec", "level": "warn", "args": {"codec": "hevc"}},
            "视频编码是 H.265（HEVC），会场电脑不一定能播放。建议导出为 H.264 编码的 MP4。",
        ),
        (
            {"code": "too_many_frames", "level": "warn", "args": {"fps_c": 11988}},
            "视频每秒 119.88 帧，会场电脑播放可能不流畅。建议导出为每秒 25 或 30 帧。",
        ),
        (
            {"code": "not_a_deck", "level": "refuse", "args": {"found": "odp"}},
            "这是ODP 演示文稿，不是课件。请在 WPS 或 PowerPoint 里打开，另存为 .pptx 后再上传。",
        ),
        (
            {"code": "not_a_deck", "level": "refuse", "args": {"found": "mp4"}},
            "这是视频，不是课件。视频请在“视频”一栏上传。",
        ),
        (
            {"code": "not_a_video", "level": "refuse", "args": {"found": "matroska"}},
            "这是MKV 或 WebM 视频，不是可以使用的视频。请用剪辑软件导出为 MP4（H.264 视频、AAC 声音）后再上传。",
        ),
        (
            {"code": "not_a_video", "level": "refuse", "args": {"found": "zip"}},
            "这是压缩包，不是可以使用的视频。课件请在“PPT 课件”一栏上传。",
        ),
    ],
)
def test_a_finding_says_where_what_and_what_to_do(finding, sentence):
    assert told(finding) == sentence


def test_a_code_of_tomorrow_is_told_all_the_same():
    assert told({"code": "of_tomorrow", "level": "refuse", "args": {}}) == str(UNKNOWN)
    assert told({"code": "not_a_deck", "level": "refuse", "args": {"found": "of_tomorrow"}}).startswith(
        "这是无法识别的文件"
    )


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_refusal_and_warning_says_what_to_do(code):
    """A sentence ends what is wrong; another says what is to be done, or that it is only to be known."""
    assert re.search(r"请|建议|不会起作用", str(SENTENCES[code]))


def test_percent_signs_in_a_files_name_do_no_harm():
    finding = {"code": "file_link", "level": "refuse", "args": {"example": "100%s %(x)s.doc"}}
    assert told(finding).endswith("（例如：100%s %(x)s.doc）")


def test_a_deck_is_told_with_its_hidden_pages():
    deck = Material(format="pptx", facts={"slides": 12, "hidden": 2, "media": 1, "shape": "16:9"})
    assert facts_told(deck) == [
        ("格式", "PPTX"),
        ("页数", "12 页（其中隐藏 2 页）"),
        ("画面比例", "16:9"),
        ("内嵌音视频", "1 个"),
    ]
    assert facts_told(Material(format="pdf", facts={"slides": 9, "hidden": 0})) == [("格式", "PDF"), ("页数", "9 页")]


def test_a_film_is_told_with_its_length_and_codecs():
    facts = {"milliseconds": 298_960, "width": 1920, "height": 1080, "fps_c": 2997, "video": "h264", "audio": "aac"}
    assert facts_told(Material(format="mp4", facts=facts)) == [
        ("格式", "MP4"),
        ("时长", "4 分 58 秒"),
        ("分辨率", "1920×1080"),
        ("帧率", "29.97 帧/秒"),
        ("视频编码", "H.264"),
        ("声音编码", "AAC"),
    ]
    assert ("声音编码", "无声音") in facts_told(Material(format="mp4", facts={**facts, "audio": ""}))


def test_nothing_is_told_of_what_was_not_measured():
    assert facts_told(Material()) == []


@pytest.mark.parametrize(("milliseconds", "said"), [(999, "0 秒"), (59_999, "59 秒"), (300_000, "5 分钟")])
def test_a_length_is_told_in_whole_seconds(milliseconds, said):
    assert duration_told(milliseconds) == said


def test_every_reason_of_a_missing_preview_has_words():
    assert set(WHYS) == {NO_OFFICE, CANNOT_SHUT_IN, TOO_LONG, FAILED, TOO_MANY}
    assert why_told("") == ""
    assert why_told(NO_OFFICE) == "本机没有安装 LibreOffice，不能生成全部页面的预览。"


def test_every_thing_and_every_link_that_is_told_has_a_name():
    told_things = set(re.findall(r'not_wanted\("([a-z]+)"', source()))
    assert told_things <= set(THINGS)
    assert set(re.findall(r'what="([a-z]+)"', source())) <= set(LINKED)
