"""A network written down as the bytes of an ONNX model, without the ONNX library.

The numbers of the fields are those of onnx.proto (ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.protobuf import field

IR_VERSION, OPSET = 9, 17  # read by every onnxruntime from 1.15 on
FLOAT, UINT8, INT64 = 1, 2, 7  # TensorProto.DataType
TYPES = {"float32": FLOAT, "uint8": UINT8, "int64": INT64}
FLOATING, INTEGER, INTEGERS = 1, 2, 7  # AttributeProto.AttributeType

Attribute = int | float | Sequence[int]


class Graph:
    """Operators in the order in which they run; each gives one output, known by the name that `add` returns.

    >>> graph = Graph()
    >>> doubled = graph.add("Mul", "x", np.float32(2))
    >>> model = graph.model(("x", FLOAT, ("N",)), {doubled: ("N",)})
    """

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def add(self, operator: str, *inputs: str | NDArray | np.generic, **attributes: Attribute) -> str:
        """Adds an operator of ONNX; inputs are names, or arrays that become constants. Returns its output's name."""
        name = f"{operator} {len(self._nodes)}"
        given = [one if isinstance(one, str) else self._constant(f"{name}/{n}", one) for n, one in enumerate(inputs)]
        self._nodes.append(
            b"".join(field(1, each) for each in given)
            + field(2, name)
            + field(4, operator)
            + b"".join(field(5, _attribute(key, value)) for key, value in attributes.items())
        )
        return name

    def model(self, given: tuple[str, int, Sequence[int | str]], outputs: Mapping[str, Sequence[int | str]]) -> bytes:
        """The model's bytes.

        given: name, type and shape of the input; a side of any length is a word. outputs: names and shapes, float32.
        """
        graph = (
            b"".join(field(1, node) for node in self._nodes)
            + field(2, "network")
            + b"".join(field(5, constant) for constant in self._constants)
            + field(11, _value(*given))
            + b"".join(field(12, _value(name, FLOAT, shape)) for name, shape in outputs.items())
        )
        return field(1, IR_VERSION) + field(8, field(2, OPSET)) + field(7, graph)

    def _constant(self, name: str, value: NDArray | np.generic) -> str:
        array = np.ascontiguousarray(value).reshape(np.shape(value))  # the former makes a row of a number
        self._constants.append(
            b"".join(field(1, side) for side in array.shape)
            + field(2, TYPES[array.dtype.name])
            + field(8, name)
            + field(9, array.astype(array.dtype.newbyteorder("<")).tobytes())
        )
        return name


def _attribute(name: str, value: Attribute) -> bytes:
    match value:
        case int():
            content, kind = field(3, value), INTEGER
        case float():
            content, kind = field(2, value), FLOATING
        case _:
            content, kind = b"".join(field(8, one) for one in value), INTEGERS
    return field(1, name) + content + field(20, kind)


def _value(name: str, element: int, shape: Sequence[int | str]) -> bytes:
    """A name with its type: numbers and words (dim_value 1, dim_param 2) for its sides."""
    sides = b"".join(field(1, field(1 if isinstance(side, int) else 2, side)) for side in shape)
    return field(1, name) + field(2, field(1, field(1, element) + field(2, sides)))
