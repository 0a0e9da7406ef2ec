"""The page 办理留痕: who did what to whom, what it was before, and why; by person, object, kind and day; as Excel."""

import io
import re

import openpyxl
import pytest
from django.apps import apps
from django.db import transaction

from accounts import log
from accounts.log import naming
from accounts.models import AccessLine, LogLine
from contest.actions.entries import enter, leave
from contest.actions.removal import remove_rehearsal
from contest.models import Entry
from contest.models.entry import Status
from registry.models import Posting
from tests import cast


@pytest.fixture
def acts(people, maonan):
    """陈志远 entered and left; 陈晓 corrected a talk and 林芳 seconded it, a day later."""
    cast.enter_people(maonan, 1, by=people["chenxiao"])
    entry = Entry.objects.get()
    leave(entry, Status.WITHDRAWN, reason="调离茂南", by=people["chenxiao"], at=cast.later(5))
    with transaction.atomic():
        log.write(
            "2023",
            "name_talk",
            by=people["chenxiao"],
            seconded_by=people["linfang"],
            at=cast.later(24 * 60),
            on=entry,
            words={"talk": ["=旧题目", "新题目"]},
        )
    return entry


@pytest.fixture
def supervisor(people, signed_in):
    return signed_in(people["zhengzhi"])


def numbers(client, **asked):
    return [line.number for line in client.get("/desk/log/", asked).context["lines"]]


def test_a_seasons_lines_stand_newest_first_with_names_reasons_and_the_second_person(acts, supervisor):
    lines = supervisor.get("/desk/log/").context["lines"]
    told = [(each.number, each.who, each.second, each.text, each.about.name, each.reason) for each in lines]
    assert told == [
        (4, "陈晓", "林芳", "填写演讲题目", "陈志远", ""),
        (3, "陈晓", "", "记录退出、缺席或取消资格", "陈志远", "调离茂南"),
        (2, "陈晓", "", "加入参赛名单", "茂南区初赛", ""),
        (1, "何雅", "", "建立届次", "赋能百千万 驻村话振兴（2023）", ""),
    ]
    assert [each.about.district for each in lines] == ["茂南区", "茂南区", "", ""]


def test_seasons_are_called_by_their_titles_and_one_that_is_gone_by_its_code(acts, supervisor, heya):
    remove_rehearsal(cast.rehearsal(heya), by=heya, at=cast.later(30))
    page = supervisor.get("/desk/log/")
    options = re.findall(r"<option value=\"\w+\"(?: selected)?>\s*([^<]*?)\s*</option>", page.content.decode())
    assert options[:3] == ["赋能百千万 驻村话振兴（2023） · 2023", "账号与授权", "yanlian"]


def test_old_and_new_stand_beside_the_line_under_the_name_of_the_field(acts, supervisor):
    page = supervisor.get("/desk/log/")
    [change] = page.context["lines"][0].changes
    assert (change.what, change.before, change.after) == ("演讲题目", "=旧题目", "新题目")
    assert "<del>=旧题目</del>" in page.content.decode()


def test_erased_words_are_shown_no_more_and_the_chain_stays_whole(acts, supervisor):
    LogLine.objects.get(chain="2023", seq=4).note.delete()
    assert supervisor.get("/desk/log/").context["lines"][0].changes == ()
    assert log.verify("2023")[2] == []


def test_the_lines_of_one_person_as_first_or_second(acts, supervisor, people):
    assert numbers(supervisor, who=people["chenxiao"].pk) == [4, 3, 2]
    assert numbers(supervisor, who=people["linfang"].pk) == [4]
    assert numbers(supervisor, who=people["zhengzhi"].pk) == []


def test_the_lines_about_one_object_are_a_click_away_and_say_whose_they_are(acts, supervisor):
    page = supervisor.get("/desk/log/")
    link = f"/desk/log/?chain=2023&amp;on=contest.entry%3A{acts.pk}"
    assert link in page.content.decode()
    page = supervisor.get(link.replace("&amp;", "&"))
    assert [line.number for line in page.context["lines"]] == [4, 3]
    assert "只看“陈志远”的记录" in page.content.decode()


def test_the_lines_of_one_kind_and_of_one_day(acts, supervisor):
    assert numbers(supervisor, verb="leave") == [3]
    assert numbers(supervisor, day="2023-11-25") == [3, 2, 1]
    assert numbers(supervisor, day="2023-11-26", verb="name_talk") == [4]
    assert numbers(supervisor, day="2023-11-27") == []


def test_a_day_is_a_day_in_maoming(acts, supervisor, heya):
    with transaction.atomic():
        log.write("2023", "name_talk", by=heya, at=cast.NOW.replace(hour=16, minute=30), on=acts)
    assert numbers(supervisor, day="2023-11-26") == [5, 4]


@pytest.mark.parametrize(
    "asked", [{"who": "x"}, {"who": "9" * 30}, {"who": "²"}, {"day": "2023-13-45"}, {"day": "下周"}]
)
def test_what_means_nothing_is_asked_for_by_nobody(acts, supervisor, asked):
    assert numbers(supervisor, **asked) == [4, 3, 2, 1]


@pytest.mark.parametrize("asked", [{"on": "contest.entry:999999999999999999999"}, {"on": "x:y"}, {"day": "9999-12-31"}])
def test_nonsense_is_answered_with_a_page(acts, supervisor, asked):
    assert supervisor.get("/desk/log/", asked).status_code == 200


def test_the_filters_stay_when_the_page_is_turned(acts, supervisor, people):
    with transaction.atomic():
        for number in range(60):
            log.write("2023", "name_talk", by=people["linfang"], at=cast.later(number), on=acts)
    page = supervisor.get("/desk/log/", {"verb": "name_talk", "who": people["linfang"].pk, "chain": "2023"})
    assert page.context["page"].paginator.count == 61
    link = f"?verb=name_talk&amp;who={people['linfang'].pk}&amp;chain=2023&amp;page=2"
    assert link in page.content.decode()
    assert len(supervisor.get("/desk/log/" + link.replace("&amp;", "&")).context["lines"]) == 11


def test_a_subject_that_is_gone_is_called_by_its_kind(acts, supervisor, heya):
    with transaction.atomic():
        log.write("2023", "name_talk", by=heya, at=cast.later(30))
        LogLine.objects.filter(pk=0).delete()
    entry = Entry(pk=987654)
    with transaction.atomic():
        log.write("2023", "name_talk", by=heya, at=cast.later(31), on=entry)
    assert supervisor.get("/desk/log/").context["lines"][0].about.name == "参赛 987654"


def test_the_chain_of_the_pages_season_is_shown_first_and_any_other_on_request(acts, supervisor, heya):
    with transaction.atomic():
        log.write("2022", "open_season", by=heya, at=cast.later(40))
    assert supervisor.get("/desk/log/").context["asked"].chain == "2023"
    assert supervisor.get("/desk/log/", {"chain": "2022"}).context["asked"].chain == "2022"
    assert len(supervisor.get("/desk/log/", {"chain": "portal"}).context["lines"]) == 9


def test_an_organizer_sees_no_log(acts, people, signed_in):
    client = signed_in(people["chenxiao"])
    for address in ("/desk/log/", "/desk/log/export/"):
        assert client.get(address).status_code == 403
    assert client.post("/desk/log/check/").status_code == 403


def test_the_lines_that_the_filters_leave_come_as_excel_in_which_text_stays_text(acts, supervisor, people):
    answer = supervisor.get("/desk/log/export/", {"who": people["linfang"].pk})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "操作日志 2023"
    assert rows[2] == [
        4,
        "2023-11-26 09:00:00",
        "陈晓",
        "林芳",
        "填写演讲题目",
        "陈志远",
        "茂南区",
        "演讲题目：=旧题目",
        "演讲题目：新题目",
        None,
    ]
    assert len(rows) == 3
    assert list(AccessLine.objects.values_list("kind", "user__username", "what")) == [
        ("taken", "zhengzhi", "操作日志 2023.xlsx")
    ]


def test_the_page_takes_as_many_queries_for_ten_lines_as_for_two(people, maonan, signed_in, django_assert_num_queries):
    client = signed_in(people["zhengzhi"])
    cast.enter_people(maonan, 1, by=people["chenxiao"])
    with django_assert_num_queries(13):
        assert len(client.get("/desk/log/", {"chain": "2023"}).context["lines"]) == 2
    for number in range(8):
        cast.station(maonan.district, 1, start=20 + number)
    for posting in Posting.objects.with_places().order_by("pk")[1:]:
        enter(maonan, posting, by=people["chenxiao"], at=cast.later(1))
    with django_assert_num_queries(13):
        assert len(client.get("/desk/log/", {"chain": "2023"}).context["lines"]) == 10


def test_whatever_is_called_something_has_the_columns_it_is_called_by(db):
    assert len(naming._called) > 12
    for label, (columns, _say) in naming._called.items():
        assert list(apps.get_model(label)._default_manager.values_list("pk", *columns)) == []
