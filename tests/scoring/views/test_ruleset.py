"""The page of the rules: adopted, changed, refused beside the field, and never overwritten unseen."""

import re

import pytest
from django.urls import reverse

from contest.models.stage import State
from scoring.actions.rules import adopt_rules, read_rules, ruleset_of
from scoring.models import Ruleset
from tests import cast
from tests.scoring.filling import opened


@pytest.fixture
def chenxiao(people, signed_in):
    return signed_in(people["chenxiao"])


@pytest.fixture
def adopted(maonan, people) -> Ruleset:
    return adopt_rules(maonan, by=people["chenxiao"], at=cast.NOW)


def url(name, stage) -> str:
    return reverse(f"scoring:{name}", args=[stage.pk])


def filled(page) -> dict[str, str]:
    """What the page's form would send if nobody changed anything."""
    told = {}
    html = page.content.decode().split('<form class="form"')[1].split("</form>")[0]
    for tag in re.findall(r"<input[^>]*>", html):
        attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attrs.get("type") != "radio" or "checked" in tag:
            told[attrs["name"]] = attrs.get("value", "")
    return told


def test_a_stage_without_rules_offers_the_default_ones(maonan, chenxiao):
    page = chenxiao.get(url("ruleset", maonan))
    assert "还没有评分细则" in page.content.decode()
    assert chenxiao.post(url("adopt_rules", maonan)).status_code == 302
    text = chenxiao.get(url("ruleset", maonan)).content.decode()
    assert "满分 100 分：工作成效 40 分" in text
    assert "按总得分还是按总票数" in text
    assert "还没有选定决赛推荐的依据" in text


def test_chen_xiao_chooses_the_basis_and_changes_a_figure(maonan, adopted, chenxiao):
    told = filled(chenxiao.get(url("edit_ruleset", maonan)))
    told |= {
        "basis": "votes",
        "votes_each": "3",
        "criteria-0-max_c": "３５",
        "criteria-3-max_c": "15",
        "per_step_c": "0。5",
    }
    assert chenxiao.post(url("edit_ruleset", maonan), told).status_code == 302
    rules = read_rules(ruleset_of(maonan))
    assert (rules.basis, rules.votes_each) == ("votes", 3)
    assert [each.max_c for each in rules.ruleset.criteria] == [3500, 2000, 2000, 1500, 1000]
    assert rules.ruleset.overtime.per_step_c == 50


def test_sending_the_form_as_it_stands_changes_nothing(maonan, adopted, chenxiao):
    before = read_rules(ruleset_of(maonan))
    assert (
        chenxiao.post(url("edit_ruleset", maonan), filled(chenxiao.get(url("edit_ruleset", maonan)))).status_code == 302
    )
    assert read_rules(ruleset_of(maonan)) == before


def test_a_row_is_added_one_cleared_and_the_tie_order_turned_round(maonan, adopted, chenxiao):
    told = filled(chenxiao.get(url("edit_ruleset", maonan)))
    told |= {"criteria-4-name": "", "criteria-4-hint": "", "criteria-4-max_c": "", "criteria-4-step_c": ""}
    told |= {"criteria-5-name": "现场问答", "criteria-5-max_c": "10", "criteria-5-step_c": "1"}
    told |= {"criteria-0-tie": "2", "criteria-1-tie": "1"}
    told |= {"tiers-3-count": "8"}
    assert chenxiao.post(url("edit_ruleset", maonan), told).status_code == 302
    ruleset = read_rules(ruleset_of(maonan)).ruleset
    assert [(each.code, each.name) for each in ruleset.criteria][-2:] == [("slides", "PPT/视频"), ("c1", "现场问答")]
    assert ruleset.tie_order == ("approach", "achievement")
    assert ruleset.tiers[-1].count == 8


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("criteria-0-max_c", "四十", "“四十”不是分数，请填数字，最多两位小数。"),
        ("criteria-0-max_c", "", "请填写分数。"),
        ("criteria-0-name", "", "请填写评分项名称；不要这一项时，请清空整行。"),
        ("criteria-0-max_c", "40.3", "评分项“achievement”的满分 40.3 须大于 0，并且是档距 0.5 的整数倍。"),
        ("criteria-0-max_c", "99999", "至多 1000 分。"),
        ("tiers-0-name", "", "请填写奖次名称；不要这一项时，请清空整行。"),
        ("tiers-2-count", "", "不限名额的奖次“third”须排在最后。"),
        ("drop", "3", "评委满 5 位就各去掉 3 份，剩不下评分表；请减少去掉的份数或提高人数。"),
        ("decimals", "9", "请填 0 到 4 之间的整数。"),
        ("step_s", "0", "请填 1 到 3600 之间的整数。"),
        ("basis", "votes", "按总票数推荐时，请填写每位评委至多推荐几名。"),
    ],
)
def test_a_wrong_figure_is_refused_with_a_sentence_and_nothing_is_written(
    maonan, adopted, chenxiao, field, value, sentence
):
    before = read_rules(ruleset_of(maonan))
    told = filled(chenxiao.get(url("edit_ruleset", maonan))) | {field: value}
    page = chenxiao.post(url("edit_ruleset", maonan), told)
    assert (page.status_code, sentence in page.content.decode()) == (400, True)
    assert read_rules(ruleset_of(maonan)) == before


def test_lin_fang_sees_both_versions_when_chen_xiao_saved_first(maonan, adopted, chenxiao, people, signed_in):
    linfang = signed_in(people["linfang"])
    hers = filled(linfang.get(url("edit_ruleset", maonan))) | {"drop": "0", "basis": "score"}
    chenxiao.post(url("edit_ruleset", maonan), filled(chenxiao.get(url("edit_ruleset", maonan))) | {"limit_s": "360"})
    page = linfang.post(url("edit_ruleset", maonan), hers)
    text = page.content.decode()
    assert page.status_code == 409
    assert "讲解时间不超过 6 分钟" in text
    assert "全部评委的评分表合计分取平均" in text
    assert read_rules(ruleset_of(maonan)).ruleset.drop == 1
    html = text.split('<form method="post">')[1].split("</form>")[0]
    again = {
        found["name"]: found.get("value", "")
        for found in (dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in re.findall(r"<input[^>]*>", html))
    }
    assert linfang.post(url("edit_ruleset", maonan), again).status_code == 302
    now = read_rules(ruleset_of(maonan))
    assert (now.ruleset.drop, now.ruleset.overtime.limit_s, now.basis) == (0, 300, "score")


def test_the_same_form_sent_twice_counts_once(maonan, adopted, chenxiao):
    told = filled(chenxiao.get(url("edit_ruleset", maonan))) | {"basis": "score", "once_key": "a" * 30}
    first = chenxiao.post(url("edit_ruleset", maonan), told)
    second = chenxiao.post(url("edit_ruleset", maonan), told)
    assert (first.status_code, second.status_code, second.headers["Location"]) == (302, 302, first.headers["Location"])


def test_frozen_rules_offer_no_change(maonan, people, chenxiao):
    stage = opened(maonan, entrants=2, by=people["chenxiao"])
    page = chenxiao.get(url("ruleset", stage))
    assert "修改细则" not in page.content.decode()
    assert "细则就此冻结" in page.content.decode()
    assert chenxiao.get(url("edit_ruleset", stage)).status_code == 302
    assert chenxiao.post(url("edit_ruleset", stage), {}).status_code == 302
    stage.refresh_from_db()
    assert stage.state == State.SCORING


def test_the_neighbour_finds_nothing_and_the_supervisor_changes_nothing(maonan, adopted, people, signed_in):
    wumin, zhengzhi = signed_in(people["wumin"]), signed_in(people["zhengzhi"])
    for name in ("edit_ruleset", "adopt_rules"):
        assert wumin.post(url(name, maonan)).status_code == 404
    assert wumin.get(url("ruleset", maonan)).status_code == 404
    page = zhengzhi.get(url("ruleset", maonan))
    assert (page.status_code, "修改细则" in page.content.decode()) == (200, False)
    assert zhengzhi.get(url("edit_ruleset", maonan)).status_code == 404


def test_the_final_has_no_question_about_recommendation(final, people, signed_in):
    adopt_rules(final, by=people["heya"], at=cast.NOW)
    page = signed_in(people["heya"]).get(url("edit_ruleset", final)).content.decode()
    assert ('name="basis"' in page, 'name="criteria-0-name"' in page) == (False, True)


def test_the_page_asks_the_database_a_fixed_number_of_times(maonan, adopted, chenxiao, django_assert_num_queries):
    with django_assert_num_queries(8):
        chenxiao.get(url("ruleset", maonan))
