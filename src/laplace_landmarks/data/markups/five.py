"""The five points that face detectors give and that place the paper's crop."""

from laplace_landmarks.data.markups.definition import Markup

FIVE = Markup(
    name="five",
    names=("right eye", "left eye", "nose tip", "right mouth corner", "left mouth corner"),
    mirror=((0, 1), (3, 4)),
    regions={"eyes": (0, 1), "nose": (2,), "mouth": (3, 4)},
    normaliser=((0,), (1,)),
    pupils=((0,), (1,)),
    anchors=((0,), (1,), (2,), (3,), (4,)),
)
"""Eye centres, nose tip and mouth corners in MTCNN's order; right is the person's, so on the picture's left."""
