"""A rehearsal leaves: its rows, its files, the accounts that acted only there. Its log stays, and the real season."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from accounts import log
from accounts.models import LogLine, User
from accounts.roles import Role
from contest.actions.removal import NotRemoved, consequences, remove_rehearsal
from contest.models import Entry, Season, Stage, UnitLevel
from registry.models import Posting, Secretary
from tests import cast, world


@pytest.fixture
def rehearsal(people, season, settings, tmp_path):
    """A rehearsal with one of everything, beside a real season that has two entrants."""
    settings.MEDIA_ROOT = tmp_path
    cast.enter_people(Stage.objects.whole().get(season=season, district__code="maonan"), 2, by=people["chenxiao"])
    here = cast.rehearsal(people["heya"])
    world.build(people, here, Stage.objects.whole().get(season=here, district__code="maonan"))
    return here


def rows():
    """All rows that are not the log's, nor traces of requests, by model."""
    beside = {"accounts.LogLine", "accounts.LogHead", "accounts.LogNote", "accounts.LogCheck"}
    return {
        model._meta.label: set(model._base_manager.values_list("pk", flat=True))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in beside and not model._meta.proxy
    }


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and ".lock" not in path.name}


def test_nothing_of_it_stays_but_its_log_and_the_places(
    rehearsal, people, season, tmp_path, django_capture_on_commit_callbacks
):
    assert len(files(tmp_path)) > 8
    with django_capture_on_commit_callbacks(execute=True):
        counts = remove_rehearsal(rehearsal, by=people["heya"], at=cast.later(60))
    assert counts["contest.season"] == 1
    left = rows()
    assert (len(left["contest.Season"]), len(left["contest.Stage"]), len(left["contest.Entry"])) == (1, 4, 2)
    assert set(UnitLevel.objects.values_list("season__code", "order")) == {("2023", order) for order in (1, 2, 3, 4)}
    assert {name for name, keys in left.items() if keys} <= {
        "accounts.User", "accounts.Grant", "registry.District", "registry.Town", "registry.Village", "registry.Unit",
        "registry.Secretary", "registry.Posting", "contest.Season", "contest.Stage", "contest.Entry", "contest.Pulse",
        "contest.UnitLevel",
        "contenttypes.ContentType", "auth.Permission", "sessions.Session", "accounts.Receipt",
    }  # fmt: skip
    assert (Secretary.objects.exclude(rehearsal="").count(), Posting.objects.count()) == (0, 2)
    assert files(tmp_path) == set()
    assert LogLine.objects.filter(chain="yanlian").order_by("-seq")[0].action == "removed"
    assert log.verify("yanlian")[2] == []


def test_the_first_secretarys_account_is_closed_and_the_organizers_stay_open(rehearsal, people):
    remove_rehearsal(rehearsal, by=people["heya"], at=cast.later(60))
    user = User.objects.get(username="zhiyuan")
    assert (user.is_active, user.secretary) == (False, None)
    assert User.objects.get(username="chenxiao").is_active


def test_everybody_made_for_it_leaves_with_it_and_the_line_says_how_many(rehearsal, people):
    office, colleague = cast.made_up(people, "yanlian-a", "yanlian-b")
    others = cast.made_up(people, "yanlian-s", role=Role.SUPERVISOR) + cast.made_up(
        people, "yanlian-o", role=Role.OPERATOR
    )
    made = [user.pk for user in (office, colleague, *others)]
    told = consequences(rehearsal, people["heya"])
    remove_rehearsal(rehearsal, by=people["heya"], at=cast.later(60))
    assert list(User.objects.filter(pk__in=made, is_active=True)) == []
    assert User.objects.filter(username__in=["heya", "luoping", "zhengzhi"], is_active=True).count() == 3
    line = LogLine.objects.select_related("note").get(chain="yanlian", action="removed")
    closed = {*made, User.objects.get(username="zhiyuan").pk}
    assert set(json.loads(line.payload)["facts"]["accounts"]) == closed
    assert (line.note.words, "停用只在这次演练中使用的 5 个账号，已登录的随即退出。" in told) == (
        {"closed_accounts": ["", "5"]},
        True,
    )
    assert log.verify("portal")[2] == []
    User.objects.filter(pk=people["chenxiao"].pk).update(is_active=False)
    assert [str(fault) for fault in log.verify("portal")[2]] == [
        f"账号 {people['chenxiao'].pk} 的状态或对应的人与日志不符"
    ]


def test_somebody_made_up_who_removes_it_leaves_with_it_and_is_led_to_sign_in(rehearsal, people, signed_in):
    office, colleague = cast.made_up(people, "yanlian-a", "yanlian-b")
    client, other, heya = signed_in(office), signed_in(colleague), signed_in(people["heya"])
    address = "/desk/seasons/yanlian/remove/"
    assert "您用的也是演练账号" in client.get(address).content.decode()
    assert "您用的也是演练账号" not in heya.get(address).content.decode()
    answer = client.post(address, {"once_key": "gone", "sure": "on"}, follow=True)
    assert (answer.redirect_chain, "移除演练，已完成。" in answer.content.decode()) == ([("/sign-in/", 302)], True)
    for browser, told in ((client, False), (other, True)):
        page = browser.get("/desk/", follow=True)
        assert (page.resolver_match.view_name, "您已退出登录" in page.content.decode()) == ("sign_in", told)
    assert heya.get("/desk/").status_code == 200
    assert User.objects.filter(pk__in=[office.pk, colleague.pk], is_active=True).count() == 0


def test_the_made_up_office_leaves_even_where_there_is_no_real_one_and_real_ones_can_be_made(rehearsal, people):
    """On a machine that has only ever rehearsed."""
    office, colleague = cast.made_up(people, "yanlian-a", "yanlian-b")
    real = User.objects.filter(rehearsal="")
    real.update(is_active=False, rehearsal="another")
    remove_rehearsal(rehearsal, by=office, at=cast.later(60))
    assert list(User.objects.filter(pk__in=[office.pk, colleague.pk], is_active=True)) == []
    call_command("first_account", "renyuan-a", "人员甲", "renyuan-b", "人员乙", stdout=StringIO())
    assert set(real.values_list("username", flat=True)) == {"renyuan-a", "renyuan-b"}


def test_a_real_season_is_never_removed_and_a_county_removes_nothing(rehearsal, season, people):
    before = rows()
    with pytest.raises(NotRemoved):
        remove_rehearsal(season, by=people["heya"], at=cast.later(60))
    with pytest.raises(PermissionDenied):
        remove_rehearsal(rehearsal, by=people["chenxiao"], at=cast.later(60))
    assert rows() == before


def test_removed_twice_is_refused(rehearsal, people):
    remove_rehearsal(rehearsal, by=people["heya"], at=cast.later(60))
    with pytest.raises(NotRemoved):
        remove_rehearsal(rehearsal, by=people["heya"], at=cast.later(61))


def test_half_removed_is_not_removed(rehearsal, people, monkeypatch):
    before = rows()

    def fail(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr("contest.actions.removal.log.write", fail)
    with pytest.raises(OSError, match="disk"):
        remove_rehearsal(rehearsal, by=people["heya"], at=cast.later(60))
    assert rows() == before


def test_the_command_and_the_page_do_the_same(rehearsal, people, signed_in):
    with pytest.raises(CommandError):
        call_command("remove_rehearsal", "2023", "--by", "heya")
    with pytest.raises(CommandError):
        call_command("remove_rehearsal", "yanlian", "--by", "chenxiao")
    client = signed_in(people["heya"])
    page = client.get("/desk/seasons/yanlian/remove/").content.decode()
    assert "代码 yanlian 不再使用" in page
    out = StringIO()
    call_command("remove_rehearsal", "yanlian", "--by", "heya", stdout=out)
    assert out.getvalue().startswith("已移除演练 yanlian")
    assert client.get("/desk/seasons/yanlian/remove/").status_code == 404
    other = cast.rehearsal(people["heya"], code="yanlian2", title="又一次彩排")
    assert client.post("/desk/seasons/yanlian2/remove/", {"sure": "on"}).status_code == 302
    assert not Season.objects.filter(pk=other.pk).exists()


def test_the_page_says_how_much_of_what_goes_and_one_press_alone_removes_nothing(rehearsal, people, signed_in):
    client, before = signed_in(people["heya"]), rows()
    page = client.get("/desk/seasons/yanlian/remove/").content.decode()
    assert f"我要移除的是“{rehearsal.title}”" in page
    entries = Entry.objects.filter(stage__season=rehearsal).count()
    assert consequences(rehearsal, people["heya"])[1].startswith("其中：")
    assert f"参赛 {entries}" in consequences(rehearsal, people["heya"])[1]
    refused = client.post("/desk/seasons/yanlian/remove/", {})
    assert (refused.status_code, "请先勾选" in refused.content.decode(), rows() == before) == (400, True, True)
    assert not LogLine.objects.filter(chain="yanlian", action="removed").exists()
