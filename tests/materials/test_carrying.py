"""陈志远 goes on to the final: what counted in the preliminary is handed in there with one click."""

import json

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import LogLine
from contest.models import Entry
from contest.models.entry import Status
from contest.models.stage import State
from materials import inspecting, standing, store
from materials.actions.carrying import CarryRefused, carry_over, offered
from materials.models import Material, Terms
from materials.right import terms_of
from tests.cast import NOW, first_secretary, later, put
from tests.materials.handing import accepted, arrived, collecting
from tests.materials.inspection import pdfs
from tests.materials.pledged import refused, signed

DECK, FILM = b"deck of the preliminary", b"film of the preliminary"


@pytest.fixture
def finalist(entry, final):
    """陈志远's part in the final, which collects."""
    put(final, State.COLLECTING)
    made = Entry.objects.create(stage=final, secretary=entry.secretary, posting=entry.posting, district=entry.district)
    return Entry.objects.whole().get(pk=made.pk)


@pytest.fixture
def deck(entry, zhiyuan):
    return accepted(entry, DECK, by=zhiyuan, at=NOW)


def test_what_counted_is_the_next_version_of_the_final_and_is_inspected_anew(entry, finalist, zhiyuan, deck):
    film = accepted(entry, FILM, by=zhiyuan, kind="video", at=NOW)
    made = carry_over(finalist, by=zhiyuan, at=later(5))
    assert [(each.kind, each.version, each.name, each.size, each.verdict) for each in made] == [
        ("deck", 1, deck.name, len(DECK), ""),
        ("video", 1, film.name, len(FILM), ""),
    ]
    assert [store.path_of(each.file).read_bytes() for each in made] == [DECK, FILM]
    assert {each.file for each in made}.isdisjoint({deck.file, film.file})
    facts = json.loads(LogLine.objects.get(action="carry_material").payload)["facts"]
    assert (facts["sources"], facts["versions"]) == ([deck.pk, film.pk], [1, 1])


def test_the_copy_and_the_first_stand_each_for_itself(finalist, zhiyuan, deck):
    made = carry_over(finalist, by=zhiyuan, at=later(5))[0]
    store.remove(made.file)
    assert store.path_of(deck.file).read_bytes() == DECK


def test_the_pledge_is_signed_anew(entry, finalist, zhiyuan, deck):
    signed(entry, by=zhiyuan, at=later(1))
    made = carry_over(finalist, by=zhiyuan, at=later(5))[0]
    Material.objects.filter(pk=made.pk).update(progress="done", verdict="accepted", done_at=later(6))
    assert standing.of_one(finalist, terms_of(finalist.stage)).step == "unsigned"


def test_a_whole_deck_passes_the_finals_inspection(entry, finalist, zhiyuan):
    accepted(entry, pdfs.pdf_of_one_page(), by=zhiyuan, at=NOW, format="pdf")
    made = carry_over(finalist, by=zhiyuan, at=later(5))[0]
    inspecting.work_off()
    made.refresh_from_db()
    assert (made.verdict, made.format) == ("accepted", "pdf")


def test_carried_twice_it_is_refused_and_offered_no_more(finalist, zhiyuan, deck):
    made = carry_over(finalist, by=zhiyuan, at=later(5))[0]
    for sha256 in ("", deck.sha256):
        Material.objects.filter(pk=made.pk).update(sha256=sha256)
        assert offered(finalist) == []
        with pytest.raises(CarryRefused, match="已经沿用过"):
            carry_over(finalist, by=zhiyuan, at=later(6))
    assert Material.objects.filter(entry=finalist).count() == 1


def test_behind_what_was_uploaded_already_it_is_the_next_version(finalist, zhiyuan, deck):
    accepted(finalist, b"another", by=zhiyuan, at=later(1))
    assert carry_over(finalist, by=zhiyuan, at=later(5))[0].version == 2


def test_only_what_counts_is_offered(entry, finalist, zhiyuan, deck):
    newer = accepted(entry, b"newer", by=zhiyuan, at=later(1))
    refused(entry, by=zhiyuan, at=later(2))
    arrived(entry, b"film", by=zhiyuan, kind="video", at=later(3))
    assert (offered(finalist), offered(entry)) == ([newer], [])


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [({"closes_at": later(1)}, "截止"), ({"deck_mb": 1}, "上限")],
)
def test_the_finals_own_terms_hold(entry, finalist, zhiyuan, terms, sentence):
    accepted(entry, b"x" * (1024 * 1024 + 1), by=zhiyuan, at=NOW)
    Terms.objects.create(stage=finalist.stage, **terms)
    with pytest.raises(CarryRefused, match=sentence):
        carry_over(finalist, by=zhiyuan, at=later(5))
    assert not Material.objects.filter(entry=finalist).exists()


@pytest.mark.parametrize("state", [State.PREPARING, State.READY, State.SCORING])
def test_when_nothing_is_collected_nothing_is_carried(finalist, zhiyuan, deck, state):
    finalist.stage = put(finalist.stage, state)
    with pytest.raises(CarryRefused):
        carry_over(finalist, by=zhiyuan, at=later(5))


def test_somebody_who_left_the_final_carries_nothing(finalist, zhiyuan, deck):
    type(finalist).objects.filter(pk=finalist.pk).update(status=Status.WITHDRAWN, status_reason="调离")
    finalist.refresh_from_db()
    with pytest.raises(CarryRefused):
        carry_over(finalist, by=zhiyuan, at=later(5))


def test_the_quota_counts_it(finalist, zhiyuan, deck, settings):
    settings.MATERIAL_QUOTA = len(DECK) - 1
    with pytest.raises(CarryRefused, match="每人"):
        carry_over(finalist, by=zhiyuan, at=later(5))


def test_a_file_that_is_gone_is_told_and_leaves_nothing(finalist, zhiyuan, deck):
    store.remove(deck.file)
    with pytest.raises(CarryRefused, match="取不到"):
        carry_over(finalist, by=zhiyuan, at=later(5))
    assert (list(store.names()), Material.objects.filter(entry=finalist).count()) == ([], 0)


def test_nobody_carries_for_somebody_else(finalist, zhiyuan, deck, entries, people, heya):
    other = first_secretary(entries[1], by=heya, username="xiuying")
    for who in (other, people["chenxiao"], people["zhengzhi"], heya):
        with pytest.raises(PermissionDenied):
            carry_over(finalist, by=who, at=later(5))


def test_a_colleague_of_another_district_has_nothing_of_it(dianbai, finalist, deck, people, final):
    other = collecting(dianbai, by=people["huangqiang"])[0]
    theirs = Entry.objects.create(
        stage=final, secretary=other.secretary, posting=other.posting, district=other.district
    )
    assert offered(Entry.objects.whole().get(pk=theirs.pk)) == []


class TestPage:
    def test_one_click_carries_and_sent_twice_it_counts_once(self, client, finalist, deck):
        path = f"/desk/entries/{finalist.pk}/materials/"
        page = client.get(path).content.decode()
        assert ("沿用初赛材料" in page, deck.name in page) == (True, True)
        answers = [client.post(f"{path}carry/", {"once_key": "k"}).status_code for _each in range(2)]
        assert (answers, Material.objects.filter(entry=finalist).count()) == ([302, 302], 1)
        assert "沿用初赛材料" not in client.get(path).content.decode()

    def test_without_anything_to_carry_it_is_not_shown_and_says_so(self, client, finalist):
        path = f"/desk/entries/{finalist.pk}/materials/"
        assert "沿用初赛材料" not in client.get(path).content.decode()
        assert "没有可以沿用的初赛材料" in client.post(f"{path}carry/", follow=True).content.decode()

    def test_in_the_preliminary_nothing_is_offered(self, client, entry, finalist, deck):
        assert "沿用初赛材料" not in client.get(f"/desk/entries/{entry.pk}/materials/").content.decode()

    def test_who_may_only_look_is_not_asked(self, signed_in, people, finalist, deck, heya):
        assert "沿用初赛材料" not in signed_in(heya).get(f"/desk/entries/{finalist.pk}/materials/").content.decode()
