"""A user's own markup: short, by names or indices, and every mistake named."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laplace_landmarks.data.markup import MARKUPS, Markup, markup_named, markup_or_auto
from laplace_landmarks.data.markups.file import read_markup, write_markup
from laplace_landmarks.errors import InputError

MOUSE = """
names: [nose, left ear, right ear, tail base]
mirror: [[left ear, right ear]]
edges: [[nose, 3]]
regions: {head: [nose, left ear, 2], tail: tail base}
normaliser: [nose, tail base]
anchors: [nose, [left ear, right ear]]
"""


def test_a_short_file(tmp_path: Path):
    (tmp_path / "mouse.yaml").write_text(MOUSE)
    assert read_markup(tmp_path / "mouse.yaml") == Markup(
        "mouse",
        ("nose", "left ear", "right ear", "tail base"),
        mirror=((1, 2),),
        edges=((0, 3),),
        regions={"head": (0, 1, 2), "tail": (3,)},
        normaliser=((0,), (3,)),
        anchors=((0,), (1, 2)),
    )


def test_names_alone_are_enough_and_json_will_do(tmp_path: Path):
    (tmp_path / "wing.json").write_text('{"name": "fly\'s wing", "names": ["a", "b"]}')
    assert markup_named(str(tmp_path / "wing.json")) == Markup("fly's wing", ("a", "b"))
    assert markup_named("wing.json", tmp_path).name == "fly's wing", "from the folder of the data"


def test_auto_is_left_to_the_labels():
    assert markup_or_auto("auto") is None
    assert markup_or_auto("five") is MARKUPS["five"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("names: [a, b", "not valid YAML"),
        ("[a, b]", "holds `key: value` lines"),
        ("", "holds `key: value` lines"),
        ("edges: [[0, 1]]", "names: list the landmarks' names"),
        ("names: a", "names: list the landmarks' names"),
        ("names: []", "names: list the landmarks' names"),
        ("names: [a, yes]", "names: True is no name; write it in quotes"),
        ("names: [1, 2]", "names: 1 is no name"),
        ("names: [a, b, a]", "two landmarks are named 'a'"),
        ("names: [a, b]\nmiror: [[a, b]]", "miror: no such key in a markup; did you mean mirror?"),
        ("names: [a, b]\nname: 3", "name: 3 is no name"),
        ("names: [left, right]\nmirror: [[left, rigt]]", "mirror: no landmark is 'rigt'; did you mean 'right'?"),
        ("names: [a, b]\nmirror: [[a, 2]]", "mirror: no landmark is 2; give a name, or an index from 0 to 1"),
        ("names: [a, b]\nedges: [[0, -1]]", "edges: no landmark is -1"),
        ("names: [a, b]\nedges: [[0, true]]", "edges: no landmark is True"),
        ("names: [a, b]\nedges: [[0, 0.5]]", "edges: no landmark is 0.5"),
        ("names: [a, b, c]\nmirror: [[a, b], [b, c]]", "stands in two mirror pairs"),
        ("names: [a, b, c]\nmirror: [[a, a]]", "paired with itself"),
        ("names: [a, b, c]\nmirror: [[a, b, c]]", "mirror: [a, b, c] is not a pair"),
        ("names: [a, b]\nmirror: {a: b}", "mirror: give a list"),
        ("names: [a, b]\nregions: [a]", "regions: give a name and a list"),
        ("names: [a, b]\nregions: {head: [c]}", "regions.head: no landmark is 'c'"),
        ("names: [a, b]\nnormaliser: [a]", "normaliser: give two landmarks"),
        ("names: [a, b]\nnormaliser: [a, a]", "normaliser: [a] stands there twice, and has no distance from itself"),
        ("names: [a, b]\npupils: [[a, b], [1, 0]]", "pupils: [a, b] stands there twice"),
        ("names: [a, b]\npupils: [a, b, a]", "pupils: give two landmarks"),
        ("names: [a, b]\npupils: [[], [b]]", "pupils: a group in it is empty"),
        ("names: [a, b]\nanchors: [a, []]", "anchors: a group in it is empty"),
        ("names: [a, b]\nregions: {head: []}", "regions.head: a group in it is empty"),
        ("names: [a, b]\nanchors: [a]", "anchors: one point does not tell how large an object is; give two or more"),
        ("names: [a, b]\nanchors: [[a, b], [b, a]]", "anchors: one point does not tell how large"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, words: str):
    file = tmp_path / "own.yaml"
    file.write_text(text)
    with pytest.raises(InputError) as error:
        read_markup(file)
    assert str(error.value).startswith(str(file))
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_files_that_are_none(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be read"):
        markup_named("mouse.yaml", tmp_path)
    (tmp_path / "m.yaml").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(InputError, match="not a text file"):
        read_markup(tmp_path / "m.yaml")


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
@pytest.mark.parametrize("markup", MARKUPS.values(), ids=MARKUPS.keys())
def test_built_in_ones_there_and_back(tmp_path: Path, markup: Markup, suffix: str):
    write_markup(tmp_path / f"m{suffix}", markup)
    assert read_markup(tmp_path / f"m{suffix}") == markup


names = st.lists(st.text(min_size=1, max_size=9).filter(str.strip), min_size=1, max_size=5, unique=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(names)
def test_any_names_there_and_back(tmp_path: Path, words: list[str]):
    """Also those that YAML would take for numbers, dates or truth."""
    markup = Markup("any", tuple(words), edges=((0, len(words) - 1),))
    write_markup(tmp_path / "any.yaml", markup)
    assert read_markup(tmp_path / "any.yaml") == markup
