"""manage.py verify_log, the hourly check, and the page 日志 tell the same about every chain."""

import json

import pytest
from django.core.management import call_command
from django.db import connection

from accounts import log, tasks, triggers
from accounts.models import LogCheck, LogHead, LogLine, Receipt
from tests import cast


def tamper(sql, *args):
    """What somebody with the database's password could do."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
    triggers.install(connection)


def break_line_two():
    tamper("UPDATE accounts_logline SET action = 'other' WHERE chain = '2023' AND seq = 2")


@pytest.fixture
def two_lines(people, maonan):
    cast.enter_people(maonan, 1, by=people["chenxiao"])
    assert LogHead.objects.get(chain="2023").count == 2


def run(*words):
    """The command's exit status; what it printed is in capsys."""
    try:
        call_command("verify_log", *words)
    except SystemExit as left:
        return left.code
    return 0


def test_whole_chains_are_printed_with_their_count_and_head(two_lines, capsys):
    head = LogHead.objects.get(chain="2023").hash
    assert run() == 0
    assert capsys.readouterr().out.splitlines()[0] == f"2023  2 lines  head {head}"


def test_a_fault_is_printed_and_the_exit_status_is_one(two_lines, capsys):
    break_line_two()
    assert run() == 1
    assert "  #2 columns differ from the payload" in capsys.readouterr().out.splitlines()


def test_the_same_as_json(two_lines, capsys):
    heads = dict(LogHead.objects.values_list("chain", "hash"))
    assert run("--json") == 0
    assert json.loads(capsys.readouterr().out)["chains"] == [
        {"chain": "2023", "count": 2, "head": heads["2023"], "faults": []},
        {"chain": "portal", "count": 9, "head": heads["portal"], "faults": []},
    ]
    break_line_two()
    assert run("--json") == 1
    assert json.loads(capsys.readouterr().out)["chains"][0]["faults"] == [
        {"seq": 2, "what": "columns differ from the payload"}
    ]


def test_the_command_writes_nothing(two_lines):
    run()
    assert not LogCheck.objects.exists()


def test_an_empty_portal_has_nothing_to_fault(db, capsys):
    assert run() == 0
    assert capsys.readouterr().out == ""


def test_the_hourly_check_keeps_what_it_found_and_forgets_old_answers(two_lines, people, signed_in):
    client = signed_in(people["heya"])
    client.post(f"/desk/accounts/{people['wumin'].pk}/active/", {"active": "0", "once_key": "an-old-key"})
    Receipt.objects.update(at=cast.NOW)
    tasks.check_the_log.apply(throw=True)
    assert list(LogCheck.objects.order_by("chain").values_list("chain", "count", "faults")) == [
        ("2023", 2, []),
        ("portal", 10, []),
    ]
    assert not Receipt.objects.exists()


def test_the_desk_says_when_the_log_was_last_whole_and_when_it_is_not(two_lines, people, signed_in):
    client = signed_in(people["heya"])
    assert "日志核验" not in client.get("/desk/").content.decode()
    log.check("2023", at=cast.NOW)
    assert "日志核验通过：2 条" in client.get("/desk/").content.decode()
    break_line_two()
    log.check("2023", at=cast.later(60))
    assert "日志核验发现问题" in client.get("/desk/").content.decode()


def test_the_page_shows_a_seasons_lines_newest_first_with_the_written_reasons(two_lines, people, maonan, signed_in):
    from contest.actions.entries import leave
    from contest.models import Entry
    from contest.models.entry import Status

    leave(Entry.objects.get(), Status.WITHDRAWN, reason="调离茂南", by=people["chenxiao"], at=cast.later(5))
    page = signed_in(people["zhengzhi"]).get("/desk/log/")
    assert [(line.number, line.who, line.text, line.reason) for line in page.context["lines"]] == [
        (3, "陈晓", "退出参赛", "调离茂南"),
        (2, "陈晓", "加入参赛名单", ""),
        (1, "何雅", "建立届次", ""),
    ]


def test_the_page_shows_the_chain_and_the_subject_asked_for(two_lines, people, signed_in):
    client = signed_in(people["zhengzhi"])
    assert len(client.get("/desk/log/", {"chain": "portal"}).context["lines"]) == 9
    subject = f"accounts.user:{people['wumin'].pk}"
    assert [line.text for line in client.get("/desk/log/", {"chain": "portal", "on": subject}).context["lines"]] == [
        "建立账号"
    ]
    assert client.get("/desk/log/", {"chain": "no such chain"}).context["lines"] == []


def test_the_supervisor_checks_the_log_and_is_told_of_a_fault(two_lines, people, signed_in):
    client = signed_in(people["zhengzhi"])
    page = client.post("/desk/log/check/", follow=True)
    assert "日志核验通过，共 11 条" in page.content.decode()
    break_line_two()
    page = client.post("/desk/log/check/", follow=True)
    assert "日志核验发现问题" in page.content.decode()
    assert "#2 各栏与正文不符" in page.content.decode()


def test_an_organizer_sees_no_log(people, signed_in):
    client = signed_in(people["chenxiao"])
    assert client.get("/desk/log/").status_code == 403
    assert client.post("/desk/log/check/").status_code == 403


def test_the_page_takes_as_many_queries_for_ten_lines_as_for_two(
    two_lines, people, maonan, signed_in, django_assert_num_queries
):
    client = signed_in(people["zhengzhi"])
    with django_assert_num_queries(8):
        client.get("/desk/log/", {"chain": "2023"})
    for number in range(8):
        cast.station(maonan.district, 1, start=20 + number)
    from contest.actions.entries import enter
    from registry.models import Posting

    for posting in Posting.objects.with_places().order_by("pk")[1:]:
        enter(maonan, posting, by=people["chenxiao"], at=cast.later(1))
    assert LogLine.objects.filter(chain="2023").count() == 10
    with django_assert_num_queries(8):
        client.get("/desk/log/", {"chain": "2023"})
