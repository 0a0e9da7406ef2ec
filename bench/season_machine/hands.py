"""The state machine: ten people press at random, and after every step what they were promised is looked at."""

import copy
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts import log
from accounts.models import Proposal
from accounts.proposals.registry import verb_named
from bench.season_machine.desk import REFUSED, Tally
from bench.season_machine.lawful import SIGNED, Lawful
from bench.season_machine.world import CHAIN, OFFICE, ORGANIZERS, WHO, World
from certificates.models import Certificate
from contest.actions.postings import details_of
from contest.models import Award, Draw, Entry, Stage
from contest.models.entry import Status
from contest.models.stage import State
from contest.workflow import MOVES
from quota.actions import table as tables
from quota.models import Pick, QuotaTable, Shortlist
from quota.reads.seats import seats_of_list
from registry.models import Posting
from scoring.actions.rulings import level_groups
from scoring.models import Ruling, Seat, Tabulation
from scoring.reads.kept import recount

LEFT = [Status.ABSENT, Status.WITHDRAWN, Status.DISQUALIFIED]
# What fits where a stage stands; half of the wishes are among these, the others are anything.
FITTING = {
    "preparing": ["change_quota_table"],
    "collecting": ["change_quota_table"],
    "ready": ["enter_order", "void_draw", "swap_places"],
    "scoring": [
        "leave",
        "reinstate",
        "reinstate_disqualified",
        "vacate",
        "unvacate",
        "swap_places",
        "seat_judges",
        "correct_person",
    ],
    "tabulated": ["record_ruling", "withdraw_ruling", "reopen_scoring", "disqualify"],
    "certified": ["withdraw_certification", "disqualify", "correct_person"],
    "published": ["withdraw_notice", "revoke_approval", "disqualify", "correct_person", "change_quota_table"],
    "closed": ["reopen_closed", "revoke_approval", "disqualify", "correct_person"],
}
ANY = sorted({name for names in FITTING.values() for name in names})
NAMES = ["陈志远", "陈致远", "梁秀英", "周文"]
STAGE, HAND, NUMBER, POINT = st.integers(0, 11), st.integers(0, 23), st.integers(0, 29), st.integers(0, 3)
MOST_SEATS = 5
FAR = ["preparing", "ready", "scoring", "tabulated", "certified", "published", "list"]
NEW, HALL, RESULTS = ("preparing", "collecting", "ready"), ("scoring",), ("certified", "published", "closed")
DECIDED = ("ready", *HALL, "tabulated", *RESULTS)


class ManyHands(RuleBasedStateMachine):
    """Ten people, two preliminaries, a final. `world` and `tally` are set by whoever runs it."""

    world: ClassVar[World]
    tally: ClassVar[Tally]

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.desk = Lawful(self.world, self.tally)
        self.looked_at = 0

    # Who, and where.

    def stage(self, number: int, *states: str, final: bool = True) -> int:
        """Three times in four one that stands in one of these states, where there is one."""
        everywhere = [*self.desk.stages, *([self.desk.final] if final else [])]
        fitting = [pk for pk in everywhere if self.desk.state(pk) in states]
        among = fitting if fitting and number % 4 else everywhere
        return among[number % len(among)]

    def who(self, stage: int, hand: int) -> str:
        """Two in three have the right to most things there."""
        district = self.desk.districts[stage]
        own = [*ORGANIZERS[district], *OFFICE] if district else [*OFFICE, *OFFICE]
        pool = [*own, *own, *own, *own, *WHO]
        return pool[hand % len(pool)]

    @initialize(
        far=st.lists(st.sampled_from(FAR), min_size=2, max_size=2),
        final=st.sampled_from(["", "", "ready", "scoring", "published", "closed"]),
        turn=st.integers(0, 5),
    )
    def some_way_has_been_gone(self, far: list[str], final: str, turn: int) -> None:
        """Three enter each preliminary; then two who know their work go on as far as this."""
        self.desk.turn = turn
        for stage, reached in zip(self.desk.stages, far, strict=True):
            for number in range(3):
                self.desk.enter(stage, number, self.desk.two_of(stage)[0], must=True)
            if reached == "list" or final:
                self.desk.lead_list(stage)
            else:
                self.desk.lead_to(stage, State(reached))
        if final:
            self.desk.lead_to(self.desk.final, State(final))

    # One person presses.

    @rule(stage=STAGE, name=st.sampled_from(sorted(MOVES)), hand=HAND, other=HAND, fits=st.booleans())
    def a_button(self, stage: int, name: str, hand: int, other: int, fits: bool) -> None:
        here = self.stage(stage)
        names = [name for name, move in MOVES.items() if not fits or move.before == self.desk.state(here)]
        names = [each for each in names if not MOVES[each].needs_basis]
        if names:
            chosen = names[sorted(MOVES).index(name) % len(names)]
            second = self.who(here, other) if MOVES[chosen].by_two and other % 2 else ""
            self.desk.move(here, chosen, self.who(here, hand), second=second)

    @rule(stage=STAGE, number=NUMBER, hand=HAND)
    def somebody_enters(self, stage: int, number: int, hand: int) -> None:
        here = self.stage(stage, *NEW)
        self.desk.enter(here, number, self.who(here, hand))

    @rule(stage=STAGE, hand=HAND)
    def lots_are_drawn(self, stage: int, hand: int) -> None:
        here = self.stage(stage, "ready")
        self.desk.draw_lots(here, self.who(here, hand))

    @rule(stage=STAGE, points=st.lists(POINT, min_size=5, max_size=5), hand=HAND)
    def marks_are_typed(self, stage: int, points: list[int], hand: int) -> None:
        here = self.stage(stage, *HALL)
        self.desk.type_marks(here, points, self.who(here, hand))

    @rule(stage=STAGE, number=NUMBER, point=POINT, hand=HAND, what=st.sampled_from(["type", "return", "correct"]))
    def one_sheet(self, stage: int, number: int, point: int, hand: int, what: str) -> None:
        here = self.stage(stage, *HALL)
        who = self.who(here, hand)
        if what == "type":
            self.desk.type_one(here, number, point, who)
        elif what == "return":
            self.desk.return_sheet(here, number, who)
        else:
            self.desk.correct_sheet(here, number, point, who)

    @rule(stage=STAGE, hand=HAND, what=st.sampled_from(["marks", "times", "votes", "deal"]))
    def it_is_compared_with_the_paper(self, stage: int, hand: int, what: str) -> None:
        here, desk = self.stage(stage, *HALL), self.desk
        acts = {
            "marks": desk.confirm_marks,
            "times": desk.confirm_times,
            "votes": desk.confirm_votes,
            "deal": desk.deal,
        }
        acts[what](here, self.who(here, hand))

    @rule(stage=STAGE, number=NUMBER, seconds=st.sampled_from([None, 290, 330, 600]), hand=HAND)
    def a_time_is_typed(self, stage: int, number: int, seconds: int | None, hand: int) -> None:
        here = self.stage(stage, *HALL)
        self.desk.time(here, number, seconds, self.who(here, hand))

    @rule(stage=STAGE, number=NUMBER, choice=st.integers(0, 4), hand=HAND)
    def votes_are_typed(self, stage: int, number: int, choice: int, hand: int) -> None:
        here = self.stage(stage, *HALL, final=False)
        self.desk.vote(here, number, choice, self.who(here, hand))

    @rule(stage=STAGE, sealed=st.booleans(), hand=HAND)
    def the_sheet_is_signed(self, stage: int, sealed: bool, hand: int) -> None:
        here = self.stage(stage, "tabulated", "certified", "published")
        self.desk.sign(here, self.who(here, hand), sealed=sealed)

    @rule(
        stage=STAGE,
        what=st.sampled_from(
            ["draw_up", "submit_shortlist", "take_back_shortlist", "return_shortlist", "approve_shortlist"]
        ),
        hand=HAND,
        takes=st.booleans(),
    )
    def a_list(self, stage: int, what: str, hand: int, takes: bool) -> None:
        here = self.stage(stage, *RESULTS, final=False)
        if what == "draw_up":
            self.desk.draw_up(here, self.who(here, hand))
        else:
            self.desk.on_list(what, here, self.who(here, hand), takes=takes)

    @rule(stage=STAGE, number=NUMBER, hand=HAND, what=st.sampled_from(["propose", "propose", "approve", "refuse"]))
    def a_finalist_cannot_come(self, stage: int, number: int, hand: int, what: str) -> None:
        here = self.stage(stage, *RESULTS, final=False)
        if what == "propose":
            self.desk.say_somebody_leaves(here, number, self.who(here, hand))
        else:
            self.desk.decide_who_leaves(here, number, self.who(here, hand), yes=what == "approve")

    @rule(stage=STAGE, hand=HAND, what=st.sampled_from(["ask", "release", "discard"]))
    def certificates(self, stage: int, hand: int, what: str) -> None:
        here = self.stage(stage, "closed")
        if what == "ask":
            self.desk.ask_certificates(here, self.who(here, hand))
        else:
            self.desk.end_batch(here, self.who(here, hand), release=what == "release")

    @rule(by=st.sampled_from(WHO), deputy=st.sampled_from(WHO), district=st.sampled_from(sorted(ORGANIZERS)))
    def a_deputy_is_named(self, by: str, deputy: str, district: str) -> None:
        self.desk.name_deputy(by, deputy, district)

    @rule(days=st.sampled_from([1, 2, 8]))
    def days_pass(self, days: int) -> None:
        self.desk.now += timedelta(days=days)

    # What takes two.

    def wish(self, stage: int, name: str, number: int) -> tuple[str, Any, dict[str, Any]] | None:
        """The verb, what it is about and its arguments, as somebody might want it; None where there is nothing."""
        obj, arguments = self._about(name, stage, number)
        if obj is None:
            return None
        return name, verb_named(name).rows().get(pk=obj.pk), arguments

    def _about(self, name: str, stage: int, number: int) -> tuple[Any, dict[str, Any]]:
        def one(rows: Any) -> Any:
            found = list(rows.order_by("pk"))
            return found[number % len(found)] if found else None

        here = self.desk.here(stage)
        everybody = Entry.objects.filter(stage=stage)
        if name in ("leave", "disqualify"):
            return one(everybody), {"status": LEFT[number % 3]} if name == "leave" else {}
        if name in ("reinstate", "reinstate_disqualified"):
            gone = one(everybody.exclude(status=Status.ENTERED)) or one(everybody)
            return gone, {"status": gone.status if gone else ""}
        if name in ("vacate", "unvacate"):
            return one(Seat.objects.filter(stage=stage)), {}
        if name == "seat_judges":
            there = Seat.objects.filter(stage=stage).count() >= MOST_SEATS
            return None if there else here, {"judges": [["邓丽", "妇联主席", False]]}
        if name == "record_ruling":
            groups = level_groups(here)
            order = groups[number % len(groups)] if groups else list(everybody.values_list("pk", flat=True)[:2])
            return here, {"order": order[::-1] if number % 2 else order, "kind": "lots"}
        if name == "withdraw_ruling":
            return one(Ruling.objects.filter(stage=stage)), {}
        if name == "void_draw":
            return one(Draw.objects.filter(stage=stage)), {}
        if name == "enter_order":
            order = list(Entry.objects.competing().filter(stage=stage).order_by("pk").values_list("pk", flat=True))
            return here, {"order": order[::-1], "witnesses": "见证人甲"}
        if name == "swap_places":
            return one(everybody), {"other": getattr(everybody.order_by("pk").first(), "pk", None)}
        if name == "revoke_approval":
            return one(Shortlist.objects.filter(stage=stage)), {}
        if name == "correct_person":
            return self._renamed(one(Posting.objects.with_places().filter(entries__stage=stage)), number)
        if name == "change_quota_table":
            return self._other_table(number)
        return here, {}

    @staticmethod
    def _renamed(posting: Any, number: int) -> tuple[Any, dict[str, Any]]:
        if posting is None:
            return None, {}
        now = details_of(posting)
        told = {field: getattr(now, field) for field in now.__dataclass_fields__}
        return posting, {**told, "name": NAMES[number % len(NAMES)], "seen": now.fingerprint}

    @staticmethod
    def _other_table(number: int) -> tuple[Any, dict[str, Any]]:
        """A seat more or fewer, a reserve more or fewer."""
        table = QuotaTable.objects.get()
        rows = [list(row) for row in table.rows.order_by("pk").values_list("district", "headcount", "seats")]
        row = rows[number % len(rows)]
        row[2] = max(0, row[2] + (number % 3 - 1))
        told = {"stated_headcount": sum(row[1] for row in rows), "stated_seats": sum(row[2] for row in rows)}
        seen = {"seen": tables.fingerprint(table), "source": table.source, "levels": None}
        return table, {"rows": rows, "reserves": number % 3, **told, **seen, "levels": {}}

    def verb(self, stage: int, number: int, fits: bool) -> str:
        names = FITTING[self.desk.state(stage)] if fits else ANY
        if stage == self.desk.final:
            # A finalist's name belongs to the district that they come from.
            names = [name for name in names if name != "correct_person"]
        return names[number % len(names)]

    @rule(stage=STAGE, verb=NUMBER, number=NUMBER, hand=HAND, fits=st.booleans(), at_once=st.booleans())
    def it_is_proposed(self, stage: int, verb: int, number: int, hand: int, fits: bool, at_once: bool) -> None:
        here = self.stage(stage, *(HALL if at_once else DECIDED))
        wished = self.wish(here, self.verb(here, verb, fits), number)
        if wished:
            self.desk.propose(*wished, here, self.who(here, hand), at_once=at_once)

    @rule(stage=STAGE, verb=NUMBER, number=NUMBER, hand=HAND, fits=st.booleans(), other=HAND)
    def it_is_proposed_and_seconded(
        self, stage: int, verb: int, number: int, hand: int, fits: bool, other: int
    ) -> None:
        here = self.stage(stage, *DECIDED)
        wished = self.wish(here, self.verb(here, verb, fits), number)
        made: Any = self.desk.propose(*wished, here, self.who(here, hand)) if wished else REFUSED
        if made is not REFUSED:
            self.desk.second(made.pk, self.who(here, other))

    @rule(
        stage=STAGE,
        verb=NUMBER,
        number=NUMBER,
        hand=HAND,
        fits=st.booleans(),
        other=st.sampled_from(["", "self", "any"]),
    )
    def one_does_it_alone(self, stage: int, verb: int, number: int, hand: int, fits: bool, other: str) -> None:
        """Past the proposals: the action itself is called by one, with nobody, themselves or anybody beside."""
        here = self.stage(stage, *DECIDED)
        name, who = self.verb(here, verb, fits), self.who(here, hand)
        wished = self.wish(here, name, number)
        if wished and not verb_named(name).needs_basis:
            second = {"": "", "self": who, "any": WHO[number % len(WHO)]}[other]
            self.desk.do_alone(*wished, here, who, second)

    @rule(
        number=NUMBER, hand=HAND, what=st.sampled_from(["second", "second", "decline", "withdraw"]), mine=st.booleans()
    )
    def a_proposal(self, number: int, hand: int, what: str, mine: bool) -> None:
        wishes = self.desk.known.wishes
        waiting = list(
            Proposal.objects.filter(pk__in=wishes, state__in=("open", "in_effect"))
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        among = waiting or sorted(wishes)
        if not among:
            return
        pk = among[number % len(among)]
        if what == "withdraw":
            self.desk.withdraw(pk, wishes[pk].who if mine else self.who(wishes[pk].stage, hand))
        else:
            getattr(self.desk, what)(pk, self.who(wishes[pk].stage, hand))

    # Two who know their work.

    @rule(stage=STAGE, turn=st.integers(0, 5))
    def it_goes_on(self, stage: int, turn: int) -> None:
        here = self.stage(stage, *NEW, *HALL, "tabulated", "certified", "published")
        if self.desk.state(here) != State.CLOSED:
            self.desk.turn = turn
            self.desk.lead_on(here)

    @rule(stage=STAGE, turn=st.integers(0, 5))
    def it_goes_back(self, stage: int, turn: int) -> None:
        self.desk.turn = turn
        self.desk.lead_back(self.stage(stage, "ready", "tabulated", *RESULTS))

    @rule(stage=STAGE, number=NUMBER, point=POINT, turn=st.integers(0, 5))
    def an_error_is_put_right(self, stage: int, number: int, point: int, turn: int) -> None:
        """The whole way back to the sheets, a mark corrected, and on again until the next revision is signed."""
        here = self.stage(stage, "tabulated", *RESULTS)
        if self.desk.state(here) not in ("tabulated", *RESULTS):
            return
        self.desk.turn = turn
        while self.desk.state(here) != State.SCORING:
            self.desk.lead_back(here)
        self.desk.correct_sheet(here, number, point, self.desk.two_of(here)[0])
        self.desk.lead_to(here, State.CERTIFIED)
        self.tally.reached["error put right"] += 1

    @rule(stage=STAGE, turn=st.integers(0, 5))
    def the_list_is_approved(self, stage: int, turn: int) -> None:
        if not self.desk.final_has_begun():
            self.desk.turn = turn
            self.desk.lead_list(self.stage(stage, *RESULTS, final=False))

    @rule(stage=STAGE, turn=st.integers(0, 1))
    def certificates_go_out(self, stage: int, turn: int) -> None:
        here = self.stage(stage, "closed")
        if self.desk.state(here) == State.CLOSED:
            self.desk.ask_certificates(here, OFFICE[turn])
            self.desk.end_batch(here, OFFICE[1 - turn], release=True)

    # What is promised after every step.

    @invariant()
    def what_is_promised_holds(self) -> None:
        self.tally.steps += 1
        if self.looked_at == self.desk.last_line:
            return
        self.looked_at = self.desk.last_line
        for stage in self.desk.stages:
            self._seats(stage)
        self._finalists()
        for where in ("entry", "entry__secretary"):
            many = Award.objects.live().order_by().values("entry__stage", where).annotate(many=Count("pk"))
            assert not [each for each in many if each["many"] > 1]
        valid = Certificate.objects.filter(status="valid").order_by()
        assert not [each for each in valid.values("award").annotate(many=Count("pk")) if each["many"] > 1]
        assert not valid.filter(award__live=False).exists()
        for pk, state in Stage.objects.filter(state__in=SIGNED).order_by().values_list("pk", "state"):
            assert not self.desk.known.waits_in(pk), f"{state} while something waits"
            assert Award.objects.live().filter(entry__stage=pk).exists(), f"{state} without awards"
        self.tally.promises += 1

    def _seats(self, stage: int) -> None:
        live = self.desk.list_of(stage)
        if live is None or live.state != Shortlist.State.APPROVED:
            return
        found = seats_of_list(live)
        assert found.total == self.desk.known.seats[live.pk]
        assert len(found.held) <= found.total, f"{len(found.held)} hold {found.total} seats"
        assert all(each.reason for each in found.empty)
        picked = Pick.objects.filter(shortlist=live, outcome=Pick.Outcome.FINALIST).count()
        assert found.never_filled == found.total - picked >= 0, "an empty seat without its reason"

    def _finalists(self) -> None:
        """Who is in the final is who holds a seat on an approved list; once it began some may be absent."""
        lists = Shortlist.objects.live().filter(state=Shortlist.State.APPROVED).order_by("pk")
        holding = [pick.entry.secretary_id for each in lists for pick in seats_of_list(each).held]
        entered = Entry.objects.competing().filter(stage=self.desk.final)
        there = list(entered.values_list("secretary", flat=True))
        assert len(set(holding)) == len(holding), "somebody holds two seats"
        if self.desk.final_has_begun():
            assert set(there) <= set(holding)
        else:
            assert sorted(there) == sorted(holding)

    # And when all have gone home.

    def teardown(self) -> None:
        try:
            # A walk that broke off, or failed, promises nothing about where it stands.
            if sys.exc_info()[0] is None:
                self._at_the_end()
        finally:
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)
            shutil.rmtree(Path(settings.MEDIA_ROOT), ignore_errors=True)

    def _at_the_end(self) -> None:
        self.tally.examples += 1
        for chain in (CHAIN, log.PORTAL):
            assert not (faults := log.verify(chain)[2]), faults
        for each in Tabulation.objects.all():
            assert recount(each.inputs) == each.outcome
            self.tally.recounts += 1
        for stage in [*self.desk.stages, self.desk.final]:
            state = self.desk.state(stage)
            self.tally.left[state] += 1
            for lead in (self.desk.lead_back, self.desk.lead_on):
                if lead == self.desk.lead_on and state == State.CLOSED:
                    continue
                self._and_as_it_was(lead, stage)

    def _and_as_it_was(self, lead: Any, stage: int) -> None:
        """Try the way, and be where one was: each way is tried from the same place."""
        kept = copy.deepcopy(self.desk.known), self.desk.shot, self.desk.last_line, self.desk.now
        with transaction.atomic():
            lead(stage)
            transaction.set_rollback(True)
        self.desk.known, self.desk.shot, self.desk.last_line, self.desk.now = kept
