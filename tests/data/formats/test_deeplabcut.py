"""DeepLabCut's and Lightning Pose's CSV: three header rows, blanks, one index column or three."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.formats.deeplabcut import read_deeplabcut, write_deeplabcut
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError

HEADER = "scorer,me,me,me,me\nbodyparts,nose,nose,tail,tail\ncoords,x,y,x,y\n"
ROW = "labeled-data/film/a.png,1.5,2,,\n"


@pytest.fixture
def labels(tmp_path: Path, put_picture: Callable[..., Path]) -> Callable[..., Path]:
    """Writes a CSV at a path of a project with two labeled frames."""
    for name in "ab":
        put_picture(f"labeled-data/film/{name}.png", None)

    def write(text: str, name: str = "CollectedData_me.csv") -> Path:
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def test_by_hand(labels: Callable[..., Path], tmp_path: Path):
    told: list[str] = []
    file = labels(f"{HEADER}{ROW}labeled-data/film/b.png,,,,\n")
    labeled = read_deeplabcut(file, note=told.append)
    assert labeled.markup == Markup("CollectedData_me", ("nose", "tail"))
    (sample,) = labeled.samples
    assert (sample.name, sample.picture) == ("labeled-data/film/a", tmp_path / "labeled-data/film/a.png")
    assert sample.landmarks.tolist() == [[1.5, 2], [0, 0]]
    assert sample.visible.tolist() == [True, False]
    assert told == [f"{file}: 1 frames without a label were left out"]


@pytest.mark.parametrize(
    ("header", "row", "place"),
    [
        (HEADER, ROW.replace("/", "\\"), "CollectedData_me.csv"),
        (HEADER, ROW, "labeled-data/film/CollectedData_me.csv"),
        (
            "scorer,,,me,me,me,me\nbodyparts,,,nose,nose,tail,tail\ncoords,,,x,y,x,y\n",
            "labeled-data,film,a.png,1.5,2,,\n",
            "labeled-data/film/CollectedData_me.csv",
        ),
    ],
    ids=["from Windows", "in the film's folder", "three columns of index"],
)
def test_the_ways_projects_lie(labels: Callable[..., Path], header: str, row: str, place: str):
    (sample,) = read_deeplabcut(labels(header + row, place)).samples
    assert sample.name == "labeled-data/film/a"
    assert sample.landmarks[0].tolist() == [1.5, 2]


def test_several_animals(labels: Callable[..., Path]):
    told: list[str] = []
    text = (
        "scorer,me,me,me,me,me,me\nindividuals,ann,ann,bob,bob,single,single\n"
        "bodyparts,nose,nose,nose,nose,box,box\ncoords,x,y,x,y,x,y\n"
        "labeled-data/film/a.png,1,2,3,4,5,6\nlabeled-data/film/b.png,1,2,,,5,6\n"
    )
    labeled = read_deeplabcut(labels(text), note=told.append)
    assert labeled.markup.names == ("nose",)
    assert [sample.landmarks[0].tolist() for sample in labeled.samples if sample.visible[0]] == [[1, 2], [3, 4], [1, 2]]
    assert [sample.name[-3:] for sample in labeled.samples] == ["m/a", "a#2", "m/b"]
    assert len(told) == 1
    assert "bodyparts that not every individual has" in told[0]


def test_a_markup_picks_some_of_the_bodyparts(labels: Callable[..., Path]):
    labeled = read_deeplabcut(labels(HEADER + ROW), Markup("nose alone", ("nose",)))
    assert labeled.samples[0].landmarks.tolist() == [[1.5, 2]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no header row 'scorer'"),
        ("scorer,me,me\nbodyparts,nose,nose\n", "no header row 'coords'"),
        (HEADER, "no labeled object in it"),
        (HEADER.replace("coords,x,y,x,y", "coords,x,y,x,likelihood"), "holds 'likelihood': predictions, not labels"),
        (HEADER.replace("coords,x,y,x,y", "coords,x,y,x,x"), "'tail' has two columns 'x'"),
        (HEADER.replace("tail,tail", "tail,tale"), "'tail' has no column for y"),
        (HEADER.replace("me,me\n", "me\n", 1), "the scorer row: 4 cells, but the coords row has 5"),
        (f"{HEADER}{ROW}labeled-data/film/b.png,1,2\n", "row 5: 3 cells, but the coords row has 5"),
        (f"{HEADER}{ROW}{ROW}", "row 5: labeled-data/film/a.png stands there twice"),
        (f"{HEADER}0,1,2,3,4\n", "row 4: no picture is named; rows of frame numbers are predictions"),
        (f"{HEADER}{ROW.replace('2,,', 'two,,')}", "row 4: y of 'nose' is 'two', not a number"),
        (f"{HEADER}{ROW.replace('2,,', 'inf,,')}", "row 4: y of 'nose' is 'inf'"),
        (f"{HEADER}{ROW.replace('2,,', ',,')}", "row 4: of 'nose' one coordinate is blank"),
        (f"{HEADER}{ROW.replace('a.png', 'c.png')}", "row 4: there is no picture"),
    ],
)
def test_what_is_wrong_is_named(labels: Callable[..., Path], text: str, words: str):
    file = labels(text)
    with pytest.raises(InputError) as error:
        read_deeplabcut(file)
    assert str(error.value).startswith(str(file))
    assert words in str(error.value)


def test_a_name_that_is_not_utf8_there_and_back(labels: Callable[..., Path], tmp_path: Path):
    labeled = read_deeplabcut(labels(HEADER + ROW))
    picture = labeled.samples[0].picture
    odd = replace(labeled.samples[0], picture=picture.rename(picture.with_name("caf\udce9.png")))
    write_deeplabcut(tmp_path / "again.csv", replace(labeled, samples=(odd,)))
    (again,) = read_deeplabcut(tmp_path / "again.csv").samples
    assert again.picture == odd.picture


def test_files_that_are_no_csv(tmp_path: Path):
    (tmp_path / "a.csv").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(InputError, match="not a CSV file"):
        read_deeplabcut(tmp_path / "a.csv")
    with pytest.raises(InputError, match="cannot be read"):
        read_deeplabcut(tmp_path / "none.csv")


def test_there_and_back(labels: Callable[..., Path], tmp_path: Path):
    labeled = read_deeplabcut(labels(f"{HEADER}{ROW}labeled-data/film/b.png,0,0,7.25,8\n"))
    write_deeplabcut(tmp_path / "again.csv", labeled)
    again = read_deeplabcut(tmp_path / "again.csv")
    assert again.markup.names == labeled.markup.names
    for before, after in zip(labeled.samples, again.samples, strict=True):
        np.testing.assert_array_equal(after.landmarks, before.landmarks)
        np.testing.assert_array_equal(after.visible, before.visible)
        assert (after.name, after.picture) == (before.name, before.picture)


def test_the_mouse(shared_data: Path):
    labeled = read_deeplabcut(shared_data / "mirror-mouse/CollectedData.csv")
    assert (len(labeled), len(labeled.markup)) == (90, 17)
    first = labeled.samples[0]
    assert first.name == "labeled-data/img01"
    # of the file's first line: paw1LH_top 77.25,36.25, and nothing for tailBase_top
    assert first.landmarks[0].tolist() == [77.25, 36.25]
    assert [labeled.markup.names[index] for index in np.flatnonzero(~first.visible)] == ["tailBase_top", "tailMid_top"]
