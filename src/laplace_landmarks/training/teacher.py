"""A teacher: another model's, or the training's own averaged, predictions as targets on labeled and unlabeled pictures.

What is taught is a distribution, the place of a landmark and its spread, and the objective is the paper's closed form
(Eq. 3) with the teacher's Laplace distribution in the place of the true one: where the teacher is unsure, its target
pulls less. A teacher sees the plain crop; its landmarks and spread are moved as the student's crop was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import Protocol
from zipfile import BadZipFile

import numpy as np
import torch
from numpy.typing import NDArray
from torch.func import functional_call

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.method.heatmaps import probabilities, readout
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.training.algorithm import Lesson
from laplace_landmarks.training.batches import LABELED, UNLABELED, Seen, to_network
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.pictures import TrainingPictures
from laplace_landmarks.training.state import State
from laplace_landmarks.training.teacher_file import teacher_file

AT_ONCE = 256  # crops between two lines of progress
MIRRORED = b"mirrored"  # what tells stored predictions of both images from those of one

Predictions = tuple[NDArray[np.float32], NDArray[np.float32]]  # landmarks and spread (N, K, 2), crop pixels


class Teacher(Protocol):
    """Says what it sees in the chosen plain crops of a stream."""

    def predictions(self, stream: int, chosen: NDArray[np.int64]) -> Predictions: ...


@dataclass(frozen=True, eq=False)
class StoredTeacher:
    """A model file, which predicted every crop once, by stream."""

    of_stream: dict[int, Predictions]

    def predictions(self, stream: int, chosen: NDArray[np.int64]) -> Predictions:
        landmarks, spread = self.of_stream[stream]
        return landmarks[chosen], spread[chosen]


@dataclass(frozen=True, eq=False)
class AveragedTeacher:
    """The mean teacher (Tarvainen and Valpola 2017): the averaged weights as they are now."""

    state: State
    pictures: TrainingPictures
    device: torch.device

    @torch.no_grad()
    def predictions(self, stream: int, chosen: NDArray[np.int64]) -> Predictions:
        plain = self.pictures.train.pictures if stream == LABELED else self.pictures.unlabeled
        assert plain is not None
        algorithm = self.state.algorithm
        algorithm.generator.eval()  # without dropout
        with algorithm.autocast():
            logits = functional_call(algorithm.generator, self.state.ema, (to_network(plain[chosen], self.device),))
        algorithm.generator.train()
        landmarks, spread = readout(probabilities(logits, algorithm.beta))
        return landmarks.cpu().numpy(), spread.cpu().numpy()


def lesson(teacher: Teacher, given: TrainingPictures, stream: int, seen: Seen, device: torch.device) -> Lesson:
    """What the teacher says of the crops of a step."""
    landmarks, spread = teacher.predictions(stream, seen.chosen)
    visible = np.ones(landmarks.shape[:2], np.bool_)
    if seen.views is not None:
        assert given.augmented is not None
        augmenter = given.augmented.augmenter
        spread = augmenter.moved_spread(seen.views, landmarks, spread)
        landmarks, visible = augmenter.moved(seen.views, landmarks, visible)
    return Lesson(*(torch.from_numpy(values).to(device) for values in (landmarks, spread, visible)))


def teacher_of(
    config: Config, given: TrainingPictures, state: State, device: torch.device, say: Callable[[str], None]
) -> Teacher | None:
    """The teacher that the config names, if any; InputError where its crops or landmarks are not the student's."""
    name = config.teaching.teacher
    file = teacher_file(name)
    if file is None:
        return AveragedTeacher(state, given, device) if name else None
    mirrored = config.teaching.mirrored
    detector = LandmarkDetector(file, threads=max(1, torch.get_num_threads()), mirrored=mirrored)
    info = detector.info
    if info.markup.names != given.markup.names:
        raise InputError(
            f"teaching.teacher: {name} finds {len(info.markup)} landmarks ({info.markup.name}), "
            f"the labels have {len(given.markup)} ({given.markup.name})"
        )
    theirs, ours = (_placing(*placed) for placed in ((info.crop, info.markup), (given.rule, given.markup)))
    if theirs != ours:
        raise InputError(
            f"teaching.teacher: {name} sees crops of {theirs}, the student of {ours}: its predictions would not fit"
        )
    streams = {
        LABELED: given.train.pictures if config.teaching.labeled else None,
        UNLABELED: given.unlabeled if config.teaching.unlabeled else None,
    }
    cache = Path(config.data.cache) if config.data.cache else None
    return StoredTeacher(
        {
            stream: _predicted(detector, [file.read_bytes(), MIRRORED * mirrored], crops, cache, say)
            for stream, crops in streams.items()
            if crops is not None
        }
    )


def _placing(rule: CropRule, markup: Markup) -> str:
    """All that places the crops of a markup, in words: anchors do, and where it has none, boxes or whole pictures."""
    size = f"{rule.size} pixels"
    if markup.anchors:
        return f"{size}, {rule.factor:g} times the points' hull"
    x, y = rule.box_shift
    shift = f", shifted by {x:g} and {y:g} of it" if x or y else ""
    return f"{size}, {rule.box_factor:g} times the {'whole picture' if rule.whole_picture else 'box'}{shift}"


def _predicted(
    detector: LandmarkDetector,
    known_by: Sequence[bytes],
    crops: NDArray[np.uint8],
    cache: Path | None,
    say: Callable[[str], None],
) -> Predictions:
    """What a detector says of crops (N, size, size, 3); kept in the cache by the bytes of the crops and those given."""
    digest = blake2b(b"".join(known_by), digest_size=16)
    for first in range(0, len(crops), AT_ONCE):
        digest.update(np.ascontiguousarray(crops[first : first + AT_ONCE]).data)
    stored = cache / f"teacher-{digest.hexdigest()}.npy" if cache else None
    if stored is not None and (both := _read(stored, (2, len(crops), len(detector.info.markup), 2))) is not None:
        return both[0], both[1]
    parts = []
    for first in range(0, len(crops), AT_ONCE):
        parts.append(np.stack(detector.on_crops(crops[first : first + AT_ONCE])[:2]))
        if first // AT_ONCE % 8 == 7:
            say(f"teacher: {min(first + AT_ONCE, len(crops)):,} of {len(crops):,} crops predicted")
    both = np.concatenate(parts, axis=1)
    if stored is not None:
        stored.parent.mkdir(parents=True, exist_ok=True)
        write_whole(stored, _npy(both))
    return both[0], both[1]


def _read(file: Path, shape: tuple[int, ...]) -> NDArray[np.float32] | None:
    """The predictions of a file; None where there is none, or one that is damaged and will be written anew."""
    try:
        with file.open("rb") as opened:
            stored = np.load(opened, allow_pickle=False)
    except (OSError, EOFError, ValueError, MemoryError, BadZipFile):
        return None
    return stored if isinstance(stored, np.ndarray) and stored.shape == shape and stored.dtype == np.float32 else None


def _npy(array: NDArray[np.float32]) -> bytes:
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()
