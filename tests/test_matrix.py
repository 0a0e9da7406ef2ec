"""Everybody sees only what is theirs: every address × everybody × reading and writing (promise P13).

The addresses come from the resolver, the table is written by hand: an address that is not in it fails the test.
"""

from copy import deepcopy
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.emergency.actions import break_seal
from accounts.models import LogNote, User
from accounts.permissions import POLICY, Action, Where
from accounts.roles import Role
from certificates.models import Certificate
from contest.models import Draw, Entry, Season, Stage, StageDocument
from materials.models import Claim, Evidence, LateCode, Material, Upload
from quota.models import Substitution
from registry.models import Secretary, Unit, Village
from scoring.models import Result, Ruling, Seat
from tests import world
from tests.accounts.emergency.world import sealed
from tests.addresses import patterns

# One letter in each row for each of these: nobody signed in · 陈晓 organizes here · 黄强 organizes next door ·
# 何雅 of the office · 郑直 supervises · 陈志远, a first secretary of 茂南区 · 刘凯, the operator here.
PEOPLE = ("", "chenxiao", "huangqiang", "heya", "zhengzhi", "zhiyuan", "liukai")
# Arguments that name nothing of a season.
BESIDE = {"move", "district", "level", "page", "code"}
# s must sign in · o gets the page · > is led elsewhere · y is let in, whatever becomes of an almost empty form ·
# f is not of this role · n finds nothing, as if it did not exist · m sends what this address does not take
NONE = "smmmmmm"
STAGE, MARKS, WORK, WORKED = "sonoono", "sonoonn", "sononnn", "synynnn"
SEEN = "sonoooo"
OFFICE, OFFICES = "snnonnn", "snnynnn"
LETTERS = "snnoonn"
# Name: (what its address is made of, reading, writing).
TABLE = {
    "home": ("", "ooooooo", "mmmmmmm"),
    "sign_in": ("", "o>>>>>>", "yyyyyyy"),
    "sign_out": ("", "mmmmmmm", "sssssss"),
    "set_language": ("", "mmmmmmm", "yyyyyyy"),
    "desk": ("", "soooooo", NONE),
    "change_password": ("", "soooooo", "syyyyyy"),
    "accounts": ("", "sffofff", NONE),
    "new_account": ("", "sffofff", "sffyfff"),
    "account": ("account", OFFICE, OFFICES),
    "reset_password": ("account", OFFICE, OFFICES),
    "set_active": ("account", OFFICE, OFFICES),
    "unlock_account": ("account", NONE, OFFICES),
    "name_deputy": ("", "sffofff", "sffyfff"),
    "end_deputy": ("deputy", OFFICE, OFFICES),
    "propose_reset": ("account", OFFICE, OFFICES),
    "propose_reopening": ("account", OFFICE, OFFICES),
    "proposals": ("", "sooooff", NONE),
    "proposal": ("proposal", MARKS, NONE),
    # 陈晓 proposed it, and is told that it takes somebody else.
    "second": ("proposal", NONE, "synyfnn"),
    "decline": ("proposal", NONE, "synyfnn"),
    "withdraw_proposal": ("proposal", NONE, "synffnn"),
    "basis_page": ("basis_page", MARKS, NONE),
    "emergency": ("", "sffooff", NONE),
    "break_seal": ("", "sfffoff", "sfffyff"),
    "review_emergency": ("", NONE, "sffyyff"),
    "log": ("", "sffooff", NONE),
    "export_log": ("", "sffooff", NONE),
    "access": ("", "sffooff", NONE),
    "export_access": ("", "sffooff", NONE),
    # All that a supervisor does: break the seal of the emergency account, review it, have the log verified.
    "check_log": ("", NONE, "sffyyff"),
    "contest:seasons": ("", "soooofo", NONE),
    "contest:season": ("season", "soooono", NONE),
    "contest:edit_season": ("season", OFFICE, OFFICES),
    "contest:calendar": ("season", OFFICE, OFFICES),
    "contest:unit_levels": ("season", OFFICE, OFFICES),
    "contest:archive_season": ("season", OFFICE, OFFICES),
    # Only an empty season is deleted, only a rehearsal removed: this one is neither.
    "contest:delete_season": ("season", "snnnnnn", "snnynnn"),
    "contest:remove_rehearsal": ("season", "snnnnnn", "snnnnnn"),
    "contest:choose_season": ("", NONE, "snnnnnn"),
    "contest:stages": ("", "soooofo", NONE),
    "contest:stage": ("stage", STAGE, NONE),
    "contest:move": ("stage move", WORK, WORKED),
    "contest:way_back": ("stage", MARKS, NONE),
    "contest:schedule": ("stage", WORK, WORKED),
    "contest:entries": ("stage", STAGE, NONE),
    "contest:export_entries": ("stage", STAGE, NONE),
    "contest:enter": ("stage", WORK, WORKED),
    "contest:entry": ("entry", WORK, WORKED),
    "contest:draw": ("stage", STAGE, NONE),
    "contest:commit_draw": ("stage", NONE, WORKED),
    "contest:draw_lots": ("draw", NONE, WORKED),
    "contest:void_draw": ("draw", WORK, WORKED),
    "contest:hand_drawn": ("stage", WORK, WORKED),
    "contest:swap_places": ("stage", WORK, WORKED),
    "contest:documents": ("stage", MARKS, WORKED),
    "contest:document": ("document", MARKS, NONE),
    "contest:roster": ("", "sooooff", NONE),
    "contest:export_roster": ("", "sooooff", NONE),
    "contest:roster_template": ("", "sooofff", NONE),
    "contest:roster_import": ("", "sooofff", "syyyfff"),
    "contest:roster_preview": ("import", WORK, NONE),
    "contest:roster_columns": ("import", "s>n>nnn", WORKED),
    "contest:roster_answer": ("import", "s>n>nnn", WORKED),
    "contest:roster_row": ("import", "s>n>nnn", WORKED),
    "contest:roster_add": ("import", "s>n>nnn", WORKED),
    "contest:roster_confirm": ("import", "s>n>nnn", WORKED),
    "contest:roster_discard": ("import", "s>n>nnn", WORKED),
    "contest:posting": ("posting", WORK, WORKED),
    "contest:end_posting": ("posting", WORK, WORKED),
    # What an entrant handed in is seen by all who see the stage, and by the entrant: 陈志远's own.
    "materials:mine": ("", "sffff>f", NONE),
    "materials:entry": ("entry", SEEN, NONE),
    "materials:carry": ("entry", NONE, "snnnnyn"),
    "materials:pledge": ("entry", SEEN, "snnnnyn"),
    "materials:late": ("entry", WORK, WORKED),
    "materials:redeem": ("entry", "snnnnon", "snnnnyn"),
    "materials:withdraw_late": ("late", NONE, WORKED),
    "materials:confirm": ("pledge", WORK, WORKED),
    "materials:stage": ("stage", STAGE, NONE),
    "materials:terms": ("stage", WORK, WORKED),
    "materials:export": ("stage", STAGE, NONE),
    "materials:material": ("material", SEEN, NONE),
    "materials:status": ("material", "s>n>>>>", NONE),
    "materials:return": ("material", WORK, WORKED),
    "materials:recheck": ("material", NONE, WORKED),
    "materials:download": ("material", SEEN, NONE),
    "materials:play": ("video", SEEN, NONE),
    "materials:poster": ("material", SEEN, NONE),
    "materials:page": ("material page", SEEN, NONE),
    "materials:evidence": ("evidence", SEEN, NONE),
    "materials:hall": ("stage", STAGE, NONE),
    "materials:hall_zip": ("stage", STAGE, NONE),
    "scoring:ruleset": ("stage", STAGE, NONE),
    "scoring:adopt_rules": ("stage", NONE, WORKED),
    "scoring:edit_ruleset": ("stage", "s>n>nnn", WORKED),
    "scoring:panel": ("stage", STAGE, WORKED),
    "scoring:deal_missing": ("stage", NONE, WORKED),
    "scoring:allow_fewer": ("stage", WORK, WORKED),
    "scoring:seat": ("seat", WORK, WORKED),
    "scoring:vacate": ("seat", WORK, WORKED),
    "scoring:unvacate": ("seat", WORK, WORKED),
    "scoring:remove_seat": ("seat", WORK, WORKED),
    "scoring:results": ("stage", MARKS, NONE),
    "scoring:result_sheet": ("stage", MARKS, NONE),
    "scoring:export_results": ("stage", MARKS, NONE),
    "scoring:result": ("stage entry", MARKS, NONE),
    "scoring:publications": ("stage", MARKS, NONE),
    "scoring:publication": ("stage version", MARKS, NONE),
    "scoring:disqualify": ("entry", OFFICE, OFFICES),
    "scoring:ruling": ("stage", MARKS, WORKED),
    "scoring:withdraw_ruling": ("ruling", WORK, WORKED),
    "scoring:grid": ("stage", MARKS, NONE),
    "scoring:grid_state": ("stage", MARKS, NONE),
    "scoring:unsent": ("", "soooooo", NONE),
    "scoring:unsent_who": ("", "soooooo", NONE),
    "scoring:unsent_worker": ("", "soooooo", NONE),
    "scoring:save_cells": ("stage", NONE, WORKED),
    "scoring:save_times": ("stage", NONE, WORKED),
    "scoring:sheet": ("sheet", MARKS, WORKED),
    "scoring:time": ("entry", WORK, WORKED),
    "scoring:confirm": ("stage", MARKS, WORKED),
    "scoring:look_again": ("stage", NONE, WORKED),
    "scoring:send_back": ("sheet", WORK, WORKED),
    "scoring:corrections": ("stage", MARKS, NONE),
    "scoring:correct": ("sheet", WORK, WORKED),
    "scoring:times": ("stage", MARKS, WORKED),
    "scoring:votes": ("stage", MARKS, WORKED),
    "scoring:seat_votes": ("seat", WORK, WORKED),
    "quota:new_season": ("", "sffofff", "sffyfff"),
    "quota:read_decree": ("", NONE, "sffyfff"),
    "quota:quota": ("season", "soooono", NONE),
    "quota:edit_table": ("season", OFFICE, OFFICES),
    "quota:shortlists": ("season", "soooono", NONE),
    "quota:shortlist": ("stage", MARKS, NONE),
    "quota:draw_up": ("stage", NONE, WORKED),
    "quota:submit": ("shortlist", NONE, WORKED),
    "quota:take_back": ("shortlist", WORK, WORKED),
    "quota:approve": ("shortlist", OFFICE, OFFICES),
    "quota:revoke": ("shortlist", OFFICE, OFFICES),
    "quota:return": ("shortlist", OFFICE, OFFICES),
    "quota:print": ("shortlist", MARKS, NONE),
    "quota:export": ("shortlist", MARKS, NONE),
    "quota:propose": ("shortlist", WORK, WORKED),
    "quota:approve_substitution": ("substitution", OFFICE, OFFICES),
    "quota:refuse_substitution": ("substitution", OFFICE, OFFICES),
    "verify:look_up": ("", "ooooooo", "yyyyyyy"),
    "verify:certificate": ("code", "ooooooo", "yyyyyyy"),
    "certificates:certificates": ("", "sooooff", NONE),
    "certificates:export_certificates": ("", "sooooff", NONE),
    "certificates:certificate": ("certificate", MARKS, NONE),
    "certificates:revoke": ("certificate", OFFICE, OFFICES),
    "certificates:replace": ("certificate", OFFICE, OFFICES),
    # It is 陈志远's own, and released.
    "certificates:download": ("certificate", "sonooon", NONE),
    "certificates:newest": ("", "s>>>>ff", NONE),
    "certificates:batches": ("season", "sooooff", NONE),
    "certificates:district": ("season district", MARKS, NONE),
    "certificates:stage": ("stage", MARKS, NONE),
    "certificates:ask": ("stage", "snn>nnn", OFFICES),
    "certificates:preview": ("stage", MARKS, NONE),
    "certificates:progress": ("batch", "s>n>>nn", NONE),
    "certificates:retry": ("batch", NONE, OFFICES),
    "certificates:discard": ("batch", OFFICE, OFFICES),
    "certificates:release": ("batch", OFFICE, OFFICES),
    "certificates:zip": ("batch", MARKS, NONE),
    "certificates:print": ("batch", MARKS, NONE),
    "certificates:seals": ("season", OFFICE, OFFICES),
    "certificates:seal": ("seal", OFFICE, NONE),
    "certificates:retire_seal": ("seal", OFFICE, OFFICES),
    "certificates:mine": ("", "sffffof", NONE),
    # The stage is not published yet, and before that nobody sees the own result.
    "certificates:my_result": ("entry", "snnnnnn", NONE),
    "certificates:letters": ("season", LETTERS, NONE),
    "certificates:write_letters": ("season", OFFICE, OFFICES),
    "certificates:letters_zip": ("season", LETTERS, NONE),
    "certificates:letters_print": ("season", LETTERS, NONE),
    "certificates:letter": ("letter", LETTERS, NONE),
    "certificates:letter_pdf": ("letter", LETTERS, NONE),
    "certificates:letter_word": ("letter", LETTERS, NONE),
    "certificates:number_letter": ("letter", OFFICE, OFFICES),
    "certificates:send_letter": ("letter", OFFICE, OFFICES),
    "certificates:receive_letter": ("letter", OFFICE, OFFICES),
    "certificates:rewrite_letter": ("letter", OFFICE, OFFICES),
    "certificates:outcomes": ("season", LETTERS, NONE),
    # What is not ready yet is refused with 409, to those who would get it.
    "certificates:circular": ("season", "snn[409][409]nn", NONE),
    "certificates:circular_word": ("season", "snn[409][409]nn", NONE),
    "certificates:assessment": ("season", "snn[409][409]nn", NONE),
    "certificates:media_packs": ("season", "soooonf", NONE),
    "certificates:media_pack": ("season level", LETTERS, NONE),
    "certificates:media_zip": ("season level", LETTERS, NONE),
    "certificates:county_pack": ("stage", MARKS, NONE),
    "certificates:county_zip": ("stage", MARKS, NONE),
    "certificates:profile": ("entry", "sononon", "synynyn"),
    "certificates:profile_photo": ("entry", "sononon", NONE),
}
# What any request may leave behind: its receipt, its session, a note of who signed out.
TRACES = {"accounts_receipt", "accounts_accessline", "django_session", "accounts_signincount"}
# Enough to fill most forms, so that what is refused is refused for who sends it.
FILLED: dict[str, Any] = {
    "reason": "写错了", "step": "talk", "talk": "改了", "venue": "别处", "active": "0", "status": "absent",
    "witnesses": "某某", "witness_word": "8", "name": "改名", "role": "supervisor", "judge": "某评委", "duty": "某职",
    "seconds": "301", "edit": "0", "order": "1", "kind": "lots", "basis": "votes", "note": "x",
}  # fmt: skip

# What a certificate states of a person and an occasion.
STATED = "name", "unit", "district", "town", "village", "tier", "stage", "season", "serial"


@pytest.fixture
def everything(people, season, maonan, settings, tmp_path) -> dict[str, Any]:
    settings.MEDIA_ROOT = tmp_path
    return world.build(people, season, maonan)


@pytest.fixture
def knock(everything, people, signed_in):
    """Ask for an address as somebody; what it does is taken back. Gives the answer's letter and the tables written."""
    clients = {name: signed_in(people[name]) if name else Client() for name in PEOPLE}
    keys = iter(range(10_000))

    def ask(name: str, who: str, *, writing: bool) -> tuple[str, set[str]]:
        if who not in clients:
            clients[who] = signed_in(people[who])
        client = clients[who]
        client.raise_request_exception = False
        cookies = deepcopy(client.cookies)
        # The log of queries holds nine thousand; all knocks of one test together make more.
        connection.queries_log.clear()
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            path = address(name, everything)
            answer = client.post(path, {"once_key": f"key-{next(keys)}"}) if writing else client.get(path)
            body(answer)
            transaction.set_rollback(True)
        client.cookies = cookies
        return letter(answer, writing), written(queries)

    return ask


def address(name: str, everything: dict[str, Any]) -> str:
    return reverse(name, args=[everything[each] for each in TABLE[name][0].split()])


def body(answer) -> bytes:
    """All of an answer; a file that is handed over is closed at its end."""
    return b"".join(answer) if answer.streaming else answer.content


def letter(answer, writing: bool) -> str:
    if answer.status_code == 302:
        return "s" if answer.url.startswith("/sign-in/") else "y" if writing else ">"
    if writing and answer.status_code in (200, 400, 409, 422):
        return "y"
    return {200: "o", 403: "f", 404: "n", 405: "m"}.get(answer.status_code, f"[{answer.status_code}]")


def written(queries) -> set[str]:
    """The tables that statements named in order to write, except for what any request leaves behind."""
    words = (query["sql"].replace('"', "").replace("(", " ").split() for query in queries)
    verbs = {"INSERT": 2, "UPDATE": 1, "DELETE": 2}
    return {told[verbs[told[0]]] for told in words if told and told[0] in verbs} - TRACES


def own_names() -> list[str]:
    """Every address but those of the support pages and of the tus protocol, which have tests of their own."""
    others = ("materials:uploads", "materials:upload")
    return [name for name, _each in patterns() if not name.startswith("admin:") and name not in others]


def test_every_address_is_in_the_table_and_every_row_has_an_address():
    assert sorted(own_names()) == sorted(TABLE)


@pytest.mark.looks
def test_reading_is_as_the_table_says_and_writes_nothing(knock):
    found, writes = {}, {}
    for name in TABLE:
        answers = [knock(name, who, writing=False) for who in PEOPLE]
        found[name] = "".join(told for told, _tables in answers)
        writes |= {(name, who): tables for who, (_told, tables) in zip(PEOPLE, answers, strict=True) if tables}
    assert found == {name: row for name, (_args, row, _writing) in TABLE.items()}
    assert writes == {}


def test_writing_is_as_the_table_says_and_whoever_is_kept_out_writes_nothing(knock):
    found, writes = {}, {}
    for name in TABLE:
        answers = [knock(name, who, writing=True) for who in PEOPLE]
        found[name] = "".join(told for told, _tables in answers)
        writes |= {
            (name, who): tables
            for who, (told, tables) in zip(PEOPLE, answers, strict=True)
            if tables and told in "sfnm"
        }
    assert found == {name: row for name, (_args, _reading, row) in TABLE.items()}
    assert writes == {}


# Where the emergency account is the second person, besides what anybody may; an unsealed one. 陈晓 proposed or typed.
SECOND_ONLY = {
    "second", "decline", "scoring:confirm", "scoring:look_again", "scoring:send_back", "scoring:times",
    "scoring:votes", "quota:approve", "quota:return", "quota:approve_substitution", "quota:refuse_substitution",
    "certificates:release",
}  # fmt: skip
ANYBODY = {"sign_in", "sign_out", "set_language", "change_password", "verify:look_up", "verify:certificate"}


def test_the_emergency_account_writes_where_it_is_the_second_and_proposes_nothing(knock, people):
    """DESIGN 9, small offices; sealed it gets as far as the sign-in."""
    account, _password = sealed(people)
    people["yingji"] = account
    names = [name for name in TABLE if name not in ANYBODY]
    assert {knock(name, "yingji", writing=False)[0] for name in names} <= {"s", "o"}
    break_seal(account, reason="无人可以复核", by=people["zhengzhi"], at=timezone.now())
    User.objects.filter(pk=account.pk).update(must_change_password=False)
    told = {name: knock(name, "yingji", writing=True) for name in names}
    assert {name for name, (answer, _tables) in told.items() if answer not in "fnm"} == SECOND_ONLY
    assert {name: tables for name, (answer, tables) in told.items() if answer in "fnm" and tables} == {}


@pytest.mark.looks
def test_a_hole_in_the_permissions_shows_in_the_table(knock, monkeypatch):
    """The control: were 黄强 let into every district, these cells would differ."""
    everywhere = POLICY[Action.RUN_STAGE] | {Role.ORGANIZER: Where.EVERYWHERE}
    monkeypatch.setitem(POLICY, Action.RUN_STAGE, everywhere)
    name = "contest:schedule"
    assert "".join(knock(name, who, writing=False)[0] for who in PEOPLE) == "sooonnn" != TABLE[name][1]


@pytest.mark.looks
def test_people_made_up_for_a_rehearsal_find_nothing_of_another_season(knock, everything):
    """Issue 8, The demo: whatever page they open, and whatever role they have. The control is the table itself."""
    # 谢宁 serves as a deputy: the day of one who were made up would be theirs to end.
    User.objects.exclude(username__in=("wumin", "xiening")).update(rehearsal="yanlian")
    of_a_season = [name for name, (args, _reading, _writing) in TABLE.items() if set(args.split()) - BESIDE]
    found = {
        (name, writing, who): told
        for name in of_a_season
        for writing in (False, True)
        for who in PEOPLE[1:]
        if (told := knock(name, who, writing=writing)[0]) not in "nmf" and not name.startswith("verify:")
    }
    assert found == {}
    assert len(of_a_season) > 60


@pytest.mark.looks
def test_the_lists_of_made_up_people_name_nobody_of_another_season(everything, people, signed_in):
    User.objects.exclude(username="wumin").update(rehearsal="yanlian")
    names = [*Secretary.objects.values_list("name", flat=True), "驻村话振兴（2023）", "吴敏", "白石镇"]
    told = {}
    for who in PEOPLE[1:]:
        client = signed_in(User.objects.get(username=who))
        for name in (name for name, (args, reading, _writing) in TABLE.items() if not args and "o" in reading[1:]):
            page = body(client.get(reverse(name))).decode(errors="replace")
            own = "陈志远" if who == "zhiyuan" else ""
            told |= {(name, who, each): True for each in names if each in page and each != own}
    assert told == {}


def test_people_made_up_for_a_rehearsal_do_in_it_what_anybody_of_their_role_does(knock):
    """The control: in their own season every row is as the table says."""
    User.objects.update(rehearsal="2023")
    found = {name: "".join(knock(name, who, writing=False)[0] for who in PEOPLE) for name in TABLE}
    assert found == {name: row for name, (_args, row, _writing) in TABLE.items()}


def everything_stored() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, except for traces of requests and for what a verification of the log found."""
    beside = TRACES | {"accounts_logcheck", "accounts_accessline"}
    models = [model for model in apps.get_models() if model._meta.db_table not in beside and model._meta.managed]
    return {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in models}


def test_a_supervisor_changes_nothing_anywhere(everything, people, signed_in):
    client = signed_in(people["zhengzhi"])
    before = everything_stored()
    assert sum(len(rows) for rows in before.values()) > 150
    for number, name in enumerate(sorted(set(TABLE) - {"sign_out"})):
        posting = everything["posting"]
        told = {**FILLED, "once_key": f"key-{number}", "postings": [posting], "entry": [everything["entry"]]}
        answer = client.post(address(name, everything), told)
        allowed = {"sign_in", "set_language", "change_password", "check_log", "verify:look_up", "verify:certificate"}
        # Nothing of the contest, DESIGN 9: here there is no emergency account, and nothing of it to review.
        allowed |= {"break_seal", "review_emergency"}
        assert (name, answer.status_code in (403, 404, 405)) == (name, name not in allowed)
    assert everything_stored() == before


def test_the_same_forms_do_change_something_when_chenxiao_sends_them(everything, people, signed_in):
    """The control: it is the sender that made the difference."""
    client = signed_in(people["chenxiao"])
    before = everything_stored()
    client.post(address("contest:entry", everything), {**FILLED, "step": "talk"})
    client.post(address("contest:posting", everything), FILLED)
    assert everything_stored() == before
    Stage.objects.update(state="scoring")
    assert client.post(address("contest:entry", everything), {**FILLED, "step": "talk"}).status_code == 302
    assert everything_stored() != before


def test_no_form_is_taken_without_its_token(everything, people):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["heya"], backend="django.contrib.auth.backends.ModelBackend")
    before = everything_stored()
    codes = {name: client.post(address(name, everything), FILLED).status_code for name in TABLE}
    assert {name: code for name, code in codes.items() if code != 403} == {}
    assert everything_stored() == before


def seen(everything, client: Client, words: set[str]) -> set[str]:
    """Which of the words stand on any page that opens for this browser."""
    found = set()
    for name in TABLE:
        text = body(client.get(address(name, everything))).decode(errors="replace")
        found |= {word for word in words if word in text}
    return found


@pytest.mark.looks
def test_no_page_shows_the_neighbour_a_name_of_ours(everything, people, signed_in):
    names = set(Entry.objects.filter(stage=everything["stage"]).values_list("secretary__name", flat=True))
    assert len(names) == 5
    assert seen(everything, signed_in(people["chenxiao"]), names) == names
    assert seen(everything, signed_in(people["huangqiang"]), names) == set()
    assert seen(everything, Client(), names) == set()


@pytest.mark.looks
def test_no_page_shows_results_before_they_are_published_to_whoever_must_not_see_marks(everything, people, signed_in):
    """What the operator and the first secretary see of the stage is who is in it, not how they did."""
    told = {"当场抽签", "调离茂南", *Result.objects.values_list("total", flat=True)}
    assert len(told) == 6
    assert seen(everything, signed_in(people["zhengzhi"]), told) == told
    for who in ("huangqiang", "zhiyuan", "liukai"):
        assert (who, seen(everything, signed_in(people[who]), told)) == (who, set())
    assert seen(everything, Client(), told) == set()


@pytest.mark.looks
def test_what_people_typed_stays_text_on_every_page(everything, people, signed_in):
    """Promise P20: whatever stands in a name, a place, a reason or a title is shown and never run."""
    typed = "<img src=x onerror=alert(1)>'\";{{ 7|add:1 }}"
    Secretary.objects.update(name=typed)
    Unit.objects.update(name=typed)
    Village.objects.filter(pk=Village.objects.order_by("pk")[0].pk).update(name=typed)
    Seat.objects.update(judge=typed)
    Season.objects.update(title=typed, theme=typed, notice_number=typed)
    Stage.objects.update(venue=typed)
    Entry.objects.update(talk=typed)
    LogNote.objects.update(text=typed)
    Draw.objects.update(witnesses=typed)
    StageDocument.objects.update(original_name=typed)
    Ruling.objects.update(reason=typed)
    Substitution.objects.update(reason=typed)
    Material.objects.update(name=typed)
    Upload.objects.update(name=typed)
    Claim.objects.update(text=typed)
    Evidence.objects.update(original_name=typed)
    LateCode.objects.update(reason=typed)
    User.objects.update(name=typed)
    Certificate.objects.update(
        reason=typed, facts={**Certificate.objects.all()[0].facts, **dict.fromkeys(STATED, typed)}
    )
    client = signed_in(people["heya"])
    raw, shown = set(), set()
    for name in TABLE:
        answer = client.get(address(name, everything))
        if answer.headers["Content-Type"].startswith("text/html"):
            text = body(answer).decode()
            raw |= {name} if "<img src=x" in text or ("{{" not in text and "add:1" in text) else set()
            shown |= {name} if "&lt;img src=x" in text else set()
        else:
            body(answer)
    assert raw == set()
    assert len(shown) > 40


@pytest.mark.looks
@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_no_address_takes_a_method_that_nothing_here_sends(everything, people, signed_in, method):
    client = signed_in(people["heya"])
    codes = {name: getattr(client, method)(address(name, everything)).status_code for name in TABLE}
    assert {name: code for name, code in codes.items() if code != 405} == {}


def test_the_support_pages_are_for_nobody_with_a_job(everything, people, signed_in):
    found = set()
    for who in PEOPLE:
        client = signed_in(people[who]) if who else Client()
        for path in ("/admin/", "/admin/contest/stage/", f"/admin/contest/stage/{everything['stage']}/change/"):
            answer = client.get(path, follow=True)
            found.add((who, answer.redirect_chain[-1][0].split("?")[0] if not who else answer.status_code))
    assert found == {("", "/sign-in/"), *((who, 404) for who in PEOPLE if who)}
