"""Once scoring has opened, who somebody is takes two: 陈晓 alone swaps no names in 茂南区, by page or by file."""

from dataclasses import asdict, replace
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import log
from accounts.models import LogLine, Proposal
from accounts.permissions import NeedsSecond
from accounts.proposals import actions as proposals
from contest.actions.correction import BadCorrection
from contest.actions.entries import enter_all
from contest.actions.postings import Details, correct_person, details_of
from contest.actions.roster import PlanMoved, TakesTwo, import_roster, planned_now, upload_roster
from contest.models import Award, Entry, NameCorrection, Stage
from contest.models.correction import show_people
from contest.models.stage import State
from registry.models import District, Posting, Secretary, Town, Unit, Village
from scoring.models import Result
from tests import cast
from tests.contest.rosters import preview, sent
from tests.registry.excel.office import HEADER, xlsx
from tests.scoring.filling import counted, level, opened


@pytest.fixture
def closed(maonan, people):
    """茂南区, closed: 陈志远 first, 梁秀英 second, 王䶮 third."""
    stage = opened(maonan, entrants=3, judges=3, by=people["chenxiao"])
    counted(stage, level(90, 80, 70, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    return cast.put(stage, State.CLOSED)


@pytest.fixture
def first(closed) -> Posting:
    return Posting.objects.with_places().get(pk=Entry.objects.get(stage=closed, order=1).posting_id)


def typed(posting, **changed):
    """The form of a posting as it is sent."""
    now = details_of(posting)
    fields = {name: getattr(now, name) for name in Details.__dataclass_fields__}
    return {**fields, "seen": now.fingerprint, **changed}


def renamed(posting, name):
    fields = {field: getattr(details_of(posting), field) for field in Details.__dataclass_fields__}
    return Details(**{**fields, "name": name})


def test_alone_on_the_page_of_a_posting_she_only_proposes(closed, first, people, signed_in):
    chenxiao, url = signed_in(people["chenxiao"]), reverse("contest:posting", args=[first.pk])
    assert chenxiao.post(url, typed(first, name="王䶮")).status_code == 400
    made = chenxiao.post(url, typed(first, name="王䶮", reason="登记时写错"))
    proposal = Proposal.objects.get()
    assert (made.status_code, made.url) == (302, proposal.get_absolute_url())
    assert proposal.changes == [["姓名", "陈志远", "王䶮"]]
    assert (proposal.state, Posting.objects.get(pk=first.pk).secretary.name) == ("open", "陈志远")
    assert chenxiao.get(reverse("scoring:results", args=[closed.pk])).context["board"].rows[0].who.name != "王䶮"


def test_seconded_by_a_colleague_everything_decided_shows_the_correction(closed, first, people, signed_in):
    signed_in(people["chenxiao"]).post(
        reverse("contest:posting", args=[first.pk]), typed(first, name="陈志遠", reason="身份证上是这个字")
    )
    proposals.second(Proposal.objects.get(), by=people["linfang"], at=Proposal.objects.get().proposed_at)
    made = NameCorrection.objects.get()
    assert (made.old, made.new, made.by, made.seconded_by) == (
        "陈志远",
        "陈志遠",
        people["chenxiao"],
        people["linfang"],
    )
    page = signed_in(people["heya"]).get(reverse("scoring:results", args=[closed.pk])).content.decode()
    assert ("陈志遠" in page, "更正" in page) == (True, True)
    lines = LogLine.objects.filter(chain="2023", action="correct_decided")
    assert [(line.actor, line.second) for line in lines] == [(people["chenxiao"], people["linfang"])]


@pytest.mark.parametrize("who", ["linfang", "heya"])
def test_who_came_to_serve_next_door_meanwhile_is_renamed_by_two_of_the_city(
    closed, first, dianbai, people, signed_in, who
):
    chenxiao, url = signed_in(people["chenxiao"]), reverse("contest:posting", args=[first.pk])
    chenxiao.post(url, typed(first, name="陈志遠", reason="身份证上是这个字"))
    made = Proposal.objects.get()
    there = cast.station(dianbai.district, 1, start=5)[0]
    Posting.objects.filter(pk=there.pk).update(secretary=first.secretary)
    answer = signed_in(people[who]).post(reverse("second", args=[made.pk]))
    assert (answer.status_code, "请撤回，由市级重新提请" in answer.content.decode()) == (409, True)
    assert Posting.objects.get(pk=first.pk).secretary.name == "陈志远"
    assert chenxiao.post(reverse("withdraw_proposal", args=[made.pk])).status_code == 302
    anew = signed_in(people["luoping"]).post(url, typed(first, name="陈志遠", reason="身份证上是这个字"))
    assert anew.status_code == 302
    assert signed_in(people["heya"]).post(reverse("second", args=[Proposal.objects.latest("pk").pk])).status_code == 302
    assert Posting.objects.get(pk=there.pk).secretary.name == "陈志遠"


def test_the_action_itself_refuses_one_person(closed, first, people):
    told = {"seen": details_of(first).fingerprint, "by": people["chenxiao"], "at": cast.later(9)}
    with pytest.raises(NeedsSecond):
        correct_person(first, renamed(first, "王䶮"), reason="写错", **told)
    with pytest.raises(NeedsSecond):
        correct_person(first, renamed(first, "王䶮"), reason="写错", seconded_by=people["chenxiao"], **told)
    with pytest.raises(BadCorrection):
        correct_person(first, renamed(first, "王䶮"), reason="\u200b", seconded_by=people["linfang"], **told)
    assert Posting.objects.get(pk=first.pk).secretary.name == "陈志远"


def test_what_is_no_name_and_no_unit_stays_one_persons_act(closed, first, people, signed_in):
    chenxiao, url = signed_in(people["chenxiao"]), reverse("contest:posting", args=[first.pk])
    assert chenxiao.post(url, typed(first, post="副科长")).status_code == 302
    assert (Posting.objects.get(pk=first.pk).secretary.post, Proposal.objects.count()) == ("副科长", 0)


def test_before_scoring_opens_a_name_is_one_persons_act(maonan, people, signed_in):
    posting = cast.station(maonan.district, 1)[0]
    url = reverse("contest:posting", args=[posting.pk])
    assert signed_in(people["chenxiao"]).post(url, typed(posting, name="王䶮")).status_code == 302
    assert (Posting.objects.get(pk=posting.pk).secretary.name, NameCorrection.objects.count()) == ("王䶮", 0)


@pytest.fixture
def swapped(closed) -> bytes:
    """A file in which 陈志远 and 梁秀英, sent by two units, have changed names; the telephones say who is who."""
    rows = []
    zhuhai = Unit.objects.create(name="珠海市示例局", level="zhuhai")
    Posting.objects.filter(entries__stage=closed, entries__order=2).update(unit=zhuhai)
    people = Posting.objects.with_places().filter(entries__stage=closed).order_by("entries__order")[:2]
    for number, (posting, name) in enumerate(zip(people, ("梁秀英", "陈志远"), strict=True), start=1):
        phone = f"1380000000{number}"
        Secretary.objects.filter(pk=posting.secretary_id).update(phone=phone)
        village = posting.village
        place = village.town.district.name, village.town.name, village.name
        rows.append((number, *place, name, posting.unit.name, "", "", phone))
    return xlsx(HEADER, *rows)


def names(closed):
    return list(Entry.objects.filter(stage=closed).in_order().values_list("secretary__name", flat=True))


def test_a_file_that_swaps_two_names_is_refused_to_one_person_and_nothing_is_written(closed, swapped, season, people):
    told = {"data": swapped, "name": "名册.xlsx", "district": closed.district, "by": people["chenxiao"]}
    with pytest.raises(TakesTwo, match="梁秀英、陈志远"):
        import_roster(season, at=cast.later(9), **told)
    assert names(closed) == ["陈志远", "梁秀英", "王䶮"]


def test_on_the_pages_it_is_proposed_and_done_when_a_colleague_seconds_it(closed, swapped, people, signed_in):
    chenxiao = signed_in(people["chenxiao"])
    upload = sent(chenxiao, swapped)
    seen = preview(chenxiao, upload).context["seen"]
    url = reverse("contest:roster_confirm", args=[upload.pk])
    assert chenxiao.post(url, {"seen": seen}).status_code == 409
    assert names(closed) == ["陈志远", "梁秀英", "王䶮"]
    assert chenxiao.post(url, {"seen": seen, "reason": "两人登记反了"}).status_code == 302
    proposal = Proposal.objects.get()
    assert [change[1:] for change in proposal.changes] == [["陈志远", "梁秀英"], ["梁秀英", "陈志远"]]
    with pytest.raises(proposals.OwnProposal):
        proposals.second(proposal, by=people["chenxiao"], at=proposal.proposed_at)
    assert names(closed) == ["陈志远", "梁秀英", "王䶮"]
    proposals.second(proposal, by=people["linfang"], at=proposal.proposed_at)
    assert names(closed) == ["梁秀英", "陈志远", "王䶮"]
    assert list(NameCorrection.objects.values_list("old", "new")) == [("陈志远", "梁秀英"), ("梁秀英", "陈志远")]


def test_an_import_whose_preview_she_did_not_see_is_not_proposed(closed, swapped, people, signed_in):
    chenxiao = signed_in(people["chenxiao"])
    upload = sent(chenxiao, swapped)
    for forged in ("", "f" * 64):
        told = {"seen": forged, "reason": "两人登记反了"}
        assert chenxiao.post(reverse("contest:roster_confirm", args=[upload.pk]), told).status_code == 409
    assert Proposal.objects.count() == 0


def proposed_unseen(upload, seen, people):
    """陈晓 proposes past the pages, with whatever she says she saw."""
    told = {"reason": "两人登记反了", "by": people["chenxiao"], "at": cast.later(20)}
    return proposals.propose("import_roster", upload, {"seen": seen}, **told)


def test_a_forged_fingerprint_seconds_nothing(closed, swapped, people, signed_in):
    upload = sent(signed_in(people["chenxiao"]), swapped)
    proposal = proposed_unseen(upload, "", people)
    with pytest.raises(proposals.Obstructed, match=str(PlanMoved())):
        proposals.second(proposal, by=people["linfang"], at=cast.later(21))
    assert names(closed) == ["陈志远", "梁秀英", "王䶮"]


def test_what_is_seconded_is_what_林芳_was_shown_even_when_the_roster_moved_under_the_file(
    closed, swapped, people, signed_in
):
    """Between the two, 陈晓 exchanges two telephones, and the file would rename other people than 林芳 was told of."""
    upload = sent(signed_in(people["chenxiao"]), swapped)
    proposal = proposed_unseen(upload, "", people)
    for order, phone in ((1, "13800000002"), (2, "13800000001")):
        Secretary.objects.filter(entries__stage=closed, entries__order=order).update(phone=phone)
    with pytest.raises(proposals.Changed):
        proposals.second(proposal, by=people["linfang"], at=cast.later(21))
    assert (names(closed), NameCorrection.objects.count()) == (["陈志远", "梁秀英", "王䶮"], 0)


def test_a_wrong_village_of_a_closed_stage_is_put_right_by_two_and_everything_decided_shows_it(
    closed, first, people, signed_in
):
    chenxiao, url = signed_in(people["chenxiao"]), reverse("contest:posting", args=[first.pk])
    was = first.village
    told = typed(first, town="沙琅镇", village="正名村", reason="登记时写错")
    assert chenxiao.post(url, told).status_code == 302
    proposal = Proposal.objects.get()
    assert proposal.changes == [["镇街", was.town.name, "沙琅镇"], ["村", was.name, "正名村"]]
    assert Posting.objects.get(pk=first.pk).village == was
    proposals.second(proposal, by=people["linfang"], at=proposal.proposed_at)
    now = Posting.objects.with_places().get(pk=first.pk).village
    assert (now.town.district, now.town.name, now.name) == (was.town.district, "沙琅镇", "正名村")
    shown = Result.objects.get(entry__stage=closed, rank=1)
    assert (shown.who.place, shown.who.original, shown.person["village"]) == (
        "沙琅镇正名村",
        f"镇街原为“{was.town.name}”；村原为“{was.name}”",
        was.name,
    )


def test_alone_she_moves_no_village_between_two_revisions_by_a_file(maonan, season, people):
    """Between scoring opened and the count, and between one count and the next, a copy is yet to be taken."""
    opened(maonan, entrants=2, judges=3, by=people["chenxiao"])
    here = Posting.objects.with_places().get(entries__stage=maonan, entries__order=1)
    place = here.village.town.district.name, here.village.town.name, "别处村"
    data = xlsx(HEADER, (1, *place, here.secretary.name, here.unit.name, "", "", ""))
    told = {"data": data, "name": "名册.xlsx", "district": maonan.district, "by": people["chenxiao"]}
    with pytest.raises(TakesTwo, match="陈志远"):
        import_roster(season, at=cast.later(9), **told)
    upload = upload_roster(season, at=cast.later(10), **told)
    seen = planned_now(upload, on=timezone.localdate())
    told = {"reason": "村名写错", "by": people["chenxiao"], "at": cast.later(11)}
    proposal = proposals.propose("import_roster", upload, {"seen": seen}, **told)
    assert [change[1:] for change in proposal.changes] == [[here.village.name, "别处村"]]
    proposals.second(proposal, by=people["linfang"], at=cast.later(12))
    assert Posting.objects.get(pk=here.pk).village.name == "别处村"
    counted(maonan, level(90, 80, judges=3), typist=people["chenxiao"], checker=people["linfang"])
    assert Result.objects.get(rank=1).who.village == "别处村"
    made = NameCorrection.objects.get()
    assert (made.field, made.old, made.new) == ("village", here.village.name, "别处村")


def test_a_posting_is_not_corrected_into_another_of_the_same_person(closed, first, people, signed_in):
    other = Posting.objects.with_places().get(entries__stage=closed, entries__order=2)
    Posting.objects.create(secretary=first.secretary, village=other.village, unit=first.unit)
    told = typed(first, town=other.village.town.name, village=other.village.name, reason="写错")
    signed_in(people["chenxiao"]).post(reverse("contest:posting", args=[first.pk]), told)
    with pytest.raises(proposals.Obstructed, match="另有一次任职"):
        proposals.second(Proposal.objects.get(), by=people["linfang"], at=Proposal.objects.get().proposed_at)
    assert NameCorrection.objects.count() == 0


def test_before_scoring_opens_a_village_is_one_persons_act(maonan, people, signed_in):
    posting = cast.station(maonan.district, 1)[0]
    url = reverse("contest:posting", args=[posting.pk])
    assert signed_in(people["chenxiao"]).post(url, typed(posting, village="正名村")).status_code == 302
    assert (Posting.objects.get(pk=posting.pk).village.name, NameCorrection.objects.count()) == ("正名村", 0)


def test_of_somebody_who_served_next_door_too_the_office_proposes_it(closed, first, people, signed_in):
    town = Town.objects.create(district=District.objects.get(code="dianbai"), name="沙琅镇")
    village = Village.objects.create(town=town, name="尚塘村")
    Posting.objects.create(secretary=first.secretary, village=village, unit=first.unit, until=date(2022, 1, 1))
    url, told = reverse("contest:posting", args=[first.pk]), typed(first, name="陈志遠", reason="身份证上是这个字")
    answer = signed_in(people["chenxiao"]).post(url, told)
    assert (answer.status_code, "本地区无人可以复核，请由市级提请。" in answer.content.decode()) == (400, True)
    assert Proposal.objects.count() == 0
    assert signed_in(people["heya"]).post(url, told).status_code == 302
    proposal = Proposal.objects.get()
    assert signed_in(people["linfang"]).post(reverse("second", args=[proposal.pk])).status_code == 404
    assert signed_in(people["luoping"]).post(reverse("second", args=[proposal.pk])).status_code == 302
    assert NameCorrection.objects.get().new == "陈志遠"


@pytest.fixture
def elsewhere(closed, first, people, heya):
    """陈志远's entry of 2024: he serves another village, really sent by the bureau that 2023's roster named wrongly."""
    cast.season(heya, code="2024", title="另一届", theme="另一届", at=cast.later(20))
    stage = Stage.objects.whole().get(season__code="2024", district__code="maonan")
    village = Village.objects.create(town=first.village.town, name="新村")
    own = Posting.objects.create(secretary=first.secretary, village=village, unit=first.unit)
    return enter_all(stage, [own], by=people["chenxiao"], at=cast.later(21))[0]


def put_right(posting, people, **changed):
    Unit.objects.get_or_create(name="广东省示例厅", level="central_provincial")
    old = details_of(posting)
    told = {**asdict(replace(old, **changed)), "seen": old.fingerprint}
    proposal = proposals.propose(
        "correct_person", posting, told, reason="填错", by=people["chenxiao"], at=cast.later(30)
    )
    proposals.second(proposal, by=people["linfang"], at=cast.later(31))


def shown(*entries):
    """What decisions about these entries, written before, show now."""
    rows = [Award(entry=entry, person=FIRST | {"secretary": entry.secretary_id}) for entry in entries]
    assert [row.who for row in rows] == [row.who for row in show_people(rows)]
    return [(row.who.name, row.who.unit) for row in rows]


FIRST = {
    "name": "陈志远", "post": "", "unit_id": 1, "unit": "茂名市示例局", "level": "maoming", "district": "茂南区",
    "town": "山阁镇", "village": "甲村",
}  # fmt: skip


def test_the_unit_of_one_service_is_put_right_in_no_other(closed, first, elsewhere, people):
    here = Entry.objects.get(stage=closed, order=1)
    put_right(first, people, unit="广东省示例厅")
    assert NameCorrection.objects.get().posting == first
    assert shown(here, elsewhere) == [("陈志远", "广东省示例厅"), ("陈志远", "茂名市示例局")]
    cast.written_down(closed)
    assert [log.verify(chain)[2] for chain in ("2023", "2024")] == [[], []]
    NameCorrection.objects.update(posting=elsewhere.posting)
    made = NameCorrection.objects.get().pk
    assert f"更正记录 {made} 与日志不符" in [str(fault) for fault in log.verify("2023")[2]]
    # One from before it was known of which service it is.
    NameCorrection.objects.update(posting=None)
    assert shown(here, elsewhere) == [("陈志远", "广东省示例厅"), ("陈志远", "广东省示例厅")]


def test_a_name_is_put_right_in_every_service(closed, first, elsewhere, people):
    put_right(first, people, name="陈致远")
    assert NameCorrection.objects.get().posting is None
    assert shown(Entry.objects.get(stage=closed, order=1), elsewhere) == [("陈致远", "茂名市示例局")] * 2
    cast.written_down(closed)
    assert [log.verify(chain)[2] for chain in ("2023", "2024")] == [[], []]


def test_a_renamed_unit_is_put_right_in_every_service_that_is_scored(closed, first, elsewhere, people):
    cast.put(elsewhere.stage, State.SCORING)
    told = {"reason": "写法有误", "by": people["heya"], "seconded_by": people["luoping"]}
    Unit.objects.filter(pk=first.unit_id).update(name="茂名市示例局A")
    first = Posting.objects.with_places().get(pk=first.pk)
    old = details_of(first)
    correct_person(first, replace(old, unit="茂名市示例局a"), seen=old.fingerprint, **told, at=cast.later(30))
    made = NameCorrection.objects.values_list("posting", "field", "new")
    people_scored = Entry.objects.filter(stage__in=(closed, elsewhere.stage)).values_list("posting", flat=True)
    assert sorted(made) == sorted((pk, "unit", "茂名市示例局a") for pk in people_scored)


class TestWhatWaitsIsSeen:
    def marked(self, client):
        rows = client.get(reverse("contest:roster")).content.decode().split("<tr>")
        return [name for name in ("陈志远", "梁秀英", "王䶮") for row in rows if name in row and "更正待复核" in row]

    def test_in_the_roster_and_on_the_persons_page_until_it_is_seconded(self, closed, first, people, signed_in):
        chenxiao, linfang = signed_in(people["chenxiao"]), signed_in(people["linfang"])
        url = reverse("contest:posting", args=[first.pk])
        assert (self.marked(linfang), "已提请，待复核" in linfang.get(url).content.decode()) == ([], False)
        chenxiao.post(url, typed(first, name="陈致远", reason="身份证为准"))
        proposal = Proposal.objects.get()
        for client in (chenxiao, linfang, signed_in(people["zhengzhi"])):
            assert self.marked(client) == ["陈志远"]
        page = linfang.get(url).content.decode()
        assert (page.count("已提请，待复核"), page.count(f'href="{proposal.get_absolute_url()}"')) == (1, 1)
        linfang.post(
            reverse("second", args=[proposal.pk]), {"shown": linfang.get(proposal.get_absolute_url()).context["shown"]}
        )
        assert (self.marked(linfang), "已提请，待复核" in linfang.get(url).content.decode()) == ([], False)

    def test_on_the_page_of_the_persons_other_posting_too(self, closed, first, elsewhere, people, signed_in):
        put = typed(first, name="陈致远", reason="身份证为准")
        signed_in(people["chenxiao"]).post(reverse("contest:posting", args=[first.pk]), put)
        page = signed_in(people["heya"]).get(reverse("contest:posting", args=[elsewhere.posting_id])).content.decode()
        assert page.count("已提请，待复核") == 1

    @pytest.mark.parametrize("end", ["withdrawn", "declined", "overtaken"])
    def test_not_once_it_ended(self, closed, first, people, signed_in, end):
        put = typed(first, name="陈致远", reason="身份证为准")
        signed_in(people["chenxiao"]).post(reverse("contest:posting", args=[first.pk]), put)
        Proposal.objects.update(state=end, closed_by=people["linfang"], closed_at=cast.later(60), answer="已核")
        assert self.marked(signed_in(people["linfang"])) == []

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_roster_asks_once_for_one_and_for_three(
        self, closed, people, signed_in, count, django_assert_num_queries
    ):
        chenxiao, linfang = signed_in(people["chenxiao"]), signed_in(people["linfang"])
        for place in range(1, count + 1):
            own = Posting.objects.with_places().get(entries__stage=closed, entries__order=place)
            told = typed(own, name=f"陈致{'一二三'[place - 1]}", reason="身份证为准")
            chenxiao.post(reverse("contest:posting", args=[own.pk]), told)
        linfang.get(reverse("contest:roster"))
        with django_assert_num_queries(11):
            page = linfang.get(reverse("contest:roster")).content.decode()
        assert page.count("更正待复核") == count


def test_the_button_says_that_it_proposes_and_the_reason_that_it_is_needed(closed, first, people, signed_in):
    chenxiao, url = signed_in(people["chenxiao"]), reverse("contest:posting", args=[first.pk])
    page = chenxiao.get(url).content.decode()
    assert ("保存，或提请复核" in page, "的，提请另一人复核，须写明原因；其他改动直接保存。" in page) == (True, True)
    refused = chenxiao.post(url, typed(first, name="陈致远"))
    assert (
        refused.status_code,
        refused.context["will_propose"],
        refused.context["form"].fields["reason"].required,
    ) == (
        400,
        True,
        True,
    )
    free = cast.station(District.objects.get(code="dianbai"), 1, start=40)[0]
    Posting.objects.filter(pk=free.pk).update(unit=Unit.objects.create(name="广东省示例厅", level="central_provincial"))
    page = signed_in(people["huangqiang"]).get(reverse("contest:posting", args=[free.pk])).content.decode()
    assert "保存，或提请复核" not in page


class TestACorrectionRestsOnWhatItIsAbout:
    """A name waits to be corrected; meanwhile somebody puts something else right of 陈志远."""

    @pytest.fixture
    def waiting(self, closed, first, people, signed_in):
        put = typed(first, name="陈致远", reason="身份证为准")
        signed_in(people["chenxiao"]).post(reverse("contest:posting", args=[first.pk]), put)
        return Proposal.objects.get()

    def changed(self, first, people, **new):
        old = details_of(first)
        correct_person(first, replace(old, **new), seen=old.fingerprint, by=people["linfang"], at=timezone.now())
        return Posting.objects.with_places().get(pk=first.pk)

    @pytest.mark.parametrize(
        ("field", "value"), [("phone", "13800000000"), ("gender", "男"), ("post", "科长"), ("remark", "借调")]
    )
    def test_what_it_does_not_touch_may_change_and_stays_changed(self, waiting, first, people, field, value):
        self.changed(first, people, **{field: value})
        proposals.second(waiting, by=people["linfang"], at=timezone.now())
        now = details_of(Posting.objects.with_places().get(pk=first.pk))
        assert (now.name, getattr(now, field)) == ("陈致远", value)
        assert NameCorrection.objects.get().new == "陈致远"

    @pytest.mark.parametrize("rows", [{"name": "陈致元"}, {"name": "陈智远"}])
    def test_what_it_is_about_may_not(self, waiting, first, people, rows):
        Secretary.objects.filter(pk=first.secretary_id).update(**rows)
        with pytest.raises(proposals.Changed):
            proposals.second(waiting, by=people["linfang"], at=timezone.now())
        assert NameCorrection.objects.count() == 0

    def test_a_village_rests_on_its_town_and_a_unit_on_its_level(self, closed, first, people, signed_in):
        url = reverse("contest:posting", args=[first.pk])
        signed_in(people["heya"]).post(url, typed(first, village="乙村", reason="写错"))
        waiting = Proposal.objects.get()
        Town.objects.filter(pk=first.village.town_id).update(name="别镇")
        with pytest.raises(proposals.Changed):
            proposals.second(waiting, by=people["luoping"], at=timezone.now())

    def test_only_what_is_corrected_is_kept_and_a_page_opened_before_a_change_is_refused(
        self, closed, first, people, signed_in
    ):
        chenxiao, url = signed_in(people["chenxiao"]), reverse("contest:posting", args=[first.pk])
        stale = typed(first, name="陈致远", reason="身份证为准")
        now = self.changed(first, people, phone="13800000000")
        assert (chenxiao.post(url, stale).status_code, Proposal.objects.count()) == (409, 0)
        chenxiao.post(url, typed(now, name="陈致远", reason="身份证为准"))
        assert Proposal.objects.get().arguments == {"name": "陈致远"}
