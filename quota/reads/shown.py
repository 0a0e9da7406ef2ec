"""What the page shows on which a list is decided; its form sends this back."""

from accounts.shown import in_short
from contest.models.correction import show_people
from contest.workflow import as_shown
from quota.models import Pick, Shortlist
from quota.reads.seats import in_line, questions


def list_as_shown(shortlist: Shortlist) -> str:
    """The list as it was sent in, by which results, whom it seats under which names, and what is asked about them.

    It is read afresh: what is held in hand may be older than the page.
    """
    here = Shortlist.objects.whole().get(pk=shortlist.pk)
    finalists = show_people(here.picks.with_people().filter(outcome=Pick.Outcome.FINALIST))
    return in_short(
        here.submitted_at.isoformat() if here.submitted_at else "",
        as_shown(here.stage),
        [[pick.pk, pick.who.name] for pick in finalists],
        [[question.pick.pk, question.may_take] for question in questions(here)],
        [pick.pk for pick in in_line(here).first],
    )
