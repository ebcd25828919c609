"""A report as one HTML file that opens without a network, prints, and follows the reader's dark or light theme.

A page is facts and sections; a section is words and parts: figures, photos and tables. page.html and page.css beside
this module give them their look. Every text is escaped; only drawings, which svg.py makes, go in as they are.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import cv2

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError

INDEX = "index.html"
JPEG_QUALITY = 88


@dataclass(frozen=True)
class Fact:
    """One of the numbers that a reader should see first: what it is, its value, and what must be known with it."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A drawing of plots.py, with what it shows in a sentence or two. tall: as high as two others beside it."""

    drawing: str
    caption: str
    tall: bool = False


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture of pixels. alt: what it shows, for those who cannot see it."""

    picture: Picture
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Photos:
    """Photos side by side, as many in a row as the page has room for.

    key: what the colours mean: CSS colour and word. least: CSS pixels that a photo needs at least to be seen.
    pairs: every two photos belong together and stay in one row.
    """

    photos: Sequence[Photo]
    caption: str = ""
    key: Sequence[tuple[str, str]] = ()
    least: int = 200
    pairs: bool = False


@dataclass(frozen=True)
class Table:
    """Texts in rows; the first column names the row.

    wide: takes the page's width rather than half of it. words: the cells are words, not numbers.
    folded: only its caption is seen until that is clicked.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""
    wide: bool = False
    words: bool = False
    folded: bool = False


Part: TypeAlias = Figure | Photos | Table


@dataclass(frozen=True)
class Section:
    """A heading, paragraphs of text, and parts in their order."""

    heading: str
    text: Sequence[str] = ()
    parts: Sequence[Part] = ()


@dataclass(frozen=True)
class Page:
    """A whole report. lead: one or two sentences below the title. notes: small print at the end.

    refresh: seconds after which a browser reads it again; 0 for a page that stays as it is.
    """

    title: str
    lead: str
    facts: Sequence[Fact] = ()
    sections: Sequence[Section] = field(default=())
    notes: Sequence[str] = ()
    refresh: int = 0


def check_libraries() -> None:
    """ModuleNotFoundError names the library that is missing, before anything long is begun."""
    import jinja2  # noqa: F401
    import matplotlib  # noqa: F401


def open_folder(folder: Path) -> None:
    """Makes the folder of a report; it and its libraries are best asked for before anything long is begun."""
    check_libraries()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot make this folder for the report ({error.strerror})") from None


def write_page(page: Page, folder: Path) -> Path:
    """Writes the page to the folder's index.html, whole or not at all, and returns its path."""
    open_folder(folder)
    write_whole(folder / INDEX, render(page).encode())
    return folder / INDEX


def render(page: Page) -> str:
    """The page as HTML; a name in it that is not UTF-8 has escapes."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    here = Path(__file__).parent
    environment = Environment(
        loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["kind"] = lambda part: type(part).__name__
    environment.filters["source"] = _data_uri
    environment.filters["tied"] = _tied
    text = environment.get_template("page.html").render(page=page, css=(here / "page.css").read_text("utf-8"))
    return text.encode(errors="backslashreplace").decode()


def _tied(text: str) -> str:
    """The same, where no line ends between a number and its unit."""
    return re.sub(r"(?<=\d) (?=%|px\b)", "\u00a0", text)


def _data_uri(picture: Picture) -> str:
    quality = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), quality)
    return f"data:image/jpeg;base64,{b64encode(encoded.tobytes()).decode()}"
