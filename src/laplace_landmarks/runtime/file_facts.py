"""What tells that a file is no longer the one that was looked at, without reading it: its size and its time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class FileFacts:
    """bytes: of the file. modified: nanoseconds since 1970, as the system keeps them."""

    bytes: int
    modified: int

    @staticmethod
    def of(file: Path) -> "FileFacts | None":
        """None where there is no such file, or it cannot be asked."""
        try:
            facts = file.stat()
        except (OSError, ValueError):  # ValueError: no file has a name with a NUL in it
            return None
        return FileFacts(facts.st_size, facts.st_mtime_ns)

    def noted(self) -> dict[str, int]:
        """As an entry of a journal has them."""
        return {"bytes": self.bytes, "modified": self.modified}

    @staticmethod
    def in_note(entry: dict[str, Any]) -> "FileFacts | None":
        """The inverse of noted; None of an entry without."""
        facts = entry.get("bytes"), entry.get("modified")
        return FileFacts(*facts) if all(type(fact) is int for fact in facts) else None  # pyright: ignore[reportArgumentType]
