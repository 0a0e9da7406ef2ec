"""The support pages: superusers look, nobody changes anything, and no secret shows."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import User
from contest.actions.draw import commit_draw
from contest.models import Draw, RosterImport
from contest.models.stage import State
from registry.models import Secretary
from tests import cast
from tests.contest.rosters import messy, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhouwen(people):
    """周文 keeps the server: no role in the contest, but a superuser."""
    return User.objects.create_superuser(
        username="zhouwen", name="周文", password=cast.PASSWORD, must_change_password=False
    )


def pages(kind: str) -> list[str]:
    return [reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}") for model in admin.site._registry]


def test_a_stranger_is_sent_to_the_portals_own_sign_in_and_back(client):
    answer = client.get("/admin/registry/posting/", follow=True)
    assert answer.redirect_chain[-1] == ("/sign-in/?next=/admin/registry/posting/", 302)
    assert client.get("/admin/login/")["Location"] == "/sign-in/?next=/admin/"


@pytest.mark.parametrize("username", ["heya", "chenxiao", "zhengzhi"])
def test_for_everybody_but_a_superuser_there_is_no_such_page(people, signed_in, username):
    answer = signed_in(people[username]).get("/admin/contest/entry/", follow=True)
    assert answer.status_code == 404


def test_a_superuser_with_somebody_elses_password_waits(zhouwen, signed_in):
    User.objects.filter(pk=zhouwen.pk).update(must_change_password=True)
    answer = signed_in(zhouwen).get("/admin/", follow=True)
    assert "数据查看" not in answer.content.decode()


def test_zhouwen_sees_every_table(zhouwen, maonan, people, signed_in):
    cast.enter_people(maonan, 2, by=people["chenxiao"])
    client = signed_in(zhouwen)
    assert client.get("/admin/").status_code == 200
    assert len(pages("changelist")) >= 17
    assert {page: client.get(page).status_code for page in pages("changelist")} == dict.fromkeys(
        pages("changelist"), 200
    )


def test_nothing_can_be_added_changed_or_deleted_there(zhouwen, maonan, people, signed_in):
    (entry,) = cast.enter_people(maonan, 1, by=people["chenxiao"])
    client, person = signed_in(zhouwen), entry.secretary
    change, delete = (reverse(f"admin:registry_secretary_{what}", args=[person.pk]) for what in ("change", "delete"))
    bulk = {"action": "delete_selected", "_selected_action": [person.pk], "post": "yes"}
    assert {client.get(page).status_code for page in pages("add")} == {403}
    assert (client.get(change).status_code, client.get(delete).status_code) == (200, 403)
    assert [
        client.post(change, {"name": "别人"}).status_code,
        client.post(delete, {"post": "yes"}).status_code,
        client.post(reverse("admin:registry_secretary_changelist"), bulk).status_code,
    ] == [405, 405, 405]
    assert Secretary.objects.get(pk=person.pk).name == person.name


def test_whatever_an_app_registers_is_read_only(rf, zhouwen):
    request = rf.get("/admin/")
    request.user = zhouwen
    for registered in admin.site._registry.values():
        assert registered.has_view_permission(request)
        assert not registered.has_add_permission(request)
        assert not registered.has_change_permission(request)
        assert not registered.has_delete_permission(request)


def test_no_hash_of_a_password_and_no_seed_before_the_draw(zhouwen, maonan, people, signed_in):
    cast.enter_people(maonan, 2, by=people["chenxiao"])
    commit_draw(cast.put(maonan, State.READY), by=people["chenxiao"], at=cast.NOW)
    draw, client = Draw.objects.get(), signed_in(zhouwen)
    shown = client.get(reverse("admin:contest_draw_change", args=[draw.pk])).content.decode()
    assert draw.commitment in shown
    assert draw.seed not in shown
    page = client.get(reverse("admin:accounts_user_change", args=[people["heya"].pk])).content.decode()
    assert "何雅" in page
    assert people["heya"].password not in page


def test_an_upload_is_listed_without_reading_its_file(zhouwen, season, people, signed_in, django_assert_num_queries):
    sent(signed_in(people["chenxiao"]), messy())
    client = signed_in(zhouwen)
    with django_assert_num_queries(7) as asked:
        client.get(reverse("admin:contest_rosterimport_changelist"))
    assert not [query for query in asked if '"content"' in query["sql"]]
    assert (
        client.get(reverse("admin:contest_rosterimport_change", args=[RosterImport.objects.get().pk])).status_code
        == 200
    )
