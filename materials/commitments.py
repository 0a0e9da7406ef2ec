"""What was handed in, and what was promised about it, beside the lines that commit to it (DESIGN 12)."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop as _

from accounts.log import Fault, Line, checks, keeps, seals
from materials import store
from materials.models import Claim, Confirmation, Evidence, LateCode, Material, Pledge, Terms, Verdict

PROMISED = "sign_pledge", "confirm_pledge"
LATE = "give_late_code", "redeem_late_code", "withdraw_late_code"

# fmt: off
# Where a file lies, and what its inspection notes of itself, are nothing that decides.
seals(
    "materials", Material, "entry__stage__season__code",
    "entry", "kind", "version", "size", "uploaded_by", "begun_at", "completed_at", "late", "verdict", "format",
    "sha256", "returned_at", "returned_by",
    verbs=("receive_material", "carry_material", "inspect_material", "return_material"),
    says=_("有参赛材料的版本、检查结果或退回与日志不符"),
)
seals(
    "terms", Terms, "stage__season__code",
    "stage", "closes_at", "grace_minutes", "needs_video", "deck_mb", "video_mb", "video_seconds",
    verbs=("set_terms",),
    says=_("有征集要求与日志不符"),
)
seals(
    "late codes", LateCode, "entry__stage__season__code",
    "entry", "code_hash", "expires_at", "given_by", "given_at", "redeemed_at", "withdrawn_at",
    verbs=LATE,
    says=_("有补交码与日志不符"),
)
seals(
    "pledges", Pledge, "entry__stage__season__code",
    "entry", "deck", "video", "signed_by", "signed_at",
    verbs=PROMISED,
    says=_("有真实性承诺与日志不符"),
)
seals(
    "evidence", Evidence, "claim__pledge__entry__stage__season__code",
    "claim", "claim__pledge", "claim__order", "sha256", "size",
    verbs=PROMISED,
    says=_("有佐证材料与日志不符"),
)
seals(
    "claims", Claim, "pledge__entry__stage__season__code",
    "pledge", "order",
    verbs=PROMISED,
    says=_("有真实性承诺与日志不符"),
)
seals(
    "confirmations", Confirmation, "pledge__entry__stage__season__code",
    "pledge", "level", "by", "at",
    verbs=PROMISED,
    says=_("有属实确认与日志不符"),
)
# fmt: on
keeps(Material, "return_reason", "return_material", says=_("参赛材料 %(row)s 退回的原因与日志不符"))
keeps(
    LateCode,
    "reason",
    "give_late_code",
    says=_("补交码 %(row)s 的原因与日志不符"),
    row=lambda line: int(line.facts["late"]),
)


@checks("inspect_material")
def materials_lie_where_they_are_kept(chain: str, lines: Sequence[Line]) -> Iterator[Fault]:
    """Every accepted version that is still on the disk is there, as long as it was. One query.

    A video is half a gigabyte: its bytes are hashed when the hall is given it, not here.
    """
    told = {line.pk: line for line in lines if line.facts["verdict"] == Verdict.ACCEPTED}
    kept = Material.objects.accepted().filter(entry__stage__season__code=chain, put_away_at=None).exclude(file="")
    for pk, file, size in kept.order_by("pk").values_list("pk", "file", "size"):
        if pk in told and store.size_of(file) != size:
            yield Fault(told[pk].seq, _("参赛材料 %(row)s 的文件不见了或长度不符"), {"row": pk})
