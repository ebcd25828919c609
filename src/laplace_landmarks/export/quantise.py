"""8-bit weights and activations in standard ONNX operators: QuantizeLinear and DequantizeLinear around each layer.

Runtimes join these with the layer between them into integer kernels, or run them as they stand.

What stays in float: the first layer, whose three channels integer kernels are slower on, and everything behind the
logits, since all that a spread says lies in how far it is from 1. The logits themselves are kept to the range that
matters: a softmax does not see what is DEPTH below a heatmap's peak, and a scale that covered it would be coarse.
"""

import logging
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from string import ascii_letters
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from laplace_landmarks.runtime.model_info import INPUT
from laplace_landmarks.session import start_session

LAYERS = ("Conv", "LeakyRelu", "MaxPool", "Concat", "Resize")
PER_CHANNEL = True  # a scale for each of a layer's outputs
DEPTH = 16.0  # e^-16 of the lowest peak, on all 6,400 pixels of a crop, moves a landmark by a few hundredths of a pixel
HEADROOM = 0.25  # above the highest peak seen, over its distance from the median one
DEFAULTS = {"auto_pad": b"NOTSET", "group": 1, "dilations": [1, 1], "strides": [1, 1], "storage_order": 0,
            "pads": [0, 0, 0, 0], "ceil_mode": 0, "antialias": 0, "extrapolation_value": 0.0, "exclude_outside": 0,
            "cubic_coeff_a": -0.75, "keep_aspect_ratio_policy": b"stretch", "allowzero": 0, "noop_with_empty_axes": 0,
            "coordinate_transformation_mode": b"half_pixel"}  # fmt: skip
IDLE = (("Conv", "kernel_shape"), ("Resize", "nearest_mode"))  # that of the weights; of another mode than this one's


def quantised(model: onnx.ModelProto, crops: NDArray[np.uint8]) -> onnx.ModelProto:
    """The graph in 8 bits; crops (N, size, size, 3) of the kind it will see give the ranges. No metadata yet."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Crops(CalibrationDataReader):
        def __init__(self) -> None:
            self.left: Iterator[NDArray[np.uint8]] = iter(crops[:, None])

        def get_next(self) -> Any:  # None at the end
            crop = next(self.left, None)
            return None if crop is None else {INPUT: crop}

    named = _named(model)
    convolutions = [node for node in named.graph.node if node.op_type == "Conv"]
    logits = convolutions[-1].output[0]
    lowest = _level_peaks(named, convolutions[-1], crops)
    ranges = {logits: [{"rmin": lowest, "rmax": np.float32(0), "quant_type": QuantType.QUInt8}]}
    layers = {node.name for node in named.graph.node if node.op_type in LAYERS}
    kept = _first_level(named) | (layers - _before(named, logits))
    logging.getLogger().addFilter(_silent)  # it advises, through the root logger, a preparation that this graph is past
    try:
        with TemporaryDirectory() as folder:
            written = Path(folder) / "quantised.onnx"
            quantize_static(
                named, written, Crops(), quant_format=QuantFormat.QDQ, per_channel=PER_CHANNEL,
                activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, op_types_to_quantize=list(LAYERS),
                nodes_to_exclude=sorted(kept), extra_options={"WeightSymmetric": True, "TensorQuantOverrides": ranges},
            )  # fmt: skip
            made = onnx.load(written)
    finally:
        logging.getLogger().removeFilter(_silent)
    return _small(_plainer(made))


def _silent(record: logging.LogRecord) -> bool:
    return record.levelno > logging.WARNING


def _named(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy without heatmaps, whose nodes all have names."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    kept = [output for output in copy.graph.output if output.name != "heatmaps"]
    del copy.graph.output[:]
    copy.graph.output.extend(kept)
    for place, node in enumerate(copy.graph.node):
        node.name = f"{node.op_type}_{place}"
    return copy


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
        _add(model.graph, f"{last.input[1]}_bias", np.zeros(len(highest), np.float32))
        last.input.append(f"{last.input[1]}_bias")
    bias = next(tensor for tensor in model.graph.initializer if tensor.name == last.input[2])
    shifted = onnx.numpy_helper.to_array(bias) - highest
    bias.CopyFrom(onnx.numpy_helper.from_array(shifted.astype(np.float32), bias.name))
    return np.float32((peaks - highest).min() - DEPTH)


def _plainer(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same numbers in fewer bytes.

    A bias of 32 bits has a scale a channel and a node of its own: as plain floats it needs neither, and runtimes make
    integers of it again. Zero points of weights are 0, as they are where there are none. 0, 1, 2 ... is a Range.
    """
    graph = model.graph
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    scaled = {node.output[0]: node for node in graph.node if node.op_type == "DequantizeLinear"}
    for layer in [node for node in graph.node if node.op_type == "Conv" and node.input[1] in scaled]:
        del scaled[layer.input[1]].input[2:]
        for bias in (scaled[name] for name in layer.input[2:]):
            whole, scale = (onnx.numpy_helper.to_array(tensors[name]) for name in bias.input[:2])
            _add(graph, bias.output[0], (whole * scale).astype(np.float32))
            graph.node.remove(bias)
    for name, tensor in tensors.items():
        values = onnx.numpy_helper.to_array(tensor)
        if values.size > 1 and values.dtype == np.float32 and np.array_equal(values, np.arange(len(values))):
            graph.initializer.remove(tensor)
            ends = [f"{name}_{end}" for end in ("from", "to", "by")]
            for end, value in zip(ends, (0, len(values), 1), strict=True):
                _add(graph, end, np.float32(value))
            graph.node.insert(0, onnx.helper.make_node("Range", ends, [name]))
    used = {name for node in graph.node for name in node.input}
    for tensor in [tensor for tensor in graph.initializer if tensor.name not in used]:
        graph.initializer.remove(tensor)
    return model


def _add(graph: onnx.GraphProto, name: str, values: Any) -> None:
    graph.initializer.append(onnx.numpy_helper.from_array(np.asarray(values), name))


def _small(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same without names, notes and settings that say what is so anyway: they would be half of the file."""
    graph = model.graph
    own = {value.name for value in chain(graph.input, graph.output)}
    equal: dict[bytes, str] = {}
    names: dict[str, str] = {"": ""}
    for tensor in list(graph.initializer):
        was, tensor.name = tensor.name, ""
        content = tensor.SerializeToString()
        if content in equal:
            graph.initializer.remove(tensor)
        else:
            equal[content] = tensor.name = _short(len(equal))
        names[was] = equal[content]
    for node in graph.node:
        for attribute in list(node.attribute):
            value = onnx.helper.get_attribute_value(attribute)
            value = list(value) if hasattr(value, "__len__") and not isinstance(value, bytes) else value
            idle = (node.op_type, attribute.name) in IDLE
            if idle or (attribute.name in DEFAULTS and DEFAULTS[attribute.name] == value):
                node.attribute.remove(attribute)
        for output in node.output:
            names[output] = output if output in own else _short(len(equal) + len(names))
        node.input[:] = [name if name in own else names[name] for name in node.input]
        node.output[:] = [names[name] for name in node.output]
        node.ClearField("name")
        node.ClearField("doc_string")
        node.ClearField("metadata_props")
    for field in ("value_info", "metadata_props", "quantization_annotation", "doc_string"):
        graph.ClearField(field)
    for field in ("metadata_props", "doc_string"):
        model.ClearField(field)
    return model


def _short(number: int) -> str:
    """A name of letters: a, b, ... z, A, ... Z, aa, ab, ..."""
    letters = ""
    number += 1
    while number:
        number, place = divmod(number - 1, len(ascii_letters))
        letters = ascii_letters[place] + letters
    return letters
