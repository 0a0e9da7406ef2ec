"""The vocabulary of a roster file: the fields a row can have."""

from django.utils.translation import gettext as _

# Two fields exist only in files: `place` (town and village in one cell) and `period` (from and to in one cell).
# `serial` is recognised so that nobody has to map it by hand; it is never imported.
FIELDS = (
    "serial",
    "district",
    "town",
    "village",
    "place",
    "name",
    "gender",
    "unit",
    "level",
    "post",
    "period",
    "since",
    "until",
    "phone",
    "id_number",
    "remark",
)
REQUIRED = ("name", "village", "unit")

# Longest value the registry keeps, in characters.
MAX_LENGTH = {"town": 64, "village": 64, "name": 64, "unit": 128, "post": 128, "remark": 255}


def labels() -> dict[str, str]:
    """The name of each field in the reader's language, in the order a page offers them."""
    return {
        "serial": _("序号"),
        "district": _("地区"),
        "town": _("镇街"),
        "village": _("村"),
        "place": _("镇和村写在一格"),
        "name": _("姓名"),
        "gender": _("性别"),
        "unit": _("派出单位"),
        "level": _("单位层级"),
        "post": _("职务"),
        "period": _("任职起止写在一格"),
        "since": _("任职起"),
        "until": _("任职止"),
        "phone": _("手机"),
        "id_number": _("身份证号"),
        "remark": _("备注"),
    }
