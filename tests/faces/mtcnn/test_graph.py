"""Small networks written by hand, run, and compared with arithmetic; onnx's own checker reads them too."""

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from laplace_landmarks.faces.mtcnn.graph import FLOAT, UINT8, Graph


def run(model: bytes, given: NDArray) -> list[NDArray]:
    onnx.checker.check_model(onnx.load_from_string(model), full_check=True)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return [np.asarray(output) for output in session.run(None, {session.get_inputs()[0].name: given})]


def test_a_convolution_of_four_numbers() -> None:
    graph = Graph()
    kernel = np.array([[[[1, 2], [0, -1]]]], np.float32)
    sums = graph.add("Conv", "x", kernel, np.array([0.5], np.float32))
    model = graph.model(("x", FLOAT, (1, 1, "H", "W")), {sums: (1, 1, "h", "w")})

    (found,) = run(model, np.array([[[[1, 2, 3], [4, 5, 6]]]], np.float32))

    assert found.tolist() == [[[[1 + 4 - 5 + 0.5, 2 + 6 - 6 + 0.5]]]]


def test_a_slope_a_channel() -> None:
    graph = Graph()
    model = graph.model(
        ("x", FLOAT, (1, 2, 1, 1)),
        {graph.add("PRelu", "x", np.array([0.5, -2], np.float32).reshape(2, 1, 1)): (1, 2, 1, 1)},
    )
    assert run(model, np.full((1, 2, 1, 1), -3, np.float32))[0].ravel().tolist() == [-1.5, 6]
    assert run(model, np.full((1, 2, 1, 1), 3, np.float32))[0].ravel().tolist() == [3, 3]


def test_bytes_two_outputs_and_every_kind_of_attribute() -> None:
    graph = Graph()
    floats = graph.add("Cast", "picture", to=FLOAT)
    turned = graph.add("Transpose", floats, perm=(1, 0))
    leaky = graph.add("LeakyRelu", graph.add("Sub", turned, np.float32(100)), alpha=0.25)
    model = graph.model(("picture", UINT8, (1, "W")), {turned: ("W", 1), leaky: ("W", 1)})

    found, changed = run(model, np.array([[20, 200]], np.uint8))

    assert found.tolist() == [[20], [200]]
    assert changed.tolist() == [[-20], [100]]


def test_the_last_window_of_a_pooling_may_reach_beyond_the_edge() -> None:
    graph = Graph()
    largest = graph.add("MaxPool", "x", kernel_shape=(2, 2), strides=(2, 2), ceil_mode=1)
    model = graph.model(("x", FLOAT, (1, 1, 1, "W")), {largest: (1, 1, 1, "w")})

    (found,) = run(model, np.array([[[[-5, -3, -4]]]], np.float32))

    assert found.ravel().tolist() == [-3, -4]


def test_a_type_that_no_network_here_has() -> None:
    with pytest.raises(KeyError):
        Graph().add("Neg", np.zeros(1, np.complex64))
