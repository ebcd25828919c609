"""`models`: the table of the models that come with the package."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.runtime import released
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.released import families
from laplace_landmarks.text_table import hundredths

Captured = pytest.CaptureFixture[str]


def test_models_are_listed(
    tiny_model: Callable[..., Path], tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(released, "FOLDER", tmp_path)
    main(["models"])
    assert capsys.readouterr().out.startswith("no models come with this installation")

    lines = []
    for name, scores in (
        ("face-a", ({"nmse_percent": 4.321, "faces": 7, "data": "300W", "protocol": "true-point crops"},)),
        ("face-a-int8", ({"nmse_percent": 4.4, "faces": 7, "data": "300W", "protocol": "true-point crops"},)),
        ("b", ()),
    ):
        outputs = ("landmarks", "spread") if "int8" in name else ("landmarks", "spread", "heatmaps")
        shutil.copy(tiny_model(name=name, scores=scores, outputs=outputs), tmp_path / f"{name}.onnx")
        lines.append(f"{hashlib.sha256((tmp_path / f'{name}.onnx').read_bytes()).hexdigest()}  {name}.onnx\n")
    (tmp_path / released.HASHES).write_text("".join(lines))
    main(["models"])
    table, notes = capsys.readouterr().out.split("\n\n")
    head, _, *rows = (re.split(r"  +", line) for line in table.splitlines())
    found = {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}
    of_b = {"parameters": "12", "landmarks": "4 (dots)", "NMSE %": "-", "radii": "no", "heatmaps": "yes"}
    assert found["b"].items() >= of_b.items() and found["b"]["file"].endswith(" kB")
    assert (found["face-a"]["NMSE %"], found["face-a"]["heatmaps"]) == ("4.32", "yes")
    assert (found["face-a-int8"]["NMSE %"], found["face-a-int8"]["heatmaps"]) == ("4.40", "no")
    assert notes.splitlines() == ["NMSE: 7 faces, 300W, true-point crops", "licence: CC0"]


def test_models_scored_in_different_ways_are_told_apart(
    tiny_model: Callable[..., Path], tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(released, "FOLDER", tmp_path)
    monkeypatch.setattr(released, "_checked", lambda file: file)
    for name, faces, licence in (("a", 7, "CC0"), ("b", 8, "MIT")):
        scores = ({"nmse_percent": 4.0 + faces, "faces": faces, "data": "300W", "protocol": "boxes"},)
        shutil.copy(tiny_model(name=name, scores=scores, licence=licence), tmp_path / f"{name}.onnx")
    main(["models"])
    table, notes = capsys.readouterr().out.split("\n\n")
    assert "11.00 [1]" in table and "12.00 [2]" in table
    assert notes.splitlines() == [
        "NMSE [1]: 7 faces, 300W, boxes",
        "NMSE [2]: 8 faces, 300W, boxes",
        "licence [1]: CC0",
        "licence [2]: MIT",
    ]


def test_errors_are_rounded_as_in_the_cards(capsys: Captured) -> None:
    """3.9452 in a result, 3.945 in the file: both are 3.95."""
    cards = Path(__file__).resolve().parents[2] / "benchmarks" / "results"
    for name, files in families().items():
        measured = json.loads((cards / f"released-{name}.json").read_text())["figures"]["files"]
        for variant, file in files.items():
            (score,) = (score for score in read_info(file).scores if score.get("part") == "test")
            assert hundredths(score["nmse_percent"]) == hundredths(measured[variant]["nmse_percent"][0]), file.name
    main(["models"])
    main(["info", "laplace68-eighth-int8"])
    said = capsys.readouterr().out
    assert re.search(r"laplace68-eighth-int8 .* 3\.95 ", said) and "NMSE 3.95 % on" in said
