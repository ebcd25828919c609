"""Shapes and coordinates, said once.

A point is (x, y) in pixels; the centre of the first pixel is (0, 0), so a picture W pixels wide spans x from -0.5 to
W - 0.5. A box is (x0, y0, x1, y1) in the same coordinates, its edges included. A picture is RGB uint8, (H, W, 3).
Files with other habits (1-based .pts, BGR decoders) are converted where they are read, and nowhere else.
"""

from numbers import Integral, Real
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.uint8]  # (H, W, 3), RGB, 0..255
Landmarks: TypeAlias = NDArray[np.float32]  # (K, 2), x and y in pixels of a picture or a crop
Spread: TypeAlias = NDArray[np.float32]  # (K, 2), mean absolute deviation along x and y, in the pixels of its landmarks
Visible: TypeAlias = NDArray[np.bool_]  # (K,), False where a landmark has no label
Box: TypeAlias = tuple[float, float, float, float]  # x0, y0, x1, y1


def is_whole(number: object) -> bool:
    """Whether it is a whole number, Python's or numpy's; True and False are none.

    >>> is_whole(2), is_whole(np.int64(2)), is_whole(2.0), is_whole("2"), is_whole(True)
    (True, True, False, False, False)
    """
    return isinstance(number, Integral) and not isinstance(number, bool)


def is_number(number: object) -> bool:
    """Whether it is a real number, Python's or numpy's, which nan and inf are; True and False are none.

    >>> is_number(0.5), is_number(np.float32(2)), is_number("2"), is_number(None), is_number(True)
    (True, True, False, False, False)
    """
    return isinstance(number, Real) and not isinstance(number, bool | np.bool_)
