"""8-bit weights and activations in standard ONNX operators: QuantizeLinear and DequantizeLinear around each layer.

Runtimes join these with the layer between them into integer kernels, or run them as they stand.

What stays in float: the first layer, whose three channels integer kernels are slower on, and everything behind the
logits, since all that a spread says lies in how far it is from 1. The logits themselves are kept to the range that
matters: a softmax does not see what is DEPTH below a heatmap's peak, and a scale that covered it would be coarse.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from laplace_landmarks.export.graph_bytes import add_tensor, named, plainer, smallest
from laplace_landmarks.runtime.model_info import INPUT
from laplace_landmarks.session import start_session

LAYERS = ("Conv", "LeakyRelu", "MaxPool", "Concat", "Resize")
PER_CHANNEL = True  # a scale for each of a layer's outputs
DEPTH = 16.0  # e^-16 of the lowest peak, on all 6,400 pixels of a crop, moves a landmark by a few hundredths of a pixel
HEADROOM = 0.25  # above the highest peak seen, over its distance from the median one


def quantised(model: onnx.ModelProto, crops: NDArray[np.uint8]) -> onnx.ModelProto:
    """The graph in 8 bits; crops (N, size, size, 3) of the kind it will see give the ranges. No metadata yet."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Crops(CalibrationDataReader):
        def __init__(self) -> None:
            self.left: Iterator[NDArray[np.uint8]] = iter(crops[:, None])

        def get_next(self) -> Any:  # None at the end
            crop = next(self.left, None)
            return None if crop is None else {INPUT: crop}

    copy = named(model)
    convolutions = [node for node in copy.graph.node if node.op_type == "Conv"]
    logits = convolutions[-1].output[0]
    lowest = _level_peaks(copy, convolutions[-1], crops)
    ranges = {logits: [{"rmin": lowest, "rmax": np.float32(0), "quant_type": QuantType.QUInt8}]}
    layers = {node.name for node in copy.graph.node if node.op_type in LAYERS}
    kept = _first_level(copy) | (layers - _before(copy, logits))
    logging.getLogger().addFilter(_silent)  # it advises, through the root logger, a preparation that this graph is past
    try:
        with TemporaryDirectory() as folder:
            written = Path(folder) / "quantised.onnx"
            quantize_static(
                copy, written, Crops(), quant_format=QuantFormat.QDQ, per_channel=PER_CHANNEL,
                activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, op_types_to_quantize=list(LAYERS),
                nodes_to_exclude=sorted(kept), extra_options={"WeightSymmetric": True, "TensorQuantOverrides": ranges},
            )  # fmt: skip
            made = onnx.load(written)
    finally:
        logging.getLogger().removeFilter(_silent)
    return smallest(plainer(made))


def _silent(record: logging.LogRecord) -> bool:
    return record.levelno > logging.WARNING


def _first_level(model: onnx.ModelProto) -> set[str]:
    """Names of the first convolution, its activation, and the pooling behind it."""
    kept: list[str] = []
    for wanted in ("Conv", "LeakyRelu", "MaxPool"):
        kept.append(next(node.name for node in model.graph.node if node.op_type == wanted))
    return set(kept)


def _before(model: onnx.ModelProto, logits: str) -> set[str]:
    """Names of the nodes that the logits come from."""
    makers = {output: node for node in model.graph.node for output in node.output}
    found: set[str] = set()
    open_ = [logits]
    while open_:
        node = makers.get(open_.pop())
        if node is not None and node.name not in found:
            found.add(node.name)
            open_ += node.input
    return found


def _level_peaks(model: onnx.ModelProto, last: onnx.NodeProto, crops: NDArray[np.uint8]) -> np.float32:
    """Shifts each landmark's logits so that none comes above 0; gives the lowest value that matters.

    A softmax does not see the shift, and the range of 8 bits need not cover what lies between the landmarks.
    """
    seen = onnx.ModelProto()
    seen.CopyFrom(model)
    logits = last.output[0]
    seen.graph.output.append(onnx.helper.make_tensor_value_info(logits, onnx.TensorProto.FLOAT, None))
    session = start_session(seen.SerializeToString())
    peaks = np.concatenate(
        [np.asarray(session.run([logits], {INPUT: crop})[0]).max(axis=(2, 3)) for crop in crops[:, None]]
    )
    highest = peaks.max(axis=0)
    highest += HEADROOM * (highest - np.median(peaks, axis=0))
    if len(last.input) < 3:  # an exporter leaves a bias of zeros out
        add_tensor(model.graph, f"{last.input[1]}_bias", np.zeros(len(highest), np.float32))
        last.input.append(f"{last.input[1]}_bias")
    bias = next(tensor for tensor in model.graph.initializer if tensor.name == last.input[2])
    shifted = onnx.numpy_helper.to_array(bias) - highest
    bias.CopyFrom(onnx.numpy_helper.from_array(shifted.astype(np.float32), bias.name))
    return np.float32((peaks - highest).min() - DEPTH)
