"""Anybody checks a certificate: valid, replaced, revoked, or not ours. All that is not ours looks the same."""

import hashlib
import io
import re
import secrets

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certificates import codes, store, verification
from certificates.actions import guess
from certificates.actions.batch import discard, release
from certificates.actions.ending import replace, revoke
from certificates.causes import WhyReplaced, WhyRevoked, reason_of
from certificates.forms.verify import LARGEST
from certificates.making import make_due
from certificates.models import Certificate, Guess
from contest.models import Season
from tests import cast
from tests.certificates.closed import asked, released

pytestmark = pytest.mark.django_db

NOWHERE = codes.code_of("0" * 32)
# Of 陈志远, 梁秀英, 王䶮.
PEOPLE = 3


@pytest.fixture
def certificates(people, maonan) -> list[Certificate]:
    """茂南区's, released: 陈志远 has a first prize, 梁秀英 and 王䶮 a second."""
    return released(maonan, PEOPLE, organizer=people["chenxiao"], office=people["heya"])


@pytest.fixture
def held_back(people, dianbai) -> list[Certificate]:
    """电白区's, made and not released."""
    batch = asked(dianbai, PEOPLE, organizer=people["huangqiang"], office=people["heya"])
    while make_due(cast.NOW):
        pass
    return list(batch.certificates.in_order())


@pytest.fixture
def visitor() -> Client:
    return Client()


def page(answer) -> str:
    return answer.content.decode()


def open_code(client: Client, certificate: Certificate):
    return client.get(f"/c/{codes.code_of(certificate.nonce)}")


def look_up(client: Client, code: str, name: str, **extra):
    return client.post("/verify/", {"code": code, "name": name}, **extra)


def without_tokens(answer) -> bytes:
    """A page without what differs each time: the form's token, and the address that the language links lead back to."""
    return re.sub(rb'(name="(?:csrfmiddlewaretoken|next)" value=")[^"]*', rb"\1", answer.content)


def shown_as(answer) -> str:
    found = re.search(r"<h1[^>]*>\s*(.*?)\s*</h1>", page(answer))
    assert found
    return found[1]


class TestByItsCode:
    def test_a_released_certificate_is_valid(self, certificates, visitor):
        answer = open_code(visitor, certificates[0])
        told = answer.context["certificate"]
        assert (answer.status_code, shown_as(answer)) == (200, "证书有效")
        assert (told.name, told.tier, told.stage) == ("陈**", "一等奖", "茂南区初赛")
        assert (told.serial, told.dated.isoformat()) == (certificates[0].serial, "2023-12-25")
        for word in (told.serial, "陈**", "一等奖", "茂南区初赛", "2023年12月25日", certificates[0].sha256):
            assert word in page(answer)
        for host in certificates[0].facts["hosts"]:
            assert host["name"] in page(answer)

    def test_it_shows_neither_the_whole_name_nor_where_the_person_works(self, certificates, visitor):
        answer = open_code(visitor, certificates[0])
        facts = certificates[0].facts
        hidden = [facts["name"], facts["unit"], facts["village"], codes.short_of(certificates[0].nonce)]
        assert [word for word in hidden if word in page(answer)] == []

    def test_a_rehearsals_says_so_and_a_real_one_does_not(self, certificates, visitor):
        assert "这是演练中制作的样张" in page(open_code(visitor, certificates[0]))
        certificates[0].facts["rehearsal"] = False
        certificates[0].save()
        assert "这是演练中制作的样张" not in page(open_code(visitor, certificates[0]))

    @pytest.mark.parametrize("typed", [str.lower, lambda code: f"{code[:4]} {code[4:]}", lambda code: f"-{code}-"])
    def test_a_code_is_found_however_it_was_typed(self, certificates, visitor, typed):
        code = typed(codes.code_of(certificates[0].nonce))
        assert visitor.get(f"/c/{code}").status_code == 200

    def test_it_states_the_paper_not_the_registry(self, certificates, visitor):
        Season.objects.update(title="另一届")
        assert "另一届" not in open_code(visitor, certificates[0]).context["certificate"].season

    def test_nobody_keeps_or_lists_it(self, certificates, visitor):
        for answer in (open_code(visitor, certificates[0]), visitor.get(f"/c/{NOWHERE}"), visitor.get("/verify/")):
            assert "no-store" in answer.headers["Cache-Control"]
            assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
            # The code in the address goes to no other site.
            assert answer.headers["Referrer-Policy"] == "same-origin"

    def test_it_costs_the_same_few_queries_every_time(self, certificates, visitor, django_assert_num_queries):
        open_code(visitor, certificates[0])
        # The certificate, and the season in the frame.
        for certificate in certificates:
            with django_assert_num_queries(2):
                open_code(visitor, certificate)

    def test_it_writes_nothing(self, certificates, visitor):
        with CaptureQueriesContext(connection) as queries:
            open_code(visitor, certificates[0])
        assert [query for query in queries if not query["sql"].startswith("SELECT")] == []


class TestItsEnd:
    def test_a_revoked_one_shows_revoked_with_its_date_and_no_more_than_a_word_of_why(
        self, certificates, visitor, people
    ):
        reason = reason_of(WhyRevoked.AWARD_WITHDRAWN, "陈志远的材料被举报")
        revoke(certificates[0], reason=reason, by=people["heya"], seconded_by=people["luoping"], at=cast.later(60))
        answer = open_code(visitor, certificates[0])
        assert (answer.status_code, shown_as(answer)) == (200, "证书已撤销")
        assert "这张证书已于 2023年11月25日撤销，不再有效。原因：奖项撤销。" in page(answer)
        assert ("举报" in page(answer), "核对 PDF" in page(answer)) == (False, False)

    def test_a_replaced_one_shows_replaced_and_the_number_of_the_new_one(self, certificates, visitor, people):
        reason = reason_of(WhyReplaced.DETAILS_CORRECTED, "姓名写错一字")
        new = replace(
            certificates[0], reason=reason, by=people["heya"], seconded_by=people["luoping"], at=cast.later(60)
        )
        answer = open_code(visitor, certificates[0])
        assert (answer.status_code, shown_as(answer)) == (200, "证书已换发")
        assert f"现行证书的编号是 {new.serial}" in page(answer)
        assert "原因：信息更正。" in page(answer)
        # What leads to the new one stays with whoever holds it.
        assert codes.code_of(new.nonce) not in page(answer)
        assert "写错一字" not in page(answer)

    def test_the_new_one_is_known_once_it_is_made(self, certificates, visitor, people):
        new = replace(
            certificates[0], reason="其他原因：x", by=people["heya"], seconded_by=people["luoping"], at=cast.later(60)
        )
        assert open_code(visitor, new).status_code == 404
        make_due(cast.later(61))
        answer = open_code(visitor, new)
        assert (answer.status_code, shown_as(answer)) == (200, "证书有效")

    def test_a_replaced_one_does_not_praise_a_new_one_that_was_revoked(self, certificates, visitor, people):
        new = replace(
            certificates[0], reason="其他原因：x", by=people["heya"], seconded_by=people["luoping"], at=cast.later(60)
        )
        make_due(cast.later(61))
        revoke(
            Certificate.objects.get(pk=new.pk),
            reason="误发：x",
            by=people["heya"],
            seconded_by=people["luoping"],
            at=cast.later(62),
        )
        assert f"代替它的 {new.serial} 后来也已撤销" in page(open_code(visitor, certificates[0]))

    def test_a_reason_without_a_public_word_stays_inside(self, certificates, visitor, people):
        revoke(certificates[0], reason="内部原因", by=people["heya"], seconded_by=people["luoping"], at=cast.later(60))
        assert "原因" not in page(open_code(visitor, certificates[0])).split("查验另一张")[0].split("<h1")[1]


class TestNotOurs:
    def test_unknown_held_back_given_up_and_malformed_are_one_page(self, held_back, visitor, people, maonan):
        batch = asked(maonan, PEOPLE, organizer=people["chenxiao"], office=people["heya"])
        while make_due(cast.NOW):
            pass
        given_up = batch.certificates.first()
        discard(batch, reason="样式选错", by=people["heya"], at=cast.later(1))
        asked_for = [
            NOWHERE,
            codes.code_of(held_back[0].nonce),
            codes.code_of(given_up.nonce),
            "x",
            "%20",
            "A" * 3000,
            "%ED%A0%80",
            "王䶮",
            codes.short_of(held_back[0].nonce),
        ]
        answers = [visitor.get(f"/c/{code}") for code in asked_for]
        assert [answer.status_code for answer in answers] == [404] * len(asked_for)
        # An address that no page has at all, whatever is kept.
        assert visitor.get("/c/%00").status_code == 404
        assert {without_tokens(answer) for answer in answers} == {without_tokens(answers[0])}
        # How long the page is depends on the address asked for, which it repeats; when it expires, on the second.
        headers = [{**answer.headers, "Content-Length": "", "Expires": ""} for answer in answers]
        assert headers == headers[:1] * len(asked_for)

    def test_they_cost_the_same_queries(self, held_back, visitor):
        told = []
        for code in (NOWHERE, codes.code_of(held_back[0].nonce), "x"):
            with CaptureQueriesContext(connection) as queries:
                visitor.get(f"/c/{code}")
            told.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries])
        assert told[1:] == told[:1] * 2

    def test_a_held_back_one_is_there_for_whoever_asks_after_the_release(self, held_back, visitor, people):
        """The control: the page above is about the release, not about the code."""
        release(held_back[0].batch, by=people["luoping"], at=cast.later(5))
        assert open_code(visitor, held_back[0]).status_code == 200

    def test_a_short_code_and_a_name_betray_no_more(self, certificates, held_back, visitor):
        typed = [
            (codes.short_of("0" * 32), "陈志远"),
            (codes.short_of(held_back[0].nonce), held_back[0].name),
            (codes.short_of(certificates[0].nonce), "陈志"),
            ("x", "陈志远"),
            ("王" * 500, "陈志远"),
        ]
        answers = [look_up(visitor, *each) for each in typed]
        assert [answer.status_code for answer in answers] == [404] * len(typed)
        pages = {re.sub(rb'(name="(code|name)" value=")[^"]*', rb"\1", without_tokens(answer)) for answer in answers}
        assert len(pages) == 1

    def test_what_was_typed_stays_in_the_form(self, visitor):
        answer = look_up(visitor, "ABCD-EFGH", "陈志远")
        assert ('value="ABCD-EFGH"' in page(answer), 'value="陈志远"' in page(answer)) == (True, True)

    def test_a_hundred_thousand_guessed_codes_hit_nothing(self, certificates):
        """The same as the page asks, in bulk: hashes of random codes against the stored ones."""
        known = set(Certificate.objects.values_list("code_hash", flat=True))
        guesses = {codes.hash_of_code(codes.code_of(secrets.token_hex(16))) for _each in range(100_000)}
        assert (len(known), len(guesses), known & guesses) == (PEOPLE, 100_000, set())

    def test_an_empty_form_is_asked_for_what_is_missing(self, visitor):
        answer = look_up(visitor, "", " ")
        assert (answer.status_code, page(answer).count("请填写这一项") >= 2) == (400, True)
        assert Guess.objects.count() == 0


class TestByItsShortCode:
    @pytest.mark.parametrize(
        "typed",
        [
            str,
            str.lower,
            lambda code: code.replace("-", ""),
            lambda code: f"  {code[:2]} {code[2:]} ",
            lambda code: code.replace("-", "—"),
            lambda code: code.replace("0", "o").replace("1", "l"),
            lambda code: code.replace("0", "O").replace("1", "i"),
            # As a Chinese keyboard writes it: wide letters.
            lambda code: code.translate({ord(c): ord(c) + 0xFEE0 for c in codes.ALPHABET + "-"}),
        ],
    )
    def test_it_is_found_however_it_was_typed(self, certificates, visitor, typed):
        for certificate in certificates:
            answer = look_up(visitor, typed(codes.short_of(certificate.nonce)), certificate.name)
            assert (answer.status_code, answer.url) == (302, f"/c/{codes.code_of(certificate.nonce)}")

    def test_a_rare_name_must_be_typed_exactly(self, certificates, visitor):
        wang = next(each for each in certificates if each.name == "王䶮")
        short = codes.short_of(wang.nonce)
        assert look_up(visitor, short, "王 䶮").status_code == 302
        assert look_up(visitor, short, "王龑").status_code == 404
        assert look_up(visitor, short, "王").status_code == 404
        assert look_up(visitor, short, "王䶮䶮").status_code == 404

    @pytest.mark.parametrize(("kept", "typed"), [("陈 志 远", "陈志远"), ("Zoe\u0301", "Zo\u00e9"), ("張三", "張　三")])
    def test_blanks_and_how_an_accent_is_written_make_no_other_name(self, certificates, visitor, kept, typed):
        certificates[0].facts["name"] = kept
        certificates[0].save()
        assert look_up(visitor, codes.short_of(certificates[0].nonce), typed).status_code == 302

    @pytest.mark.parametrize(
        ("kept", "typed"),
        [
            ("买买提·吐尔逊", "买买提•吐尔逊"),
            ("买买提．吐尔逊", "买买提·吐尔逊"),
            ("买买提·吐尔逊", "买买提 ‧ 吐尔逊"),
            ("葛\U000e0100示例", "葛示例"),
            ("葛示例", "葛\ufe00示例"),
        ],
    )
    def test_any_dot_and_any_selector_make_no_other_name(self, certificates, visitor, kept, typed):
        certificates[0].facts["name"] = kept
        certificates[0].save()
        assert look_up(visitor, codes.short_of(certificates[0].nonce), typed).status_code == 302
        assert look_up(visitor, codes.short_of(certificates[0].nonce), typed + "某").status_code == 404

    def test_two_with_the_same_short_code_are_told_apart_by_name(self, certificates):
        first, second = certificates[:2]
        Certificate.objects.filter(pk=second.pk).update(short_hash=first.short_hash)
        short = codes.short_of(first.nonce)
        assert [verification.by_short(short, each.name) for each in (first, second)] == [first, second]


class TestTooManyGuesses:
    @pytest.fixture
    def spent(self, certificates, visitor) -> Client:
        answers = [visitor.get(f"/c/{NOWHERE}{number}").status_code for number in range(guess.LIMIT)]
        assert answers == [404] * 30
        return visitor

    def test_the_thirty_first_failure_is_told_to_wait(self, spent):
        answer = spent.get(f"/c/{NOWHERE}")
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 3600
        assert "请稍后再查" in page(answer)

    def test_not_even_the_right_short_code_helps_then(self, spent, certificates):
        assert look_up(spent, codes.short_of(certificates[0].nonce), certificates[0].name).status_code == 429

    def test_a_qr_code_is_still_answered(self, spent, certificates):
        """Nobody guesses 128 bits, and a hall full of people shares one address."""
        assert open_code(spent, certificates[0]).status_code == 200

    def test_another_address_is_free(self, spent, certificates):
        elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
        assert Client(**elsewhere).get(f"/c/{NOWHERE}").status_code == 404
        answer = look_up(Client(**elsewhere), codes.short_of(certificates[0].nonce), certificates[0].name)
        assert answer.status_code == 302

    def test_a_header_that_anybody_can_write_makes_no_other_address(self, spent):
        assert spent.get(f"/c/{NOWHERE}", headers={"x-forwarded-for": "203.0.113.7"}).status_code == 429

    def test_what_is_found_is_not_counted(self, certificates, visitor):
        for _each in range(40):
            assert open_code(visitor, certificates[0]).status_code == 200
            assert look_up(visitor, codes.short_of(certificates[0].nonce), certificates[0].name).status_code == 302
        assert Guess.objects.count() == 0


class TestItsFile:
    def sent(self, client: Client, certificate: Certificate, data: bytes):
        file = SimpleUploadedFile("证书.pdf", data, "application/pdf")
        return client.post(f"/c/{codes.code_of(certificate.nonce)}", {"file": file})

    def verdict(self, answer) -> tuple[bool, bool]:
        """Whether the page says that the file is the same, and that it is another."""
        return tuple(f"data-compare-{word} hidden" not in page(answer) for word in ("same", "other"))  # type: ignore[return-value]

    def test_the_issued_file_is_the_one_on_record(self, certificates, visitor):
        answer = self.sent(visitor, certificates[0], store.read(certificates[0]))
        assert (answer.status_code, self.verdict(answer)) == (200, (True, False))
        assert page(answer).count(certificates[0].sha256) == 4

    def test_an_altered_file_does_not_match(self, certificates, visitor):
        altered = bytearray(store.read(certificates[0]))
        altered[len(altered) // 2] ^= 1
        answer = self.sent(visitor, certificates[0], bytes(altered))
        assert (answer.status_code, self.verdict(answer)) == (200, (False, True))
        assert hashlib.sha256(altered).hexdigest() in page(answer)

    def test_somebody_elses_file_does_not_match(self, certificates, visitor):
        answer = self.sent(visitor, certificates[0], store.read(certificates[1]))
        assert self.verdict(answer) == (False, True)

    @pytest.mark.parametrize("data", [b"", b"x" * (LARGEST + 1)])
    def test_a_file_that_cannot_be_one_is_refused(self, certificates, visitor, data):
        answer = self.sent(visitor, certificates[0], data)
        assert (answer.status_code, self.verdict(answer)) == (400, (False, False))

    def test_no_file_at_all_is_asked_for(self, certificates, visitor):
        code = codes.code_of(certificates[0].nonce)
        assert visitor.post(f"/c/{code}", {"file": "text"}).status_code == 400

    def test_a_revoked_one_is_compared_with_nothing(self, certificates, visitor, people):
        pdf = store.read(certificates[0])
        revoke(certificates[0], reason="误发：x", by=people["heya"], seconded_by=people["luoping"], at=cast.later(60))
        answer = self.sent(visitor, certificates[0], pdf)
        assert (shown_as(answer), "与存档一致" in page(answer)) == ("证书已撤销", False)

    def test_a_file_for_an_unknown_code_is_not_compared(self, visitor):
        answer = visitor.post(f"/c/{NOWHERE}", {"file": io.BytesIO(b"%PDF")})
        assert answer.status_code == 404
