"""What is drawn of a face, and in which colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import is_number
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.calibration import regions_of
from laplace_landmarks.runtime.face import Face

Colour: TypeAlias = tuple[int, int, int]  # RGB

# Light, so that they show on dark skin, and on light skin by their dark rim; no two of them look alike with any kind
# of colour blindness (the test of this file simulates three)
PALETTE: tuple[Colour, ...] = (
    (96, 167, 255), (255, 224, 58), (0, 207, 136), (201, 238, 130), (124, 250, 255), (255, 131, 76), (255, 165, 199),
)  # fmt: skip
WHITE: Colour = (255, 255, 255)
RIM: Colour = (12, 12, 20)  # beneath every light line
PAPER: Colour = (30, 31, 35)  # behind the pictures of a sheet


def is_colour(colour: Any) -> bool:
    """Whether it is three numbers from 0 to 255.

    >>> is_colour((255, 0, 0)), is_colour("red"), is_colour(((255, 0, 0),)), is_colour((0, 0, 256)), is_colour(255)
    (True, False, False, False, False)
    """
    try:
        return len(colour) == 3 and all(0 <= part <= 255 for part in colour)
    except (TypeError, ValueError):  # of what has no parts, or parts that are no numbers
        return False


@dataclass(frozen=True)
class Style:
    """The choices of a drawing.

    skeleton: lines along the markup's edges, and a dot for a landmark that no line shows. dots: every landmark.
    numbers: their indices, from 0.
    uncertainty: what lies around each landmark, to scale: the circle of the calibrated radius at p, the ellipse of the
        spread, or nothing; auto is the radius where the model is calibrated and the spread where it is not.
    p: probability with which the circle holds the true place.
    heatmaps: those of faces that were asked for them, laid over the picture.
    box: the tight box. label: the face's id and score, at the box. legend: a line that says what is drawn.
    colours: of the markup's regions in turn, mirror images of each other in the same; ((255, 0, 0),) is one for all.
    truth: colour of the true landmarks.
    weight: how heavy lines, dots and letters are; 1 suits the size of the face.
    """

    skeleton: bool = True
    dots: bool = True
    numbers: bool = False
    uncertainty: Literal["auto", "radius", "spread", "none"] = "auto"
    p: float = 0.9
    heatmaps: bool = False
    box: bool = False
    label: bool = False
    legend: bool = False
    colours: tuple[Colour, ...] = PALETTE
    truth: Colour = WHITE
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.uncertainty not in ("auto", "radius", "spread", "none"):
            raise InputError(f"uncertainty is auto, radius, spread or none, not {self.uncertainty!r}")
        if not (is_number(self.p) and 0 < self.p < 1):
            raise InputError(f"p is a probability between 0 and 1, not {self.p!r}")
        if not (is_number(self.weight) and 0 < self.weight < 100):
            raise InputError(f"weight must be above 0 and below 100, not {self.weight!r}")
        if not isinstance(self.colours, Sequence) or not self.colours:
            raise InputError("colours: give at least one, (red, green, blue) from 0 to 255")
        for colour in (*self.colours, self.truth):
            if not is_colour(colour):
                more = f"; one alone for all is colours=({self.colours!r},)" if is_colour(self.colours) else ""
                raise InputError(f"a colour is (red, green, blue) from 0 to 255, not {colour!r}{more}")


DEFAULT = Style()


def colours_of(markup: Markup, style: Style) -> NDArray[np.uint8]:
    """(K, 3) the colour of each landmark: that of its region, which it shares with the region's mirror image."""
    regions = np.array(regions_of(markup))
    mirrored = regions[markup.mirror_order()]
    colours = np.zeros((len(markup), 3), np.uint8)
    turns: dict[str, int] = {}
    for region in dict.fromkeys(regions.tolist()):
        twins = set(mirrored[regions == region].tolist())
        twin = twins.pop() if len(twins) == 1 else region
        turns[region] = turns.get(twin, len(set(turns.values())))
        colours[regions == region] = style.colours[turns[region] % len(style.colours)]
    return colours


def uncertainty_of(face: Face, style: Style) -> Literal["radius", "spread", "none"]:
    """What the style draws around this face's landmarks."""
    if style.uncertainty == "auto":
        return "spread" if face.radii is None else "radius"
    return style.uncertainty
