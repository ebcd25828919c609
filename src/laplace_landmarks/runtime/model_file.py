"""Opening a model file: every way in which it can be broken is found here, and said in one line.

And writing a calibration into one, for which no ONNX library is needed.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.calibration import Calibration
from laplace_landmarks.runtime.model_info import INPUT, METADATA_KEY, ModelInfo
from laplace_landmarks.runtime.onnx_bytes import NotWholeError, metadata, replace_metadata

if TYPE_CHECKING:
    import onnxruntime

CPU = ("CPUExecutionProvider",)
LARGEST = 2**31  # bytes; no protobuf message is longer


def read_info(path: str | Path) -> ModelInfo:
    """A model file's metadata, without starting a runtime."""
    return _info(Path(path), _read(Path(path)))


def open_model(
    path: str | Path, threads: int = 1, providers: Sequence[str] = CPU
) -> tuple["onnxruntime.InferenceSession", ModelInfo]:
    """A session that runs the model file, and its metadata; InputError where the two disagree or the file is broken."""
    import onnxruntime  # here, so that a command line that runs no model starts without it

    path = Path(path)
    model = _read(path)
    info = _info(path, model)
    if threads < 1:
        raise InputError(f"threads must be at least 1, not {threads}")
    unknown = [name for name in providers if name not in onnxruntime.get_available_providers()]
    if unknown:
        known = ", ".join(onnxruntime.get_available_providers())
        raise InputError(f"this onnxruntime has no {unknown[0]}; it has {known}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4  # it would tell stderr what the exceptions below tell the caller
    try:
        session = onnxruntime.InferenceSession(model, options, providers=list(providers))
        _check_graph(path, session, info)
    except InputError:
        raise
    except Exception as error:  # onnxruntime's exceptions share no base of their own
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: onnxruntime cannot run this model file: {reason}") from None
    return session, info


def write_calibration(model: str | Path, calibration: Calibration, output: str | Path) -> None:
    """Writes the model file with this calibration, and all else as it was; output may be the model itself."""
    content = _read(Path(model))
    _info(Path(model), content)
    # the document, not a ModelInfo, which leaves out what a later writer added
    document = json.loads(metadata(content)[METADATA_KEY]) | {"calibration": calibration.to_document()}
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    write_whole(Path(output), replace_metadata(content, METADATA_KEY, text))


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise InputError(f"{path}: there is no such model file")
    try:
        size = path.stat().st_size
        model = path.read_bytes() if size < LARGEST else b""
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    if size == 0:
        raise InputError(f"{path}: the model file is empty")
    if not model:
        raise InputError(f"{path}: {size:,} bytes is more than an ONNX file can have")
    return model


def _info(path: Path, model: bytes) -> ModelInfo:
    try:
        entries = metadata(model)
    except NotWholeError:
        raise InputError(f"{path}: cut off, or no ONNX file ({len(model):,} bytes); copy it again") from None
    if METADATA_KEY not in entries:
        raise InputError(f"{path}: an ONNX file without {METADATA_KEY!r} metadata: cut off, or of another program")
    return ModelInfo.from_json(entries[METADATA_KEY], str(path))


def _check_graph(path: Path, session: "onnxruntime.InferenceSession", info: ModelInfo) -> None:
    """Runs two blank crops, because the shapes that a graph declares may be symbols."""
    size, count = info.crop.size, len(info.markup)
    inputs = [(node.name, node.type, node.shape[1:]) for node in session.get_inputs()]
    if inputs != [(INPUT, "tensor(uint8)", [size, size, 3])]:
        raise InputError(f"{path}: the graph's input must be {INPUT}, uint8 (N, {size}, {size}, 3), not {inputs}")
    if isinstance(session.get_inputs()[0].shape[0], int):
        raise InputError(f"{path}: the graph's batch size is fixed; export it with a dynamic one")
    names = tuple(node.name for node in session.get_outputs())
    if names != info.outputs:
        raise InputError(f"{path}: the graph gives {', '.join(names)}; its metadata say {', '.join(info.outputs)}")
    for name, output in zip(names, session.run(None, {INPUT: np.zeros((2, size, size, 3), np.uint8)}), strict=True):
        output = np.asarray(output)
        wanted = (2, count, size, size) if name == "heatmaps" else (2, count, 2)
        if output.shape != wanted or output.dtype != np.float32:
            raise InputError(
                f"{path}: {name} of two crops are {output.dtype} {output.shape}, not float32 {wanted} "
                f"as its metadata say ({count} landmarks, {size} pixels)"
            )
