"""Which addresses of this app belong to what season."""

from django.db.models import Model

from accounts.models import BasisPage, Proposal
from contest.models import Draw, Entry, RosterImport, Season, Stage, StageDocument
from contest.reads.page_season import registers, through
from registry.models import Posting


def of_posting(pk: int, chosen: Season | None) -> int | None:
    """That of a rehearsal is the rehearsal's; a real one's page is of the real season chosen, else of the newest."""
    rehearsal = Posting.objects.filter(pk=pk).values_list("rehearsal", flat=True).first()
    if rehearsal:
        return Season.objects.filter(code=rehearsal).values_list("pk", flat=True).first()
    if chosen and not chosen.is_rehearsal:
        return chosen.pk
    return Season.objects.filter(is_rehearsal=False).values_list("pk", flat=True).first()


def of_chain(model: type[Model], pk: int, path: str) -> int | None:
    """That of the chain; what is about the portal itself is shown on the chosen season's pages."""
    chain = model._default_manager.filter(pk=pk).values_list(path, flat=True).first()
    return Season.objects.filter(code=chain).values_list("pk", flat=True).first()


registers(
    {
        "desk/seasons/": through(Season, "pk", by="code"),
        "desk/stages/": through(Stage, "season"),
        "desk/entries/": through(Entry, "stage__season"),
        "desk/draws/": through(Draw, "stage__season"),
        "desk/documents/": through(StageDocument, "stage__season"),
        "desk/proposals/": lambda pk, _chosen: of_chain(Proposal, pk, "chain"),
        "desk/basis/": lambda pk, _chosen: of_chain(BasisPage, pk, "basis__chain"),
        "desk/roster/imports/": through(RosterImport, "season"),
        "desk/roster/postings/": of_posting,
    }
)
