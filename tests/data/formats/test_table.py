"""The CSV door: blanks are landmarks without a label, and what is wrong is named by row and column."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laplace_landmarks.data.formats.table import read_rows, read_table, write_table
from laplace_landmarks.data.markup import AFLW19, FIVE, IBUG68, Markup
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError

HEADER = "image,x0,y0,x1,y1,x2,y2"
ROW = "a.png,1,2,3,4,5,6"


@pytest.fixture
def table(tmp_path: Path, put_picture: Callable[..., Path]) -> Callable[[str], Path]:
    """Writes a CSV beside the pictures a.png and images/b.png."""
    put_picture("a.png", None)
    put_picture("images/b.png", None)

    def write(text: str) -> Path:
        (tmp_path / "labels.csv").write_text(text, newline="")
        return tmp_path / "labels.csv"

    return write


def test_rows_by_hand(table: Callable[[str], Path], tmp_path: Path, small: Markup):
    file = table(
        f"{HEADER},box_x0,box_y0,box_x1,box_y1,subset\nb.png,1.5,2,,,0,0,0,1,9,8,test\na.png,1,2,3,4,5,6,,,,,\n"
    )
    first, second = read_table(file, small).samples
    assert (first.name, first.picture, first.subset) == ("b", tmp_path / "images/b.png", "test")
    assert first.landmarks.tolist() == [[1.5, 2], [0, 0], [0, 0]]
    assert first.visible.tolist() == [True, False, True], "a landmark at (0, 0) is a landmark, a blank one is none"
    assert first.box == (0, 1, 9, 8)
    assert (second.picture, second.box, second.subset) == (tmp_path / "a.png", None, "")


def test_several_faces_in_a_picture(table: Callable[[str], Path], small: Markup):
    file = table("\n".join([HEADER, ROW, "b.png,1,2,3,4,5,6", ROW, ROW]))
    assert [sample.name for sample in read_table(file, small).samples] == ["a", "b", "a#2", "a#3"]


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{HEADER}\r\n{ROW}\r\n",
        f"{HEADER}\n\n{ROW}\n,,,,,,\n",
        "y0, x0,image,x1,y1,x2,y2\n2, 1 ,a.png,3,4,5,6",
        f'{HEADER}\n"a.png","1",2,3,4,5,6',
    ],
    ids=["from Windows", "blank lines", "another order and spaces", "quotes"],
)
def test_the_ways_programs_write_csv(table: Callable[[str], Path], small: Markup, text: str):
    (sample,) = read_table(table(text), small).samples
    assert sample.landmarks.tolist() == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no rows"),
        (HEADER, "no rows"),
        (f"{HEADER},x0\n{ROW},1", "row 1: column 'x0' stands there twice"),
        ("image,x0,y0,x1\na.png,1,2,3", "row 1: no column 'y1'"),
        ("image,x0,y0,x2,y2\na.png,1,2,3,4", "row 1: no column 'x1'"),
        ("file,x0,y0\na.png,1,2", "row 1: no column 'image'"),
        (f"{HEADER.replace(',', ';')}\na.png;1;2;3;4;5;6", "row 1: no column 'image'"),
        (f"{HEADER},box_x0\n{ROW},1", "row 1: no column 'box_y0'"),
        (f"{HEADER},age\n{ROW},1", "row 1: unknown column 'age'"),
        (f"{HEADER}\n{ROW}\na.png,1,2,3,4,5", "row 3: 6 cells, but the first line names 7"),
        (f"{HEADER}\n{ROW},7", "row 2: 8 cells"),
        (
            f'{HEADER}\n{ROW}\n\n"open,1,2\n{ROW}\n{ROW}\n',
            "row 4: 1 cells, but the first line names 7 columns; a",
        ),
        (
            f'{HEADER}\na.png,1,2,3,4,5,"6\n{ROW}\n{ROW}\n',
            "correct it or leave it blank; a quote in it is open",
        ),
        (f'{HEADER}\n{ROW}\n"a\n{"b" * 200_000}', "row 3: not a CSV file from here on (field larger"),
        ("image,nose X,nose Y\na.png,1,2", "or, with names, image,nose_x,nose_y,tail_x,tail_y,... with commas"),
        ("picture,face,model,score\na.png,0,m,1", "a CSV of predict, which is not read again; predict --format coco"),
        (f"{HEADER}\n{ROW}\n\na.png,1,2,3,four,5,6", "row 4: 'four' in column 'y1' is no number"),
        (f"{HEADER}\na.png,1,2,3,1e39,5,6", "row 2: '1e39' in column 'y1' is no place in a picture"),
        (f"{HEADER}\na.png,1,2,3,nan,5,6", "row 2: 'nan' in column 'y1'"),
        (f"{HEADER}\na.png,1,2,3,,5,6", "row 2: of x1 and y1 one is blank"),
        (f"{HEADER}\n,1,2,3,4,5,6", "row 2: no picture is named"),
        (f"{HEADER}\na\0.png,1,2,3,4,5,6", "not a text file"),
        (f"{HEADER}\n{ROW}\n.,1,2,3,4,5,6", "row 3: '.' in column 'image' is no picture's name"),
        (f"{HEADER}\n/,1,2,3,4,5,6", "row 2: '/' in column 'image' is no picture's name"),
        (f"{HEADER}\n{ROW}\nc.png,1,2,3,4,5,6", "row 3: there is no picture"),
        (f"{HEADER}\n{ROW}\nc.png,1,2,3,4,5,6\nc.png,1,2,3,4,5,6", "nor in images/ (1 of the file's are missing)"),
        (f"{HEADER}\na.png,,,,,,", "no landmark in any of its 1 rows"),
        (
            "image,right eye_x,right eye_y,left eye_x,left eye_y,chin_x,chin_y\na.png,1,2,3,4,5,6",
            "1 landmarks of small are not in it, the first is 'mouth'",
        ),
        ("image,x0,y0\na.png,1,2", "1 landmarks a row, but the markup small has 3"),
        (f"{HEADER},box_x0,box_y0,box_x1,box_y1\n{ROW},1,2,,4", "row 2: the box must be four numbers"),
        (f"{HEADER},box_x0,box_y0,box_x1,box_y1\n{ROW},5,2,1,4", "row 2: the box must be four numbers"),
    ],
)
def test_what_is_wrong_is_named(table: Callable[[str], Path], small: Markup, text: str, words: str):
    file = table(text)
    with pytest.raises(InputError) as error:
        read_table(file, small)
    assert str(error.value).startswith(str(file))
    assert words in str(error.value)


def test_no_two_samples_share_a_name(table: Callable[[str], Path], put_picture: Callable[..., Path], small: Markup):
    put_picture("a#2.png", None)
    file = table("\n".join([HEADER, ROW, ROW, ROW.replace("a.png", "a#2.png")]))
    assert [sample.name for sample in read_table(file, small).samples] == ["a", "a#3", "a#2"]


def test_paths_of_windows(table: Callable[[str], Path], tmp_path: Path, small: Markup):
    put = tmp_path / "sub/a.png"
    put.parent.mkdir()
    (tmp_path / "a.png").rename(put)
    (sample,) = read_table(table(f"{HEADER}\n{ROW.replace('a.png', 'sub' + chr(92) + 'a.png')}"), small).samples
    assert (sample.picture, sample.name) == (put, "sub/a")


def test_rows_with_nothing_in_them_are_left_out_and_told(table: Callable[[str], Path], small: Markup):
    told: list[str] = []
    boxed = f"{HEADER},box_x0,box_y0,box_x1,box_y1"
    file = table(f"{boxed}\na.png,,,,,,,,,,\n{ROW},,,,\na.png,,,,,,,1,2,3,4\ngone.png,,,,,,,,,,")
    assert [sample.box for sample in read_labeled(file, small, note=told.append).samples] == [None, (1, 2, 3, 4)]
    assert told == [f"{file}: 2 rows without a landmark or a box were left out"]


def test_rows_that_stand_there_twice_are_counted(table: Callable[[str], Path], small: Markup):
    told: list[str] = []
    file = table("\n".join([HEADER, ROW, "b.png,1,2,3,4,5,6", ROW, "a.png,1,2,3,4,5,7", "a.png,1.0,2,3,4,5,6"]))
    assert len(read_table(file, small, told.append)) == 5
    assert told == [f"{file}: 2 rows repeat another, and count as objects of their own; take them out unless they are"]


def test_files_that_are_no_csv(tmp_path: Path, small: Markup):
    (tmp_path / "a.csv").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(InputError, match=r"a.csv: not a text file; a table of labels is a CSV in UTF-8: image,x0,y0"):
        read_table(tmp_path / "a.csv", small)
    with pytest.raises(InputError, match="cannot be read"):
        read_table(tmp_path / "b.csv", small)


def test_a_csv_in_utf16_is_told(tmp_path: Path, small: Markup):
    (tmp_path / "a.csv").write_text(f"{HEADER}\n{ROW}\n", encoding="utf-16")
    with pytest.raises(InputError, match=r"a\.csv: text in UTF-16, which is not read; save it again as UTF-8"):
        read_table(tmp_path / "a.csv", small)


def test_a_name_that_is_not_utf8_there_and_back(tmp_path: Path, put_picture: Callable[..., Path], small: Markup):
    picture = put_picture("a.png", None).rename(tmp_path / "caf\udce9.png")
    sample = Sample("a", picture, np.array([[1, 2], [3, 4], [5, 6]], np.float32), np.ones(3, np.bool_))
    write_table(tmp_path / "a.csv", LabeledSet(small, (sample,)))
    assert b"\ncaf\xe9.png," in (tmp_path / "a.csv").read_bytes()
    assert [sample.picture for sample in read_table(tmp_path / "a.csv", small).samples] == [picture]
    picture.unlink()
    with pytest.raises(InputError, match="not a text file"):
        read_table(tmp_path / "a.csv", small)


def test_a_built_in_name_does_not_make_a_built_in_markup(tmp_path: Path, put_picture: Callable[..., Path]):
    markup = Markup("wflw98", ("nose", "tail"))
    sample = Sample("a", put_picture("a.png", None), np.array([[1, 2], [3, 4]], np.float32), np.ones(2, np.bool_))
    write_table(tmp_path / "a.csv", LabeledSet(markup, (sample,)))
    assert read_table(tmp_path / "a.csv").markup.names == ("nose", "tail")


def test_rows_of_pictures_that_are_elsewhere(table: Callable[[str], Path]):
    (sample,) = read_rows(table("image,x0,y0\nsub/gone.png,1,2"))
    assert sample.name == "sub/gone"


def test_without_a_markup_the_columns_tell_it(table: Callable[[str], Path], small: Markup):
    labeled = read_table(table("image,nose_x,nose_y,tail tip_x,tail tip_y\na.png,1,2,,"))
    assert labeled.markup == Markup("labels", ("nose", "tail tip"))
    assert labeled.samples[0].visible.tolist() == [True, False]
    assert read_table(table(f"{HEADER}\n{ROW}")).markup.names == ("1", "2", "3")


def test_a_markup_picks_columns_by_name(table: Callable[[str], Path]):
    labeled = read_table(table("image,nose_x,nose_y,tail_x,tail_y\na.png,1,2,3,4"), Markup("one", ("tail",)))
    assert labeled.samples[0].landmarks.tolist() == [[3, 4]]


@pytest.mark.parametrize(
    ("header", "words"),
    [("image,nose_x,tail_x", "no column 'nose_y'"), ("image,nose_x,nose_y,x0", "no column 'y0'")],
)
def test_named_columns_that_are_wrong(table: Callable[[str], Path], header: str, words: str):
    with pytest.raises(InputError, match=words):
        read_table(table(f"{header}\na.png{',1' * header.count(',')}"))


def test_names_that_no_built_in_markup_has_go_with_the_file(
    table: Callable[[str], Path], tmp_path: Path, small: Markup
):
    labeled = read_table(table(f"{HEADER}\n{ROW}"), small)
    write_table(tmp_path / "again.csv", labeled)
    assert read_table(tmp_path / "again.csv").markup.names == small.names


@pytest.mark.parametrize(("markup", "first"), [(FIVE, "right eye_x"), (AFLW19, f"{AFLW19.names[0]}_x"), (IBUG68, "x0")])
def test_columns_have_names_where_their_number_does_not_tell_the_markup(
    markup: Markup, first: str, tmp_path: Path, put_picture: Callable[..., Path]
):
    count = len(markup)
    sample = Sample("a", put_picture("a.png", None), np.ones((count, 2), np.float32), np.ones(count, np.bool_))
    write_table(tmp_path / "labels.csv", LabeledSet(markup, (sample,)))
    assert (tmp_path / "labels.csv").read_text().split(",")[1] == first
    assert read_table(tmp_path / "labels.csv").markup is markup


def test_boxes_are_written_as_exactly_as_landmarks(tmp_path: Path, small: Markup):
    landmarks = np.array([[101.695, 2], [3, 4], [5, 6]], np.float32)
    box = (1.0, 100.1 + 1.595, 3.3000000000000003, 200.5)  # what sums leave behind: 101.69500000000001
    sample = Sample("a", tmp_path / "a.png", landmarks, np.ones(3, np.bool_), box)
    write_table(tmp_path / "labels.csv", LabeledSet(small, (sample,)))
    row = (tmp_path / "labels.csv").read_text().splitlines()[1]
    assert row == "a.png,101.695,2.0,3.0,4.0,5.0,6.0,1.0,101.695,3.3,200.5"


numbers = st.floats(-1e4, 1e4, width=32)
points = st.lists(st.tuples(st.booleans(), numbers, numbers), min_size=3, max_size=3).filter(
    lambda three: any(known for known, _, _ in three)
)
boxes = st.none() | st.tuples(st.floats(-9, 0), st.floats(-9, 0), st.floats(1, 9), st.floats(1, 9))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(st.tuples(points, boxes, st.sampled_from(["", "test", 'a "b", c'])), min_size=1, max_size=3))
def test_there_and_back(table: Callable[[str], Path], tmp_path: Path, small: Markup, faces: list):
    samples = []
    for face, box, subset in faces:
        visible = np.array([known for known, _, _ in face])
        landmarks = np.where(visible[:, None], np.array([point for _, *point in face], np.float32), np.float32(0))
        samples.append(Sample("any", tmp_path / "images/b.png", landmarks, visible, box, subset))
    file = table("")
    write_table(file, LabeledSet(small, tuple(samples)))
    for before, after in zip(samples, read_table(file, small).samples, strict=True):
        np.testing.assert_array_equal(after.landmarks, before.landmarks)
        np.testing.assert_array_equal(after.visible, before.visible)
        assert (after.picture, after.subset) == (before.picture, before.subset)
        assert (after.box is None) == (before.box is None)
        np.testing.assert_array_equal(np.array(after.box or (), np.float32), np.array(before.box or (), np.float32))


def test_the_real_table(shared_data: Path):
    labeled = read_table(shared_data / "youtube-faces/landmarks.csv", IBUG68)
    assert len(labeled) == 2757
    assert labeled.samples[0].picture.parent.name == "images"
    assert labeled.samples[0].landmarks[0].tolist() == [45, 98]


def test_other_spellings_of_the_markups_names_are_no_order(table: Callable[[str], Path], small: Markup):
    named = "image,Mouth_x,Mouth_y,Left-Eye_x,Left-Eye_y,Right Eye_x,Right Eye_y"
    (sample,) = read_table(table(f"{named}\n{ROW}"), small).samples
    assert sample.landmarks.tolist() == [[5, 6], [3, 4], [1, 2]]
    with pytest.raises(
        InputError, match="none of its names is a landmark of the markup small: there are 'a', 'b', 'c'"
    ):
        read_table(table(f"image,a_x,a_y,b_x,b_y,c_x,c_y\n{ROW}"), small)


@pytest.mark.parametrize("place", ["0,0", "-1,-1"])
def test_what_may_stand_for_a_missing_landmark_is_told(table: Callable[[str], Path], small: Markup, place: str):
    told: list[str] = []
    one = f"{HEADER}\na.png,{place},3,4,5,6\n"
    read_labeled(table(f"{one}b.png,1,2,3,4,5,6"), small, note=told.append)
    assert told == [], "one alone may be meant"

    labeled = read_labeled(table(f"{one}b.png,{place},3,4,{place}"), small, note=told.append)
    assert all(sample.visible.all() for sample in labeled.samples), "nothing is left out unasked"
    (line,) = told
    where = f"({place.replace(',', ', ')})"
    assert f"labels.csv: 3 landmarks of 2 objects are exactly at {where} and count as labeled; if that" in line
    assert "leave it out" in line
