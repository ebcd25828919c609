"""The study runner, on studies of short runs."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from omegaconf import OmegaConf

from laplace_landmarks.data.synthetic.dataset import write_synthetic
from laplace_landmarks.training.config_file import load_config

ROOT = Path(__file__).parents[2]
STUDY = """
config: {config}
test: faces/test
validation: {{pictures: faces/train, split: split.json, key: validation}}
settings: {{optimiser.steps: 3, network.width: 4, network.size: 16, optimiser.batch: 2}}
runs:
  small: {{loss.name: laplace_nll}}
  folds: {{folds.count: 2, data.validation: ""}}
"""
CONFIG = """
data: {labeled: faces/train, format: pts, split: split.json}
machine: {validate_every: 3}
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    write_synthetic(tmp_path / "faces", 15, 0, test_fraction=0.2, unlabeled=0, size=64)
    names = sorted(path.stem for path in (tmp_path / "faces" / "train").glob("*.pts"))
    (tmp_path / "split.json").write_text(json.dumps({"train": names[:6], "validation": names[6:]}))
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "short.yaml").write_text(STUDY.format(config=tmp_path / "config.yaml"))
    return tmp_path / "short.yaml"


def run(study: Path) -> str:
    folder = study.parent
    command = [sys.executable, ROOT / "benchmarks" / "study.py", study, "--data", folder, "--runs", folder / "runs",
               "--results", folder / "results"]  # fmt: skip
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("study", sorted((ROOT / "benchmarks" / "studies").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_study_names_configs_and_settings_that_there_are(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    described = yaml.safe_load(study.read_text())
    shared = described.get("settings", {})
    for own in described["runs"].values():
        config = ROOT / (own or {}).get("config", described["config"])
        settings = {key: own[key] for key in own or {} if key not in ("config", "seeds", "prepare", "after")}
        known = OmegaConf.create(asdict(load_config(config)))
        for name in (*shared, *settings):
            assert OmegaConf.select(known, name) is not None
    module = import_module("study_runs")
    runs = module.runs_of(study.stem, described)
    for number, run in enumerate(runs):
        assert run.needs in {"", *(earlier.name for earlier in runs[:number])}
        used = {name for value in run.settings.values() for name in re.findall(r"\{runs\}/(\w+-\d)/", str(value))}
        assert used <= {run.needs}
    for command in (*described.get("prepare", ()), *(c for run in described["runs"].values() if run
                                                     for c in run.get("prepare", ()))):  # fmt: skip
        assert command.split()[0] == "-m" or (ROOT / command.split()[0]).is_file()


def test_a_study_is_run_scored_and_not_run_again(
    study: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "0 of 2 runs are done" in run(study)

    result = json.loads((study.parent / "results" / "short" / "small-0.json").read_text())
    figures = result["figures"]
    assert figures["faces"] == 3
    assert len(figures["best"]["errors_percent"]) == 3
    mean = sum(figures["best"]["errors_percent"]) / 3
    assert figures["best"]["nmse_percent"] == pytest.approx(mean, abs=0.001)
    assert figures["best"]["nmse_percent_by_argmax"] != figures["best"]["nmse_percent"]
    assert figures["training"]["loss"] == "laplace_nll"
    assert figures["training"]["steps"] == 3
    assert set(figures["ema"]["certainty"]["coverage"]) == {"50%", "90%", "95%"}
    assert result["seed"] == 0
    assert result["trained_on"].endswith("1 thread")
    assert "out_of_fold" not in figures

    folds = json.loads((study.parent / "results" / "short" / "folds-0.json").read_text())["figures"]
    low, high = folds["out_of_fold"]["interval"]
    assert low <= folds["out_of_fold"]["nmse_percent"] <= high
    assert set(folds["best"]["certainty"]["coverage_of_own_radii"]) == {"50%", "90%", "95%"}

    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    monkeypatch.setattr(sys, "argv", ["benchmarks/study.py", "--rescore"])
    places = [study.parent, study.parent / "runs"]
    main = partial(import_module("study").main, study, *places, results=study.parent / "results")
    main()
    assert "2 of 2 runs are done, 0 to do" in capsys.readouterr().out
    result.pop("command")
    main(rescore=True)
    assert capsys.readouterr().out.startswith("small-0: NMSE ")
    rescored = json.loads((study.parent / "results" / "short" / "small-0.json").read_text())
    assert rescored.pop("command").endswith("--rescore")
    assert rescored == result


def test_runs_go_seed_by_seed_and_a_list_is_as_many_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    module = import_module("study_runs")
    described = {
        "config": "c.yaml",
        "runs": {"a": {"seeds": [0, 1]}, "b": {"seeds": [0, 1], "network.growth": [1, 1, 2, 2], "after": "a"},
                 "c": {"seeds": [1], "after": "a-0", "network.init": "{runs}/a-0"}},
    }  # fmt: skip
    runs = module.runs_of("s", described)
    assert [run.name for run in runs] == ["a-0", "b-0", "a-1", "b-1", "c-1"]
    assert [run.needs for run in runs] == ["", "a-0", "", "a-1", "a-0"]
    assert runs[1].flags(Path("data"), Path("runs")) == ["--network.growth", "1", "1", "2", "2"]
    assert runs[4].flags(Path("data"), Path("/runs")) == ["--network.init", "/runs/s/a-0"]


ORDERED = """
config: {folder}/config.yaml
settings: {{network.width: 4}}
runs:
  first: {{seeds: [0, 1]}}
  second:
    seeds: [0, 1]
    after: first
    prepare:
      - "{folder}/note.py {{runs}}/both {{runs}}"
      - "{folder}/note.py {{runs}}/of-{{seed}} {{runs}}/first-{{seed}}"
    network.init: "{{runs}}/first-{{seed}}/model.onnx"
"""
NOTE = """
import sys
from pathlib import Path
output, needed = map(Path, sys.argv[1:])
with output.open("a") as file:
    file.write(f"{needed.exists()},")
"""


@pytest.fixture
def ordered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Runs a study of runs that take a moment and leave a folder, or fail; the folder of its runs."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    study = import_module("study")
    (tmp_path / "note.py").write_text(NOTE)
    (tmp_path / "ordered.yaml").write_text(ORDERED.format(folder=tmp_path))

    def make(*failing: str, only: tuple[str, ...] = ()) -> Path:
        def finish(run: Any, described: object, data: Path, runs: Path, *_: object) -> str:
            time.sleep(0.05)
            if run.name in failing:
                raise RuntimeError("no luck")
            (runs / "ordered" / run.name).mkdir()
            init = run.filled(run.settings.get("network.init", ""), data, runs)
            return f"began with {Path(init).parent.name or 'nothing'}"

        monkeypatch.setattr(study, "finish", finish)
        study.main(tmp_path / "ordered.yaml", tmp_path, tmp_path / "runs", only=only, results=tmp_path / "results")
        return tmp_path / "runs" / "ordered"

    return make


def test_runs_wait_for_others_and_prepare_with_their_seed(
    ordered: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    runs = ordered()
    assert (runs / "both").read_text() == "True,", "a command that two runs need is run once"
    for seed in (0, 1):
        assert (runs / f"of-{seed}").read_text() == "True,", "what it needs was there"
    said = capsys.readouterr().out
    assert "0 of 4 runs are done, 4 to do" in said
    assert "second-0: began with first-0" in said
    assert "second-1: began with first-1" in said


def test_what_needs_a_run_that_failed_is_not_begun(
    ordered: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2 runs failed: first-0, second-0"):
        ordered("first-0")
    said = capsys.readouterr().out
    assert "second-0: first-0, which it needs, failed" in said
    assert "second-1: began with first-1" in said
    assert not (tmp_path / "runs" / "ordered" / "of-0").exists()


def test_what_needs_a_run_that_is_not_there_is_refused_before_any_begins(
    ordered: Callable[..., Path], tmp_path: Path
) -> None:
    told = "second-0 needs first-0, which does not begin before it, and there is no .*first-0.json and no .*model.onnx"
    with pytest.raises(SystemExit, match=told):
        ordered(only=("second",))
    assert not (tmp_path / "runs").exists()

    for seed in (0, 1):
        (tmp_path / "results" / "ordered").mkdir(parents=True, exist_ok=True)
        (tmp_path / "results" / "ordered" / f"first-{seed}.json").touch()
    with pytest.raises(SystemExit, match=r"second-1 needs first-1, .* there is no \S+/first-1/model.onnx; put"):
        ordered(only=("second",))

    for seed in (0, 1):
        (tmp_path / "runs" / "ordered" / f"first-{seed}").mkdir(parents=True)
        (tmp_path / "runs" / "ordered" / f"first-{seed}" / "model.onnx").touch()
    assert (ordered(only=("second",)) / "second-1").is_dir()


def test_what_stands_after_the_run_that_needs_it_is_refused(
    ordered: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = yaml.safe_load((tmp_path / "ordered.yaml").read_text())
    described["runs"] = dict(reversed(described["runs"].items()))
    (tmp_path / "ordered.yaml").write_text(yaml.safe_dump(described, sort_keys=False))
    with pytest.raises(SystemExit, match="second-0 needs first-0, which does not begin before it"):
        ordered()


def test_runs_of_other_seeds_are_no_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    against = import_module("study_parts").against
    runs = [{"seed": seed, "figures": {"best": {"errors_percent": [2.0 + seed, 4.0]}}} for seed in (0, 1, 2)]
    assert against(runs[:2], runs[:2]).value == 0
    assert against(runs[:1], runs).value > 0, "one against several is not paired"
    with pytest.raises(AssertionError, match="are of seeds"):
        against(runs[:2], runs[1:])
