"""`laplace-landmarks synthesize`: drawn faces with exact landmarks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import tyro

from laplace_landmarks.app.parse import call
from laplace_landmarks.data.synthetic.dataset import write_synthetic
from laplace_landmarks.errors import InputError


def synthesize(
    folder: Annotated[Path, tyro.conf.Positional],
    count: int = 1000,
    test_fraction: float = 0.2,
    unlabeled: int = 0,
    size: int = 128,
    seed: int = 0,
    behind_objects: bool = False,
) -> None:
    """Draw faces with 68 exact landmarks: train/ and test/ with .pts files, unlabeled/ without.

    Args:
        folder: Where to.
        count: Labeled faces, of training and test together.
        test_fraction: Share of them for test.
        unlabeled: Further faces without labels.
        size: Pixels of a picture's side.
        seed: Other faces for another seed.
        behind_objects: Something stands before every face; the training labels leave out what it covers.
    """
    try:
        write_synthetic(
            folder, count, seed, test_fraction=test_fraction, unlabeled=unlabeled, size=size,
            behind_objects=behind_objects,
        )  # fmt: skip
    except OSError as error:
        raise InputError(f"{error.filename or folder}: cannot be written ({error.strerror})") from None
    print(f"{count} labeled and {unlabeled} unlabeled drawn faces in {folder}")


def main(arguments: Sequence[str]) -> None:
    call(synthesize, arguments, "synthesize")
