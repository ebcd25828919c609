"""Headers of Netpbm files (PBM, PGM, PPM, PAM) and PFM, which are text: how large the picture is, and what is white."""

import re

import numpy as np
from numpy.typing import NDArray

NUMBER = rb"(?:\s|#[^\n]*\n)+(\d{1,10})"  # comments may stand before each
SIZE = re.compile(rb"P[1-6Ff]" + NUMBER * 2)
PAM_SIZE = re.compile(rb"P7[^\0]*?WIDTH\s+(\d{1,10})[^\0]*?HEIGHT\s+(\d{1,10})")
WHITE = re.compile(rb"P[2356]" + NUMBER * 3)  # PGM and PPM: only they tell it behind their size
AS_TEXT = (b"P2", b"P3")  # PGM and PPM whose pixels are text, too
HEADER = 4096  # bytes in which it has told all


def netpbm_size(data: bytes) -> tuple[int, int] | None:
    """Width and height; None where the header tells none."""
    found = SIZE.match(data[:HEADER]) or PAM_SIZE.match(data[:HEADER])
    return (int(found[1]), int(found[2])) if found else None


def with_white(raw: NDArray, data: bytes) -> NDArray:
    """Pixels as opencv decodes them, with the header's white at 255, or at 65535; those of other files as they are.

    Opencv heeds the header's word only where pixels are text and have 8 bits.
    """
    found = WHITE.match(data[:HEADER])
    white = int(found[3]) if found else 255
    if white in (255, 65535) or (data.startswith(AS_TEXT) and white < 255):
        return raw
    return (np.minimum(raw, white).astype(np.uint32) * 255 // white).astype(np.uint8)
