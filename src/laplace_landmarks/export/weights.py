"""8-bit weights alone: a file of the bytes of `quantise`'s, of a network that computes in floats all the same.

What rounding the activations does to landmarks is small on average and another in every frame of a video: they shake.
Rounded weights are the same in all of them.
"""

import numpy as np
import onnx

from laplace_landmarks.export.graph_bytes import add_tensor, named, plainer, smallest

LAYERS = ("Conv", "MatMul")
MOST = 127


def weights_in_8_bits(model: onnx.ModelProto) -> onnx.ModelProto:
    """The graph with weights of 8 bits and a scale for each of a layer's outputs. No metadata yet.

    Cast and Mul make floats of them: of constants, so that runtimes do it once, when they load the file.
    DequantizeLinear would say the same, but onnxruntime keeps it for integer kernels, and repeats it in every run.
    """
    copy = named(model)
    graph, made = copy.graph, []
    tensors = {tensor.name: tensor for tensor in graph.initializer}
    for layer in [node for node in graph.node if node.op_type in LAYERS]:
        name = next(name for name in layer.input if name in tensors)
        weights = onnx.numpy_helper.to_array(tensors[name])
        scale = np.abs(weights).max(axis=tuple(range(1, weights.ndim)), keepdims=True) / MOST
        scale[scale == 0] = 1
        graph.initializer.remove(tensors[name])
        add_tensor(graph, f"{name}_whole", np.rint(weights / scale).astype(np.int8))
        add_tensor(graph, f"{name}_scale", scale.astype(np.float32))
        made += [
            onnx.helper.make_node("Cast", [f"{name}_whole"], [f"{name}_cast"], to=onnx.TensorProto.FLOAT),
            onnx.helper.make_node("Mul", [f"{name}_cast", f"{name}_scale"], [name]),
        ]
    for node in reversed(made):
        graph.node.insert(0, node)
    return smallest(plainer(copy))
