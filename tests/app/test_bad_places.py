"""Places of faces that cannot be: the row that says one is named, its picture is skipped, and the others are not."""

import re
from pathlib import Path

import pytest

from laplace_landmarks.app.cli import main

BOX = "image,x0,y0,x1,y1"
POINTS = "image,x0,y0,x1,y1,x2,y2,x3,y3,x4,y4"
GOOD = {BOX: "01.png,10,13,54,57", POINTS: "01.png,20,25,44,25,32,35,24,47,40,47"}


@pytest.mark.parametrize(
    ("head", "row", "told"),
    [
        (BOX, "900,13,954,57", "box (900, 13, 954, 57) lies outside of the picture, 64 x 64 pixels"),
        (BOX, "0.2,0.2,0.8,0.9", "box (0.2, 0.2, 0.8, 0.9) is at most a pixel wide and high: are these fractions"),
        (BOX, "54,13,10,57", "a box is x0, y0, x1, y1 with x0 <= x1"),
        (BOX, "5,5,5,5", "the edges of the box"),
        (POINTS, "9205,20,9240,20,9220,35,9207,50,9235,50", "the box around the points (9205, 20, 9240, 50) lies out"),
    ],
)
def test_a_bad_place_is_named_by_its_row(
    head: str,
    row: str,
    told: str,
    tiny_data: Path,
    tiny_run_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tiny_data)
    file, flag = tmp_path / "places.csv", "--boxes" if head == BOX else "--points"
    file.write_text(f"{head}\n{GOOD[head]}\n00.png,{row}\n")

    main(["predict", "unlabeled/00.png", "unlabeled/01.png", "--model", str(tiny_run_model), flag, str(file),
          "--output", str(tmp_path / "out")])  # fmt: skip

    said = capsys.readouterr()
    assert re.match(rf"skipped: unlabeled/00.png: .*places.csv, row 3: {re.escape(told)}", said.err.splitlines()[0])
    assert said.out.startswith("1 picture, 1 face, 1 skipped")
