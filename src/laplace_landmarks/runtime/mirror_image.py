"""A crop and its mirror image: two looks at one object, which err differently, so that their mean errs less."""

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError


def with_mirror_images(crops: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(2N, H, W, 3) the crops (N, H, W, 3), then their mirror images."""
    return np.concatenate([crops, crops[:, :, ::-1]])


def mean_of_both(outputs: list[NDArray[np.float32]], markup: Markup, size: int) -> list[NDArray[np.float32]]:
    """What a network says of N crops, from what it says of them and their mirror images.

    outputs: landmarks and spread (2N, K, 2) and perhaps heatmaps (2N, K, size, size), in pixels of crops of that size.

    A spread is the mean of both, to which the distance between the two looks adds nothing: radii that were fitted to
    one look hold as often as they say (docs/running.md), and would hold too often with it.
    """
    count = len(outputs[0]) // 2
    places, *others = (
        output[count:, markup.mirror_order()] for output in outputs
    )  # a mirrored right eye is a left one
    places = np.array([size - 1, 0], np.float32) + np.array([-1, 1], np.float32) * places
    spread, *heatmaps = others
    back = [places, spread, *(of_all[..., ::-1] for of_all in heatmaps)]
    return [(output[:count] + same) / 2 for output, same in zip(outputs, back, strict=True)]


def check_mirrored(markup: Markup) -> None:
    """InputError where it is not known which landmark takes which place in a mirror image."""
    if not markup.mirror:
        raise InputError(
            f"markup {markup.name} has no mirror pairs, so it is not known what its landmarks are in a mirror image: "
            "leave `mirrored` out, or name the pairs in the markup (docs/markups.md)"
        )
