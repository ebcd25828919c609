"""One way to turn a command's words into a call of its function."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from laplace_landmarks.errors import InputError

# options that name a file or a folder: an empty word would be the folder in which the command runs
PATHS = frozenset({
    "--boxes", "--cache", "--data", "--faces", "--list", "--model", "--output", "--plot", "--points", "--predictions",
    "--report", "--run", "--save-markup", "--sheet", "--split", "--without",
})  # fmt: skip


def call(function: Callable[..., Any], arguments: Sequence[str], command: str) -> None:
    """Parse the words by the function's signature and call it; wrong ones exit with 2, --help with 0."""
    import tyro

    check_paths(arguments)
    tyro.cli(function, args=list(arguments), prog=f"laplace-landmarks {command}")


def check_paths(arguments: Sequence[str]) -> None:
    """InputError where an empty word is to name a place, as a shell gives of an unset variable."""
    joined = (word.partition("=") for word in arguments)
    given = [*pairwise(arguments), *((flag, value) for flag, equals, value in joined if equals)]
    empty = [flag for flag, value in given if flag in PATHS and not value.strip()]
    alone = [word for before, word in pairwise(["", *arguments]) if not (word.strip() or before.startswith("-"))]
    if alone:
        raise InputError("an empty word names no place; is a variable of the shell not set?")
    if empty:
        raise InputError(f"{empty[0]}: an empty word names no place; is a variable of the shell not set?")
