"""What the errors of a whole set are divided by, in validation and in folds; objects that lack it are named."""

from collections.abc import Callable

from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.metrics import in_words, lengths_of, normaliser_of
from laplace_landmarks.text_table import some

NAMED = 5  # pictures of which something is told


def divisor_of(labeled: LabeledSet, setting: str) -> str:
    """The normaliser; InputError, which names the setting, where none of the labels has a size."""
    found = normaliser_of(labeled)
    if found is None:
        raise InputError(
            f"{setting}: none of its {len(labeled)} objects has a size to divide errors by, the first is in "
            f"{labeled.samples[0].picture}; label landmarks of them that are not all on one row or column, or train "
            "without a validation: data.validation '', and folds.count 0"
        )
    return found


def validated_by(validation: LabeledSet, in_folds: bool, say: Callable[[str], None]) -> tuple[str, int]:
    """The normaliser of a training's validation, and how many objects have it; "" and 0 without a validation.

    in_folds: the part that is left out may have no size, since folds are judged together and a part chooses nothing.
    """
    if not len(validation):
        return "", 0
    try:
        normaliser = divisor_of(validation, "data.validation")
    except InputError as error:
        if not in_folds:
            raise
        say(f"not validated: {error}")
        return "", 0
    counted = lengths_of(normaliser, validation) > 0
    lone = [sample.picture for sample, has in zip(validation.samples, counted, strict=True) if not has]
    if lone:
        pictures = some([str(picture) for picture in dict.fromkeys(lone)], NAMED)
        say(
            f"validation: {len(lone)} of {len(validation)} objects are left out of the NMSE, their labels give no "
            f"{in_words(normaliser, validation.markup)}: {pictures}"
        )
    return normaliser, int(counted.sum())
