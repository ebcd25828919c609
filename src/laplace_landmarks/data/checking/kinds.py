"""What a suspicion is, and of which kinds there are."""

from dataclasses import dataclass

BROKEN, OUTSIDE, STAND_IN, ONE_POINT, BOX, SAME_PICTURE, SAME_LABELS, SWAPPED, UNLIKELY = KINDS = (
    "broken picture", "outside", "stand-in", "one point", "box", "same picture", "same labels", "swapped", "unlikely",
)  # fmt: skip


@dataclass(frozen=True)
class Suspicion:
    """One thing that looks wrong. sample: its index. kind: one of KINDS. landmarks: indices, none where it is all of
    them. amount: how bad, within its kind. text: what is wrong, for a person.
    """

    sample: int
    kind: str
    text: str
    landmarks: tuple[int, ...] = ()
    amount: float = 0.0
