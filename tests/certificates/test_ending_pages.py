"""One certificate on the desk: what it states, its versions, and taking it out of force."""

import pytest
from django.urls import reverse

from accounts.actions import open_account
from accounts.models import Proposal
from accounts.roles import Role
from certificates import codes
from certificates.actions.ending import replace, revoke
from certificates.causes import cause_of, reason_of
from certificates.making import make_due
from certificates.models import Certificate
from certificates.models.certificate import Status
from tests import cast, hall
from tests.certificates.closed import asked, put_right, released

pytestmark = pytest.mark.django_db

RIGHT = {"cause": "信息更正", "reason": "姓名写错一字"}


@pytest.fixture
def certificate(people, maonan) -> Certificate:
    """陈志远's first prize of 茂南区, released."""
    return released(maonan, 2, organizer=people["chenxiao"], office=people["heya"])[0]


@pytest.fixture
def office(people, signed_in):
    return signed_in(people["heya"])


@pytest.fixture
def luo(people, signed_in):
    return signed_in(people["luoping"])


@pytest.fixture
def chenxiao(people, signed_in):
    return signed_in(people["chenxiao"])


def url(name: str, certificate: Certificate) -> str:
    return reverse(f"certificates:{name}", args=[certificate.pk])


def page(answer) -> str:
    return answer.content.decode()


def correct_name(certificate: Certificate, name: str) -> None:
    put_right(certificate.facts["name"], name)


class TestTheCertificate:
    def test_it_states_what_the_paper_states(self, certificate, chenxiao):
        answer = chenxiao.get(url("certificate", certificate))
        assert answer.status_code == 200
        told = [certificate.facts[key] for key in ("serial", "name", "unit", "district", "town", "village", "tier")]
        told += [certificate.sha256, codes.short_of(certificate.nonce), codes.code_of(certificate.nonce)]
        assert [word for word in told if word not in page(answer)] == []
        assert url("download", certificate) in page(answer)

    def test_only_the_office_is_offered_to_end_it(self, certificate, office, chenxiao, people, signed_in):
        ways = [url("revoke", certificate), url("replace", certificate)]
        for client, offered in ((office, True), (chenxiao, False), (signed_in(people["zhengzhi"]), False)):
            answer = page(client.get(url("certificate", certificate)))
            assert [way in answer for way in ways] == [offered] * 2

    def test_the_neighbours_organizer_does_not_find_it(self, certificate, people, signed_in):
        huangqiang = signed_in(people["huangqiang"])
        for name in ("certificate", "revoke", "replace"):
            assert huangqiang.get(url(name, certificate)).status_code == 404

    def test_the_secretary_whose_it_is_does_not_see_the_desks_page(self, certificate, people, signed_in):
        zhiyuan = open_account(
            username="zhiyuan",
            name="陈志远",
            password=cast.PASSWORD,
            grants=[(Role.SECRETARY, None)],
            secretary=certificate.award.entry.secretary,
            must_change_password=False,
            by=people["heya"],
            at=cast.NOW,
        )
        for name in ("certificate", "revoke", "replace"):
            assert signed_in(zhiyuan).get(url(name, certificate)).status_code == 404

    def test_what_was_put_right_is_shown_and_replacing_offered(self, certificate, office, chenxiao):
        assert "现在的记载与这张证书不同" not in page(office.get(url("certificate", certificate)))
        correct_name(certificate, "陈致远")
        answer = page(office.get(url("certificate", certificate)))
        assert "姓名：证书上是“陈志远”，现在是“陈致远”。" in answer
        assert "换发一张按现在记载的证书" in answer
        assert "需要换发的，请联系市级工作人员。" in page(chenxiao.get(url("certificate", certificate)))

    def test_one_held_back_leads_nowhere_yet(self, people, maonan, office):
        batch = asked(maonan, 1, organizer=people["chenxiao"], office=people["heya"])
        certificate = batch.certificates.get()
        answer = page(office.get(url("certificate", certificate)))
        assert ("正在制作" in answer, "发放后才能查到" in answer) == (True, True)
        assert (url("revoke", certificate) in answer, url("download", certificate) in answer) == (False, False)

    def test_one_version_and_three_cost_the_same(self, certificate, office, people, django_assert_num_queries):
        office.get(url("certificate", certificate))
        with django_assert_num_queries(8):
            office.get(url("certificate", certificate))
        for minute in (60, 62):
            last = Certificate.objects.get(status=Status.VALID, award=certificate.award)
            replace(last, reason="其他原因：x", by=people["heya"], seconded_by=people["luoping"], at=cast.later(minute))
            make_due(cast.later(minute + 1))
        last = Certificate.objects.get(status=Status.VALID, award=certificate.award)
        assert last.version == 3
        with django_assert_num_queries(8):
            answer = office.get(url("certificate", last))
        assert [each.version for each, _standing in answer.context["versions"]] == [3, 2, 1]


class TestItsEnd:
    def test_he_ya_proposes_with_a_reason_and_a_paper_and_luo_ping_revokes_it(self, certificate, office, people, luo):
        told = {"cause": "奖项撤销", "reason": "材料不实，市办〔2023〕9号"}
        paper = hall.photographed() | {"paper_kind": "decision"}
        made = office.post(url("revoke", certificate), told | paper)
        proposal = Proposal.objects.get()
        assert (made.url, proposal.basis.kind) == (proposal.get_absolute_url(), "decision")
        certificate.refresh_from_db()
        assert certificate.status == Status.VALID
        assert proposal.get_absolute_url() in page(office.get(url("certificate", certificate)))
        assert proposal.changes == [[f"陈志远的证书 {certificate.serial}", "有效", "已撤销"]]
        assert luo.post(reverse("second", args=[proposal.pk])).status_code == 302
        certificate.refresh_from_db()
        ended = (certificate.status, certificate.ended_by, certificate.ended_second)
        assert ended == (Status.REVOKED, people["heya"], people["luoping"])
        assert certificate.reason == "奖项撤销：材料不实，市办〔2023〕9号"
        answer = page(office.get(url("certificate", certificate)))
        assert (certificate.reason in answer, "复核人：罗平。" in answer) == (True, True)

    def test_two_replace_it_by_what_was_put_right(self, certificate, office, luo):
        correct_name(certificate, "陈致远")
        assert "姓名：由“陈志远”改为“陈致远”。" in page(office.get(url("replace", certificate)))
        office.post(url("replace", certificate), RIGHT)
        proposal = Proposal.objects.get()
        assert proposal.changes == [
            [f"陈志远的证书 {certificate.serial}", "有效", "已换发"],
            ["姓名", "陈志远", "陈致远"],
        ]
        assert Certificate.objects.filter(award=certificate.award).count() == 1
        luo.post(reverse("second", args=[proposal.pk]))
        new = Certificate.objects.get(award=certificate.award, version=2)
        assert url("certificate", new) in page(office.get(proposal.get_absolute_url()))
        certificate.refresh_from_db()
        assert (certificate.status, new.status, new.name) == (Status.REPLACED, Status.VALID, "陈致远")
        assert (new.series, new.number) == (certificate.series, certificate.number)
        # Both pages name both.
        for each, other in ((certificate, new), (new, certificate)):
            assert url("certificate", other) in page(office.get(url("certificate", each)))

    @pytest.mark.parametrize("name", ["revoke", "replace"])
    @pytest.mark.parametrize(
        "told", [{}, {"cause": "其他原因"}, {"reason": "没有类别"}, {"cause": "乱写", "reason": "x"}]
    )
    def test_without_a_reason_nothing_happens(self, certificate, office, name, told):
        answer = office.post(url(name, certificate), told)
        certificate.refresh_from_db()
        assert (answer.status_code, certificate.status) == (400, Status.VALID)

    def test_what_was_revoked_by_mistake_is_given_again_from_its_page(self, certificate, office, chenxiao, people, luo):
        revoke(certificate, reason="误发：x", by=people["heya"], seconded_by=people["luoping"], at=cast.later(60))
        ways = [
            url("replace", certificate) in page(each.get(url("certificate", certificate)))
            for each in (office, chenxiao)
        ]
        assert ways == [True, False]
        assert "换发后获奖人重新有一张有效的证书" in page(office.get(url("replace", certificate)))
        office.post(url("replace", certificate), {"cause": "其他原因", "reason": "撤错了人"})
        proposal = Proposal.objects.get()
        assert proposal.changes == [[f"陈志远的证书 {certificate.serial}", "已撤销", "已换发"]]
        assert proposal.get_absolute_url() in page(office.get(url("certificate", certificate)))
        assert luo.post(reverse("second", args=[proposal.pk])).status_code == 302
        certificate.refresh_from_db()
        assert (certificate.status, certificate.award.certificates.get(version=2).status) == ("replaced", "valid")

    @pytest.mark.parametrize("name", ["revoke", "replace"])
    def test_what_has_ended_cannot_be_ended_again(self, certificate, office, people, name):
        replace(certificate, reason="破损：x", by=people["heya"], seconded_by=people["luoping"], at=cast.later(60))
        answer = office.post(url(name, certificate), {"cause": "其他原因", "reason": "再来一次"})
        assert answer.status_code == 409
        assert "只有已经发放、仍然有效的证书才能撤销或换发" in page(answer)
        assert Certificate.objects.filter(award=certificate.award).count() == 2

    def test_a_double_tap_proposes_it_once(self, certificate, office):
        told = {**RIGHT, "once_key": "tap"}
        first, second = (office.post(url("replace", certificate), told) for _tap in range(2))
        assert first.url == second.url
        assert Proposal.objects.count() == 1

    @pytest.mark.parametrize("who", ["chenxiao", "zhengzhi"])
    def test_nobody_but_the_office_ends_it(self, certificate, people, signed_in, who):
        for name in ("revoke", "replace"):
            assert signed_in(people[who]).post(url(name, certificate), RIGHT).status_code == 404
        certificate.refresh_from_db()
        assert certificate.status == Status.VALID


def test_only_a_known_word_of_a_reason_is_for_everybody():
    assert cause_of(reason_of("误发", "  寄给了别人 ")) == "误发"
    assert [cause_of(reason) for reason in ("", "误发", "误发给张三：x", "张三：误发")] == ["", "误发", "", ""]
