"""People imported into a rehearsal belong to it: a real season neither counts, finds, offers nor alters them."""

from datetime import date

import pytest

from accounts.forms import AccountForm
from contest.actions.entries import EntryRefused, enter_all
from contest.actions.roster import import_roster
from contest.forms.entries import EnterForm
from contest.models import Stage
from quota import headcounts
from registry.models import Posting, Secretary
from tests import cast
from tests.registry.excel.office import HEADER, LI, ZHANG, xlsx

DAY = date(2023, 11, 25)


@pytest.fixture
def rehearsal(heya, season):
    return cast.rehearsal(heya)


def imported(season, *rows, by):
    return import_roster(season, data=xlsx(HEADER, *rows), name="名册.xlsx", by=by, at=cast.NOW)


def test_the_same_file_in_both_makes_two_people_of_each(season, rehearsal, heya):
    assert imported(rehearsal, ZHANG, LI, by=heya).counts["add"] == 2
    assert imported(season, ZHANG, LI, by=heya).counts["add"] == 2
    assert sorted(Secretary.objects.values_list("rehearsal", flat=True)) == ["", "", "yanlian", "yanlian"]
    assert sorted(Posting.objects.values_list("rehearsal", flat=True)) == ["", "", "yanlian", "yanlian"]


def test_an_import_of_the_real_season_alters_nobody_of_the_rehearsal(season, rehearsal, heya):
    imported(rehearsal, ZHANG, by=heya)
    before = list(Secretary.objects.values_list())
    changed = [*ZHANG[:-1], ZHANG[-1]]
    imported(season, changed, LI, by=heya)
    assert list(Secretary.objects.filter(rehearsal="yanlian").values_list()) == before


def test_the_roster_and_the_headcounts_are_the_seasons_own(season, rehearsal, heya, people, signed_in):
    maonan = Stage.objects.get(season=season, district__code="maonan").district
    cast.station(maonan, 3)
    cast.station(maonan, 5, rehearsal="yanlian")
    assert headcounts.on_roster(season, DAY) == {maonan.pk: 3}
    assert headcounts.on_roster(rehearsal, DAY) == {maonan.pk: 5}
    client = signed_in(heya)
    found = [client.get(f"/desk/roster/?season={code}").context["total"] for code in ("2023", "yanlian")]
    assert found == [3, 5]
    assert client.get("/desk/roster/?season=2023&q=李㛃").context["page"].paginator.count == 0
    assert client.get("/desk/roster/?season=yanlian&q=李㛃").context["page"].paginator.count == 1


def test_nobody_of_the_rehearsal_is_offered_or_enters_a_real_stage(season, rehearsal, maonan, people):
    ours = cast.station(maonan.district, 2)
    theirs = cast.station(maonan.district, 3, rehearsal="yanlian")
    offered = EnterForm(stage=maonan).fields["postings"].queryset
    assert {posting.pk for posting in offered} == {posting.pk for posting in ours}
    with pytest.raises(EntryRefused, match="不在本届的名册里"):
        enter_all(maonan, theirs, by=people["chenxiao"], at=cast.NOW)
    stage = Stage.objects.whole().get(season=rehearsal, district__code="maonan")
    with pytest.raises(EntryRefused, match="不在本届的名册里"):
        enter_all(stage, ours, by=people["chenxiao"], at=cast.NOW)
    assert len(enter_all(stage, theirs, by=people["chenxiao"], at=cast.NOW)) == 3


def test_accounts_are_offered_to_the_people_of_one_side_only(season, rehearsal, maonan, heya):
    ours = cast.station(maonan.district, 1)[0].secretary
    theirs = cast.station(maonan.district, 1, rehearsal="yanlian")[0].secretary
    assert list(AccountForm(by=heya).fields["secretary"].queryset) == [ours]
    assert list(AccountForm(by=heya, rehearsal="yanlian").fields["secretary"].queryset) == [theirs]


def test_a_posting_of_the_rehearsal_has_a_page_of_the_rehearsal(season, rehearsal, maonan, heya, signed_in):
    ours, theirs = cast.station(maonan.district, 1)[0], cast.station(maonan.district, 1, rehearsal="yanlian")[0]
    client = signed_in(heya)
    for chosen in ("2023", "yanlian"):
        client.post("/desk/season/", {"code": chosen})
        pages = [client.get(f"/desk/roster/postings/{each.pk}/").content.decode() for each in (ours, theirs)]
        assert ["演练提示" in page for page in pages] == [False, True]
