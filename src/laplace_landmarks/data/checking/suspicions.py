"""What looks wrong with labels, and where: outside of the picture, twice, left for right, of an unlikely shape."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.checking.kinds import KINDS, SAME_LABELS, SAME_PICTURE, SWAPPED, UNLIKELY, Suspicion
from laplace_landmarks.data.checking.mirrored import OFTEN, in_words, may_be_mirrored, mirror_images
from laplace_landmarks.data.checking.order import wrong_order
from laplace_landmarks.data.checking.places import (
    ALL_FRACTIONS,
    PictureFacts,
    at_stand_ins,
    boxes,
    in_one_point,
    only_fractions,
    outside,
    read_facts,
    taken_out,
)
from laplace_landmarks.data.checking.shape_model import (
    Fit,
    Seen,
    ShapeModel,
    as_complex,
    fit_shape_model,
    hold_against,
    place,
)
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError

CLOSE = 0.02  # of an object's size: two labels of one picture that are closer are of one object
CLEARLY = 0.5  # what is left of the misfit when left and right change places, for a swap to be believed


@dataclass(frozen=True)
class Checked:
    """What was found, the worst first, what could not be looked for, and what is wrong with all objects alike.

    notes: what was taken for right, and how, which a person may know better.
    """

    suspicions: tuple[Suspicion, ...]
    not_checked: tuple[str, ...]
    of_all: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def check_labels(labeled: LabeledSet, deviations: float) -> Checked:
    """All that looks wrong; a landmark more than `deviations` from its prediction by the shape model is unlikely."""
    exact = (replace(sample, landmarks=sample.landmarks.astype(np.float64)) for sample in labeled.samples)
    labeled = replace(labeled, samples=tuple(exact))  # wrong ones may be so far off that float32 does not hold a sum
    facts, found = read_facts(labeled)
    stand_ins = [*at_stand_ins(labeled)]
    labeled = taken_out(labeled, stand_ins)
    found += [*stand_ins, *_same_pictures(labeled, facts)]
    if only_fractions(labeled):
        left_out = "places, shapes and the same labels twice: all are measured in pixels"
        return Checked(_worst_first(found), (left_out,), (ALL_FRACTIONS,))
    shapeless = [*in_one_point(labeled)]
    found += [*outside(labeled, facts), *_same_labels(labeled, facts), *boxes(labeled, facts), *shapeless]
    seen = np.stack([sample.visible for sample in labeled.samples])
    seen[[suspicion.sample for suspicion in shapeless]] = False  # no scale makes a shape of a point
    of_shapes = _check_shapes(labeled, seen, deviations)
    return replace(of_shapes, suspicions=_worst_first([*found, *of_shapes.suspicions]))


def _worst_first(found: Sequence[Suspicion]) -> tuple[Suspicion, ...]:
    return tuple(sorted(found, key=lambda each: (KINDS.index(each.kind), -each.amount, each.sample)))


def _check_shapes(labeled: LabeledSet, seen: Seen, deviations: float) -> Checked:
    """What a model of the objects' own shapes says."""
    markup, landmarks = labeled.markup, np.stack([sample.landmarks for sample in labeled.samples])
    mirrored = np.zeros(len(seen), np.bool_)
    try:
        if may_be_mirrored(markup):
            mirrored = mirror_images(as_complex(landmarks), seen)
        both_sides = bool(mirrored.mean() >= OFTEN)
        if both_sides:
            landmarks[mirrored, :, 0] *= -1
        model = fit_shape_model(landmarks, seen)
    except InputError as error:
        return Checked((), (f"unlikely shapes, and left for right: {error}",))
    shapes = as_complex(landmarks)
    fit = hold_against(model, shapes, seen)
    swapped = [*_swapped(markup, model, shapes, seen, fit)]
    known = {(s.sample, index) for s in swapped for index in s.landmarks or range(len(markup))}
    left_out = () if markup.mirror else (f"left for right: the markup {markup.name} has no mirror pairs",)
    notes = (in_words([labeled.samples[k].name for k in np.flatnonzero(mirrored)], len(labeled)),) * both_sides
    unlikely = _unlikely(markup, fit, deviations, known, mirrored & (not both_sides))
    return Checked((*swapped, *unlikely), left_out, tuple(wrong_order(markup, model)), notes)


def _same_pictures(labeled: LabeledSet, facts: Sequence[PictureFacts | None]) -> Iterator[Suspicion]:
    """Files with the same bytes under several names."""
    first: dict[bytes, int] = {}
    for index, (sample, fact) in enumerate(zip(labeled.samples, facts, strict=True)):
        if fact is not None:
            other = first.setdefault(fact.digest, index)
            if labeled.samples[other].picture != sample.picture:
                yield Suspicion(index, SAME_PICTURE, f"the same picture as {labeled.samples[other].name}")


def _same_labels(labeled: LabeledSet, facts: Sequence[PictureFacts | None]) -> Iterator[Suspicion]:
    """The same landmarks to a hundredth of a pixel on two pictures, or nearly the same twice on one."""
    by_numbers: dict[bytes, int] = {}
    by_picture: dict[object, list[int]] = defaultdict(list)
    for index, (sample, fact) in enumerate(zip(labeled.samples, facts, strict=True)):
        if sample.visible.sum() < 2:
            continue
        numbers = np.where(sample.visible[:, None], sample.landmarks.round(2) + 0.0, np.nan).tobytes()
        other = by_numbers.setdefault(numbers, index)
        picture = fact.digest if fact else sample.picture
        if other != index:
            yield Suspicion(index, SAME_LABELS, f"the same landmarks as {labeled.samples[other].name}")
        else:
            for other in by_picture[picture]:
                if _nearly_the_same(labeled, index, other):
                    yield Suspicion(index, SAME_LABELS, f"one object with {labeled.samples[other].name}, labeled twice")
                    break
        by_picture[picture].append(index)


def _nearly_the_same(labeled: LabeledSet, index: int, other: int) -> bool:
    a, b = labeled.samples[index], labeled.samples[other]
    both = a.visible & b.visible
    if both.sum() < 2:
        return False
    size = np.ptp(a.landmarks[both], axis=0).max()
    return bool(np.linalg.norm(a.landmarks[both] - b.landmarks[both], axis=1).mean() < CLOSE * size)


def _swapped(markup: Markup, model: ShapeModel, shapes: NDArray, seen: NDArray, fit: Fit) -> Iterator[Suspicion]:
    """Objects, or single pairs, that fit the mean shape when left and right change places, and not as they are."""
    if not markup.mirror:
        return
    order = markup.mirror_order()
    pairs = np.array(markup.mirror)
    as_is, crossed = (
        _misfit(place(s, v, model.mean)[0], v, model.mean)
        for s, v in ((shapes, seen), (shapes[:, order], seen[:, order]))
    )
    whole = (crossed < CLEARLY * as_is) & (seen[:, pairs].all(axis=2).sum(axis=1) >= min(2, len(pairs)))
    for index in np.flatnonzero(whole):
        ratio = float(as_is[index] / max(crossed[index], 1e-9))
        yield Suspicion(int(index), SWAPPED, "left and right are swapped in all pairs", (), ratio)
    left, right = pairs[:, 0], pairs[:, 1]
    kept = np.abs(fit.placed - fit.predicted)[:, left] + np.abs(fit.placed - fit.predicted)[:, right]
    cross = np.abs(fit.placed[:, left] - fit.predicted[:, right]) + np.abs(
        fit.placed[:, right] - fit.predicted[:, left]
    )
    apart = np.abs(fit.predicted[:, left] - fit.predicted[:, right]) > 6 * (model.exact[left] + model.exact[right])
    both = seen[:, left] & seen[:, right]
    for index, pair in np.argwhere(both & apart & (cross < CLEARLY * kept) & ~whole[:, None]):
        a, b = int(left[pair]), int(right[pair])
        text = f"{markup.names[a]} and {markup.names[b]} are swapped"
        yield Suspicion(int(index), SWAPPED, text, (a, b), float(kept[index, pair] / max(cross[index, pair], 1e-9)))


def _misfit(placed: NDArray, seen: NDArray, mean: NDArray) -> NDArray[np.float64]:
    return np.where(seen, np.abs(placed - mean), 0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)


def _unlikely(
    markup: Markup, fit: Fit, limit: float, known: set[tuple[int, int]], mirrored: NDArray[np.bool_]
) -> Iterator[Suspicion]:
    """Landmarks beyond the limit; of the objects that are mirrored, and few, no landmark is to blame by itself."""
    for index in np.flatnonzero((fit.deviations > limit).any(axis=1)):
        far = [k for k in np.flatnonzero(fit.deviations[index] > limit).tolist() if (int(index), k) not in known]
        if not far:
            continue
        if len(far) == 2 and _exchanged(fit, int(index), *far):
            text = f"{markup.names[far[0]]} and {markup.names[far[1]]} have changed places"
            yield Suspicion(int(index), SWAPPED, text, tuple(far), float(fit.deviations[index, far].max()))
            continue
        if mirrored[index]:
            text = "the mirror image of the others: seen from the other side, or its landmarks are in another order"
            yield Suspicion(int(index), SWAPPED, text, (), float(fit.deviations[index].max()))
            continue
        worst = max(far, key=lambda k: fit.deviations[index, k])
        more = f" and {len(far) - 1} more" if len(far) > 1 else ""
        off = f"{fit.pixels[index, worst]:.0f} px from where the other landmarks put it"
        text = f"{markup.names[worst]}{more}: {off} ({fit.deviations[index, worst]:.1f} deviations)"
        yield Suspicion(int(index), UNLIKELY, text, tuple(far), float(fit.deviations[index, worst]))


def _exchanged(fit: Fit, index: int, a: int, b: int) -> bool:
    """Whether each of two landmarks lies where the other should."""
    placed, predicted = fit.placed[index], fit.predicted[index]
    kept = abs(placed[a] - predicted[a]) + abs(placed[b] - predicted[b])
    return abs(placed[a] - predicted[b]) + abs(placed[b] - predicted[a]) < CLEARLY / 2 * kept
