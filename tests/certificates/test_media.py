"""The packs for the press: only who agreed is in them."""

import hashlib
import io
import zipfile

import openpyxl
import pytest
from docx import Document

from certificates import media
from certificates.media import Level
from contest.actions.profile import Consent, edit_profile
from contest.models import Entry, Profile
from contest.models.stage import State
from tests import cast
from tests.certificates.closed import award, close, put_right
from tests.certificates.finals import BUREAU, finish
from tests.contest.test_photo import photo


@pytest.fixture
def winners(final, maonan, dianbai, people):
    """茂南区's preliminary and the final in which 陈志远 to 李㛃 won are closed; 电白区's is too, 滨海新区's is not."""
    finish(final, maonan, by=people["chenxiao"], units=[BUREAU] * 4, talks={1: "一条路走出一片天"})
    award(list(maonan.entries.order_by("order")))
    cast.put(maonan, State.CLOSED)
    close(dianbai, 4, by=people["huangqiang"])


def agree(name, by, stage=None, **left_out):
    entry = Entry.objects.filter(secretary__name=name, stage__kind="preliminary").first()
    told = {"biography": "驻村两年。\n修了一条路。", "photo": photo()} | left_out
    profile = edit_profile(entry, **told, consent=Consent(), edit=0, by=by, at=cast.NOW)
    Profile.objects.filter(pk=profile.pk).update(agreed_at=cast.NOW)


def names(people):
    return [(person.facts["name"], person.prizes) for person in people]


def unpacked(file):
    with file, zipfile.ZipFile(file) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def test_each_level_has_its_winners_and_whoever_won_twice_is_there_once(winners, season, maonan, dianbai):
    province, city = media.pack_of(season, Level.PROVINCE), media.pack_of(season, Level.CITY)
    county, next_door = (media.pack_of(season, Level.COUNTY, stage) for stage in (maonan, dianbai))
    assert names(province.others) == [
        ("陈志远", ["市级决赛一等奖"]),
        ("梁秀英", ["市级决赛二等奖"]),
        ("王䶮", ["市级决赛二等奖"]),
        ("李㛃", ["市级决赛二等奖"]),
    ]
    assert names(city.others)[0] == ("陈志远", ["市级决赛一等奖", "茂南区初赛一等奖"])
    assert names(city.others)[4:] == [("陈志远", ["电白区初赛一等奖"])]
    assert names(county.others)[3] == ("李㛃", ["市级决赛二等奖", "茂南区初赛三等奖"])
    assert [prizes for _name, prizes in names(next_door.others)] == [
        ["电白区初赛一等奖"],
        ["电白区初赛二等奖"],
        ["电白区初赛二等奖"],
        ["电白区初赛三等奖"],
    ]
    assert [problem.text for problem in city.problems] == ["滨海新区初赛还没有生效，其获奖人员尚未列入。"]


def test_only_who_agreed_and_has_both_photo_and_biography_is_in_the_pack(winners, season, heya):
    agree("陈志远", heya)
    agree("梁秀英", heya, photo=None)
    agree("王䶮", heya, biography="")
    agree("李㛃", heya)
    Profile.objects.filter(secretary__name="李㛃").update(agreed_at=None)
    pack = media.pack_of(season, Level.PROVINCE)
    assert names(pack.complete) == [("陈志远", ["市级决赛一等奖"])]
    assert [(person.facts["name"], person.missing) for person in pack.others] == [
        ("梁秀英", ["缺照片"]),
        ("王䶮", ["缺个人简介"]),
        ("李㛃", ["未取得同意"]),
    ]


def test_the_zip_holds_the_list_and_a_folder_for_each_person(winners, season, heya):
    agree("陈志远", heya)
    title, file = media.zipped(season, Level.PROVINCE)
    files = unpacked(file)
    top = "演练 赋能百千万 驻村话振兴（2023） 省级媒体"
    assert (title, list(files)) == (
        top,
        [
            f"{top}/名单.xlsx",
            f"{top}/名单.docx",
            f"{top}/01 陈志远 茂南区/简介.txt",
            f"{top}/01 陈志远 茂南区/照片.jpg",
        ],
    )
    text = files[f"{top}/01 陈志远 茂南区/简介.txt"].decode("utf-8-sig")
    assert text.split("\r\n") == [
        "姓名：陈志远",
        "奖次：市级决赛一等奖",
        "地区：茂南区",
        "驻村：茂南区白石镇示例1村",
        "选派单位：茂名市示例局",
        "演讲题目：一条路走出一片天",
        "",
        "驻村两年。",
        "修了一条路。",
        "",
    ]
    picture = files[f"{top}/01 陈志远 茂南区/照片.jpg"]
    assert hashlib.sha256(picture).hexdigest() == Profile.objects.get().photo_sha256
    rows = list(openpyxl.load_workbook(io.BytesIO(files[f"{top}/名单.xlsx"])).active.iter_rows(values_only=True))
    assert rows[2][:3] == (1, "陈志远", "市级决赛一等奖")
    (table,) = Document(io.BytesIO(files[f"{top}/名单.docx"])).tables
    assert table.rows[1].cells[1].text == "陈志远"


def test_the_same_people_give_the_same_bytes(winners, season, heya):
    agree("陈志远", heya)
    found = []
    for _time in range(2):
        with media.zipped(season, Level.CITY)[1] as file:
            found.append(hashlib.sha256(file.read()).hexdigest())
    assert found[0] == found[1]


def test_a_name_that_windows_refuses_becomes_one_it_takes(winners, season, heya):
    agree("陈志远", heya)
    put_right("陈志远", '../=1+1<CON>:"陈|?*\u202e ')
    _title, file = media.zipped(season, Level.PROVINCE)
    files = unpacked(file)
    assert [name.split("/")[1] for name in files][2] == "01 ..=1+1CON陈  茂南区"
    sheet = openpyxl.load_workbook(io.BytesIO(next(iter(files.values())))).active
    assert sheet["B3"].data_type == "s"


def test_a_photo_lost_from_the_disk_keeps_the_person_out(winners, season, heya):
    agree("陈志远", heya)
    profile = Profile.objects.get()
    profile.photo.storage.delete(profile.photo.name)
    assert media.pack_of(season, Level.PROVINCE).others[0].missing == ["缺照片"]


def test_what_is_not_closed_is_not_in_a_pack(winners, final, season):
    cast.put(final, State.PUBLISHED)
    pack = media.pack_of(season, Level.PROVINCE)
    assert (pack.complete, pack.others, len(pack.problems)) == ([], [], 1)


# The pages.


def code_of(answer):
    """The status of an answer; a file that is handed over is read to its end."""
    b"".join(answer)
    return answer.status_code


def test_an_organizer_gets_the_pack_of_the_own_district_and_nothing_else(winners, maonan, dianbai, people, signed_in):
    client = signed_in(people["chenxiao"])
    page = client.get("/desk/seasons/2023/media/").content.decode()
    assert ("茂南区县级媒体" in page, "电白区" in page, "省级媒体<" in page) == (True, False, False)
    codes = [
        code_of(client.get(path))
        for path in (
            f"/desk/stages/{maonan.pk}/media/",
            f"/desk/stages/{maonan.pk}/media/zip/",
            f"/desk/stages/{dianbai.pk}/media/",
            f"/desk/stages/{dianbai.pk}/media/zip/",
            "/desk/seasons/2023/media/province/",
            "/desk/seasons/2023/media/city/zip/",
        )
    ]
    assert codes == [200, 200, 404, 404, 404, 404]


def test_the_final_has_no_county_pack_and_a_word_is_no_level(winners, final, heya, signed_in):
    client = signed_in(heya)
    for path in (f"/desk/stages/{final.pk}/media/", "/desk/seasons/2023/media/county/", "/desk/seasons/2023/media/x/"):
        assert client.get(path).status_code == 404


def test_who_is_not_in_the_pack_is_shown_with_name_district_and_prize_only(winners, heya, signed_in):
    agree("陈志远", heya)
    agree("梁秀英", heya, biography="一段没有同意公开的简介")
    Profile.objects.filter(secretary__name="梁秀英").update(agreed_at=None)
    page = signed_in(heya).get("/desk/seasons/2023/media/province/").content.decode()
    others = page.split("未取得同意或资料不全", 1)[1]
    assert ("梁秀英" in others, "陈志远" in others, "没有同意公开" in page) == (True, False, False)


def test_the_supervisor_sees_the_packs_without_a_way_to_edit(winners, people, signed_in):
    page = signed_in(people["zhengzhi"]).get("/desk/seasons/2023/media/province/").content.decode()
    assert ("陈志远" in page, "/desk/profile/" in page) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_a_pack_costs_the_same_queries_for_one_and_for_three(
    final, maonan, people, heya, signed_in, django_assert_num_queries, count
):
    finish(final, maonan, by=people["chenxiao"], units=[BUREAU] * count)
    client = signed_in(heya)
    with django_assert_num_queries(10):
        assert client.get("/desk/seasons/2023/media/province/").status_code == 200
