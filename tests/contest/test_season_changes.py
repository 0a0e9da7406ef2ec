"""A season is put right, its calendar filled in, put away, deleted while it is empty."""

from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Basis, BasisPage, EmergencyAct, LogLine, Proposal
from accounts.permissions import NeedsSecond
from accounts.proposals import actions as proposals
from contest.actions import season_changes as actions
from contest.actions.postings import details_of
from contest.actions.removal import NotRemoved, delete_season
from contest.actions.season import BadDates, schedule
from contest.models import Season, Stage
from contest.models.stage import State
from contest.reads.working_days import calendar_of, end_of_notice, through
from contest.rules.working_days import Calendar
from contest.workflow import MOVES, problems
from quota.models import Shortlist
from registry.models import Posting
from scoring.models import Publication
from tests import cast, hall
from tests.accounts.emergency.world import opened as emergency
from tests.scoring.filling import opened

NONE = Calendar()


def told(season, **other):
    return replace(actions.details_of(season), **other)


def lines(code="2023"):
    return list(LogLine.objects.filter(chain=code).order_by("seq").values_list("action", flat=True))


@pytest.fixture
def submitted(maonan, people):
    """陈晓 has sent 茂南区's list in."""
    return Shortlist.objects.create(
        stage=maonan, number=1, state=Shortlist.State.SUBMITTED, revision=1, seats=1,
        submitted_by=people["chenxiao"], submitted_at=cast.NOW, first_submitted_at=cast.NOW,
    )  # fmt: skip


def test_he_ya_corrects_the_number_and_the_dates_and_the_log_keeps_old_and_new(season, heya):
    new = told(season, notice_number="茂乡振〔2023〕21号", final_due=date(2023, 12, 25))
    changed = actions.correct_season(season, new, reason="文号写错", by=heya, at=cast.later(1))
    assert changed == ["notice_number", "final_due"]
    assert actions.details_of(Season.objects.get(code="2023")) == new
    note = LogLine.objects.get(action="correct_season").note
    assert note.words["notice_number"] == ["茂乡振〔2023〕20号", "茂乡振〔2023〕21号"]
    assert note.words["final_due"] == ["2023-12-20", "2023-12-25"]


def test_nothing_changed_is_no_act(season, heya):
    assert actions.correct_season(season, told(season), by=heya, at=cast.later(1)) == []
    assert lines() == ["open_season"]


def test_a_county_corrects_no_season(season, people):
    with pytest.raises(PermissionDenied):
        actions.correct_season(season, told(season, theme="x"), by=people["chenxiao"], at=cast.later(1))


def test_once_a_list_came_in_it_takes_two(season, people, submitted):
    new = told(season, notice_working_days=3)
    for second in (None, people["heya"]):
        with pytest.raises(NeedsSecond):
            actions.correct_season(season, new, by=people["heya"], seconded_by=second, at=cast.later(1))
    with pytest.raises(NeedsSecond):
        actions.set_calendar(season, Calendar(), by=people["heya"], at=cast.later(1))
    actions.correct_season(season, new, by=people["heya"], seconded_by=people["luoping"], at=cast.later(1))
    line = LogLine.objects.get(action="correct_season")
    assert (line.actor, line.second) == (people["heya"], people["luoping"])


def test_two_seasons_do_not_have_the_same_title(season, heya):
    with pytest.raises(ValidationError) as refused:
        cast.rehearsal(heya, title=season.title)
    assert refused.value.messages == ["已有同名的届次，请换一个活动名称。"]
    other = cast.rehearsal(heya)
    with pytest.raises(ValidationError):
        actions.correct_season(other, told(other, title=season.title), by=heya, at=cast.later(1))


def test_the_final_is_not_before_the_preliminaries(season, heya, people, maonan, final):
    with pytest.raises(BadDates):
        actions.correct_season(season, told(season, final_due=date(2023, 11, 29)), by=heya, at=cast.later(1))
    with pytest.raises(ValidationError):
        cast.rehearsal(heya, final_due=date(2023, 11, 1))
    schedule(maonan, held_on=date(2023, 11, 28), venue="礼堂", by=people["chenxiao"], at=cast.NOW)
    with pytest.raises(BadDates):
        schedule(final, held_on=date(2023, 11, 27), venue="剧院", by=heya, at=cast.NOW)
    schedule(final, held_on=date(2023, 11, 28), venue="剧院", by=heya, at=cast.NOW)
    with pytest.raises(BadDates):
        schedule(maonan, held_on=date(2023, 11, 29), venue="礼堂", by=people["chenxiao"], at=cast.NOW)


def test_a_season_of_2023_knows_its_holidays_from_the_beginning(season):
    known = calendar_of(season)
    assert {2023, 2024} <= known.years
    assert date(2024, 1, 1) in known.off


@pytest.fixture
def hanging(maonan, season):
    """On notice since 29 December 2031, a year whose holidays nobody knows yet."""
    since = timezone.make_aware(timezone.datetime(2031, 12, 29, 9, 0))
    end = end_of_notice(season, since)
    Stage.objects.filter(pk=maonan.pk).update(
        state=State.PUBLISHED, notice_from=since, notice_until=end.at, notice_provisional=end.is_provisional
    )
    maonan.refresh_from_db()
    return maonan


def end_of(stage):
    """The end of a notice as the proposal tells it."""
    return through(stage.notice_until) + ("（暂定）" if stage.notice_provisional else "")


def local(stage):
    return f"{timezone.localtime(stage.notice_until):%Y-%m-%d %H:%M}"


def test_the_end_is_provisional_until_two_fill_the_years_in(hanging, season, heya, people):
    assert (local(hanging), hanging.notice_provisional) == ("2032-01-03 00:00", True)
    long_after = timezone.make_aware(timezone.datetime(2033, 1, 1))
    texts = [problem.text for problem in problems(hanging, MOVES["close"], long_after)]
    assert "公示截止日是暂定的：公示期所在年份的放假调休安排还没有填写，填写后才能确定。" in texts
    filled = Calendar(frozenset({date(2032, 1, 1)}), frozenset(), calendar_of(season).years | {2031, 2032})
    told = {"reason": "国办发明电〔2031〕9号", "by": heya, "seconded_by": people["luoping"]}
    moved = actions.set_calendar(season, filled, **told, at=cast.later(1))
    hanging.refresh_from_db()
    assert (local(hanging), hanging.notice_provisional) == ("2032-01-06 00:00", False)
    assert moved == [f"notice_until:{hanging.pk}"]
    # Nothing is left but the sealed sheet, which this stage never had.
    documents = reverse("contest:documents", args=[hanging.pk])
    assert [each.url for each in problems(hanging, MOVES["close"], long_after)] == [documents]


def test_in_a_rehearsal_weekends_are_enough(heya, people, season):
    rehearsal = cast.rehearsal(heya)
    end = end_of_notice(rehearsal, timezone.make_aware(timezone.datetime(2031, 12, 29, 9, 0)))
    assert (f"{timezone.localtime(end.at):%Y-%m-%d}", end.is_provisional) == ("2032-01-03", False)


def test_a_saturday_is_no_day_off_and_a_monday_is_not_made_up(season, heya):
    for wrong in (Calendar(off=frozenset({date(2026, 10, 3)})), Calendar(made_up=frozenset({date(2026, 10, 5)}))):
        with pytest.raises(actions.SeasonRefused):
            actions.set_calendar(season, wrong, by=heya, at=cast.later(1))


def test_a_season_is_put_away_and_taken_out_again(season, heya):
    actions.archive_season(season, by=heya, at=cast.later(1))
    assert Season.objects.get(code="2023").archived_at == cast.later(1)
    with pytest.raises(actions.SeasonRefused):
        actions.archive_season(season, by=heya, at=cast.later(2))
    actions.reopen_archive(season, by=heya, at=cast.later(3))
    assert Season.objects.get(code="2023").archived_at is None
    assert lines() == ["open_season", "archive_season", "reopen_archive"]


def test_an_empty_season_is_deleted_and_its_code_never_used_again(season, heya):
    delete_season(season, by=heya, at=cast.later(1))
    assert (Season.objects.count(), Stage.objects.count(), lines()) == (0, 0, ["open_season", "removed"])
    with pytest.raises(ValidationError) as refused:
        cast.season(heya)
    assert refused.value.messages == ["这个代码以前用过，日志仍在，请换一个。"]


def test_a_season_with_entrants_is_not_deleted(season, heya, maonan, people):
    cast.enter_people(maonan, 1, by=people["chenxiao"])
    with pytest.raises(NotRemoved):
        delete_season(season, by=heya, at=cast.later(1))


@pytest.fixture
def corrected_once_another_is_open(maonan, heya, people, settings, tmp_path):
    """陈志远 takes part in 2023, scoring is open there, and 2024 is as empty as it was opened.

    Gives a function that has 陈晓 propose, on a paper, that he is called otherwise.
    """
    settings.MEDIA_ROOT = tmp_path
    opened(maonan, entrants=3, judges=3, by=people["chenxiao"])
    cast.season(heya, code="2024", title="另一届", theme="另一届", at=cast.later(2))
    posting = Posting.objects.with_places().get(entries__stage=maonan, entries__order=1)
    old = details_of(posting)
    told = {**asdict(replace(old, name="陈志元")), "seen": old.fingerprint}
    said = {"reason": "身份证", "paper": hall.form(), "by": people["chenxiao"], "at": cast.later(40)}
    return lambda: proposals.propose("correct_person", posting, told, **said)


def test_what_two_decide_of_somebody_lies_with_the_season_that_has_them(corrected_once_another_is_open, heya, people):
    proposal = corrected_once_another_is_open()
    proposals.second(proposal, by=people["linfang"], at=cast.later(41))
    assert (proposal.chain, LogLine.objects.get(action="correct_person").chain) == ("2023", "2023")
    delete_season(Season.objects.get(code="2024"), by=heya, at=cast.later(50))
    assert (list(Season.objects.values_list("code", flat=True)), Proposal.objects.count()) == (["2023"], 1)
    assert BasisPage.objects.get().basis.chain == "2023"


def test_the_emergency_accounts_act_waits_for_its_reviews_where_it_belongs(
    corrected_once_another_is_open, heya, people
):
    account = emergency(people)
    proposals.second(corrected_once_another_is_open(), by=account, at=cast.later(41))
    delete_season(Season.objects.get(code="2024"), by=heya, at=cast.later(50))
    assert {(act.chain, act.line.action) for act in EmergencyAct.objects.all()} >= {("2023", "correct_person")}


@pytest.mark.parametrize("model", [Proposal, Basis, EmergencyAct])
def test_a_season_with_evidence_in_its_chain_is_not_deleted_and_the_page_says_why(
    corrected_once_another_is_open, heya, people, signed_in, model
):
    proposals.second(corrected_once_another_is_open(), by=emergency(people), at=cast.later(41))
    model.objects.filter(pk=model.objects.filter(chain="2023")[0].pk).update(chain="2024")
    before, client = model.objects.count(), signed_in(heya)
    answer = client.post(reverse("contest:delete_season", args=["2024"]), {"once_key": "late"}, follow=True)
    assert (
        "这一届已有名册、参赛者、提请、依据、应急办理的事项或赛段的进展，不能删除；请归档。" in answer.content.decode()
    )
    assert (Season.objects.count(), model.objects.count()) == (2, before)
    assert client.get(reverse("contest:delete_season", args=["2024"])).status_code == 404


def test_two_who_put_a_season_away_at_once_do_not_bring_it_out_again(season, people, signed_in):
    url = "/desk/seasons/2023/archive/"
    heya, luo = signed_in(people["heya"]), signed_in(people["luoping"])
    pages = [client.get(url).content.decode() for client in (heya, luo)]
    assert ['name="step" value="archive"' in page for page in pages] == [True, True]
    assert heya.post(url, {"step": "archive"}).status_code == 302
    assert "已经归档" in luo.post(url, {"step": "archive"}, follow=True).content.decode()
    assert Season.objects.exclude(archived_at=None).count() == 1
    assert (luo.post(url).status_code, luo.post(url, {"step": "reopen"}).status_code) == (400, 302)
    assert Season.objects.get().archived_at is None


@pytest.mark.parametrize("more", ["", " ", "\u3000", "\u200b", "\u2060", "\ufe0f", "\u3164"])
def test_no_two_seasons_have_titles_that_read_alike(season, heya, more):
    refused_as = "已有同名的届次，请换一个活动名称。"
    with pytest.raises(ValidationError) as refused:
        cast.rehearsal(heya, title=season.title.replace("驻村", f"驻{more}村"))
    assert refused.value.messages == [refused_as]
    with pytest.raises(ValidationError) as refused:
        cast.rehearsal(heya, title=season.title.replace("（", "(").replace("）", ")") + more)
    assert refused.value.messages == [refused_as]
    other = cast.rehearsal(heya)
    for title, sentence in (
        (season.title + more, refused_as),
        (f"{more}\u200b", "活动名称里没有可以辨认的文字，请写明。"),
    ):
        with pytest.raises(ValidationError) as refused:
            actions.correct_season(other, told(other, title=title), by=heya, at=cast.later(1))
        assert refused.value.messages == [sentence]
    actions.correct_season(other, told(other, theme="别的主题"), by=heya, at=cast.later(1))


def test_the_days_until_which_a_stage_was_to_be_held_are_marked_once_over(maonan, people, signed_in):
    on = date(2023, 11, 30)
    assert (maonan.is_overdue(on), maonan.is_overdue(date(2023, 12, 1))) == (False, True)
    page = signed_in(people["chenxiao"]).get("/desk/stages/").content.decode()
    assert "已过期" in page
    cast.put(maonan, State.SCORING)
    assert maonan.is_overdue(date(2023, 12, 1)) is False


def test_the_pages_correct_a_season_and_tell_what_is_wrong(season, people, signed_in):
    client = signed_in(people["heya"])
    form = client.get("/desk/seasons/2023/edit/").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"reason": "文号写错", "theme": "新主题"}
    # Each time what the page shows then.
    del sent["shown"]
    assert client.post("/desk/seasons/2023/edit/", sent).status_code == 302
    assert Season.objects.get(code="2023").theme == "新主题"
    wrong = client.post("/desk/seasons/2023/edit/", sent | {"final_due": "2023-11-01"})
    assert (wrong.status_code, "决赛的日期不能早于初赛。" in wrong.content.decode()) == (400, True)
    calendar = client.get("/desk/seasons/2023/calendar/").context["form"]
    days = {name: calendar[name].value() or "" for name in calendar.fields} | {"reason": "国办通知"}
    bad = client.post("/desk/seasons/2023/calendar/", days | {"off": "十月一日"})
    assert (bad.status_code, "“十月一日”不是日期" in bad.content.decode()) == (400, True)
    assert client.post("/desk/seasons/2023/calendar/", days | {"years": "2023 2024 2031"}).status_code == 302
    assert Season.objects.get(code="2023").calendar_years == [2023, 2024, 2031]


def test_once_lists_came_in_the_page_proposes_and_a_colleague_seconds(season, people, signed_in, submitted):
    client = signed_in(people["heya"])
    form = client.get("/desk/seasons/2023/edit/").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"reason": "改", "theme": "新主题"}
    made = client.post("/desk/seasons/2023/edit/", sent)
    proposal = Proposal.objects.get()
    assert (made.status_code, made.url) == (302, proposal.get_absolute_url())
    assert proposal.changes == [["主题", "赋能百千万 驻村话振兴", "新主题"]]
    with pytest.raises(proposals.OwnProposal):
        proposals.second(proposal, by=people["heya"], at=proposal.proposed_at)
    with pytest.raises(PermissionDenied):
        proposals.second(proposal, by=people["chenxiao"], at=proposal.proposed_at)
    assert Season.objects.get(code="2023").theme == "赋能百千万 驻村话振兴"
    proposals.second(proposal, by=people["luoping"], at=proposal.proposed_at)
    assert Season.objects.get(code="2023").theme == "新主题"
    line = LogLine.objects.get(action="correct_season")
    assert (line.actor, line.second) == (people["heya"], people["luoping"])


def test_the_calendar_too_is_filled_in_by_two_so_that_a_notice_can_end(season, people, signed_in, submitted):
    client = signed_in(people["heya"])
    days = {"off": "2031-10-01", "made_up": "", "years": "2023 2031", "reason": "国办发明电"}
    assert client.post("/desk/seasons/2023/calendar/", days).status_code == 302
    proposal = Proposal.objects.get()
    assert calendar_of(Season.objects.get(code="2023")).years != {2023, 2031}
    proposals.second(proposal, by=people["luoping"], at=proposal.proposed_at)
    assert calendar_of(Season.objects.get(code="2023")).years == {2023, 2031}


def test_a_season_that_was_corrected_meanwhile_is_not_seconded(season, people, signed_in, submitted):
    days = {"off": "2031-10-01", "made_up": "", "years": "2023 2031", "reason": "国办发明电"}
    signed_in(people["heya"]).post("/desk/seasons/2023/calendar/", days)
    Season.objects.update(calendar_years=[2023])
    proposal = Proposal.objects.get()
    with pytest.raises(proposals.Changed):
        proposals.second(proposal, by=people["luoping"], at=proposal.proposed_at)


@pytest.fixture
def on_notice(maonan, season):
    """茂南区's results hang since four days ago, so that five working days end in some days' time."""
    since = timezone.now() - timedelta(days=4)
    end = end_of_notice(season, since)
    Stage.objects.filter(pk=maonan.pk).update(
        state=State.PUBLISHED, notice_from=since, notice_until=end.at, notice_provisional=end.is_provisional
    )
    maonan.refresh_from_db()
    return maonan


def test_who_published_shortens_no_notice_alone(season, people, on_notice):
    before = on_notice.notice_until
    for change, new in ((actions.correct_season, told(season, notice_working_days=1)), (actions.set_calendar, NONE)):
        with pytest.raises(NeedsSecond):
            change(season, new, by=people["heya"], at=timezone.now())
    on_notice.refresh_from_db()
    assert on_notice.notice_until == before


def test_a_notice_that_was_taken_down_binds_the_season_too(season, maonan, people):
    Publication.objects.create(
        stage=maonan, version=1, revision=1, by=people["heya"], at=cast.NOW, text="{}", withdrawn_at=cast.later(1),
        withdrawn_reason="名字有误", withdrawn_by=people["heya"], withdrawn_second=people["luoping"],
    )  # fmt: skip
    with pytest.raises(NeedsSecond):
        actions.correct_season(season, told(season, theme="x"), by=people["heya"], at=cast.later(2))


def test_two_shorten_a_notice_to_the_working_day_of_the_change_at_the_earliest(season, people, on_notice):
    on_a_wednesday = timezone.make_aware(timezone.datetime(2023, 12, 6, 15, 0))
    Stage.objects.filter(pk=on_notice.pk).update(
        notice_from=timezone.make_aware(timezone.datetime(2023, 12, 4, 9, 0)),
        notice_until=timezone.make_aware(timezone.datetime(2023, 12, 9)),
    )
    both = {"by": people["heya"], "seconded_by": people["luoping"]}
    actions.correct_season(season, told(season, notice_working_days=1), at=on_a_wednesday, **both)
    on_notice.refresh_from_db()
    assert local(on_notice) == "2023-12-07 00:00"
    # Once it is over it is not moved: neither earlier nor on.
    actions.correct_season(season, told(season, notice_working_days=2), at=on_a_wednesday + timedelta(days=6), **both)
    on_notice.refresh_from_db()
    assert local(on_notice) == "2023-12-07 00:00"


def test_on_a_day_off_a_shortened_notice_hangs_until_the_next_working_day_is_over(season, people, on_notice):
    on_a_saturday = timezone.make_aware(timezone.datetime(2023, 12, 9, 10, 0))
    Stage.objects.filter(pk=on_notice.pk).update(
        notice_from=timezone.make_aware(timezone.datetime(2023, 12, 7, 9, 0)),
        notice_until=timezone.make_aware(timezone.datetime(2023, 12, 14)),
    )
    both = {"by": people["heya"], "seconded_by": people["luoping"]}
    actions.correct_season(season, told(season, notice_working_days=1), at=on_a_saturday, **both)
    on_notice.refresh_from_db()
    assert local(on_notice) == "2023-12-12 00:00"


@pytest.mark.parametrize("page", ["edit", "calendar"])
def test_the_proposal_tells_which_notice_ends_otherwise_and_rests_on_it(
    page, season, people, signed_in, on_notice, maonan
):
    client = signed_in(people["heya"])
    form = client.get(f"/desk/seasons/2023/{page}/").context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"reason": "更正"}
    days = "\n".join((timezone.localdate() + timedelta(days=day)).isoformat() for day in range(1, 8))
    off = "\n".join(day for day in days.split() if date.fromisoformat(day).weekday() < 5)
    sent |= {"notice_working_days": "9"} if page == "edit" else {"off": off}
    assert client.post(f"/desk/seasons/2023/{page}/", sent).status_code == 302
    proposal = Proposal.objects.get()
    moved = [(old, new) for what, old, new in proposal.changes if what == "茂南区初赛的公示截止"]
    assert [old for old, _new in moved] == [end_of(on_notice)]
    Stage.objects.filter(pk=maonan.pk).update(notice_from=timezone.now() - timedelta(days=3))
    with pytest.raises(proposals.Changed):
        proposals.second(proposal, by=people["luoping"], at=proposal.proposed_at)
    Stage.objects.filter(pk=maonan.pk).update(notice_from=on_notice.notice_from)
    proposals.second(proposal, by=people["luoping"], at=timezone.now())
    on_notice.refresh_from_db()
    assert moved[0][1] == end_of(on_notice)
