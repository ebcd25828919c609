"""The lines of a run's log, read back without the libraries of the training."""

import json
from pathlib import Path
from typing import Any


def read_lines(path: Path) -> list[dict[str, Any]]:
    """All whole lines of a log; none where there is no file, or one that a kill cut off at its first line."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            lines.append(json.loads(line))
        except json.JSONDecodeError:  # cut off by a kill
            break
    return lines
