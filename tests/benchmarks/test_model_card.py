"""The cards of the released models: what file and results say, and nothing that a release forgot."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.faces import mtcnn
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.released import families

ROOT = Path(__file__).parents[2]
NAMES = sorted(families())
COPIED = ("benchmarks/*.py", "benchmarks/results/*.json", "benchmarks/results/*/*.json", "docs/models/*.md")


def check(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "benchmarks" / "model_card.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The cards and all they are made of, to be changed; the models are the package's own."""
    for pattern in COPIED:
        for file in ROOT.glob(pattern):
            (tmp_path / file.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, tmp_path / file.relative_to(ROOT))
    return tmp_path


def scored(name: str, root: Path = ROOT) -> dict:
    return json.loads((root / f"benchmarks/results/released-{name}.json").read_text(encoding="utf-8"))


def text_of(name: str) -> str:
    return (ROOT / "docs" / "models" / f"{name}.md").read_text(encoding="utf-8")


def test_cards_are_what_files_and_results_say() -> None:
    checked = check(ROOT, "--check")
    assert checked.returncode == 0, checked.stderr


def test_a_card_that_differs_is_named_and_written_anew(copy: Path) -> None:
    page = copy / "docs" / "models" / f"{NAMES[0]}.md"
    page.write_text(page.read_text(encoding="utf-8").replace("NMSE", "error"), encoding="utf-8")
    (page.parent / "gone.md").write_text("a model that is released no more")

    stale = check(copy, "--check")
    assert stale.returncode == 1
    assert "gone.md" in stale.stderr and page.name in stale.stderr

    assert check(copy).returncode == 0
    assert page.read_text(encoding="utf-8") == text_of(NAMES[0])
    assert sorted(path.stem for path in page.parent.iterdir()) == NAMES


def test_a_changed_result_makes_a_card_stale(copy: Path) -> None:
    result = scored(NAMES[0], copy)
    result["figures"]["regions"]["jaw"]["error, percent"][0] = 77.77
    (copy / f"benchmarks/results/released-{NAMES[0]}.json").write_text(json.dumps(result))

    assert check(copy, "--check").returncode == 1
    check(copy)
    assert "| jaw | 77.77 (" in (copy / f"docs/models/{NAMES[0]}.md").read_text(encoding="utf-8")


def test_scores_of_another_file_are_refused(copy: Path) -> None:
    result = scored(NAMES[0], copy)
    result["figures"]["files"][""]["sha256"] = "0" * 64
    (copy / f"benchmarks/results/released-{NAMES[0]}.json").write_text(json.dumps(result))

    refused = check(copy, "--check")
    assert refused.returncode == 1
    assert f"released_scores.py {NAMES[0]}" in refused.stderr


@pytest.mark.parametrize("name", NAMES)
def test_results_agree_with_each_other_and_with_the_file(name: str) -> None:
    """The same pictures were scored at the release, by the study and for finding faces, each by other code."""
    placed = scored(name)["figures"]["crops placed by"]
    files = scored(name)["figures"]["files"]
    assert files.keys() == families()[name].keys()
    for variant, file in families()[name].items():
        test = next(score for score in read_info(file).scores if score["part"] == "test")
        told = [test["nmse_percent"], *test["interval"]]
        assert files[variant]["nmse_percent"] == pytest.approx(told, abs=0.001)  # each rounded for itself
        assert files[variant]["bytes"] == file.stat().st_size
    assert placed["true points"]["nmse_percent"] == files[""]["nmse_percent"]

    finding = json.loads((ROOT / "benchmarks/results/finding-faces-test.json").read_text(encoding="utf-8"))
    for variant, file in families()[name].items():
        if finding["model"]["name"] == file.stem:
            for how, near in (("true points", 0.001), ("MTCNN's points", 0.05)):  # which turn crops here, and not there
                assert files[variant]["crops placed by"][how]["nmse_percent"] == pytest.approx(
                    finding["figures"]["NMSE"][how]["nmse_percent"], abs=near
                )


@pytest.mark.parametrize("name", NAMES)
def test_a_card_speaks_of_no_machine_and_its_links_lead_somewhere(name: str) -> None:
    text = text_of(name)
    links = re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", text)
    assert links and [link for link in links if not (ROOT / "docs" / "models" / link).exists()] == []
    assert re.findall(r"(?<![\w.])/(?:home|root|work|tmp)/|shared|nan\b", text) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_usage_on_a_card_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", text_of(name), re.DOTALL)
    monkeypatch.setattr(mtcnn, "MTCNN", lambda **_: lambda picture: [(60, 40, 180, 170)])  # a face for certain
    names: dict = {"picture": np.full((240, 240, 3), 99, np.uint8)}
    exec(code, names)
    assert names["faces"][0].radius(0.9).shape == names["faces"][0].landmarks.shape[:1]
