"""Models timed beside each other: ours, and those of other makers."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.speed import benchmark as module
from laplace_landmarks.evaluation.speed.benchmark import benchmark
from laplace_landmarks.evaluation.speed.contestants import contestant
from laplace_landmarks.evaluation.speed.crop_settings import CropSettings
from laplace_landmarks.evaluation.speed.interleaved import Timing
from laplace_landmarks.evaluation.speed.other_model import OtherModel
from laplace_landmarks.evaluation.speed.process import Footprint, footprint
from laplace_landmarks.evaluation.speed.table import to_speed_table
from laplace_landmarks.evaluation.speed.whole import parse_size


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A model of another maker: whatever it sees, 68 points in the middle of the crop; one crop at a time."""
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["pixels"], ["mean"], axes=[1, 2, 3], keepdims=0),
            helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
            helper.make_node("Add", ["nothing", "middle"], ["points"]),
        ],
        "other",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, 24, 24])],
        [helper.make_tensor_value_info("points", TensorProto.FLOAT, [1, 136])],
        [
            helper.make_tensor("zero", TensorProto.FLOAT, [1], [0.0]),
            helper.make_tensor("middle", TensorProto.FLOAT, [1, 136], [0.5] * 136),
        ],
    )
    file = tmp_path / "other.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=10), file)
    return file


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process is started for memory, and blocks are short."""
    monkeypatch.setattr(module, "footprint", lambda *_: Footprint(12.0, 100.0))
    monkeypatch.setattr("laplace_landmarks.evaluation.speed.interleaved.BLOCK", 1e-4)


@pytest.mark.usefixtures("quick")
def test_every_model_with_every_setting(tiny_model: Callable[..., Path], tmp_path: Path) -> None:
    small, large = tiny_model(), tiny_model(size=24)
    models = [(str(file), contestant(str(file))) for file in (small, large)]
    found = benchmark(models, (1, 2), (1, 3), 0.01)
    settings = [(row.threads, row.batch) for row in found.rows]
    assert settings == [(1, 1), (1, 1), (1, 3), (1, 3), (2, 1), (2, 1), (2, 3), (2, 3)]
    assert [row.timing.ratio for row in found.rows[::2]] == [1.0] * 4
    for row in found.rows:
        assert row.faces_per_second == pytest.approx(1000 * row.batch / row.timing.p50)
        assert row.bytes == small.stat().st_size or row.bytes == large.stat().st_size
    document = json.loads(found.to_json())
    assert document["rows"][0]["timing"]["p50"] > 0
    assert document["versions"]["onnxruntime"]
    assert document["scored_on"] is None
    assert "NMSE" not in to_speed_table(found).splitlines()[-1]


def test_a_score_is_the_error_that_evaluate_tells(tiny_run_model: Path, tiny_data: Path, other: Path) -> None:
    labeled = read_labeled(tiny_data / "labeled", IBUG68)
    middle = contestant(f"{other}:size=24,factor=2.8")
    error = middle.nmse_percent(labeled)
    expected = [
        np.linalg.norm(sample.landmarks - crop_centre(sample.landmarks), axis=1).mean()
        / np.linalg.norm(sample.landmarks[36] - sample.landmarks[45])
        for sample in labeled.samples
    ]
    assert error == pytest.approx(100 * np.mean(expected), rel=1e-4)
    assert contestant(str(tiny_run_model)).nmse_percent(labeled) != error


def crop_centre(landmarks: np.ndarray) -> np.ndarray:
    """Of the hull of eye centres, nose tip and mouth corners."""
    five = [landmarks[36:42].mean(axis=0), landmarks[42:48].mean(axis=0), *landmarks[[30, 48, 54]]]
    return (np.min(five, axis=0) + np.max(five, axis=0)) / 2


def test_points_of_another_markup_are_not_scored(tiny_model: Callable[..., Path], tiny_data: Path, other: Path) -> None:
    labeled = read_labeled(tiny_data / "labeled", IBUG68)
    assert contestant(str(tiny_model())).nmse_percent(labeled) is None
    five = OtherModel("five", other, 24, "", CropSettings(24, output="missing"))
    with pytest.raises(InputError, match="has no output 'missing'; there are points"):
        five.nmse_percent(labeled)


def test_what_cannot_be_timed(other: Path, tmp_path: Path) -> None:
    def refusal(words: str, batch: int = 1) -> str:
        with pytest.raises(InputError) as refused:
            benchmark([(words, contestant(words))], (1,), (batch,), 0.01)
        return str(refused.value)

    assert "say how it wants its crops, as in" in refusal(str(other))
    assert "there is no such model file" in refusal("nowhere.onnx:size=3")
    assert "does not run on 2 crops of these settings" in refusal(f"{other}:size=24", batch=2)
    assert "does not run on 1 crops" in refusal(f"{other}:size=25")
    (tmp_path / "broken.onnx").write_bytes(b"nothing")
    assert "onnxruntime cannot run it" in refusal(f"{tmp_path / 'broken.onnx'}:size=24")
    with pytest.raises(InputError, match="above 0"):
        benchmark([], (1,), (1,), 1)
    for words in ("640", "640x", "x480", "10x10", "640x480x3"):
        with pytest.raises(InputError, match="--whole is a picture's width and height"):
            parse_size(words)


def test_a_process_of_its_own_is_measured(tiny_model: Callable[..., Path]) -> None:
    found = footprint(str(tiny_model()), 1, 2)
    assert 0 < found.load_ms < 10_000
    assert found.peak_mb is None or 20 < found.peak_mb < 400
    with pytest.raises(InputError, match="no released model is named"):
        footprint("nobody", 1, 1)


def test_a_busy_machine_is_told() -> None:
    row = module.Row("m", 1, 1, Timing(2.0, 3.0, 1.0, 1.0, 9), 500.0, Footprint(5.0, None), 1000, "float32", 5.979)
    table = to_speed_table(module.Benchmark((row,), (), "", "faces", 7, 3.2))
    assert "3.2 processes a core: trust ratios" in table
    assert "7 faces of faces" in table
    assert "5.979" in table
    assert "busy" not in to_speed_table(module.Benchmark((row,), (), "", "", 0, 0.1))


def test_opencv_has_the_threads_of_a_run_and_then_its_own_again(
    tiny_model: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole path cuts crops in opencv's pool, which --threads must hold for as well."""
    seen: list[int] = []
    monkeypatch.setattr(module, "whole_path", lambda *_: {"find": lambda: seen.append(cv2.getNumThreads())})
    before = cv2.getNumThreads()
    file = str(tiny_model())
    benchmark([(file, contestant(file))], (1, 2), (1,), 0.01, whole=(64, 64))
    assert {*seen} == {1, 2} and seen == sorted(seen)
    assert cv2.getNumThreads() == before
