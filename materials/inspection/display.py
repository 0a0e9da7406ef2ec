"""How a film's pictures are shown: turned, mirrored, and of other than square points."""

from dataclasses import dataclass
from fractions import Fraction

from PIL import Image
from PIL.Image import Transpose

from materials.inspection.boxes import Matrix


@dataclass(frozen=True, slots=True)
class Shown:
    """`lying` is the size of a picture with square points before it is turned; then it is laid over its diagonal
    (`is_turned`), and then mirrored from left to right and from top to bottom."""

    lying: tuple[int, int]
    is_turned: bool
    mirrors_x: bool
    mirrors_y: bool

    @classmethod
    def of(cls, width: int, height: int, matrix: Matrix, shape: Fraction | None) -> "Shown":
        """As a browser does it: in quarters of a turn, and points that are not square widen or heighten the picture."""
        a, b, c, d = matrix
        is_turned = abs(b) + abs(c) > abs(a) + abs(d)
        shape = shape if shape and shape > 0 else Fraction(1)
        lying = (round(width * shape), height) if shape >= 1 else (width, round(height / shape))
        x, y = (c, b) if is_turned else (a, d)
        return cls(lying, is_turned, x < 0, y < 0)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as they are seen."""
        width, height = self.lying
        return (height, width) if self.is_turned else (width, height)

    def turn(self, picture: Image.Image) -> Image.Image:
        """The picture as it is seen."""
        steps = (
            (self.is_turned, Transpose.TRANSPOSE),
            (self.mirrors_x, Transpose.FLIP_LEFT_RIGHT),
            (self.mirrors_y, Transpose.FLIP_TOP_BOTTOM),
        )
        for wanted, step in steps:
            picture = picture.transpose(step) if wanted else picture
        return picture
