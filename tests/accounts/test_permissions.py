"""Who may do what, and where: written out by hand, and all three readers of the table must say the same."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from accounts.actions import open_account
from accounts.emergency.actions import break_seal
from accounts.models import LogLine, User
from accounts.permissions import Action, fetch, may, require, within_reach
from accounts.roles import Role
from contest.models import Entry, Season, Stage
from registry.models import Posting, Secretary
from tests import cast

PEOPLE = ("heya", "chenxiao", "huangqiang", "operator", "far_operator", "zhengzhi", "secretary", "stranger", "yingji")
# For a thing in 茂南区 and for the same kind of thing that belongs to the whole city. In each row, y or . for:
#   何雅 office · 陈晓 organizer there · 黄强 organizer next door · the operator there · the operator next door ·
#   郑直 supervisor · the first secretary whose own it is · somebody with an account and no grant · the emergency
#   account while its seal is broken
MATRIX = {
    #                              there       city
    Action.SEE_SEASON:         ("yyyyyy..y", "yyyyyy..y"),
    Action.MANAGE_SEASON:      ("y........", "y........"),
    Action.SEE_ROSTER:         ("yy...y...", "y....y..."),
    Action.IMPORT_ROSTER:      ("yy.......", "y........"),
    Action.SEE_STAGE:          ("yy.y.y..y", "y....y..y"),
    Action.RUN_STAGE:          ("yy.......", "y........"),
    Action.CHANGE_RULES:       ("yy.......", "y........"),
    Action.ENTER_SECRETARY:    ("yy.......", "y........"),
    Action.DRAW:               ("yy.......", "y........"),
    Action.SEE_MARKS:          ("yy...y..y", "y....y..y"),
    Action.TYPE_MARKS:         ("yy.......", "y........"),
    Action.CONFIRM_MARKS:      ("yy......y", "y.......y"),
    Action.TABULATE:           ("yy.......", "y........"),
    Action.RULE_ON_TIE:        ("yy.......", "y........"),
    Action.CERTIFY:            ("yy.......", "y........"),
    Action.PUBLISH:            ("y.......y", "y.......y"),
    Action.CLOSE_STAGE:        ("y........", "y........"),
    Action.REOPEN_SCORING:     ("yy.......", "y........"),
    Action.SEE_SHORTLIST:      ("yy...y..y", "y....y..y"),
    Action.SUBMIT_SHORTLIST:   ("yy.......", "y........"),
    Action.TAKE_BACK_SHORTLIST: (".y.......", "........."),
    Action.APPROVE_SHORTLIST:  ("y.......y", "y.......y"),
    Action.SEE_LOG:            ("y....y...", "y....y..."),
    Action.MANAGE_ACCOUNTS:    ("y........", "y........"),
    Action.SEE_OWN_RESULT:     ("......y..", "........."),
    Action.EDIT_PROFILE:       ("yy....y..", "y........"),
    Action.SEE_CERTIFICATES:   ("yy...y..y", "y....y..y"),
    Action.ISSUE_CERTIFICATES: ("y........", "y........"),
    Action.SEE_LETTERS:        ("y....y...", "y....y..."),
    Action.SEND_LETTERS:       ("y........", "y........"),
    Action.SUBMIT_MATERIAL:    ("......y..", "........."),
    Action.SEE_MATERIAL:       ("yy.y.yy..", "y....y..."),
    Action.RUN_COLLECTING:     ("yy.......", "y........"),
    Action.CONFIRM_PLEDGE:     ("yy.......", "y........"),
    Action.SEE_PROPOSALS:      ("yy...y..y", "y....y..y"),
    Action.DISQUALIFY:         ("y........", "y........"),
    Action.WITHDRAW_NOTICE:    ("y........", "y........"),
    Action.REVOKE_APPROVAL:    ("y........", "y........"),
    Action.SEAT_RESERVE:      ("y........", "y........"),
    Action.RELEASE_CERTIFICATES: ("y.......y", "y.......y"),
    Action.BREAK_SEAL:         (".....y...", ".....y..."),
    Action.REVIEW_EMERGENCY:   ("y....y...", "y....y..."),
}  # fmt: skip


@pytest.fixture
def everybody(people, maonan, dianbai, heya) -> dict[str, User]:
    """The cast, with two operators, a first secretary who signs in, and somebody without a grant."""
    entry = cast.enter_people(maonan, 1, by=people["chenxiao"])[0]

    def account(username, grants, secretary=None):
        return open_account(
            username=username,
            name=username,
            password=cast.PASSWORD,
            grants=grants,
            secretary=secretary,
            by=heya,
            seconded_by=people["luoping"],
            at=cast.NOW,
        )

    return people | {
        "operator": account("operator", [(Role.OPERATOR, maonan.district)]),
        "far_operator": account("far_operator", [(Role.OPERATOR, dianbai.district)]),
        "secretary": account("secretary", [(Role.SECRETARY, None)], entry.secretary),
        "stranger": account("stranger", []),
        "yingji": _unsealed(account("yingji", [(Role.EMERGENCY, None)]), people["zhengzhi"]),
    }


def _unsealed(account: User, zhengzhi: User) -> User:
    """Today, for a day: what one may read is a page's question, and a page's moment is now."""
    break_seal(account, reason="无人可以复核", by=zhengzhi, at=timezone.now())
    return account


def thing(action, place, maonan, final):
    """What the action is done on: in 茂南区, or of the whole city."""
    if action in (Action.SEE_SEASON, Action.MANAGE_SEASON):
        return Season.objects.get()
    if action is Action.SEE_LOG:
        return LogLine.objects.first()
    if action in (Action.MANAGE_ACCOUNTS, Action.BREAK_SEAL):
        return User.objects.get(username="wumin")
    if place == "city":
        return Stage.objects.get(pk=final.pk)
    if action in (Action.SEE_ROSTER, Action.IMPORT_ROSTER):
        return Posting.objects.get()
    if action in (
        Action.ENTER_SECRETARY,
        Action.SEE_OWN_RESULT,
        Action.EDIT_PROFILE,
        Action.SUBMIT_MATERIAL,
        Action.SEE_MATERIAL,
    ):
        return Entry.objects.get()
    return Stage.objects.get(pk=maonan.pk)


def test_every_action_is_in_the_table():
    assert set(MATRIX) == set(Action)


@pytest.mark.parametrize("place", ["there", "city"])
def test_the_three_readers_say_what_the_table_says(everybody, maonan, final, place):
    wrong = []
    for action, (there, city) in MATRIX.items():
        obj = thing(action, place, maonan, final)
        for name, told in zip(PEOPLE, there if place == "there" else city, strict=True):
            expected = told == "y"
            said = {reader.__name__: reader(everybody[name], action, obj) for reader in (lists, fetches, lets, allows)}
            wrong += [(str(action), name, reader, answer) for reader, answer in said.items() if answer != expected]
    assert wrong == []


def lists(user, action, obj):
    return within_reach(user, action, type(obj).objects.all()).filter(pk=obj.pk).exists()


def fetches(user, action, obj):
    try:
        return fetch(user, action, type(obj).objects.all(), pk=obj.pk) == obj
    except Http404:
        return False


def lets(user, action, obj):
    try:
        require(user, action, obj)
    except PermissionDenied:
        return False
    return True


def allows(user, action, obj):
    return may(user, action, obj)


def test_a_closed_account_may_do_nothing(everybody, maonan):
    User.objects.filter(username="heya").update(is_active=False)
    heya = User.objects.get(username="heya")
    assert [action for action in Action if may(heya, action)] == []
    assert not within_reach(heya, Action.SEE_STAGE, Stage.objects.all()).exists()


def test_two_districts_reach_the_stages_of_both(everybody, heya, maonan, binhai):
    both = open_account(
        username="both",
        name="跨区",
        password=cast.PASSWORD,
        grants=[(Role.ORGANIZER, maonan.district), (Role.ORGANIZER, binhai.district)],
        by=heya,
        seconded_by=everybody["luoping"],
        at=cast.NOW,
    )
    assert set(within_reach(both, Action.RUN_STAGE, Stage.objects.all())) == {maonan, binhai}


def test_without_an_object_the_question_is_whether_anywhere_at_all(everybody):
    assert may(everybody["chenxiao"], Action.DRAW)
    assert not may(everybody["chenxiao"], Action.PUBLISH)
    assert not may(everybody["stranger"], Action.SEE_STAGE)


def test_a_model_that_lies_nowhere_is_out_of_a_districts_reach(everybody):
    assert not within_reach(everybody["chenxiao"], Action.SEE_STAGE, Season.objects.all()).exists()
    assert not may(everybody["chenxiao"], Action.SEE_STAGE, Season.objects.get())


def test_a_secretary_without_an_account_is_nobodys_own_work(everybody, maonan):
    other = Entry.objects.create(
        stage=maonan,
        secretary=Secretary.objects.create(name="周文"),
        posting=Posting.objects.get(),
        district=maonan.district,
    )
    assert not may(everybody["secretary"], Action.SEE_OWN_RESULT, other)
    assert list(within_reach(everybody["secretary"], Action.SEE_OWN_RESULT, Entry.objects.all())) == [
        Entry.objects.exclude(pk=other.pk).get()
    ]


@pytest.mark.parametrize("pk", ["no-number", "", None, 10**30, -1, "1; DROP TABLE"])
def test_a_number_that_names_nothing_is_not_found(everybody, pk):
    with pytest.raises(Http404):
        fetch(everybody["heya"], Action.SEE_STAGE, Stage.objects.all(), pk=pk)
