"""A face as a finder of faces reports it, before anything is known of its landmarks."""

from dataclasses import dataclass

from laplace_landmarks.conventions import Box, Landmarks


@dataclass(frozen=True, eq=False)
class FoundFace:
    """Where a face is, in picture pixels.

    box: as tight as the finder draws it. score: its probability, None where the finder has none.
    anchors: (5, 2) centre of the eye on the picture's left, of the other, nose tip, mouth corners from the left; None
        where the finder gives boxes only.
    """

    box: Box
    score: float | None = None
    anchors: Landmarks | None = None
