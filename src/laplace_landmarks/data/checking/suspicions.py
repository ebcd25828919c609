"""What looks wrong with labels, and where: outside of the picture, twice, left for right, of an unlikely shape."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.checking.order import wrong_order
from laplace_landmarks.data.checking.shape_model import (
    Fit,
    ShapeModel,
    as_complex,
    fit_shape_model,
    hold_against,
    place,
)
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.pictures import decode_picture, read_bytes
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError

BROKEN, OUTSIDE, ONE_POINT, BOX, SAME_PICTURE, SAME_LABELS, SWAPPED, UNLIKELY = KINDS = (
    "broken picture", "outside", "one point", "box", "same picture", "same labels", "swapped", "unlikely",
)  # fmt: skip
BEYOND = 1.0  # pixels outside of the picture that rounding may cause
CLOSE = 0.02  # of an object's size: two labels of one picture that are closer are of one object
INSIDE = 0.5  # share of an object's landmarks that its box holds at the least
CLEARLY = 0.5  # what is left of the misfit when left and right change places, for a swap to be believed


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


@dataclass(frozen=True)
class Checked:
    """What was found, the worst first, what could not be looked for, and what is wrong with all objects alike."""

    suspicions: tuple[Suspicion, ...]
    not_checked: tuple[str, ...]
    of_all: tuple[str, ...] = ()


def check_labels(labeled: LabeledSet, deviations: float) -> Checked:
    """All that looks wrong; a landmark more than `deviations` from its prediction by the shape model is unlikely."""
    exact = (replace(sample, landmarks=sample.landmarks.astype(np.float64)) for sample in labeled.samples)
    labeled = replace(labeled, samples=tuple(exact))  # wrong ones may be so far off that float32 does not hold a sum
    facts, found = _pictures(labeled)
    found += [*_outside(labeled, facts), *_same_pictures(labeled, facts), *_same_labels(labeled, facts)]
    found += _boxes(labeled, facts)
    shapeless, left_out, of_all = [*_in_one_point(labeled)], [], ()
    found += shapeless
    landmarks = np.stack([sample.landmarks for sample in labeled.samples])
    seen = np.stack([sample.visible for sample in labeled.samples])
    seen[[suspicion.sample for suspicion in shapeless]] = False  # no scale makes a shape of a point
    try:
        model = fit_shape_model(landmarks, seen)
    except InputError as error:
        left_out.append(f"unlikely shapes, and left for right: {error}")
    else:
        shapes = as_complex(landmarks)
        fit = hold_against(model, shapes, seen)
        swapped = [*_swapped(labeled.markup, model, shapes, seen, fit)]
        found += swapped
        known = {(s.sample, index) for s in swapped for index in s.landmarks or range(len(labeled.markup))}
        found += _unlikely(labeled.markup, fit, deviations, known)
        of_all = tuple(wrong_order(labeled.markup, model))
        if not labeled.markup.mirror:
            left_out.append(f"left for right: the markup {labeled.markup.name} has no mirror pairs")
    order = sorted(found, key=lambda suspicion: (KINDS.index(suspicion.kind), -suspicion.amount, suspicion.sample))
    return Checked(tuple(order), tuple(left_out), of_all)


@dataclass(frozen=True)
class _Picture:
    height: int
    width: int
    digest: bytes


def _pictures(labeled: LabeledSet) -> tuple[list[_Picture | None], list[Suspicion]]:
    """Of each sample's picture what the checks need, None where it cannot be decoded."""
    known: dict = {}
    broken = []
    for index, sample in enumerate(labeled.samples):
        if sample.picture not in known:
            try:
                data = read_bytes(sample.picture)
                height, width = decode_picture(data, sample.picture).shape[:2]
                known[sample.picture] = _Picture(height, width, blake2b(data, digest_size=16).digest())
            except InputError as error:
                known[sample.picture] = None
                broken.append(Suspicion(index, BROKEN, str(error).removeprefix(f"{sample.picture}: ")))
    return [known[sample.picture] for sample in labeled.samples], broken


def _outside(labeled: LabeledSet, facts: Sequence[_Picture | None]) -> Iterator[Suspicion]:
    for index, (sample, fact) in enumerate(zip(labeled.samples, facts, strict=True)):
        if fact is None or not sample.visible.any():
            continue
        points = sample.landmarks
        beyond = np.maximum(-0.5 - points, points - (fact.width - 0.5, fact.height - 0.5)).max(axis=1)
        out = np.flatnonzero(sample.visible & (beyond > BEYOND))
        if len(out):
            worst = out[beyond[out].argmax()]
            more = f" and {len(out) - 1} more" if len(out) > 1 else ""
            text = f"{labeled.markup.names[worst]}{more} outside of the picture, by up to {beyond[worst]:.0f} px"
            yield Suspicion(index, OUTSIDE, text, tuple(out.tolist()), float(beyond[worst]))


def _boxes(labeled: LabeledSet, facts: Sequence[_Picture | None]) -> Iterator[Suspicion]:
    """Boxes beside their picture, or beside their object's landmarks."""
    for index, (sample, fact) in enumerate(zip(labeled.samples, facts, strict=True)):
        if fact is None or sample.box is None:
            continue
        x0, y0, x1, y1 = sample.box
        if x1 < 0 or y1 < 0 or x0 > fact.width - 1 or y0 > fact.height - 1:
            shown = ", ".join(f"{edge:g}" for edge in sample.box)
            yield Suspicion(index, BOX, f"the box ({shown}) lies outside of the picture")
            continue
        points = sample.landmarks[sample.visible]
        inside = int(((points >= (x0, y0)) & (points <= (x1, y1))).all(axis=1).sum())
        if inside < INSIDE * len(points):
            yield Suspicion(
                index, BOX, f"the box holds {inside} of {len(points)} landmarks", (), 1 - inside / len(points)
            )


def _in_one_point(labeled: LabeledSet) -> Iterator[Suspicion]:
    """Objects of three landmarks or more that are not a pixel wide, nor high."""
    for index, sample in enumerate(labeled.samples):
        points = sample.landmarks[sample.visible]
        if len(points) >= 3 and np.ptp(points, axis=0).max() < 1:
            x, y = points.mean(axis=0)
            yield Suspicion(index, ONE_POINT, f"all {len(points)} landmarks lie in one point, ({x:.0f}, {y:.0f})")


def _same_pictures(labeled: LabeledSet, facts: Sequence[_Picture | None]) -> Iterator[Suspicion]:
    """Files with the same bytes under several names."""
    first: dict[bytes, int] = {}
    for index, (sample, fact) in enumerate(zip(labeled.samples, facts, strict=True)):
        if fact is not None:
            other = first.setdefault(fact.digest, index)
            if labeled.samples[other].picture != sample.picture:
                yield Suspicion(index, SAME_PICTURE, f"the same picture as {labeled.samples[other].name}")


def _same_labels(labeled: LabeledSet, facts: Sequence[_Picture | None]) -> Iterator[Suspicion]:
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


def _unlikely(markup: Markup, fit: Fit, limit: float, known: set[tuple[int, int]]) -> Iterator[Suspicion]:
    for index in np.flatnonzero((fit.deviations > limit).any(axis=1)):
        far = [k for k in np.flatnonzero(fit.deviations[index] > limit).tolist() if (int(index), k) not in known]
        if not far:
            continue
        if len(far) == 2 and _exchanged(fit, int(index), *far):
            text = f"{markup.names[far[0]]} and {markup.names[far[1]]} have changed places"
            yield Suspicion(int(index), SWAPPED, text, tuple(far), float(fit.deviations[index, far].max()))
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
