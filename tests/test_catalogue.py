"""The English catalogue says everything that the portal says, with the same figures and names in it."""

import ast
import gettext
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.house import ROOT

FOLDER = Path("locale/en/LC_MESSAGES")
# Rooms that hold no words for people, or somebody else's.
NO_SOURCE = (".*", "var", "tests", "bench", "static", "staticfiles", "test-results", "__pycache__", "*.mo")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\U00020000-\U0003ffff]+")
# The words of the roster file, which is Chinese in every language, and rare characters as examples.
WORDS_OF_THE_FILE = {"地区", "姓名", "村", "派出单位", "男", "女", "必填", "示例", "䶮", "㛃", "𬱖"}


@dataclass
class Message:
    """One entry of a .po file; `told` holds one sentence, or one for each plural form."""

    fuzzy: bool = False
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """As a .mo file names it: the context first."""
        about = f"{self.texts['msgctxt']}\x04" if "msgctxt" in self.texts else ""
        return about + self.texts["msgid"]

    @property
    def told(self) -> list[str]:
        return [text for keyword, text in self.texts.items() if keyword.startswith("msgstr")]

    @property
    def is_plural(self) -> bool:
        return "msgid_plural" in self.texts


def messages(path: Path) -> Iterator[Message]:
    """What a .po file holds, its header first; what is out of use there (#~) is left out."""
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        lines = [line for line in block.splitlines() if not line.startswith("#~")]
        message, keyword = Message(), ""
        message.fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
        for line in lines:
            if found := re.match(r'(msg\w+(?:\[\d\])?) (".*")$', line):
                keyword = found[1]
                message.texts[keyword] = ast.literal_eval(found[2])
            elif line.startswith('"'):
                message.texts[keyword] += ast.literal_eval(line)
        if message.texts:
            yield message


@pytest.fixture(scope="module")
def english() -> list[Message]:
    return list(messages(ROOT / FOLDER / "django.po"))


def test_every_sentence_has_its_english(english):
    assert len(english) > 1000
    assert [m.key for m in english if m.fuzzy or not all(m.told)] == []


def test_a_plural_has_two_forms_and_all_else_has_one(english):
    assert [m.key for m in english if len(m.told) != 1 + m.is_plural] == []


def test_english_has_the_same_figures_and_names_in_it(english):
    off = [(m.key, text) for m in english[1:] for text in m.told if placeholders(text) != placeholders(m.key)]
    assert off == []


def test_english_begins_and_ends_its_lines_where_chinese_does(english):
    off = [m.key for m in english[1:] for text in m.told if line_ends(text) != line_ends(m.key)]
    assert off == []


def test_english_has_no_chinese_in_it_but_the_words_of_the_roster_file(english):
    left = {word for m in english for text in m.told for word in CHINESE.findall(text)}
    assert left == WORDS_OF_THE_FILE


def test_the_compiled_catalogue_is_the_readable_one(english):
    with (ROOT / FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    header = compiled.pop("")
    assert "Plural-Forms: nplurals=2; plural=(n != 1);\n" in header
    readable = {(m.key, n) if m.is_plural else m.key: text for m in english[1:] for n, text in enumerate(m.told)}
    assert compiled == readable


def test_nothing_new_is_said_without_its_english(english, tmp_path, monkeypatch, settings):
    if shutil.which("xgettext") is None:
        pytest.skip("no xgettext: install gettext to compare the catalogue with the source")
    house = tmp_path / "house"
    shutil.copytree(ROOT, house, ignore=shutil.ignore_patterns(*NO_SOURCE))
    monkeypatch.chdir(house)
    settings.LOCALE_PATHS = [house / "locale"]
    call_command("makemessages", locale=["en"], no_location=True, verbosity=0)
    assert {m.key for m in messages(house / FOLDER / "django.po")} == {m.key for m in english}


def test_the_parser_reads_contexts_plurals_long_lines_and_leaves_out_what_is_out_of_use(tmp_path):
    path = tmp_path / "django.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Language: en\\n"\n\n'
        '#, fuzzy, python-format\nmsgctxt "verb"\nmsgid "公示"\nmsgstr "Publish"\n\n'
        'msgid "%(n)s 人"\nmsgid_plural "%(n)s 人"\nmsgstr[0] "%(n)s person"\nmsgstr[1] ""\n"%(n)s "\n"people"\n\n'
        '#~ msgid "旧"\n#~ msgstr "old"\n',
        encoding="utf-8",
    )
    assert [(m.key, m.fuzzy, m.told) for m in messages(path)] == [
        ("", False, ["Language: en\n"]),
        ("verb\x04公示", True, ["Publish"]),
        ("%(n)s 人", False, ["%(n)s person", "%(n)s people"]),
    ]


def test_a_lost_figure_and_a_left_comma_are_seen():
    assert placeholders("第 %(n)d 名，{who} 得 %s 分，占 100%%") == ["%%", "%(n)d", "%s", "{who}"]
    assert CHINESE.findall("Rank %(n)d， see 名册.") == ["，", "名册"]


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def line_ends(text: str) -> tuple[bool, bool]:
    return text.startswith("\n"), text.endswith("\n")
