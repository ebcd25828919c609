"""What the landmarks of a data set are: the built-in markups by name, and a user's own from a file.

Nothing outside a markup knows how many landmarks there are.
"""

from pathlib import Path

from laplace_landmarks.data.markups.aflw import AFLW19, AFLW21
from laplace_landmarks.data.markups.cofw import COFW29
from laplace_landmarks.data.markups.definition import Markup
from laplace_landmarks.data.markups.file import read_markup
from laplace_landmarks.data.markups.five import FIVE
from laplace_landmarks.data.markups.ibug import IBUG68
from laplace_landmarks.data.markups.wflw import WFLW98
from laplace_landmarks.errors import InputError

MARKUPS = {markup.name: markup for markup in (IBUG68, WFLW98, AFLW19, AFLW21, COFW29, FIVE)}

OF_THE_DATA = "auto"  # what a user says for: the markup that the label files name themselves
KNOWN_BY_COUNT = {68: IBUG68, 98: WFLW98}  # numbers of points that hardly any other markup has


def markup_named(name: str, folder: Path | str = ".") -> Markup:
    """A built-in markup by its name, or the one in a YAML or JSON file, its path from `folder` or from here.

    InputError lists the known names, or says what is wrong in the file.
    """
    if name in MARKUPS:
        return MARKUPS[name]
    path = Path(name)
    if path.suffix.lower() in (".yaml", ".yml", ".json"):
        return read_markup(path if path.is_file() else Path(folder) / path)
    raise InputError(f"no markup is named {name!r}; known: {', '.join(MARKUPS)}, or the path of a .yaml or .json file")


def markup_or_auto(name: str, folder: Path | str = ".") -> Markup | None:
    """As markup_named; None for "auto", which leaves it to the label files."""
    return None if name == OF_THE_DATA else markup_named(name, folder)


def built_in(markup: Markup) -> Markup:
    """The built-in markup with the same names, which knows more than a label file tells; else the markup itself."""
    return next((known for known in MARKUPS.values() if known.names == markup.names), markup)


def is_built_in(markup: Markup) -> bool:
    """Whether it is the built-in markup of its name, which anybody may give to another."""
    return MARKUPS.get(markup.name) == markup


def markup_of_count(count: int) -> Markup:
    """The markup for landmarks that a file only counts: one of a known number of points, or a plain list of them."""
    return KNOWN_BY_COUNT.get(count) or Markup(f"{count} landmarks", tuple(str(place + 1) for place in range(count)))
