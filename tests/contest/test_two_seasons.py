"""A real season and a rehearsal side by side: every page and paper belongs to one of them (DESIGN 10)."""

import io
import re
import zipfile

import openpyxl
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import URLResolver, get_resolver, resolve, reverse

from certificates.actions.seals import keep_seal
from contest.models import Season, Stage
from contest.reads import page_season
from tests import cast, world
from tests.certificates.paper.papers import saved, stamp
from tests.contest.rosters import clean
from tests.test_matrix import TABLE, body

OFFICE, COUNTY, SECRETARY = "heya", "chenxiao", ("zhiyuan", "zhiyuan2")
# What lies under a key and is yet no season's.
OF_NO_SEASON = {"desk/accounts/", "desk/accounts/deputies/", "desk/uploads/"}
# What the district's organizer and the first secretary see beside the office.
READERS = {"real": (OFFICE, COUNTY, "zhiyuan"), "rehearsal": (OFFICE, COUNTY, "zhiyuan2")}
PDF, XLSX = "application/pdf", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def both(people, season, maonan, settings, tmp_path):
    """The arguments of all addresses, of the real season and of the rehearsal that was opened after it."""
    settings.MEDIA_ROOT, settings.PUBLIC_URL = tmp_path, "https://huashuo.example"
    for host in season.hosts:
        keep_seal(season, host=host, data=saved(stamp(380)), by=people["heya"], at=cast.NOW)
    real = world.build(people, season, maonan)
    rehearsal = cast.rehearsal(people["heya"])
    stage = Stage.objects.whole().get(season=rehearsal, district__code="maonan")
    return {
        "real": real,
        "rehearsal": world.build(people, rehearsal, stage, zhiyuan="zhiyuan2", liukai="liukai2"),
    }


@pytest.fixture
def sides(people, season, maonan, settings, tmp_path):
    """A stage of each, as many of whose steps wait as it takes to tell them apart."""
    settings.MEDIA_ROOT = tmp_path
    rehearsal = cast.rehearsal(people["heya"])
    stages = {"real": maonan, "rehearsal": Stage.objects.whole().get(season=rehearsal, district__code="maonan")}
    for stage in stages.values():
        cast.enter_people(stage, 2, by=people["chenxiao"])
    return {which: {"season": stage.season.code, "stage": stage.pk} for which, stage in stages.items()}


def marked(answer, data) -> bool | None:
    """Whether what was answered says that it is of a rehearsal; None for what carries no words of ours."""
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("text/html"):
        text = data.decode()
        return ("演练提示" in text or '<p class="paper-mark">' in text) if "<body" in text else None
    if kind.startswith(PDF):
        return "演练" in "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    if kind.startswith(XLSX):
        return "演练" in str(openpyxl.load_workbook(io.BytesIO(data)).active["A1"].value)
    if kind.startswith(DOCX):
        package = zipfile.ZipFile(io.BytesIO(data))
        return any("演练" in package.read(name).decode(errors="replace") for name in package.namelist())
    if kind == "application/zip":
        package = zipfile.ZipFile(io.BytesIO(data))
        return (
            any("演练" in name for name in package.namelist()) or "%E6%BC%94%E7%BB%83" in answer["Content-Disposition"]
        )
    return None


# Files that an entrant handed in, pictures, a template without a word of any season; and the page of what this
# computer has not sent yet, which is kept without any data.
AS_THEY_CAME = {
    "contest:document", "materials:download", "materials:play", "materials:poster", "materials:page",
    "materials:evidence", "certificates:seal", "certificates:profile_photo", "contest:roster_template",
    "scoring:unsent",
}  # fmt: skip


def crawl(both, which, people, signed_in):
    """Every address that opens, for three readers, with this season chosen: whether it is marked."""
    found = {}
    for who in READERS[which]:
        client = signed_in(people[who])
        client.post("/desk/season/", {"code": both[which]["season"]})
        for name in TABLE:
            args = [both[which][each] for each in TABLE[name][0].split()]
            answer = client.get(reverse(name, args=args), HTTP_HX_REQUEST="")
            data = body(answer)
            if answer.status_code == 200 and name not in AS_THEY_CAME:
                found[who, name] = marked(answer, data)
    return {key: told for key, told in found.items() if told is not None}


@pytest.mark.looks
def test_every_page_and_paper_of_the_rehearsal_says_so_and_none_of_the_real_season(both, people, signed_in):
    real, rehearsal = (crawl(both, which, people, signed_in) for which in ("real", "rehearsal"))
    assert len(real) > 110
    assert {key for key, told in real.items() if told} == set()
    assert {key for key, told in rehearsal.items() if not told} == set()


@pytest.mark.looks
def test_the_control_a_season_that_turns_into_a_rehearsal_is_marked_everywhere(both, people, signed_in):
    Season.objects.filter(code="2023").update(is_rehearsal=True)
    found = crawl(both, "real", people, signed_in)
    kept = {name for (_who, name), told in found.items() if not told}
    # What was made before keeps what it said: the paper of a certificate or letter is its own copy.
    papers = {"certificates:letter_pdf", "certificates:letter_word", "certificates:letters_print"}
    assert kept == papers | {"certificates:letters_zip", "certificates:download", "certificates:print"}


def test_the_pages_of_an_object_belong_to_its_season_whatever_was_chosen(sides, people, signed_in):
    client = signed_in(people[OFFICE])
    for chosen in ("2023", "yanlian"):
        client.post("/desk/season/", {"code": chosen})
        for which in ("real", "rehearsal"):
            page = client.get(f"/desk/stages/{sides[which]['stage']}/").content.decode()
            assert ("演练提示" in page) is (which == "rehearsal")
            assert f'name="page_season" value="{sides[which]["season"]}"' in page or "<form" not in page


def test_the_office_begins_with_the_real_season_though_the_rehearsal_is_newer(sides, people, signed_in):
    page = signed_in(people[OFFICE]).get("/desk/").content.decode()
    assert "演练提示" not in page


def test_without_a_real_season_in_progress_the_newest_rehearsal_is_shown(sides, people, signed_in):
    Season.objects.filter(code="2023").update(archived_at=cast.NOW)
    assert "演练提示" in signed_in(people[OFFICE]).get("/desk/").content.decode()


def test_the_desk_shows_one_seasons_work_and_tells_of_the_others_in_one_line(sides, people, signed_in):
    client = signed_in(people[OFFICE])
    answer = client.get("/desk/")
    todos = answer.context["todos"]
    assert {todo.season for todo in todos} == {Season.objects.get(code="2023").pk}
    (line,) = answer.context["elsewhere"]
    assert (line[0].code, line[1]) == ("yanlian", len(client.get("/desk/?season=yanlian").context["todos"]))
    assert f"演练届次“赋能百千万 驻村话振兴（彩排）”另有 {line[1]} 项待办" in answer.content.decode()


def test_a_link_into_the_other_season_stays_there_and_leaves_the_choice_alone(sides, people, signed_in):
    client = signed_in(people[OFFICE])
    page = client.get(f"/desk/stages/{sides['rehearsal']['stage']}/").content.decode()
    assert 'href="/desk/stages/?season=yanlian"' in page
    listed = client.get("/desk/stages/?season=yanlian")
    assert {row.stage.season.code for row in listed.context["rows"]} == {"yanlian"}
    assert {row.stage.season.code for row in client.get("/desk/stages/").context["rows"]} == {"2023"}


def test_a_season_that_is_not_there_is_not_found(sides, people, signed_in):
    client = signed_in(people[OFFICE])
    assert client.get("/desk/stages/?season=1999").status_code == 404
    assert client.post("/desk/season/", {"code": "1999"}).status_code == 404
    assert client.get("/desk/").status_code == 200


def test_switching_leads_back_to_a_page_of_this_site_only(sides, people, signed_in):
    client = signed_in(people[OFFICE])
    back = [
        client.post("/desk/season/", {"code": "yanlian", "next": told}).url
        for told in ("/desk/stages/", "//evil.example/", "https://evil.example/", "")
    ]
    assert back == ["/desk/stages/", "/desk/", "/desk/", "/desk/"]


def test_two_tabs_a_form_acts_on_the_season_of_its_page(sides, people, signed_in):
    """One tab shows the real season's upload; in the other the rehearsal is chosen; then the first is sent."""
    client = signed_in(people[COUNTY])
    client.post("/desk/season/", {"code": "2023"})
    form = client.get("/desk/roster/import/").content.decode()
    carried = re.search(r'name="page_season" value="([^"]+)"', form)
    client.post("/desk/season/", {"code": "yanlian"})
    sent = {"page_season": carried[1], "file": _roster()}
    answer = client.post("/desk/roster/import/", sent)
    upload = Season.objects.get(code="2023").roster_imports.order_by("-pk")[0]
    assert answer.url == f"/desk/roster/imports/{upload.pk}/"
    assert upload.original_name == "two-tabs.xlsx"


def test_the_control_without_what_the_form_carries_it_would_act_on_the_chosen_season(sides, people, signed_in):
    client = signed_in(people[COUNTY])
    client.post("/desk/season/", {"code": "yanlian"})
    client.post("/desk/roster/import/", {"file": _roster()})
    assert Season.objects.get(code="yanlian").roster_imports.filter(original_name="two-tabs.xlsx").count() == 1


def test_a_first_secretary_is_offered_the_seasons_they_take_part_in(sides, people, signed_in):
    entrant = Stage.objects.get(pk=sides["rehearsal"]["stage"]).entries.order_by("pk")[0]
    user = cast.first_secretary(entrant, by=people["heya"])
    page = signed_in(user).get("/desk/").content.decode()
    assert "演练提示" in page
    assert "驻村话振兴（2023）" not in page


def test_every_address_with_a_key_says_whose_season_it_is():
    nouns = {page_season.noun_of(route) for route in routes() if not route.startswith("admin/")} - {""}
    assert nouns - set(page_season._finders) == OF_NO_SEASON


def test_one_season_costs_the_frame_one_query_and_two_seasons_two(sides, people, signed_in, django_assert_num_queries):
    def asked():
        request = RequestFactory().get("/")
        request.user, request.session = people[OFFICE], {}
        request.resolver_match = resolve(f"/desk/stages/{sides['real']['stage']}/")
        return page_season.of(request).season

    people[OFFICE].granted  # noqa: B018 - read once
    with django_assert_num_queries(2):
        assert asked().code == "2023"


def routes(within=None, before=""):
    """Every address with its keys as the resolver writes them."""
    for each in (within or get_resolver()).url_patterns:
        here = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each, here)
        else:
            yield here


def _roster():
    return SimpleUploadedFile("two-tabs.xlsx", clean(2))
