"""Every example runs, and the generated pages are what the result files say."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def test_the_demo_in_miniature(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(sys, "argv", ["demo.py", "--out", str(tmp_path), "--faces", "60", "--steps", "20"])
    runpy.run_path(str(ROOT / "examples" / "demo.py"), run_name="__main__")
    said = capsys.readouterr().out
    assert "% before training" in said and str(tmp_path / "demo.png") in said
    assert (tmp_path / "demo.png").stat().st_size > 10_000
    assert len(list((tmp_path / "drawn").rglob("*.jpg"))) == 7


def test_pages_are_what_the_results_say() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "tables.py"), "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
