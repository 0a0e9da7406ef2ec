"""A name of which only the family name is shown: enough for whoever holds the paper, nothing for whoever guesses.

王敏 → 王*, 王小敏 → 王**, 欧阳明 → 欧阳*, 阿依古丽·买买提 → 阿***·***, 王 → *.
"""

import unicodedata

# Family names of two characters; whoever has one shows it whole, if a given name is left.
COMPOUND = frozenset((
    "欧阳", "司马", "司徒", "司空", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容",
    "令狐", "夏侯", "长孙", "宇文", "钟离", "端木", "南宫", "西门", "百里", "呼延", "独孤",
    "闻人", "澹台", "公冶", "宗政", "濮阳", "淳于", "单于", "太叔", "申屠", "轩辕", "赫连",
    "拓跋", "纳兰", "东郭", "鲜于", "闾丘", "亓官", "巫马", "公羊", "谷梁", "左丘", "梁丘",
    "万俟", "仲孙",
))  # fmt: skip
# What stands between the parts of a name is shown. A list, not a test: no character of a name, however rare and
# unknown to this Python, must slip through as something else.
BETWEEN = frozenset("·•・‧．.-'’ ")
STAR = "*"


def masked(name: str) -> str:
    """The name as the public sees it: as many characters as it has, all but the family name as stars."""
    characters = _characters(unicodedata.normalize("NFC", " ".join(name.split())))
    letters = [place for place, character in enumerate(characters) if character not in BETWEEN]
    shown = set(letters[: _family(characters, letters)])
    return "".join(
        character if character in BETWEEN or place in shown else STAR for place, character in enumerate(characters)
    )


def _family(characters: list[str], letters: list[int]) -> int:
    """How many characters the family name has; none of a name that would then be shown whole."""
    if len(letters) > 2 and "".join(characters[:2]) in COMPOUND:
        return 2
    return 1 if len(letters) > 1 else 0


def _characters(text: str) -> list[str]:
    """The characters as a reader counts them: accents and variation selectors belong to the one before."""
    found: list[str] = []
    for sign in text:
        if found and unicodedata.category(sign).startswith("M"):
            found[-1] += sign
        else:
            found.append(sign)
    return found
