"""manage.py verify_log, the hourly check, and the page 日志 tell the same about every chain."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

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
    assert capsys.readouterr().out == "No chain yet.\n"


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


def head_of(chain, count):
    return f"{count}:{LogLine.objects.get(chain=chain, seq=count).hash}"


def test_without_a_head_the_command_says_what_it_cannot_see(two_lines, capsys):
    run()
    assert "rewritten or cut off at the end together with the head" in capsys.readouterr().out


def test_a_head_that_was_printed_belongs_to_the_only_season(two_lines, capsys):
    assert run("--head", head_of("2023", 1)) == 0
    out = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in out] == ["2023", "Compared"]


def test_the_hash_may_be_typed_from_the_paper_only_half_and_in_capitals(two_lines):
    count, _colon, hash = head_of("2023", 2).partition(":")
    assert run("--head", f"{count}:{hash[:32].upper()}") == 0
    assert run("--head", f"{count}:{'0' * 32}") == 1


def test_another_head_than_the_printed_one_is_a_fault(two_lines, capsys):
    assert run("--head", f"1:{'ab' * 32}") == 1
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("  #1 ")] != []


def test_a_chain_shorter_than_printed_is_a_fault(two_lines, capsys):
    assert run("--chain", "2023", "--head", f"3:{'ab' * 32}", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["compared_with_head"] == f"3:{'ab' * 32}"
    assert [fault["seq"] for fault in told["chains"][0]["faults"]] == [3]


def test_a_head_of_a_chain_that_is_gone_is_a_fault(two_lines):
    assert run("--chain", "2022", "--head", f"3:{'ab' * 32}") == 1


def test_which_chain_a_head_is_of_is_asked_where_there_are_two_seasons(two_lines, heya):
    with transaction.atomic():
        log.write("2024", "try_out", by=heya, at=cast.NOW)
    with pytest.raises(CommandError, match=r"--chain 2023 \| 2024 \| portal"):
        run("--head", head_of("2023", 1))
    assert run("--chain", "2023", "--head", head_of("2023", 1)) == 0


def test_one_chain_can_be_looked_at_alone(two_lines, capsys):
    assert run("--chain", "portal") == 0
    assert capsys.readouterr().out.startswith("portal  9 lines")
    with pytest.raises(CommandError, match="no chain 1999; there are: 2023, portal"):
        run("--chain", "1999")


@pytest.mark.parametrize("told", ["12", "12:abc", "x:" + "ab" * 32, "1²:" + "ab" * 32, "12:" + "xy" * 32])
def test_what_is_no_head_is_refused(two_lines, told):
    with pytest.raises(CommandError, match="write it as printed"):
        run("--head", told)


def test_the_desk_says_when_the_log_was_last_whole_and_when_it_is_not(two_lines, people, signed_in):
    client = signed_in(people["heya"])
    assert "日志核验" not in client.get("/desk/").content.decode()
    log.check("2023", at=cast.NOW)
    log.check("portal", at=cast.NOW)
    assert "日志核验通过：11 条" in client.get("/desk/").content.decode()
    break_line_two()
    log.check("2023", at=cast.later(60))
    text = client.get("/desk/").content.decode()
    assert "赋能百千万 驻村话振兴（2023）：2023-11-25 10:00 核验发现问题" in text
    assert "#2 各栏与正文不符" in text
    assert "日志核验通过" not in text


@pytest.mark.parametrize("page", ["/desk/", "/desk/log/", "/desk/log/?chain=2023"])
@pytest.mark.parametrize("name", ["heya", "zhengzhi"])
def test_a_broken_chain_is_shouted_though_another_was_found_whole_after_it(two_lines, people, signed_in, page, name):
    tamper("UPDATE accounts_logline SET action = 'other' WHERE chain = 'portal' AND seq = 4")
    log.check("portal", at=cast.NOW)
    log.check("2023", at=cast.later(1))
    text = signed_in(people[name]).get(page).content.decode()
    assert "账号与授权：2023-11-25 09:00 核验发现问题，请立即报告。" in " ".join(text.split())
    assert "#4 各栏与正文不符" in text


def test_a_chain_that_was_mended_is_shouted_no_more(two_lines, people, signed_in):
    tamper("UPDATE accounts_logline SET action = 'other' WHERE chain = 'portal' AND seq = 4")
    log.check("portal", at=cast.NOW)
    tamper("UPDATE accounts_logline SET action = 'open_account' WHERE chain = 'portal' AND seq = 4")
    log.check("portal", at=cast.later(1))
    assert "核验发现问题" not in signed_in(people["heya"]).get("/desk/").content.decode()


def test_an_organizer_is_not_told_of_the_log(two_lines, people, signed_in):
    break_line_two()
    log.check("2023", at=cast.NOW)
    assert "核验" not in signed_in(people["chenxiao"]).get("/desk/").content.decode()


def test_the_supervisor_checks_the_log_and_is_told_of_a_fault(two_lines, people, signed_in):
    client = signed_in(people["zhengzhi"])
    page = client.post("/desk/log/check/", follow=True)
    assert "日志核验通过，共 11 条" in page.content.decode()
    break_line_two()
    page = client.post("/desk/log/check/", follow=True)
    assert "日志核验发现问题" in page.content.decode()
    assert "#2 各栏与正文不符" in page.content.decode()
