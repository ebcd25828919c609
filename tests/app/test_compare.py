"""The commands that make reports, from end to end."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.app.commands import compare, evaluate
from laplace_landmarks.data.markup import IBUG68

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def place(tiny_model: Callable[..., Path], tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two models and labeled faces, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(tiny_model(markup=IBUG68, size=32, name="first"), "a.onnx")
    shutil.copy(tiny_model(markup=IBUG68, size=16, name="second", outputs=("landmarks", "spread")), "b.onnx")
    shutil.copy(tiny_model(name="dots"), "dots.onnx")
    Path("labeled").symlink_to(tiny_data / "labeled")
    Path("file").write_text("")
    return tmp_path


def test_a_model_a_lighter_one_and_a_predictions_file(place: Path, capsys: Captured) -> None:
    main(["evaluate", "b.onnx", "labeled", "--predictions", "p.jsonl", "--report", "out/one"])
    assert "report: out/one/index.html" in capsys.readouterr().out
    assert "second: errors on 12 faces" in (place / "out" / "one" / "index.html").read_text("utf-8")

    main(["compare", "a.onnx", "b.onnx", "p.jsonl", "labeled", "--report", "out/three", "--output", "out/three.json"])

    said = capsys.readouterr().out
    assert said.startswith("3 methods on labeled")
    assert [line.split()[0] for line in said.splitlines()[4:7]] == ["first", "second", "p"]
    assert said.splitlines()[5].split()[1:] == said.splitlines()[6].split()[1:]  # b.onnx and what it predicted
    assert "report: out/three/index.html" in said
    assert "3 methods side by side" in (place / "out" / "three" / "index.html").read_text("utf-8")
    assert len(json.loads((place / "out" / "three.json").read_text())["methods"]) == 3


def test_a_model_is_known_to_have_seen_its_training_pictures(
    tiny_run: Path, tiny_run_model: Path, tiny_data: Path, tmp_path: Path, capsys: Captured
) -> None:
    shutil.copytree(tiny_data / "labeled", tmp_path / "renamed")
    held_out = "--split with the split.json of its run takes those held out"
    told = f"note: tiny was trained on pictures of labeled: its errors on those are too small; {held_out}\n"
    copy = str(shutil.copy(tiny_run_model, tmp_path / "copy.onnx"))
    for words in (["evaluate", str(tiny_run_model)], ["compare", str(tiny_run_model), copy]):
        main([*words, str(tiny_data / "labeled")])
        assert capsys.readouterr().err == told
        lists = json.loads((tiny_run / "split.json").read_text())
        (tmp_path / "own.json").write_text(json.dumps({key: names[::-1] for key, names in lists.items()}))
        for split in (tiny_run / "split.json", tmp_path / "own.json"):
            for key, said in (("validation", ""), ("train", told)):
                main([*words, str(tiny_data / "labeled"), "--split", str(split), "--key", key])
                assert capsys.readouterr().err == said
        main([*words, str(tmp_path / "renamed")])
        assert capsys.readouterr().err == ""


def test_several_models_that_have_seen_them_are_one_note(
    tiny_run_model: Path, tiny_quick_model: Path, tiny_data: Path, capsys: Captured
) -> None:
    main(["compare", str(tiny_run_model), str(tiny_quick_model), str(tiny_data / "labeled")])
    assert capsys.readouterr().err == (
        f"note: tiny, {tiny_quick_model.stem} were trained on pictures of labeled: their errors on those are too "
        "small; --split with the split.json of their runs takes those held out\n"
    )


def test_models_of_one_name_are_told_apart_by_their_paths(place: Path, capsys: Captured) -> None:
    shutil.copy(place / "a.onnx", place / "copy.onnx")
    main(["compare", "a.onnx", "copy.onnx", "labeled"])
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[4:6]] == ["a.onnx", "copy.onnx"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("a.onnx labeled", "compare needs two methods or more, and then the data; 2 paths were given"),
        ("a.onnx b.onnx nope", "nope: there is no such file or folder of labeled pictures"),
        ("a.onnx nope.onnx labeled", "nope.onnx: there is no such model file"),
        ("a.onnx nope.jsonl labeled", "nope.jsonl: cannot be read"),
        ("a.onnx a.onnx labeled", "a.onnx is given twice"),
        ("a.onnx dots.onnx labeled", "model dots finds 4 landmarks (dots), the labels have 68 (ibug68)"),
        ("a.onnx b.onnx labeled --part challenge", "challenge"),
        ("p.jsonl q.jsonl labeled --upright", "--upright is for model files"),
        ("a.onnx b.onnx labeled --report file/report", "cannot make this folder for the report"),
        ("a.onnx b.onnx labeled --output file/out.json", "--output file/out.json: cannot be written"),
    ],
)
def test_what_cannot_be_used(words: str, told: str, place: Path, capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["compare", *words.split()])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("evaluate a.onnx labeled --seed -1", "--seed must not be negative (it is -1)"),
        ("compare a.onnx b.onnx labeled --seed -1", "--seed must not be negative (it is -1)"),
        ("compare a.onnx b.onnx labeled --output folder", "--output folder: cannot be written (Is a directory)"),
    ],
)
def test_it_is_told_before_the_work(
    words: str, told: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    Path("folder").mkdir()
    for command in (compare, evaluate):
        monkeypatch.setattr(command, "find_model_file", lambda _: pytest.fail("the work began"))
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"{told}\n")


def test_a_missing_library_is_named_before_anything_is_done(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for command in ("evaluate a.onnx", "compare a.onnx b.onnx"):
        with pytest.raises(SystemExit) as ended:
            main([*command.split(), "labeled", "--report", "out"])
        assert ended.value.code == 2
        said = capsys.readouterr()
        assert said.out == ""
        name = command.split()[0]
        assert said.err == (
            f"laplace-landmarks: {name}: a report needs matplotlib: pip install 'laplace-landmarks[report]'\n"
        )
