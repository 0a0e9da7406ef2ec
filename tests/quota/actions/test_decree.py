"""A season opened from its decree."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import LogLine
from contest.models import Season, Stage
from quota.actions.decree import adopt_decree
from quota.decree import BadDecree, load_decree
from quota.models import QuotaTable
from registry.models import District
from scoring.models import Ruleset
from tests import cast
from tests.quota.test_decree import DECREE

pytestmark = pytest.mark.django_db


def test_one_decree_opens_a_whole_season(heya):
    season = adopt_decree(load_decree(DECREE), code="2023", is_rehearsal=True, by=heya, at=cast.NOW)
    stages = Stage.objects.filter(season=season).order_by("-kind", "district__order")
    assert [stage.title for stage in stages] == [
        "茂南区初赛",
        "电白区初赛",
        "信宜市初赛",
        "高州市初赛",
        "化州市初赛",
        "滨海新区初赛",
        "高新区初赛",
        "市级决赛",
    ]
    assert list(season.quota_table.rows.values_list("district__name", "headcount", "seats")) == [
        ("茂南区", 27, 3),
        ("电白区", 39, 3),
        ("信宜市", 30, 3),
        ("高州市", 48, 4),
        ("化州市", 61, 5),
        ("滨海新区", 3, 1),
        ("高新区", 4, 1),
    ]
    assert list(season.quota_table.levels.values_list("level", "headcount")) == [
        ("central_provincial", 44),
        ("zhuhai", 42),
        ("maoming", 126),
    ]
    assert (season.is_rehearsal, season.notice_number, len(season.hosts)) == (True, "茂乡振〔2023〕20号", 3)


def test_each_stage_gets_its_own_prizes_and_as_many_votes_as_its_district_has_seats(heya):
    adopt_decree(load_decree(DECREE), code="2023", by=heya, at=cast.NOW)
    huazhou = Ruleset.objects.get(stage__district__code="huazhou")
    final = Ruleset.objects.get(stage__kind="final")
    assert list(huazhou.tiers.values_list("name", "count")) == [
        ("一等奖", 1),
        ("二等奖", 2),
        ("三等奖", 3),
        ("优秀", None),
    ]
    assert list(final.tiers.values_list("count", flat=True)) == [1, 3, 5, None]
    assert (huazhou.votes_each, huazhou.limit_s, huazhou.basis) == (5, 300, "")


def test_its_last_line_in_the_log_says_which_decree(heya):
    adopt_decree(load_decree(DECREE), code="2023", by=heya, at=cast.NOW)
    assert LogLine.objects.filter(chain="2023").order_by("-seq").first().action == "adopt_decree"


def test_only_the_office_opens_a_season(people):
    with pytest.raises(PermissionDenied):
        adopt_decree(load_decree(DECREE), code="2024", by=people["chenxiao"], at=cast.NOW)


def test_a_code_that_is_taken_leaves_nothing_behind(heya):
    adopt_decree(load_decree(DECREE), code="2023", by=heya, at=cast.NOW)
    lines = LogLine.objects.count()
    with pytest.raises(BadDecree):
        adopt_decree(load_decree(DECREE), code="2023", by=heya, at=cast.NOW)
    assert (Season.objects.count(), QuotaTable.objects.count(), LogLine.objects.count()) == (1, 1, lines)


def test_a_district_known_by_another_name_leaves_nothing_behind(heya):
    District.objects.create(code="gaoxin", name="高新技术区")
    with pytest.raises(BadDecree, match="高新技术区"):
        adopt_decree(load_decree(DECREE), code="2023", by=heya, at=cast.NOW)
    assert (Season.objects.count(), District.objects.count()) == (0, 1)


def test_rules_that_cannot_be_scored_by_leave_nothing_behind(heya):
    with pytest.raises(BadDecree):
        adopt_decree({**load_decree(DECREE), "talk_limit_s": 0}, code="2023", by=heya, at=cast.NOW)
    assert Season.objects.count() == 0
