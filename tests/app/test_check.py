"""`laplace-landmarks check` as a user calls it."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.data.pictures import read_picture, write_picture


@pytest.fixture
def labels(tiny_data: Path, tmp_path: Path) -> Path:
    """Twelve drawn faces, the first twice, and the second with its third landmark outside of the picture."""
    folder = tmp_path / "labels"
    shutil.copytree(tiny_data / "labeled", folder)
    for suffix in (".png", ".pts"):
        shutil.copy(folder / f"00{suffix}", folder / f"twin{suffix}")
    lines = (folder / "01.pts").read_text().splitlines()
    lines[5] = "-40 20"
    (folder / "01.pts").write_text("\n".join(lines))
    return folder


def test_what_is_found_is_said_drawn_and_listed(
    labels: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", str(labels), "--output", str(tmp_path / "c.png"), "--list", str(tmp_path / "c.csv")])
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == [
        "01: outside: jaw 3 outside of the picture, by up to 40 px",
        "twin: same picture: the same picture as 00",
        "twin: same labels: the same landmarks as 00",
    ]
    assert said[3] == "13 objects, 68 landmarks (ibug68): 2 suspicious (outside 1, same picture 1, same labels 1)"
    assert "three landmarks or more; there are 13" in said[4]
    assert read_picture(tmp_path / "c.png").shape[1] == 480
    with (tmp_path / "c.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["kind"] for row in rows] == ["outside", "same picture", "same labels"]
    assert rows[0]["landmarks"] == "jaw 3"


def test_a_list_of_names_that_are_not_utf8(labels: Path, tmp_path: Path) -> None:
    for file in labels.iterdir():
        file.rename(file.with_name(f"caf\udce9-{file.name}"))
    main(["check", str(labels), "--output", str(tmp_path / "a.png"), "--list", str(tmp_path / "a.csv")])
    assert b"caf\xe9-" in (tmp_path / "a.csv").read_bytes()


def test_strict(labels: Path, tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", str(labels), "--output", str(tmp_path / "c.png"), "--strict"])
    assert ended.value.code == 1
    capsys.readouterr()
    main(["check", str(tiny_data / "labeled"), "--output", str(tmp_path / "c.png"), "--strict", "--count", "4"])
    assert capsys.readouterr().out.splitlines()[0] == "12 objects, 68 landmarks (ibug68): nothing suspicious"
    assert read_picture(tmp_path / "c.png").shape[1] == 4 * 240


def test_what_no_object_has_and_pairs_that_do_not_fit_are_told(
    tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(tiny_data / "labeled" / "00.png", tmp_path)
    names = ("head", "tail", "left wing", "right wing")
    columns = ",".join(f"{name}_x,{name}_y" for name in names)
    (tmp_path / "fly.csv").write_text(f"image,{columns}\n00.png,30,10,,,10,20,50,20\n")
    (tmp_path / "fly.yaml").write_text(f"names: [{', '.join(names)}]\nmirror: [[head, tail]]\n")
    output = str(tmp_path / "c.png")
    main(["check", str(tmp_path / "fly.csv"), "--markup", str(tmp_path / "fly.yaml"), "--output", output])
    said = capsys.readouterr().out.splitlines()
    assert said[1] == "no label of tail in any object: a model would not learn where that is"
    assert said[2].startswith("the markup fly has mirror pairs, but none for left wing, right wing: mirroring would")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--deviations 0", "--deviations must be above 0"),
        ("--count 0", "--count must be above 0"),
        ("--markup five", "68 points, but the markup has 5 landmarks"),
    ],
)
def test_bad_flags(words: str, told: str, labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", str(labels), *words.split()])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err.splitlines()[-1]


def test_objects_of_one_landmark_are_told(lone_dot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(lone_dot), "--output", str(tmp_path / "c.png")])
    told = "1 with fewer than two visible landmarks: 3; where no box tells how large they are, a training leaves"
    assert told in capsys.readouterr().out


def test_points_in_another_order_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["synthesize", str(tmp_path / "drawn"), "--count", "24", "--size", "64", "--test-fraction", "0"])
    main(["convert", str(tmp_path / "drawn"), str(tmp_path / "labels.csv")])
    with (tmp_path / "labels.csv").open() as file:
        rows = list(csv.reader(file))
    places = [rows[0].index(f"x{number}") for number in range(68)]
    for row in rows[1:]:
        pairs = [row[place : place + 2] for place in places]
        for place, pair in zip(places, pairs[17:] + pairs[:17], strict=True):
            row[place : place + 2] = pair
    with (tmp_path / "labels.csv").open("w") as file:
        csv.writer(file).writerows(rows)
    capsys.readouterr()

    with pytest.raises(SystemExit) as end:
        main(["check", str(tmp_path / "labels.csv"), "--strict", "--output", str(tmp_path / "c.png")])

    assert end.value.code == 1
    said = capsys.readouterr().out
    assert "they seem to stand in another order than the markup's" in said
    assert "nothing suspicious" not in said


def test_both_sides_of_an_object_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three corners with an eye between them, every third from the other side."""
    rows = ["image,mouth_x,mouth_y,fin_x,fin_y,tail_x,tail_y,eye_x,eye_y"]
    for row in range(30):
        write_picture(tmp_path / f"{row}.png", np.full((64, 64, 3), row, np.uint8))
        points = np.array([[50, 30 + row % 5], [20, 8 + row // 15], [5, 40], [36 + row % 3, 25]])
        points[:, 0] = 63 - points[:, 0] if row % 3 == 0 else points[:, 0]
        rows.append(f"{row}.png," + ",".join(map(str, points.ravel())))
    (tmp_path / "labels.csv").write_text("\n".join(rows))
    main(["check", str(tmp_path / "labels.csv"), "--strict", "--output", str(tmp_path / "c.png")])
    said = capsys.readouterr().out
    assert "nothing suspicious" in said
    assert "10 of 30 objects look like mirror images of the others and were taken as such (0, 3, 6, 9 and 6" in said
