"""How the names of places are joined, on every page and paper: what a name says already is not said twice.

Towns are called as a district writes them, 滨海新区白石镇 or 白石镇, and so are villages.
"""


def joined(*names: str) -> str:
    """District, town and village in one, from the widest to the narrowest; any of them may be missing.

    滨海新区 and 滨海新区白石镇 are 滨海新区白石镇; 水东镇 and 水东镇上村 are 水东镇上村; 电白区 and 茂名市电白区水东镇
    are 茂名市电白区水东镇.
    """
    told, widest = "", ""
    for name in (each.strip() for each in names):
        if not name or name == widest:
            continue
        told, widest = (name if told and told in name else told + _without(widest, name)), name
    return told


def within(district: str, *names: str) -> str:
    """Town and village as one says them where the district stands beside them."""
    told = joined(district, *names)
    return told.removeprefix(district) if district else told


def _without(wider: str, name: str) -> str:
    """A name without the wider place that it begins with."""
    return name.removeprefix(wider) if wider else name
