"""The lines of a run's log, read back without the libraries of the training."""

import json
from pathlib import Path
from typing import Any


def read_lines(path: Path) -> list[dict[str, Any]]:
    """All whole lines of a log; none where there is no file, or one that a kill cut off at its first line."""
    entries = map(_read, path.read_bytes().splitlines() if path.exists() else ())
    return [entry for entry in entries if entry is not None]


def _read(line: bytes) -> dict[str, Any] | None:
    """A line's entry, None where a kill cut it off or something else damaged it."""
    try:
        entry = json.loads(line.decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict) or not isinstance(entry.get("kind"), str) or type(entry.get("step")) is not int:
        return None
    return entry if all(isinstance(value, int | float) for name, value in entry.items() if name != "kind") else None
