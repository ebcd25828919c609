"""ONNX graphs with their nodes named, to be worked on, and in as few bytes as say the same."""

from itertools import chain
from string import ascii_letters
from typing import Any

import numpy as np
import onnx

DEFAULTS = {"auto_pad": b"NOTSET", "group": 1, "dilations": [1, 1], "strides": [1, 1], "storage_order": 0,
            "pads": [0, 0, 0, 0], "ceil_mode": 0, "antialias": 0, "extrapolation_value": 0.0, "exclude_outside": 0,
            "cubic_coeff_a": -0.75, "keep_aspect_ratio_policy": b"stretch", "allowzero": 0, "noop_with_empty_axes": 0,
            "coordinate_transformation_mode": b"half_pixel"}  # fmt: skip
IDLE = (("Conv", "kernel_shape"), ("Resize", "nearest_mode"))  # that of the weights; of another mode than this one's


def named(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy without heatmaps, whose nodes all have names."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    kept = [output for output in copy.graph.output if output.name != "heatmaps"]
    del copy.graph.output[:]
    copy.graph.output.extend(kept)
    for place, node in enumerate(copy.graph.node):
        node.name = f"{node.op_type}_{place}"
    return copy


def add_tensor(graph: onnx.GraphProto, name: str, values: Any) -> None:
    graph.initializer.append(onnx.numpy_helper.from_array(np.asarray(values), name))


def plainer(model: onnx.ModelProto) -> onnx.ModelProto:
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
            add_tensor(graph, bias.output[0], (whole * scale).astype(np.float32))
            graph.node.remove(bias)
    for name, tensor in tensors.items():
        values = onnx.numpy_helper.to_array(tensor)
        if values.size > 1 and values.dtype == np.float32 and np.array_equal(values, np.arange(len(values))):
            graph.initializer.remove(tensor)
            ends = [f"{name}_{end}" for end in ("from", "to", "by")]
            for end, value in zip(ends, (0, len(values), 1), strict=True):
                add_tensor(graph, end, np.float32(value))
            graph.node.insert(0, onnx.helper.make_node("Range", ends, [name]))
    used = {name for node in graph.node for name in node.input}
    for tensor in [tensor for tensor in graph.initializer if tensor.name not in used]:
        graph.initializer.remove(tensor)
    return model


def smallest(model: onnx.ModelProto) -> onnx.ModelProto:
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
            equal[content] = tensor.name = short_name(len(equal))
        names[was] = equal[content]
    for node in graph.node:
        for attribute in list(node.attribute):
            value = onnx.helper.get_attribute_value(attribute)
            value = list(value) if hasattr(value, "__len__") and not isinstance(value, bytes) else value
            idle = (node.op_type, attribute.name) in IDLE
            if idle or (attribute.name in DEFAULTS and DEFAULTS[attribute.name] == value):
                node.attribute.remove(attribute)
        for output in node.output:
            names[output] = output if output in own else short_name(len(equal) + len(names))
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


def short_name(number: int) -> str:
    """A name of letters: a, b, ... z, A, ... Z, aa, ab, ..."""
    letters = ""
    number += 1
    while number:
        number, place = divmod(number - 1, len(ascii_letters))
        letters = ascii_letters[place] + letters
    return letters
