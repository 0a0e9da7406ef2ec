"""The access log 查阅及操作记录: what was refused and what was taken away, apart from the chain and not for ever."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import DatabaseError, transaction
from django.http import HttpResponse, HttpResponseForbidden

from accounts import tasks
from accounts.access import noting
from accounts.middleware import NotedAccess
from accounts.models import AccessLine, LogCheck, LogLine, User
from accounts.permissions import Action, NeedsSecond, require_pair
from tests import cast


def noted(*fields):
    return list(AccessLine.objects.order_by("pk").values_list(*(fields or ("kind", "user__username", "path", "what"))))


def test_a_refused_page_is_noted_with_the_sentence_that_refused_it(people, signed_in):
    signed_in(people["chenxiao"]).get("/desk/log/")
    assert noted() == [("refused", "chenxiao", "/desk/log/", "您没有权限执行此操作。")]


def test_a_form_refused_by_its_action_is_noted_and_nothing_else_is_kept(people, signed_in):
    lines = LogLine.objects.count()
    heya = people["heya"]
    answer = signed_in(heya).post(f"/desk/accounts/{heya.pk}/password/", {"once_key": "mine"})
    assert answer.status_code == 409
    assert noted() == [("refused", "heya", f"/desk/accounts/{heya.pk}/password/", "")]
    assert LogLine.objects.count() == lines


def test_reaching_for_what_is_anothers_is_noted_though_it_is_answered_as_if_it_were_not_there(
    people, dianbai, signed_in
):
    chen = signed_in(people["chenxiao"])
    path = f"/desk/stages/{dianbai.pk}/entries/"
    assert chen.get(path).status_code == 404
    assert chen.get("/desk/stages/99999/entries/").status_code == 404
    assert noted() == [("refused", "chenxiao", path, "不在权限范围内")]


def test_somebody_made_up_sees_the_log_and_the_people_of_their_rehearsal_only(people, season, heya, signed_in):
    cast.rehearsal(heya)
    luoping = User.objects.get(username="luoping")
    signed_in(people["chenxiao"]).get("/desk/log/")
    User.objects.filter(pk=luoping.pk).update(rehearsal="yanlian")
    made_up = signed_in(luoping)
    page = made_up.get("/desk/log/?chain=2023&on=contest.season:1").content.decode()
    assert "yanlian" in page
    for named in ("赋能百千万 驻村话振兴（2023）", "陈晓", "郑直", 'value="portal"', 'value="2023"'):
        assert named not in page
    assert made_up.post("/desk/log/check/").status_code == 302
    assert set(LogCheck.objects.values_list("chain", flat=True)) == {"yanlian"}
    assert "陈晓" not in made_up.get("/desk/log/access/").content.decode()


def test_an_act_asked_for_by_one_alone_is_noted_outside_its_own_refused_transaction(people, rf):
    """As the middleware meets it: the act has rolled back, the line of the access log stands."""

    @transaction.atomic
    def act():
        AccessLine.objects.create(at=cast.NOW, kind="refused", what="goes with the act")
        require_pair(people["heya"], None, Action.MANAGE_ACCOUNTS)

    def answer(request):
        with pytest.raises(NeedsSecond) as refused:
            act()
        middleware.process_exception(request, refused.value)
        return HttpResponseForbidden()

    middleware = NotedAccess(answer)
    request = rf.post("/desk/somewhere/")
    request.user = people["heya"]
    middleware(request)
    assert noted("kind", "what") == [("refused", "此项须由一人提请、另一人复核，不能由一人办理。")]


def test_who_has_not_signed_in_is_led_to_the_sign_in_and_noted_nowhere(people, client):
    client.get("/desk/log/")
    assert noted() == []


def test_a_page_that_is_read_is_not_noted(people, signed_in):
    client = signed_in(people["heya"])
    for address in ("/desk/", "/desk/log/", "/desk/accounts/", "/desk/log/access/"):
        assert client.get(address).status_code == 200
    assert noted() == []


def test_an_export_is_noted_by_its_name(people, maonan, signed_in):
    cast.enter_people(maonan, 1, by=people["chenxiao"])
    signed_in(people["linfang"]).get(f"/desk/stages/{maonan.pk}/entries/export/")
    [(kind, who, path, what)] = noted()
    assert (kind, who, path) == ("taken", "linfang", f"/desk/stages/{maonan.pk}/entries/export/")
    assert what.endswith(".xlsx")
    assert "茂南区" in what


@pytest.mark.parametrize(
    ("status", "headers", "name"),
    [
        (200, {"Content-Disposition": 'attachment; filename="a.pdf"'}, "a.pdf"),
        (200, {"Content-Disposition": "attachment; filename*=utf-8''%E8%8C%82%E5%8D%97.xlsx"}, "茂南.xlsx"),
        (200, {"Content-Disposition": "attachment"}, "—"),
        (206, {"Content-Disposition": 'attachment; filename="a.mp4"', "Content-Range": "bytes 0-99/500"}, "a.mp4"),
        (206, {"Content-Disposition": 'attachment; filename="a.mp4"', "Content-Range": "bytes 100-199/500"}, ""),
        (304, {"Content-Disposition": 'attachment; filename="a.mp4"'}, ""),
        (200, {"Content-Disposition": 'inline; filename="a.pdf"'}, ""),
        (200, {}, ""),
    ],
)
def test_a_file_is_taken_once_however_many_pieces_it_comes_in(status, headers, name):
    assert noting.taken(HttpResponse(status=status, headers=headers)) == name


def test_an_address_is_kept_and_what_is_no_address_is_not(people, rf):
    for address in ("10.8.0.7", "2001:db8::7", "no address"):
        noting.note(AccessLine.Kind.SIGNED_IN, rf.get("/", REMOTE_ADDR=address), at=cast.NOW, user=people["heya"])
    assert noted("address") == [("10.8.0.7",), ("2001:db8::7",), (None,)]


def test_long_and_unprintable_words_are_no_trouble(people, rf):
    noting.note(AccessLine.Kind.REFUSED, rf.get("/" + "x" * 400), at=cast.NOW, what="字\x00\u202e" * 300)
    [(path, what)] = noted("path", "what")
    assert (len(path), what) == (255, "字" * 255)


def test_a_line_that_cannot_be_written_costs_nobody_the_page(people, signed_in, monkeypatch):
    def full(*args, **kwargs):
        raise DatabaseError("disk is full")

    monkeypatch.setattr(AccessLine, "save", full)
    assert signed_in(people["chenxiao"]).get("/desk/log/").status_code == 403


def test_half_a_year_is_kept_and_no_more(people, rf):
    for days in (182, 184):
        noting.note(AccessLine.Kind.SIGNED_IN, rf.get("/"), at=cast.NOW - timedelta(days=days), user=people["heya"])
    assert noting.sweep(cast.NOW) == 1
    assert AccessLine.objects.get().at == cast.NOW - timedelta(days=182)


def test_the_hourly_task_forgets_what_is_older(people, rf):
    noting.note(AccessLine.Kind.SIGNED_IN, rf.get("/"), at=cast.NOW, user=people["heya"])
    tasks.check_the_log.apply(throw=True)
    assert noted() == []


@pytest.fixture
def three(people, rf):
    told = [("signed_in", "heya", 0), ("refused", "chenxiao", 5), ("signed_out", "heya", 24 * 60)]
    for kind, name, minute in told:
        noting.note(AccessLine.Kind(kind), rf.get("/desk/"), at=cast.later(minute), user=people[name], what="=1+1")


def kinds(client, **asked):
    return [line.kind for line in client.get("/desk/log/access/", asked).context["page"]]


def test_the_page_shows_the_newest_first_by_person_kind_and_day(three, people, signed_in):
    client = signed_in(people["zhengzhi"])
    assert kinds(client) == ["signed_out", "refused", "signed_in"]
    assert kinds(client, who=people["heya"].pk) == ["signed_out", "signed_in"]
    assert kinds(client, kind="refused") == ["refused"]
    assert kinds(client, day="2023-11-26") == ["signed_out"]
    assert kinds(client, who="x", kind="nonsense", day="never") == ["signed_out", "refused", "signed_in"]
    assert "没有符合条件的记录" in client.get("/desk/log/access/", {"day": "2023-01-01"}).content.decode()


def test_the_same_as_excel_with_text_as_text(three, people, signed_in):
    answer = signed_in(people["heya"]).get("/desk/log/access/export/", {"kind": "refused"})
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[2:] == [("2023-11-25 09:05:00", "陈晓", "操作被拒绝", "=1+1", "/desk/", "127.0.0.1")]


def test_an_organizer_sees_none_of_it(three, people, signed_in):
    client = signed_in(people["chenxiao"])
    assert client.get("/desk/log/access/").status_code == 403
    assert client.get("/desk/log/access/export/").status_code == 403


def test_the_page_takes_as_many_queries_for_one_line_as_for_three(three, people, signed_in, django_assert_num_queries):
    client = signed_in(people["zhengzhi"])
    for asked in ({}, {"kind": "refused"}):
        with django_assert_num_queries(7):
            client.get("/desk/log/access/", asked)
