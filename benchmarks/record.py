"""What every result file says beside its figures: command, commit, machine and versions."""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from laplace_landmarks.training.run import commit, processor

RESULTS = Path(__file__).parent / "results"


def record(name: str, figures: dict[str, Any], results: Path = RESULTS, **context: Any) -> Path:
    """Write results/NAME.json, by default below benchmarks: figures, and all that is needed to measure them again."""
    document = {
        "command": " ".join(["python", *map(_relative, sys.argv)]),
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
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _relative(word: str) -> str:
    return os.path.relpath(word) if Path(word).is_absolute() else word
