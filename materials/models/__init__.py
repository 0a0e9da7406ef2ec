from materials.models.material import Kind, Material, Preview, Verdict
from materials.models.pledge import Claim, Confirmation, Evidence, Pledge
from materials.models.terms import LateCode, Terms
from materials.models.upload import Upload

__all__ = [
    "Claim",
    "Confirmation",
    "Evidence",
    "Kind",
    "LateCode",
    "Material",
    "Pledge",
    "Preview",
    "Terms",
    "Upload",
    "Verdict",
]
