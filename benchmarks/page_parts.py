"""Pieces of the generated pages."""

import re
from collections.abc import Iterable


def joined(*paragraphs: str) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def with_interval(three: list[float], digits: int = 2) -> str:
    """A value and its interval."""
    value, low, high = (f"{number:.{digits}f}" for number in three)
    return f"{value} ({low} to {high})"


def change(three: list[float]) -> str:
    """A difference in percent and its interval."""
    return f"{three[0]:+.1f} ({three[1]:+.1f} to {three[2]:+.1f})"


def contents(titles: Iterable[str]) -> str:
    """Links to the sections of a page."""
    return " ·\n".join(f"[{title}](#{anchor(title)})" for title in titles)


def anchor(title: str) -> str:
    """How a link names a section with this title.

    >>> anchor("Wrong labels that `check` finds"), anchor("No face: a mouse, from 80 pictures")
    ('wrong-labels-that-check-finds', 'no-face-a-mouse-from-80-pictures')
    """
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def table(head: list[str], rows: list[list]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
