"""What every result file says beside its figures: command, commit, machine and versions.

The machine is the one that measured; what a training ran on, which may be a graphics card, a study tells as trained_on.
"""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.training.run import commit, processor

RESULTS = Path(__file__).parent / "results"


def record(name: str, figures: dict[str, Any], results: Path = RESULTS, **context: Any) -> Path:
    """Write results/NAME.json, by default below benchmarks: figures, and all that is needed to measure them again."""
    document = {
        "command": _typed(sys.argv),
        "commit": commit(),
        "date": datetime.now(UTC).date().isoformat(),
        "hardware": {"processor": processor(), "cores": os.cpu_count(), "system": platform.system()},
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in ("laplace-landmarks", "torch", "onnxruntime", "numpy")},
        },
        **context,
        "figures": figures,
    }
    path = results / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    write_whole(path, text.encode())  # a study takes what is there for done
    return path


def _typed(words: list[str]) -> str:
    """The command as anybody would type it, with names for where data and runs lie on this machine."""
    told, skip = ["python"], False
    for word in words:
        skip, left_out = word in ("--results", "--package"), skip
        if not skip and not left_out:
            told.append(_named(word))
    return " ".join(told)


def _named(word: str) -> str:
    path = Path(word)
    if path.is_absolute() and path.is_relative_to(RESULTS.parents[1]):
        return path.relative_to(RESULTS.parents[1]).as_posix()
    if not path.is_absolute() and not word.startswith(".."):
        return word
    parts = [part for part in path.parts if part not in ("..", "/")]
    if "shared" in parts:
        below = parts[parts.index("shared") + 1 :]
        return "/".join(["DATA", *below[below[:1] == ["data"] :]])
    return "/".join(["RUNS", *(parts[parts.index("runs") + 1 :] if "runs" in parts else parts)])
