"""`laplace-landmarks convert` as a user calls it."""

from pathlib import Path

import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.data.markup import FIVE, IBUG68, markup_named
from laplace_landmarks.data.sources import read_labeled


def test_faces_to_coco_and_on_to_five_points(
    tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["convert", str(tiny_data / "labeled"), str(tmp_path / "faces.json")])
    assert capsys.readouterr().out.splitlines() == [
        f"12 objects of 12 pictures in {tmp_path / 'faces.json'}",
        "not kept: 12 objects had no box and got the one around their landmarks",
    ]
    assert read_labeled(tmp_path / "faces.json", IBUG68).samples[0].visible.all()

    main(["convert", str(tmp_path / "faces.json"), str(tmp_path / "five"), "--markup", "ibug68", "--to-markup", "five"])
    assert capsys.readouterr().out.splitlines()[0] == "ibug68: 68 landmarks; five: 5"
    labeled = read_labeled(tmp_path / "five", FIVE)
    assert len(labeled) == 12
    right, left = labeled.samples[0].landmarks[:2]
    assert right[0] < left[0]


def test_a_markup_to_begin_with(tmp_path: Path, tiny_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["convert", str(tiny_data / "labeled"), str(tmp_path / "a.csv"), "--save-markup", str(tmp_path / "my.yaml")]
    main(out)
    assert markup_named(str(tmp_path / "my.yaml")) == IBUG68
    with pytest.raises(SystemExit) as ended:
        main([*out[:2], str(tmp_path / "b.csv"), *out[3:]])
    assert ended.value.code == 2
    assert "my.yaml: is there already" in capsys.readouterr().err
    assert not (tmp_path / "b.csv").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--to-markup wflw98", "ibug68 cannot become wflw98"),
        ("--to-markup face", "no markup is named 'face'; known: ibug68"),
        ("--to word", "no format named 'word' can be written"),
        ("--format json", "no format is named 'json'; known: auto, 300w"),
        ("--part test", "no picture is in 'test'"),
    ],
)
def test_bad_flags(words: str, told: str, tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["convert", str(tiny_data / "labeled"), str(tmp_path / "new.csv"), *words.split()])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err.splitlines()[-1]


def test_objects_that_fill_their_picture(tiny_data: Path, tmp_path: Path) -> None:
    main(["convert", str(tiny_data / "labeled"), str(tmp_path / "a.csv"), "--boxes", "picture"])
    assert read_labeled(tmp_path / "a.csv", None).samples[0].box == (-0.5, -0.5, 63.5, 63.5)
