"""What was done last about a stage: on itself, and on what lies in it and takes two people to decide."""

from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts import log, verbs
from accounts.log.naming import names
from accounts.log.told import NOTHING, Told, in_words
from accounts.models import LogLine
from accounts.proposals.registry import all_verbs
from contest.models import Stage

_also: dict[type[Model], tuple[str, ...]] = {}


def tells_too(model: type[Model], *acts: str) -> None:
    """Register acts that one person does and that belong among the last of a stage, on things of this kind."""
    _also[model] = acts


def last_acts(stage: Stage, count: int) -> list[Told]:
    """The newest lines about the stage, its entrants, seats, rulings, lists: whatever apps registered by two people.

    A query for the lines, and one for the names of each kind of thing among them.
    """
    mine = log.subject(stage)
    about = Q(subject=mine)
    for model in {verb.model for verb in all_verbs()}:
        about |= Q(subject__in=_subjects(model, stage))
    for model, acts in _also.items():
        about |= Q(subject__in=_subjects(model, stage), action__in=acts)
    lines = LogLine.objects.filter(about, chain=stage.season.code).order_by("-seq")
    found = list(lines.select_related("actor", "second", "note")[:count])
    known = names({line.subject for line in found} - {mine})
    return [in_words(line, known.get(line.subject, NOTHING), verbs.WORDS, verbs.FIELDS) for line in found]


def _subjects(model: type[Model], stage: Stage) -> "QuerySet[Model, str]":
    """The things of the stage as the log calls them; read inside the query for the lines."""
    steps = getattr(model, "SEASON", "").split("__")
    called = Concat(Value(f"{model._meta.label_lower}:"), Cast("pk", CharField()))
    inside: QuerySet[Model] = model._base_manager.none()
    if "stage" in steps:
        path = "__".join(steps[: steps.index("stage") + 1])
        inside = model._base_manager.filter(**{path: stage.pk}).order_by()
    return inside.annotate(called=called).values_list("called", flat=True)
