"""Five points of a face (eye centres, nose tip, mouth corners): where they usually lie, and how a face is turned."""

from math import atan2, degrees

import numpy as np
from numpy.typing import ArrayLike, NDArray

SIDE = 112  # pixels of the pictures in which the usual places are
# Eye centres, nose tip and mouth corners in a picture of 112 x 112 pixels: the five points that ArcFace (Deng et al.,
# CVPR 2019) and most recognition models since are trained with, as its authors' InsightFace publishes them.
FIVE_POINTS = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)
LIKE_A_FACE = 0.5  # of five points' variance: that of a face seen wholly from the side is explained to 0.6


def roll(points: ArrayLike) -> float:
    """Degrees by which a face with these five points (5, 2) is turned in the picture, clockwise as one sees it.

    Of the similarity that brings the widely used places nearest to them: of a face seen from the side, where the eyes'
    line is short and says little, the way from eyes to mouth counts for more. 0 where the points are no such face: a
    similarity then leaves more than half of how they lie unexplained, as it does of a mirrored one.
    """
    points = np.asarray(points, np.float64)
    turned, _ = similarity(FIVE_POINTS, points)
    explained, whole = (float(some.var(axis=0).sum()) for some in (FIVE_POINTS @ turned.T, points))
    return degrees(atan2(turned[1, 0], turned[0, 0])) if explained > LIKE_A_FACE * whole else 0.0


def similarity(source: ArrayLike, target: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The turn with scale (2, 2) and the move (2,) that bring points (N, 2) nearest to others, in least squares.

    No mirroring (Umeyama, 1991, for the plane: as complex numbers the best factor is a quotient of two sums).
    """
    source, target = np.asarray(source, np.float64), np.asarray(target, np.float64)
    z, w = ((points - points.mean(axis=0)) @ (1, 1j) for points in (source, target))
    factor = np.vdot(z, w) / np.vdot(z, z)
    turn = np.array([[factor.real, -factor.imag], [factor.imag, factor.real]])
    return turn, target.mean(axis=0) - turn @ source.mean(axis=0)
