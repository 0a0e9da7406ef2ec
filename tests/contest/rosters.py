"""Roster files as the test people send them, and the short way through the pages."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contest.actions.roster import confirm_roster, planned_now, upload_roster
from contest.models import RosterImport, Season
from registry.excel.plan import Plan
from registry.models import District
from tests import cast
from tests.registry.excel.office import xlsx

HEADER = ("地区", "镇街", "村", "姓名", "派出单位", "单位层级", "任职起", "手机")
ZHANG = ("茂南区", "山阁镇", "烧酒村", "张三", "广东省示例厅", "省直", "2021年6月", "13800000001")
LI = ("茂南区", "山阁镇", "福华村", "李四", "珠海市示例局", "珠海", "2021年7月", "13800000002")
WANG = ("电白区", "沙琅镇", "尚塘村", "王五", "茂名市示例局", "茂名市", "2023年1月", "13800000003")


def clean(count: int, *, district: str = "茂南区", since: str = "2021年6月") -> bytes:
    """A clean file of `count` people, each in a village of their own and from a unit of their own."""
    rows = (
        (district, f"第{n % 9 + 1}镇", f"示例{n}村", f"人{chr(0x4E00 + n)}", f"示例{n}局", "茂名市", since, "")
        for n in range(count)
    )
    return xlsx(HEADER, *rows)


def messy() -> bytes:
    """What an office sends: titles, a merged town, padded names, text dates, an unknown column, a sum, a signature."""
    return xlsx(
        ("茂南区驻村第一书记花名册（共4人）",),
        ("填报单位：茂南区委组织部", "", "", "", "", "", "", ""),
        ("序号", "所在镇", "派驻村", "第一书记姓名", "选派单位", "到任时间", "联系电话", "政治面貌"),
        (1, "山阁镇", "烧酒村", "张 三", "广东省示例厅", "2021.6", "１３８００００００１１", "党员"),
        (2, None, "福华村", "王䶮", "珠海市示例局", "2021年7月", 13800000012, "党员"),
        (3, "袂花镇", "沙涌村", "李㛃", "茂名市示例局", "2021-08-01", "13800000013", "党员"),
        (4, None, "荔枝村", "黄𬱖", "茂名市示例局", "202109", None, "党员"),
        (),
        ("合计", None, None, "4人"),
        ("备注：名单以组织部门核定为准。",),
        merged=["A1:H1", "B4:B5", "B6:B7"],
    )


def send(client: Client, data: bytes, name: str = "名册.xlsx", **fields: Any) -> Any:
    """Upload a file through the page."""
    return client.post(reverse("contest:roster_import"), {"file": SimpleUploadedFile(name, data), **fields})


def sent(client: Client, data: bytes, name: str = "名册.xlsx", **fields: Any) -> RosterImport:
    """Upload a file through the page; what is in preview then."""
    response = send(client, data, name, **fields)
    assert response.status_code == 302, response.content.decode()
    return RosterImport.objects.get(pk=int(response["Location"].strip("/").rsplit("/")[-1]))


def preview(client: Client, upload: RosterImport, show: str = "") -> Any:
    return client.get(reverse("contest:roster_preview", args=[upload.pk]), {"show": show} if show else {})


def confirm(client: Client, upload: RosterImport) -> Any:
    """Press the button of the preview as it is now."""
    seen = preview(client, upload).context["seen"]
    return client.post(reverse("contest:roster_confirm", args=[upload.pk]), {"seen": seen})


def uploaded(season: Season, data: bytes, *, by: Any, district: str | None = None) -> RosterImport:
    """Upload a file by the action, past the pages."""
    place = District.objects.get(code=district) if district else None
    return upload_roster(season, data=data, name="名册.xlsx", district=place, by=by, at=cast.NOW)


def as_planned(upload: RosterImport, *, by: Any, at: datetime) -> Plan:
    """Confirm by the action what an import would do now, past the pages."""
    return confirm_roster(upload, seen=planned_now(upload, on=timezone.localdate(at)), by=by, at=at)
