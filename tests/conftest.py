"""Fixtures that several folders of tests share."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.model_info import METADATA_KEY, OUTPUTS, ModelInfo

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
