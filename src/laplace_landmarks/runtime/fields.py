"""JSON objects from outside, read value by value: a wrong one is an InputError that says which and where."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.errors import InputError


@dataclass(frozen=True)
class Fields:
    """One JSON object; where says, in the user's words, which one ("model.onnx: crop").

    >>> Fields.parse('{"size": 80}', "model.onnx").integer("size", least=1)
    80
    """

    values: dict[str, Any]
    where: str

    @staticmethod
    def parse(text: str | bytes, where: str) -> "Fields":
        """The object that text holds."""
        try:
            values = json.loads(text, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:  # ValueError: not JSON, not UTF-8, or a number of 4,300 digits
            raise InputError(f"{where}: no JSON: {error}") from None
        if not isinstance(values, dict):
            raise InputError(f"{where}: must be a JSON object {{...}}, not {_shown(values)}")
        return Fields(values, where)

    def has(self, key: str) -> bool:
        """Whether key is there and not null."""
        return self.values.get(key) is not None

    def text(self, key: str, *, filled: bool = True) -> str:
        value = self._value(key)
        if not isinstance(value, str) or (filled and not value.strip()):
            self.refuse(key, "a text that is not empty" if filled else "a text")
        return value

    def day(self, key: str) -> str:
        """An ISO date."""
        day = self.text(key)
        try:
            fits = date.fromisoformat(day).isoformat() == day
        except ValueError:
            fits = False
        if not fits:
            self.refuse(key, "a date like 2026-01-31")
        return day

    def flag(self, key: str) -> bool:
        """Whether key is true; where it is not there it is false."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.refuse(key, "true or false")
        return value

    def integer(self, key: str, *, least: int) -> int:
        value = self._value(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.refuse(key, f"a whole number of at least {least}")
        return value

    def number(self, key: str, *, above: float | None = None) -> float:
        """A finite number, greater than above where that is given."""
        value = self._value(key)
        fits = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300
        if not fits or (above is not None and not value > above):
            self.refuse(key, "a finite number" if above is None else f"a finite number above {above:g}")
        return float(value)

    def numbers(self, key: str, shape: tuple[int | None, ...]) -> NDArray[np.float64]:
        """Nested lists of finite numbers of that shape; None stands for any length but 0."""
        value = self._value(key)
        try:
            array = np.asarray(value)
        except ValueError:  # rows of unequal length
            array = np.empty(0)
        fits = len(array.shape) == len(shape) and all(
            have == want if want is not None else have > 0 for have, want in zip(array.shape, shape, strict=True)
        )
        if not fits or array.dtype.kind not in "iuf" or not np.isfinite(array).all():
            self.refuse(key, f"finite numbers ({', '.join('N' if n is None else str(n) for n in shape)})")
        return array.astype(np.float64)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list, not empty, of texts."""
        value = self._value(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            self.refuse(key, "a list of texts that is not empty")
        return tuple(value)

    def group(self, key: str) -> tuple[int, ...]:
        """A list of indices, not empty."""
        value = self._value(key)
        if not _is_group(value):
            self.refuse(key, "a list of indices that is not empty")
        return tuple(value)

    def groups(self, key: str) -> tuple[tuple[int, ...], ...]:
        """A list, perhaps empty, of such lists."""
        value = self._value(key)
        if not isinstance(value, list) or not all(_is_group(group) for group in value):
            self.refuse(key, "a list of lists of indices")
        return tuple(tuple(group) for group in value)

    def pairs(self, key: str) -> tuple[tuple[int, int], ...]:
        """A list, perhaps empty, of pairs of indices."""
        groups = self.groups(key)
        if any(len(group) != 2 for group in groups):
            self.refuse(key, "a list of pairs of indices")
        return tuple((group[0], group[1]) for group in groups)

    def object(self, key: str) -> "Fields":
        """The object within this one."""
        value = self._value(key)
        if not isinstance(value, dict):
            self.refuse(key, "an object {...}")
        return Fields(value, f"{self.where}: {key}" if ": " not in self.where else f"{self.where}.{key}")

    def objects(self, key: str) -> tuple[dict[str, Any], ...]:
        """A list of objects, as they are."""
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.refuse(key, "a list of objects {...}")
        return tuple(value)

    def expect(self, key: str, value: Any) -> None:
        """Refuses any other value than this one."""
        if self._value(key) != value:
            self.refuse(key, _shown(value))

    def refuse(self, key: str, wanted: str) -> NoReturn:
        """Says that key's value is not what is wanted."""
        raise InputError(f"{self.where}: {key} must be {wanted}, not {_shown(self.values.get(key))}")

    def _value(self, key: str) -> Any:
        if key not in self.values:
            raise InputError(f"{self.where}: {key} is missing")
        return self.values[key]


def _is_group(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 0 and all(type(index) is int for index in value)


def _shown(value: Any) -> str:
    shown = json.dumps(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
