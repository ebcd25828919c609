"""Whether a run that goes on learns from the unlabeled pictures and the teacher that it began with."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from laplace_landmarks.data.crops import UnlabeledCrops
from laplace_landmarks.errors import InputError
from laplace_landmarks.protobuf import NotWholeError
from laplace_landmarks.runtime.model_info import METADATA_KEY
from laplace_landmarks.runtime.onnx_bytes import replace_metadata
from laplace_landmarks.training.teacher_file import teacher_file

DIGITS = 16
IN_WORDS = {
    "unlabeled_hash": "trained with other unlabeled pictures than there are",
    "teacher_hash": "taught by another model than teaching.teacher is",
}


def hash_of_unlabeled(parts: Sequence[UnlabeledCrops]) -> str:
    """16 digits that tell the pictures that are learned from, by name and content; "" without any.

    Names are those below the pictures' folder, which may lie elsewhere on another machine. What is skipped, then and
    now, is not learned from, and does not count.
    """
    told = sha256()
    for part in parts:
        told.update(b"folder")
        for name, content in zip(part.names, part.contents, strict=True):
            told.update(sha256(name.encode(errors="surrogateescape")).digest() + content)
    return told.hexdigest()[:DIGITS] if parts else ""


def hash_of_teacher(model: Path) -> str:
    """16 digits of a model file, of all but what it says of itself: radii may be written into it meanwhile."""
    try:
        content = model.read_bytes()
    except OSError as error:
        raise InputError(f"teaching.teacher: {model} cannot be read ({error.strerror})") from None
    with suppress(NotWholeError):  # which is told where the model is asked
        content = replace_metadata(content, METADATA_KEY, "")
    return sha256(content).hexdigest()[:DIGITS]


def facts_of_sources(teacher: str, unlabeled: str) -> dict[str, str]:
    """What a checkpoint knows of both. teacher: teaching.teacher. unlabeled: the hash of the pictures."""
    file = teacher_file(teacher)
    return {"unlabeled_hash": unlabeled, "teacher_hash": hash_of_teacher(file) if file else ""}


def check_sources(facts: Mapping[str, Any], now: Mapping[str, Any], run: Path) -> None:
    """InputError where a run has learned from other sources than there are now; runs of old do not know theirs.

    facts: of its checkpoint. now: of facts_of_sources.
    """
    for name, words in IN_WORDS.items():
        if facts.get(name, now[name]) != now[name]:
            raise InputError(f"{run} was {words} now; put back what was there, choose another --run, or delete it")
