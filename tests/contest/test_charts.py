"""The drawings and the figures beside them."""

import re
from xml.etree import ElementTree

import pytest

from contest.charts import Bar, JudgeSpread, Scale, Spread, judge_spread, progress_bars, spread, written

SVG = "{http://www.w3.org/2000/svg}"

DISTRICTS = [
    Bar("茂南区", 27, 27, "已统分"),
    Bar("电白区", 13, 39, "评分"),
    Bar("化州市", 0, 61, "待赛"),
]
CHEN = Spread("陈志远", [(9250, False), (9600, True), (9250, False), (8800, True), (9100, False)], "91.97")
LI = Spread("李慧敏", [(9000, False), (9050, False)], "90.25")


def drawn(chart):
    """The drawing as a tree; raises ParseError when it is not well-formed."""
    # Our own drawing, not somebody's file.
    return ElementTree.fromstring(chart.svg)  # noqa: S314


def texts(chart):
    return [text.text for text in drawn(chart).iter(f"{SVG}text")]


def test_a_district_with_a_third_of_its_sheets_has_a_bar_a_third_as_long():
    bars = drawn(progress_bars(DISTRICTS, title="进度")).findall(f"{SVG}rect")
    filled = [bar.get("width") for bar in bars if "bar-fill" in bar.get("class")]
    assert filled == ["100.00%", "33.33%", "0.00%"]


def test_only_a_finished_district_has_the_finished_colour():
    bars = drawn(progress_bars(DISTRICTS, title="进度")).findall(f"{SVG}rect")
    assert [bar.get("class") for bar in bars if "bar-fill" in bar.get("class")] == [
        "bar-fill is-full",
        "bar-fill",
        "bar-fill",
    ]


def test_a_district_that_has_nothing_to_do_is_not_called_finished():
    chart = progress_bars([Bar("高新区", 0, 0, "筹备")], title="进度")
    (filled,) = (bar for bar in drawn(chart).findall(f"{SVG}rect") if "bar-fill" in bar.get("class"))
    assert (filled.get("class"), filled.get("width")) == ("bar-fill", "0.00%")


def test_progress_can_be_read_without_colours():
    assert texts(progress_bars(DISTRICTS[:1], title="进度")) == ["茂南区", "27 / 27 · 已统分"]


def test_progress_is_also_a_table():
    chart = progress_bars(DISTRICTS, title="进度")
    assert chart.rows == [
        ["茂南区", "27", "27", "已统分"],
        ["电白区", "13", "39", "评分"],
        ["化州市", "0", "61", "待赛"],
    ]
    assert len(chart.headings) == 4


def test_a_drawing_names_itself_to_a_screen_reader():
    tree = drawn(spread([CHEN], title="评委评分", name="maonan"))
    assert tree.get("aria-labelledby") == "maonan-title maonan-desc"
    assert tree.find(f"{SVG}title").text == "评委评分"
    assert tree.find(f"{SVG}desc").text.startswith("每行一位参赛者")


def test_chens_dropped_marks_are_hollow_and_the_others_full():
    dots = list(drawn(spread([CHEN], title="评委评分")).iter(f"{SVG}circle"))
    assert [dot.get("class") for dot in dots] == ["dot", "dot dot-dropped", "dot", "dot dot-dropped", "dot"]


def test_marks_lie_where_their_values_put_them():
    dots = drawn(spread([CHEN], title="评委评分")).iter(f"{SVG}circle")
    # The scale runs from 88 to 96.
    assert [dot.get("cx") for dot in dots] == ["56.25%", "100.00%", "56.25%", "0.00%", "37.50%"]


def test_equal_marks_stand_above_each_other():
    dots = drawn(spread([CHEN], title="评委评分")).iter(f"{SVG}circle")
    assert [dot.get("cy") for dot in dots] == ["11", "15", "19", "15", "15"]


def test_nine_equal_marks_stay_within_their_line():
    dots = drawn(spread([Spread("梁雅琴", [(9000, False)] * 9, "90.00")], title="评委评分")).iter(f"{SVG}circle")
    heights = [int(dot.get("cy")) for dot in dots]
    assert (min(heights), max(heights), len(set(heights))) == (7, 23, 9)


def test_each_dot_says_whose_mark_it_is():
    dots = drawn(spread([CHEN], title="评委评分", seats=["一席", "二席", "三席", "四席", "五席"])).iter(f"{SVG}circle")
    assert [dot.find(f"{SVG}title").text for dot in dots] == [
        "一席 92.5",
        "二席 96（去掉）",
        "三席 92.5",
        "四席 88（去掉）",
        "五席 91",
    ]


def test_the_table_of_marks_has_a_cell_for_every_seat_even_where_no_mark_is():
    chart = spread([CHEN, LI], title="评委评分")
    assert chart.headings == ["参赛者", "评委席1", "评委席2", "评委席3", "评委席4", "评委席5", "总分"]
    assert chart.rows == [
        ["陈志远", "92.5", "96（去掉）", "92.5", "88（去掉）", "91", "91.97"],
        ["李慧敏", "90", "90.5", "—", "—", "—", "90.25"],
    ]


def test_a_mark_without_a_seat_is_refused_rather_than_left_out():
    with pytest.raises(ValueError, match="shorter"):
        spread([CHEN], title="评委评分", seats=["一席", "二席"])


def test_a_judge_who_gave_everybody_the_same_has_a_line_without_length():
    (line,) = (
        line
        for line in drawn(judge_spread([JudgeSpread("评委席1", 9000, 9000, 9000, 27)], title="打分")).iter(f"{SVG}line")
        if line.get("class") == "whisker"
    )
    assert line.get("x1") == line.get("x2")


def test_a_judges_box_is_drawn_only_when_the_quartiles_are_known():
    with_box = judge_spread([JudgeSpread("评委席1", 8800, 9100, 9600, 27, q1_c=9000, q3_c=9200)], title="打分")
    without = judge_spread([JudgeSpread("评委席1", 8800, 9100, 9600, 27)], title="打分")
    boxes = [(box.get("x"), box.get("width")) for box in drawn(with_box).iter(f"{SVG}rect")]
    assert boxes == [("25.00%", "25.00%")]
    assert list(drawn(without).iter(f"{SVG}rect")) == []


def test_a_judges_figures_are_also_a_table():
    chart = judge_spread([JudgeSpread("评委席1", 8800, 9125, 9600, 27)], title="打分")
    assert chart.rows == [["评委席1", "88", "91.25", "96", "27"]]


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([], Scale(0, 10000, 2000)),
        ([9000], Scale(9000, 9050, 50)),
        ([8800, 9600], Scale(8800, 9600, 200)),
        ([9240, 9310], Scale(9200, 9350, 50)),
        ([0, 10000], Scale(0, 10000, 2000)),
    ],
)
def test_a_scale_begins_and_ends_on_a_grid_line(values, scale):
    assert Scale.over(values) == scale


def test_a_name_that_looks_like_markup_stays_a_name():
    name = '</text><script>alert("1")</script>'
    assert texts(progress_bars([Bar(name, 1, 2, "评分")], title="进度"))[0] == name


def test_a_judge_whose_name_looks_like_markup_stays_a_judge():
    chart = spread([Spread("陈志远", [(9000, True)], "90.00")], title="评分", seats=["<b>&一席"])
    (dot,) = drawn(chart).iter(f"{SVG}circle")
    assert dot.find(f"{SVG}title").text == "<b>&一席 90（去掉）"
    assert chart.rows == [["陈志远", "90（去掉）", "90.00"]]


def test_a_drawing_carries_no_style_and_no_script():
    charts = [
        progress_bars(DISTRICTS, title="进度"),
        spread([CHEN, LI], title="评分"),
        judge_spread([JudgeSpread("评委席1", 8800, 9100, 9600, 27, q1_c=9000, q3_c=9200)], title="打分"),
    ]
    assert [re.findall(r"style=|<style|<script|\son\w+=", chart.svg) for chart in charts] == [[], [], []]


@pytest.mark.parametrize("make", [progress_bars, spread, judge_spread])
def test_nothing_to_show_is_an_empty_drawing(make):
    chart = make([], title="还没有数据")
    assert chart.rows == []
    assert drawn(chart).get("role") == "img"


@pytest.mark.parametrize(("hundredths", "text"), [(0, "0"), (5, "0.05"), (9250, "92.5"), (9000, "90"), (10000, "100")])
def test_a_mark_is_written_without_needless_zeros(hundredths, text):
    assert written(hundredths) == text
