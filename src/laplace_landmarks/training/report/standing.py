"""Where a run stands: all that its page is made of, whether the training itself tells it or the run's folder."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import read_yaml
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.log_lines import read_lines
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG, FOLD, LOG


def flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting by its dotted name, lists as they are.

    >>> dict(flat({"seed": 0, "data": {"train": "train", "unlabeled": ()}}))
    {'seed': 0, 'data.train': 'train', 'data.unlabeled': []}
    """
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, list(value) if isinstance(value, tuple) else value


DEFAULTS = dict(flat(asdict(Config())))  # of settings that are younger than the run


@dataclass(frozen=True, eq=False)
class Standing:
    """A run at one moment.

    lines: of its log. settings: all of them, by dotted name. at: when the last line was written.
    facts: what the checkpoint says of the training and its step (run_facts of training/run.py), empty before the first.
    running: the training says so itself. ended: why it ended before its time, in its own words.
    """

    folder: Path
    lines: Sequence[Mapping[str, Any]]
    settings: Mapping[str, Any]
    facts: Mapping[str, Any]
    at: datetime
    running: bool = False
    ended: str = ""

    @property
    def name(self) -> str:
        return self.folder.resolve().name

    @property
    def trained(self) -> list[Mapping[str, Any]]:
        """The lines on training batches."""
        return [line for line in self.lines if line["kind"] == "train"]

    @property
    def validated(self) -> list[Mapping[str, Any]]:
        """The lines on validations."""
        return [line for line in self.lines if line["kind"] == "validation"]

    @property
    def step(self) -> int:
        """The last step that the log or the facts tell of."""
        return max([self.facts.get("step", 0), *(line["step"] for line in self.lines)])

    @property
    def steps(self) -> int | None:
        """Steps in all; None where that hangs on the number of pictures, which no checkpoint tells yet."""
        return self.facts.get("steps") or self.settings.get("optimiser.steps") or None

    @property
    def finished(self) -> bool:
        """Whether the last step is saved: its line in the log is written before that."""
        return self.steps is not None and self.facts.get("step") == self.steps

    @property
    def adversarial(self) -> bool:
        """Whether there is a discriminator."""
        return bool(self.settings.get("data.unlabeled")) and self.settings.get("adversarial.weight", 1) > 0

    def best(self, weights: str) -> Mapping[str, Any] | None:
        """The validation at which the raw or averaged weights (ema) were best; None before the first one."""
        return min(reversed(self.validated), key=lambda line: line[f"nmse_{weights}"], default=None)


def read_standing(folder: Path) -> Standing:
    """Where the run in a folder stands, whoever wrote it and however it ended; InputError where none is."""
    log, config = folder / LOG, folder / CONFIG
    if not log.is_file() and (folds := [str(path.parent) for path in sorted(folder.glob(f"{FOLD}*-*/{LOG}"))]):
        raise InputError(
            f"{folder}: its last training, on all labels, has not begun, and has no page; name one of the folds: "
            f"{', '.join(folds)}"
        )
    if not log.is_file() or not config.is_file():
        raise InputError(f"{folder}: not the folder of a run, which has a {CONFIG} and a {LOG}")
    settings = read_yaml(config, "a config is YAML")
    if not isinstance(settings, dict):
        raise InputError(f"{config}: holds no settings")
    at = datetime.fromtimestamp(log.stat().st_mtime, UTC)
    return Standing(folder, read_lines(log), {**DEFAULTS, **dict(flat(settings))}, _facts(folder / CHECKPOINT), at)


def _facts(checkpoint: Path) -> dict[str, Any]:
    """What stands in the checkpoint's head; nothing where there is no whole one."""
    try:
        with checkpoint.open("rb") as file:  # safetensors: eight bytes of length, then so much JSON
            head = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        return json.loads(head["__metadata__"]["checkpoint"])
    except (OSError, OverflowError, ValueError, KeyError, TypeError):
        return {}
