"""MTCNN's three networks (Zhang et al. 2016, Fig. 2) as ONNX models, from their published weights.

Each takes RGB uint8 (N, H, W, 3) and gives, of every window it looks at, the probability of a face and offsets of the
box's four edges, O-Net five points besides.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.faces.mtcnn.graph import FLOAT, UINT8, Graph
from laplace_landmarks.faces.mtcnn.weights import Weights

INPUT = "pictures"
MIDDLE, RANGE = 127.5, 128  # the networks were trained on (value - 127.5) / 128


def pnet(weights: Weights) -> bytes:
    """Proposals, any H and W: (N, 1, h, w) probability and (N, 4, h, w) offsets of windows of 12 pixels, 2 apart."""
    graph, arrays = Graph(), iter(weights)
    x = _picture(graph)
    x = _convolution(graph, x, arrays, of_bytes=True)
    x = _halved(graph, x, 2)
    x = _convolution(graph, x, arrays)
    x = _convolution(graph, x, arrays)
    offsets = graph.add("Conv", x, _kernel(next(arrays)), next(arrays))
    kernel, bias = next(arrays), next(arrays)
    face = graph.add("Sigmoid", graph.add("Conv", x, _kernel(_is_face(kernel)), _is_face(bias)))
    return _model(graph, ("H", "W"), {face: ("N", 1, "h", "w"), offsets: ("N", 4, "h", "w")})


def rnet(weights: Weights) -> bytes:
    """Refinement of crops of 24 pixels: (N, 1) probability, (N, 4) offsets."""
    graph, arrays = Graph(), iter(weights)
    x = _features(graph, arrays, halved=(3, 3))
    offsets = graph.add("Gemm", x, next(arrays), next(arrays))
    face = _probability(graph, x, arrays)
    return _model(graph, (24, 24), {face: ("N", 1), offsets: ("N", 4)})


def onet(weights: Weights) -> bytes:
    """The last look at crops of 48 pixels: (N, 1) probability, (N, 4) offsets, (N, 10) points, five x and five y."""
    graph, arrays = Graph(), iter(weights)
    x = _features(graph, arrays, halved=(3, 3, 2))
    offsets = graph.add("Gemm", x, next(arrays), next(arrays))
    points = graph.add("Gemm", x, next(arrays), next(arrays))
    face = _probability(graph, x, arrays)
    return _model(graph, (48, 48), {face: ("N", 1), offsets: ("N", 4), points: ("N", 10)})


def _features(graph: Graph, arrays: Iterator[NDArray[np.float32]], halved: tuple[int, ...]) -> str:
    """A convolution before each halving, of cells so large, and one after them; then a row of features a crop."""
    x = _convolution(graph, _picture(graph), arrays, of_bytes=True)
    for size in halved:
        x = _convolution(graph, _halved(graph, x, size), arrays)
    return _dense(graph, _row(graph, x), arrays)


def _model(graph: Graph, sides: tuple[int | str, int | str], outputs: dict[str, tuple[int | str, ...]]) -> bytes:
    return graph.model((INPUT, UINT8, ("N", *sides, 3)), outputs)


def _picture(graph: Graph) -> str:
    """(N, H, W, 3) bytes → (N, 3, H, W) numbers, still 0..255."""
    return graph.add("Transpose", graph.add("Cast", INPUT, to=FLOAT), perm=(0, 3, 1, 2))


def _convolution(graph: Graph, x: str, arrays: Iterator[NDArray[np.float32]], of_bytes: bool = False) -> str:
    """A convolution without padding, and its leaky ReLU with a slope a channel."""
    kernel, bias, slopes = next(arrays), next(arrays), next(arrays)
    if of_bytes:  # (value - middle) / range, moved into the weights: where nothing is padded it is the same
        kernel = kernel / np.float32(RANGE)
        bias = bias - np.float32(MIDDLE) * kernel.sum(axis=(0, 1, 2))
    return graph.add("PRelu", graph.add("Conv", x, _kernel(kernel), bias), slopes.reshape(-1, 1, 1))


def _halved(graph: Graph, x: str, size: int) -> str:
    """The largest of size × size cells, two apart; the last window may reach beyond the edge."""
    return graph.add("MaxPool", x, kernel_shape=(size, size), strides=(2, 2), ceil_mode=1)


def _row(graph: Graph, x: str) -> str:
    """(N, C, H, W) → (N, W · H · C): the published weights count columns first, having learnt from turned pictures."""
    return graph.add("Flatten", graph.add("Transpose", x, perm=(0, 3, 2, 1)))


def _dense(graph: Graph, x: str, arrays: Iterator[NDArray[np.float32]]) -> str:
    weights, bias, slopes = next(arrays), next(arrays), next(arrays)
    return graph.add("PRelu", graph.add("Gemm", x, weights, bias), slopes)


def _probability(graph: Graph, x: str, arrays: Iterator[NDArray[np.float32]]) -> str:
    weights, bias = next(arrays), next(arrays)
    return graph.add("Sigmoid", graph.add("Gemm", x, _is_face(weights), _is_face(bias)))


def _is_face(of_two: NDArray[np.float32]) -> NDArray[np.float32]:
    """(..., 2) weights of "no face" and "face" → (..., 1): the softmax of two is the sigmoid of their difference."""
    return of_two[..., 1:] - of_two[..., :1]


def _kernel(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """(height, width, in, out) → ONNX's (out, in, height, width)."""
    return kernel.transpose(3, 2, 0, 1)
