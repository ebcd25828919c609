"""Fixtures that several folders of tests share."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import settings

from laplace_landmarks.data.formats.points_file import write_pts
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.model_info import METADATA_KEY, OUTPUTS, ModelInfo

settings.register_profile("patient", deadline=None)  # what else a machine does is not a fault of the code
settings.load_profile("patient")

os.environ.setdefault("OMP_NUM_THREADS", "1")

DOTS = Markup(
    name="dots",
    names=("red", "green", "blue", "red again"),
    edges=((0, 1), (1, 2)),
    normaliser=((0,), (1,)),
    anchors=((0,), (1,), (2,)),
)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real pictures beside the checkout (or at LAPLACE_LANDMARKS_DATA); tests that need them skip without."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("LAPLACE_LANDMARKS_DATA", default))
    if not (folder / "300w").is_dir():
        pytest.skip(f"needs the real pictures: no {folder / '300w'} (set LAPLACE_LANDMARKS_DATA)")
    return folder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes model files without training: landmark k is the centre of brightness of colour k % 3, its spread exact.

    tiny_model(markup=..., size=..., outputs=..., metadata=..., **fields of ModelInfo) → path.
    metadata: text in place of the ModelInfo's (None: none at all). graph_landmarks: K of the graph, to disagree.
    """
    from onnx import TensorProto, helper, numpy_helper

    def make(
        *,
        markup: Markup = DOTS,
        size: int = 16,
        outputs: tuple[str, ...] = OUTPUTS,
        metadata: str | None = "",
        graph_landmarks: int | None = None,
        batch: str | int = "batch",
        input_name: str = "crops",
        **changes: Any,
    ) -> Path:
        count = graph_landmarks or len(markup)
        info = ModelInfo(
            **{
                "name": "tiny",
                "markup": markup,
                "crop": CropRule(size=size),
                "network": {"name": "brightness", "parameters": 3 * count},
                "licence": "CC0",
                "created": "2026-01-31",
                "package_version": "0.1.0",
                "outputs": outputs,
                **changes,
            }
        )
        grid = np.stack(np.meshgrid(np.arange(size), np.arange(size)), axis=-1).reshape(-1, 2).astype(np.float32)
        constants = {
            # a bright pixel weighs e^40 times a dark one
            "weights": 40 / 255 * np.eye(3, dtype=np.float32)[np.arange(count) % 3].reshape(count, 3, 1, 1),
            "flat": np.array([0, count, size * size]),
            "square": np.array([0, count, size, size]),
            "grid": grid,
            "grid_row": grid.reshape(1, 1, -1, 2),
            "axis_2": np.array([2]),
            "axis_3": np.array([3]),
        }
        nodes = [
            helper.make_node("Cast", [input_name], ["floats"], to=TensorProto.FLOAT),
            helper.make_node("Transpose", ["floats"], ["planes"], perm=[0, 3, 1, 2]),
            helper.make_node("Conv", ["planes", "weights"], ["logits"]),
            helper.make_node("Reshape", ["logits", "flat"], ["rows"]),
            helper.make_node("Softmax", ["rows"], ["mass"], axis=2),
            helper.make_node("MatMul", ["mass", "grid"], ["landmarks"]),
            helper.make_node("Unsqueeze", ["landmarks", "axis_2"], ["centres"]),
            helper.make_node("Sub", ["grid_row", "centres"], ["offsets"]),
            helper.make_node("Abs", ["offsets"], ["away"]),
            helper.make_node("Unsqueeze", ["mass", "axis_3"], ["masses"]),
            helper.make_node("Mul", ["away", "masses"], ["parts"]),
            helper.make_node("ReduceSum", ["parts", "axis_2"], ["spread"], keepdims=0),
            helper.make_node("Reshape", ["mass", "square"], ["heatmaps"]),
        ]
        shapes = {"heatmaps": [batch, count, size, size]}
        graph = helper.make_graph(
            nodes if "heatmaps" in outputs else nodes[:-1],
            "tiny",
            [helper.make_tensor_value_info(input_name, TensorProto.UINT8, [batch, size, size, 3])],
            [helper.make_tensor_value_info(o, TensorProto.FLOAT, shapes.get(o, [batch, count, 2])) for o in outputs],
            [numpy_helper.from_array(value, name) for name, value in constants.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
        if metadata is not None:
            helper.set_model_props(model, {METADATA_KEY: metadata or info.to_json()})
        path = tmp_path_factory.mktemp("tiny") / "tiny.onnx"
        path.write_bytes(model.SerializeToString())
        return path

    return make


@pytest.fixture(scope="session")
def dots() -> Markup:
    """The markup of tiny_model: the centres of red, green, blue and red again."""
    return DOTS


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 12 drawn faces in labeled/, their .pts beside them, and 8 in unlabeled/; 64 pixels each."""
    folder, random = tmp_path_factory.mktemp("data"), np.random.default_rng(0)
    for count, part in ((12, "labeled"), (8, "unlabeled")):
        (folder / part).mkdir()
        for number in range(count):
            landmarks = FACE * random.uniform(0.9, 1.1) + random.normal(31.5, 2, 2) + random.normal(0, 0.5, (68, 2))
            picture = random.integers(60, 110, (64, 64, 3), np.uint8)
            cv2.fillPoly(picture, [landmarks[:17].round().astype(np.int32)], (200, 170, 150))
            for x, y in landmarks[17:].round().astype(int).tolist():
                cv2.circle(picture, (x, y), 1, (20, 20, 120), -1)
            write_picture(folder / part / f"{number:02}.png", picture)
            if part == "labeled":
                write_pts(folder / part / f"{number:02}.pts", landmarks.astype(np.float32))
    return folder


AFLW_FROM_68 = (  # which of ibug68's landmarks are, or are around, each of AFLW's 21
    (17,), (19,), (21,), (22,), (24,), (26,), (36,), range(36, 42), (39,), (42,), range(42, 48), (45,),
    (0,), (31,), (30,), (35,), (16,), (48,), range(48, 60), (54,), (8,),
)  # fmt: skip
AFLW_TABLES = """
CREATE TABLE Faces (face_id INTEGER, file_id TEXT, db_id TEXT);
CREATE TABLE FaceImages (image_id INTEGER, db_id TEXT, file_id TEXT, filepath TEXT, bw, width INTEGER, height INTEGER);
CREATE TABLE FaceRect (face_id INTEGER, x INTEGER, y INTEGER, w INTEGER, h INTEGER, annot_type_id INTEGER);
CREATE TABLE FeatureCoordTypes (feature_id INTEGER, descr TEXT, code TEXT, x REAL, y REAL, z REAL);
CREATE TABLE FeatureCoords (face_id INTEGER, feature_id INTEGER, x REAL, y REAL, annot_type_id INTEGER);
"""


@pytest.fixture
def drawn_aflw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """AFLW's folder with 18 drawn faces in 13 pictures: aflw.sqlite, AFLWinfo_release.mat, flickr/.

    Some pictures show two faces, every other face lacks the picture's right half, ears are in the database alone, and
    some faces have no rectangle there. 12 faces of the split are for training, 6 for test. In both files stands one
    more face whose picture is not there.
    """
    import sqlite3
    from contextlib import closing

    from laplace_landmarks.data.formats import aflw19
    from laplace_landmarks.data.formats.aflw import FEATURES
    from laplace_landmarks.data.synthetic.dataset import synthetic_face

    io = pytest.importorskip("scipy.io", reason="needs the extra `formats`")
    monkeypatch.setattr(aflw19, "TRAIN", 13)  # the face whose picture is not there among them
    folder, size = tmp_path / "aflw", 96
    names, landmarks, pictures = [], [], {}
    for index in range(18):
        picture, points = synthetic_face(3, index, size)
        second = index % 3 == 2 and index < 15
        if second:
            picture, points = np.concatenate([pictures[names[-1]], picture], axis=1), points + np.array((size, 0))
        names.append(names[-1] if second else f"{index % 4}/image{index:05}.jpg")
        pictures[names[-1]] = picture
        landmarks.append([points[list(group)].mean(axis=0) for group in AFLW_FROM_68])
    for name, picture in pictures.items():
        (folder / "flickr" / name).parent.mkdir(parents=True, exist_ok=True)
        write_picture(folder / "flickr" / name, picture)
    names.append("0/image99999.jpg")
    landmarks.append(landmarks[-1])

    points = np.array(landmarks).round(2)  # (19 faces, 21, 2)
    seen = np.ones(points.shape[:2], np.bool_)
    turned_away = [name.removeprefix("Nose").removeprefix("Mouth").startswith("Right") for name in FEATURES]
    seen[1::2, turned_away] = False
    boxes = np.concatenate([points.min(axis=1) - 4, points.max(axis=1) + 4], axis=1).round()
    with closing(sqlite3.connect(folder / "aflw.sqlite")) as database:
        database.executescript(AFLW_TABLES)
        database.executemany(
            "INSERT INTO FeatureCoordTypes VALUES (?, ?, '', 0, 0, 0)", list(enumerate(FEATURES, start=1))
        )
        for place, name in enumerate(dict.fromkeys(names)):
            row = (place, "aflw", Path(name).name, name, 0, size, size)
            database.execute("INSERT INTO FaceImages VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        for face, (name, (x0, y0, x1, y1)) in enumerate(zip(names, boxes.tolist(), strict=True)):
            database.execute("INSERT INTO Faces VALUES (?, ?, 'aflw')", (face, Path(name).name))
            if face % 5:
                database.execute("INSERT INTO FaceRect VALUES (?, ?, ?, ?, ?, 1)", (face, x0, y0, x1 - x0, y1 - y0))
            rows = [(face, n + 1, *points[face, n].tolist()) for n in np.flatnonzero(seen[face]).tolist()]
            database.executemany("INSERT INTO FeatureCoords VALUES (?, ?, ?, ?, 1)", rows)
        database.commit()

    kept = ["Ear" not in name for name in FEATURES]
    cells = np.empty((len(names), 1), object)
    cells[:, 0] = names
    order = np.random.default_rng(0).permutation(len(names) - 1)
    content = {
        "data": (points * seen[..., None])[:, kept].swapaxes(1, 2).reshape(len(names), -1),
        "mask_new": seen[:, kept].astype(np.uint8),
        "bbox": boxes[:, [0, 2, 1, 3]],
        "nameList": cells,
        "ra": np.array([[len(names), *(order + 1).tolist()]]),
    }
    io.savemat(folder / "AFLWinfo_release.mat", content)
    return folder


def _face() -> np.ndarray:
    """(68, 2) a face about (0, 0), 44 pixels wide, in the order of ibug68."""

    def line(x0: float, x1: float, y0: float, y1: float, count: int) -> np.ndarray:
        return np.stack([np.linspace(x0, x1, count), np.linspace(y0, y1, count)], axis=1)

    def ring(x: float, y: float, width: float, height: float, count: int) -> np.ndarray:
        angles = np.arange(count) * 2 * np.pi / count
        return np.stack([x - width * np.cos(angles), y - height * np.sin(angles)], axis=1)

    jaw = line(-22, 22, 0, 0, 17)
    jaw[:, 1] = 22 * np.sqrt(1 - 0.8 * (jaw[:, 0] / 22) ** 2) - 4
    brows, nose = [line(-16, -4, -14, -14, 5), line(4, 16, -14, -14, 5)], [line(0, 0, -8, 2, 4), line(-4, 4, 5, 5, 5)]
    eyes, lips = [ring(-10, -8, 4, 2, 6), ring(10, -8, 4, 2, 6)], [ring(0, 12, 8, 4, 12), ring(0, 12, 6, 2, 8)]
    return np.concatenate([jaw, *brows, *nose, *eyes, *lips])


FACE = _face()


@pytest.fixture
def tiny_config(tiny_data: Path, tmp_path: Path) -> Callable[..., Any]:
    """Makes configs of a training on tiny_data that takes a second: tiny_config(seed=1, network={"width": 4}, ...)."""
    return lambda **changes: _tiny_config(tiny_data, tmp_path / "run", **changes)


def _tiny_config(pictures: Path, run: Path, /, **changes: Any) -> Any:
    from laplace_landmarks.training.config import Config, UnlabeledPictures

    sections: dict[str, dict[str, Any]] = {
        "data": {
            "root": str(pictures),
            "labeled": "labeled",
            "unlabeled": (UnlabeledPictures("unlabeled"),),
            "cache": str(pictures / "cache"),
            "licence": "CC0",
        },
        "network": {"width": 2, "size": 32},
        "adversarial": {"width": 4, "batch": 4},
        "optimiser": {"batch": 4, "steps": 6},
        "machine": {
            "accelerator": "cpu",
            "precision": "float32",
            "threads": 1,
            "loggers": (),
            "validate_every": 3,
            "checkpoint_every": 2,
        },
    }
    config = Config(run=str(run))
    for name in sections.keys() | changes.keys():
        value = changes.get(name, {})
        if name in sections:
            value = replace(getattr(config, name), **sections[name] | value)
        elif isinstance(value, dict):
            value = replace(getattr(config, name), **value)
        config = replace(config, **{name: value})
    return config


@pytest.fixture(scope="session")
def tiny_run(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished training with both branches, 12 steps of a network of width 2."""
    from laplace_landmarks.training.trainer import train

    run = train(_tiny_config(tiny_data, tmp_path_factory.mktemp("runs") / "tiny", optimiser={"steps": 12}))
    assert run is not None
    return run


@pytest.fixture(scope="session")
def tiny_run_model(tiny_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model file of tiny_run."""
    from laplace_landmarks.export.model import export_run

    path = tmp_path_factory.mktemp("models") / "tiny.onnx"
    export_run(tiny_run, path)
    return path


@pytest.fixture(scope="session")
def tiny_quick_model(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fast file of a quick network of width 2 after one step."""
    from laplace_landmarks.export.model import export_run
    from laplace_landmarks.training.trainer import train

    quick = {"width": 2, "size": 32, "head": "light", "fusion": "separable", "growth": (1, 1, 2, 2)}
    place = tmp_path_factory.mktemp("quick")
    run = train(_tiny_config(tiny_data, place / "run", network=quick, optimiser={"steps": 1}))
    assert run is not None
    export_run(run, place / "quick.onnx", variant="fast")
    return place / "quick.onnx"
