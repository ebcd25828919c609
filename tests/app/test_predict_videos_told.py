"""`predict` of videos whose objects are told by --boxes or --points, as those of a model that finds none must be."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.video_writer import VideoWriter

DOTS = np.array([(40, 40), (64, 40), (52, 64)])
COUNT = 8


def dots_of(frame: int) -> np.ndarray:
    return DOTS + np.array((3 * frame, 0))


@pytest.fixture(autouse=True)
def videos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """monday/talk.avi and tuesday/talk.avi, in which three dots go to the right."""
    monkeypatch.chdir(tmp_path)
    for day in ("monday", "tuesday"):
        Path(day).mkdir()
        with VideoWriter(tmp_path / day / "talk.avi", 20.0) as writer:
            for number in range(COUNT):
                picture = np.full((96, 160, 3), 16, np.uint8)
                for place, (x, y) in enumerate(dots_of(number)):
                    picture[y - 4 : y + 5, x - 4 : x + 5, place] = 230
                writer.write(picture, number / 20)


@pytest.fixture
def predict(predict_by, tiny_model: Callable[..., Path], dots: Markup):
    """Runs the command by a model of dots."""
    return partial(predict_by, model=tiny_model(size=32, markup=dots, crop=CropRule(size=32, box_factor=1.8)))


def lines(name: str = "talk") -> list[dict]:
    return [json.loads(line) for line in Path(f"out/{name}.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(
    ("flag", "head", "row"),
    [("--boxes", "x0,y0,x1,y1", "46,40,70,64"), ("--points", "x0,y0,x1,y1,x2,y2", "46,40,70,40,58,64")],
)
def test_an_object_is_followed_from_the_frame_that_a_row_names(predict, flag: str, head: str, row: str) -> None:
    Path("told.csv").write_text(f"image,{head}\ntalk.avi#2,{row}\n")
    code, said = predict("monday/talk.avi", flag, "told.csv")

    assert code == 0 and "; 1 track, 6 faces in all; see out/talk.jsonl" in said
    assert [(line["frame"], line["picture"], line["id"]) for line in lines()] == [
        (number, f"monday/talk.avi#{number}", 0) for number in range(2, COUNT)
    ]
    for line in lines():
        np.testing.assert_allclose(line["landmarks"][:3], dots_of(line["frame"]), atol=2)


def test_what_predictions_call_a_frame_names_it(predict) -> None:
    head = "image,x0,y0,x1,y1"
    Path("told.csv").write_text(f"{head}\nmonday/talk.avi#0,40,40,64,64\ntuesday/talk.avi#5,55,40,79,64\n")
    code, _ = predict("monday/talk.avi", "tuesday/talk.avi", "--boxes", "told.csv")

    assert (code, len(lines()), len(lines("talk-2"))) == (0, COUNT, COUNT - 5)
    Path("told.csv").write_text(f"{head}\ntalk.avi#0,40,40,64,64\n")
    code, said = predict("monday/talk.avi", "tuesday/talk.avi", "--boxes", "told.csv", "--output", "new")
    assert code == 2
    assert "row 2: names monday/talk.avi#0 as well as tuesday/talk.avi#0; write more of the path" in said


def test_other_places_are_other_settings(predict) -> None:
    for number, code in ((0, 0), (1, 2)):
        Path("told.csv").write_text(f"image,x0,y0,x1,y1\ntalk.avi#{number},40,40,64,64\n")
        ended, said = predict("monday/talk.avi", "--boxes", "told.csv")
        assert ended == code
    assert "holds talk.jsonl made otherwise (faces was '--boxes " in said


def test_rows_of_frames_that_are_not_there_are_told(predict) -> None:
    Path("told.csv").write_text("image,x0,y0,x1,y1\ntalk.avi#0,40,40,64,64\ntalk.avi#8,1,1,9,9\nother#0,1,1,9,9\n")
    code, said = predict("monday/talk.avi", "--boxes", "told.csv")

    assert code == 0
    assert "1 row names none of the pictures: told.csv, row 4 (other#0)\n" in said
    assert "told.csv, row 3: no such frame; monday/talk.avi has 8, counted from 0\n" in said


@pytest.mark.parametrize("row", ["talk.avi", "talk.avi#007", "other.avi#0"])
def test_a_video_of_which_no_frame_is_named_is_refused(predict, row: str) -> None:
    Path("told.csv").write_text(f"image,x0,y0,x1,y1\n{row},40,40,64,64\n")
    assert predict("monday/talk.avi", "--boxes", "told.csv") == (
        2,
        "laplace-landmarks: monday/talk.avi: --points and --boxes are for pictures and for frames of a video, which a "
        "CSV names talk.avi#0, talk.avi#1 and so on; told.csv names none of these\n",
    )
    assert not Path("out").exists()


def test_what_looks_at_whole_pictures_follows_nothing(predict, tiny_model: Callable[..., Path], dots: Markup) -> None:
    Path("told.csv").write_text("image,x0,y0,x1,y1\ntalk.avi#0,40,40,64,64\n")
    whole = tiny_model(markup=dots, crop=CropRule(16, box_factor=1.0, whole_picture=True))
    code, said = predict("monday/talk.avi", "--boxes", "told.csv", model=whole)
    assert code == 2
    assert "monday/talk.avi: model tiny looks at whole pictures, so nothing could be followed from --boxes" in said
