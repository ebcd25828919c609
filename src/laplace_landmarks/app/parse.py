"""One way to turn a command's words into a call of its function."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import is_dataclass
from itertools import pairwise
from typing import Any, get_type_hints

from laplace_landmarks.errors import InputError

# options that name a file or a folder: an empty word would be the folder in which the command runs
PATHS = frozenset({
    "--boxes", "--cache", "--data", "--faces", "--list", "--model", "--output", "--plot", "--points", "--predictions",
    "--report", "--run", "--save-markup", "--sheet", "--split", "--without",
})  # fmt: skip


def call(function: Callable[..., Any], arguments: Sequence[str], command: str) -> None:
    """Parse the words by the function's signature and call it; wrong ones exit with 2, --help with 0."""
    import tyro

    check_paths(arguments, _switches(function))
    tyro.cli(function, args=list(arguments), prog=f"laplace-landmarks {command}")


def check_paths(arguments: Sequence[str], switches: Collection[str] = ()) -> None:
    """InputError where an empty word is to name a place, as a shell gives of an unset variable.

    switches: options that take no word, so that one behind them stands for itself.
    """
    joined = (word.partition("=") for word in arguments)
    given = [*pairwise(arguments), *((flag, value) for flag, equals, value in joined if equals)]
    empty = [flag for flag, value in given if flag in PATHS.union(switches) and not value.strip()]
    alone = [word for before, word in pairwise(["", *arguments]) if not (word.strip() or before.startswith("-"))]
    if alone:
        raise InputError("an empty word names no place; is a variable of the shell not set?")
    if empty:
        raise InputError(f"{empty[0]}: an empty word names no place; is a variable of the shell not set?")


def _switches(function: Callable[..., Any]) -> list[str]:
    """The options of a command that are on or off, its own and those of its groups."""
    kinds = get_type_hints(function)
    for group in filter(is_dataclass, get_type_hints(function).values()):
        kinds |= get_type_hints(group)
    names = [name.rstrip("_") for name, kind in kinds.items() if kind is bool]
    return [f"--{no}{name.replace('_', '-')}" for name in names for no in ("", "no-")]
