"""A preview that is put away as JSON and taken out again is the same preview."""

import json

from registry.excel import stored
from tests.registry.excel.office import plan_of, table_of, xlsx, zhang
from tests.registry.excel.pairing import pairing

HEAD = ["村", "姓名", "单位", "身份证号", "任职起", "手机"]
MIXED = xlsx(
    HEAD,
    ["烧酒村", "张三", "广东省示例厅", "11010519491231002X", "2021年7月", None],
    ["福华村", "李䶮", "珠海市示例局", 440902198001011234, "2021-06", None],
    ["白土村", "王五", "茂名市示例局", None, None, 13800000003],
    ["合计", "", 3],
)


def test_a_table_comes_back_as_it_was():
    for data in (pairing(), MIXED):
        table = table_of(data)
        assert stored.table_from_json(json.loads(json.dumps(stored.table_to_json(table)))) == table


def test_a_plan_comes_back_as_it_was():
    planned = plan_of(MIXED, [zhang(), zhang(ref="b", name="赵六", village="那霍村")], district="maonan")
    assert dict(planned.counts) == {"add": 1, "change": 1, "same": 0, "refuse": 1}
    assert stored.plan_from_json(json.loads(json.dumps(stored.plan_to_json(planned)))) == planned


def test_no_identity_number_is_put_away():
    table, planned = table_of(MIXED), plan_of(MIXED, district="maonan")
    kept = json.dumps([stored.table_to_json(table), stored.plan_to_json(planned)])
    assert [row.values.get("id_number") for row in table.rows] == ["ok", "damaged", None]
    assert ("11010519491231002X" in kept, "440902" in kept, "4.40902" in kept) == (False, False, False)
