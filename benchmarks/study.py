"""Run a study: many trainings that differ in a few settings and their seeds, each judged on the same faces.

A study is a YAML file: a config, settings that all runs share, and the runs, each with its own settings and seeds.
What must be there before, a run or the study prepares: arguments of python, where {runs} is the folder of the runs and
{seed} the run's, as in settings. Such a command runs once, just before the first run that needs it. Runs begin seed
by seed, so that a study cut short is balanced, of a seed in the order of the file; one that says `after` waits for the
run of that kind and its own seed, or of the seed that is named (`drawn-0`), which begins before it or is done.
A study that names no test faces is a screening: it is judged on the validation faces, by which it chooses.
Every finished run is one file benchmarks/results/STUDY/RUN-SEED.json, and is not run again; a study that was cut off
goes on with the same command, in the middle of its trainings. `benchmarks/tables.py` makes pages of the files.

    python benchmarks/study.py benchmarks/studies/evidence.yaml [--data ../shared/data] [--runs ../runs] [--at-once 2]
"""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import tyro
from record import RESULTS, record
from study_runs import Run, described_in, runs_of
from study_scores import judges, scores_of

from laplace_landmarks.evaluation.bootstrap import DRAWS
from laplace_landmarks.evaluation.protocols import protocol_of
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.released import MODEL
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.run_files import CHECKPOINT

PACKAGE = ("-m", "laplace_landmarks")


@dataclass(frozen=True)
class Prepared:
    """The commands that have been run, and a lock: two runs may need the same file."""

    done: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def see_to(self, commands: Iterable[str], log: Path) -> None:
        """Run those that have not been run yet."""
        with self.lock:
            for command in commands:
                if command not in self.done:
                    call(shlex.split(command), log)
                    self.done.add(command)


def main(
    study: tyro.conf.Positional[Path],
    data: Path = Path("../shared/data"),
    runs: Path = Path("../runs"),
    at_once: int = 2,
    accelerator: str = "cpu",
    only: tuple[str, ...] = (),
    results: Path = RESULTS,
    rescore: bool = False,
) -> None:
    """Run what is missing of a study.

    Args:
        study: YAML file.
        data: Folder with the pictures.
        runs: Folder for the runs' folders, STUDY/RUN-SEED, and the crops' cache.
        at_once: Trainings side by side, of one thread each; on a GPU as many as fit.
        accelerator: cpu, cuda or mps.
        only: Kinds of runs to do now; the others are left for later.
        results: Folder for the result files.
        rescore: Train nothing: score the trained runs again, after a measure was added or corrected.
    """
    described = described_in(study)
    if unknown := set(only) - set(described["runs"]):
        sys.exit(
            f"{study}: there are no runs named {', '.join(sorted(unknown))}; known: {', '.join(described['runs'])}"
        )
    wanted = [run for run in runs_of(study.stem, described) if not only or run.kind in only]
    if rescore:
        for run in wanted:
            if run.result(results).exists():
                print(f"{run.name}: {judge(run, described, data, runs, results)}", flush=True)
        return
    missing = [run for run in wanted if not run.result(results).exists()]
    print(
        f"{study.stem}: {len(wanted) - len(missing)} of {len(wanted)} runs are done, {len(missing)} to do", flush=True
    )
    folder, prepared = runs / study.stem, Prepared()
    if refused := without_what_they_need(missing, runs, results):
        sys.exit("\n".join(refused))
    folder.mkdir(parents=True, exist_ok=True)
    begun: dict[str, Future[str]] = {}
    failed = []
    with ThreadPoolExecutor(at_once) as pool:
        for run in missing:  # in their order, so that what one waits for has begun
            begun[run.name] = pool.submit(
                when_ready, run, begun.get(run.needs), prepared, described, data, runs, accelerator, results
            )
        waiting = {future: name for name, future in begun.items()}
        for done in as_completed(waiting):
            name, error = waiting[done], done.exception()
            if error is not None:
                failed.append(name)
            print(f"{name}: {error or done.result()}", flush=True)
    if failed:
        sys.exit(f"{len(failed)} runs failed: {', '.join(sorted(failed))}; what they said stands in {folder}/RUN.out")


def without_what_they_need(missing: Sequence[Run], runs: Path, results: Path) -> list[str]:
    """What is told of runs that need one which neither begins before them nor has left a result and its model file."""
    told, begun = [], set[str]()
    for run in missing:
        if run.needs and run.needs not in begun:
            result, model = results / run.study / f"{run.needs}.json", runs / run.study / run.needs / MODEL
            gone = [str(file) for file in (result, model) if not file.exists()]
            if gone:
                told.append(
                    f"{run.name} needs {run.needs}, which does not begin before it, and there is no "
                    f"{' and no '.join(gone)}; put that kind before it in the study, or run it first (--only)"
                )
        begun.add(run.name)
    return told


def when_ready(
    run: Run,
    before: Future[str] | None,
    prepared: Prepared,
    described: Mapping[str, Any],
    data: Path,
    runs: Path,
    accelerator: str,
    results: Path,
) -> str:
    """Wait for the run before, prepare, and finish."""
    if before is not None and before.exception() is not None:
        raise RuntimeError(f"{run.needs}, which it needs, failed")
    commands = [run.filled(command, data, runs) for command in run.prepare]
    prepared.see_to(commands, runs / run.study / "prepare.out")
    return finish(run, described, data, runs, accelerator, results)


def finish(run: Run, described: Mapping[str, Any], data: Path, runs: Path, accelerator: str, results: Path) -> str:
    """Train (on, where it was cut off), export, score and write the result."""
    folder = runs / run.study / run.name
    began = time.monotonic()
    words = [*PACKAGE, "train", run.config, "--data.root", data, "--data.cache", runs / "cache", "--run", folder,
             "--seed", run.seed, "--machine.threads", 1, "--machine.accelerator", accelerator]  # fmt: skip
    log = folder.with_suffix(".out")
    call([*words, *run.flags(data, runs)], log)
    call([*PACKAGE, "export", folder, "--output", folder / "ema.onnx", "--weights", "ema"], log)
    told = judge(run, described, data, runs, results)
    seconds = round(time.monotonic() - began)
    return f"{told}, {seconds // 60}:{seconds % 60:02} min since its start"


def judge(run: Run, described: Mapping[str, Any], data: Path, runs: Path, results: Path) -> str:
    """Score a trained run and write the result."""
    folder = runs / run.study / run.name
    models = {"best": folder / MODEL, "ema": folder / "ema.onnx"}
    figures = scores_of(models, folder, judges(described, data), runs / "cache")
    record(
        f"{run.study}/{run.name}",
        figures,
        results,
        trained_on=load_checkpoint(folder / CHECKPOINT).facts["hardware"],  # the file was scored on the processor
        study=run.study,
        run=run.kind,
        seed=run.seed,
        config=run.config,
        settings=dict(run.settings),
        data={part: described[part] for part in ("test", "validation") if part in described},
        protocol=f"NMSE in percent, inter-ocular; {protocol_of(read_info(models['best']))}; "
        + ("scored once" if "test" in described else "on the faces that weights, radii and settings are chosen by"),
        intervals=f"95 %, {DRAWS} bootstrap draws of faces",
    )
    return f"NMSE {figures['best']['nmse_percent']:.2f} % on {'test' if 'test' in described else 'validation'}"


def call(words: list, log: Path) -> None:
    """Run python with these arguments, on one thread; what it says goes on in a file."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    with log.open("a", encoding="utf-8") as file:
        command = [sys.executable, *map(str, words)]
        done = subprocess.run(command, stdout=file, stderr=file, env=environment)
    if done.returncode:
        raise RuntimeError(f"`{shlex.join(map(str, words[:4]))}` ended with {done.returncode}; {log} tells why")


if __name__ == "__main__":
    tyro.cli(main)
