"""`laplace-landmarks benchmark`: how fast models are here, how large, and how exact."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import tyro

from laplace_landmarks.app.labels import Choice, Labels
from laplace_landmarks.app.parse import call
from laplace_landmarks.data.writing import check_output, write_whole
from laplace_landmarks.evaluation.provenance import processor
from laplace_landmarks.evaluation.report.speed_plot import check_plot, write_speed_plot
from laplace_landmarks.evaluation.speed.benchmark import benchmark as measure
from laplace_landmarks.evaluation.speed.contestants import OwnModel, contestant
from laplace_landmarks.evaluation.speed.table import to_speed_table
from laplace_landmarks.evaluation.speed.whole import parse_size
from laplace_landmarks.runtime.model_file import read_info


def benchmark(
    models: Annotated[tuple[str, ...], tyro.conf.Positional],
    threads: tuple[int, ...] = (1,),
    batch: tuple[int, ...] = (1,),
    seconds: float = 5.0,
    data: Path | None = None,
    labels: Labels = Choice(),  # noqa: B008 - frozen
    whole: str = "",
    output: Path | None = None,
    plot: Path | None = None,
) -> None:
    """Time models in turns on this machine, and tell their memory, size and error; ratios are to the first.

    Args:
        models: Released models' names, model files, folders of runs, or ONNX files of other makers with their crop
            settings, such as other.onnx:size=112,layout=nchw,range=0..1, or dlib's predictors, trees.dat:size=240
            (docs/speed.md).
        threads: Processor threads of a run; several are measured one after the other.
        batch: Crops of a run; likewise.
        seconds: How long the models take turns with each number of threads and crops.
        data: Labeled pictures to score the models on, in any of the formats of docs/formats.md.
        labels: Which of the labels.
        whole: Size of a picture, such as 640x480, to time the whole path in as well: a drawn face found by MTCNN, its
            landmarks, and a video in which it is followed.
        output: JSON file for all figures.
        plot: Picture of speed against error against bytes (.png, .svg, .pdf), with the first number of threads and of
            crops; needs matplotlib.
    """
    size = parse_size(whole) if whole else None
    if plot:
        check_plot(plot)
    if output:
        check_output(output, "--output")
    contestants = [(words, contestant(words)) for words in models]
    labeled = None
    if data:
        own = next((model for _, model in contestants if isinstance(model, OwnModel)), None)
        info = read_info(own.file) if own else None
        labeled = labels.read(data, info and info.markup, [info.crop] if info else [])
    where = labels.told(data) if data else ""
    measured = measure(contestants, threads, batch, seconds, labeled, where, size)
    print(to_speed_table(measured), end="")
    if output:
        write_whole(output, (measured.to_json() + "\n").encode())
    if plot:
        shown = [row for row in measured.rows if (row.threads, row.batch) == (threads[0], batch[0])]
        write_speed_plot(plot, shown, f"{processor()}, threads: {threads[0]}, batch: {batch[0]}")


def main(arguments: Sequence[str]) -> None:
    call(benchmark, arguments, "benchmark")
