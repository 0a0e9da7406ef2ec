"""The roster as a list, as a file, and one posting at a time."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import LogLine
from contest.actions.postings import PostingRefused, end_posting
from contest.models import Season
from quota.models import QuotaRow, QuotaTable
from registry.excel.table import recognise
from registry.excel.workbook import read
from registry.models import District, Posting, Secretary, Town, Unit, Village
from tests import cast
from tests.contest.rosters import HEADER, confirm, messy, preview, sent
from tests.registry.excel.office import xlsx

pytestmark = pytest.mark.django_db


def names(client, **query):
    response = client.get(reverse("contest:roster"), query)
    assert response.status_code == 200
    return [posting.secretary.name for posting, _level, _service in response.context["rows"]]


def exported(client, **query):
    """The rows of the export under its header."""
    data = client.get(reverse("contest:export_roster"), query).content
    (sheet,) = read(data, "名册.xlsx").sheets
    return [list(row) for row in sheet.rows[1:]]


@pytest.fixture
def stationed(season: Season) -> list[Posting]:
    """陈志远 and 梁秀英 in 茂南区, 王䶮 in 电白区."""
    places = {district.code: district for district in District.objects.all()}
    return [*cast.station(places["maonan"], 2), *cast.station(places["dianbai"], 1, start=2)]


def form_of(posting, **changes):
    """What the page of a posting sends back, with some of it changed."""
    person, unit = posting.secretary, posting.unit
    return {
        "name": person.name,
        "gender": person.gender,
        "phone": person.phone,
        "post": person.post,
        "town": posting.village.town.name,
        "village": posting.village.name,
        "unit": unit.name,
        "level": unit.level,
        "remark": posting.remark,
    } | changes


def seen(client, posting):
    return client.get(reverse("contest:posting", args=[posting.pk])).context["form"]["seen"].value()


def test_everybody_sees_the_roster_within_reach(stationed, people, signed_in):
    assert names(signed_in(people["chenxiao"])) == ["陈志远", "梁秀英"]
    assert names(signed_in(people["huangqiang"])) == ["王䶮"]
    assert names(signed_in(people["heya"])) == names(signed_in(people["zhengzhi"])) == ["陈志远", "梁秀英", "王䶮"]


def test_the_roster_is_searched_filtered_and_sorted(stationed, people, signed_in):
    client = signed_in(people["heya"])
    assert names(client, q="王䶮") == ["王䶮"]
    assert names(client, q="示例2村") == ["梁秀英"]
    assert names(client, q="电白区白石") == ["王䶮"]
    assert names(client, q="无此人") == []
    assert names(client, district="dianbai") == ["王䶮"]
    assert names(client, level="zhuhai") == []
    assert names(client, sort="name") == sorted(["陈志远", "梁秀英", "王䶮"])
    assert names(client, sort="-place") == ["王䶮", "梁秀英", "陈志远"]


@pytest.mark.parametrize("query", [{"sort": "secretary__phone"}, {"level": "x"}, {"service": "x"}, {"page": "x"}])
def test_an_address_with_nonsense_shows_the_whole_roster(stationed, people, signed_in, query):
    assert len(names(signed_in(people["heya"]), **query)) == 3


def test_a_word_no_database_likes_finds_nobody(stationed, people, signed_in):
    assert names(signed_in(people["heya"]), q="%" * 60_000) == []
    # A NUL, which no form of a browser sends, does not get as far as the list.
    assert signed_in(people["heya"]).get("/desk/roster/", {"q": "\0"}).status_code == 400


def test_the_export_holds_exactly_what_was_filtered(stationed, people, signed_in):
    client = signed_in(people["heya"])
    head, *rows = exported(client, q="梁秀英")
    assert head == [
        "地区",
        "镇街",
        "村",
        "姓名",
        "性别",
        "派出单位",
        "单位层级",
        "职务",
        "任职起",
        "任职止",
        "手机",
        "备注",
    ]
    assert rows == [
        ["茂南区", "茂南区白石镇", "示例2村", "梁秀英", "", "茂名市示例局", "茂名市单位", "", "", "", "", ""]
    ]
    assert len(exported(client)) == 4
    assert len(exported(signed_in(people["chenxiao"]))) == 3


def test_rare_characters_go_through_import_page_and_export_byte_for_byte(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    confirm(client, sent(client, messy()))
    assert sorted(names(client)) == sorted(["张三", "王䶮", "李㛃", "黄𬱖"])
    page = client.get(reverse("contest:roster")).content
    assert all(name.encode() in page for name in ("王䶮", "李㛃", "黄𬱖"))
    assert [row[3] for row in exported(client, q="黄")[1:]] == ["黄𬱖"]
    assert exported(client, q="黄")[1][3].encode() == b"\xe9\xbb\x84\xf0\xac\xb1\x96"


def test_an_export_comes_back_in_without_a_change(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    confirm(client, sent(client, messy()))
    data = client.get(reverse("contest:export_roster")).content
    assert preview(client, sent(client, data)).context["plan"].counts == {
        "add": 0,
        "change": 0,
        "same": 4,
        "refuse": 0,
    }


def test_a_unit_and_a_name_that_look_like_formulas_stay_text_in_the_export(season, people, signed_in):
    unit = Unit.objects.create(name='=HYPERLINK("http://evil","局")', level="county")
    town = Town.objects.create(district=District.objects.get(code="maonan"), name="+山阁镇")
    Posting.objects.create(
        secretary=Secretary.objects.create(name="@SUM(1+1)", phone="", post="-2+3"),
        village=Village.objects.create(town=town, name="=1+2村"),
        unit=unit,
    )
    client = signed_in(people["chenxiao"])
    data = client.get(reverse("contest:export_roster")).content
    table = recognise(read(data, "x.xlsx"), known_districts=["茂南区"])
    (row,) = table.rows
    assert [row.values[field] for field in ("town", "village", "name", "unit", "post")] == [
        "+山阁镇",
        "=1+2村",
        "@SUM(1+1)",
        '=HYPERLINK("http://evil","局")',
        "-2+3",
    ]


def test_a_unit_that_looks_like_a_formula_survives_export_and_import(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    data = xlsx(HEADER, ("茂南区", "山阁镇", "烧酒村", "张三", "+示例局", "省直", "", ""))
    confirm(client, sent(client, data))
    again = client.get(reverse("contest:export_roster")).content
    assert preview(client, sent(client, again)).context["plan"].counts["same"] == 1
    assert Unit.objects.get().name == "+示例局"


def test_the_counts_stand_beside_the_decrees(stationed, season, people, signed_in):
    table = QuotaTable.objects.create(season=season, source="通知附件", stated_headcount=42, stated_seats=2)
    for code, headcount in {"maonan": 2, "dianbai": 39}.items():
        QuotaRow.objects.create(table=table, district=District.objects.get(code=code), headcount=headcount, seats=1)
    page = signed_in(people["heya"]).get(reverse("contest:roster"))
    assert [
        (tally.district.name, tally.count, tally.decreed, tally.verdict) for tally in page.context["by_district"]
    ] == [
        ("茂南区", 2, 2, "一致"),
        ("电白区", 1, 39, "少 38 人"),
        ("滨海新区", 0, None, "名额分配表里没有"),
    ]
    assert [(level, count) for level, _label, count in page.context["by_level"]] == [
        ("central_provincial", 0),
        ("zhuhai", 0),
        ("maoming", 3),
        ("county", 0),
    ]
    county = signed_in(people["chenxiao"]).get(reverse("contest:roster"))
    assert "茂南区现任 2 人，与名额分配表一致" in county.content.decode()


def test_an_empty_roster_says_what_to_do(season, people, signed_in):
    page = signed_in(people["chenxiao"]).get(reverse("contest:roster")).content.decode()
    assert "名册还是空的" in page
    assert reverse("contest:roster_import") in page
    assert reverse("contest:roster_template") in page
    watching = signed_in(people["zhengzhi"]).get(reverse("contest:roster")).content.decode()
    assert reverse("contest:roster_import") not in watching


def test_before_there_is_a_season_the_roster_says_who_begins(heya, signed_in):
    client = signed_in(heya)
    for page in ("roster", "roster_import"):
        assert "还没有建立届次" in client.get(reverse(f"contest:{page}")).content.decode()
    assert client.post(reverse("contest:roster_import")).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_the_roster_asks_the_database_as_often_for_three_people_as_for_one(
    season, people, signed_in, django_assert_num_queries, count
):
    cast.station(District.objects.get(code="maonan"), count)
    client = signed_in(people["heya"])
    # One of them asks what the season calls its levels, one which corrections wait to be seconded.
    with django_assert_num_queries(11):
        client.get(reverse("contest:roster"))


def test_the_template_offers_the_districts_within_reach_and_comes_back_empty(season, people, signed_in):
    client = signed_in(people["chenxiao"])
    answer = client.get(reverse("contest:roster_template"))
    assert "attachment" in answer["Content-Disposition"]
    book = read(answer.content, "模板.xlsx")
    assert [sheet.name for sheet in book.sheets] == ["第一书记名册", "填写说明", "选项"]
    assert [cell for row in book.sheets[2].rows for cell in row if "区" in str(cell)] == ["茂南区"]
    upload = sent(client, answer.content)
    assert preview(client, upload).context["obstacle"].startswith("表头下面没有读到人员")
    assert signed_in(people["zhengzhi"]).get(reverse("contest:roster_template")).status_code == 403


def test_chenxiao_ends_a_service_and_takes_it_back(stationed, people, signed_in):
    client, posting = signed_in(people["chenxiao"]), stationed[0]
    here = reverse("contest:end_posting", args=[posting.pk])
    assert client.post(here, {"last": "2023年5月"}).status_code == 302
    posting.refresh_from_db()
    assert posting.until == date(2023, 6, 1)
    assert names(client) == ["梁秀英"]
    assert names(client, service="ended") == ["陈志远"]
    assert names(client, service="all") == ["陈志远", "梁秀英"]
    assert client.get(here).context["form"]["last"].value() == "2023-05"
    assert client.post(here, {"last": ""}).status_code == 302
    assert names(client) == ["陈志远", "梁秀英"]
    acts = LogLine.objects.filter(subject=f"registry.posting:{posting.pk}").order_by("seq")
    assert [(line.chain, line.action) for line in acts] == [("2023", "end_posting"), ("2023", "resume_posting")]


@pytest.mark.parametrize(
    ("told", "sentence"), [("", "请填写"), ("2023", "认不出这个月份"), ("去年", "认不出"), ("2019-01", "早于任职起")]
)
def test_an_end_that_cannot_be_is_refused_beside_the_field(stationed, people, signed_in, told, sentence):
    Posting.objects.filter(pk=stationed[0].pk).update(since=date(2021, 6, 1))
    answer = signed_in(people["chenxiao"]).post(reverse("contest:end_posting", args=[stationed[0].pk]), {"last": told})
    assert answer.status_code == 400
    assert sentence in "".join(answer.context["form"].errors["last"])
    assert Posting.objects.get(pk=stationed[0].pk).until is None


def test_two_who_end_the_same_service_do_not_overwrite_each_other(stationed, people):
    chenxiao, linfang = people["chenxiao"], people["linfang"]
    first, second = (Posting.objects.with_places().get(pk=stationed[0].pk) for _n in range(2))
    end_posting(first, date(2023, 6, 1), by=chenxiao, at=cast.NOW)
    with pytest.raises(PostingRefused, match="刚才有人修改"):
        end_posting(second, date(2023, 7, 1), by=linfang, at=cast.later(1))
    with pytest.raises(PostingRefused, match="没有变化"):
        end_posting(first, date(2023, 6, 1), by=chenxiao, at=cast.later(2))
    assert Posting.objects.get(pk=first.pk).until == date(2023, 6, 1)


def test_the_page_before_an_end_says_that_an_entrant_stays_entered(maonan, people, signed_in):
    (entry,) = cast.enter_people(maonan, 1, by=people["chenxiao"])
    page = signed_in(people["chenxiao"]).get(reverse("contest:end_posting", args=[entry.posting_id]))
    assert "此人在茂南区初赛的参赛名单里，结束任职不会使其退出参赛。" in page.context["consequences"]


def test_linfang_corrects_a_person_and_the_log_names_the_fields_only(stationed, people, signed_in):
    client, posting = signed_in(people["linfang"]), stationed[0]
    told = form_of(posting, name="陈志遠", phone="１３８ 0000 0000", post="副科长", seen=seen(client, posting))
    assert client.post(reverse("contest:posting", args=[posting.pk]), told).status_code == 302
    person = Secretary.objects.get(pk=posting.secretary_id)
    assert (person.name, person.phone, person.post) == ("陈志遠", "13800000000", "副科长")
    line = LogLine.objects.get(action="correct_person")
    assert '"fields":["name","phone","post"]' in line.payload
    assert not [word for word in ("陈志遠", "13800000000", "副科长") if word in line.payload]


def test_another_unit_is_taken_as_it_is_and_a_new_one_is_made(stationed, people, signed_in):
    Unit.objects.create(name="珠海市示例局", level="zhuhai")
    client, posting = signed_in(people["chenxiao"]), stationed[0]
    here = reverse("contest:posting", args=[posting.pk])
    client.post(here, form_of(posting, unit="珠海市 示例局", seen=seen(client, posting)))
    posting = Posting.objects.with_places().get(pk=posting.pk)
    assert (posting.unit.name, posting.unit.level) == ("珠海市示例局", "zhuhai")
    client.post(here, form_of(posting, unit="广东省示例厅", level="central_provincial", seen=seen(client, posting)))
    assert sorted(Unit.objects.values_list("name", "level")) == [
        ("广东省示例厅", "central_provincial"),
        ("珠海市示例局", "zhuhai"),
        ("茂名市示例局", "maoming"),
    ]


def test_a_stale_correction_shows_both_versions_and_can_be_sent_again(stationed, people, signed_in):
    client, posting = signed_in(people["chenxiao"]), stationed[0]
    here, before = reverse("contest:posting", args=[posting.pk]), seen(client, posting)
    Secretary.objects.filter(pk=posting.secretary_id).update(phone="13900000000")
    answer = client.post(here, form_of(posting, phone="13800000000", seen=before))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "13900000000" in page
    assert "13800000000" in page
    assert Secretary.objects.get(pk=posting.secretary_id).phone == "13900000000"
    assert client.post(here, dict(answer.context["resubmit"])).status_code == 302
    assert Secretary.objects.get(pk=posting.secretary_id).phone == "13800000000"


@pytest.mark.parametrize(
    ("field", "told", "sentence"),
    [
        ("name", "王?", "原来的字"),
        ("name", "", "请填写"),
        ("phone", "138", "不是一个完整的号码"),
        ("level", "galaxy", "已不能选"),
        ("unit", "", "请填写"),
    ],
)
def test_a_correction_is_judged_as_a_row_of_a_file_is(stationed, people, signed_in, field, told, sentence):
    client, posting = signed_in(people["chenxiao"]), stationed[0]
    answer = client.post(
        reverse("contest:posting", args=[posting.pk]), form_of(posting, seen=seen(client, posting)) | {field: told}
    )
    assert answer.status_code == 400
    assert sentence in "".join(answer.context["form"].errors[field])


@pytest.mark.parametrize("step", ["posting", "end_posting"])
def test_a_posting_of_maonan_does_not_exist_for_huangqiang_and_zhengzhi(stationed, people, signed_in, step):
    here = reverse(f"contest:{step}", args=[stationed[0].pk])
    for username in ("huangqiang", "zhengzhi"):
        client = signed_in(people[username])
        assert client.get(here).status_code == 404
        assert client.post(here, form_of(stationed[0], last="2023-05", seen="x")).status_code == 404
    assert Posting.objects.get(pk=stationed[0].pk).until is None
    assert signed_in(people["heya"]).get(here).status_code == 200
