"""Every setting of the augmentation: 0 is off, more is stronger. As a whole off is the paper's recipe."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MEASURED = "mtcnn"  # the detector whose crop errors come with the package

BY_CHANCE = ("occluders", "blur", "low_resolution", "noise", "jpeg")  # what `probability` decides on
HOW = ("jitter_strength", "probability")  # settings that change nothing by themselves


@dataclass(frozen=True)
class Augmentation:
    """How crops change at every step, labeled and unlabeled alike. Off as the defaults are, nothing does."""

    mirror: float = 0.0
    """Probability of a mirrored crop; its landmarks change places by the markup's pairs."""
    rotation: float = 0.0
    """Turned by up to so many degrees, either way."""
    scale: float = 0.0
    """Shown larger or smaller: 0.25 for between 1 / 1.25 and 1.25 times."""
    shift: float = 0.0
    """Moved by up to this part of the crop's side, along x and along y."""
    perspective: float = 0.0
    """Seen from aside: 0.1 shows one edge of the crop up to 10 % nearer and the opposite one 10 % farther."""
    jitter: str = ""
    """Crops misplaced as a face detector misplaces them: a JSON file of its measured errors, or "mtcnn"."""
    jitter_strength: float = 1.0
    """Factor on those errors."""
    colour: float = 0.0
    """How much brightness, contrast, saturation and the colour of the light change, 0 to 1."""
    grey: float = 0.0
    """Probability of a crop without colours."""
    occluders: float = 0.0
    """A drawn thing hides up to this part of the crop's area."""
    blur: float = 0.0
    """Standard deviation of the blur, at the most, in pixels of the crop."""
    low_resolution: float = 0.0
    """Pixels coarser by up to this: 2 for up to three times as coarse."""
    noise: float = 0.0
    """Standard deviation of the noise, at the most, in grey levels of 256."""
    jpeg: float = 0.0
    """JPEG's quality lost, at the most: 70 for a quality of 30 to 100."""
    probability: float = 0.3
    """Of each of occluders, blur, low resolution, noise and JPEG, drawn one by one; the rest meets every crop."""


def limits(settings: Augmentation) -> dict[str, tuple[bool, str]]:
    """For each setting whether it is kept to, and what it must be."""
    highest = {
        "mirror": 1, "rotation": 180, "scale": 1, "shift": 0.5, "perspective": 0.4, "jitter_strength": 3, "colour": 1,
        "grey": 1, "occluders": 0.5, "blur": 5, "low_resolution": 9, "noise": 100, "jpeg": 99, "probability": 1,
    }  # fmt: skip
    return {name: (0 <= getattr(settings, name) <= most, f"must be 0 to {most}") for name, most in highest.items()}


def what_is_on(settings: Augmentation | Mapping[str, Any]) -> dict[str, float | str]:
    """The settings that change crops, by name; empty where the augmentation is off.

    >>> what_is_on(Augmentation(rotation=20, blur=1.5))
    {'rotation': 20, 'blur': 1.5, 'probability': 0.3}
    """
    given = asdict(settings) if isinstance(settings, Augmentation) else settings
    on = {name: value for name, value in given.items() if value and name not in HOW}
    if "jitter" in on:
        on["jitter_strength"] = given["jitter_strength"]
    if on.keys() & set(BY_CHANCE):
        on["probability"] = given["probability"]
    return on
