"""`laplace-landmarks export`: the model file of a run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import tyro

from laplace_landmarks.app.parse import call


def export(
    run: Annotated[Path, tyro.conf.Positional],
    output: Path | None = None,
    weights: Literal["best", "raw", "ema"] = "best",
    name: str = "",
) -> None:
    """Write the model file of a run, finished or cut off, after checking that onnxruntime and torch agree on it.

    Args:
        run: Folder of the run, or its checkpoint.
        output: The model file, or a folder for it; the run's folder if not given.
        weights: Those that the run kept, or its last: raw, or averaged (ema).
        name: What to call the model; the file's name if not given.
    """
    from laplace_landmarks.export.model import export_run
    from laplace_landmarks.training.run_files import MODEL

    target = output or (run if run.is_dir() else run.parent)
    target = target / MODEL if target.is_dir() else target
    export_run(run, target, weights, name)
    print(f"{target}: {target.stat().st_size / 1000:.1f} kB")


def main(arguments: Sequence[str]) -> None:
    call(export, arguments, "export")
