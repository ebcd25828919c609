"""`predict` from end to end: where objects are, and the forms of what is found."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.data.formats.points_file import read_pts
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.pictures import read_picture, write_picture
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.outputs import read_predictions

Captured = pytest.CaptureFixture[str]


def predict(*words: object) -> None:
    main(["predict", *map(str, words)])


def test_with_points(tiny_run_model: Path, data: Path, tmp_path: Path, capsys: Captured) -> None:
    (data / "labeled" / "03.png").write_bytes(b"no picture")
    (data / "labeled" / "05.pts").unlink()
    output = tmp_path / "out"

    predict(data / "labeled", "--model", tiny_run_model, "--points", data / "labeled", "--output", output)

    said = capsys.readouterr()
    assert said.out == f"11 pictures, 10 faces, 1 skipped, 1 without a face; see {output}\n"
    others, skipped, summary = said.err.splitlines()
    assert "other files left out (" in others
    assert skipped.startswith("skipped: ") and "03.png" in skipped
    assert summary == f"1 picture skipped: see {output / 'done.jsonl'}; the same command tries them again"
    found = read_predictions(output / "predictions.jsonl")
    assert len(found) == 10
    for prediction in found:
        truth = read_pts(Path(prediction.picture).with_suffix(".pts"))
        assert prediction.model == "tiny"
        assert np.abs(prediction.landmarks - truth).mean() < 20  # a second of training finds the face, no more
        assert prediction.spread is not None
    drawn = sorted((output / "drawn").rglob("*.jpg"))
    assert len(drawn) == 11
    assert read_picture(drawn[0]).shape == (64, 64, 3)


def test_with_boxes(tiny_run_model: Path, data: Path, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "boxes.csv").write_text("image,x0,y0,x1,y1\n00.png,10,13,54,57\n00.png,12,13,50,57\n01.png,9,9,50,60\n")
    pictures = [data / "unlabeled" / f"0{number}.png" for number in range(3)]
    words = ["--model", tiny_run_model, "--boxes", tmp_path / "boxes.csv", "--no-draw", "--output", tmp_path / "out"]

    predict(*pictures, *words)

    assert capsys.readouterr().out.startswith("3 pictures, 3 faces, 0 skipped, 1 without a face; see")
    assert [prediction.face for prediction in read_predictions(tmp_path / "out" / "predictions.jsonl")] == [0, 1, 0]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["done.jsonl", "predictions.jsonl"]
    (tmp_path / "boxes.csv").write_text("image,x0,y0,x1,y1\n00.png,10,13,54,58\n")
    with pytest.raises(SystemExit):
        predict(*pictures, *words)
    assert "holds predictions made otherwise (faces was '--boxes " in capsys.readouterr().err


def test_rows_that_name_no_picture_are_told(tiny_run_model: Path, data: Path, tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "boxes.csv"
    file.write_text("image,x0,y0,x1,y1\n00.png,10,13,54,57\nnope.png,1,2,3,40\n")
    predict(data / "unlabeled/00.png", "--model", tiny_run_model, "--boxes", file, "--output", tmp_path / "out")
    said = capsys.readouterr()
    assert said.err == f"1 row names none of the pictures: {file}, row 3 (nope.png)\n"
    assert said.out.startswith("1 picture, 1 face")


def test_objects_that_are_no_faces(
    data: Path, dots: Markup, tiny_model: Callable[..., Path], tmp_path: Path, capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Whole pictures need no places; of other objects the places must be named, once and for all pictures."""
    monkeypatch.setattr("laplace_landmarks.faces.mtcnn.MTCNN", lambda *_, **__: pytest.fail("no faces are meant"))
    whole, other = tiny_model(crop=CropRule(16, box_factor=1.0, whole_picture=True)), tiny_model()
    words = [data / "unlabeled", "--no-draw", "--output", tmp_path / "out", "--model"]

    predict(*words, whole)
    assert capsys.readouterr().out.startswith("8 pictures, 8 objects, 0 skipped, 0 without an object")
    crops = {
        prediction.crop.side for prediction in read_predictions(tmp_path / "out/predictions.jsonl") if prediction.crop
    }
    assert crops == {64.0}
    for model, more, told in (
        (other, [], "model tiny is not known to be of faces (dots), so it cannot find its objects: say where they are"),
        (whole, ["--min-face", "30"], "--min-face is for searching faces, which model tiny does not do"),
    ):
        with pytest.raises(SystemExit) as ended:
            predict(*words, model, *more, "--overwrite")
        assert ended.value.code == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith(f"laplace-landmarks: {told}")


def test_faces_are_searched_for_where_no_place_is_given(
    tiny_run_model: Path, data: Path, tmp_path: Path, capsys: Captured, found_in_the_middle: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(data)
    predict("unlabeled", "--model", tiny_run_model)
    assert capsys.readouterr().out == "8 pictures, 7 faces, 0 skipped, 1 without a face; see predictions\n"
    found = read_predictions("predictions/predictions.jsonl")
    assert [(face.picture, face.score) for face in found] == [(f"unlabeled/0{n}.png", 0.75) for n in range(1, 8)]
    assert len(list(Path("predictions/drawn/unlabeled").iterdir())) == 8

    predict("unlabeled", "--model", tiny_run_model)
    said = capsys.readouterr().out
    assert said.endswith("without a face (8 of them done before; --overwrite begins anew); see predictions\n")
    assert len(read_predictions("predictions/predictions.jsonl")) == 7
    predict("unlabeled", "--model", tiny_run_model, "--overwrite")
    assert "before" not in capsys.readouterr().out
    assert len(read_predictions("predictions/predictions.jsonl")) == 7


def test_one_picture(
    tiny_run_model: Path, data: Path, capsys: Captured, found_in_the_middle: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data / "unlabeled")
    predict("00.png", "--model", tiny_run_model)
    assert capsys.readouterr().out == (
        "1 picture, 0 faces, 0 skipped, 1 without a face; see predictions/drawn/00.png.jpg\n"
    )
    predict("01.png", "--model", tiny_run_model, "--format", "csv")  # more of the same, in the same place
    assert capsys.readouterr().out == (
        "1 picture, 0 faces, 0 skipped, 1 without a face; see predictions/drawn/01.png.jpg; "
        "predictions holds 2 pictures in all\n"
    )


def test_smoothing_is_of_videos(tiny_run_model: Path, data: Path, tmp_path: Path, capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        predict(data / "unlabeled", "--model", tiny_run_model, "--smoothing", "kalman", "--output", tmp_path / "out")
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(
        "--smoothing kalman is for videos, and none is among the inputs; leave it out\n"
    )
    assert not (tmp_path / "out").exists()


def test_pictures_without_a_face_were_used(
    tiny_run_model: Path, data: Path, capsys: Captured, found_in_the_middle: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that cannot be read beside them is no reason to say that none could."""
    monkeypatch.chdir(data / "unlabeled")
    Path("01.png").write_bytes(b"no picture")
    predict("00.png", "01.png", "--model", tiny_run_model)
    assert capsys.readouterr().out.startswith("1 picture, 0 faces, 1 skipped, 1 without a face")


def test_a_picture_that_is_too_large_to_be_drawn(
    tiny_run_model: Path, data: Path, capsys: Captured, found_in_the_middle: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data / "unlabeled")
    write_picture("01.png", np.zeros((64, 65_501, 3), np.uint8))
    predict("00.png", "01.png", "02.png", "--model", tiny_run_model)
    said = capsys.readouterr()
    assert said.out == "3 pictures, 2 faces, 0 skipped, 1 without a face; see predictions\n"
    named, counted = said.err.splitlines()
    assert named == "not drawn: 01.png: 65,501 x 64 pixels are too large for a drawing; its numbers are written"
    assert counted == "1 picture without a drawing, which cannot be so large: the numbers are there"
    assert sorted(path.name for path in Path("predictions/drawn").iterdir()) == ["00.png.jpg", "02.png.jpg"]


@pytest.mark.parametrize(
    ("form", "file"),
    [("csv", "predictions.csv"), ("coco", "predictions.coco.json"), ("pts", "pts/unlabeled/01.pts")],
)
def test_other_forms(
    form: str, file: str, tiny_run_model: Path, data: Path, found_in_the_middle: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data)
    predict("unlabeled", "--model", tiny_run_model, "--format", form, "--no-draw", "--output", "out")
    found = read_predictions("out/predictions.jsonl")
    if form == "pts":
        np.testing.assert_allclose(read_pts(Path("out") / file), found[0].landmarks, atol=2e-3)
    elif form == "csv":
        with (Path("out") / file).open(newline="") as opened:
            rows = list(csv.DictReader(opened))
        assert [row["picture"] for row in rows] == [face.picture for face in found]
        assert float(rows[3]["y67"]) == pytest.approx(found[3].landmarks[67, 1], abs=1e-3)
    else:
        document = json.loads((Path("out") / file).read_text())
        assert (len(document["images"]), len(document["annotations"])) == (8, 7)
        assert document["images"][0] == {"id": 1, "file_name": "unlabeled/00.png", "width": 64, "height": 64}
