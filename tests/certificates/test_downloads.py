"""Certificates handed over: one, a batch, a district, one file for the print shop."""

import io
import zipfile
from urllib.parse import unquote

import pypdfium2
import pytest
from django.urls import reverse
from openpyxl import load_workbook

from certificates import store
from certificates.actions.batch import ask
from certificates.making import make_due
from certificates.models import Certificate
from contest.models import Entry
from contest.models.stage import State
from tests import cast
from tests.certificates.closed import DATED, asked, award, close, put_right, released


@pytest.fixture
def papers(heya, people, maonan):
    return released(maonan, 3, organizer=people["chenxiao"], office=heya)


@pytest.fixture
def chen(signed_in, people):
    return signed_in(people["chenxiao"])


def url(name, *args):
    return reverse(f"certificates:{name}", args=args)


def whole(answer):
    return b"".join(answer.streaming_content)


def test_one_certificate_comes_as_it_was_made_under_its_number_and_name(chen, papers):
    answer = chen.get(url("download", papers[0].pk))
    assert whole(answer) == store.read(papers[0])
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert (answer["X-Content-Type-Options"], "no-store" in answer["Cache-Control"]) == ("nosniff", True)


def test_a_batch_comes_in_the_order_of_print_with_a_list(chen, papers):
    bundle = zipfile.ZipFile(io.BytesIO(whole(chen.get(url("zip", papers[0].batch_id)))))
    assert sorted(bundle.namelist()) == [
        "000_清单.xlsx",
        "001_一等奖_陈志远.pdf",
        "002_二等奖_梁秀英.pdf",
        "003_二等奖_王䶮.pdf",
    ]
    assert bundle.read("001_一等奖_陈志远.pdf") == store.read(papers[0])
    listed = load_workbook(io.BytesIO(bundle.read("000_清单.xlsx"))).active
    assert listed is not None
    assert [row[2] for row in listed.iter_rows(min_row=3, values_only=True)] == ["陈志远", "梁秀英", "王䶮"]


def test_the_same_batch_is_the_same_zip(chen, papers):
    assert whole(chen.get(url("zip", papers[0].batch_id))) == whole(chen.get(url("zip", papers[0].batch_id)))


def test_a_district_gets_its_own_only(chen, papers, heya, people, dianbai):
    released(dianbai, 2, organizer=people["huangqiang"], office=heya)
    bundle = zipfile.ZipFile(io.BytesIO(whole(chen.get(url("district", "2023", "maonan")))))
    assert len(bundle.namelist()) == 4
    assert chen.get(url("district", "2023", "dianbai")).status_code == 404


def test_a_district_gets_its_finalists_after_its_preliminary(chen, papers, heya, people, final):
    first = Entry.objects.get(pk=papers[0].award.entry_id)
    going_on = Entry.objects.create(
        stage=final, secretary=first.secretary, posting=first.posting, district=first.district, order=1
    )
    award([going_on])
    cast.put(final, State.CLOSED)
    ask(final, template="red", dated=DATED, by=heya, at=cast.later(40))
    make_due(cast.later(41))
    bundle = zipfile.ZipFile(io.BytesIO(whole(chen.get(url("district", "2023", "maonan")))))
    assert sorted(bundle.namelist())[1:] == [
        "001_一等奖_陈志远.pdf",
        "002_二等奖_梁秀英.pdf",
        "003_二等奖_王䶮.pdf",
        "004_一等奖_陈志远.pdf",
    ]


def test_names_that_windows_refuses_become_names_it_takes(chen, heya, people, maonan):
    close(maonan, 2, by=people["chenxiao"])
    put_right("陈志远", '张/三:"*?<>|')
    put_right("梁秀英", "李四. ")
    batch = ask(maonan, template="red", dated=DATED, by=heya, at=cast.NOW)
    make_due(cast.NOW)
    bundle = zipfile.ZipFile(io.BytesIO(whole(chen.get(url("zip", batch.pk)))))
    assert sorted(bundle.namelist())[1:] == ["001_一等奖_张三.pdf", "002_二等奖_李四.pdf"]
    single = chen.get(url("download", Certificate.objects.in_order()[0].pk))["Content-Disposition"]
    assert unquote(single).endswith("_张三.pdf")


def test_the_print_shop_gets_one_file_with_a_page_for_each(chen, papers):
    document = pypdfium2.PdfDocument(whole(chen.get(url("print", papers[0].batch_id))))
    texts = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    document.close()
    assert [name in text for name, text in zip(("陈志远", "梁秀英", "王䶮"), texts, strict=True)] == [True] * 3


def test_before_anything_is_made_there_is_nothing_to_fetch(chen, heya, people, maonan):
    batch = asked(maonan, 2, organizer=people["chenxiao"], office=heya)
    row = Certificate.objects.filter(batch=batch)[0]
    for answer in (chen.get(url("zip", batch.pk)), chen.get(url("print", batch.pk)), chen.get(url("download", row.pk))):
        assert answer.status_code == 409
    make_due(cast.NOW)
    assert whole(chen.get(url("zip", batch.pk)))[:2] == b"PK"


@pytest.fixture
def zhiyuan(heya, papers):
    """陈志远 himself, who won."""
    return cast.first_secretary(papers[0].award.entry, by=heya)


def test_a_first_secretary_fetches_the_own_certificate_and_nobody_elses(zhiyuan, signed_in, papers):
    client = signed_in(zhiyuan)
    assert whole(client.get(url("download", papers[0].pk))) == store.read(papers[0])
    assert [client.get(url("download", paper.pk)).status_code for paper in papers[1:]] == [404, 404]


def test_before_the_release_and_after_the_end_the_own_certificate_is_not_there(zhiyuan, signed_in, papers):
    client = signed_in(zhiyuan)
    papers[0].batch.__class__.objects.update(released_at=None)
    assert client.get(url("download", papers[0].pk)).status_code == 404
    papers[0].batch.__class__.objects.update(released_at=cast.NOW)
    Certificate.objects.filter(pk=papers[0].pk).update(status="revoked", reason="误发")
    assert client.get(url("download", papers[0].pk)).status_code == 404


def test_zhiyuan_finds_the_certificate_on_the_own_page_and_on_the_desk(zhiyuan, signed_in, papers):
    client = signed_in(zhiyuan)
    page = client.get(url("mine")).content.decode()
    assert (page.count(url("download", papers[0].pk)), page.count(papers[0].serial) > 0) == (1, True)
    assert "您的证书可以下载了：茂南区初赛一等奖" in client.get(reverse("desk")).content.decode()
