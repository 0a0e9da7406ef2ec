"""What the press may print of a first secretary, and who agreed to it."""

from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts import log
from accounts.models import LogLine
from contest.actions import profile as actions
from contest.actions.profile import Consent
from contest.models import Profile
from tests import cast
from tests.contest.test_photo import photo


@pytest.fixture
def entry(maonan, people):
    return cast.enter_people(maonan, 2, by=people["chenxiao"])[0]


@pytest.fixture
def zhiyuan(entry, heya):
    return cast.first_secretary(entry, by=heya)


AS_IT_WAS = Consent()


def edit(entry, by, *, biography="驻村两年", photo=None, consent=AS_IT_WAS, edit=0, **more):
    return actions.edit_profile(
        entry, biography=biography, photo=photo, consent=consent, edit=edit, by=by, at=cast.NOW, **more
    )


def files(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_secretary_writes_agrees_and_takes_it_back(entry, zhiyuan):
    assert edit(entry, zhiyuan, consent=Consent(given=True)).agreed_at == cast.NOW
    assert edit(entry, zhiyuan, consent=Consent(withdrawn=True), edit=1).agreed_at is None
    told = [line.payload for line in LogLine.objects.filter(action="edit_profile").order_by("seq")]
    assert ['"consent":"given"' in told[0], '"consent":"withdrawn"' in told[1]] == [True, True]
    assert [text for text in told if "驻村两年" in text] == []
    assert log.verify("2023")[2] == []


def test_nobody_agrees_for_somebody_else(entry, people):
    with pytest.raises(actions.ProfileRefused, match="只有第一书记本人"):
        edit(entry, people["chenxiao"], consent=Consent(given=True))
    assert Profile.objects.count() == 0


def test_an_organizer_records_a_signed_paper_with_its_date(entry, people):
    profile = edit(entry, people["chenxiao"], consent=Consent(on_paper=date(2023, 11, 20)))
    assert timezone.localdate(profile.agreed_at) == date(2023, 11, 20)
    assert '"consent":"paper 2023-11-20"' in LogLine.objects.get(action="edit_profile").payload
    with pytest.raises(actions.ProfileRefused, match="不能晚于今天"):
        edit(entry, people["chenxiao"], consent=Consent(on_paper=date(2023, 11, 26)), edit=1)


def test_800_characters_are_taken_and_one_more_is_not(entry, zhiyuan):
    edit(entry, zhiyuan, biography="村" * 800)
    with pytest.raises(actions.ProfileRefused, match="800"):
        edit(entry, zhiyuan, biography="村" * 801, edit=1)


def test_a_new_photo_takes_the_place_of_the_old_file(entry, zhiyuan, settings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        edit(entry, zhiyuan, photo=photo())
        edit(entry, zhiyuan, photo=photo(size=(640, 480)), edit=1)
    (path,) = files(settings)
    assert (path.suffix, Profile.objects.get().photo.path) == (".jpg", str(path))
    with django_capture_on_commit_callbacks(execute=True):
        edit(entry, zhiyuan, remove_photo=True, edit=2)
    assert (files(settings), Profile.objects.get().photo.name, Profile.objects.get().photo_sha256) == ([], "", "")


def test_the_second_of_two_who_opened_the_same_page_is_told(entry, zhiyuan, people):
    edit(entry, zhiyuan)
    edit(entry, people["chenxiao"], biography="组织者改过", edit=1)
    for seen in (0, 1):
        with pytest.raises(actions.StaleProfile):
            edit(entry, zhiyuan, biography="后来的人", edit=seen)
    assert list(Profile.objects.values_list("biography", "edit")) == [("组织者改过", 2)]


@pytest.mark.parametrize("username", ["huangqiang", "zhengzhi"])
def test_neither_the_neighbour_nor_the_supervisor_changes_it(entry, people, username):
    with pytest.raises(PermissionDenied):
        edit(entry, people[username])


def test_half_saved_is_not_saved(entry, zhiyuan, monkeypatch):
    monkeypatch.setattr(log, "write", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        edit(entry, zhiyuan)
    assert Profile.objects.count() == 0


# The page.


def test_zhiyuan_fills_in_the_page_and_sees_the_photo(entry, zhiyuan, signed_in):
    client = signed_in(zhiyuan)
    told = {"biography": "驻村\r\n两年", "agreed": "on", "edit": "0", "photo": SimpleUploadedFile("我.jpg", photo())}
    assert client.post(f"/desk/profile/{entry.pk}/", told).status_code == 302
    profile = Profile.objects.get()
    assert (profile.biography, profile.agreed_at is None) == ("驻村\n两年", False)
    picture = client.get(f"/desk/profile/{entry.pk}/photo/")
    assert (picture["Content-Type"], b"".join(picture)[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    page = client.get(f"/desk/profile/{entry.pk}/").content.decode()
    assert ("我同意将以上简介和照片" in page, "已取得书面同意的日期" in page) == (True, False)


def test_the_organizer_has_no_tick_to_agree(entry, people, signed_in):
    client = signed_in(people["chenxiao"])
    page = client.get(f"/desk/profile/{entry.pk}/").content.decode()
    assert ("我同意将以上简介和照片" in page, "已取得书面同意的日期" in page) == (False, True)
    client.post(f"/desk/profile/{entry.pk}/", {"biography": "x", "agreed": "on", "edit": "0"})
    assert Profile.objects.get().agreed_at is None


def test_a_refused_photo_is_said_at_its_field(entry, zhiyuan, signed_in):
    told = {"biography": "x", "edit": "0", "photo": SimpleUploadedFile("a.jpg", b"%PDF-1.7")}
    answer = signed_in(zhiyuan).post(f"/desk/profile/{entry.pk}/", told)
    assert (answer.status_code, "只接受 JPG、PNG 或 WebP" in answer.content.decode()) == (400, True)
    assert Profile.objects.count() == 0


def test_a_stale_form_shows_both_versions_and_can_be_sent_again(entry, zhiyuan, people, signed_in):
    edit(entry, people["chenxiao"], biography="组织者先填")
    client = signed_in(zhiyuan)
    answer = client.post(f"/desk/profile/{entry.pk}/", {"biography": "我自己写", "agreed": "on", "edit": "0"})
    page = answer.content.decode()
    assert (answer.status_code, "组织者先填" in page, "我自己写" in page) == (409, True, True)
    assert '<input type="hidden" name="edit" value="1">' in page
    client.post(f"/desk/profile/{entry.pk}/", {"biography": "我自己写", "agreed": "on", "edit": "1"})
    assert Profile.objects.get().biography == "我自己写"


@pytest.mark.parametrize("username", ["huangqiang", "zhengzhi"])
def test_page_and_photo_are_not_there_for_others(entry, zhiyuan, people, signed_in, username):
    edit(entry, zhiyuan, photo=photo())
    client = signed_in(people[username])
    for path in (f"/desk/profile/{entry.pk}/", f"/desk/profile/{entry.pk}/photo/"):
        assert client.get(path).status_code == 404


def test_a_photo_lost_from_the_disk_is_not_found(entry, zhiyuan, signed_in, settings):
    edit(entry, zhiyuan, photo=photo())
    files(settings)[0].unlink()
    assert signed_in(zhiyuan).get(f"/desk/profile/{entry.pk}/photo/").status_code == 404


def test_a_photo_leaves_the_disk_its_reserve(entry, zhiyuan, settings):
    settings.MATERIAL_RESERVE = 1 << 60
    with pytest.raises(actions.ProfileRefused, match="存储空间不足"):
        edit(entry, zhiyuan, photo=photo())
    assert (files(settings), Profile.objects.count()) == ([], 0)
