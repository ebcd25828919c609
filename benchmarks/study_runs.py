"""The runs that a study's file describes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

OF_RUN = ("config", "seeds", "prepare", "after")  # of a run's keys; the others are settings of the training


@dataclass(frozen=True)
class Run:
    """One training of a study. settings: dotted names, as on the command line."""

    study: str
    kind: str
    seed: int
    config: str
    settings: Mapping[str, Any]
    prepare: tuple[str, ...] = ()  # commands to run before
    after: str = ""  # the kind whose run of the same seed must be done

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.seed}"

    @property
    def needs(self) -> str:
        """The name of the run that must be done before; "" where there is none."""
        named = self.after.rpartition("-")[2].isdecimal()
        return self.after if named or not self.after else f"{self.after}-{self.seed}"

    def filled(self, text: str, data: Path, runs: Path) -> str:
        """A setting or a command with its own values in the place of {runs}, {data} and {seed}."""
        return text.format(runs=(runs / self.study).resolve(), data=data, seed=self.seed)

    def flags(self, data: Path, runs: Path) -> list[str]:
        """Its settings as words of a command; a list is as many words."""
        words = []
        for name, value in self.settings.items():
            values = value if isinstance(value, list) else [value]
            words += [f"--{name}", *(self.filled(str(one), data, runs) for one in values)]
        return words

    def result(self, results: Path) -> Path:
        return results / self.study / f"{self.name}.json"


def described_in(study: Path) -> dict[str, Any]:
    return OmegaConf.to_container(OmegaConf.load(study))  # pyright: ignore[reportReturnType]


def runs_of(name: str, described: Mapping[str, Any]) -> tuple[Run, ...]:
    """Every run of a study, seed by seed, so that one cut short is balanced; of a seed in the order of the file."""
    kinds = {kind: own or {} for kind, own in described["runs"].items()}
    runs = [
        Run(
            study=name,
            kind=kind,
            seed=seed,
            config=own.get("config", described["config"]),
            settings=described.get("settings", {}) | {key: own[key] for key in own if key not in OF_RUN},
            prepare=(*described.get("prepare", ()), *own.get("prepare", ())),
            after=own.get("after", ""),
        )
        for kind, own in kinds.items()
        for seed in own.get("seeds", [0])
    ]
    return tuple(sorted(runs, key=lambda run: run.seed))
