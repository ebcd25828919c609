"""The models that a training starts from or is taught by: their names, their data, and what licences they bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.released import MODEL, find_model, released_models
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.config import AVERAGE
from laplace_landmarks.training.config_file import load_config
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG

STARTED, TAUGHT = "started from", "taught by"
BETWEEN = "; "  # licences in the one sentence of a file


@dataclass(frozen=True)
class Origin:
    """A released model's name, a model file or a run, and what it does for a training: STARTED or TAUGHT."""

    how: str
    model: str

    @property
    def short(self) -> str:
        """The last two parts of its path."""
        return "/".join(Path(self.model).parts[-2:])


def origins(settings: Mapping[str, Any]) -> tuple[Origin, ...]:
    """Of a config as checkpoints hold it, in parts; runs of old know of no teaching."""
    teaching = settings.get("teaching", {})
    asked = teaching.get("labeled") or (teaching.get("unlabeled") and settings["data"]["unlabeled"])
    teacher = teaching.get("teacher", "") if asked else ""
    found = (Origin(STARTED, settings["network"]["init"]), Origin(TAUGHT, "" if teacher == AVERAGE else teacher))
    return tuple(origin for origin in found if origin.model)


def licence_of(settings: Mapping[str, Any]) -> str:
    """What a model of this training may be used for: the licence of its labels, and of all that it comes from.

    Each is said once, however long the chain of models is and whoever brings it.
    """
    told = settings["data"]["licence"].split(BETWEEN)
    for origin in origins(settings):
        first, *further = _licence_of_model(origin.model)
        for clause in (f"{origin.how} {as_told(origin.model)}: {first}", *further):
            if _terms(clause) not in map(_terms, told):
                told.append(clause)
    return BETWEEN.join(told)


def trained_on(origin: Origin) -> str:
    """The labels of a model file or a run; "" where nothing tells."""
    model = find_model(origin.model)
    if model.suffix == ".onnx":
        return str(read_info(model).training.get("data", ""))
    return load_config(model / CONFIG).data.labeled if (model / CONFIG).is_file() else ""


def as_told(path: str) -> str:
    """A path as strangers may read it: nobody needs to know the folders of the machine that trained."""
    return Path(path).name if Path(path).is_absolute() or ".." in Path(path).parts else path


def _licence_of_model(name: str) -> Sequence[str]:
    """The clauses of a model's licence, its own first."""
    try:
        model = find_model(name)
        if model.is_dir() and not (model / CHECKPOINT).is_file() and (model / MODEL).is_file():
            model = model / MODEL  # a run of which only this was brought along
        if model.suffix != ".onnx":
            facts = load_checkpoint(model / CHECKPOINT if model.is_dir() else model).facts
            return (facts.get("licence") or licence_of(facts["config"])).split(BETWEEN)
        info = read_info(model)
    except InputError:  # exported later than trained, and elsewhere
        return ["not known, because its file is no longer there"]
    before = ((STARTED, info.training.get("init")), (TAUGHT, info.training.get("teacher")))
    # files of old name these, but not in their licence
    return info.licence.split(BETWEEN) + [
        f"{how} {released}: {clause}"
        for how, released in before
        if released in released_models()
        for clause in read_info(find_model(str(released))).licence.split(BETWEEN)
    ]


def _terms(clause: str) -> str:
    """A clause without whose it is."""
    whose, colon, terms = clause.partition(": ")
    return terms if colon and whose.startswith((STARTED, TAUGHT)) else clause
