"""What examples/browser finds is what the package finds, by the same network: node runs the page's script."""

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.markup import IBUG68, Markup
from laplace_landmarks.data.synthetic.dataset import synthetic_face
from laplace_landmarks.faces.boxes import CropRule, tight_box
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.released import find_model_file

SCRIPT = Path(__file__).parents[1] / "examples" / "browser" / "landmarks.js"
DRIVER = Path(__file__).parent / "browser_driver.mjs"
MODEL = "laplace68-eighth-fast"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")
Look = Callable[..., dict[str, Any]]


@contextmanager
def page(model: Path) -> Iterator[Look]:
    """Looks as the page does; what runs the network is the package."""
    detector = LandmarkDetector(model)
    size = detector.info.crop.size

    def tell(line: dict[str, Any]) -> dict[str, Any]:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(line) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    def look(picture: Picture, p: float = 0.9, **place: Any) -> dict[str, Any]:
        height, width = picture.shape[:2]
        pixels = base64.b64encode(cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA).tobytes()).decode()
        answer, runs = tell({"pixels": pixels, "width": width, "height": height, "p": p, **place}), 0
        while "crop" in answer:
            crop = np.frombuffer(base64.b64decode(answer["crop"]), np.uint8).reshape(1, size, size, 3)
            landmarks, spread, _ = detector.on_crops(crop)
            answer, runs = tell({"landmarks": landmarks.ravel().tolist(), "spread": spread.ravel().tolist()}), runs + 1
        return answer | {"runs": runs}

    command = [NODE or "node", DRIVER, SCRIPT, model]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield look  # whose closed pipe ends it


@pytest.fixture(scope="module")
def look() -> Iterator[Look]:
    with page(find_model_file(MODEL)) as looks:
        yield looks


def test_the_pages_are_programs(tmp_path: Path) -> None:
    """As far as a reader can tell without a browser: the page's script, and the docs' listing."""
    page, listing = SCRIPT.with_name("index.html"), SCRIPT.parents[2] / "docs" / "browser.md"
    (script,) = re.findall(r'<script type="module">(.*?)</script>', page.read_text("utf-8"), re.DOTALL)
    (listed,) = re.findall(r"```js\n(.*?)```", listing.read_text("utf-8"), re.DOTALL)
    for place, program in enumerate((script, listed)):
        (tmp_path / f"{place}.mjs").write_text(program, "utf-8")
        subprocess.run([NODE or "node", "--check", tmp_path / f"{place}.mjs"], check=True)


def near(found: dict[str, Any], face: Face, p: float = 0.9) -> None:
    """docs/model-file.md tells how far crops that are rounded otherwise may move landmarks."""
    pixel = face.crop.side / face.crop.size
    away = np.linalg.norm(np.array(found["landmarks"]) - face.landmarks, axis=1) / pixel
    assert away.mean() < 0.05 and away.max() < 0.5
    np.testing.assert_allclose(np.array(found["spread"]) / pixel, face.spread / pixel, atol=0.1)
    np.testing.assert_allclose(np.array(found["radii"]) / pixel, face.radius(p) / pixel, atol=0.1)


@pytest.mark.parametrize("degrees", [0, 20, -75, 170])
@pytest.mark.parametrize("size", [128, 480])
def test_faces_at_points(look: Look, size: int, degrees: float) -> None:
    picture, landmarks = turned(size, degrees)
    points = IBUG68.anchors_of(landmarks.astype(np.float32), np.ones(68, np.bool_))
    assert points is not None
    (face,) = LandmarkDetector(MODEL)(picture, anchors=points)

    for p in (0.5, 0.8, 0.9, 0.95):
        near(look(picture, points=points.tolist(), p=p), face, p)


@pytest.mark.parametrize(("degrees", "runs"), [(0, 2), (20, 3)])
def test_faces_in_boxes(look: Look, degrees: float, runs: int) -> None:
    """Looked at again, and once more where the head leans by more than the landmarks of the first look told."""
    picture, landmarks = turned(320, degrees)
    box = tight_box(landmarks.astype(np.float32))
    (face,) = LandmarkDetector(MODEL)(picture, boxes=box)

    found = look(picture, box=list(map(float, box)))

    near(found, face)
    assert 2 <= found["runs"] <= runs
    assert found["square"]["angle"] == pytest.approx(face.crop.angle, abs=0.5)


@pytest.mark.parametrize("whole", [False, True])
def test_other_objects_are_not_turned(tiny_model: Callable[..., Path], whole: bool) -> None:
    """Dots, by a box where it has no anchors, and in the whole picture; uncalibrated models have no radii."""
    markup = Markup("dots", ("red", "green", "blue"))
    rule = CropRule(16, box_factor=1.25, box_shift=(0.1, 0.0), whole_picture=whole)
    picture = np.zeros((60, 80, 3), np.uint8)
    for place, (x, y) in enumerate(((20, 20), (50, 24), (30, 44))):
        picture[y - 2 : y + 3, x - 2 : x + 3, place] = 255
    model = tiny_model(markup=markup, crop=rule)
    detector, box = LandmarkDetector(model), (10.0, 10.0, 60.0, 54.0)
    (there,) = detector(picture) if whole else detector(picture, boxes=box)

    with page(model) as looks:
        found = looks(picture, **({} if whole else {"box": box}))

    np.testing.assert_allclose(found["landmarks"], there.landmarks, atol=0.2)
    assert found["runs"] == 1 and not found["radii"]


def turned(size: int, degrees: float) -> tuple[Picture, np.ndarray]:
    """A drawn face, turned clockwise, and its landmarks."""
    picture, landmarks = synthetic_face(7, 0, size)
    matrix = cv2.getRotationMatrix2D(((size - 1) / 2, (size - 1) / 2), -degrees, 1)
    tilted = np.asarray(cv2.warpAffine(picture, matrix, (size, size), borderMode=cv2.BORDER_REFLECT), np.uint8)
    return tilted, landmarks @ matrix[:, :2].T + matrix[:, 2]
