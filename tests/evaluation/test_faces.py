"""Who is drawn on the sheet of faces."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.faces import faces_sheet
from laplace_landmarks.evaluation.scoring import score
from laplace_landmarks.runtime.drawing.sheets import GAP
from laplace_landmarks.runtime.outputs import Prediction

DOTS = Markup("dots", ("a", "b", "c"))
TRUTH = np.array([[10, 10], [30, 10], [20, 30]], np.float32)


@pytest.fixture
def whole(tmp_path: Path) -> Sample:
    write_picture(tmp_path / "a.png", np.full((40, 40, 3), 90, np.uint8))
    return Sample("a", tmp_path / "a.png", TRUTH, np.ones(3, np.bool_))


def drawn(samples: list[Sample]) -> np.ndarray:
    labeled = LabeledSet(DOTS, tuple(samples))
    found = [Prediction(str(sample.picture), TRUTH + 1) for sample in samples]
    scores = score(labeled, found, model="m", data="dots", protocol="by hand")
    return faces_sheet(labeled, found, scores, columns=8, tile=60)


def test_only_faces_with_an_error_are_drawn(whole: Sample) -> None:
    """Beside a whole one: nothing but a box, one visible landmark, and two on one row."""
    shown = [[False] * 3, [True, False, False], [True, True, False]]
    others = [replace(whole, visible=np.array(visible), box=(5, 5, 35, 35)) for visible in shown]

    assert drawn([whole, *others]).shape[1] == 60 + 2 * GAP
    assert drawn([whole, *others, whole]).shape[1] == 2 * 60 + 3 * GAP
    with pytest.raises(InputError, match=r"^dots: no face has an error, so there are none to draw$"):
        drawn(others)
