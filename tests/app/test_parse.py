"""Words that are empty, as those of a shell's variables that are not set."""

from pathlib import Path

import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.app.parse import check_paths
from laplace_landmarks.errors import InputError


@pytest.mark.parametrize(
    "words",
    [
        ["predict", "a.jpg", "--output", ""],
        ["predict", "a.jpg", "--output= "],
        ["predict", "a.jpg", "--model", "", "--no-draw"],
        ["evaluate", "m.onnx", "data", "--report", " "],
        ["check", "data", "--list="],
        ["export", "run", "--data", ""],
        ["train", "config.yaml", "--run", ""],
        ["synthesize", ""],
        ["check", " ", "--strict"],
        ["check", "--strict", ""],
        ["check", "data", "--strict="],
        ["synthesize", "--no-behind-objects", ""],
        ["info", "--json", " "],
        ["predict", "--mirrored", ""],
        ["compare", "a.onnx", "", "data"],
    ],
)
def test_no_place_is_named_by_an_empty_word(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="2"):
        main(words)
    said = capsys.readouterr().err
    assert "an empty word names no place; is a variable of the shell not set?" in said
    assert len(said.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_other_options_may_be_empty() -> None:
    check_paths(["--data.validation", "", "--part", "", "--name=", "--output", "a=", "x="])
    with pytest.raises(InputError, match=r"^--output: "):
        check_paths(["--part", "", "--output", ""])
