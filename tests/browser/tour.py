"""A season in the middle of everything, so that every page has something on it, and the way past all pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.actions import first_password, open_account
from accounts.emergency.actions import break_seal, review
from accounts.models import EmergencyAct, Proposal, User
from accounts.proposals import actions as proposals
from accounts.proposals.deputies import name_deputy
from accounts.proposals.paper import Paper
from accounts.roles import Role
from certificates import codes
from certificates.actions.batch import ask, release
from certificates.actions.ending import replace as replace_certificate
from certificates.actions.ending import revoke
from certificates.actions.letters import receive_letter, send_letter, write_letters
from certificates.actions.seals import keep_seal
from certificates.making import make_due
from certificates.models import Batch, Certificate, Letter, Seal
from contest.actions.correction import record_correction
from contest.actions.documents import upload_signed_result
from contest.actions.draw import commit_draw
from contest.actions.profile import Consent, edit_profile
from contest.actions.roster import import_roster, upload_roster
from contest.models import Award, Draw, Entry, Profile, RosterImport, Stage
from contest.models.person import people_of
from contest.models.stage import Kind, State
from contest.models.work import Progress
from contest.workflow import perform
from demo.build import Rehearsal, approve_lists, build, certify, publish, score, shortlist, tabulate
from demo.marks import marks_for
from demo.paper import blank_scan
from materials import store
from materials.actions.late import give_late_code, redeem
from materials.actions.returning import return_material
from materials.actions.uploading import begin
from materials.models import Material, Preview
from quota.actions.shortlist import draw_up, return_list, submit
from quota.actions.substitution import propose
from quota.models import Substitution
from quota.reads.seats import seated
from registry.models import District, Posting
from scoring.actions.confirmation import Seen, confirm_sheets, return_sheet
from scoring.actions.corrections import correct_sheet
from scoring.actions.overtime import TimeChange, time_talks
from scoring.actions.rules import change_rules, read_rules
from scoring.actions.rulings import level_groups
from scoring.actions.sheets import Change, save_marks
from scoring.actions.votes import cast_votes
from scoring.models import Criterion, Ruling, Seat, Sheet
from scoring.models.ruleset import Basis
from tests.certificates.paper.papers import saved, stamp
from tests.contest.test_photo import photo
from tests.materials import handing, pledged
from tests.registry.excel.office import HEADER, LI, WANG, ZHANG, xlsx

# The day on the certificates.
DAY = date(2026, 12, 25)


@dataclass
class Tour(Rehearsal):
    """A rehearsal of which some districts can be taken further than the others."""

    only: tuple[str, ...] = ()

    def stages(self, kind: Kind) -> list[Stage]:
        return [stage for stage in super().stages(kind) if stage.district is None or stage.district.code in self.only]

    def of(self, code: str) -> Stage:
        """A district's preliminary."""
        return Stage.objects.whole().get(season=self.season, district__code=code)

    @property
    def final(self) -> Stage:
        return Stage.objects.whole().get(season=self.season, kind=Kind.FINAL)

    def take(self, codes: Sequence[str], *steps: Callable[[Rehearsal], None]) -> None:
        self.only = tuple(codes)
        for step in steps:
            step(self)


def everywhere(now: datetime) -> Tour:
    """Each district at another point of the season, and the final about to draw lots.

    茂南区 is typing, 电白区 stands level, 信宜市 has drawn up its list, 高州市 is published and has sent it in, 化州市
    replaces a finalist, 滨海新区 is ready and has somebody new, 高新区 votes; rosters wait to be confirmed.
    """
    tour = Tour(**vars(build(code="yanlian", until="ready", size="small", now=now)))
    half_typed(tour, tour.of("maonan"))
    standing_level(tour, tour.of("dianbai"))
    waits_for_a_second(tour, tour.of("dianbai"))
    voting(tour, tour.of("gaoxin"))
    tour.take(("xinyi", "gaozhou", "huazhou"), score, tabulate, certify)
    draw_up(tour.of("xinyi"), by=tour.people["xinyi-a"], at=tour.tick())
    sent_in_again(tour, tour.of("gaozhou"))
    tour.take(("huazhou",), publish)
    taken_down(tour, tour.of("huazhou"))
    tour.take(("huazhou",), shortlist)
    tour.take(("gaozhou", "huazhou"), publish)
    tour.take(("huazhou",), approve_lists)
    missing_a_finalist(tour, tour.of("huazhou"))
    released_and_ended(tour, tour.of("huazhou"))
    parked_before_release(tour, tour.of("gaozhou"))
    seed_sealed(tour, tour.final)
    emergency_account_opened(tour, tour.of("maonan"))
    letters_and_profiles(tour)
    rosters(tour)
    let_in_late(tour, tour.of("binhai"))
    return tour


def half_typed(tour: Tour, stage: Stage) -> None:
    """One judge's sheets confirmed and one corrected, one's to compare, one's sent back, one's half typed, one gone."""
    typist, checker = tour.pair(stage)
    perform("open_scoring", stage, by=typist, at=tour.tick())
    absent = Entry.objects.filter(stage=stage).whole().in_order().last()
    assert absent
    gone = Seat.objects.select_related("stage__season", "stage__district").get(stage=stage, number=7)
    in_the_hall(tour, "leave", absent, {"status": "absent"}, reason="当日因公外出（演练）", by=typist)
    in_the_hall(tour, "vacate", gone, {}, reason="临时公务（演练）", by=typist)
    counting = Sheet.objects.counting().filter(stage=stage).select_related("entry__stage", "seat", "stage__season")
    half = len(counting.filter(seat__number=4)) // 2
    type_sheets(tour, stage, list(counting.filter(seat__number__lte=3)) + list(counting.filter(seat__number=4)[:half]))
    entries = Entry.objects.competing().filter(stage=stage)
    times = [TimeChange(entry.pk, 0, 290 + 12 * number) for number, entry in enumerate(entries)]
    time_talks(stage, times, by=typist, at=tour.tick())
    typed = counting.filter(seat__number=1)
    confirm_sheets(stage, [Seen(sheet.pk, sheet.edit) for sheet in typed], by=checker, at=tour.tick())
    wrong = counting.filter(seat__number=1).first()
    assert wrong
    criterion, mark = wrong.marks.values_list("criterion__code", "value_c")[0]
    correct_sheet(wrong, {criterion: mark - 50}, "录入时看错一行（演练）", by=typist, at=tour.tick())
    unclear = counting.filter(seat__number=3).first()
    assert unclear
    return_sheet(unclear, "与纸质评分表不符（演练）", edit=unclear.edit, by=checker, at=tour.tick())


def in_the_hall(tour: Tour, verb: str, obj: Any, arguments: dict[str, Any], *, reason: str, by: User) -> None:
    """Done at once on a form signed in the hall; nobody has seconded it yet."""
    paper = Paper("hall_form", DAY, "", [("现场签字表（演练）.png", blank_scan("hall form"))])
    proposals.act_at_once(verb, obj, arguments, reason=reason, paper=paper, by=by, at=tour.tick())


def standing_level(tour: Tour, stage: Stage) -> None:
    """Two groups stand level; the panel has ruled on one, and the scan of the first results is out of date."""
    typist, checker = tour.pair(stage)
    perform("open_scoring", stage, by=typist, at=tour.tick())
    sheets = list(Sheet.objects.counting().filter(stage=stage).select_related("entry"))
    type_sheets(tour, stage, sheets, level=lambda entry: {1: 94, 2: 94, 3: 88, 4: 88}.get(entry.order or 0))
    typed = Sheet.objects.counting().filter(stage=stage).values_list("pk", "edit")
    confirm_sheets(stage, [Seen(*each) for each in typed], by=checker, at=tour.tick())
    perform("tabulate", stage, by=typist, at=tour.tick())
    upload_signed_result(
        stage, files=[("成绩单（演练）.png", blank_scan(stage.title))], sealed=True, by=typist, at=tour.tick()
    )
    lower = level_groups(stage)[-1]
    told = {"order": lower, "kind": Ruling.Kind.LOTS.value}
    in_the_hall(tour, "record_ruling", stage, told, reason="评审团当场抽签决定（演练）", by=typist)


def waits_for_a_second(tour: Tour, stage: Stage) -> None:
    """One organizer proposes to open the scoring again, on the minutes of a meeting."""
    paper = Paper("minutes", DAY, "演练纪〔2026〕3号", [("会议纪要（演练）.png", blank_scan("minutes"))])
    told: dict[str, Any] = {"reason": "2 号评委的评分表录错一格（演练）", "paper": paper}
    proposals.propose("reopen_scoring", stage, {}, by=tour.pair(stage)[0], at=timezone.now(), **told)


def emergency_account_opened(tour: Tour, stage: Stage) -> None:
    """The supervisor broke its seal today; it declined what was proposed, and one of two has looked at that."""
    first, second = tour.office
    told: dict[str, Any] = {"username": "yingji", "name": "应急账号（演练）", "password": first_password()}
    pair: dict[str, Any] = {"by": first, "seconded_by": second}
    account = open_account(**told, grants=[(Role.EMERGENCY, None)], **pair, at=tour.tick(), reason="备用（演练）")
    supervisor = User.objects.get(username="jiandu")
    break_seal(account, reason="市级两人均在途中，无人复核（演练）", by=supervisor, at=timezone.now())
    entry = Entry.objects.competing().filter(stage=stage).order_by("-order").first()
    assert entry
    told = {"reason": "未到场（演练）", "by": tour.pair(stage)[1], "at": timezone.now()}
    here = proposals.propose("leave", entry, {"status": "absent"}, **told)
    proposals.decline(here, "人已到场（演练）", by=account, at=timezone.now())
    review(list(EmergencyAct.objects.all()), "objection", "应等市级复核（演练）", by=first, at=timezone.now())


def voting(tour: Tour, stage: Stage) -> None:
    """Recommendation goes by votes; the first judge has voted."""
    typist, _checker = tour.pair(stage)
    rules = replace(read_rules(stage.ruleset), basis=Basis.VOTES.value, votes_each=1)
    change_rules(stage, rules, by=typist, at=tour.tick())
    perform("open_scoring", stage, by=typist, at=tour.tick())
    seat = Seat.objects.select_related("stage__season", "stage__district").get(stage=stage, number=1)
    chosen = Entry.objects.competing().filter(stage=stage)[:1]
    cast_votes(seat, list(chosen), seen=(), by=typist, at=tour.tick())


def type_sheets(
    tour: Tour, stage: Stage, sheets: Sequence[Sheet], *, level: Callable[[Entry], int | None] = lambda _entry: None
) -> None:
    """Type these sheets; entrants whose `level` (percent) is given get the very same marks on every sheet."""
    criteria = list(Criterion.objects.filter(ruleset__stage=stage))
    changes = []
    for sheet in sheets:
        percent = level(sheet.entry)
        if percent is None:
            marks = marks_for(criteria, 72 + sheet.entry_id % 13, tour.dice)
        else:
            marks = {each.code: each.max_c * percent // 100 // each.step_c * each.step_c for each in criteria}
        changes.append(Change(sheet.pk, sheet.edit, marks))
    save_marks(stage, changes, by=tour.pair(stage)[0], at=tour.tick(30))


def sent_in_again(tour: Tour, stage: Stage) -> None:
    """The first list came back, the second waits for the office."""
    organizer = tour.pair(stage)[0]
    first = draw_up(stage, by=organizer, at=tour.tick())
    submit(first, by=organizer, at=tour.tick())
    return_list(first, "请补盖公章后重新报送（演练）", by=tour.office[0], at=tour.tick())
    submit(draw_up(stage, by=organizer, at=tour.tick()), by=organizer, at=tour.tick())


def missing_a_finalist(tour: Tour, stage: Stage) -> None:
    approved = stage.shortlists.get(live=True)
    leaving = seated(approved)[-1]
    propose(approved, leaving, "因病住院（演练）", by=tour.pair(stage)[0], at=tour.tick())


def released_and_ended(tour: Tour, stage: Stage) -> None:
    """Its certificates are out, one was replaced and one revoked; the stage itself stays published."""
    office = tour.office[0]
    Stage.objects.filter(pk=stage.pk).update(state=State.CLOSED)
    closed = Stage.objects.whole().get(pk=stage.pk)
    batch = ask(closed, template="red", dated=tour.tick().date(), by=office, at=tour.tick())
    while make_due(tour.tick()):
        pass
    release(batch, by=tour.office[1], at=tour.tick())
    first, second = Certificate.objects.filter(batch=batch).in_order()[:2]
    replace_certificate(
        first, reason="信息更正：村名写错一字（演练）", by=office, seconded_by=tour.office[1], at=tour.tick()
    )
    revoke(second, reason="奖项撤销：材料不实（演练）", by=office, seconded_by=tour.office[1], at=tour.tick())
    make_due(tour.tick())
    Stage.objects.filter(pk=stage.pk).update(state=State.PUBLISHED)


def parked_before_release(tour: Tour, stage: Stage) -> None:
    """One certificate could not be made, the others wait for it; the real seals are there but for one."""
    office = tour.office[0]
    assert tour.season
    state = stage.state
    Stage.objects.filter(pk=stage.pk).update(state=State.CLOSED)
    batch = ask(Stage.objects.whole().get(pk=stage.pk), template="plain", dated=DAY, by=office, at=tour.tick())
    while make_due(tour.tick()):
        pass
    last = Certificate.objects.filter(batch=batch).in_order().last()
    assert last
    parked: dict[str, Any] = {"progress": Progress.PARKED, "attempts": 3, "failure": "印章图片不在存放处（演练）"}
    Certificate.objects.filter(pk=last.pk).update(**parked)
    Stage.objects.filter(pk=stage.pk).update(state=state)
    for host in tour.season.hosts[:2]:
        keep_seal(tour.season, host=host, data=saved(stamp(400)), by=office, at=tour.tick())


def letters_and_profiles(tour: Tour) -> None:
    """Three finalists won, as if the final were over: letters in every state, a corrected name, a profile."""
    office, final = tour.office[0], tour.final
    assert tour.season
    tiers = (("first", "一等奖"), ("second", "二等奖"), ("third", "三等奖"))
    by_unit = {entry.posting.unit_id: entry for entry in Entry.objects.filter(stage=final).with_people()}
    finalists = list(by_unit.values())[:3]
    person_of = people_of(Entry.objects.filter(stage=final))
    for place, (entry, (tier, name)) in enumerate(zip(finalists, tiers, strict=True), start=1):
        told: dict[str, Any] = {"tier": tier, "tier_name": name, "tier_order": place, "rank": place, "revision": 1}
        Award.objects.create(entry=entry, person=person_of[entry.pk], **told)
    state = final.state
    Stage.objects.filter(pk=final.pk).update(state=State.CLOSED)
    day = timezone.localdate(tour.tick())
    written = write_letters(tour.season, dated=day, by=office, at=tour.tick())
    for letter in written[:2]:
        send_letter(letter, on=day, how="机要交换（演练）", by=office, at=tour.tick())
    receive_letter(written[0], on=day, received_by="收件人（演练）", by=office, at=tour.tick())
    renamed = finalists[-1].secretary
    two: dict[str, Any] = {"by": office, "seconded_by": tour.office[1]}
    record_correction(
        renamed, "name", renamed.name, f"{renamed.name}改", reason="名册录入有误（演练）", **two, at=tour.tick()
    )
    own = Entry.objects.select_related("stage__season").get(
        secretary=finalists[0].secretary, stage__kind=Kind.PRELIMINARY
    )
    consent = Consent(on_paper=day)
    told = {"biography": "驻村两年，修了一条路（演练）。", "photo": photo(), "consent": consent, "edit": 0}
    edit_profile(own, **told, by=office, at=tour.tick())
    Stage.objects.filter(pk=final.pk).update(state=state)


def taken_down(tour: Tour, stage: Stage) -> None:
    """The first notice was wrong and gives way to a second."""
    one, other = tour.office[:2]
    why = "公示期的起止日期有误（演练）"
    perform("withdraw_notice", stage, by=one, seconded_by=other, reason=why, at=tour.tick())


def seed_sealed(tour: Tour, final: Stage) -> None:
    office = tour.office[0]
    perform("open_collecting", final, by=office, at=tour.tick())
    perform("close_collecting", final, by=office, at=tour.tick())
    commit_draw(final, by=office, at=tour.tick())


def let_in_late(tour: Tour, stage: Stage) -> None:
    """滨海新区's secretary has a code: a version returned, one with pages and a pledge, a video on its way."""
    organizer, me = tour.pair(stage)[0], tour.people["binhai-s"]
    entry = Entry.objects.select_related("stage__season", "stage__district").get(stage=stage, secretary=me.secretary)
    told: dict[str, Any] = {"expires_at": timezone.now() + timedelta(days=2), "by": organizer}
    _late, code = give_late_code(entry, reason="村里停电两天（演练）", **told, at=tour.tick())
    redeem(entry, code, by=me, at=tour.tick())
    give_late_code(entry, reason="再给一次机会（演练）", **told, at=tour.tick())
    first = handing.accepted(entry, b"first", by=me, at=tour.tick())
    return_material(first, reason="第 3 页的数字和台账不符（演练）", by=organizer, at=tour.tick())
    deck = handing.accepted(entry, b"deck", by=me, at=tour.tick(), facts={"slides": 3})
    Preview.objects.create(material=deck, progress=Progress.DONE, source="pages", pages=3)
    store.folder_of(deck).mkdir(parents=True)
    for number in (1, 2, 3):
        (store.folder_of(deck) / f"page-{number:03}.jpg").write_bytes(photo())
    pledged.signed(entry, by=me, at=tour.tick())
    upload = begin(entry, kind="video", name="驻村纪实（演练）.mp4", length=412_000_000, by=me, at=tour.tick())
    store.room_for(upload.token).write_bytes(b"x" * 4000)


def rosters(tour: Tour) -> None:
    """滨海新区's was taken in; the office's is in order, 茂南区's lacks a name and has a column nobody knows."""
    assert tour.season
    newcomer = (1, "滨海新区", "电城镇", "示例村", "赵六", *ZHANG[5:])
    files = {
        "binhai": xlsx(HEADER, newcomer),
        "shi": xlsx(HEADER, ZHANG, LI, WANG),
        "maonan": xlsx((*HEADER, "来历"), (*ZHANG, "新到任"), (*LI[:4], "", *LI[5:], "")),
    }
    for code, data in files.items():
        district = None if code == "shi" else tour.of(code).district
        told: dict[str, Any] = {"data": data, "name": "名册（演练）.xlsx", "district": district}
        take_in = import_roster if code == "binhai" else upload_roster
        take_in(tour.season, by=tour.people[f"{code}-a"], at=tour.tick(), **told)


@dataclass(frozen=True)
class Stop:
    """A page to look at: as whom ("" signs nobody in), the URL's name, its arguments, its query."""

    who: str
    name: str
    args: tuple[Any, ...] = ()
    query: str = ""

    @property
    def path(self) -> str:
        return reverse(self.name, args=self.args) + self.query

    def __str__(self) -> str:
        return f"{self.name} {self.path} {self.who}".rstrip()


def stops(tour: Tour) -> list[Stop]:
    """Every page at its richest, each person's pages together."""
    return [
        *public(),
        *of_the_office(tour),
        *of_typing(tour),
        *of_results(tour),
        *of_voting(tour),
        *of_watching(tour),
        *of_checking(tour),
        *of_issuing(tour),
        *of_the_outcomes(tour),
        *of_handing_in(tour),
        *of_the_hall(tour),
    ]


def public() -> list[Stop]:
    return [Stop("", "home"), Stop("", "sign_in")]


def of_the_office(tour: Tour) -> list[Stop]:
    assert tour.season
    final, code = tour.final.pk, (tour.season.code,)
    posting, account = Posting.objects.order_by("pk").first(), tour.people["maonan-a"].pk
    elsewhere, maonan = tour.people["dianbai-a"], District.objects.get(code="maonan")
    deputy = name_deputy(elsewhere, maonan, reason="出差（演练）", by=tour.office[0], at=timezone.now()).pk
    submitted = tour.of("gaozhou").shortlists.get(live=True).pk
    substitution = Substitution.objects.get().pk
    waiting = RosterImport.objects.get(state="preview", district=None).pk
    done = RosterImport.objects.filter(state="confirmed")[0].pk
    assert posting
    return [
        Stop("shi-a", name, args, *query)
        for name, args, *query in (
            ("desk", ()),
            ("change_password", ()),
            ("accounts", ()),
            ("new_account", ()),
            ("account", (account,)),
            ("name_deputy", ()),
            ("name_deputy", (), f"?district={maonan.pk}"),
            ("emergency", ()),
            ("reset_password", (account,)),
            ("set_active", (account,)),
            ("end_deputy", (deputy,)),
            ("propose_reset", (account,)),
            ("propose_reopening", (account,)),
            ("log", ()),
            ("access", ()),
            ("contest:seasons", ()),
            ("contest:season", code),
            ("contest:edit_season", code),
            ("contest:calendar", code),
            ("contest:unit_levels", code),
            ("contest:archive_season", code),
            ("contest:remove_rehearsal", code),
            ("contest:stages", ()),
            ("contest:stage", (final,)),
            ("contest:stage", (tour.of("huazhou").pk,)),
            ("contest:schedule", (final,)),
            ("contest:entries", (final,)),
            ("contest:enter", (tour.of("binhai").pk,)),
            ("contest:draw", (final,)),
            ("contest:hand_drawn", (final,)),
            ("contest:void_draw", (Draw.objects.get(stage=final, live=True).pk,)),
            ("contest:move", (final, "reopen_collecting")),
            ("contest:roster", ()),
            ("contest:roster_import", ()),
            ("contest:roster_preview", (waiting,)),
            ("contest:roster_preview", (done,)),
            ("contest:posting", (posting.pk,)),
            ("contest:end_posting", (posting.pk,)),
            ("scoring:ruleset", (final,)),
            ("scoring:edit_ruleset", (final,)),
            ("quota:new_season", ()),
            ("quota:quota", code),
            ("quota:edit_table", code),
            ("quota:shortlists", code),
            ("quota:shortlist", (tour.of("gaozhou").pk,)),
            ("quota:approve", (submitted,)),
            ("quota:return", (submitted,)),
            ("quota:take_back", (submitted,)),
            ("quota:print", (submitted,)),
            ("quota:shortlist", (tour.of("huazhou").pk,)),
            ("quota:revoke", (tour.of("huazhou").shortlists.get(live=True).pk,)),
            ("quota:approve_substitution", (substitution,)),
            ("quota:refuse_substitution", (substitution,)),
        )
    ]


def of_typing(tour: Tour) -> list[Stop]:
    """茂南区's first organizer types, the second compares with the paper; 滨海新区 may still change its panel."""
    stage = tour.of("maonan")
    sheets = Sheet.objects.filter(stage=stage, live=True)
    confirmed, returned = sheets.filter(state="confirmed")[0].pk, sheets.filter(seat__number=3, state="open")[0].pk
    unseated = Seat.objects.get(stage=tour.of("binhai"), number=2).pk
    typed, entry = sheets.filter(state="typed", version=1)[0].pk, sheets[0].entry_id
    absent = Entry.objects.get(stage=stage, status="absent").pk
    seat = Seat.objects.get(stage=stage, number=2).pk
    upload = RosterImport.objects.get(district=stage.district, state="preview").pk
    a, b, here = "maonan-a", "maonan-b", (stage.pk,)
    return [
        Stop(a, "desk"),
        Stop(a, "contest:stage", here),
        Stop(a, "contest:entries", here),
        Stop(a, "contest:entry", (entry,)),
        Stop(a, "contest:entry", (absent,)),
        Stop(b, "proposal", (Proposal.objects.get(verb="vacate").pk,)),
        Stop(a, "contest:draw", here),
        Stop(a, "contest:swap_places", here),
        Stop(a, "contest:roster_preview", (upload,)),
        Stop(a, "scoring:ruleset", here),
        Stop(a, "scoring:panel", here),
        Stop(a, "scoring:seat", (seat,)),
        Stop(a, "scoring:vacate", (seat,)),
        Stop(a, "scoring:allow_fewer", here),
        Stop(a, "scoring:unvacate", (Seat.objects.get(stage=stage, number=7).pk,)),
        Stop(a, "scoring:grid", here),
        Stop(a, "scoring:grid", here, "?judge=all"),
        Stop(a, "scoring:unsent"),
        Stop(a, "scoring:sheet", (returned,)),
        Stop(a, "scoring:time", (entry,)),
        Stop(a, "scoring:corrections", here, "?judge=1"),
        Stop(a, "scoring:correct", (confirmed,)),
        Stop(b, "scoring:confirm", here, "?judge=2"),
        Stop(b, "scoring:times", here),
        Stop(b, "scoring:send_back", (typed,)),
        Stop("binhai-a", "scoring:remove_seat", (unseated,)),
    ]


def of_results(tour: Tour) -> list[Stop]:
    """电白区 rules on a tie; 信宜市 and 化州市 go on from certified results."""
    level, certified = tour.of("dianbai"), tour.of("xinyi")
    ruling, best = Ruling.objects.get(stage=level, live=True).pk, Entry.objects.filter(stage=level, order=1).get().pk
    approved = tour.of("huazhou").shortlists.get(live=True).pk
    reopening = Proposal.objects.get(verb="reopen_scoring").pk
    a, here = "dianbai-a", (level.pk,)
    return [
        Stop(a, "contest:stage", here),
        Stop(a, "contest:move", (level.pk, "reopen_scoring")),
        Stop(a, "contest:way_back", here),
        Stop("shi-a", "contest:way_back", (tour.of("huazhou").pk,)),
        Stop("shi-a", "scoring:disqualify", (best,)),
        Stop(a, "proposals"),
        Stop(a, "proposal", (reopening,)),
        Stop("dianbai-b", "proposals"),
        Stop("dianbai-b", "proposal", (reopening,)),
        Stop(a, "contest:documents", here),
        Stop(a, "scoring:results", here),
        Stop(a, "scoring:result", (level.pk, best)),
        Stop(a, "scoring:result_sheet", here),
        Stop(a, "scoring:ruling", here),
        Stop(a, "scoring:withdraw_ruling", (ruling,)),
        Stop("xinyi-a", "contest:stage", (certified.pk,)),
        Stop("xinyi-a", "scoring:results", (certified.pk,)),
        Stop("xinyi-a", "contest:documents", (certified.pk,)),
        Stop("huazhou-a", "scoring:publications", (tour.of("huazhou").pk,)),
        Stop("huazhou-a", "scoring:publication", (tour.of("huazhou").pk, 1)),
        Stop("jiandu", "scoring:publication", (tour.of("huazhou").pk, 2)),
        Stop("xinyi-a", "quota:shortlist", (certified.pk,)),
        Stop("huazhou-a", "quota:propose", (approved,)),
    ]


def of_voting(tour: Tour) -> list[Stop]:
    stage = tour.of("gaoxin")
    seat = Seat.objects.get(stage=stage, number=1).pk
    return [Stop("gaoxin-a", "scoring:votes", (stage.pk,)), Stop("gaoxin-a", "scoring:seat_votes", (seat,))]


def of_watching(tour: Tour) -> list[Stop]:
    """The supervisor sees everything and has no button."""
    stage = tour.of("dianbai").pk
    return [
        Stop("jiandu", "desk"),
        Stop("jiandu", "emergency"),
        Stop("jiandu", "break_seal"),
        Stop("jiandu", "log"),
        Stop("jiandu", "access"),
        Stop("jiandu", "contest:stage", (stage,)),
        Stop("jiandu", "scoring:grid", (stage,)),
        Stop("jiandu", "scoring:results", (stage,)),
    ]


def beginning(stage: Stage) -> list[Stop]:
    """The pages of a season just opened: nobody on the roster, nothing entered, each page says what to do first."""
    code, here = (stage.season.code,), (stage.pk,)
    return [
        *public(),
        Stop("heya", "desk"),
        Stop("heya", "accounts"),
        Stop("heya", "emergency"),
        Stop("heya", "log"),
        # To the rehearsal's own people these two say that they are not for them.
        Stop("heya", "access"),
        Stop("heya", "quota:new_season"),
        Stop("heya", "contest:season", code),
        Stop("heya", "contest:edit_season", code),
        Stop("heya", "contest:calendar", code),
        Stop("heya", "contest:unit_levels", code),
        Stop("heya", "contest:archive_season", code),
        Stop("heya", "contest:delete_season", code),
        Stop("heya", "contest:roster"),
        Stop("heya", "contest:roster_import"),
        Stop("heya", "quota:quota", code),
        Stop("heya", "quota:edit_table", code),
        Stop("heya", "quota:shortlists", code),
        Stop("heya", "certificates:certificates"),
        Stop("heya", "certificates:batches", code),
        Stop("heya", "certificates:stage", here),
        Stop("heya", "certificates:seals", code),
        Stop("chenxiao", "desk"),
        Stop("chenxiao", "contest:stage", here),
        Stop("chenxiao", "contest:entries", here),
        Stop("chenxiao", "contest:enter", here),
        Stop("chenxiao", "materials:stage", here),
        Stop("chenxiao", "materials:terms", here),
        Stop("chenxiao", "contest:draw", here),
        Stop("chenxiao", "contest:documents", here),
        Stop("chenxiao", "contest:roster", ()),
        Stop("chenxiao", "scoring:ruleset", here),
        Stop("chenxiao", "scoring:panel", here),
        Stop("chenxiao", "scoring:grid", here),
        Stop("chenxiao", "scoring:unsent"),
        Stop("chenxiao", "scoring:confirm", here),
        Stop("chenxiao", "scoring:corrections", here),
        Stop("chenxiao", "scoring:votes", here),
        Stop("chenxiao", "scoring:results", here),
        Stop("chenxiao", "quota:shortlist", here),
        Stop("zhengzhi", "desk"),
        Stop("zhengzhi", "break_seal"),
    ]


def of_checking(tour: Tour) -> list[Stop]:
    """Anybody checks a certificate in each of its states; the office sees its versions and may end it."""
    assert tour.season
    by_status = {each.status: each for each in Certificate.objects.filter(version=1).order_by("-pk")}
    second = Certificate.objects.get(version=2)
    replaced, revoked = by_status["replaced"], by_status["revoked"]
    told = [codes.code_of(each.nonce) for each in (second, replaced, revoked)]
    return [
        Stop("", "verify:look_up"),
        *(Stop("", "verify:certificate", (code,)) for code in told),
        Stop("shi-a", "certificates:certificates"),
        Stop("shi-a", "certificates:certificates", (), "?q=没有这个人"),
        Stop("shi-a", "certificates:certificate", (second.pk,)),
        Stop("shi-a", "certificates:certificate", (revoked.pk,)),
        Stop("shi-a", "certificates:revoke", (second.pk,)),
        Stop("shi-a", "certificates:replace", (second.pk,)),
        Stop("huazhou-a", "certificates:certificates"),
        Stop("jiandu", "certificates:certificate", (replaced.pk,)),
    ]


def of_issuing(tour: Tour) -> list[Stop]:
    """Certificates asked for, parked, released; the seals; what a first secretary sees."""
    assert tour.season
    code, here = (tour.season.code,), tour.of("gaozhou")
    batch = (Batch.objects.get(stage=here).pk,)
    seal = Seal.objects.filter(live=True)[0].pk
    own = Entry.objects.get(stage=tour.of("huazhou"), secretary=tour.people["huazhou-s"].secretary)
    chosen = f"?template=red&dated={DAY.isoformat()}"
    return [
        Stop("shi-a", "certificates:batches", code),
        Stop("shi-a", "certificates:stage", (here.pk,)),
        Stop("shi-a", "certificates:stage", (tour.of("huazhou").pk,)),
        Stop("shi-a", "certificates:stage", (tour.of("xinyi").pk,)),
        Stop("shi-a", "certificates:ask", (tour.of("xinyi").pk,), chosen),
        Stop("shi-a", "certificates:discard", batch),
        Stop("shi-a", "certificates:release", batch),
        Stop("shi-a", "certificates:seals", code),
        Stop("shi-a", "certificates:retire_seal", (seal,)),
        Stop("gaozhou-a", "certificates:batches", code),
        Stop("jiandu", "certificates:stage", (here.pk,)),
        Stop("huazhou-s", "desk"),
        Stop("huazhou-s", "certificates:mine"),
        Stop("huazhou-s", "certificates:my_result", (own.pk,)),
    ]


def of_the_outcomes(tour: Tour) -> list[Stop]:
    """Letters in every state, the packs for the press, a profile: for the office, an organizer and the supervisor."""
    assert tour.season
    code = (tour.season.code,)
    received, sent, changed = Letter.objects.filter(live=True).order_by("number").values_list("pk", flat=True)[:3]
    profile = Profile.objects.get()
    entry = Entry.objects.get(secretary=profile.secretary, stage__kind=Kind.PRELIMINARY)
    district = entry.stage.district.code if entry.stage.district else ""
    county = (entry.stage_id,)
    return [
        Stop("shi-a", "certificates:outcomes", code),
        Stop("shi-a", "certificates:letters", code),
        Stop("shi-a", "certificates:write_letters", code),
        Stop("shi-a", "certificates:letter", (received,)),
        Stop("shi-a", "certificates:letter", (changed,)),
        Stop("shi-a", "certificates:number_letter", (changed,)),
        Stop("shi-a", "certificates:send_letter", (changed,)),
        Stop("shi-a", "certificates:receive_letter", (sent,)),
        Stop("shi-a", "certificates:rewrite_letter", (changed,)),
        Stop("shi-a", "certificates:media_packs", code),
        Stop("shi-a", "certificates:media_pack", (*code, "province")),
        Stop(f"{district}-a", "certificates:county_pack", county),
        Stop(f"{district}-a", "certificates:profile", (entry.pk,)),
        Stop("jiandu", "certificates:letters", code),
        Stop("jiandu", "certificates:letter", (sent,)),
    ]


def of_handing_in(tour: Tour) -> list[Stop]:
    """What a first secretary does, what the organizer sees of it and does; and a file that was refused."""
    stage, me, organizer = tour.of("binhai"), "binhai-s", "binhai-a"
    entry = Entry.objects.get(stage=stage, secretary=tour.people[me].secretary)
    deck, pledge = Material.objects.counting().get(entry=entry, kind="deck").pk, entry.pledges.all()[0].pk
    refused = Material.objects.filter(verdict="refused").select_related("entry__stage__district")[0]
    there = refused.entry.stage.district
    own, here = (entry.pk,), (stage.pk,)
    return [
        Stop(me, "desk"),
        Stop(me, "materials:entry", own),
        Stop(me, "materials:material", (deck,)),
        Stop(me, "materials:pledge", own),
        Stop(me, "materials:redeem", own),
        Stop(organizer, "materials:stage", here),
        Stop(organizer, "materials:stage", here, "?q=没有这个人"),
        Stop(organizer, "materials:entry", own),
        Stop(organizer, "materials:terms", here),
        Stop(organizer, "materials:late", own),
        Stop(organizer, "materials:confirm", (pledge,)),
        Stop(organizer, "materials:return", (deck,)),
        Stop(f"{there.code}-s" if there else "", "materials:entry", (refused.entry_id,)),
        Stop("jiandu", "materials:material", (refused.pk,)),
    ]


def of_the_hall(tour: Tour) -> list[Stop]:
    """What goes to the hall: where one has handed in and the others have not, and where nobody has."""
    handed_in = Material.objects.accepted()[0].entry.stage
    return [
        Stop("shi-a", "materials:hall", (handed_in.pk,)),
        Stop("jiandu", "materials:hall", (tour.final.pk,)),
    ]
