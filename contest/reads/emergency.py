"""Which acts of the emergency account concern a stage (DESIGN 9, small offices)."""

from collections.abc import Iterable, Iterator

from django.apps import apps

from accounts.models import EmergencyAct, Proposal
from contest.models import Stage

STAGE, PROPOSAL = "contest.stage", "accounts.proposal"


def concerning(stage: Stage, acts: Iterable[EmergencyAct]) -> Iterator[EmergencyAct]:
    """Of a season's acts, those on this stage and those on no single one; all of them where it is the final."""
    for act in acts:
        if stage.is_final or _stage_of(act.line.subject) in (stage.pk, None):
            yield act


def _stage_of(subject: str) -> int | None:
    """The stage that a line's subject lies in; None for what lies in none, or is gone."""
    label, _colon, key = subject.partition(":")
    if not key.isdecimal():
        return None
    if label == STAGE:
        return int(key)
    if label == PROPOSAL:
        about = Proposal.objects.filter(pk=key).values_list("about", flat=True).first() or ""
        return None if about.startswith(PROPOSAL) else _stage_of(about)
    model = apps.get_model(label)
    steps = getattr(model, "SEASON", "").split("__")
    if "stage" not in steps:
        return None
    path = "__".join(steps[: steps.index("stage") + 1])
    found: int | None = model._default_manager.filter(pk=key).order_by().values_list(path, flat=True).first()
    return found
