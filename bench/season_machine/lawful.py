"""Two people who know their work: from wherever a stage stands they lead it one state on, or one state back."""

from datetime import timedelta
from typing import Any

from accounts.models import Proposal
from accounts.proposals.registry import verb_named
from bench.season_machine.decided import CITY
from bench.season_machine.desk import REFUSED, Desk
from bench.season_machine.world import OFFICE, ORGANIZERS
from contest.actions.entries import out_by_decision
from contest.models import Award, Draw, Entry, Stage
from contest.models.entry import Status
from contest.models.stage import State
from contest.workflow import MOVES
from quota.models import Shortlist, Substitution
from scoring.actions.rulings import level_groups
from scoring.models import Ballot, Overtime, Seat, Sheet, Tabulation

BACK = {move.before: move for move in MOVES.values() if move.is_back}
ON = {move.before: move for move in MOVES.values() if not move.is_back}
SIGNED = (State.CERTIFIED, State.PUBLISHED, State.CLOSED)


class Lawful(Desk):
    """`turn` changes who of the two does what."""

    turn = 0
    points = (3, 2, 1, 0, 2)

    def pair(self, stage: int) -> tuple[str, str]:
        """Two with the right; where a deputy serves who may second what the other asks, the deputy is the second."""
        district = self.districts[stage]
        pairs = [*([ORGANIZERS[district]] if district else []), OFFICE]
        one, two = pairs[self.turn % len(pairs)]
        if self.turn % 3 == 1:
            one, two = two, one
        for (deputy, where), (end, named_by) in self.known.until.items():
            if where == district and self.now + timedelta(hours=3) < end and one != named_by:
                two = deputy
        return one, two

    def two_of(self, stage: int) -> tuple[str, str]:
        """Two who may both act there, not only second."""
        district = self.districts[stage]
        one, two = ORGANIZERS[district] if district else OFFICE
        return (two, one) if self.turn % 2 else (one, two)

    def by_two(self, name: str, obj: Any, arguments: dict[str, Any], stage: int) -> None:
        """Proposed by one, seconded by another, whatever waits of the same kind is withdrawn before."""
        one, two = OFFICE if name in CITY else self.pair(stage)
        for pk, wish in self.known.wishes.items():
            waiting = wish.verb == name and Proposal.objects.filter(pk=pk, state=Proposal.State.OPEN).exists()
            if waiting:
                self.withdraw(pk, wish.who)
        obj = verb_named(name).rows().get(pk=obj.pk)
        made = self.propose(name, obj, arguments, stage, one, must=True)
        self.second(made.pk, two, must=True)

    def settle_the_hall(self, stage: int) -> None:
        """Second what took effect in the hall."""
        for pk in sorted(self.known.waits_in(stage)):
            asked_by = self.known.wishes[pk].who
            district = self.districts[stage]
            pool = [*(ORGANIZERS[district] if district else ()), *OFFICE]
            self.second(pk, next(name for name in pool if name != asked_by), must=True)

    def lead_on(self, stage: int) -> None:
        """One state on, with everything that it takes."""
        before = State(self.state(stage))
        one, two = self.two_of(stage)
        if before in (State.PREPARING, State.COLLECTING, State.READY):
            self._somebody_competes(stage, one)
        ready = {
            State.READY: self._ready,
            State.SCORING: self._score,
            State.TABULATED: self._sign,
            State.PUBLISHED: self._end_of_notice,
        }
        if before in ready:
            ready[before](stage, one, two)
        name = ON[before].name
        if name == "publish":
            one, two = OFFICE if self.known.certified[stage] == OFFICE[1] else OFFICE[::-1]
        if name == "close":
            one, two = OFFICE
        self.move(stage, name, one, must=True)

    def lead_to(self, stage: int, state: State) -> None:
        order = list(State)
        while order.index(State(self.state(stage))) < order.index(state):
            self.lead_on(stage)

    def lead_back(self, stage: int) -> None:
        """One state back, where there is a way back; the list that rests on the results is taken back before."""
        before = State(self.state(stage))
        move = BACK.get(before)
        if move is None:
            return
        if move.name == "reopen_collecting":
            self.move(stage, move.name, self.two_of(stage)[0], must=True)
            return
        if move.name != "reopen_closed":
            self._no_list(stage)
        self.by_two(move.name, self.here(stage), {}, stage)
        assert self.state(stage) == move.after

    def lead_list(self, stage: int) -> None:
        """To an approved list of a preliminary, whose results are published before."""
        self.lead_to(stage, State.PUBLISHED)
        live = self.list_of(stage)
        one, _two = self.two_of(stage)
        if live is not None and live.state == Shortlist.State.APPROVED:
            return
        if live is not None and live.state == Shortlist.State.SUBMITTED:
            self.on_list("take_back_shortlist", stage, one, must=True)
            live = self.list_of(stage)
        if live is None or live.state != Shortlist.State.DRAFT or self._is_outdated(live):
            self.draw_up(stage, one, must=True)
        self.on_list("submit_shortlist", stage, one, must=True)
        self.on_list("approve_shortlist", stage, OFFICE[self.turn % 2], takes=True, must=True)

    def _is_outdated(self, live: Shortlist) -> bool:
        from quota.actions.shortlist import seats_of, why_outdated

        here = self.here(live.stage_id)
        return bool(why_outdated(live, here, seats_of(here)))

    def _no_list(self, stage: int) -> None:
        live = self.list_of(stage)
        if stage == self.final or live is None:
            return
        if live.state == Shortlist.State.SUBMITTED:
            self.on_list("take_back_shortlist", stage, self.two_of(stage)[0], must=True)
        if live.state == Shortlist.State.APPROVED and not self.final_has_begun():
            self.by_two("revoke_approval", live, {}, stage)

    def final_has_begun(self) -> bool:
        return self.state(self.final) not in (State.PREPARING, State.COLLECTING, State.READY)

    def _somebody_competes(self, stage: int, one: str) -> None:
        if Entry.objects.competing().filter(stage=stage).exists():
            return
        if stage == self.final:
            self._finalists()
        elif self.enter(stage, 0, one, must=True) is REFUSED:
            gone = Entry.objects.whole().filter(stage=stage).order_by("pk")[0]
            self.reinstate_alone(gone, one)

    def reinstate_alone(self, gone: Entry, who: str) -> None:
        from contest.actions.entries import EntryRefused, reinstate

        self.attempt(
            "reinstate", gone.stage_id, who, lambda **told: reinstate(gone, reason="回来了", **told), EntryRefused,
            must=True,
        )  # fmt: skip

    def _finalists(self) -> None:
        """Lists until somebody is in the final: those that sent nobody any more are made anew."""
        for stage in self.stages:
            live = self.list_of(stage)
            if live is not None and live.state == Shortlist.State.APPROVED:
                self.by_two("revoke_approval", live, {}, stage)
            self.lead_list(stage)
            if Entry.objects.competing().filter(stage=self.final).exists():
                return

    def _ready(self, stage: int, one: str, two: str) -> None:
        if stage == self.final:
            self._lists_settled()
        undrawn = Entry.objects.competing().filter(stage=stage, order=None)
        if undrawn.exists():
            drawn = Draw.objects.filter(stage=stage, live=True).first()
            if drawn is not None:
                self.by_two("void_draw", drawn, {}, stage)
            for _step in ("seal", "draw"):
                self.draw_lots(stage, one, must=True)

    def _lists_settled(self) -> None:
        for stage in self.stages:
            live = self.list_of(stage)
            approved = live is not None and live.state == Shortlist.State.APPROVED
            # A district whose signed results are being put right holds the final up until its list is approved again.
            if approved or self.state(stage) in SIGNED or Award.objects.filter(entry__stage=stage).exists():
                self.lead_list(stage)
            waiting = Substitution.objects.filter(shortlist__stage=stage, state=Substitution.State.PROPOSED)
            while waiting.exists():
                asked_by = self.known.leaving[waiting.order_by("state", "pk")[0].pk]
                self.decide_who_leaves(stage, 0, OFFICE[asked_by == OFFICE[0]], yes=False, must=True)
        ends = Stage.objects.filter(pk__in=self.stages, notice_until__gt=self.now)
        for end in ends.values_list("notice_until", flat=True):
            self.now = max(self.now, end or self.now)
        self._somebody_competes(self.final, OFFICE[0])

    def _score(self, stage: int, one: str, two: str) -> None:
        while not Entry.objects.competing().filter(stage=stage).exists():
            gone = Entry.objects.whole().filter(stage=stage).exclude(status__in=(Status.REPLACED, Status.UNSEATED))
            back = gone.order_by("pk")[0]
            verb = "reinstate_disqualified" if out_by_decision(back) else "reinstate"
            self.by_two(verb, back, {"status": back.status}, stage)
        self._whole_panel(stage)
        self.deal(stage, one, must=True)
        if Sheet.objects.counting().filter(stage=stage, state=Sheet.State.OPEN).exists():
            self.type_marks(stage, list(self.points), one, must=True)
        for who in (two, one):
            if Sheet.objects.counting().filter(stage=stage, state=Sheet.State.TYPED).exists():
                self.confirm_marks(stage, who, must=True)
            if Overtime.objects.waiting().filter(entry__stage=stage).exists():
                self.confirm_times(stage, who, must=True)
        self._ballots(stage, one, two)
        for who in OFFICE:
            # What both of the district typed on one sheet is compared by the office.
            if Sheet.objects.counting().filter(stage=stage, state=Sheet.State.TYPED).exists():
                self.confirm_marks(stage, who, must=True)

    def _whole_panel(self, stage: int) -> None:
        """As many judges as the rules want: who left comes back by two, or before the first mark others join."""
        while Seat.objects.sitting().filter(stage=stage).count() < 3:
            left = Seat.objects.filter(stage=stage, vacated_at__isnull=False).order_by("-pk")[0]
            waiting = [pk for pk in self.known.waits_in(stage) if self.known.wishes[pk].verb == "vacate"]
            if waiting:
                self.settle_the_hall(stage)
            self.by_two("unvacate", left, {}, stage)

    def _ballots(self, stage: int, one: str, two: str) -> None:
        from scoring.models import Ruleset

        if Ruleset.objects.values_list("basis", flat=True).get(stage=stage) != "votes":
            return
        for place, seat in enumerate(Seat.objects.filter(stage=stage).order_by("number")):
            if seat.vacated_at is None and not Ballot.objects.filter(seat=seat).exists():
                self.vote(stage, place, 1, one, must=True)
        for who in (two, one):
            if Ballot.objects.waiting().filter(seat__stage=stage).exists():
                self.confirm_votes(stage, who, must=True)

    def _sign(self, stage: int, one: str, two: str) -> None:
        self.settle_the_hall(stage)
        for _round in range(10):
            cut = Tabulation.objects.get(stage=stage, live=True).needs_ruling
            groups = level_groups(self.here(stage))
            if not groups or (not cut and not self._tie_for_a_seat(stage)):
                break
            self.by_two("record_ruling", self.here(stage), {"order": groups[0], "kind": "lots"}, stage)
        self.sign(stage, one, sealed=bool(self.turn % 2), must=True)

    def _tie_for_a_seat(self, stage: int) -> bool:
        from quota.blockers import level_across_the_last_seat

        return bool(list(level_across_the_last_seat(self.here(stage), self.now)))

    def _end_of_notice(self, stage: int, one: str, two: str) -> None:
        """Nothing waits any more, the sealed sheet is there, and the period is over."""
        self.settle_the_hall(stage)
        for pk, wish in self.known.wishes.items():
            if wish.stage == stage and Proposal.objects.filter(pk=pk, state=Proposal.State.OPEN).exists():
                self.withdraw(pk, wish.who)
        self.sign(stage, one, sealed=True, must=True)
        until = Stage.objects.values_list("notice_until", flat=True).get(pk=stage)
        self.now = max(self.now, until or self.now)
