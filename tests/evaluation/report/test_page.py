"""A page: valid, self-contained, and safe from whatever names and numbers it is given."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.report.page import (
    Fact,
    Figure,
    Page,
    Photo,
    Photos,
    Section,
    Table,
    render,
    write_page,
)

ODD = '<b>&"é'
PICTURE = np.zeros((8, 6, 3), np.uint8)
PAGE = Page(
    ODD,
    ODD,
    [Fact(ODD, ODD, ODD)],
    [
        Section("one", [ODD], [Figure("<svg></svg>", ODD), Table([ODD], [[ODD]], ODD), Table((), [["a", "b"]])]),
        Section("two", (), [Photos([Photo(PICTURE, ODD, ODD)], ODD, [("#fff", ODD)], pairs=True)]),
        Section("three", (), [Table([ODD], [[ODD]], ODD, wide=True, words=True, folded=True)]),
    ],
    [ODD],
)


def test_a_page_is_whole_and_loads_nothing(checked: Callable[[str], Any]) -> None:
    page = checked(render(PAGE))

    assert page.tags.count("h2") == 3
    assert page.tags.count("img") == 1
    assert page.tags.count("svg") == 1


def test_what_it_is_given_is_text_and_nothing_else(checked: Callable[[str], Any]) -> None:
    text = render(PAGE)

    assert "<b>" not in text
    assert "".join(checked(text).words).count(ODD) == 18


def test_no_line_ends_between_a_number_and_its_unit() -> None:
    page = render(Page("a page", "", [Fact("right", "96 % · 89 %")], []))
    assert "<dd>96\u00a0% · 89\u00a0%" in page


def test_a_page_appears_in_a_folder_that_need_not_be_there(tmp_path: Path) -> None:
    path = write_page(PAGE, tmp_path / "a" / "b")

    assert path == tmp_path / "a" / "b" / "index.html"
    assert path.read_text("utf-8") == render(PAGE)
    assert [file.name for file in path.parent.iterdir()] == ["index.html"]


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot make this folder for the report"):
        write_page(PAGE, tmp_path / "file" / "report")


def test_colours_that_drawings_use_are_known_to_both_themes() -> None:
    from laplace_landmarks.evaluation.report.svg import COLOURS

    light, _, dark = render(PAGE).partition("prefers-color-scheme: dark")
    for name in COLOURS:
        assert f"--{name}:" in light
        assert f"--{name}:" in dark
