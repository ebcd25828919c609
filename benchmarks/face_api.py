"""The 68-point networks of face-api.js (MIT) as ONNX files, so that `benchmark` can time and score them beside ours.

Their weights, 8 bits each, come with the npm package; nothing of it is part of this project. The graph is written anew
from what the package says of its layers: three or four blocks of depthwise separable 3×3 convolutions, each beginning
at half the resolution, whose outputs are added up; a mean over all pixels; one matrix. What pictures trained them is
not published, so a test picture may be among them.

    npm pack @vladmandic/face-api && tar xzf *.tgz
    python benchmarks/face_api.py package/model/face_landmark_68_tiny_model face-api-tiny.onnx
    laplace-landmarks benchmark laplace68-eighth \\
        face-api-tiny.onnx:size=112,range=0..255,box_factor=1.2,box_shift=0..0.09,unit=share
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import tyro
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

SIZE = 112
MEAN = (122.782, 117.001, 104.298)  # of red, green, blue, taken away before the division by 255


class Graph:
    """Nodes and tensors as they come."""

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        self.weights, self.nodes, self.tensors = weights, [], []

    def tensor(self, values: NDArray[np.generic]) -> str:
        name = f"t{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, *inputs: str, **settings: Any) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **settings))
        return name

    def layer(self, x: str, name: str, stride: int) -> str:
        """A convolution of their names: plain, or depthwise and then pointwise."""
        bias = self.tensor(self.weights[f"{name}/bias"])
        same = {"auto_pad": "SAME_UPPER", "strides": [stride, stride]}
        if f"{name}/filters" in self.weights:
            return self.add("Conv", x, self.tensor(self.weights[f"{name}/filters"].transpose(3, 2, 0, 1)), bias, **same)
        deep = self.weights[f"{name}/depthwise_filter"].transpose(2, 3, 0, 1)
        x = self.add("Conv", x, self.tensor(deep), group=len(deep), **same)
        return self.add("Conv", x, self.tensor(self.weights[f"{name}/pointwise_filter"].transpose(3, 2, 0, 1)), bias)

    def block(self, x: str, name: str) -> str:
        """What all layers so far have given, added up, is the next one's input."""
        total = self.add("Relu", self.layer(x, f"{name}/conv0", 2))
        seen = total
        for number in range(1, 4):
            if f"{name}/conv{number}/bias" not in self.weights:
                break
            total = self.add("Add", total, self.layer(seen, f"{name}/conv{number}", 1))
            seen = self.add("Relu", total)
        return seen


def main(model: tyro.conf.Positional[Path], output: tyro.conf.Positional[Path]) -> None:
    """Write the ONNX file.

    Args:
        model: A .bin file of the package and the manifest beside it, without their endings.
        output: ONNX file.
    """
    graph = Graph(read_weights(model))
    x = graph.add("Sub", "pixels", graph.tensor(np.array(MEAN, np.float32).reshape(1, 3, 1, 1)))
    x = graph.add("Div", x, graph.tensor(np.array(255, np.float32)))
    for block in sorted({name.partition("/")[0] for name in graph.weights if name.startswith("dense")}):
        x = graph.block(x, block)
    x = graph.add("Flatten", graph.add("GlobalAveragePool", x))
    points = graph.add("Gemm", x, graph.tensor(graph.weights["fc/weights"]), graph.tensor(graph.weights["fc/bias"]))
    made = helper.make_graph(
        graph.nodes,
        "face-api",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["batch", 3, SIZE, SIZE])],
        [helper.make_tensor_value_info(points, TensorProto.FLOAT, ["batch", 136])],
        graph.tensors,
    )
    onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=10), output)


def read_weights(model: Path) -> dict[str, NDArray[np.float32]]:
    """All tensors by name: numbers of 8 bits, each tensor with its scale and least value."""
    content = model.with_name(f"{model.name}.bin").read_bytes()
    entries = json.loads(model.with_name(f"{model.name}-weights_manifest.json").read_text(encoding="utf-8"))
    weights, place = {}, 0
    for entry in (entry for group in entries for entry in group["weights"]):
        count, told = int(np.prod(entry["shape"])), entry["quantization"]
        whole = np.frombuffer(content, np.uint8, count, place).reshape(entry["shape"])
        weights[entry["name"]] = whole * np.float32(told["scale"]) + np.float32(told["min"])
        place += count
    return weights


if __name__ == "__main__":
    tyro.cli(main)
