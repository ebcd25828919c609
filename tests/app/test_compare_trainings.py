"""`compare --trainings`: files that are trainings of one method."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.app.trainings import counts_of
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.model_file import write_training

Captured = pytest.CaptureFixture[str]
MARKUP = ("--markup", "ibug68")


@pytest.fixture
def place(tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Predictions of two methods, two trainings each, beside labeled faces; in the working directory."""
    monkeypatch.chdir(tmp_path)
    Path("labeled").symlink_to(tiny_data / "labeled")
    samples = read_labeled(tiny_data / "labeled", IBUG68).samples
    for name, pixels in {"near-0": 1.0, "near-1": 1.2, "far-0": 2.0, "far-1": 2.4}.items():
        lines = [
            {
                "picture": str(sample.picture),
                "landmarks": (sample.landmarks + np.array([pixels, 0], np.float32)).tolist(),
            }
            for sample in samples
        ]
        Path(f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return tmp_path


def test_two_methods_of_two_trainings(place: Path, capsys: Captured) -> None:
    words = "compare --trainings 2 far-0.jsonl far-1.jsonl near-0.jsonl near-1.jsonl labeled"
    main([*words.split(), *MARKUP, "--report", "out", "--output", "out.json"])

    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("4 trainings of 2 methods on labeled")
    assert [line.split()[:3] for line in said[4:6]] == [["far", "2", "12"], ["near", "2", "12"]]
    assert "-50.0 % (" in said[5]
    assert "2 methods, 4 trainings" in Path("out/index.html").read_text("utf-8")
    assert json.loads(Path("out.json").read_text("utf-8"))["against_first"][0]["overall"]["value"] == pytest.approx(-50)


def test_trainings_of_model_files_tell_their_seeds(
    tiny_model: Callable[..., Path], tiny_run_model: Path, place: Path, capsys: Captured
) -> None:
    for name, size in {"a-0": 32, "a-1": 16}.items():
        shutil.copy(tiny_model(markup=IBUG68, size=size, name=name), f"{name}.onnx")

    main(["compare", "a-0.onnx", "a-1.onnx", str(tiny_run_model), "labeled", "--trainings", "2,1"])

    said = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in said[4:6]] == [["a", "2"], ["tiny", "1"]]
    rows = [line.split()[:3] for line in said[said.index("") :] if line.startswith(("a ", "tiny "))]
    assert rows[2:] == [["a", "a-0", "-"], ["a", "a-1", "-"], ["tiny", "tiny", "0"]]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--trainings 0", "--trainings 0: give how many files in a row are trainings of one method, like 3"),
        ("--trainings two", "--trainings two: give how many files in a row"),
        ("--trainings 3", "--trainings 3: that is 3 + 3 files, and 4 were given"),
        ("--trainings 2,1", "--trainings 2,1: that is 2 + 1 files, and 4 were given"),
        ("--trainings 4", "--trainings 4: all 4 files are one method then; compare needs two or more"),
    ],
)
def test_what_cannot_be_shared_out(words: str, told: str, place: Path, capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["compare", "far-0.jsonl", "far-1.jsonl", "near-0.jsonl", "near-1.jsonl", "labeled", *words.split()])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line


def test_a_copy_is_no_other_training(place: Path, capsys: Captured) -> None:
    shutil.copy("far-0.jsonl", "again.jsonl")
    with pytest.raises(SystemExit) as ended:
        main(["compare", "far-0.jsonl", "again.jsonl", "near-0.jsonl", "labeled", "--trainings", "2,1", *MARKUP])
    assert ended.value.code == 2
    assert "far-0 and again err alike on every face: they are one training" in capsys.readouterr().err


def test_files_of_one_seed_and_of_two_losses_are_told(
    tiny_run_model: Path, tiny_model: Callable[..., Path], place: Path, capsys: Captured
) -> None:
    shutil.copy(tiny_run_model, "a-0.onnx")
    for name, loss in {"a-1": "softargmax", "b": "laplace_kl"}.items():
        model = Path(shutil.copy(tiny_model(markup=IBUG68, size=32, name=name), f"{name}.onnx"))
        write_training(model, {"seed": 0, "loss": loss}, model)

    main(["compare", "a-0.onnx", "a-1.onnx", "b.onnx", "labeled", "--trainings", "2,1"])

    said = capsys.readouterr().err
    assert "has several files of seed 0: where they are of one training" in said
    assert "is of several losses: laplace_kl, softargmax; is --trainings as meant?" in said
    assert "note: b " not in said


def test_methods_whose_names_begin_alike_are_told_apart_by_their_files(place: Path, capsys: Captured) -> None:
    for name in ("x/near-0", "x/near-1", "y/near-0", "y/near-1"):
        Path(name).parent.mkdir(exist_ok=True)
        far = "far" if name.startswith("y") else "near"
        shutil.copy(f"{far}-{name[-1]}.jsonl", f"{name}.jsonl")
    words = "compare x/near-0.jsonl x/near-1.jsonl y/near-0.jsonl y/near-1.jsonl labeled --trainings 2"
    main([*words.split(), *MARKUP])
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[4:6]] == ["x/near", "y/near"]


def test_counts_by_hand() -> None:
    assert counts_of("1", 3) == [1, 1, 1]
    assert counts_of("2", 4) == [2, 2]
    assert counts_of("1,3", 4) == [1, 3]
    with pytest.raises(InputError, match="3 \\+ 3 files"):
        counts_of("3", 5)
