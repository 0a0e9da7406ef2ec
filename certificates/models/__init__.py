from certificates.models.certificate import Batch, Certificate
from certificates.models.guess import Guess
from certificates.models.letter import Letter
from certificates.models.seal import Seal

__all__ = ["Batch", "Certificate", "Guess", "Letter", "Seal"]
