"""A file against the roster as it is: who is taken for whom, what changes, what is only noted."""

from dataclasses import replace
from datetime import date

from tests.registry.excel.office import (
    HEADER,
    LI,
    WANG,
    ZHANG,
    in_office,
    notes,
    places,
    plan_of,
    problems,
    taken,
    xlsx,
    zhang,
)

HEAD = ["镇街", "村", "姓名", "派出单位", "手机"]


def changes(planned):
    return [(row.action, row.ref, dict(row.changes)) for row in planned.rows]


def one(*cells, existing=(), head=HEAD):
    return plan_of(xlsx(head, list(cells)), existing, district="maonan")


def test_the_same_file_a_second_time_changes_nothing():
    data = xlsx(HEADER, ZHANG, LI, WANG)
    first = plan_of(data)
    second = plan_of(data, in_office(first))
    assert (first.counts, first.is_ready) == ({"add": 3, "change": 0, "same": 0, "refuse": 0}, True)
    assert (second.counts, second.is_ready) == ({"add": 0, "change": 0, "same": 3, "refuse": 0}, False)
    assert second.absent == ()


def test_zhang_s_new_phone_is_a_change_with_the_old_and_the_new_number():
    planned = one("山阁镇", "烧酒村", "张三", "广东省示例厅", "13900000009", existing=[zhang()])
    assert changes(planned) == [("change", 1, {"phone": ("13800000001", "13900000009")})]


def test_zhang_is_found_again_however_his_town_and_village_are_written():
    planned = one("山阁", "烧酒村委会", "张 三", "广东省示例厅", None, existing=[zhang()])
    assert changes(planned) == [("same", 1, {})]
    assert taken(planned)[0].village == "烧酒村"


def test_an_empty_cell_erases_nothing_and_a_guessed_level_overrules_nothing():
    known = zhang(level="county", post="科长", remark="党员")
    planned = one(None, "烧酒村", "张三", "广东省示例厅", None, existing=[known])
    assert changes(planned) == [("same", 1, {})]
    assert taken(planned)[0].level == "county"
    assert notes(planned) == {}


def test_the_key_of_a_posting_is_its_district_town_village_and_person():
    planned = one("山阁镇", "烧酒村", "张三", "广东省示例厅", None)
    assert planned.rows[0].key == "maonan|山阁|烧酒|张三"


def test_a_new_name_in_zhang_s_village_is_a_replacement_and_asks_to_end_his_posting():
    planned = one("山阁镇", "烧酒村", "李四", "珠海市示例局", "13800000002", existing=[zhang()])
    assert changes(planned) == [("add", None, {})]
    assert notes(planned) == {2: [("level", "level_guessed"), ("village", "village_occupied")]}
    assert planned.rows[0].notes[1].sentence == "该村现任第一书记是张三。如已接替，请在导入后结束其任职。"
    assert planned.absent == (zhang(),)


def test_zhang_in_another_village_but_from_the_same_unit_is_the_same_man():
    planned = one("山阁镇", "福华村", "张三", "广东省示例厅", None, existing=[zhang()])
    assert changes(planned) == [("change", 1, {"village": ("烧酒村", "福华村")})]
    assert ("village", "moved") in notes(planned)[2]


def test_zhang_under_a_corrected_name_is_known_by_his_phone_and_village():
    planned = one("山阁镇", "烧酒村", "章三", "广东省示例厅", "13800000001", existing=[zhang()])
    assert changes(planned) == [("change", 1, {"name": ("张三", "章三")})]
    assert ("name", "renamed") in notes(planned)[2]


def test_zhang_from_another_unit_in_another_village_is_known_by_his_phone_and_name():
    planned = one("金塘镇", "白土村", "张三", "茂名市示例局", "13800000001", existing=[zhang()])
    assert [(row.action, sorted(row.changes)) for row in planned.rows] == [
        ("change", ["level", "town", "unit", "village"])
    ]


def test_another_zhang_of_another_village_and_unit_is_another_man():
    planned = one("金塘镇", "白土村", "张三", "茂名市示例局", "13800000009", existing=[zhang()])
    assert changes(planned) == [("add", None, {})]


def test_the_same_village_name_in_another_town_is_another_village():
    planned = one("金塘镇", "烧酒村", "张三", "茂名市示例局", None, existing=[zhang()])
    assert changes(planned) == [("add", None, {})]


def test_the_same_village_and_name_in_another_district_is_somebody_else():
    assert changes(one("山阁镇", "烧酒村", "张三", "广东省示例厅", None, existing=[zhang(district="dianbai")])) == [
        ("add", None, {})
    ]


def test_the_stable_key_is_tried_for_every_row_before_any_weaker_likeness():
    """Li takes Zhang's village while Zhang moves: neither may be taken for the other."""
    li = zhang(ref=2, name="李四", village="福华村", unit="珠海市示例局", level="zhuhai", phone="13800000002")
    planned = plan_of(
        xlsx(
            HEAD,
            ["山阁镇", "白土村", "李四", "珠海市示例局", "13800000002"],
            ["山阁镇", "烧酒村", "张三", "广东省示例厅", "13800000001"],
        ),
        [zhang(), li],
        district="maonan",
    )
    assert changes(planned) == [("change", 2, {"village": ("福华村", "白土村")}), ("same", 1, {})]


def test_two_postings_equally_alike_are_given_to_nobody():
    two = [zhang(village="福华村"), zhang(ref=2, village="白土村", phone="")]
    planned = one("山阁镇", "烧酒村", "张三", "广东省示例厅", None, existing=two)
    assert changes(planned) == [("add", None, {})]
    assert planned.absent == tuple(two)


def test_a_town_left_out_is_taken_from_the_roster_when_only_one_has_the_village():
    planned = one(None, "烧酒村", "李四", "珠海市示例局", None, existing=[zhang()])
    assert places(planned) == [(2, "add", "maonan", "山阁镇", "烧酒村", "李四")]
    elsewhere = one(None, "福华村", "李四", "珠海市示例局", None, existing=[zhang()])
    assert ("town", "no_town") in notes(elsewhere)[2]


def test_towns_and_units_get_one_spelling_so_that_none_is_made_twice():
    planned = plan_of(
        xlsx(
            HEAD,
            ["山阁", "福华村", "李四", "广东省示例厅（本级）", None],
            ["金塘镇", "白土村", "王五", "茂名市示例局", None],
            ["金塘", "白土村委", "赵六", "广东省示例厅(本级)", None],
        ),
        [zhang()],
        district="maonan",
    )
    assert [(row.town, row.village, row.unit) for row in taken(planned)] == [
        ("山阁镇", "福华村", "广东省示例厅（本级）"),
        ("金塘镇", "白土村", "茂名市示例局"),
        ("金塘镇", "白土村", "广东省示例厅（本级）"),
    ]
    assert notes(planned)[4] == [("village", "village_named"), ("level", "level_guessed"), ("village", "village_twice")]


def test_a_unit_s_level_stated_once_settles_its_other_rows_and_stated_twice_is_refused():
    head = ["村", "姓名", "单位", "层级"]
    stated = plan_of(
        xlsx(head, ["烧酒村", "张三", "示例大学", "省直"], ["福华村", "李四", "示例大学", None]), district="maonan"
    )
    assert [(row.level, row.level_guessed) for row in taken(stated)] == [("central_provincial", False)] * 2
    twice = plan_of(
        xlsx(head, ["烧酒村", "张三", "示例大学", "省直"], ["福华村", "李四", "示例大学", "县级"]), district="maonan"
    )
    assert problems(twice) == {2: [("level", "two_levels")], 3: [("level", "two_levels")]}
    assert twice.rows[0].problems[0].sentence == (
        "第 2、3 行把同一个单位写成不同的层级（中央和省直单位、县级单位）。请改成一致。"
    )


def test_a_phone_shared_by_two_people_is_noted_and_by_one_name_is_a_duplicate():
    shared = plan_of(
        xlsx(
            HEAD,
            ["山阁镇", "烧酒村", "张三", "广东省示例厅", "13800000001"],
            ["山阁镇", "福华村", "李四", "珠海市示例局", "13800000001"],
        ),
        district="maonan",
    )
    assert [note.code for row in shared.rows for note in row.notes] == ["level_guessed", "phone_shared"] * 2
    same = plan_of(
        xlsx(
            ["地区", "村", "姓名", "单位", "手机"],
            ["茂南区", "烧酒村", "张三", "广东省示例厅", "13800000001"],
            ["电白区", "尚塘村", "张三", "珠海市示例局", "13800000001"],
        )
    )
    assert problems(same) == {2: [("name", "duplicate")], 3: [("name", "duplicate")]}


def test_a_service_that_ends_before_it_begins_is_refused_and_one_of_a_single_month_is_not():
    head = ["村", "姓名", "单位", "任职起", "任职止"]
    planned = plan_of(
        xlsx(
            head,
            ["烧酒村", "张三", "广东省示例厅", "2023-12", "2021-06"],
            ["福华村", "李四", "珠海市示例局", "2023-12", "2023-12"],
            ["白土村", "赵六", "茂名市示例局", "2021年", "至今"],
            ["那霍村", "钱七", "茂名市示例局", 2021.1, None],
            ["黄岭村", "孙八", "茂名市示例局", "去年夏天", None],
        ),
        district="maonan",
    )
    assert problems(planned) == {
        2: [("until", "ends_before_it_begins")],
        4: [("since", "year_only")],
        5: [("since", "ambiguous")],
        6: [("since", "not_a_month")],
    }
    assert planned.rows[3].problems[0].sentence == (
        "“任职起”是数字 2021.1，看不出是 1 月还是 10 月。请写成 2021年10月 这样。"
    )
    li = planned.rows[1].values
    assert li is not None
    assert (li.since, li.until) == (date(2023, 12, 1), date(2023, 12, 1))


def test_an_end_before_the_beginning_the_roster_knows_is_refused_too():
    head = ["村", "姓名", "单位", "任职止"]
    planned = plan_of(xlsx(head, ["烧酒村", "张三", "广东省示例厅", "2020年6月"]), [zhang()], district="maonan")
    assert problems(planned) == {2: [("until", "ends_before_it_begins")]}
    assert planned.rows[0].problems[0].sentence == (
        "与名册里已有的时间合起来，任职止（2020-06）早于任职起（2021-06）。请在表里写全起止。"
    )


def test_texts_longer_than_the_registry_keeps_are_refused():
    planned = one("山阁镇", "烧" * 65, "张三", "广" * 129, None)
    assert problems(planned) == {2: [("village", "too_long"), ("unit", "too_long")]}
    assert planned.rows[0].problems[0].sentence == "“村”有 65 个字，最多 64 个。"


def test_a_headcount_that_differs_from_the_decree_is_reconciled_in_a_sentence():
    binhai = [[f"滨海{number}村", "张三" + "甲乙丙丁"[number], f"茂名市示例局{number}"] for number in range(4)]
    head = ["村", "姓名", "单位"]
    sentences = [
        plan_of(xlsx(head, *binhai[:count]), district="binhai").reconciliations[0].sentence for count in (2, 3, 4)
    ]
    assert sentences == [
        "滨海新区：文件里 2 人，导入后名册共 2 人，比名额分配表的 3 人少 1 人，请核对。",
        "滨海新区：文件里 3 人，导入后名册共 3 人，与名额分配表一致。",
        "滨海新区：文件里 4 人，导入后名册共 4 人，比名额分配表的 3 人多 1 人，请核对。",
    ]


def test_people_already_in_the_roster_are_counted_once_and_refused_rows_not_at_all():
    known = [replace(zhang(), ref=1, district="binhai"), zhang(ref=2, district="binhai", name="李四", village="福华村")]
    planned = plan_of(
        xlsx(
            ["村", "姓名", "单位"],
            ["烧酒村", "张三", "广东省示例厅"],
            ["白土村", "王五", "茂名市示例局"],
            ["那霍村", "赵?", "茂名市示例局"],
        ),
        known,
        district="binhai",
    )
    (binhai,) = planned.reconciliations
    assert (binhai.stated_by_decree, binhai.in_file, binhai.after_import, binhai.agrees) == (3, 2, 3, True)
    assert planned.counts == {"add": 1, "change": 0, "same": 1, "refuse": 1}
    assert planned.is_ready is False
    assert [posting.name for posting in planned.absent] == ["李四"]


def test_a_file_of_the_whole_city_is_reconciled_for_all_seven_districts():
    planned = plan_of(xlsx(HEADER, ZHANG, LI, WANG))
    assert [(one.district, one.stated_by_decree, one.after_import) for one in planned.reconciliations] == [
        ("maonan", 27, 2),
        ("dianbai", 39, 1),
        ("xinyi", 30, 0),
        ("gaozhou", 48, 0),
        ("huazhou", 61, 0),
        ("binhai", 3, 0),
        ("gaoxin", 4, 0),
    ]
