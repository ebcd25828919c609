"""What the commands' tests share: data that a test may damage, and faces found without MTCNN."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import laplace_landmarks.app.looking  # noqa: F401 - must not be imported first while MTCNN is another
from laplace_landmarks.faces.found import FoundFace


@pytest.fixture
def data(tiny_data: Path, tmp_path: Path) -> Path:
    """A copy of the tiny data that a test may damage."""
    return shutil.copytree(tiny_data, tmp_path / "data")


@pytest.fixture
def found_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands in for MTCNN: a face in the middle of each picture but the first."""

    def start(*_: object, **__: object) -> Callable[[np.ndarray], list[FoundFace]]:
        calls: list[int] = []

        def find(picture: np.ndarray) -> list[FoundFace]:
            calls.append(1)
            return [FoundFace((10, 13, 54, 57), 0.75)] if len(calls) > 1 else []

        return find

    monkeypatch.setattr("laplace_landmarks.faces.mtcnn.MTCNN", start)
