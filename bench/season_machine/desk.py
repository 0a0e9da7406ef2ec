"""Every act of the workflow as somebody at a desk does it, and what is looked at when it was done or refused."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Max

from accounts.models import LogLine, Proposal, User
from accounts.proposals import actions as proposals
from accounts.proposals.deputies import NotSuitable, name_deputy
from accounts.proposals.paper import Paper, PaperRefused
from accounts.proposals.registry import verb_named
from bench.season_machine.decided import BY_TWO, IN_HALL, TAKEN_BACK, changes, not_covered, picture
from bench.season_machine.known import Known, Pair, Wish
from bench.season_machine.world import DECISION, HALL_FORM, SIGNED_SHEET, World
from certificates.actions import batch as batches
from certificates.making import make_due
from certificates.models import Batch
from contest.actions import documents, draw, entries
from contest.models import Draw, Entry, Stage
from contest.models.stage import State
from contest.workflow import MOVES, CannotMove, perform
from quota.actions import approval, shortlist, substitution
from quota.models import Pick, Shortlist, Substitution
from quota.reads.seats import in_line, questions, seated
from registry.models import District, Posting
from scoring.actions import confirmation, corrections, overtime, sheets, votes
from scoring.actions.hold import WrongState
from scoring.actions.scoring import deal_missing
from scoring.models import Ballot, Overtime, Ruling, Seat, Sheet, Tabulation, Vote
from tests import cast

WHY = "情况有变"
REFUSED = object()
# The exceptions with which each page meets its action.
OF_LISTS = (shortlist.ShortlistRefused, substitution.SubstitutionRefused, entries.EntryRefused)
OF_PROPOSALS = (proposals.ProposalRefused, PaperRefused)
OF_SHEETS = (confirmation.NoReason, confirmation.StaleSheet, corrections.UnfitMarks, corrections.NothingCorrected)
OF_VOTES = (votes.NotCompeting, votes.NoVotesHere, votes.TooManyVotes, votes.VacatedSeat, votes.StaleVotes)
SIGNED = (State.CERTIFIED, State.PUBLISHED, State.CLOSED)


@dataclass
class Tally:
    """How often each act took effect and was refused, where the walks came, how often promises were looked at."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    examples: int = 0
    steps: int = 0
    promises: int = 0
    recounts: int = 0
    left: Counter[str] = field(default_factory=Counter)


def promise(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)


class Desk:
    """The acts. Each is tried as one person; an answer of REFUSED means that nothing happened."""

    def __init__(self, world: World, tally: Tally) -> None:
        self.world, self.tally, self.known = world, tally, Known()
        self.now = cast.NOW + timedelta(hours=1)
        self.final = world.final.pk
        self.stages = [stage.pk for stage in world.stages]
        self.districts = {stage.pk: world.district(stage) for stage in [*world.stages, world.final]}
        self.shot = picture(self.final)
        self.last_line = self._newest_line()

    # What stands behind every act.

    def at(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def user(self, name: str) -> User:
        """Read afresh: what somebody is granted changes."""
        return User.objects.get(username=name)

    def here(self, stage: int) -> Stage:
        return Stage.objects.whole().get(pk=stage)

    def state(self, stage: int) -> str:
        return Stage.objects.values_list("state", flat=True).get(pk=stage)

    def attempt(
        self,
        verb: str,
        stage: int,
        who: str,
        act: Callable[..., Any],
        *refusals: type[Exception],
        second: str = "",
        undoes: str = "",
        in_hall: bool = False,
        must: bool = False,
    ) -> Any:
        """Do it as `who` (and `second`); a refusal leaves nothing behind, an effect is judged. `must`: it is lawful.

        `undoes` is whose act of the hall this takes back: the log names them too.
        """
        at = self.at()
        before = self.state(stage)
        named: tuple[type[Exception], ...] = (PermissionDenied, *refusals)
        try:
            answer = act(by=self.user(who), at=at)
        except named as refused:
            self.tally.refused[verb] += 1
            promise((self._newest_line(), picture(self.final)) == (self.last_line, self.shot), f"{verb} half done")
            promise(not must, f"{verb} by {who} {second} in {before}, lawful, was refused: {refused!r}")
            return REFUSED
        self.tally.done[verb] += 1
        self._judge(verb, stage, who, second, at, undoes=undoes, in_hall=in_hall, before=before)
        return answer

    def _judge(
        self,
        verb: str,
        stage: int,
        who: str,
        second: str,
        at: datetime,
        *,
        undoes: str,
        in_hall: bool,
        before: str,
    ) -> None:
        """Whether these people may have changed what changed."""
        district, told = self.districts[stage], f"{verb} by {who}/{second or '-'} in {before}"
        names = "action", "actor__username", "second__username"
        lines = list(LogLine.objects.filter(pk__gt=self.last_line).order_by("pk").values_list(*names))
        verbs = {verb for verb, _actor, _second in lines}
        assert {actor for _verb, actor, _second in lines} <= {who, undoes or who}, f"{told}: the log names {lines}"
        now = picture(self.final)
        found = changes(self.shot, now)
        self.shot, self.last_line = now, self._newest_line()
        assert self.known.may(who, verb, district), f"{told}: {who} has no right to it"
        if not found and not lines:
            # Nothing was to be done.
            return
        wrong = not_covered(found, verbs, stage, self.final)
        assert not wrong, f"{told}: changed {'; '.join(map(str, wrong))}"
        if second:
            named = second != who and second in {each for _verb, _actor, each in lines}
            assert named, f"{told}: the log names {lines}"
            assert self.known.may_second(who=second, verb=verb, district=district, asked_by=who, at=at), told
        elif found and verbs & BY_TWO:
            allowed = TAKEN_BACK if "decline" in verbs else IN_HALL
            may_alone = in_hall and verbs & BY_TWO <= allowed
            assert may_alone, f"{told}: one alone changed {'; '.join(map(str, found))}"
        for change in found:
            if change.what == "results":
                self._counted_by_two(stage, told)
                if change.after > 1:
                    self.tally.reached["revision 2 or later"] += 1

    def _counted_by_two(self, stage: int, told: str) -> None:
        inputs = json.loads(Tabulation.objects.get(stage=stage, live=True).inputs)
        seats = dict(Seat.objects.filter(stage=stage).values_list("number", "pk"))
        assert not (faults := self.known.unpaired(inputs, seats)), f"{told}: {faults}"

    @staticmethod
    def _newest_line() -> int:
        return LogLine.objects.aggregate(newest=Max("pk"))["newest"] or 0

    # Moves, and who is in.

    def move(self, stage: int, name: str, who: str, *, second: str = "", must: bool = False) -> Any:
        """Press a button of the stage, alone or, where `second` says so, with another beside."""
        here = self.here(stage)
        other = self.user(second) if second else None
        assert not MOVES[name].needs_basis

        def act(*, by: User, at: datetime) -> None:
            perform(name, here, by=by, at=at, reason=WHY, seconded_by=other)

        done = self.attempt(name, stage, who, act, CannotMove, second=second, must=must)
        if done is REFUSED:
            return done
        assert self.state(stage) == MOVES[name].after
        self._note_move(stage, name, who)
        return done

    def _note_move(self, stage: int, name: str, who: str) -> None:
        if name == "certify":
            assert not self.known.waits_in(stage), f"certified while {self.known.waits_in(stage)} wait"
            self.known.certified[stage] = who
        if name == "publish":
            assert self.known.certified[stage] != who, f"{who} published what they certified"
        kind = "final" if stage == self.final else "preliminary"
        self.tally.reached[f"{kind} {MOVES[name].after}"] += 1

    def enter(self, stage: int, number: int, who: str, *, must: bool = False) -> Any:
        """Somebody of the stage's district who has not entered; in the final anybody at all."""
        here = self.here(stage)
        entered = Entry.objects.filter(stage=stage).values("posting")
        district = {"village__town__district": here.district_id} if here.district_id else {}
        free = list(Posting.objects.with_places().filter(**district).exclude(pk__in=entered).order_by("pk"))
        if not free:
            return REFUSED
        posting = free[number % len(free)]
        return self.attempt(
            "enter", stage, who, lambda **told: entries.enter(here, posting, **told), entries.EntryRefused, must=must
        )

    def draw_lots(self, stage: int, who: str, *, must: bool = False) -> Any:
        here = self.here(stage)
        sealed = Draw.objects.filter(stage=stage, live=True).first()
        if sealed is None:
            return self.attempt(
                "commit_draw", stage, who, lambda **told: draw.commit_draw(here, **told), draw.DrawRefused, must=must
            )
        sealed.stage = here

        def act(**told: Any) -> Any:
            return draw.draw_lots(sealed, witnesses="见证人甲", witness_word="427", **told)

        return self.attempt("draw_lots", stage, who, act, draw.DrawRefused, must=must)

    # Sheets, times, votes.

    def type_marks(self, stage: int, points: list[int], who: str, *, must: bool = False) -> Any:
        """Type what is not typed yet: `points` 0 to 3 by entrant, of every judge the same."""
        here = self.here(stage)
        waiting = Sheet.objects.counting().filter(stage=stage, state=Sheet.State.OPEN).order_by("pk")
        found = list(waiting.values_list("pk", "edit", "entry", "seat__number"))
        people = sorted({entry for _pk, _edit, entry, _seat in found})
        wanted = {entry: marks_of(points[place % len(points)]) for place, entry in enumerate(people)}
        told = [sheets.Change(pk, edit, wanted[entry]) for pk, edit, entry, _seat in found]
        return self._save(here, told, {pk: (entry, seat) for pk, _edit, entry, seat in found}, who, must=must)

    def type_one(self, stage: int, number: int, point: int, who: str) -> Any:
        """Write one sheet over, whatever stands on it."""
        found = list(Sheet.objects.live().filter(stage=stage).order_by("pk").select_related("seat"))
        if not found:
            return REFUSED
        sheet = found[number % len(found)]
        told = [sheets.Change(sheet.pk, sheet.edit, marks_of(point))]
        return self._save(self.here(stage), told, {sheet.pk: (sheet.entry_id, sheet.seat.number)}, who)

    def _save(
        self, here: Stage, wanted: list[sheets.Change], whose: dict[int, tuple[int, int]], who: str, must: bool = False
    ) -> Any:
        done = self.attempt(
            "save_marks", here.pk, who, lambda **told: sheets.save_marks(here, wanted, **told), WrongState, must=must
        )
        if done is REFUSED:
            return done
        asked = {change.sheet_id: change.marks for change in wanted}
        for outcome in done:
            if isinstance(outcome, sheets.Saved):
                for code, value in asked[outcome.sheet_id].items():
                    key = (*whose[outcome.sheet_id], code)
                    if key not in self.known.marks or self.known.marks[key].value != value:
                        self.known.marks[key] = Pair(value, who)
        return done

    def confirm_marks(self, stage: int, who: str, *, must: bool = False) -> Any:
        here = self.here(stage)
        typed = Sheet.objects.counting().filter(stage=stage, state=Sheet.State.TYPED).order_by("pk")
        found = list(typed.values_list("pk", "edit", "entry", "seat__number"))
        seen = [confirmation.Seen(pk, edit, looked=True) for pk, edit, _entry, _seat in found]

        def act(**told: Any) -> Any:
            return confirmation.confirm_sheets(here, seen, **told)

        left = self.attempt("confirm_sheets", stage, who, act, WrongState, must=must)
        if left is REFUSED:
            return left
        untouched = {each.sheet_id for each in left}
        for pk, _edit, entry, seat in found:
            for (whose, number, _code), pair in self.known.marks.items():
                if pk not in untouched and (whose, number) == (entry, seat) and not pair.checker and pair.typist != who:
                    pair.checker = who
        return left

    def return_sheet(self, stage: int, number: int, who: str) -> Any:
        typed = list(Sheet.objects.counting().filter(stage=stage).order_by("pk").select_related("seat"))
        if not typed:
            return REFUSED
        sheet = typed[number % len(typed)]
        sheet.stage = self.here(stage)

        def act(**told: Any) -> Any:
            return confirmation.return_sheet(sheet, WHY, edit=sheet.edit, **told)

        done = self.attempt("return_sheet", stage, who, act, *OF_SHEETS, WrongState)
        if done is not REFUSED:
            for (entry, seat, _code), pair in self.known.marks.items():
                if (entry, seat) == (sheet.entry_id, sheet.seat.number):
                    pair.checker = ""
        return done

    def correct_sheet(self, stage: int, number: int, point: int, who: str) -> Any:
        found = list(Sheet.objects.live().filter(stage=stage).order_by("pk").select_related("seat"))
        if not found:
            return REFUSED
        sheet, marks = found[number % len(found)], marks_of(point)
        sheet.stage = self.here(stage)

        def act(**told: Any) -> Any:
            return corrections.correct_sheet(sheet, marks, WHY, **told)

        done = self.attempt("correct_sheet", stage, who, act, *OF_SHEETS, WrongState)
        if done is not REFUSED:
            for code, value in marks.items():
                key = (sheet.entry_id, sheet.seat.number, code)
                if self.known.marks[key].value != value:
                    self.known.marks[key] = Pair(value, who)
        return done

    def time(self, stage: int, number: int, seconds: int | None, who: str) -> Any:
        here = self.here(stage)
        found = list(Entry.objects.filter(stage=stage).order_by("pk").values_list("pk", "overtime__edit"))
        if not found:
            return REFUSED
        entry, edit = found[number % len(found)]
        wanted = [overtime.TimeChange(entry, edit or 0, seconds)]
        done = self.attempt(
            "time_talks", stage, who, lambda **told: overtime.time_talks(here, wanted, **told), WrongState
        )
        if done is not REFUSED and isinstance(done[0], overtime.Timed) and done[0].edit != edit:
            self.known.times[entry] = Pair(seconds, who)
        return done

    def confirm_times(self, stage: int, who: str, *, must: bool = False) -> Any:
        here = self.here(stage)
        waiting = Overtime.objects.waiting().filter(entry__stage=stage).order_by("pk")
        seen = [overtime.SeenTime(*each) for each in waiting.values_list("entry_id", "edit")]

        def act(**told: Any) -> Any:
            return overtime.confirm_times(here, seen, **told)

        left = self.attempt("confirm_times", stage, who, act, WrongState, must=must)
        if left is not REFUSED:
            untouched = {each.entry_id for each in left}
            for each in seen:
                if each.entry_id not in untouched:
                    self.known.times[each.entry_id].checker = who
        return left

    def vote(self, stage: int, number: int, choice: int, who: str, *, must: bool = False) -> Any:
        """One judge names one entrant, or nobody."""
        judges = list(Seat.objects.filter(stage=stage).order_by("number"))
        competing = list(Entry.objects.competing().filter(stage=stage).order_by("pk"))
        seat = judges[number % len(judges)]
        seat.stage = self.here(stage)
        wanted = [competing[choice % len(competing)]] if competing and choice else []
        seen = list(Vote.objects.filter(seat=seat).values_list("entry", flat=True))
        before = Ballot.objects.filter(seat=seat).values_list("edit", flat=True).first()

        def act(**told: Any) -> Any:
            return votes.cast_votes(seat, wanted, seen=seen, **told)

        done = self.attempt("cast_votes", stage, who, act, *OF_VOTES, WrongState, must=must)
        if done is not REFUSED and Ballot.objects.values_list("edit", flat=True).get(seat=seat) != before:
            self.known.votes[seat.pk] = Pair({entry.pk for entry in wanted}, who)
        return done

    def confirm_votes(self, stage: int, who: str, *, must: bool = False) -> Any:
        here = self.here(stage)
        waiting = Ballot.objects.waiting().filter(seat__stage=stage).order_by("pk")
        seen = [votes.SeenVotes(*each) for each in waiting.values_list("seat_id", "edit")]

        def act(**told: Any) -> Any:
            return votes.confirm_votes(here, seen, **told)

        left = self.attempt("confirm_votes", stage, who, act, WrongState, must=must)
        if left is not REFUSED:
            untouched = {each.seat_id for each in left}
            for each in seen:
                if each.seat_id not in untouched:
                    self.known.votes[each.seat_id].checker = who
        return left

    def deal(self, stage: int, who: str, *, must: bool = False) -> Any:
        here = self.here(stage)
        return self.attempt(
            "deal_missing", stage, who, lambda **told: deal_missing(here, **told), WrongState, must=must
        )

    def sign(self, stage: int, who: str, *, sealed: bool, must: bool = False) -> Any:
        here = self.here(stage)

        def act(**told: Any) -> Any:
            files = [("成绩单.png", SIGNED_SHEET)]
            return documents.upload_signed_result(here, files=files, sealed=sealed, **told)

        return self.attempt("upload_signed_result", stage, who, act, documents.DocumentRefused, must=must)

    # Lists.

    def list_of(self, stage: int) -> Shortlist | None:
        return Shortlist.objects.whole().live().filter(stage=stage).first()

    def draw_up(self, stage: int, who: str, *, must: bool = False) -> Any:
        here = self.here(stage)
        return self.attempt(
            "draw_up_shortlist", stage, who, lambda **told: shortlist.draw_up(here, **told), *OF_LISTS, must=must
        )

    def on_list(self, what: str, stage: int, who: str, *, takes: bool = False, must: bool = False) -> Any:
        """Submit, take back, return or approve the live list."""
        live = self.list_of(stage)
        if live is None:
            return REFUSED
        acts: dict[str, Callable[..., Any]] = {
            "submit_shortlist": lambda **told: shortlist.submit(live, **told),
            "take_back_shortlist": lambda **told: shortlist.take_back(live, **told),
            "return_shortlist": lambda **told: shortlist.return_list(live, WHY, **told),
            "approve_shortlist": lambda **told: self._approve(live, takes, **told),
        }
        done = self.attempt(what, stage, who, acts[what], *OF_LISTS, must=must)
        if done is REFUSED:
            return done
        if what == "submit_shortlist":
            self.known.submitted[live.pk] = who
        if what in ("approve_shortlist", "return_shortlist"):
            assert self.known.submitted[live.pk] != who, f"{who} decided on the list that they submitted"
        if what == "approve_shortlist":
            self.known.seats[live.pk] = live.seats
            self.tally.reached["list approved"] += 1
        return done

    @staticmethod
    def _approve(live: Shortlist, takes: bool, **told: Any) -> None:
        answers = {each.pick.pk: takes and each.may_take for each in questions(live)}
        approval.approve(live, takes=answers, **told)

    def say_somebody_leaves(self, stage: int, number: int, who: str) -> Any:
        live = self.list_of(stage)
        picks = list(Pick.objects.with_people().filter(shortlist=live).order_by("pk")) if live else []
        holding = seated(live) if live else []
        among = holding if holding and number % 3 else picks
        if live is None or not among:
            return REFUSED
        leaving = among[number % len(among)]
        level = in_line(live).first
        choice = substitution.Choice(level[0], Ruling.Kind.LOTS, "当场抽签") if len(level) > 1 else None

        def act(**told: Any) -> Any:
            return substitution.propose(live, leaving, WHY, choice=choice, **told)

        done = self.attempt("propose_substitution", stage, who, act, *OF_LISTS)
        if done is not REFUSED:
            self.known.leaving[done.pk] = who
        return done

    def decide_who_leaves(self, stage: int, number: int, who: str, *, yes: bool, must: bool = False) -> Any:
        proposed = list(Substitution.objects.whole().filter(shortlist__stage=stage).order_by("state", "pk"))
        waiting = [each for each in proposed if each.state == Substitution.State.PROPOSED] or proposed
        if not waiting:
            return REFUSED
        here = waiting[number % len(waiting)]
        verb = "approve_substitution" if yes else "refuse_substitution"

        def act(**told: Any) -> Any:
            if yes:
                return substitution.approve_substitution(here, **told)
            return substitution.refuse_substitution(here, WHY, **told)

        done = self.attempt(verb, stage, who, act, *OF_LISTS, must=must)
        if done is not REFUSED:
            assert self.known.leaving[here.pk] != who, f"{who} decided on the substitution that they proposed"
            self.tally.reached["seat left empty" if yes and here.coming is None else verb] += 1
        return done

    # Certificates.

    def ask_certificates(self, stage: int, who: str) -> Any:
        here = self.here(stage)

        def act(**told: Any) -> Any:
            return batches.ask(here, template="red", dated=self.now.date(), **told)

        done = self.attempt("ask_certificates", stage, who, act, batches.NotReady)
        if done is not REFUSED:
            self.known.asked[done.pk] = who
        return done

    def end_batch(self, stage: int, who: str, *, release: bool) -> Any:
        """Release the newest batch, once it is made, or give it up."""
        here = Batch.objects.whole().filter(stage=stage).order_by("pk").last()
        if here is None:
            return REFUSED
        while release and make_due(self.now):
            pass
        self.shot = picture(self.final)

        def act(**told: Any) -> Any:
            return batches.release(here, **told) if release else batches.discard(here, reason=WHY, **told)

        verb = "release_certificates" if release else "discard_certificates"
        done = self.attempt(verb, stage, who, act, batches.TooLate, batches.NotFinished, batches.SamePerson)
        if done is not REFUSED and release:
            assert self.known.asked[here.pk] != who, f"{who} released the certificates that they asked for"
            self.tally.reached["certificates released"] += 1
        return done

    # Proposals.

    def propose(
        self, name: str, obj: Any, arguments: dict[str, Any], stage: int, who: str, *, at_once: bool = False,
        must: bool = False,
    ) -> Any:  # fmt: skip
        """Propose it; with `at_once` it takes effect in the hall, on a signed form, before it is seconded."""
        verb = verb_named(name)
        paper: Paper | None = HALL_FORM if at_once else DECISION if verb.needs_basis else None

        def act(**told: Any) -> Any:
            way = proposals.act_at_once if at_once else proposals.propose
            return way(name, obj, arguments, reason=WHY, paper=paper, **told)

        label = name if at_once else "propose"
        before = self.state(stage)
        if not at_once:
            assert self.known.may(who, name, self.districts[stage]) or not must
        done = self.attempt(
            label, stage, who, act, *OF_PROPOSALS, in_hall=before in ("scoring", "tabulated"), must=must
        )
        if done is not REFUSED:
            assert self.known.may(who, name, self.districts[stage]), f"{who} proposed {name}"
            self.known.wishes[done.pk] = Wish(name, who, stage, self.now)
            if at_once:
                self.known.in_effect.add(done.pk)
                self.tally.reached["done in the hall at once"] += 1
        return done

    def second(self, pk: int, who: str, *, must: bool = False) -> Any:
        """Second it as `who`: then the act runs with both, or what is in effect is settled."""
        proposal, wish = Proposal.objects.whole().get(pk=pk), self.known.wishes[pk]
        in_effect = pk in self.known.in_effect
        before = self.state(wish.stage)

        def act(*, by: User, at: datetime) -> Any:
            return proposals.second(proposal, by=self.user(who), at=at)

        done = self.attempt(wish.verb, wish.stage, wish.who, act, *OF_PROPOSALS, second=who, must=must)
        if done is REFUSED:
            return done
        assert in_effect or self.now < wish.at + timedelta(days=7, minutes=1), (
            f"{wish.verb} was seconded after it lapsed"
        )
        self.known.in_effect.discard(pk)
        if not in_effect and wish.verb in MOVES:
            self._note_move(wish.stage, wish.verb, wish.who)
            if before == State.CLOSED:
                self.tally.reached["closed stage reopened"] += 1
        if not in_effect and wish.verb in ("disqualify", "revoke_approval", "correct_person"):
            self.tally.reached[f"{wish.verb} in {before}"] += 1
        if self.known.until.get((who, self.districts[wish.stage])):
            self.tally.reached["seconded by a deputy"] += 1
        return done

    def decline(self, pk: int, who: str) -> Any:
        proposal, wish = Proposal.objects.whole().get(pk=pk), self.known.wishes[pk]

        def act(**told: Any) -> Any:
            return proposals.decline(proposal, WHY, **told)

        deputy = not self.known.may(who, wish.verb, self.districts[wish.stage])
        if deputy:
            # A deputy says no where they may say yes.
            return self._declined_by_deputy(pk, proposal, wish, who)
        in_hall = pk in self.known.in_effect
        undoes = wish.who if in_hall else ""
        done = self.attempt("decline", wish.stage, who, act, *OF_PROPOSALS, undoes=undoes, in_hall=in_hall)
        if done is not REFUSED:
            assert who != wish.who, f"{who} declined their own proposal"
            self.known.in_effect.discard(pk)
        return done

    def _declined_by_deputy(self, pk: int, proposal: Proposal, wish: Wish, who: str) -> Any:
        at = self.at()
        try:
            proposals.decline(proposal, WHY, by=self.user(who), at=at)
        except (PermissionDenied, *OF_PROPOSALS):
            self.tally.refused["decline"] += 1
            return REFUSED
        self.tally.done["decline"] += 1
        district = self.districts[wish.stage]
        assert who != wish.who
        assert self.known.may_second(who, wish.verb, district, asked_by=wish.who, at=at), f"{who} declined {wish.verb}"
        self.known.in_effect.discard(pk)
        self.shot, self.last_line = picture(self.final), self._newest_line()
        return None

    def withdraw(self, pk: int, who: str) -> Any:
        proposal, wish = Proposal.objects.whole().get(pk=pk), self.known.wishes[pk]
        done = self.attempt(
            "withdraw_proposal", wish.stage, who, lambda **told: proposals.withdraw(proposal, **told), *OF_PROPOSALS
        )
        if done is not REFUSED and pk in self.known.in_effect:
            # Something decided later took its place: whoever may second it may end it.
            self.known.in_effect.discard(pk)
            self.tally.reached["done in the hall, overtaken later"] += 1
        elif done is not REFUSED:
            assert who == wish.who, f"{who} withdrew the proposal of {wish.who}"
        return done

    def do_alone(self, name: str, obj: Any, arguments: dict[str, Any], stage: int, who: str, second: str) -> Any:
        """Call the action itself, past the proposals, with nobody or with `second` beside."""
        verb = verb_named(name)
        other = self.user(second) if second else None

        def act(**told: Any) -> Any:
            return verb.act(obj, seconded_by=other, reason=WHY, basis=None, **told, **arguments)

        done = self.attempt(name, stage, who, act, *verb.refusals, second=second)
        if done is not REFUSED and name in MOVES:
            self._note_move(stage, name, who)
        return done

    # The rest.

    def name_deputy(self, who: str, deputy: str, district: str) -> Any:
        there = District.objects.get(code=district)

        def act(**told: Any) -> Any:
            return name_deputy(self.user(deputy), there, reason=WHY, **told)

        done = self.attempt("name_deputy", self.final, who, act, NotSuitable)
        if done is not REFUSED:
            self.known.until[deputy, district] = (self.now + timedelta(hours=24), who)
        return done


def marks_of(point: int) -> dict[str, int]:
    """The marks of a sheet: 40, 60, 80 or 100 points."""
    return {"achievement": 3000 + 1000 * point, "delivery": 1000 + 1000 * point}
