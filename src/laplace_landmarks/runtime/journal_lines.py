"""The lines of done.jsonl, which a journal writes; read with care, because a kill may have cut one.

And the settings that its first line remembers, as videos.json does.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HEADER = b'{"settings"'  # how done.jsonl begins


def entry_of(line: bytes) -> dict[str, Any]:
    """What a line holds; nothing where it is no JSON object."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return entry if isinstance(entry, dict) else {}


def is_ours(entry: dict[str, Any]) -> bool:
    """Whether these are the fields of a picture that was skipped, or of one that is done."""
    if "end" not in entry:
        return isinstance(entry.get("picture"), str) and isinstance(entry.get("skipped"), str)
    size = entry.get("size", [0, 0])
    numbers = [entry["end"], entry.get("faces"), *(size if isinstance(size, list) and len(size) == 2 else [None])]
    return isinstance(entry.get("picture"), str) and all(type(number) is int and number >= 0 for number in numbers)


def changed_setting(before: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """The first setting that is not as before, in words; None where all are. One that only one side knows is off on the
    other."""
    for name in {**before, **now}:
        was, is_now = before.get(name, False), now.get(name, False)
        if was != is_now:
            return f"{name} was {was!r} and is {is_now!r}"
    return None


def pictures_done(file: Path) -> tuple[str, ...]:
    """The pictures that a done.jsonl says are done, each once; none where it is not there, or no run wrote it."""
    try:
        lines = file.read_bytes().split(b"\n")
    except FileNotFoundError:
        return ()
    if not lines[0].startswith(HEADER):
        return ()
    entries = (entry_of(line) for line in lines[1:])
    return tuple(dict.fromkeys(entry["picture"] for entry in entries if "end" in entry and is_ours(entry)))
