"""A roster in the shape of a county's published pairing table (组团结对情况表), with invented people and places."""

from datetime import date
from typing import Any

from tests.registry.excel.office import xlsx

_TOP = ["序号", "镇（街）", "镇类型", "组团单位", None, None, "驻村第一书记", None, None, None, "科技特派员等"]
_SUB = [
    None,
    None,
    None,
    "牵头单位",
    "选派第一书记单位",
    "选派驻镇队员单位",
    "姓名",
    "所驻村",
    "任职时间",
    "联系电话",
    None,
]
_KEY = "重点帮扶镇"
_ROWS: list[list[Any]] = [
    [
        1,
        "甲山镇",
        _KEY,
        "市示例委",
        "市示例一局、\n市示例二局",
        "市示例三局",
        "张 三",
        "东村",
        "2021年9月",
        13800000001,
        "1名以上",
    ],
    [None, None, None, None, None, None, "李四", "西村", date(2021, 9, 10), 13800000002, None],
    [
        2,
        "乙水镇",
        _KEY,
        "省示例厅",
        "省示例厅",
        "省示例集团",
        "王　五",
        "南村",
        "2021.9",
        "１３８０００００００３",
        None,
    ],
    [None, None, None, None, "国家示例局广东局", None, "赵䶮", "北村", 202109, "13800000004", None],
]
_REST: list[list[Any]] = [
    [
        3,
        "丙田镇",
        "巩固提升镇",
        "县示例局",
        "县示例一局",
        "县示例三局",
        "钱七",
        "上村",
        "2021年9月至今",
        13800000005,
        None,
    ],
    [
        4,
        "丁城街道",
        "街道自身帮扶",
        "县示例局",
        "县示例二局",
        "县示例四局",
        "孙八",
        "下社区",
        "2021-09",
        13800000006,
        None,
    ],
]
PAIRED = [
    ("甲山镇", "东村", "张三", "市示例一局、市示例二局"),
    ("甲山镇", "西村", "李四", "市示例一局、市示例二局"),
    ("乙水镇", "南村", "王五", "省示例厅"),
    ("乙水镇", "北村", "赵䶮", "国家示例局广东局"),
    ("丙田镇", "上村", "钱七", "县示例一局"),
    ("丁城街道", "下社区", "孙八", "县示例二局"),
]


def pairing() -> bytes:
    """Title rows, a header of two levels printed again at the page break, towns and units merged over their people."""
    people = [f"{column}{top}:{column}{top + 1}" for top in (6, 8) for column in "ABCDF"]
    header = [f"{column}{top}:{column}{top + 1}" for top in (4, 10) for column in "ABCK"]
    groups = [f"{left}{top}:{right}{top}" for top in (4, 10) for left, right in ("DF", "GJ")]
    return xlsx(
        ["附件1"],
        ["驻镇帮镇扶村组团结对情况表"],
        [],
        *(_TOP, _SUB, *_ROWS, _TOP, _SUB, *_REST),
        ["合计", None, None, None, None, None, "6人"],
        ["备注：由选派驻镇帮扶工作队成员单位选派。"],
        merged=["A2:K2", "E6:E7", "K6:K9", *people, *header, *groups],
    )
