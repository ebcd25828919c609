"""Which markup can be had from which: every landmark of the one is a landmark of the other, or the centre of some.

Nothing is guessed: a pair of markups without such a table is refused.
"""

from dataclasses import replace

import numpy as np

from laplace_landmarks.data.markups.aflw import AFLW19, AFLW21, EARS
from laplace_landmarks.data.markups.cofw import COFW29
from laplace_landmarks.data.markups.definition import Markup
from laplace_landmarks.data.markups.five import FIVE
from laplace_landmarks.data.markups.ibug import IBUG68
from laplace_landmarks.data.markups.wflw import WFLW98
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError

KNOWN = (IBUG68, WFLW98, COFW29, AFLW19, AFLW21, FIVE)
Groups = tuple[tuple[int, ...], ...]


def _singles(*indices: int) -> Groups:
    return tuple((index,) for index in indices)


CONVERSIONS: dict[tuple[str, str], Groups] = {
    # ours: the crop's anchors are the five points
    **{(markup.name, FIVE.name): markup.anchors for markup in (IBUG68, WFLW98, COFW29, AFLW19, AFLW21)},
    (AFLW21.name, AFLW19.name): _singles(*(index for index in range(21) if index not in EARS)),
    # every second point of the jaw, upper edges of the eyebrows, the eyes without their uppermost and lowest point;
    # the lips agree. It is the table in common use; WFLW's eyes have no points exactly where 300W's lids have them.
    (WFLW98.name, IBUG68.name): _singles(
        *range(0, 33, 2), *range(33, 38), *range(42, 47), *range(51, 60),
        60, 61, 63, 64, 65, 67, 68, 69, 71, 72, 73, 75, *range(76, 96),
    ),
}  # fmt: skip


def converted(labeled: LabeledSet, markup: Markup) -> LabeledSet:
    """The same samples with the landmarks of another markup; visible where all that make a landmark are.

    InputError where neither a table nor names lead from the one to the other.
    """
    groups = _groups(labeled.markup, markup)
    return replace(labeled, markup=markup, samples=tuple(_moved(sample, groups) for sample in labeled.samples))


def _groups(source: Markup, target: Markup) -> Groups:
    if source == target:
        return _singles(*range(len(source)))
    if (table := CONVERSIONS.get((source.name, target.name))) and _is_known(source) and _is_known(target):
        return table
    if set(target.names) <= set(source.names):
        return _singles(*map(source.names.index, target.names))
    known = [name for first, name in CONVERSIONS if first == source.name and _is_known(source)]
    can = f"to {', '.join(known)}" if known else "from other markups only"
    raise InputError(f"{source.name} cannot become {target.name}: there is no table for that; there are tables {can}")


def _is_known(markup: Markup) -> bool:
    """Whether its landmarks are those of the tables; a name alone may be anybody's."""
    return any((markup.name, markup.names) == (known.name, known.names) for known in KNOWN)


def _moved(sample: Sample, groups: Groups) -> Sample:
    visible = np.array([sample.visible[list(group)].all() for group in groups])
    landmarks = np.stack([sample.landmarks[list(group)].astype(np.float64).mean(axis=0) for group in groups])
    return replace(sample, landmarks=np.where(visible[:, None], landmarks, 0).astype(np.float32), visible=visible)
