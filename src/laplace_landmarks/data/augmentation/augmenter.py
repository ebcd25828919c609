"""From what a training keeps of its pictures to what it sees at a step: everything the augmentation does to a crop."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.augmentation.crop_errors import crop_errors_named
from laplace_landmarks.data.augmentation.draws import Draws, Key
from laplace_landmarks.data.augmentation.geometry import Errors, View, drawn_view, reach, seen, seen_spread
from laplace_landmarks.data.augmentation.pixels import with_other_pixels
from laplace_landmarks.data.augmentation.settings import Augmentation
from laplace_landmarks.data.augmentation.source import Source, look
from laplace_landmarks.data.augmentation.sources import Sources
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.markups.sides import first_sided
from laplace_landmarks.errors import InputError


@dataclass(frozen=True, eq=False)
class Augmenter:
    """The settings, and what they mean for crops of one size and markup.

    errors: (M, 3) of a face detector, as drawn from; None for none.
    """

    settings: Augmentation
    size: int
    mirror_order: NDArray[np.int64]
    errors: Errors | None = None

    @staticmethod
    def of(settings: Augmentation, size: int, markup: Markup) -> "Augmenter":
        """InputError where the file that `jitter` names cannot be used, or the markup does not tell what mirrors."""
        one_sided = first_sided(markup) if settings.mirror and not markup.mirror else None
        if one_sided:
            raise InputError(
                f"augmentation.mirror: the markup {markup.name} names left and right ({one_sided!r}) but no pairs, so"
                " mirrored crops would teach the wrong side; do not mirror, or name a markup file with `mirror:` pairs:"
                " `laplace-landmarks convert ... --save-markup own.yaml` writes one to add them to (docs/markups.md)"
            )
        errors = crop_errors_named(settings.jitter)
        return Augmenter(settings, size, markup.mirror_order(), errors and errors.drawn())

    @property
    def reach(self) -> float:
        """Half sides of a crop that its source must hold."""
        return reach(self.settings, self.errors)

    def crop(self, source: Source, key: Key) -> tuple[Picture, View]:
        """(size, size, 3) the crop that `key` draws, and where its pixels come from."""
        draws = Draws(key)
        view = drawn_view(self.settings, self.errors, self.size, draws)
        return with_other_pixels(look(source, view, self.size), self.settings, draws), view

    def labeled(
        self,
        sources: Sources,
        chosen: NDArray[np.int64],
        first: Key,
        landmarks: NDArray[np.float32],
        visible: NDArray[np.bool_],
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.bool_]]:
        """As crops, and their landmarks (N, K, 2) and visible (N, K), from those of the chosen plain crops."""
        pictures, views = self.crops(sources, chosen, first)
        return pictures, *self.moved(views, landmarks, visible)

    def crops(self, sources: Sources, chosen: NDArray[np.int64], first: Key) -> tuple[NDArray[np.uint8], list[View]]:
        """(N, size, size, 3) crops of the chosen sources, and the view of each.

        The first has the key, the next ones' places follow it.
        """
        pictures = np.empty((len(chosen), self.size, self.size, 3), np.uint8)
        views = []
        for row, number in enumerate(chosen.tolist()):
            pictures[row], view = self.crop(sources[number], first._replace(place=first.place + row))
            views.append(view)
        return pictures, views

    def moved(
        self, views: Sequence[View], landmarks: NDArray[np.float32], visible: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Where landmarks (N, K, 2) of plain crops are in the views, and which of them (N, K) still count."""
        moved, still = np.empty_like(landmarks), np.empty_like(visible)
        for row, view in enumerate(views):
            moved[row], still[row] = seen(view, landmarks[row], visible[row], self.mirror_order, self.size)
        return moved, still

    def moved_spread(
        self, views: Sequence[View], landmarks: NDArray[np.float32], spread: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """(N, K, 2) the spread in the views, from landmarks and spread of plain crops."""
        rows = zip(views, landmarks, spread, strict=True)
        return np.stack([seen_spread(view, places, wide, self.mirror_order) for view, places, wide in rows])
