"""The command that times models."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from laplace_landmarks.app.cli import main


def test_a_table_a_file_and_a_picture(
    tiny_run_model: Path, tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["benchmark", str(tiny_run_model), "--seconds", "0.01", "--data", str(tiny_data / "labeled")]
    main([*words, "--output", str(tmp_path / "speed.json"), "--plot", str(tmp_path / "speed.png")])
    shown = capsys.readouterr().out
    assert shown.splitlines()[4].split()[:3] == ["tiny", "1", "1"]
    assert "12 faces of" in shown
    (row,) = json.loads((tmp_path / "speed.json").read_text())["rows"]
    assert row["nmse_percent"] > 1
    picture = cv2.imread(str(tmp_path / "speed.png"))
    assert picture is not None
    assert picture.std() > 5


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--plot", "a.bmp"], "a plot's name ends with .png"),
        (["--plot", "nowhere/a.png"], "there is no folder nowhere"),
        (["--whole", "big"], "as 640x480, not 'big'"),
        (["--threads", "0"], "above 0"),
    ],
)
def test_bad_input(
    tiny_model: Callable[..., Path], more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["benchmark", str(tiny_model()), *more])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
