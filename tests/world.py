"""茂南区 with one of everything, made by the actions: for tests that knock on every door."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.actions import open_account
from accounts.models import BasisPage, Grant, Proposal, User
from accounts.proposals.actions import propose
from accounts.proposals.deputies import name_deputy
from accounts.proposals.paper import Paper
from accounts.roles import Role
from certificates import codes
from certificates.actions.batch import ask, release
from certificates.actions.seals import keep_seal
from certificates.letters import facts_of
from certificates.making import make_due
from certificates.models import Certificate, Letter, Seal
from contest.actions.draw import commit_draw
from contest.actions.profile import Consent, edit_profile
from contest.models import Award, Draw, Entry, Season, Stage
from contest.models.stage import State
from contest.workflow import perform
from demo.paper import blank_scan
from materials import store
from materials.actions.late import give_late_code
from materials.actions.uploading import begin
from materials.models import Evidence, Material, Preview
from quota.actions import substitution
from quota.actions.approval import approve
from quota.actions.shortlist import draw_up, submit
from quota.models import Shortlist
from quota.reads.seats import seated
from registry.models import District
from scoring.actions.rulings import level_groups, record_ruling
from scoring.models import Seat, Sheet
from tests import cast
from tests.certificates.closed import colleague
from tests.certificates.paper.papers import saved, stamp
from tests.contest.rosters import clean, uploaded
from tests.contest.test_photo import photo
from tests.materials import handing, pledged
from tests.quota.lists import table
from tests.scoring.filling import counted, level, opened, sign


def build(
    people: dict[str, User], season: Season, maonan: Stage, *, zhiyuan: str = "zhiyuan", liukai: str = "liukai"
) -> dict[str, Any]:
    """Make the world; returns the arguments that each address may want, all of 茂南区.

    The last two are how the first secretary and the operator sign in: a second world has others.
    """
    chenxiao, linfang, heya = people["chenxiao"], people["linfang"], people["heya"]
    stage = opened(maonan, entrants=5, judges=3, by=chenxiao)
    entry = stage.entries.order_by("order")[0]
    draw = _draw_before_scoring(stage, chenxiao)
    counted(stage, level(90, 80, 80, 70, 60, judges=3), typist=chenxiao, checker=linfang)
    ruling = record_ruling(
        stage,
        order=level_groups(stage)[0],
        kind="lots",
        reason="当场抽签",
        by=chenxiao,
        seconded_by=linfang,
        at=cast.later(4),
    )
    upload = uploaded(season, clean(2), by=chenxiao, district="maonan")
    sign(stage, by=chenxiao)
    perform("certify", stage, by=chenxiao, at=cast.later(5))
    _on_notice_and_taken_back(stage, people)
    proposal = _proposed(stage, chenxiao)
    table(season, by=heya)
    shortlist = draw_up(stage, by=chenxiao, at=cast.later(6))
    submit(shortlist, by=chenxiao, at=cast.later(7))
    shortlist = Shortlist.objects.whole().get(pk=shortlist.pk)
    # The stage itself goes on as certified: nobody sees the own result yet.
    cast.put(stage, State.PUBLISHED)
    approve(shortlist, by=heya, at=cast.later(8))
    cast.put(stage, State.CERTIFIED)
    shortlist.refresh_from_db()
    leaver = seated(shortlist)[0]
    leaving = substitution.propose(shortlist, leaver, "调离茂南", by=chenxiao, at=cast.later(9))
    certificate = _released_before_the_end(stage, heya)
    for username, role, district, secretary in (
        (zhiyuan, Role.SECRETARY, None, entry.secretary),
        (liukai, Role.OPERATOR, District.objects.get(code="maonan"), None),
    ):
        people[username] = open_account(
            username=username,
            name=username,
            password=cast.PASSWORD,
            grants=[(role, district)],
            secretary=secretary,
            must_change_password=False,
            by=heya,
            at=cast.NOW,
        )
    edit_profile(
        entry, biography="驻村两年", photo=photo(), consent=Consent(), edit=0, by=people["chenxiao"], at=cast.later(10)
    )
    material = _handed_in(entry, people[zhiyuan], people["chenxiao"])
    return {
        "season": season.code,
        "material": material.pk,
        "proposal": proposal.pk,
        "basis_page": BasisPage.objects.get(basis__proposals=proposal).pk,
        "video": entry.materials.get(kind="video").pk,
        "late": entry.late_codes.get().pk,
        "pledge": entry.pledges.get().pk,
        "evidence": Evidence.objects.get(claim__pledge__entry=entry).pk,
        "upload": entry.uploads.get(state="open").token,
        "page": 1,
        "letter": _letter(season, heya).pk,
        "version": 1,
        "level": "province",
        "stage": stage.pk,
        "entry": entry.pk,
        "draw": draw.pk,
        "document": stage.documents.get().pk,
        "seat": Seat.objects.filter(stage=stage).order_by("number")[0].pk,
        "sheet": Sheet.objects.filter(stage=stage).order_by("pk")[0].pk,
        "ruling": ruling.pk,
        "import": upload.pk,
        "posting": entry.posting_id,
        "shortlist": shortlist.pk,
        "substitution": leaving.pk,
        "account": people["wumin"].pk,
        "deputy": _named(people["xiening"], by=heya).pk,
        "certificate": certificate.pk,
        "batch": certificate.batch_id,
        "seal": keep_seal(season, host=season.hosts[0], data=saved(stamp(400)), by=heya, at=cast.later(12)).pk,
        "district": "maonan",
        "code": codes.code_of(certificate.nonce),
        "move": "open_collecting",
    }


def _proposed(stage: Stage, by: User) -> Proposal:
    """What 陈晓 proposes just now, on a paper."""
    paper = Paper("minutes", date(2023, 11, 24), "示例纪〔2023〕3号", [("纪要.png", blank_scan("minutes"))])
    return propose("withdraw_certification", stage, {}, reason="盖章页不清", paper=paper, by=by, at=timezone.now())


def _on_notice_and_taken_back(stage: Stage, people: dict[str, User]) -> None:
    """One publication, which 何雅 and 罗平 withdrew: the stage is certified as before."""
    heya, luoping = people["heya"], people["luoping"]
    perform("publish", stage, by=heya, at=cast.later(5))
    at = cast.later(5)
    perform("withdraw_notice", stage, by=heya, seconded_by=luoping, reason="公示日期有误", at=at)


def _named(user: User, *, by: User) -> Grant:
    """Somebody from elsewhere, deputy in 茂南区 as of now."""
    maonan = District.objects.get(code="maonan")
    named = user.grants.filter(role=Role.DEPUTY, district=maonan).first()
    return named or name_deputy(user, maonan, reason="林芳出差", by=by, at=timezone.now())


def _handed_in(entry: Entry, by: User, organizer: User) -> Material:
    """The first entrant's PPT with its pages, video, pledge and proof, a late code, and another video on its way."""
    before = State(entry.stage.state)
    entry.stage = cast.put(entry.stage, State.COLLECTING)
    deck = handing.accepted(entry, b"%PDF-1.7 deck", by=by, at=cast.NOW, poster="ab" * 16, facts={"slides": 1})
    handing.accepted(entry, b"film", by=by, kind="video", at=cast.NOW, facts={"milliseconds": 298_000})
    Preview.objects.create(material=deck, progress="done", source="pages", pages=1)
    store.room_for(deck.poster).write_bytes(b"\xff\xd8\xff poster")
    store.folder_of(deck).mkdir(parents=True)
    (store.folder_of(deck) / "page-001.jpg").write_bytes(b"\xff\xd8\xff page")
    pledged.signed(entry, by=by)
    begin(entry, kind="video", name="村.mp4", length=100, by=by, at=cast.NOW)
    lasts = cast.NOW + timedelta(days=1)
    give_late_code(entry, reason="当日停电", expires_at=lasts, by=organizer, at=cast.NOW)
    entry.stage = cast.put(entry.stage, before)
    return deck


def _letter(season: Season, by: User) -> Letter:
    """A letter to a finalist's unit, though the final is far from closed."""
    entry = Entry.objects.with_people().filter(stage__season=season, stage__kind="final")[0]
    told = {"tier": "first", "tier_name": "一等奖", "tier_order": 0, "rank": 1, "revision": 1}
    award = Award.objects.create(entry=entry, person=cast.person(entry), **told)
    facts = facts_of(season, entry.posting.unit, [award], number=1, version=1, dated=date(2023, 11, 25))
    return Letter.objects.create(
        season=season, unit=entry.posting.unit, number=1, facts=facts, sha256="0", written_by=by, written_at=cast.NOW
    )


def _draw_before_scoring(stage: Stage, by: User) -> Draw:
    cast.put(stage, State.READY)
    draw = commit_draw(stage, by=by, at=cast.NOW)
    cast.put(stage, State.SCORING)
    return draw


def _released_before_the_end(stage: Stage, by: User) -> Certificate:
    """The first of the stage's certificates, all of them released, though the stage stays where it was."""
    before, was_rehearsal = State(stage.state), stage.season.is_rehearsal
    cast.put(stage, State.CLOSED)
    # Only a rehearsal does without seals.
    lacks_seals = not Seal.objects.filter(season=stage.season_id).exists()
    Season.objects.filter(pk=stage.season_id).update(is_rehearsal=was_rehearsal or lacks_seals)
    batch = ask(Stage.objects.whole().get(pk=stage.pk), template="red", dated=cast.NOW.date(), by=by, at=cast.later(10))
    while make_due(cast.later(10)):
        pass
    release(batch, by=colleague(by), at=cast.later(11))
    Season.objects.filter(pk=stage.season_id).update(is_rehearsal=was_rehearsal)
    cast.put(stage, before)
    return Certificate.objects.filter(batch=batch).in_order()[0]
