"""What stands on the desk in one line, and what is counted."""

from accounts import desk
from accounts.desk import Todo
from accounts.hooks import PageSeason, SeasonFacts

ALIKE = "%(count)d 个地区：下一步，生效"


def district(name, **told):
    return Todo(f"{name}初赛：下一步，生效", f"/{name}/", alike=ALIKE, place=name, season=1, **told)


def test_one_alone_says_what_it_is():
    assert desk.grouped([district("茂南区")]) == [district("茂南区")]


def test_what_is_alike_stands_in_one_line_with_a_link_for_each():
    other = Todo("名册待确认", "/roster/", season=1)
    found = desk.grouped([district("茂南区"), other, district("电白区"), district("滨海新区")])
    assert [(todo.text, list(todo.links)) for todo in found] == [
        ("3 个地区：下一步，生效", [("茂南区", "/茂南区/"), ("电白区", "/电白区/"), ("滨海新区", "/滨海新区/")]),
        ("名册待确认", []),
    ]


def test_what_is_urgent_or_waits_or_of_another_season_is_not_alike():
    told = [district("茂南区"), district("电白区", urgent=True), district("滨海新区", waits=True)]
    told.append(Todo("高州市", "/高州市/", alike=ALIKE, place="高州市", season=2))
    assert desk.grouped(told) == told


def test_a_second_line_stays_where_all_say_the_same():
    same = desk.grouped(
        [district("茂南区", detail="公示至 12 月 1 日"), district("电白区", detail="公示至 12 月 1 日")]
    )
    assert [todo.detail for todo in same] == ["公示至 12 月 1 日"]
    others = desk.grouped([district("茂南区", detail="公示至 12 月 1 日"), district("电白区", detail="已过期")])
    assert [todo.detail for todo in others] == [""]


def test_what_waits_for_others_is_told_apart_and_not_counted(people, monkeypatch, signed_in):
    mine, others = Todo("现在的事", "/a/", season=None), Todo("等同事的事", "/b/", waits=True, season=None)
    monkeypatch.setattr(desk, "_sources", [lambda user: [others, mine]])
    page = signed_in(people["heya"]).get("/desk/")
    assert ([todo.text for todo in page.context["todos"]], [todo.text for todo in page.context["waits"]]) == (
        ["现在的事"],
        ["等同事的事"],
    )
    told = page.content.decode()
    assert "有 1 件事等您办理。" in told
    assert "正等时间或他人的" in told


def test_another_season_is_named_for_what_can_be_done_there():
    here, other = SeasonFacts(pk=1, code="2023"), SeasonFacts(pk=2, code="2024")
    page = PageSeason(season=here, offered=[here, other])
    todo, waits = Todo("事", "/a/", season=2), Todo("等", "/b/", waits=True, season="2024")
    assert desk.elsewhere([todo, waits], page) == [(other, 1)]
    assert desk.elsewhere([waits], page) == []
