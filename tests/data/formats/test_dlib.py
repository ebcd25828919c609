"""dlib's XML: boxes and named parts, and the line of whatever is wrong."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.formats.dlib import read_dlib, write_dlib
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError

HEAD = "<?xml version='1.0' encoding='ISO-8859-1'?>\n<dataset>\n<images>\n"
TAIL = "</images>\n</dataset>\n"
BOX = "<box top='5' left='10' width='20' height='30'>{}</box>\n"
PARTS = "<part name='0' x='1' y='2'/><part name='2' x='5' y='6'/><part name='10' x='7' y='8'/>"


@pytest.fixture
def xml(tmp_path: Path, put_picture: Callable[..., Path]) -> Callable[[str], Path]:
    """Writes a file with this between <images>, beside a.png."""
    put_picture("a.png", None)

    def write(inside: str) -> Path:
        (tmp_path / "faces.xml").write_text(inside if inside.startswith("<?") else HEAD + inside + TAIL)
        return tmp_path / "faces.xml"

    return write


def image(*boxes: str, file: str = "a.png") -> str:
    return f"<image file='{file}'>\n{''.join(boxes)}</image>\n"


def test_by_hand(xml: Callable[[str], Path]):
    named = "<part name='tail' x='3' y='4'/><part name='nose' x='1' y='2'/>"
    told: list[str] = []
    file = xml(image(BOX.format(named), BOX.format("<part name='nose' x='9' y='9'/>"), BOX.format(""),
                     BOX.format(named).replace("<box", "<box ignore='1'")))  # fmt: skip
    labeled = read_dlib(file, note=told.append)
    assert labeled.markup == Markup("faces", ("nose", "tail")), "dlib sorts parts by their names"
    first, second = labeled.samples
    assert first.landmarks.tolist() == [[1, 2], [3, 4]]
    assert first.box == (9.5, 4.5, 29.5, 34.5), "20 pixels from the edge of pixel 10 to that of 29"
    assert second.name == "a#2"
    assert second.visible.tolist() == [True, False]
    assert told == [f"{file}: 1 boxes without parts and 1 ignored ones were left out"]


def test_numbers_are_places(xml: Callable[[str], Path]):
    labeled = read_dlib(xml(image(BOX.format(PARTS))), Markup("eleven", tuple("abcdefghijk")))
    (sample,) = labeled.samples
    assert np.flatnonzero(sample.visible).tolist() == [0, 2, 10], "2 comes before 10, and 1 is missing"
    assert sample.landmarks[10].tolist() == [7, 8]


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<?xml version='1.0'?>", "not whole XML (no element found)"),
        (image(BOX.format(PARTS)).replace("</box>", ""), "line 6: not whole XML (mismatched tag)"),
        (BOX.format(PARTS), "line 4: a box outside of an image"),
        (image(BOX.format(PARTS)).replace("file=", "path="), "line 4: <image> has no 'file'"),
        (image(BOX.format(PARTS)).replace("width='20' ", ""), "line 5: <box> has no 'width'"),
        (image(BOX.format(PARTS)).replace("'20'", "'wide'"), "line 5: width is 'wide', not a number"),
        (image(BOX.format(PARTS)).replace("'20'", "'0'"), "line 5: the box from"),
        (image(BOX.format(PARTS)).replace("x='5' ", ""), "line 5: <part> has no 'x'"),
        (image(BOX.format(PARTS)).replace("'5' y", "'nan' y"), "line 5: x of part 2 is 'nan'"),
        (image(BOX.format(PARTS)).replace("name='2'", "name='0'"), "line 5: part '0' stands in this box twice"),
        (image(BOX.format("")), "1 boxes, but no parts in them"),
        (image(BOX.format(PARTS), file="gone.png"), "line 5: there is no picture"),
        (image(BOX.format(PARTS)).replace("name='2'", "name='00'"), "line 5: part '00' stands in this box twice"),
        (
            image(BOX.format(PARTS)).replace("name='2'", f"name='{'9' * 5000}'"),
            "line 5: a part's number has 5,000 digits",
        ),
        ("<?xml version='1.0' encoding='shift_jis'?><dataset/>", "names an encoding that XML is not read in"),
        ("<?xml version='1.0' encoding='foo'?><dataset/>", "names an encoding that XML is not read in"),
        ("<?xml version='1.0'?><!DOCTYPE d [<!ENTITY a 'b'>]><dataset>&a;</dataset>", "defines entities"),
    ],
)
def test_what_is_wrong_is_named(xml: Callable[[str], Path], inside: str, words: str):
    file = xml(inside)
    with pytest.raises(InputError) as error:
        read_dlib(file)
    assert str(error.value).startswith(str(file))
    assert words in str(error.value)


def test_parts_that_no_box_has_are_told_and_few_are_those_of_another_markup(xml: Callable[[str], Path]):
    parts = "".join(f"<part name='{place}' x='{place}' y='2'/>" for place in range(5))
    file, told = xml(image(BOX.format(parts))), []
    (sample,) = read_dlib(file, Markup("nine", tuple("abcdefghi")), told.append).samples
    assert sample.visible.tolist() == [True] * 5 + [False] * 4
    assert told == [f"{file}: no box has the parts 5 to 8 of the markup nine: taken as missing"]
    with pytest.raises(InputError, match="5 landmarks an object, but the markup ten has 10; name another, or auto"):
        read_dlib(file, Markup("ten", tuple("abcdefghij")))


def test_zeros_before_a_number_make_no_other_part(xml: Callable[[str], Path]):
    """Files of two tools joined: one writes 0 and 1, the other 00 and 01."""
    one = "<part name='00' x='1' y='2'/><part name='01' x='3' y='4'/>"
    other = "<part name='0' x='5' y='6'/><part name='1' x='7' y='8'/>"
    labeled = read_dlib(xml(image(BOX.format(one), BOX.format(other))))
    assert [sample.landmarks.tolist() for sample in labeled.samples] == [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    assert all(sample.visible.all() for sample in labeled.samples)


def test_a_part_keeps_its_name(xml: Callable[[str], Path]):
    parts = "<part name='00' x='1' y='2'/><part name='01' x='3' y='4'/>"
    (sample,) = read_dlib(xml(image(BOX.format(parts))), Markup("turned", ("01", "00"))).samples
    assert sample.landmarks.tolist() == [[3, 4], [1, 2]], "picked by name"


def test_a_name_that_xml_cannot_hold(xml: Callable[[str], Path], tmp_path: Path):
    labeled = read_dlib(xml(image(BOX.format(PARTS))))
    odd = replace(labeled, samples=(replace(labeled.samples[0], picture=Path("caf\udce9.jpg")),))
    with pytest.raises(InputError, match="names in UTF-8 alone"):
        write_dlib(tmp_path / "again.xml", odd)


def test_a_missing_file(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be read"):
        read_dlib(tmp_path / "none.xml")


def test_there_and_back(xml: Callable[[str], Path], tmp_path: Path):
    markup = Markup("eleven", tuple("abcdefghijk"))
    labeled = read_dlib(xml(image(BOX.format(PARTS), BOX.format("<part name='1' x='-3' y='70'/>"))), markup)
    write_dlib(tmp_path / "again.xml", labeled)
    for before, after in zip(labeled.samples, read_dlib(tmp_path / "again.xml", markup).samples, strict=True):
        np.testing.assert_array_equal(after.landmarks, before.landmarks)
        np.testing.assert_array_equal(after.visible, before.visible)
        assert (after.name, after.box) == (before.name, before.box)


def test_real_files(shared_data: Path):
    folder = shared_data / "group-photos"
    labeled = read_dlib(folder / "testing_with_face_landmarks.xml")
    assert (len(labeled), labeled.markup.name) == (25, "ibug68")
    first = labeled.samples[0]
    assert first.landmarks[0].tolist() == [277, 194]  # <part name='00' x='277' y='194'/>
    assert first.box == (273.5, 180.5, 325.5, 233.5)  # <box top='181' left='274' width='52' height='53'>
    assert {sample.picture.name for sample in labeled.samples[:6]} == {"2008_002470.jpg"}
    with pytest.raises(InputError, match="25 boxes, but no parts in them"):
        read_dlib(folder / "testing.xml")


def test_a_misspelled_part_is_told_with_the_name_that_it_may_mean(xml: Callable[[str], Path]):
    told: list[str] = []
    right = "<part name='nose' x='3' y='4'/><part name='tail' x='1' y='2'/>"
    wrong = "<part name='nose' x='3' y='4'/><part name='tial' x='1' y='2'/>"
    file = xml(image(BOX.format(right), BOX.format(wrong)))
    labeled = read_dlib(file, Markup("pet", ("nose", "tail")), told.append)
    assert [sample.visible.tolist() for sample in labeled.samples] == [[True, True], [True, False]]
    assert told == [f"{file}: not kept: landmarks that the markup pet lacks: 'tial' (1 label)"]


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (
            "<annotations><image name='a.png'><points label='nose'/></image></annotations>",
            "CVAT's own XML, which is",
        ),
        ("<annotation><folder/></annotation>", "no XML of dlib, which begins with <dataset>, not <annotation>; export"),
    ],
)
def test_xml_of_other_programs(xml: Callable[[str], Path], inside: str, words: str):
    file = xml(f"<?xml version='1.0'?>{inside}")
    with pytest.raises(InputError, match=f"^{file}: {words}"):
        read_dlib(file)
