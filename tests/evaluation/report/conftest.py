"""Methods that were judged on drawn faces, and a checker of the pages that reports make."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.evaluation.calibration import calibrate, cross_validate, measure
from laplace_landmarks.evaluation.protocols import FROM_FILE, TRUE_POINT_CROPS, predict_crops
from laplace_landmarks.evaluation.report.compare import report as report_on_several
from laplace_landmarks.evaluation.report.comparison import compare
from laplace_landmarks.evaluation.report.evaluate import report as report_on_one
from laplace_landmarks.evaluation.report.judged import Judged, judge
from laplace_landmarks.evaluation.report.method import alone
from laplace_landmarks.evaluation.report.page import render
from laplace_landmarks.evaluation.scoring import score
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.model_file import write_calibration
from laplace_landmarks.runtime.outputs import Prediction


def _judged_model(model: Path, labeled: LabeledSet, name: str = "tiny") -> Judged:
    detector = LandmarkDetector(model)
    crops = labeled_crops(labeled, detector.info.crop)
    found = predict_crops(detector, labeled, crops)
    scores = score(labeled, found, model=name, data="drawn", protocol=TRUE_POINT_CROPS)
    return judge(name, model, labeled, found, scores, detector, crops)


def _judged_predictions(labeled: LabeledSet, found: list[Prediction | None], name: str = "others") -> Judged:
    scores = score(labeled, found, model=name, data="drawn", protocol=FROM_FILE)
    return judge(name, Path(f"{name}.jsonl"), labeled, found, scores)


def _off_by(sample: Sample, pixels: float, spread: float | None = None) -> Prediction:
    landmarks = sample.landmarks + np.array([pixels, 0], np.float32)
    return Prediction(
        str(sample.picture), landmarks, spread=None if spread is None else np.full_like(landmarks, spread)
    )


@pytest.fixture(scope="session")
def judged_model() -> Callable[..., Judged]:
    """A model file on labeled faces: judged_model(file, labeled, name)."""
    return _judged_model


@pytest.fixture(scope="session")
def judged_predictions() -> Callable[..., Judged]:
    """Predictions of any method on labeled faces: judged_predictions(labeled, predictions, name)."""
    return _judged_predictions


@pytest.fixture(scope="session")
def off_by() -> Callable[..., Prediction]:
    """Every landmark so many pixels to the right of the truth: off_by(sample, pixels, spread)."""
    return _off_by


@pytest.fixture(scope="session")
def checked() -> Callable[[str], "Checked"]:
    """The page of a text, once it is known to be well formed and to load nothing."""
    return _checked


@pytest.fixture(scope="session")
def faces(tiny_data: Path) -> LabeledSet:
    """12 drawn faces of 68 landmarks."""
    return read_labeled(tiny_data / "labeled", IBUG68)


@pytest.fixture(scope="session")
def tiny_judged(tiny_model: Callable[..., Path], faces: LabeledSet) -> Judged:
    """A model file with heatmaps and without calibration on all of the faces."""
    return _judged_model(tiny_model(markup=IBUG68, size=32), faces)


@pytest.fixture(scope="session")
def two_dots(dots: Markup, tmp_path_factory: pytest.TempPathFactory) -> LabeledSet:
    """Two pictures of 4 landmarks, with a name that HTML would take for its own."""
    folder, samples = tmp_path_factory.mktemp("dots"), []
    for place, name in enumerate(("<b>&", "two")):
        picture = np.zeros((40, 40, 3), np.uint8)
        points = np.array([(12, 14), (27, 15), (20, 26), (18, 20)], np.float32) + place
        for channel, (x, y) in enumerate(points[:3].astype(int)):
            picture[y, x, channel] = 255
        write_picture(folder / f"{name}.png", picture)
        samples.append(Sample(name, folder / f"{name}.png", points, np.array([True, True, True, place == 0])))
    samples[1] = replace(samples[1], landmarks=samples[1].landmarks * samples[1].visible[:, None])
    return LabeledSet(dots, tuple(samples))


@pytest.fixture
def words_of(checked: Callable[[str], Any]) -> Callable[..., str]:
    """The words of the report on one method or several, once it is known to be well formed."""

    def words(*methods: Judged) -> str:
        if len(methods) == 1:
            page = report_on_one(methods[0], command="the command")
        else:
            page = report_on_several(compare([alone(judged) for judged in methods]), command="the command")
        return " ".join("".join(checked(render(page)).words).split())

    return words


@pytest.fixture(scope="session")
def calibrated(tiny_judged: Judged, faces: LabeledSet, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    found = [prediction for prediction in tiny_judged.predictions if prediction is not None]
    measured = measure(faces, found)
    fitted = calibrate(measured, IBUG68, cross_validate(measured, IBUG68), data="drawn", protocol="by hand")
    model = tmp_path_factory.mktemp("calibrated") / "calibrated.onnx"
    write_calibration(shutil.copy(tiny_judged.file, model), fitted, model)
    return _judged_model(model, faces, "calibrated")


EMPTY_TAGS = {"meta", "img", "link", "br", "path", "use"}


class Checked(HTMLParser):
    """Sees that every element is closed in its turn, that no id stands twice, and gathers what would be loaded."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in EMPTY_TAGS:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "href", "xlink:href", "data", "srcset"):
                self.loads.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY_TAGS:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert tag in EMPTY_TAGS or self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _checked(text: str) -> Checked:
    page = Checked(text)
    assert len(page.ids) == len(set(page.ids))
    assert all(link.startswith(("#", "data:image/")) for link in page.loads)
    assert {link[1:] for link in page.loads if link.startswith("#")} <= set(page.ids)
    assert not {"link", "script", "iframe", "object", "b"} & set(page.tags)
    assert "@import" not in text
    assert "http" not in text.replace('xmlns="http://www.w3.org/', "").replace('xmlns:xlink="http://www.w3.org/', "")
    return page
