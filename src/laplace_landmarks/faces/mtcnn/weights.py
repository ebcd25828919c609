"""The published weights of MTCNN's three networks, out of the installed `mtcnn` wheel, which is never imported.

The wheel's own code needs TensorFlow; its weights are plain arrays, one compressed pickle a network. A pickle can run
code, so a file is opened only if it is, bit by bit, the one that was looked at, and then by a reader that knows arrays
and nothing else.
"""

import io
import pickle
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.errors import InputError

PACKAGE = "mtcnn"
REMEDY = "install it anew: pip install --force-reinstall mtcnn==1.0.0"
FILES = {
    "pnet.lz4": "ea6b0c3e685ebee3165326ad6484acc95f2ef78f1c94fbf40a55704fa989f7b5",
    "rnet.lz4": "cb00e6460f3c98b0bfafaba3c0a0ded4bdf6e62cee7174d969e8670d7e757fee",
    "onet.lz4": "94f6ea2f4cf985275ee958cdd762d17b6009348a4fb9d8c6be39ba73ffd22ca3",
}

Weights = tuple[NDArray[np.float32], ...]  # kernel (height, width, in, out), bias and slopes of each layer, in order


def published_weights() -> tuple[Weights, Weights, Weights]:
    """The arrays of P-Net, R-Net and O-Net; InputError where a file is missing or is not the published one."""
    folder = weights_folder()
    pnet, rnet, onet = (read_weights(folder / name, digest) for name, digest in FILES.items())
    return pnet, rnet, onet


def weights_folder() -> Path:
    """Where the wheel keeps them; asked of the installer's records, which know no other `mtcnn`."""
    try:
        return Path(str(distribution(PACKAGE).locate_file("mtcnn/assets/weights")))
    except PackageNotFoundError:
        raise InputError(
            f"finding faces needs the weights in the package {PACKAGE}, which is not there; {REMEDY}"
        ) from None


def read_weights(path: Path, digest: str) -> Weights:
    """The arrays in a file of that SHA-256."""
    import lz4.frame  # the wheel's own requirement; here, so that a caller who brings boxes starts without it

    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path}: the weights of the face finder cannot be read ({error.strerror}); {REMEDY}"
        ) from None
    if sha256(content).hexdigest() != digest:
        raise InputError(f"{path}: not the published weights of the face finder (another SHA-256); {REMEDY}")
    stream = io.BytesIO(lz4.frame.decompress(content))
    return tuple(entry.array for entry in _ArrayUnpickler(stream).load())


class _ArrayUnpickler(pickle.Unpickler):
    """Reads pickled lists of arrays as joblib writes them; every other class is refused."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream)
        self._known = {
            ("joblib.numpy_pickle", "NumpyArrayWrapper"): _array_within(stream),
            ("numpy", "ndarray"): np.ndarray,
            ("numpy", "dtype"): np.dtype,
        }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._known:
            raise pickle.UnpicklingError(f"{module}.{name} is no array")
        return self._known[module, name]


def _array_within(stream: io.BytesIO) -> type:
    """What joblib puts in an array's place: its description; the bytes follow in the stream, between two opcodes."""

    class StoredArray:
        array: NDArray

        def __setstate__(self, description: dict[str, Any]) -> None:
            shape, dtype = description["shape"], description["dtype"]
            padding = stream.read(1)[0]  # bytes that align the array
            stream.seek(padding, io.SEEK_CUR)
            content = stream.read(prod(shape) * dtype.itemsize)
            self.array = np.frombuffer(content, dtype).reshape(shape, order=description["order"])

    return StoredArray
