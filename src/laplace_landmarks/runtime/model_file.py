"""Opening a model file: every way in which it can be broken is found here, and said in one line.

And writing a calibration or a score into one, for which no ONNX library is needed.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.protobuf import NotWholeError
from laplace_landmarks.runtime.calibration import Calibration
from laplace_landmarks.runtime.model_info import INPUT, METADATA_KEY, ModelInfo
from laplace_landmarks.runtime.onnx_bytes import metadata, replace_metadata
from laplace_landmarks.session import CPU, start_session
from laplace_landmarks.text_files import to_json

if TYPE_CHECKING:
    import onnxruntime

LARGEST = 2**31  # bytes; no protobuf message is longer


def read_info(path: str | Path) -> ModelInfo:
    """A model file's metadata, without starting a runtime."""
    return _info(Path(path), _read(Path(path)))


def open_model(
    path: str | Path, threads: int = 1, providers: Sequence[str] = CPU
) -> tuple["onnxruntime.InferenceSession", ModelInfo]:
    """A session that runs the model file, and its metadata; InputError where the two disagree or the file is broken."""
    path = Path(path)
    model = _read(path)
    info = _info(path, model)
    try:
        session = start_session(model, threads, providers)
        _check_graph(path, session, info)
    except InputError:
        raise
    except Exception as error:  # onnxruntime's exceptions share no base of their own
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: onnxruntime cannot run this model file: {reason}") from None
    return session, info


def write_calibration(model: str | Path, calibration: Calibration, output: str | Path) -> None:
    """Writes the model file with this calibration, and all else as it was; output may be the model itself."""
    _rewrite(Path(model), Path(output), lambda document: {"calibration": calibration.to_document()})


def write_score(model: str | Path, score: Mapping[str, Any], output: str | Path) -> None:
    """The same with one score more (data, part, faces, nmse_percent, protocol); one of the same data gives way."""

    def with_score(document: dict[str, Any]) -> dict[str, Any]:
        others = [old for old in document["scores"] if (old["data"], old["part"]) != (score["data"], score["part"])]
        return {"scores": [*others, dict(score)]}

    _rewrite(Path(model), Path(output), with_score)


def write_training(model: str | Path, facts: Mapping[str, Any], output: str | Path) -> None:
    """The same with more told of how the model came about."""
    _rewrite(Path(model), Path(output), lambda document: {"training": {**document["training"], **facts}})


def _rewrite(model: Path, output: Path, changes: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    content = _read(model)
    _info(model, content)
    # the document, not a ModelInfo, which leaves out what a later writer added
    document = json.loads(metadata(content)[METADATA_KEY])
    text = to_json(document | changes(document))
    write_whole(output, replace_metadata(content, METADATA_KEY, text))


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
        other = "" if path.suffix == ".onnx" else "; predictions that are to be scored are JSON lines, .jsonl"
        raise InputError(f"{path}: cut off, or no ONNX file ({len(model):,} bytes); copy it again{other}") from None
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
