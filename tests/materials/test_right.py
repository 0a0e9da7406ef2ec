"""Who may hand in now: deadlines to the microsecond, late codes, and the sentences that say why not."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from contest.actions.entries import leave
from contest.models.entry import Status
from contest.models.stage import State
from contest.workflow import perform
from materials import store
from materials.actions.late import LateRefused, give_late_code, redeem, withdraw
from materials.actions.terms import StaleTerms, TermsRefused, set_terms
from materials.actions.uploading import TooLate, UploadRefused, begin, complete
from materials.models import LateCode, Terms, Upload
from materials.right import LONGEST, may_arrive, may_sign, right_of, terms_of
from tests.cast import NOW, first_secretary, later, put
from tests.materials.handing import collecting

TICK = timedelta(microseconds=1)
TERMS = {"grace_minutes": 120, "needs_video": False, "deck_mb": 100, "video_mb": 500, "video_seconds": 300}


def terms(stage, by, **other):
    return set_terms(stage, **{"closes_at": later(60), **TERMS, "edit": 0, "by": by, "at": NOW, **other})


def began(entry, by, at):
    return begin(entry, kind="deck", name="汇报.pptx", length=10, by=by, at=at)


@pytest.mark.parametrize(("moment", "may"), [(later(60) - TICK, True), (later(60), False), (later(60) + TICK, False)])
def test_the_right_ends_just_before_the_closing_moment(entry, zhiyuan, people, moment, may):
    terms(entry.stage, people["chenxiao"])
    right = right_of(entry, moment)
    assert (right.may_begin, bool(right.why_not)) == (may, not may)
    if may:
        assert began(entry, zhiyuan, moment).ends_at == later(180)
    else:
        with pytest.raises(UploadRefused, match="2023-11-25 10:00 截止"):
            began(entry, zhiyuan, moment)


@pytest.mark.parametrize("first", [None, later(60), later(20_000)])
@pytest.mark.parametrize("grace", [0, 120])
def test_a_deadline_set_or_moved_holds_for_a_file_on_its_way(entry, zhiyuan, people, first, grace):
    was = terms(entry.stage, people["chenxiao"], closes_at=first)
    upload = began(entry, zhiyuan, later(1))
    terms(entry.stage, people["chenxiao"], closes_at=later(10), grace_minutes=grace, edit=was.edit)
    here, end = Upload.objects.get(pk=upload.pk), later(10 + grace)
    assert [may_arrive(here, entry.stage, moment) for moment in (end - TICK, end, end + TICK)] == [True, False, False]
    store.room_for(upload.token).write_bytes(b"0123456789")
    with pytest.raises(TooLate):
        complete(here, at=end)


def test_a_deadline_put_off_gives_a_file_on_its_way_the_time(entry, zhiyuan, people):
    was = terms(entry.stage, people["chenxiao"])
    upload = began(entry, zhiyuan, later(1))
    terms(entry.stage, people["chenxiao"], closes_at=later(600), edit=was.edit)
    assert Upload.objects.get(pk=upload.pk).ends_at == later(720)


def test_a_deadline_taken_away_ends_nothing(entry, zhiyuan, people):
    was = terms(entry.stage, people["chenxiao"])
    upload = began(entry, zhiyuan, later(1))
    terms(entry.stage, people["chenxiao"], closes_at=None, edit=was.edit, at=later(30))
    assert Upload.objects.get(pk=upload.pk).ends_at == later(30) + LONGEST


def test_a_deadline_set_before_a_file_began_ends_it_at_once(entry, zhiyuan, people):
    upload = began(entry, zhiyuan, later(200))
    terms(entry.stage, people["chenxiao"], closes_at=later(10), grace_minutes=0, at=later(201))
    assert may_arrive(Upload.objects.get(pk=upload.pk), entry.stage, later(201)) is False


def test_a_deadline_set_in_one_stage_holds_in_no_other(entry, zhiyuan, people, dianbai, heya):
    other = collecting(dianbai, by=people["huangqiang"])[0]
    upload = began(other, first_secretary(other, by=heya, username="other"), later(1))
    terms(entry.stage, people["chenxiao"])
    assert Upload.objects.get(pk=upload.pk).ends_at == later(1) + LONGEST


def test_nothing_arrives_of_somebody_who_left(entry, zhiyuan, people):
    upload = began(entry, zhiyuan, NOW)
    store.room_for(upload.token).write_bytes(b"0123456789")
    leave(entry, Status.WITHDRAWN, reason="调离", by=people["chenxiao"], at=NOW)
    with pytest.raises(TooLate):
        complete(upload, at=later(1))


@pytest.mark.parametrize("minutes", [60, 20_000, 200_000])
@pytest.mark.parametrize("grace", [0, 120])
def test_what_is_said_of_the_grace_is_never_before_the_deadline(entry, people, minutes, grace):
    terms(entry.stage, people["chenxiao"], closes_at=later(minutes), grace_minutes=grace)
    right = right_of(entry, NOW)
    assert (right.until, right.ends_at) == (later(minutes), later(minutes + grace))


def test_nothing_arrives_any_more_once_scores_are_given(entry, zhiyuan):
    upload = began(entry, zhiyuan, NOW)
    store.room_for(upload.token).write_bytes(b"0123456789")
    put(entry.stage, State.SCORING)
    with pytest.raises(TooLate):
        complete(upload, at=later(1))
    put(entry.stage, State.READY)
    assert complete(upload, at=later(1)).version == 1


@pytest.mark.parametrize(
    ("moment", "may"), [(later(130) - TICK, True), (later(130), False), (later(130) + TICK, False)]
)
def test_where_no_deadline_was_set_the_grace_runs_from_the_end_of_the_collecting(entry, zhiyuan, people, moment, may):
    upload = began(entry, zhiyuan, NOW)
    perform("close_collecting", entry.stage, by=people["chenxiao"], at=later(10))
    assert may_arrive(upload, entry.stage, moment) is may


def test_without_a_deadline_material_comes_as_long_as_it_is_collected(entry, zhiyuan):
    assert right_of(entry, later(100_000)).may_begin
    for state, sentence in (
        (State.PREPARING, "还没有开始"),
        (State.READY, "征集已结束"),
        (State.SCORING, "比赛已经开始"),
    ):
        entry.stage = put(entry.stage, state)
        assert sentence in right_of(entry, NOW).why_not
        with pytest.raises(UploadRefused, match=sentence):
            began(entry, zhiyuan, NOW)


def test_who_left_hands_in_nothing(entry, zhiyuan, people):
    leave(entry, Status.WITHDRAWN, reason="调离", by=people["chenxiao"], at=NOW)
    with pytest.raises(UploadRefused, match="不在参赛名单"):
        began(entry, zhiyuan, NOW)


def test_only_the_entrant_begins_an_upload(entries, zhiyuan, people, heya):
    for other in (people["chenxiao"], heya, people["zhengzhi"]):
        with pytest.raises(PermissionDenied):
            began(entries[0], other, NOW)
    with pytest.raises(PermissionDenied):
        began(entries[1], zhiyuan, NOW)


@pytest.fixture
def closed(entry, people):
    """The stage is ready; 陈志远 was given a code, good for an hour."""
    put(entry.stage, State.READY)
    entry.stage.refresh_from_db()
    return give_late_code(entry, reason="停电一天", expires_at=later(60), by=people["chenxiao"], at=NOW)


def test_a_late_code_lets_one_entrant_in_until_it_runs_out(entries, zhiyuan, closed):
    entry, (given, code) = entries[0], closed
    assert not right_of(entry, later(1)).may_begin
    redeem(entry, code.lower().replace("-", " "), by=zhiyuan, at=later(1))
    assert (right_of(entry, later(60) - TICK).may_begin, right_of(entry, later(60)).may_begin) == (True, False)
    upload = began(entry, zhiyuan, later(2))
    assert (upload.late, upload.ends_at) == (given, later(180))
    entries[1].stage = entry.stage
    assert not right_of(entries[1], later(2)).may_begin


def test_a_late_code_is_used_once_in_time_and_by_its_entrant(entries, zhiyuan, closed):
    entry, (_given, code) = entries[0], closed
    with pytest.raises(LateRefused):
        redeem(entry, "ABCD-2345", by=zhiyuan, at=later(1))
    with pytest.raises(LateRefused):
        redeem(entry, code, by=zhiyuan, at=later(60))
    with pytest.raises(PermissionDenied):
        redeem(entries[1], code, by=zhiyuan, at=later(1))
    redeem(entry, code, by=zhiyuan, at=later(1))
    with pytest.raises(LateRefused, match="已用过"):
        redeem(entry, code, by=zhiyuan, at=later(2))
    assert LateCode.objects.get().redeemed_at == later(1)


def test_a_code_taken_back_opens_nothing(entry, zhiyuan, people, closed):
    given, code = closed
    redeem(entry, code, by=zhiyuan, at=later(1))
    withdraw(given, by=people["chenxiao"], at=later(2))
    assert not right_of(entry, later(3)).may_begin
    with pytest.raises(LateRefused):
        withdraw(given, by=people["chenxiao"], at=later(3))


@pytest.mark.parametrize(("reason", "until"), [("  ", later(60)), ("停电", NOW), ("停电", later(-1))])
def test_a_code_wants_a_reason_and_a_time_to_come(entry, people, reason, until):
    with pytest.raises(LateRefused):
        give_late_code(entry, reason=reason, expires_at=until, by=people["chenxiao"], at=NOW)


def test_nobody_is_let_in_once_scores_are_given(entry, people):
    entry.stage = put(entry.stage, State.SCORING)
    with pytest.raises(LateRefused):
        give_late_code(entry, reason="停电", expires_at=later(60), by=people["chenxiao"], at=NOW)


def test_the_neighbours_give_no_codes_and_set_no_terms(entry, people):
    for other in (people["huangqiang"], people["zhengzhi"]):
        with pytest.raises(PermissionDenied):
            give_late_code(entry, reason="停电", expires_at=later(60), by=other, at=NOW)
        with pytest.raises(PermissionDenied):
            terms(entry.stage, other)
    assert (LateCode.objects.count(), Terms.objects.count()) == (0, 0)


def test_the_pledge_may_be_signed_through_the_grace(entry, people):
    terms(entry.stage, people["chenxiao"])
    moments = (later(60) - TICK, later(60), later(180) - TICK, later(180))
    assert [may_sign(entry, moment) for moment in moments] == [True, True, True, False]


def test_terms_opened_before_somebody_elses_change_are_not_written(entry, people):
    first = terms(entry.stage, people["chenxiao"])
    terms(entry.stage, people["linfang"], edit=first.edit, deck_mb=50)
    for edit in (0, first.edit):
        with pytest.raises(StaleTerms) as stale:
            terms(entry.stage, people["chenxiao"], edit=edit, deck_mb=10)
        assert stale.value.now.deck_mb == 50
    assert terms_of(entry.stage).deck_mb == 50


@pytest.mark.parametrize(
    "wrong", [{"grace_minutes": 2881}, {"deck_mb": 0}, {"video_mb": 4097}, {"video_seconds": 0}, {"grace_minutes": -1}]
)
def test_terms_nobody_can_mean_are_refused(entry, people, wrong):
    with pytest.raises(TermsRefused):
        terms(entry.stage, people["chenxiao"], **wrong)
    assert Terms.objects.count() == 0


def test_terms_are_not_changed_once_scores_are_given(entry, people):
    put(entry.stage, State.SCORING)
    with pytest.raises(TermsRefused):
        terms(entry.stage, people["chenxiao"])
