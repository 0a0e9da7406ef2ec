"""One raw row of a roster into one clean row, or into the sentences that say why not."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from registry.excel import cells, keys, levels, months, names, places, several
from registry.excel.districts import Districts
from registry.excel.doubts import Doubt
from registry.excel.fields import MAX_LENGTH, REQUIRED, labels
from registry.excel.levels import Level
from registry.excel.several import Judged
from registry.excel.table import RawRow
from registry.excel.workbook import Cell
from registry.spelling import naming

# What stands in brackets behind a village's name.
_REMARK = re.compile(r"[（(【\[〔][^)）】\]〕]*[)）】\]〕]$")
# For the codes of what is refused.
_PLURAL = {"name": "names", "unit": "units", "town": "places", "village": "places", "place": "places"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the registry takes it. `district` and `level` are codes; '' and None mean: not stated.

    `since` and `until` are the first and the last month served, each as its first day; months.first_day_after(until) is
    the first day no longer served. `level_guessed` says that no column stated the level.
    """

    district: str
    town: str
    village: str
    name: str
    unit: str
    level: str
    since: date | None = None
    until: date | None = None
    phone: str = ""
    post: str = ""
    gender: str = ""
    remark: str = ""
    level_guessed: bool = False


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a field, or worth a look: a code for programs, a sentence for people."""

    field: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The clean row, or None when there are problems; notes never stand in the way, questions want an answer first."""

    row: Row | None
    problems: tuple[RowProblem, ...]
    notes: tuple[RowProblem, ...]
    questions: tuple[RowProblem, ...] = ()


def clean(
    raw: RawRow,
    *,
    districts: Districts,
    levels: Sequence[Level],
    headings: Mapping[str, str],
    district: str | None = None,
    title_district: str | None = None,
) -> Cleaned:
    """What the row says, judged field by field; nothing is guessed except the unit's level, which is then marked.

    `levels` are the season's. `headings` are the file's own column names by field, for the sentences; `district` is
    the code chosen at upload, `title_district` the name found above the table.
    """
    return _Desk(raw, districts, levels, headings).clean(district, title_district)


class _Desk:
    """The state of looking at one row: its values, and what has been found so far."""

    def __init__(self, raw: RawRow, districts: Districts, known: Sequence[Level], headings: Mapping[str, str]) -> None:
        self.values = raw.values
        self.districts = districts
        self.levels = known
        self.headings = headings
        self.problems: list[RowProblem] = []
        self.notes: list[RowProblem] = []
        self.questions: list[RowProblem] = []
        for doubt in raw.doubts:
            self.doubt(doubt)
        for field in sorted(raw.filled):
            self.notes.append(
                RowProblem(field, "filled", _("“%s”一格是空的，沿用了上面一行的内容。") % self.column(field))
            )

    def clean(self, chosen: str | None, title_district: str | None) -> Cleaned:
        """All fields in the order of the file's vocabulary."""
        code = self.district(chosen, title_district)
        town, village = self.place()
        name, unit = self.name(), self.one("unit", several.units)
        self.required(village=village, name=name, unit=unit)
        level, guessed = self.level(unit)
        since, until = self.service()
        phone, gender = self.phone(), self.gender()
        post, remark = self.text("post"), self.text("remark")
        self.identity()
        row = None
        if not self.problems:
            row = Row(code, town, village, name, unit, level, since, until, phone, post, gender, remark, guessed)
        return Cleaned(row, tuple(self.problems), tuple(self.notes), tuple(self.questions))

    def district(self, chosen: str | None, title_district: str | None) -> str:
        written = cells.optional(self.values.get("district", ""))
        stated = written or title_district or ""
        code = self.districts.code(stated) if stated else chosen
        if stated and code is None:
            nearest = self.districts.nearest(stated)
            hint = _("是不是“%s”？") % nearest if nearest else ""
            self.refuse("district", "unknown_district", _("没有“%(name)s”这个地区。") % {"name": stated} + hint)
        elif code is None:
            self.refuse("district", "no_district", _("没有写明地区。请在上传时选择地区，或在表里加上“地区”一列。"))
        elif chosen and code != chosen:
            self.refuse(
                "district",
                "other_district",
                _("这一行属于%(stated)s，而上传时选择的是%(chosen)s。")
                % {"stated": self.districts.name(code), "chosen": self.districts.name(chosen)},
            )
        return code or ""

    def doubt(self, doubt: Doubt) -> None:
        """What is doubtful about the whole row is asked; a cell whose value is not there is refused."""
        told = {"column": self.column(doubt.field) if doubt.field else "", "text": doubt.text}
        if doubt.code == "by_hand":
            sentence = _("“%(column)s”由您改为“%(text)s”。")
            self.note(doubt.field, "by_hand", sentence % {"column": labels()[doubt.field], "text": doubt.text})
        elif doubt.code == "hidden":
            self.ask("", "hidden_row", _("这一行在文件里是隐藏的。要导入请确认。"))
        elif doubt.code == "struck":
            self.ask(doubt.field, "struck", _("“%(text)s”在文件里划了删除线。要导入请确认。") % told)
        elif doubt.code == "left":
            self.ask(doubt.field, "has_left", _("这一行写着“%(text)s”。要导入请确认。") % told)
        elif doubt.code == "unvalued":
            sentence = _("“%(column)s”一格是公式，文件里没有存下结果。请在 Excel 或 WPS 里打开，保存后再上传。")
            self.refuse(doubt.field, "no_stored_value", sentence % told)
        else:
            sentence = _("“%(column)s”一格的公式出错（如 #REF!），没有内容。请改好后再上传。")
            self.refuse(doubt.field, "formula_failed", sentence % told)

    def place(self) -> tuple[str, str]:
        """Town and village, also when they share a cell: 山阁镇烧酒村. The village is named without its committee."""
        town = places.town(self.one("town", several.villages))
        field = "village" if self.values.get("village", "") != "" else "place"
        written = self.raw(field)
        both = places.split(written)
        if both and (not town or keys.town(both.town) == keys.town(town)):
            if not town:
                sentence = _("镇和村写在一格，按“%(town)s”和“%(village)s”分开。")
                told = {"town": places.town(both.town), "village": cells.text(both.village)}
                self.note("village", "place_split", sentence % told)
            town, written = town or places.town(cells.text(both.town)), both.village
        elif both:
            sentence = _("“%(cell)s”里像是写着另一个镇，而镇街是“%(town)s”。")
            self.ask("village", "other_town", sentence % {"cell": cells.text(written), "town": town})
        elif town and places.named_town(town) and len(written.removeprefix(town)) >= 2:
            written = written.removeprefix(town)
        return town, self.village(field, written)

    def village(self, field: str, written: str) -> str:
        """A village's name, without its committee and without remarks in brackets; what goes is said."""
        text = self.one(field, several.villages, written)
        bare = _REMARK.sub("", text) or text
        if bare != text:
            sentence = _("“%(text)s”里括号中的内容没有导入。")
            self.note("village", "remark_dropped", sentence % {"text": text})
        named = places.village(bare)
        if named != bare:
            sentence = _("“%(text)s”按村名写作“%(name)s”。")
            self.note("village", "village_named", sentence % {"text": bare, "name": named})
        return named

    def name(self) -> str:
        cell = self.values.get("name", "")
        if cell != "" and not isinstance(cell, str):
            name = self.text("name")
            if name:
                self.refuse("name", "not_a_name", _("姓名一格是数字或日期，可能列对错了。"))
            return name
        name, title = several.without_title(naming.stored(self.one("name", several.people)))
        if title:
            self.note("name", "title_dropped", _("姓名后面的“%s”没有导入。") % title)
        found = names.complaint(name) if name else None
        if found and not any(problem.field == "name" for problem in self.problems):
            self.refuse("name", *found)
        noticed = names.advice(name) if name and not found else None
        if noticed:
            self.note("name", *noticed)
        return name

    def one(self, field: str, judge: Callable[[str], Judged], written: str | None = None) -> str:
        """A text that names one thing, judged as it came: several are refused, parts that were joined are told."""
        cell = self.raw(field) if written is None else written
        if not cells.optional(cell):
            return ""
        judged = judge(cell)
        if judged.is_several:
            # A unit that two send together is written so; whether it is one, people say.
            say = self.ask if field == "unit" else self.refuse
            say(field, f"several_{_PLURAL[field]}", _several(field, judged.parts))
            return self.text(field, judged.text) if field == "unit" else ""
        text = self.text(field, judged.text)
        if cells.is_tick(text):
            return ""
        if judged.joined and text:
            sentence = _("“%(column)s”一格里有换行或空格，按一个写作“%(text)s”，请核对。")
            self.note(field, "joined", sentence % {"column": self.column(field), "text": text})
        return text

    def raw(self, field: str) -> str:
        """A cell as it came, as text."""
        cell = self.values.get(field, "")
        return cell if isinstance(cell, str) else cells.text(cell)

    def level(self, unit: str) -> tuple[str, bool]:
        written = self.text("level")
        if written:
            found = levels.meant(written, self.levels)
            if len(found) > 1:
                return self.either(written, found, unit), False
            level = found[0] if found else None
            if level is None:
                self.refuse(
                    "level",
                    "unknown_level",
                    _("认不出单位层级“%(text)s”。请写成：%(choices)s。")
                    % {"text": written, "choices": _("、").join(each.name for each in self.levels)},
                )
            return level or "", False
        level = levels.guess(unit, self.levels, self.districts.names)
        if unit:
            called = levels.names_of(self.levels)[level]
            self.note("level", "level_guessed", _("没有写单位层级，按单位名称推断为“%s”，请核对。") % called)
        return level, True

    def either(self, written: str, found: Sequence[str], unit: str) -> str:
        """The level of a unit whose cell may mean several: what its name suggests, and that it has to be confirmed."""
        guess = levels.guess(unit, self.levels, self.districts.names)
        level, called = guess if guess in found else found[0], levels.names_of(self.levels)
        sentence = _("单位层级“%(text)s”可以是%(choices)s，按单位名称暂定为“%(level)s”，请确认或改选。")
        choices = _("或").join(f"“{called[code]}”" for code in found)
        self.ask("level", "either_level", sentence % {"text": written, "choices": choices, "level": called[level]})
        return level

    def service(self) -> tuple[date | None, date | None]:
        since = until = None
        try:
            if "period" in self.values:
                since, until = months.period(self.values["period"])
        except months.NotAMonth as error:
            self.refuse_month("period", error)
        since = self.month("since") or since
        until = self.month("until") or until
        if since and until and until < since:
            self.refuse("until", "ends_before_it_begins", _("任职止早于任职起。"))
        return since, until

    def month(self, field: str) -> date | None:
        if field not in self.values:
            return None
        try:
            return (months.last_month if field == "until" else months.month)(self.values.get(field, ""))
        except months.NotAMonth as error:
            self.refuse_month(field, error)
            return None

    def refuse_month(self, field: str, error: months.NotAMonth) -> None:
        code = str(error)
        if code == "damaged":
            self.refuse_damaged(field)
            return
        sentence = {
            "year_only": _("“%(column)s”只有年份，请写到月，如 2021年6月。"),
            "ambiguous": _("“%(column)s”是数字 %(cell)s，看不出是 1 月还是 10 月。请写成 2021年10月 这样。"),
        }.get(code, _("认不出“%(column)s”里的“%(cell)s”。请写成 2021年6月 这样。"))
        shown = {"column": self.column(field), "cell": cells.text(self.values.get(field, ""))[:30]}
        self.refuse(field, code if code in {"year_only", "ambiguous"} else "not_a_month", sentence % shown)

    def phone(self) -> str:
        cell = self.values.get("phone", "")
        if cell == "":
            return ""
        if cells.is_damaged(cell):
            self.refuse_damaged("phone")
            return ""
        number = cells.phone(cell)
        if number is None:
            self.refuse(
                "phone",
                "not_a_phone",
                _("“%s”里不是一个完整的号码：手机 11 位，座机带区号，一格一个。") % self.column("phone"),
            )
        return number or ""

    def gender(self) -> str:
        written = self.text("gender")
        gender = {"男": "男", "女": "女", "男性": "男", "女性": "女", "m": "男", "f": "女"}.get(written.lower(), "")
        if written and not gender:
            self.refuse("gender", "unknown_gender", _("性别写“男”或“女”，这里是“%s”。") % written[:10])
        return gender

    def identity(self) -> None:
        verdict = self.values.get("id_number", "")
        if verdict == "damaged":
            self.refuse_damaged("id_number")
        elif verdict == "odd":
            self.note("id_number", "odd_id_number", _("身份证号的位数或校验码不对，请核对原件。号码本身不会存入系统。"))

    def text(self, field: str, judged: str | None = None) -> str:
        """A text field: tidied, not longer than the registry keeps, not a damaged number."""
        cell: Cell = self.values.get(field, "")
        if cell == "":
            return ""
        if cells.is_damaged(cell):
            self.refuse_damaged(field)
            return ""
        text = cells.optional(cell if judged is None else judged)
        most = MAX_LENGTH.get(field, 255)
        if len(text) > most:
            self.refuse(
                field,
                "too_long",
                _("“%(column)s”有 %(length)s 个字，最多 %(most)s 个。")
                % {"column": self.column(field), "length": len(text), "most": most},
            )
        return text[:most]

    def required(self, **texts: str) -> None:
        for field in REQUIRED:
            told = {field, "place"} if field == "village" else {field}
            if not texts[field] and not any(problem.field in told for problem in self.problems):
                self.refuse(field, "missing", _("缺少%s。") % labels()[field])

    def column(self, field: str) -> str:
        return self.headings.get(field) or labels()[field]

    def refuse_damaged(self, field: str) -> None:
        self.refuse(
            field,
            "damaged_number",
            _(
                "“%s”里的长数字已被 Excel 改掉了末尾几位，无法恢复。请把这一列的单元格格式设为“文本”后重新录入；"
                "不需要导入这一列时，可在预览页把它设为“不导入”。"
            )
            % self.column(field),
        )

    def refuse(self, field: str, code: str, sentence: str) -> None:
        self.problems.append(RowProblem(field, code, sentence))

    def ask(self, field: str, code: str, sentence: str) -> None:
        self.questions.append(RowProblem(field, code, sentence))

    def note(self, field: str, code: str, sentence: str) -> None:
        self.notes.append(RowProblem(field, code, sentence))


def _several(field: str, parts: Sequence[str]) -> str:
    if field == "name":
        return names.several(parts)[1]
    told = {"parts": names.quoted(parts)}
    if field == "unit":
        return _("一格里像是有几个单位：%(parts)s。是两个单位的，请在文件里只写一个；确是一个的，请确认。") % told
    return _("一格里像是有几个地方：%(parts)s。请一人一行，只写一个；确是一个的，请去掉空格和换行。") % told
