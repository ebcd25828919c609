"""All released models in all their files beside dlib's trees: time, memory, bytes, error; one run on one machine.

dlib's shape predictor is trained by dlib's own trainer on the same 644 pictures, not mirrored, with its defaults. It
gets the same crops in 240 × 240 pixels, as it places points on whole pixels, and the whole crop as its rectangle.
Everything is timed in turns: one crop on one thread, the whole path from a picture of 640 × 480, many crops on two
threads, and untrained networks of the paper's full width, whose error nobody knows.

    pip install --group peers
    python benchmarks/dlib_peer.py [--data ../shared/data] [--runs ../runs] [--seconds 40] \\
        [--others face-api-tiny.onnx:size=112,range=0..255,box_factor=1.2,box_shift=0..0.09,unit=share]
"""

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import dlib
import numpy as np
import torch
import tyro
from record import record

from laplace_landmarks.data.crops import labeled_crops
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.protocols import TRUE_POINT_CROPS
from laplace_landmarks.evaluation.speed.benchmark import METHOD, Row, benchmark, drawn_crops, load_per_core
from laplace_landmarks.evaluation.speed.contestants import contestant
from laplace_landmarks.evaluation.speed.dlib_model import whole_crop
from laplace_landmarks.evaluation.speed.interleaved import interleaved
from laplace_landmarks.export.compact import compacted
from laplace_landmarks.export.graph import to_fast_onnx, to_onnx
from laplace_landmarks.export.quantise import quantised
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.method.recombinator import RecombinatorNet
from laplace_landmarks.runtime.model_file import open_model
from laplace_landmarks.runtime.model_info import INPUT, OUTPUTS
from laplace_landmarks.runtime.network import Network
from laplace_landmarks.runtime.released import families
from laplace_landmarks.session import start_session

FIRST = "laplace68-eighth"  # the paper's network of width 8, to which ratios are
SIZE = 240  # of dlib's crops
PICTURE = (480, 640)
BATCHES, THREADS = (8, 32), 2
WIDE = 64


def main(
    data: Path = Path("../shared/data"),
    runs: Path = Path("../runs"),
    seconds: float = 40.0,
    others: tuple[str, ...] = (),
) -> None:
    """Train dlib's predictor where it is not there yet; time and score all models.

    Args:
        data: Folder with the pictures.
        runs: Folder for the predictor.
        seconds: How long all models take turns, one crop on one thread.
        others: ONNX files of other makers with their crop settings (benchmarks/face_api.py makes two).
    """
    predictor = runs / "dlib" / "dlib.dat"
    if not predictor.exists():
        train(data, predictor)
    test = read_labeled(data / "300w/lfpw/testset", IBUG68, "pts")
    busy, files = load_per_core(), families()
    names = [file.stem for files_ in files.values() for file in files_.values()]
    names = [FIRST, *(name for name in names if name != FIRST)]
    one = measured([*names, f"{predictor}:size={SIZE}", *others], seconds, test)
    own = [file.stem for file in files[FIRST].values()]
    whole = benchmark([(name, contestant(name)) for name in own], (1,), (1,), seconds / 4, whole=PICTURE).whole
    more = {
        "whole path": {f"{row.model}, {row.step}": asdict(row.timing) for row in whole},
        "many crops": many(files[FIRST], seconds / 4),
        "untrained, width 64": wide(seconds / 4),
    }
    record(
        "dlib-peer",
        {row.model: asdict(row) for row in one},
        data=f"trained on 644 pictures of 300W lfpw/trainset; {len(test)} of lfpw/testset, scored once",
        protocol=f"NMSE in percent, inter-ocular; {TRUE_POINT_CROPS}; times: {METHOD}",
        busy=busy,
        dlib=dlib.__version__,  # pyright: ignore[reportAttributeAccessIssue]
        **more,
    )


def measured(names: list[str], seconds: float, labeled: LabeledSet) -> tuple[Row, ...]:
    return benchmark([(name, contestant(name)) for name in names], (1,), (1,), seconds, labeled).rows


def many(files: dict[str, Path], seconds: float) -> list[dict[str, Any]]:
    """Faces a second on two threads: each crop a run of its own, as the detector has it, and all of them in one run.

    One way after the other: a runtime's threads spin for a while after a run, in the way of whoever has the next turn.
    """
    rows = []
    for batch in BATCHES:
        crops = drawn_crops(batch, CropRule.size)
        ways = {
            "a run each": [partial(Network(file, THREADS).run, OUTPUTS[:2], crops) for file in files.values()],
            "in one run": [partial(open_model(file, THREADS)[0].run, OUTPUTS[:2], {INPUT: crops})
                           for file in files.values()],
        }  # fmt: skip
        for way, works in ways.items():
            for file, timing in zip(files.values(), interleaved(works, seconds), strict=True):
                speeds = {"faces a second": timing.p50, "faces a second, fastest": timing.fastest}
                rows.append(
                    {"model": file.stem, "batch": batch, "way": way}
                    | {name: round(1000 * batch / milliseconds, 1) for name, milliseconds in speeds.items()}
                )
    return rows


def wide(seconds: float) -> dict[str, Any]:
    """Times of the paper's full width, whose weights nobody has trained here."""
    torch.manual_seed(0)
    network = RecombinatorNet(WIDE, len(IBUG68), 0.0).eval()
    crops = drawn_crops(4, CropRule.size)
    small = compacted(network, 1.0, crops, steps=0)
    made = {
        "float32": to_onnx(network, 1.0, CropRule.size),
        "int8": quantised(to_fast_onnx(network, 1.0, CropRule.size, product=False), crops),
        "fast": to_fast_onnx(small, 1.0, CropRule.size, product=True),
        "fast-int8": quantised(to_fast_onnx(small, 1.0, CropRule.size, product=False), crops),
    }
    sessions = [start_session(model.SerializeToString()) for model in made.values()]
    works = [lambda s=session: s.run(["landmarks", "spread"], {"crops": crops[:1]}) for session in sessions]
    return {
        name: asdict(timing) | {"bytes": made[name].ByteSize()}
        for name, timing in zip(made, interleaved(works, seconds), strict=True)
    }


def train(data: Path, predictor: Path) -> None:
    labeled = read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts")
    crops = labeled_crops(select(labeled, read_split(data / "splits/lfpw.json", "train")), CropRule(size=SIZE))
    whole = whole_crop(SIZE)
    shapes = [[dlib.full_object_detection(whole, [dlib.point(round(float(x)), round(float(y))) for x, y in points])]  # pyright: ignore
              for points in crops.landmarks]  # fmt: skip
    options = dlib.shape_predictor_training_options()  # pyright: ignore[reportAttributeAccessIssue]
    options.num_threads = 2
    options.be_verbose = True
    trained = dlib.train_shape_predictor([np.asarray(crop) for crop in crops.pictures], shapes, options)  # pyright: ignore
    predictor.parent.mkdir(parents=True, exist_ok=True)
    trained.save(str(predictor))


if __name__ == "__main__":
    torch.set_num_threads(1)
    tyro.cli(main)
