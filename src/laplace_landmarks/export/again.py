"""A model file that is there already: what it holds that an export cannot make, and whether it fits the new one.

Radii, out-of-fold scores and a name belong to weights. A file of the same weights passes them on; one of others would
lose them.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from laplace_landmarks.errors import InputError
from laplace_landmarks.export.variants import FLOAT32
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.model_info import ModelInfo
from laplace_landmarks.runtime.released import MODEL
from laplace_landmarks.training.initial import read_weights
from laplace_landmarks.training.outcome import OUT_OF_FOLD


def file_in(folder: Path, weights: str, variant: str) -> Path:
    """Where an export goes by default: each kind of it has a name of its own, so that none replaces another.

    >>> file_in(Path("runs/a"), "best", "float32").name, file_in(Path("runs/a"), "ema", "int8").name
    ('model.onnx', 'model-ema-int8.onnx')
    """
    kind = [word for word in (weights, variant) if word not in ("best", FLOAT32)]
    return folder / f"{'-'.join([Path(MODEL).stem, *kind])}{Path(MODEL).suffix}"


def name_of(output: Path, folder: Path) -> str:
    """What a model is called where nobody says it: as its file, or where that is one of file_in, as its run.

    >>> name_of(Path("small.onnx"), Path("runs/a")), name_of(Path("runs/a/model-int8.onnx"), Path("runs/a"))
    ('small', 'a-int8')
    """
    first, dash, kind = output.stem.partition("-")
    return f"{folder.resolve().name}{dash}{kind}" if first == Path(MODEL).stem else output.stem


def with_what_was_there(info: ModelInfo, weights: Mapping[str, Tensor], output: Path) -> ModelInfo:
    """The metadata of a float32 file with name, radii and further scores of a file of the same weights at its place."""
    before = _there(output)
    if before is None or not _same(before, info, weights, output):
        return info
    own = {(score["data"], score["part"]) for score in info.scores}
    others = tuple(score for score in before.scores if (score["data"], score["part"]) not in own)
    return replace(
        info,
        name=before.name,
        calibration=before.calibration,
        scores=(*info.scores, *others),
        training={**before.training, **info.training},
    )


def lost_at(output: Path, info: ModelInfo, weights: Mapping[str, Tensor], variant: str) -> str:
    """What a file there holds that would go with it, in words; "" where nothing would."""
    before = _there(output)
    if before is None or (variant == FLOAT32 and _same(before, info, weights, output)):
        return ""
    held = ["radii"] if before.calibration is not None else []
    held += ["an out-of-fold score"] if any(score.get("part") == OUT_OF_FOLD for score in before.scores) else []
    return " and ".join(held)


def set_aside(output: Path) -> Path:
    """Give the file there the first free name, model-before.onnx, model-before-2.onnx, ...; returns it."""
    number, aside = 1, output.with_stem(f"{output.stem}-before")
    while aside.exists():
        number += 1
        aside = output.with_stem(f"{output.stem}-before-{number}")
    try:
        output.rename(aside)
    except OSError as error:
        raise InputError(f"{output}: cannot be renamed to {aside.name} ({error.strerror})") from None
    return aside


def _there(output: Path) -> ModelInfo | None:
    """What a model file at the place says of itself; None where none is, or none that can be read."""
    try:
        return read_info(output)
    except InputError:
        return None


def _same(before: ModelInfo, info: ModelInfo, weights: Mapping[str, Tensor], output: Path) -> bool:
    """Whether the file there is of these very weights, and sees the same crops."""
    if (before.crop, before.markup, before.network) != (info.crop, info.markup, info.network):
        return False
    try:
        found = read_weights(output)
    except InputError:
        return False
    # an exporter leaves a bias of zeros out
    return all(torch.equal(found.get(name, torch.zeros_like(value)), value) for name, value in weights.items())
