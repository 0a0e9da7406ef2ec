"""Certificates, letters and seals beside the lines that commit to them (DESIGN 12)."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop as _

from accounts.log import Fault, Line, checks, keeps, seals
from certificates import store
from certificates.models import Batch, Certificate, Letter, Seal

ISSUING = (
    "ask_certificates", "discard_certificates", "release_certificates", "revoke_certificate", "replace_certificate",
    "withdraw_certification",
)  # fmt: skip

# fmt: off
seals(
    "batches", Batch, "stage__season__code",
    "stage", "template", "dated", "live", "asked_by", "asked_at", "released_by", "released_at", "superseded_at",
    verbs=ISSUING,
    says=_("有制证批次与日志不符"),
)
# The nonce, which nobody is shown, keeps the names in the facts from being guessed.
seals(
    "certificates", Certificate, "batch__stage__season__code",
    "batch", "award", "version", "series", "number", "name", "facts", "nonce", "code_hash", "short_hash", "status",
    "ended_by", "ended_second", "ended_at",
    verbs=ISSUING,
    says=_("有证书的内容、编号或效力与日志不符"),
)
# `sha256` is that of the facts.
seals(
    "letters", Letter, "season__code",
    "season", "unit", "number", "version", "live", "sha256", "written_by", "written_at", "sent_on", "received_on",
    verbs=("write_letters", "rewrite_letter", "number_letter", "send_letter", "receive_letter"),
    says=_("有反馈函的记录与日志不符"),
)
seals(
    "host seals", Seal, "season__code",
    "host", "sha256", "size", "live", "uploaded_by", "uploaded_at",
    verbs=("keep_seal", "retire_seal"),
    says=_("有印章的记录与日志不符"),
)
# fmt: on
keeps(
    Certificate,
    "reason",
    "revoke_certificate",
    "replace_certificate",
    says=_("证书 %(row)s 撤销或换发的原因与日志不符"),
)
keeps(Letter, "reason", "rewrite_letter", says=_("反馈函 %(row)s 重拟的原因与日志不符"))


@checks("release_certificates", "revoke_certificate", "replace_certificate")
def papers_are_what_was_released(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """DESIGN 12: the PDF of every released certificate, by its row and by the file itself. One query.

    What was made after the release, to replace another, is told only once it ends.
    """
    rows = Certificate.objects.filter(batch__stage__season__code=chain).in_bulk()
    for line in lines:
        told = line.facts.get("files", {}) if line.verb == "release_certificates" else {line.pk: line.facts["sha256"]}
        for pk, sha256 in told.items():
            row = rows.get(int(pk))
            if row is None or row.sha256 != sha256:
                yield Fault(line.seq, _("证书 %(certificate)s 的记录不见了或与日志不符"), {"certificate": pk})
            elif not _is_kept(row):
                yield Fault(line.seq, _("证书 %(certificate)s 的文件不见了或与日志不符"), {"certificate": pk})


def _is_kept(row: Certificate) -> bool:
    try:
        store.read(row)
    except store.Missing:
        return False
    return True
