"""What goes by a name in a config: losses, networks, algorithms. Each kind is a dictionary that you can add to."""

from collections.abc import Mapping
from typing import TypeVar

from laplace_landmarks.errors import InputError

T = TypeVar("T")


def registered(kinds: Mapping[str, T], name: str, setting: str) -> T:
    """The one of that name. InputError: there is none; it tells the setting, and which there are."""
    if name not in kinds:
        raise InputError(
            f"{setting}: {name!r} is none of {', '.join(kinds)}; one of your own is added first (docs/extending.md)"
        )
    return kinds[name]
