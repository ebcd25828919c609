"""`laplace-landmarks report`: the page of a run, made where there is nothing to train with."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.training.run_files import HEATMAPS, REPORT

WITHOUT_TORCH = """
import sys
from importlib.abc import MetaPathFinder

class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in ("torch", "lightning_fabric", "omegaconf", "safetensors", "tensorboard", "onnx"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
from laplace_landmarks.app.cli import main
main(["report", sys.argv[1], "--output", sys.argv[2]])
"""


def test_the_page_of_a_run_from_elsewhere(tiny_run: Path, tmp_path: Path) -> None:
    run, page = shutil.copytree(tiny_run, tmp_path / "mine"), tmp_path / "page.html"
    shutil.rmtree(run / HEATMAPS)
    code = [sys.executable, "-c", WITHOUT_TORCH, str(run), str(page)]
    done = subprocess.run(code, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"{page}\n")
    text = page.read_text(encoding="utf-8")
    assert "<title>mine: trained, 12 steps</title>" in text
    assert "No heatmaps are drawn yet." in text


def test_it_lies_in_the_folder_of_the_run(tiny_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "mine")
    (run / REPORT).unlink()
    main(["report", str(run)])
    assert capsys.readouterr().out == f"{run / REPORT}\n"
    assert (run / REPORT).read_text(encoding="utf-8").rstrip().endswith("</html>")


def test_a_folder_that_is_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["report", str(tmp_path)])
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        f"laplace-landmarks: {tmp_path}: not the folder of a run, which has a config.yaml and a log.jsonl\n"
    )
