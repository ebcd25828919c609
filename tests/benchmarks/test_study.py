"""The study runner, on a study of one short run."""

import json
import subprocess
import sys
from operator import attrgetter
from pathlib import Path

import pytest
import yaml

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


def run(study: Path, *further: str) -> str:
    folder = study.parent
    command = [sys.executable, ROOT / "benchmarks" / "study.py", study, "--data", folder, "--runs", folder / "runs",
               "--results", folder / "results", *further]  # fmt: skip
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("study", sorted((ROOT / "benchmarks" / "studies").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_study_names_configs_and_settings_that_there_are(study: Path) -> None:
    described = yaml.safe_load(study.read_text())
    shared = described.get("settings", {})
    for own in described["runs"].values():
        config = ROOT / (own or {}).get("config", described["config"])
        settings = {key: own[key] for key in own or {} if key not in ("config", "seeds", "prepare")}
        known = load_config(config)
        for name in (*shared, *settings):
            assert attrgetter(name)(known) is not None
    for command in (*described.get("prepare", ()), *(c for run in described["runs"].values() if run
                                                     for c in run.get("prepare", ()))):  # fmt: skip
        assert command.split()[0] == "-m" or (ROOT / command.split()[0]).is_file()


def test_a_study_is_run_scored_and_not_run_again(study: Path) -> None:
    assert "0 of 1 runs are done" in run(study)

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

    assert "1 of 1 runs are done, 0 to do" in run(study)
    result.pop("command")
    again = run(study, "--rescore")
    assert again.startswith("small-0: NMSE ")
    rescored = json.loads((study.parent / "results" / "short" / "small-0.json").read_text())
    assert rescored.pop("command").endswith("--rescore")
    assert rescored == result
