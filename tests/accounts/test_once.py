"""A form sent twice takes effect once."""

import threading
from datetime import timedelta
from inspect import unwrap

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.http import HttpResponseRedirect
from django.template import Context
from django.test import Client
from django.utils import timezone

from accounts import once, views
from accounts.actions import open_account
from accounts.models import LogLine, Receipt
from accounts.roles import Role
from accounts.templatetags.once import once_key
from contest.models import Season
from contest.models.stage import State
from tests import cast

KEY = "a-key-of-this-form"


@pytest.fixture
def office(people, signed_in) -> Client:
    """何雅's browser."""
    return signed_in(people["heya"])


def resets():
    return LogLine.objects.filter(action="reset_password").count()


@pytest.fixture
def liukai(people, dianbai):
    """An operator, whose account one of the office opens and resets alone."""
    told = {"username": "liukai", "name": "刘凯", "password": cast.PASSWORD}
    return open_account(**told, grants=[(Role.OPERATOR, dianbai.district)], by=people["heya"], at=cast.NOW)


@pytest.fixture
def path(liukai) -> str:
    """Where 刘凯's password is reset."""
    return f"/desk/accounts/{liukai.pk}/password/"


def test_every_page_gives_its_form_another_key():
    fields = {once_key(Context()) for _page in range(3)}
    assert len(fields) == 3
    assert all(field.startswith('<input type="hidden" name="once_key" value="') for field in fields)


def test_a_second_sending_gets_the_first_answer_and_no_second_effect(office, path):
    first, second = (office.post(path, {"once_key": KEY}) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert resets() == 1


def test_two_forms_take_effect_twice(office, path):
    """The control: it is the key that makes the second sending harmless."""
    office.post(path, {"once_key": KEY})
    office.post(path, {"once_key": KEY + "-2"})
    office.post(path)
    assert resets() == 3


def test_without_the_guard_the_same_form_takes_effect_twice(people, rf, liukai):
    """The control: the view itself does not know that it was called before."""
    for _sending in range(2):
        request = rf.post("/", {"once_key": KEY})
        request.user, request.session = people["heya"], {}
        request._messages = CookieStorage(request)
        unwrap(views.reset_password)(request, pk=liukai.pk)
    assert resets() == 2


def test_a_refused_form_gives_its_key_back(office, people, dianbai):
    path = f"/desk/accounts/{people['wumin'].pk}/"
    told = {"once_key": KEY, "role": "operator", "districts": [dianbai.district.pk]}
    assert office.post(path, {**told, "name": ""}).status_code == 400
    assert not Receipt.objects.exists()
    assert office.post(path, {**told, "name": "吴敏"}).status_code == 302
    assert Receipt.objects.get().status == 302


@pytest.mark.parametrize("path", ["/desk/accounts/999/password/", "/desk/accounts/999/active/"])
def test_a_form_to_nowhere_gives_its_key_back(office, path):
    assert office.post(path, {"once_key": KEY}).status_code == 404
    assert not Receipt.objects.exists()


def test_a_form_that_broke_down_gives_its_key_back(people, path, signed_in, monkeypatch):
    def break_down(*_, **__):
        raise ZeroDivisionError

    client = signed_in(people["heya"])
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("accounts.actions.log.write", break_down)
        assert client.post(path, {"once_key": KEY}).status_code == 500
    assert (resets(), Receipt.objects.count()) == (0, 0)
    assert client.post(path, {"once_key": KEY}).status_code == 302
    assert resets() == 1


def test_an_answered_form_with_other_words_in_it_is_not_taken_for_saved(office, people, dianbai):
    path = f"/desk/accounts/{people['wumin'].pk}/"
    told = {"once_key": KEY, "role": "operator", "districts": [dianbai.district.pk]}
    assert office.post(path, {**told, "name": "吴敏"}).status_code == 302
    answer = office.post(path, {**told, "name": "吴敏敏"})
    assert answer.status_code == 409
    assert "这张表单已经提交过" in answer.content.decode()


@pytest.mark.parametrize(
    ("again", "answer"),
    [
        ([("成绩单.png", b"page 1"), ("成绩单.png", b"page 2")], 302),
        ([("成绩单.png", b"page 1"), ("成绩单.png", b"PAGE 2")], 409),
        ([("成绩单.png", b"page 2"), ("成绩单.png", b"page 1")], 409),
        ([("另一份.png", b"page 1"), ("成绩单.png", b"page 2")], 409),
        ([("成绩单.png", b"page 1")], 409),
    ],
    ids=["the same", "other bytes of the same length", "another order", "another name", "one missing"],
)
def test_an_answered_form_with_another_file_in_it_is_not_taken_for_saved(people, rf, again, answer):
    """A scan of page 2 that was chosen anew under the same name is not the scan that was saved."""
    taken = []

    def take(request):
        taken.append([file.read() for file in request.FILES.getlist("files")])
        return HttpResponseRedirect("/desk/")

    def send(*pages):
        files = [SimpleUploadedFile(name, data) for name, data in pages]
        request = rf.post("/desk/", {"once_key": KEY, "files": files})
        request.user = people["heya"]
        return once.once(take)(request).status_code

    assert send(("成绩单.png", b"page 1"), ("成绩单.png", b"page 2")) == 302
    assert send(*again) == answer
    # The view read each file from its beginning, and once only.
    assert taken == [[b"page 1", b"page 2"]]


def test_the_token_that_changes_with_every_page_is_not_part_of_the_words(office, path):
    first, second = (office.post(path, {"once_key": KEY, "csrfmiddlewaretoken": token}) for token in ("a", "b"))
    assert (first.status_code, second.status_code) == (302, 302)
    assert resets() == 1


def test_another_persons_key_gives_neither_their_answer_nor_an_effect(office, path, people, signed_in):
    office.post(path, {"once_key": KEY})
    answer = signed_in(people["luoping"]).post(path, {"once_key": KEY})
    assert answer.status_code == 409
    assert resets() == 1


def test_the_same_key_at_another_address_is_refused(office, path, people):
    office.post(path, {"once_key": KEY})
    other = f"/desk/accounts/{people['wumin'].pk}/password/"
    assert office.post(other, {"once_key": KEY}).status_code == 409
    assert resets() == 1


def test_a_form_still_being_answered_is_told_so(office, path, people):
    sending = {"user_id": people["heya"].pk, "path": path}
    Receipt.objects.create(key=KEY, at=timezone.now(), digest=digest_of_nothing(), **sending)
    answer = office.post(path, {"once_key": KEY})
    assert answer.status_code == 409
    assert "第一次提交可能还在办理" in answer.content.decode()
    assert resets() == 0


def digest_of_nothing():
    import hashlib

    return hashlib.sha256(b"[[], []]").hexdigest()


class Killed(BaseException):
    """The process ends here; nothing after it is done."""


@pytest.fixture
def killed_form(people, rf, season):
    """Send a form whose act renames the season; its process is killed before the act's end, behind it, or never."""

    def send(when=""):
        @transaction.atomic
        def act():
            Season.objects.filter(pk=season.pk).update(theme=Concat("theme", Value("！")))
            if when == "inside":
                raise Killed

        def view(request):
            act()
            if when == "behind":
                raise Killed
            return HttpResponseRedirect("/desk/")

        request = rf.post("/", {"once_key": KEY})
        request.user = people["heya"]
        return once.once(view)(request).status_code

    return send


def renamed():
    return Season.objects.get().theme.count("！")


def test_killed_inside_the_act_neither_act_nor_receipt_is_left_and_the_form_can_be_sent_again(killed_form):
    with pytest.raises(Killed):
        killed_form("inside")
    assert (renamed(), Receipt.objects.count()) == (0, 0)
    assert (killed_form(), renamed()) == (302, 1)


def test_killed_behind_the_act_the_receipt_is_left_and_the_form_takes_no_effect_again(killed_form):
    with pytest.raises(Killed):
        killed_form("behind")
    assert (renamed(), Receipt.objects.get().status) == (1, None)
    assert (killed_form(), renamed()) == (409, 1)


def test_a_form_that_writes_nothing_is_answered_again_too(people, rf):
    answers = []

    def view(request):
        answers.append(f"/desk/?n={len(answers)}")
        return HttpResponseRedirect(answers[-1])

    def send():
        request = rf.post("/", {"once_key": KEY})
        request.user = people["heya"]
        return once.once(view)(request).url

    assert [send(), send()] == ["/desk/?n=0", "/desk/?n=0"]


@pytest.mark.parametrize("key", ["x" * 65, "a b", "a\x00b", "键", "a;b", "../a"])
def test_a_key_that_is_not_ours_is_refused(office, path, key):
    assert office.post(path, {"once_key": key}).status_code == 400
    assert resets() == 0


def test_old_answers_are_forgotten_and_new_ones_kept(office, path):
    office.post(path, {"once_key": KEY})
    office.post(path, {"once_key": KEY + "-old"})
    Receipt.objects.filter(key=KEY + "-old").update(at=timezone.now() - timedelta(days=3))
    assert once.sweep(timezone.now()) == 1
    assert Receipt.objects.get().key == KEY


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_sendings_at_the_same_moment_take_effect_once(people, maonan, signed_in):
    cast.enter_people(maonan, 3, by=people["chenxiao"])
    cast.put(maonan, State.READY)
    path = f"/desk/stages/{maonan.pk}/draw/commit/"
    clients = [signed_in(people["chenxiao"]) for _ in range(10)]
    ready = threading.Barrier(len(clients))
    answers: list[int] = []

    def send(client):
        ready.wait()
        try:
            answers.append(client.post(path, {"once_key": KEY}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert LogLine.objects.filter(action="commit_draw").count() == 1
    # Whoever came while the first was at work is told so; whoever came later got its answer.
    assert len(answers) == 10
    assert 302 in answers
    assert set(answers) <= {302, 409}


def test_an_answer_that_leads_too_far_is_not_kept_but_told_as_a_repeat(people, rf):
    """What somebody typed into an address comes back in some answers; PostgreSQL keeps no more than fits."""

    def lead_far(request):
        return HttpResponseRedirect("/desk/?judge=" + "8" * 600)

    def send():
        request = rf.post("/desk/", {"once_key": KEY})
        request.user = people["heya"]
        return once.once(lead_far)(request).status_code

    assert [send(), send()] == [302, 409]


def test_only_views_that_say_so_take_forms(people, signed_in):
    client = signed_in(people["heya"])
    assert client.post("/desk/", {"once_key": KEY}).status_code == 405
    assert client.post("/desk/accounts/", {}).status_code == 405
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(
    ("method", "path", "allowed"), [("post", "/desk/", "GET, HEAD"), ("get", "/desk/log/check/", "POST")]
)
def test_what_cannot_be_asked_so_is_answered_with_a_page_and_with_what_can(people, signed_in, method, path, allowed):
    answer = getattr(signed_in(people["heya"]), method)(path)
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    assert ("<h1>这个地址不能这样打开</h1>" in page, "没有写入任何数据" in page) == (True, True)
