"""One way to turn a command's words into a call of its function."""

from collections.abc import Callable, Sequence
from typing import Any


def call(function: Callable[..., Any], arguments: Sequence[str], command: str) -> None:
    """Parse the words by the function's signature and call it; wrong ones exit with 2, --help with 0."""
    import tyro

    tyro.cli(function, args=list(arguments), prog=f"laplace-landmarks {command}")
