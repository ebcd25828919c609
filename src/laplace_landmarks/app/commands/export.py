"""`laplace-landmarks export`: the model file of a run."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import tyro

from laplace_landmarks.app.labels import Choice, Labels
from laplace_landmarks.app.parse import call
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.writing import check_output
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule


def export(
    run: Annotated[Path, tyro.conf.Positional],
    output: Path | None = None,
    weights: Literal["best", "raw", "ema"] = "best",
    name: str = "",
    variant: Literal["float32", "fast", "int8", "fast-w8", "fast-int8"] = "float32",
    data: Path | None = None,
    labels: Labels = Choice(key="train"),  # noqa: B008 - frozen
) -> None:
    """Write the model file of a run, finished or cut off, after checking that onnxruntime and torch agree on it.

    Args:
        run: Folder of the run, or its checkpoint.
        output: The model file, whose name ends in .onnx, or a folder for it, which is made; the run's folder if not
            given. In a folder it is model.onnx, with other weights or variants in its name: model-ema.onnx,
            model-int8.onnx. Radii of a file that is replaced
            stay where it is of the same weights; where it is not, it must be out of the way first.
        weights: Those that the run kept, or its last: raw, or averaged (ema).
        name: What to call the model; the file's name if not given, or the run's where that is model.
        variant: float32 is the trained network itself; fast has less work in it, int8 rounds all to 8 bits, fast-int8
            both; fast-w8 has 8-bit weights and computes in floats, so that nothing shakes. They have no heatmaps, and
            are fitted to pictures (docs/speed.md).
        data: Pictures to fit a variant to, in any of the formats of docs/formats.md: a part of those that trained the
            model is best. Drawn faces if not given.
        labels: Which of the labels.
    """
    from laplace_landmarks.export.again import file_in
    from laplace_landmarks.export.model import FLOAT32, checkpoint_of, export_run, lost_by_export
    from laplace_landmarks.runtime.released import MODEL
    from laplace_landmarks.training.outcome import read_outcome, tell_model

    target = output or (run if run.is_dir() else run.parent)
    if target.is_dir() or not (target.is_file() or target.suffix.lower() == Path(MODEL).suffix):
        target = file_in(target, weights, variant)

    def pictures(markup: Markup, rule: CropRule) -> LabeledSet:
        assert data is not None
        return labels.read(data, markup, [rule])

    def told(step: int, loss: float) -> None:
        if sys.stderr.isatty():
            print(f"\rfitting: step {step}, loss {loss:.4f}", end="", file=sys.stderr, flush=True)

    if data and variant == FLOAT32:
        raise InputError("--data is for a variant: say --variant fast, int8, fast-w8 or fast-int8, or leave it out")
    if lost := lost_by_export(run, target, weights, variant):
        raise InputError(f"{target}: holds {lost}, which would be lost; choose another --output, or delete that file")
    checkpoint_of(run)  # before a folder is made for what cannot be
    check_output(target, "--output")
    info = export_run(run, target, weights, name, variant, pictures if data else None, told)
    if weights == "best" and variant == FLOAT32:  # what folds judged were networks of this kind
        folder = run if run.is_dir() else run.parent
        if outcome := read_outcome(folder, info.training["split"]):
            tell_model(outcome, target)
    print(f"{target}: {target.stat().st_size / 1000:.1f} kB")
    if away := info.training.get("differences_px"):  # not of a network that is fast as it was trained
        print(
            f"away from the trained network by {away['landmarks_mean']:.3f} px on average (99 %: "
            f"{away['landmarks_p99']:.3f}), its spread by {away['spread_mean']:.3f} px (99 %: {away['spread_p99']:.3f})"
        )


def main(arguments: Sequence[str]) -> None:
    call(export, arguments, "export")
