"""`laplace-landmarks rank` as a user calls it."""

import csv
import io
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.inputs import find_inputs
from laplace_landmarks.runtime.video_writer import VideoWriter

Captured = pytest.CaptureFixture[str]
TWINS = {
    "photos/00.png",
    "photos/twin.png",
}  # the network may see them in two batches, whose numbers differ in the last digit


@pytest.fixture
def photos(tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """photos/ below the folder that commands run in: twelve drawn faces with the points that place their crops, a copy
    of the first, one without points, and one that is no picture.
    """
    monkeypatch.chdir(tmp_path)
    photos = Path(shutil.copytree(tiny_data / "labeled", tmp_path / "photos"))
    for suffix in (".png", ".pts"):
        shutil.copy(photos / f"00{suffix}", photos / f"twin{suffix}")
    shutil.copy(tiny_data / "unlabeled" / "00.png", photos / "nobody.png")
    (photos / "broken.png").write_bytes(b"no picture")
    return Path("photos")


def rank(*words: object) -> None:
    main(["rank", *map(str, words)])


def read(file: str) -> list[dict[str, str]]:
    with Path(file).open(newline="") as opened:
        return list(csv.DictReader(opened))


def test_pictures_are_ranked_drawn_and_listed(photos: Path, tiny_run_model: Path, capsys: Captured) -> None:
    rank(tiny_run_model, photos, "--points", photos, "--output", "all.csv", "--sheet", "s.png", "--without", "w.txt")

    said = capsys.readouterr()
    assert said.out.splitlines() == ["13 pictures, best first: all.csv", "sheet of 13: s.png"]
    _, skipped, empty, calibrated, summary = said.err.splitlines()
    assert skipped.startswith("skipped: photos/broken.png")
    assert empty == "1 picture without a face has no rank: photos/nobody.png; all in w.txt"
    assert calibrated.startswith("model tiny is not calibrated") and "`laplace-landmarks calibrate MODEL" in calibrated
    assert summary == "13 of 13 pictures with a face chosen; 1 skipped"
    assert Path("w.txt").read_text() == "photos/nobody.png\n"
    rows = read("all.csv")
    assert [int(row["rank"]) for row in rows] == list(range(1, 14))
    assert {row["picture"] for row in rows} == {str(file) for file in photos.glob("[01t]*.png")}
    assert rows[12]["picture"] in TWINS and rows[12]["newness"] == "0.000"
    assert float(rows[0]["ignorance"]) == max(float(row["ignorance"]) for row in rows)
    assert read_picture("s.png").shape[1] > 8 * 200

    assert not Path("predictions").exists()  # which are predict's
    rank(tiny_run_model, photos, "--points", photos, "--count", 3)  # from the predictions that are there
    table = capsys.readouterr().out.splitlines()
    assert table[0].split() == ["rank", "ignorance", "newness", "picture"]
    assert [line.split()[-1] for line in table[1:]] == [row["picture"] for row in rows[:3]]


def test_half_of_them_by_lot(photos: Path, tiny_run_model: Path, capsys: Captured) -> None:
    words = [tiny_run_model, photos, "--points", photos, "--count", 6, "--lot", 0.5]
    for seed in range(4):
        rank(*words, "--seed", seed, "--output", f"{seed}.csv")
    found = [read(f"{seed}.csv") for seed in range(4)]
    assert [row["by_lot"] for row in found[0]] == ["0", "1", "0", "1", "0", "1"]
    assert len({rows[0]["picture"] for rows in found}) == 1  # the least known, whatever the lot says
    assert len({tuple(row["picture"] for row in rows) for rows in found}) > 1


def test_a_list_is_what_predict_reads_and_the_next_round_leaves_it_out(
    photos: Path, tiny_run_model: Path, capsys: Captured
) -> None:
    rank(tiny_run_model, photos, "--points", photos, "--count", 5, "--output", "first.txt")
    rank(tiny_run_model, photos, "--points", photos, "--labeled", "first.txt", "--output", "rest.csv")

    first, rest = find_inputs(["first.txt"]).pictures, [row["picture"] for row in read("rest.csv")]
    assert len(first) == 5
    assert {*map(str, first), *rest} == {str(file) for file in photos.glob("*.png")} - {
        "photos/broken.png", "photos/nobody.png"
    }  # fmt: skip
    assert len(rest) == 8 and rest[-1] in TWINS
    assert "8 of 8 pictures with a face chosen" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        rank(tiny_run_model, "first.txt", "--labeled", photos.absolute())
    assert ended.value.code == 2
    assert "all of the pictures are among those of --labeled" in capsys.readouterr().err


def test_predictions_of_predict_are_not_made_again(
    photos: Path, tiny_run_model: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    (photos / "broken.png").unlink()
    main(["predict", "photos", "--model", str(tiny_run_model), "--points", "photos", "--no-draw"])
    monkeypatch.setattr(
        "laplace_landmarks.runtime.detector.LandmarkDetector.batch", lambda *_, **__: pytest.fail("done before")
    )
    words = [tiny_run_model, photos, "--points", photos, "--predictions", "predictions"]
    rank(*words, "--output", "list.txt")
    assert len(Path("list.txt").read_text().splitlines()) == 13

    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        rank(*words, "--refine", 2)
    assert ended.value.code == 2
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "refine" in line]
    assert line.startswith(
        "laplace-landmarks: --predictions predictions: holds predictions made otherwise (--refine was"
    )
    assert "choose another --predictions" in line


def test_beginning_anew_takes_what_predict_made_of_the_run_before(
    photos: Path, tiny_run_model: Path, capsys: Captured
) -> None:
    words = ["--points", str(photos), "--output", "ranked", "--format", "csv"]
    main(["predict", str(photos), "--model", str(tiny_run_model), *words])
    assert Path("ranked/predictions.csv").exists() and any(Path("ranked/drawn").rglob("*.jpg"))
    capsys.readouterr()

    rank(tiny_run_model, photos, "--points", photos, "--predictions", "ranked", "--overwrite")

    assert "ranked: begins anew: removed" in capsys.readouterr().err
    assert sorted(path.name for path in Path("ranked").iterdir()) == ["done.jsonl", "predictions.jsonl"]


def test_objects_that_fill_their_pictures(photos: Path, tiny_model: Callable[..., Path], capsys: Captured) -> None:
    rank(tiny_model(crop=CropRule(16, box_factor=1.0, whole_picture=True)), photos, "--count", 20)
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1 + 14
    assert "14 of 14 pictures with an object chosen; 1 skipped" in said.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "say which pictures to rank"),
        (["photos", "--count", "0"], "--count is how many pictures to choose, at least 1, not 0"),
        (["photos", "--lot", "1.5"], "--lot is the share that is drawn by lot, 0 to 1, not 1.5"),
        (["photos", "--lot", "nan"], "--lot is the share that is drawn by lot, 0 to 1, not nan"),
        (["photos", "--seed", "-1"], "--seed must not be negative"),
        (["photos", "--output", "list.json"], "--output list.json: its name must end with .csv or .txt"),
        (["photos", "--without", "list.csv"], "--without list.csv: its name must end with .txt"),
        (["photos", "--sheet", "sheet.pdf"], "--sheet sheet.pdf: its name must end with .bmp or"),
        (["photos", "--output", "gone/list.txt"], "--output gone/list.txt: there is no folder gone; make it first"),
        (["photos", "--points", "photos", "--boxes", "b.csv"], "by --points or by --boxes, not by both"),
        (["talk.mp4"], "talk.mp4: only pictures are ranked"),
        (["photos/broken.png"], "no picture could be used"),
    ],
)
def test_bad_input(
    words: list[str], told: str, photos: Path, tiny_run_model: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("laplace_landmarks.faces.mtcnn.MTCNN", lambda *_, **__: pytest.fail("nothing to search in"))
    with VideoWriter(Path("talk.mp4"), 10.0) as writer:
        writer.write(read_picture(photos / "00.png"), 0.0)
    with pytest.raises(SystemExit) as ended:
        rank(tiny_run_model, *words)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err.splitlines()[-1]


def test_only_drawn_pictures(photos: Path, tiny_run_model: Path, capsys: Captured) -> None:
    shutil.copytree(photos, "out/drawn")
    Path("out/done.jsonl").touch()
    with pytest.raises(SystemExit) as ended:
        rank(tiny_run_model, "out")
    assert ended.value.code == 2
    assert "out: no picture to rank; drawn pictures of other runs count as none" in capsys.readouterr().err


def test_the_model_comes_first(photos: Path, tiny_run_model: Path, capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        rank(photos, tiny_run_model)
    assert ended.value.code == 2
    assert "photos is a folder, not a model: the model comes first" in capsys.readouterr().err


def test_the_folder_of_a_run_is_its_model(photos: Path, tiny_run_model: Path, capsys: Captured) -> None:
    Path("run").mkdir()
    shutil.copy(tiny_run_model, "run/model.onnx")
    rank("run", photos, "--points", photos, "--count", 3)
    assert len(capsys.readouterr().out.splitlines()) == 4


def test_nothing_found(photos: Path, tiny_run_model: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("laplace_landmarks.faces.mtcnn.MTCNN", lambda *_, **__: lambda _: [])
    with pytest.raises(SystemExit) as ended:
        rank(tiny_run_model, photos, "--without", "w.txt")
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "14 pictures without a face have no rank: photos/00.png, " in said
    assert "no face was found in any picture without a label" in said
    assert len(Path("w.txt").read_text().splitlines()) == 14


@pytest.mark.skipif(sys.platform != "linux", reason="names that are not UTF-8 are those of Linux")
def test_names_that_are_not_utf8_come_back_from_the_list(
    photos: Path, tiny_run_model: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = os.fsdecode(b"caf\xe9")
    for suffix in (".png", ".pts"):
        (photos / f"01{suffix}").rename(photos / f"{name}{suffix}")
    (photos / "nobody.png").rename(photos / f"no{name}.png")

    rank(tiny_run_model, photos, "--points", photos, "--output", "list.txt", "--sheet", "s.png", "--without", "w.txt")

    assert photos / f"{name}.png" in find_inputs(["list.txt"]).pictures
    assert find_inputs(["w.txt"]).pictures == (photos / f"no{name}.png",)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))  # as strict as a terminal's
        rank(tiny_run_model, photos, "--points", photos)
        sys.stdout.seek(0)
        assert "photos/caf\\udce9.png" in sys.stdout.read()
