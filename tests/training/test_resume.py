"""Killed at any moment, a run goes on and ends with the same weights to the bit, and the same log."""

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from laplace_landmarks.training import loop, trainer
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.config_file import save_config
from laplace_landmarks.training.run_files import REPORT
from laplace_landmarks.training.trainer import train

MakeConfig = Callable[..., Config]
OutcomeOf = Callable[[Path], object]
FOLDER = str(Path(trainer.__file__).parent)
SMALL = {"optimiser": {"steps": 12}, "machine": {"loggers": ("csv",), "validate_every": 5}}


class Killed(BaseException):
    """No handler in the package may catch this."""


@contextmanager
def killed_after(lines: int) -> Iterator[list[int]]:
    """Raises Killed when so many lines of training/ have run; holds how many did."""
    count = [0]

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(FOLDER):
            return None
        if event == "line":
            count[0] += 1
            if count[0] == lines:
                raise Killed
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield count
    finally:
        sys.settrace(before)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # killed while a generator was closing
def test_killed_at_any_line(tiny_config: MakeConfig, outcome_of: OutcomeOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer.LivePage, "write", lambda *_, **__: None)
    monkeypatch.setattr(loop, "draw_snapshot", lambda *_: None)
    base = tiny_config().run
    with killed_after(-1) as count:
        whole = train(tiny_config(run=f"{base}-whole", **SMALL))
    assert whole is not None
    expected, lines = outcome_of(whole), count[0]

    chance = random.Random()
    for attempt in range(4):
        config, kills = tiny_config(run=f"{base}-{attempt}", **SMALL), []
        while len(kills) < 3:
            kills.append(chance.randrange(1, lines))
            try:
                with killed_after(kills[-1]):
                    train(config)
                break
            except Killed:
                pass
        assert outcome_of(train(config) or Path()) == expected, f"killed after lines {kills} of {lines}"


PARENT = """
import os, random, signal, sys, time
from pathlib import Path
from laplace_landmarks.training.config_file import load_config
from laplace_landmarks.training.trainer import train
import jinja2, matplotlib.backends.backend_svg

def child(config):
    process = os.fork()
    if process == 0:
        train(load_config(Path(config)))
        os._exit(0)
    return process

whole, cut, seed = sys.argv[1:]
began = time.monotonic()
assert os.waitpid(child(whole), 0)[1] == 0
took, chance, kills = time.monotonic() - began, random.Random(seed), 0
while True:
    process = child(cut)
    if kills < 5:
        time.sleep(chance.uniform(0.05, 0.35) * took)
        os.kill(process, signal.SIGKILL)
    status = os.waitpid(process, 0)[1]
    if not os.WIFSIGNALED(status):
        break
    kills += 1
    log = Path(load_config(Path(cut)).run) / "log.jsonl"
    print("killed", log.read_text().count("\\n") if log.exists() else -1, flush=True)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def test_killed_by_the_system(tiny_config: MakeConfig, outcome_of: OutcomeOf, tmp_path: Path) -> None:
    """SIGKILL lets nothing be cleaned up; one parent that has imported all forks the trainings, which saves time."""
    runs = {name: tiny_config(run=str(tmp_path / name), **SMALL) for name in ("whole", "cut")}
    for name, config in runs.items():
        save_config(config, tmp_path / f"{name}.yaml")
    command = [sys.executable, "-c", PARENT, *(str(tmp_path / f"{name}.yaml") for name in runs), str(random.random())]

    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stderr
    assert "killed" in done.stdout
    assert outcome_of(tmp_path / "cut") == outcome_of(tmp_path / "whole"), done.stdout
    tables = [(tmp_path / name / "csv" / "metrics.csv").read_text().splitlines() for name in runs]
    assert [line.split(",")[0] for line in tables[0]] == [line.split(",")[0] for line in tables[1]]
    assert not [path for path in (tmp_path / "cut").rglob("*") if path.name.endswith(".partial")]
    assert "<title>cut: trained, 12 steps</title>" in (tmp_path / "cut" / REPORT).read_text()
