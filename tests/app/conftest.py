"""What the commands' tests share: data that a test may damage, and faces found without MTCNN."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import laplace_landmarks.app.looking  # noqa: F401 - must not be imported first while MTCNN is another
from laplace_landmarks.data.pictures import write_picture
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


@pytest.fixture
def lone_dot(tmp_path: Path) -> Path:
    """Four objects of three landmarks without boxes, the last of which shows only one."""
    rows = ["image,red_x,red_y,green_x,green_y,blue_x,blue_y"]
    for number in range(4):
        write_picture(tmp_path / f"{number}.png", np.full((40, 50, 3), 60 + number, np.uint8))
        rows.append(f"{number}.png,{10 + number},10,30,12,{20 - number},30" if number < 3 else "3.png,10,10,,,,")
    file = tmp_path / "dots.csv"
    file.write_text("\n".join(rows) + "\n")
    return file
