"""Who takes part in a stage, who leaves it, and who comes back."""

from urllib.parse import unquote

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts import log
from accounts.models import LogLine
from accounts.permissions import NeedsSecond
from contest.actions import entries as actions
from contest.models import Entry
from contest.models.entry import Status
from contest.models.stage import State
from tests import cast
from tests.races import at_once


@pytest.fixture
def entered(maonan, people) -> list[Entry]:
    """陈志远, 梁秀英 and 王䶮 in 茂南区's preliminary."""
    return cast.enter_people(maonan, 3, by=people["chenxiao"])


def lines(action):
    return LogLine.objects.filter(action=action).count()


def test_the_office_finds_the_way_to_disqualify_in_the_row_of_a_closed_stage(entered, maonan, people, signed_in):
    url, way = f"/desk/stages/{maonan.pk}/entries/", f"/desk/entries/{entered[0].pk}/disqualify/"
    heya, chenxiao = signed_in(people["heya"]), signed_in(people["chenxiao"])
    assert way not in heya.get(url).content.decode()
    cast.put(maonan, State.CLOSED)
    assert way in heya.get(url).content.decode()
    assert way not in chenxiao.get(url).content.decode()
    Entry.objects.filter(pk=entered[0].pk).update(status=Status.WITHDRAWN, status_reason="生病")
    assert way not in heya.get(url).content.decode()
    form = heya.get(f"/desk/entries/{entered[1].pk}/disqualify/").content.decode()
    assert ("请选择" in form, "不附" in form) == (True, False)


def test_chenxiao_enters_two_at_once(maonan, people):
    entries = actions.enter_all(maonan, cast.station(maonan.district, 2), by=people["chenxiao"], at=cast.NOW)
    assert [(entry.secretary.name, entry.district, entry.status) for entry in Entry.objects.order_by("pk")] == [
        ("陈志远", maonan.district, "entered"),
        ("梁秀英", maonan.district, "entered"),
    ]
    line = LogLine.objects.get(action="enter")
    assert f'"entries":[{entries[0].pk},{entries[1].pk}]' in line.payload


def test_whoever_is_entered_is_not_entered_again(entered, maonan, people):
    with pytest.raises(actions.EntryRefused, match="陈志远 已在参赛名单中"):
        actions.enter(maonan, entered[0].posting, by=people["chenxiao"], at=cast.NOW)
    assert Entry.objects.count() == 3


def test_whoever_left_is_not_entered_again_but_reinstated(entered, maonan, people):
    actions.leave(entered[0], Status.WITHDRAWN, reason="生病", by=people["chenxiao"], at=cast.NOW)
    with pytest.raises(actions.EntryRefused, match="已在参赛名单中"):
        actions.enter(maonan, entered[0].posting, by=people["chenxiao"], at=cast.NOW)


def test_a_stranger_to_the_district_is_refused_and_nobody_is_entered(maonan, dianbai, people):
    postings = [*cast.station(maonan.district, 1), *cast.station(dianbai.district, 1, start=1)]
    with pytest.raises(actions.EntryRefused, match="梁秀英 不在茂南区任职"):
        actions.enter_all(maonan, postings, by=people["chenxiao"], at=cast.NOW)
    assert (Entry.objects.count(), lines("enter")) == (0, 0)


@pytest.mark.parametrize("username", ["huangqiang", "zhengzhi"])
def test_nobody_enters_people_elsewhere(maonan, people, username):
    with pytest.raises(PermissionDenied):
        actions.enter_all(maonan, cast.station(maonan.district, 1), by=people[username], at=cast.NOW)


@pytest.mark.parametrize("state", list(State))
def test_people_enter_until_scoring_begins(maonan, people, state):
    cast.put(maonan, state)
    postings = cast.station(maonan.district, 1)
    if state in ("preparing", "collecting", "ready"):
        actions.enter_all(maonan, postings, by=people["chenxiao"], at=cast.NOW)
        assert Entry.objects.count() == 1
    else:
        with pytest.raises(actions.EntryRefused, match="已进入后续阶段"):
            actions.enter_all(maonan, postings, by=people["chenxiao"], at=cast.NOW)
        assert (Entry.objects.count(), lines("enter")) == (0, 0)


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.ABSENT, Status.DISQUALIFIED])
def test_leaving_has_a_status_a_reason_and_a_line(entered, people, status):
    actions.leave(entered[1], status, reason=" 送医 ", by=people["chenxiao"], at=cast.NOW)
    entry = Entry.objects.get(pk=entered[1].pk)
    assert (entry.status, entry.status_reason) == (status, "送医")
    assert list(Entry.objects.competing().order_by("pk")) == [entered[0], entered[2]]
    assert LogLine.objects.get(action="leave").note.text == "送医"


@pytest.mark.parametrize("status", [Status.ENTERED, Status.REPLACED])
def test_nobody_leaves_into_another_status(entered, people, status):
    with pytest.raises(actions.EntryRefused, match="请选择"):
        actions.leave(entered[1], status, reason="送医", by=people["chenxiao"], at=cast.NOW)


def test_the_second_person_stands_in_the_lines_of_leaving_and_coming_back(entered, people):
    pair = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
    actions.leave(entered[1], Status.ABSENT, reason="没有到场", at=cast.NOW, **pair)
    actions.reinstate(entered[1], reason="迟到五分钟", at=cast.later(1), **pair)
    told = LogLine.objects.filter(action__in=("leave", "reinstate")).order_by("seq")
    assert [(line.action, line.actor, line.second) for line in told] == [
        ("leave", people["chenxiao"], people["linfang"]),
        ("reinstate", people["chenxiao"], people["linfang"]),
    ]


@pytest.mark.parametrize("reason", ["", "  ", "\n", "\u200b", "\u3164"])
def test_nobody_leaves_or_comes_back_without_a_reason(entered, people, reason):
    with pytest.raises(actions.EntryRefused, match="请写明原因"):
        actions.leave(entered[1], Status.ABSENT, reason=reason, by=people["chenxiao"], at=cast.NOW)
    actions.leave(entered[1], Status.ABSENT, reason="没有到场", by=people["chenxiao"], at=cast.NOW)
    with pytest.raises(actions.EntryRefused, match="请写明原因"):
        actions.reinstate(entered[1], reason=reason, by=people["chenxiao"], at=cast.NOW)


def test_whoever_left_cannot_leave_again(entered, people):
    again = Entry.objects.get(pk=entered[0].pk)
    actions.leave(entered[0], Status.ABSENT, reason="没有到场", by=people["chenxiao"], at=cast.NOW)
    with pytest.raises(actions.EntryRefused, match="陈志远 的参赛状态已经变化"):
        actions.leave(again, Status.DISQUALIFIED, reason="材料不实", by=people["linfang"], at=cast.NOW)
    assert Entry.objects.get(pk=entered[0].pk).status == "absent"
    assert lines("leave") == 1


def test_whoever_left_comes_back(entered, people):
    actions.leave(entered[0], Status.ABSENT, reason="没有到场", by=people["chenxiao"], at=cast.NOW)
    actions.reinstate(entered[0], reason="迟到五分钟，评审团同意", by=people["linfang"], at=cast.later(6))
    entry = Entry.objects.get(pk=entered[0].pk)
    assert (entry.status, entry.status_reason) == ("entered", "")
    assert lines("reinstate") == 1


def test_whoever_is_there_does_not_come_back(entered, people):
    with pytest.raises(actions.EntryRefused, match="已经变化"):
        actions.reinstate(entered[0], reason="误点", by=people["chenxiao"], at=cast.NOW)
    assert lines("reinstate") == 0


def test_whoever_was_replaced_does_not_come_back(entered, people):
    Entry.objects.filter(pk=entered[0].pk).update(status="replaced", status_reason="调离")
    entered[0].refresh_from_db()
    with pytest.raises(actions.EntryRefused, match="已有人递补"):
        actions.reinstate(entered[0], reason="又回来了", by=people["chenxiao"], at=cast.NOW)


@pytest.mark.parametrize("state", list(State))
def test_people_leave_until_the_results_are_in(entered, maonan, people, state):
    cast.put(maonan, state)
    entry = Entry.objects.select_related("stage__season").get(pk=entered[0].pk)
    if state == "scoring":
        with pytest.raises(NeedsSecond):
            actions.leave(entry, Status.ABSENT, reason="没有到场", by=people["chenxiao"], at=cast.NOW)
        pair = {"by": people["chenxiao"], "seconded_by": people["linfang"]}
        actions.leave(entry, Status.ABSENT, reason="没有到场", at=cast.NOW, **pair)
        assert lines("leave") == 1
    elif state in ("preparing", "collecting", "ready"):
        actions.leave(entry, Status.ABSENT, reason="没有到场", by=people["chenxiao"], at=cast.NOW)
        assert lines("leave") == 1
    else:
        with pytest.raises(actions.EntryRefused, match="已进入后续阶段"):
            actions.leave(entry, Status.ABSENT, reason="没有到场", by=people["chenxiao"], at=cast.NOW)
        assert lines("leave") == 0


def test_a_talk_gets_its_title(entered, people):
    actions.name_talk(entered[0], "把论文写在田埂上", by=people["chenxiao"], at=cast.NOW)
    assert Entry.objects.get(pk=entered[0].pk).talk == "把论文写在田埂上"
    assert lines("name_talk") == 1


def test_the_neighbour_changes_nobody(entered, people):
    for act in (
        lambda: actions.leave(entered[0], Status.ABSENT, reason="x", by=people["huangqiang"], at=cast.NOW),
        lambda: actions.reinstate(entered[0], reason="x", by=people["huangqiang"], at=cast.NOW),
        lambda: actions.name_talk(entered[0], "x", by=people["huangqiang"], at=cast.NOW),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_what_was_half_done_is_rolled_back(entered, people, monkeypatch):
    def break_down(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(log, "write", break_down)
    with pytest.raises(ZeroDivisionError):
        actions.leave(entered[0], Status.ABSENT, reason="没有到场", by=people["chenxiao"], at=cast.NOW)
    assert Entry.objects.get(pk=entered[0].pk).status == "entered"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_enter_the_same_secretary_at_once_enter_them_once(maonan, people):
    postings = cast.station(maonan.district, 2)
    acts = [
        lambda name=name: actions.enter_all(maonan, postings, by=people[name], at=cast.NOW)
        for name in ("chenxiao", "linfang")
    ]
    connection.close()
    assert sorted(at_once(*acts)) == ["EntryRefused", "done"]
    assert (Entry.objects.count(), lines("enter")) == (2, 1)
    assert log.verify("2023")[2] == []


# The pages.


def test_the_list_shows_everybody_in_order_and_finds_by_name_village_and_unit(entered, maonan, people, signed_in):
    client = signed_in(people["chenxiao"])
    path = f"/desk/stages/{maonan.pk}/entries/"

    def found(**words):
        return [entry.secretary.name for entry in client.get(path, words).context["page"]]

    assert found() == ["陈志远", "梁秀英", "王䶮"]
    assert found(q="䶮") == ["王䶮"]
    assert found(q="示例2村") == ["梁秀英"]
    assert found(q="茂名市示例局") == ["陈志远", "梁秀英", "王䶮"]
    actions.leave(entered[0], Status.ABSENT, reason="没有到场", by=people["chenxiao"], at=cast.NOW)
    assert found(status="absent") == ["陈志远"]
    assert found(status="nonsense") == ["陈志远", "梁秀英", "王䶮"]
    assert "没有符合条件的参赛者" in client.get(path, {"q": "没有这个人"}).content.decode()


def test_chenxiao_enters_people_on_the_page(maonan, people, signed_in):
    postings = cast.station(maonan.district, 3)
    client = signed_in(people["chenxiao"])
    path = f"/desk/stages/{maonan.pk}/enter/"
    assert "名册中还有 3 人未加入茂南区初赛" in client.get(path).content.decode()
    assert client.post(path, {"postings": [postings[0].pk, postings[2].pk]}).status_code == 302
    assert list(Entry.objects.order_by("pk").values_list("secretary__name", flat=True)) == ["陈志远", "王䶮"]


@pytest.mark.parametrize("chosen", [[], ["no-number"], [10**30], [-1], [""]])
def test_a_choice_that_is_none_is_told_on_the_page(maonan, people, signed_in, chosen):
    cast.station(maonan.district, 1)
    answer = signed_in(people["chenxiao"]).post(f"/desk/stages/{maonan.pk}/enter/", {"postings": chosen, "x": "1"})
    assert answer.status_code == 400
    assert "postings" in answer.context["form"].errors
    assert not Entry.objects.exists()


def test_a_neighbours_posting_is_no_choice(maonan, dianbai, people, signed_in):
    far = cast.station(dianbai.district, 1)[0]
    answer = signed_in(people["chenxiao"]).post(f"/desk/stages/{maonan.pk}/enter/", {"postings": [far.pk]})
    assert answer.status_code == 400
    assert not Entry.objects.exists()


def test_entering_too_late_is_told_on_the_page(maonan, people, signed_in):
    posting = cast.station(maonan.district, 1)[0]
    cast.put(maonan, State.SCORING)
    answer = signed_in(people["chenxiao"]).post(f"/desk/stages/{maonan.pk}/enter/", {"postings": [posting.pk]})
    assert answer.status_code == 400
    assert "已进入后续阶段" in answer.content.decode()


def test_chenxiao_records_an_absence_and_takes_it_back_on_the_page(entered, people, signed_in):
    client = signed_in(people["chenxiao"])
    path = f"/desk/entries/{entered[0].pk}/"
    assert client.post(path, {"step": "leave", "status": "absent", "reason": "没有到场"}).status_code == 302
    assert Entry.objects.get(pk=entered[0].pk).status == "absent"
    assert "恢复参赛" in client.get(path).content.decode()
    assert client.post(path, {"step": "return", "reason": "其实到了"}).status_code == 302
    assert Entry.objects.get(pk=entered[0].pk).status == "entered"
    assert client.post(path, {"step": "talk", "talk": "一条路走出一片天"}).status_code == 302
    assert Entry.objects.get(pk=entered[0].pk).talk == "一条路走出一片天"


@pytest.mark.parametrize(
    "told",
    [
        {"step": "leave", "status": "absent"},
        {"step": "leave", "reason": "没有到场"},
        {"step": "leave", "status": "replaced", "reason": "没有到场"},
        {"step": "leave", "status": "absent", "reason": "长" * 256},
        {"step": "talk", "talk": "长" * 129},
        {"step": "dance"},
        {"x": "1"},
    ],
)
def test_a_form_that_cannot_stand_changes_nobody(entered, people, signed_in, told):
    assert signed_in(people["chenxiao"]).post(f"/desk/entries/{entered[0].pk}/", told).status_code == 400
    entry = Entry.objects.get(pk=entered[0].pk)
    assert (entry.status, entry.talk) == ("entered", "")


def test_the_neighbour_finds_no_page(entered, maonan, people, signed_in):
    client = signed_in(people["huangqiang"])
    for path in (f"/desk/stages/{maonan.pk}/entries/", f"/desk/stages/{maonan.pk}/enter/"):
        assert client.get(path).status_code == 404
    assert client.get(f"/desk/entries/{entered[0].pk}/").status_code == 404
    assert client.post(f"/desk/entries/{entered[0].pk}/", {"step": "talk", "talk": "x"}).status_code == 404
    assert client.get(f"/desk/stages/{maonan.pk}/entries/export/").status_code == 404


def test_the_supervisor_looks_and_changes_nothing(entered, maonan, people, signed_in):
    client = signed_in(people["zhengzhi"])
    page = client.get(f"/desk/stages/{maonan.pk}/entries/")
    assert page.status_code == 200
    assert "加入参赛者" not in page.content.decode()
    assert client.get(f"/desk/entries/{entered[0].pk}/").status_code == 404


def test_the_list_takes_as_many_queries_for_three_as_for_one(maonan, people, signed_in, django_assert_num_queries):
    client = signed_in(people["chenxiao"])
    path = f"/desk/stages/{maonan.pk}/entries/"
    cast.enter_people(maonan, 1, by=people["chenxiao"])
    with django_assert_num_queries(8):
        client.get(path)
    actions.enter_all(maonan, cast.station(maonan.district, 2, start=1), by=people["chenxiao"], at=cast.NOW)
    with django_assert_num_queries(8):
        client.get(path)


def test_the_excel_file_holds_everybody_as_text(entered, maonan, people, signed_in, tmp_path):
    import openpyxl

    entered[0].talk = "=1+1"
    entered[0].save()
    actions.leave(entered[2], Status.ABSENT, reason="没有到场", by=people["chenxiao"], at=cast.NOW)
    answer = signed_in(people["zhengzhi"]).get(f"/desk/stages/{maonan.pk}/entries/export/")
    assert unquote(answer.headers["Content-Disposition"]) == "attachment; filename*=utf-8''茂南区初赛参赛名单.xlsx"
    path = tmp_path / "entries.xlsx"
    path.write_bytes(b"".join(answer) if answer.streaming else answer.content)
    sheet = openpyxl.load_workbook(path).active
    cells = [[str(cell.value) for cell in row] for row in sheet.iter_rows()]
    told = {name: row for row in cells for name in ("陈志远", "梁秀英", "王䶮") if name in row}
    assert len(told) == 3
    assert told["王䶮"][-2:] == ["缺席", "没有到场"]
    talk = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1")
    assert talk.data_type == "s"
