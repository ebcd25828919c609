"""`crop --augment`: sheets of an augmentation."""

from pathlib import Path

import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.data.pictures import read_picture


@pytest.mark.parametrize(
    ("words", "told"), [(["rotate=5"], "did you mean rotation?"), (["jitter=nope.json"], "nope.json: cannot be read")]
)
def test_words_that_are_refused(
    words: list[str], told: str, tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "sheet.png"
    with pytest.raises(SystemExit) as ended:
        main(["crop", str(tiny_data / "labeled"), "--output", str(sheet), "--count", "2", "--augment", *words])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line
    assert not sheet.exists()


@pytest.mark.parametrize("kind", ["labeled", "unlabeled"])
def test_a_sheet_has_a_row_for_each(
    tiny_data: Path, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "sheet.png"
    words = ["crop", str(tiny_data / kind), "--output", str(output), "--size", "32", "--columns", "3", "--count", "2"]
    main([*words, *(["--unlabeled"] if kind == "unlabeled" else []), "--augment", "mirror=0.5", "noise=20"])

    assert capsys.readouterr().out == f"mirror, noise on crops of {tiny_data / kind} in {output}\n"
    page, side = read_picture(output), 3 * 32
    assert page.shape[0] == (2 + 4) * side
    assert 3 * side < page.shape[1] < 5 * side
    green = (page[..., 1] > 240) & (page[..., 0] < 120) & (page[..., 2] < 120)
    assert green[:side].any() == (kind == "labeled")  # landmarks


def test_what_the_crops_cut_off_is_told(tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["crop", str(tiny_data / "labeled"), "--output", str(tmp_path / "sheet.png"), "--picture-factor"]
    main([*words, "1"])
    assert "outside" not in capsys.readouterr().out
    main([*words, "0.6"])
    told = capsys.readouterr().out.splitlines()[0]
    assert "of 12 of 12 objects lie outside of their crops, the first is jaw 1 of 00: a larger factor" in told


def test_what_places_no_crop_is_left_out(lone_dot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["crop", str(lone_dot), "--output", str(tmp_path / "sheet.png")])
    said = capsys.readouterr()
    (told, *_), last = said.err.splitlines(), said.out.splitlines()[-1]
    assert told.startswith("left out: 1 of 4 objects, with fewer than two visible landmarks and no box")
    assert last.startswith("3 crops of ")
