"""What the log's lines commit to and the contest's tables and files must still say (DESIGN 12)."""

import hashlib
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop as _

from accounts.log import Fault, Line, checks
from contest.models import StageDocument

USES = {
    "upload_signed_result": StageDocument.Use.SIGNED_RESULT,
    "upload_sealed_result": StageDocument.Use.SEALED_RESULT,
}
CHUNK = 1024 * 1024


@checks("upload_signed_result", "upload_sealed_result")
def scans_are_what_was_uploaded(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """DESIGN 12: the scan that a certification rests on, page by page, by its row and by the file itself."""
    rows = {row.pk: row for row in StageDocument.objects.filter(stage__season__code=chain)}
    for line in lines:
        use = USES[line.verb]
        for page, (pk, sha256) in enumerate(zip(line.facts["documents"], line.facts["sha256"], strict=True), start=1):
            document = rows.pop(pk, None)
            if document is None:
                yield Fault(line.seq, _("扫描件 %(document)s 的记录不见了"), {"document": pk})
                continue
            told = (line.pk, use, page, sha256, line.facts["revision"], line.user, line.at)
            if told != _says(document):
                yield Fault(line.seq, _("扫描件 %(document)s 的记录与日志不符"), {"document": pk})
            if _sha256(document) != sha256:
                yield Fault(line.seq, _("扫描件 %(document)s 的文件不见了或与日志不符"), {"document": pk})
    yield from (Fault(0, _("扫描件 %(document)s 没有对应的日志"), {"document": pk}) for pk in rows)


def _says(document: StageDocument) -> tuple[object, ...]:
    return (
        document.stage_id,
        document.use,
        document.page,
        document.sha256,
        document.revision,
        document.uploaded_by_id,
        document.uploaded_at,
    )


def _sha256(document: StageDocument) -> str:
    """Of the file as it lies in the storage; "" where it does not."""
    digest = hashlib.sha256()
    try:
        with document.file.open("rb") as file:
            while piece := file.read(CHUNK):
                digest.update(piece)
    except (OSError, ValueError):
        return ""
    return digest.hexdigest()
