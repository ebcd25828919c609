"""MTCNN's five points, moved to where the 300W markup has them.

They are named alike and lie apart: the markup's eye centre is the mean of six points on the lids, lower than MTCNN's
and nearer to the nose; its nose tip is higher, its mouth corners are lower and nearer to each other. Fitted on faces
and judged on others by benchmarks/finding_faces.py: the median difference, made the same on both sides of the face.
"""

import numpy as np
from numpy.typing import NDArray

# along the line from eye to eye and at right angles to it, downwards; in distances between the eyes
TO_MARKUP = np.array([(0.012, 0.036), (-0.012, 0.036), (0, -0.019), (0.009, 0.016), (-0.009, 0.016)])


def as_marked(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 5, 2) eyes, nose tip and mouth corners as MTCNN has them → as the markup has them, whatever the roll.

    >>> as_marked(np.array([[(0, 0), (1000, 0), (500, 500), (100, 900), (900, 900)]]))[0].tolist()[:2]
    [[12.0, 36.0], [988.0, 36.0]]
    """
    along = points[:, 1] - points[:, 0]
    down = np.stack([-along[:, 1], along[:, 0]], axis=1)
    return points + TO_MARKUP[:, :1] * along[:, None] + TO_MARKUP[:, 1:] * down[:, None]
