"""A unit belongs to everybody it sends: a rehearsal reads it, the office alone corrects it, and two once it counts."""

from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.actions import open_account
from accounts.models import LogLine, Proposal
from accounts.proposals import actions as proposals
from accounts.roles import Role
from contest.actions.postings import correct_person, details_of
from contest.actions.removal import remove_rehearsal
from contest.actions.roster import UnitTakesTwo, import_roster
from contest.actions.units import UnitRefused
from contest.models import NameCorrection, Stage
from registry.models import District, Posting, Unit
from scoring.models import Result
from tests import cast
from tests.contest import rosters
from tests.contest.test_names_by_two import closed, typed  # noqa: F401 - a fixture
from tests.registry.excel.office import xlsx
from tests.registry.excel.test_levels import THREE
from tests.scoring.filling import counted, level, opened

BUREAU = "茂名市示例局"
ROW = ("茂南区", "山阁镇", "烧酒村", "某人", BUREAU, "珠海", "2021年6月", "13800000001")


def bureau() -> tuple[str, str]:
    unit = Unit.objects.get(pk=Posting.objects.order_by("pk")[0].unit_id)
    return unit.name, unit.level


@pytest.fixture
def demo(people, season, maonan):
    """An organizer of a rehearsal's 茂南区, whose people come from the bureau that sends real ones."""
    cast.station(maonan.district, 2)
    cast.rehearsal(people["heya"])
    told = {"rehearsal": "yanlian", "by": people["heya"], "seconded_by": people["luoping"], "at": cast.NOW}
    told |= {"password": cast.PASSWORD, "must_change_password": False}
    return open_account(username="yan-a", name="演练", grants=[(Role.ORGANIZER, maonan.district)], **told)


def entrant(people) -> Posting:
    """Somebody made up who takes part in the rehearsal's preliminary."""
    stage = Stage.objects.whole().get(season__code="yanlian", district__code="maonan")
    return cast.enter_people(stage, 1, by=people["chenxiao"])[0].posting


def test_a_demo_organizer_changes_no_real_unit_by_a_page(demo, people, signed_in):
    mine = entrant(people)
    url = reverse("contest:posting", args=[mine.pk])
    told = typed(mine, level="zhuhai", post="副科长")
    assert signed_in(demo).post(url, told).status_code == 302
    assert bureau() == (BUREAU, "maoming")
    assert Posting.objects.get(pk=mine.pk).secretary.post == "副科长"


def test_a_demo_file_is_imported_and_changes_no_real_unit(demo, maonan, signed_in):
    client = signed_in(demo)
    upload = rosters.sent(client, xlsx(rosters.HEADER, ROW), district=maonan.district.pk)
    assert rosters.confirm(client, upload).status_code == 302
    assert Posting.objects.filter(rehearsal="yanlian").count() == 1
    assert bureau() == (BUREAU, "maoming")


def test_a_unit_of_a_rehearsal_alone_is_its_own_to_correct(demo, people, signed_in):
    mine = entrant(people)
    Posting.objects.filter(pk=mine.pk).update(unit=Unit.objects.create(name="示例公司", level="county"))
    mine = Posting.objects.with_places().get(pk=mine.pk)
    url = reverse("contest:posting", args=[mine.pk])
    assert signed_in(demo).post(url, typed(mine, level="zhuhai")).status_code == 302
    assert Unit.objects.get(name="示例公司").level == "zhuhai"


def test_one_organizer_corrects_no_shared_unit_by_a_page(maonan, people, signed_in):
    mine = cast.station(maonan.district, 1)[0]
    url = reverse("contest:posting", args=[mine.pk])
    Unit.objects.update(name=f"{BUREAU}A")
    mine = Posting.objects.with_places().get(pk=mine.pk)
    for changed in ({"level": "zhuhai"}, {"unit": f"{BUREAU}a"}):
        answer = signed_in(people["chenxiao"]).post(url, typed(mine, **changed))
        assert (answer.status_code, "只由市级改正" in answer.content.decode()) == (400, True)
    assert bureau() == (f"{BUREAU}A", "maoming")


def test_one_organizer_corrects_no_shared_unit_by_a_file(maonan, season, people, signed_in):
    cast.station(maonan.district, 1)
    client = signed_in(people["chenxiao"])
    upload = rosters.sent(client, xlsx(rosters.HEADER, ROW), district=maonan.district.pk)
    answer = rosters.confirm(client, upload)
    assert (answer.status_code, str(UnitRefused(Unit.objects.all())) in answer.content.decode()) == (409, True)
    assert (bureau(), Posting.objects.count()) == ((BUREAU, "maoming"), 1)
    assert rosters.confirm(signed_in(people["heya"]), upload).status_code == 302
    assert bureau() == (BUREAU, "zhuhai")


def test_once_somebody_of_it_is_scored_two_of_the_office_correct_a_unit(maonan, dianbai, people, signed_in):
    """何雅 in 电白区 would rewrite what 茂南区 is counted by."""
    opened(maonan, entrants=3, judges=3, by=people["chenxiao"])
    theirs = cast.station(dianbai.district, 1, start=6)[0]
    Unit.objects.update(name=f"{BUREAU}A")
    counted(maonan, level(90, 80, 70, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    theirs = Posting.objects.with_places().get(pk=theirs.pk)
    url = reverse("contest:posting", args=[theirs.pk])
    told = typed(theirs, unit=f"{BUREAU}a", level="zhuhai", reason="写法有误")
    assert signed_in(people["heya"]).post(url, told).status_code == 302
    assert bureau() == (f"{BUREAU}A", "maoming")
    proposals.second(Proposal.objects.get(), by=people["luoping"], at=Proposal.objects.get().proposed_at)
    assert bureau() == (f"{BUREAU}a", "zhuhai")
    assert NameCorrection.objects.count() == 3
    assert [result.who.unit for result in Result.objects.all()] == [f"{BUREAU}a"] * 3


@pytest.fixture
def another(people):
    """The next real season, with the levels of another city's notice: none of 2023's codes but 县级."""
    return cast.season(people["heya"], code="2024", title="另一届", theme="另一届", levels=THREE, at=cast.later(90))


@pytest.mark.parametrize(("code", "new"), [("2023", "zhuhai"), ("2024", "city")])
def test_a_level_that_only_an_earlier_season_has_is_corrected_and_not_filled_in(
    closed,  # noqa: F811
    another,
    people,
    signed_in,
    code,
    new,
):
    posting = Posting.objects.with_places().order_by("pk")[0]
    url, before = reverse("contest:posting", args=[posting.pk]), LogLine.objects.count()
    chen, heya = signed_in(people["chenxiao"]), signed_in(people["heya"])
    for client in (chen, heya):
        client.post(reverse("contest:choose_season"), {"code": code})
    told = typed(posting, level=new, reason="层级写错")
    answer = chen.post(url, told)
    assert (answer.status_code, "只由市级改正" in answer.content.decode()) == (400, True)
    assert (bureau(), LogLine.objects.count()) == ((BUREAU, "maoming"), before)
    assert heya.post(url, told).status_code == 302
    assert bureau() == (BUREAU, "maoming")
    proposal = Proposal.objects.get()
    proposals.second(proposal, by=people["luoping"], at=proposal.proposed_at)
    assert bureau() == (BUREAU, new)
    assert LogLine.objects.get(action="correct_person").second == people["luoping"]


def test_what_differs_by_its_code_alone_is_written_down(another, people):
    """A level neither of whose codes the season has: in words both were one, and nothing was logged."""
    posting = cast.station(District.objects.get(code="maonan"), 1)[0]
    posting = Posting.objects.with_places().get(pk=posting.pk)
    old = details_of(posting)
    correct_person(posting, replace(old, level="zhuhai"), seen=old.fingerprint, by=people["heya"], at=cast.later(91))
    words = LogLine.objects.get(action="correct_person").note.words
    assert words == {"level": ["本届未设的层级（maoming）", "本届未设的层级（zhuhai）"]}


def test_the_next_seasons_page_lets_the_rest_be_corrected_and_keeps_the_level(another, people, signed_in):
    posting = cast.station(District.objects.get(code="maonan"), 1)[0]
    posting = Posting.objects.with_places().get(pk=posting.pk)
    client, url = signed_in(people["chenxiao"]), reverse("contest:posting", args=[posting.pk])
    client.post(reverse("contest:choose_season"), {"code": "2024"})
    assert client.post(url, typed(posting, post="副科长")).status_code == 302
    assert (Posting.objects.get(pk=posting.pk).secretary.post, bureau()) == ("副科长", (BUREAU, "maoming"))


@pytest.mark.parametrize(("cell", "written"), [("", "maoming"), ("市直", "city")])
def test_a_file_of_the_next_season_corrects_such_a_level_by_two_and_guesses_none(
    closed,  # noqa: F811
    another,
    people,
    maonan,
    signed_in,
    cell,
    written,
):
    data = xlsx(rosters.HEADER, ("茂南区", "山阁镇", "烧酒村", "某人", BUREAU, cell, "2021年6月", "13800000001"))
    told = {"data": data, "name": "名册.xlsx", "district": maonan.district, "at": cast.later(95)}
    if cell:
        for who, refused in (("chenxiao", UnitRefused), ("heya", UnitTakesTwo)):
            with pytest.raises(refused):
                import_roster(another, by=people[who], **told)
    else:
        assert [row.values.level for row in import_roster(another, by=people["chenxiao"], **told).rows] == [written]
    assert bureau() == (BUREAU, "maoming")


@pytest.mark.parametrize("is_gone", [False, True])
def test_what_a_rehearsal_said_of_a_unit_is_nothing_to_the_real_roster(season, people, is_gone):
    heya, made_up = people["heya"], cast.rehearsal(people["heya"])
    rows = [("茂南区", "山阁镇", f"{place}村", name, "茂名市水务局", cell, "2021年6月", "") for place, name, cell in (
        ("烧酒", "张三", "珠海"), ("福华", "李四", "")
    )]  # fmt: skip
    told = {"name": "名册.xlsx", "by": heya, "at": cast.later(5)}
    import_roster(made_up, data=xlsx(rosters.HEADER, rows[0]), **told)
    assert Unit.objects.get().level == "zhuhai"
    if is_gone:
        remove_rehearsal(made_up, by=heya, at=cast.later(6))
    seen = import_roster(season, data=xlsx(rosters.HEADER, rows[1]), **told).rows[0].values
    assert (seen.level, seen.level_guessed, Unit.objects.get().level) == ("maoming", True, "maoming")
    # Now it sends somebody real, and no guess overrules what is known of it: not in a rehearsal either.
    Unit.objects.update(level="zhuhai")
    again = cast.rehearsal(heya, code="yan2", title="又一次演练")
    seen = import_roster(again, data=xlsx(rosters.HEADER, rows[1]), **told).rows[0].values
    assert (seen.level, seen.level_guessed, Unit.objects.get().level) == ("zhuhai", False, "zhuhai")


def test_by_a_file_it_takes_two_as_well(closed, people, season, maonan, signed_in):  # noqa: F811
    client = signed_in(people["heya"])
    upload = rosters.sent(client, xlsx(rosters.HEADER, ROW), district=maonan.district.pk)
    assert rosters.confirm(client, upload).status_code == 409
    seen = rosters.preview(client, upload).context["seen"]
    url = reverse("contest:roster_confirm", args=[upload.pk])
    assert client.post(url, {"seen": seen, "reason": "层级写错"}).status_code == 302
    proposal = Proposal.objects.get()
    assert proposal.changes == [[f"{BUREAU}：单位层级", "茂名市单位", "珠海市单位"]]
    assert bureau() == (BUREAU, "maoming")
    proposals.second(proposal, by=people["luoping"], at=proposal.proposed_at)
    assert bureau() == (BUREAU, "zhuhai")
