"""Charts as SVG, drawn on the server: values in, one ready drawing and the same figures as a table out.

No viewBox: across, everything is a percentage of the width; down, everything is pixels. So a chart fits a phone and a
desk without its letters shrinking. Colours are classes (`static/css/parts.css`), since the content security policy
allows no style attributes. All values are whole hundredths; no float comes near a score.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

# Names stand left of the plot, sums right of it, in percent of the width.
PLOT_LEFT = 24
PLOT_WIDTH = 58

# Distances between grid lines, in hundredths of a point.
STEPS = (50, 100, 200, 500, 1000, 2000, 5000)
MOST_STEPS = 7


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, how to read it, and what it shows as a table: `headings` and `rows` of ready strings."""

    title: str
    note: str
    svg: SafeString
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Bar:
    """How much of something is done: `done` of `total`, and the state in words."""

    label: str
    done: int
    total: int
    state_label: str


@dataclass(frozen=True, slots=True)
class Spread:
    """One entrant's marks in the order of the seats: (value in hundredths, whether it was dropped)."""

    label: str
    marks_c: Sequence[tuple[int, bool]]
    total_text: str


@dataclass(frozen=True, slots=True)
class JudgeSpread:
    """One judge's marks over all entrants, in hundredths: lowest, mean, highest, and the quartiles if known."""

    label: str
    lo_c: int
    mean_c: int
    hi_c: int
    n: int
    q1_c: int | None = None
    q3_c: int | None = None


def progress_bars(bars: Iterable[Bar], *, title: str, name: str = "progress") -> Chart:
    """One bar a line. `name` makes the ids unique where a page has several charts."""
    bars = list(bars)
    lines = _joined(_bar(index, bar) for index, bar in enumerate(bars))
    told = _("每行一条：名称、已完成数与总数、状态。")
    return Chart(
        title,
        "",
        _drawing(name, title, told, height=len(bars) * BAR_LINE, inside=lines),
        [_("名称"), _("已完成"), _("总数"), _("状态")],
        [[bar.label, str(bar.done), str(bar.total), bar.state_label] for bar in bars],
    )


def spread(rows: Iterable[Spread], *, title: str, seats: Sequence[str] = (), name: str = "spread") -> Chart:
    """
    Each entrant's marks as dots on one scale, dropped ones hollow.

    `seats` names the judges in the order of the marks; without it they are numbered. An entrant may have fewer marks
    than there are seats; one with more raises ValueError.
    """
    rows = list(rows)
    seats = seats or [
        _("评委席%(number)d") % {"number": n + 1} for n in range(max((len(r.marks_c) for r in rows), default=0))
    ]
    scale = Scale.over(value for row in rows for value, _dropped in row.marks_c)
    dropped_note = _("（去掉）")
    # Escaped once, not once a dot: sixty entrants before nine judges are over five hundred dots.
    words = [escape(seat) for seat in seats], escape(dropped_note)
    lines = _joined(
        _line(index, row.label, row.total_text, _dots(row, *words, scale)) for index, row in enumerate(rows)
    )
    told = _("每行一位参赛者，每个圆点是一个评委席的评分，空心圆点是去掉的分，右端是总分。")
    return Chart(
        title,
        told,
        _drawing(name, title, told, height=AXIS + len(rows) * LINE, inside=_axis(scale, len(rows)) + lines),
        [_("参赛者"), *seats, _("总分")],
        [[row.label, *_mark_texts(row, len(seats), dropped_note), row.total_text] for row in rows],
    )


def judge_spread(judges: Iterable[JudgeSpread], *, title: str, name: str = "judges") -> Chart:
    """Each judge's lowest to highest mark as a line, the middle half as a box, the mean as a stroke."""
    judges = list(judges)
    scale = Scale.over(value for judge in judges for value in (judge.lo_c, judge.hi_c))
    lines = _joined(_whisker(index, judge, scale) for index, judge in enumerate(judges))
    told = _("每行一个评委席：横线从最低分到最高分，色块是中间一半，竖线是平均分。")
    return Chart(
        title,
        told,
        _drawing(name, title, told, height=AXIS + len(judges) * LINE, inside=_axis(scale, len(judges)) + lines),
        [_("评委席"), _("最低"), _("平均"), _("最高"), _("份数")],
        [[j.label, written(j.lo_c), written(j.mean_c), written(j.hi_c), str(j.n)] for j in judges],
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """A horizontal scale in hundredths from `low` to `high`, with a grid line every `step`."""

    low: int
    high: int
    step: int

    @classmethod
    def over(cls, values: Iterable[int]) -> "Scale":
        """The shortest scale that begins and ends on a grid line and holds all values; 0 to 100 points without any."""
        values = list(values) or [0, 10000]
        low, high = min(values), max(values)
        step = next((step for step in STEPS if high // step - low // step < MOST_STEPS), STEPS[-1])
        start = low // step * step
        return cls(start, max(-(-high // step) * step, start + step), step)

    def at(self, value: int) -> str:
        """Where a value lies, as a percentage with two decimals: "42.50%"."""
        return _percent(value - self.low, self.high - self.low)

    def ticks(self) -> Iterator[int]:
        return iter(range(self.low, self.high + 1, self.step))


def written(hundredths: int) -> str:
    """A mark as people write it, without needless zeros: 9250 is 92.5 and 9000 is 90."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


BAR_LINE = 46
AXIS = 26
LINE = 30


def _joined(pieces: Iterable[SafeString]) -> SafeString:
    return SafeString("".join(pieces))


def _percent(part: int, whole: int) -> str:
    share = min(part, whole) * 10000 // whole if whole else 0
    return f"{share // 100}.{share % 100:02d}%"


def _drawing(name: str, title: str, told: str, *, height: int, inside: SafeString) -> SafeString:
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{name}-title {name}-desc" width="100%"'
        ' height="{height}"><title id="{name}-title">{title}</title><desc id="{name}-desc">{told}</desc>{inside}</svg>',
        name=name, height=height, title=title, told=told, inside=inside,
    )  # fmt: skip


def _bar(index: int, bar: Bar) -> SafeString:
    top = index * BAR_LINE
    full = " is-full" if bar.total and bar.done >= bar.total else ""
    return format_html(
        '<text x="0" y="{text}">{label}</text>'
        '<text class="chart-quiet" x="100%" y="{text}" text-anchor="end">{done} / {total} · {state}</text>'
        '<rect class="bar-ground" x="0" y="{top}" width="100%" height="8"/>'
        '<rect class="bar-fill{full}" x="0" y="{top}" width="{share}" height="8"/>',
        text=top + 16, label=bar.label, done=bar.done, total=bar.total, state=bar.state_label, top=top + 25, full=full,
        share=_percent(bar.done, bar.total),
    )  # fmt: skip


def _axis(scale: Scale, lines: int) -> SafeString:
    ticks = format_html_join(
        "",
        '<line class="chart-grid" x1="{0}" x2="{0}" y1="{2}" y2="{3}"/>'
        '<text class="chart-quiet" x="{0}" y="14" text-anchor="middle">{1}</text>',
        ((scale.at(tick), written(tick), AXIS - 6, AXIS + lines * LINE) for tick in scale.ticks()),
    )
    return _plot(0, AXIS + lines * LINE, ticks)


def _plot(top: int, height: int, inside: SafeString) -> SafeString:
    """A drawing within the drawing, so that percentages inside are percentages of the plot."""
    return format_html(
        '<svg x="{}%" y="{}" width="{}%" height="{}" overflow="visible">{}</svg>',
        PLOT_LEFT, top, PLOT_WIDTH, height, inside,
    )  # fmt: skip


def _line(index: int, label: str, right: str, inside: SafeString) -> SafeString:
    top = AXIS + index * LINE
    return format_html(
        '<line class="chart-row" x1="0" x2="100%" y1="{bottom}" y2="{bottom}"/><text x="0" y="{base}">{label}</text>'
        '{plot}<text x="100%" y="{base}" text-anchor="end">{right}</text>',
        bottom=top + LINE, base=top + 20, label=label, right=right, plot=_plot(top, LINE, inside),
    )  # fmt: skip


def _dots(row: Spread, seats: Sequence[str], dropped_note: str, scale: Scale) -> SafeString:
    """One entrant's dots; `seats` and `dropped_note` come escaped, everything else is numbers."""
    marks = zip(row.marks_c, _heights(row.marks_c), seats[: len(row.marks_c)], strict=True)
    return _joined(
        SafeString(
            f'<circle class="dot{" dot-dropped" if dropped else ""}" cx="{scale.at(value)}" cy="{height}" r="4.5">'
            f"<title>{seat} {written(value)}{dropped_note if dropped else ''}</title></circle>"
        )
        for (value, dropped), height, seat in marks
    )


def _heights(marks_c: Sequence[tuple[int, bool]]) -> list[int]:
    """How far down each dot lies in its line: equal marks stand above each other instead of hiding each other."""
    values = [value for value, _dropped in marks_c]
    heights = []
    for place, value in enumerate(values):
        among = values.count(value)
        apart = min(8, (LINE - 10) // (among - 1)) if among > 1 else 0
        heights.append(LINE // 2 + (2 * values[:place].count(value) - (among - 1)) * apart // 2)
    return heights


def _mark_texts(row: Spread, width: int, dropped_note: str) -> list[str]:
    texts = [written(value) + (dropped_note if dropped else "") for value, dropped in row.marks_c]
    return texts + ["—"] * (width - len(texts))


def _whisker(index: int, judge: JudgeSpread, scale: Scale) -> SafeString:
    middle = LINE // 2
    box = SafeString("")
    if judge.q1_c is not None and judge.q3_c is not None:
        box = format_html(
            '<rect class="box" x="{}" y="{}" width="{}" height="12"/>',
            scale.at(judge.q1_c), middle - 6, _percent(judge.q3_c - judge.q1_c, scale.high - scale.low),
        )  # fmt: skip
    line = format_html(
        '<line class="whisker" x1="{}" x2="{}" y1="{}" y2="{}"/>',
        scale.at(judge.lo_c),
        scale.at(judge.hi_c),
        middle,
        middle,
    )
    mean = format_html(
        '<line class="mean" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>', scale.at(judge.mean_c), middle - 8, middle + 8
    )
    return _line(index, judge.label, written(judge.mean_c), line + box + mean)
