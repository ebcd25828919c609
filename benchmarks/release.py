"""Make a released model of a run, in all its files: calibrated on validation faces, scored on LFPW test.

NAME.onnx holds the run's best weights; NAME-int8, NAME-fast, NAME-fast-w8 and NAME-fast-int8 are fitted to training
faces, and each has radii and a score of its own. With --quick, the fast files are of another run, whose network was
trained to be quick. A variant beyond its tolerance is not written, and said. The files and their hashes lie below
src/laplace_landmarks/models, and so come with the package.

    python benchmarks/release.py ../runs/best/eighth-0 laplace68-eighth --quick ../runs/best/eighth_fast-0
"""

import hashlib
from pathlib import Path
from typing import Literal

import tyro

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.calibration import calibrate, cross_validate, measure
from laplace_landmarks.evaluation.protocols import predict_labeled, protocol_of
from laplace_landmarks.evaluation.scoring import score
from laplace_landmarks.export.model import FLOAT32, export_run
from laplace_landmarks.export.variants import VARIANTS
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.model_file import write_calibration, write_score
from laplace_landmarks.runtime.released import FOLDER, HASHES


def main(
    run: tyro.conf.Positional[Path],
    name: tyro.conf.Positional[str],
    data: Path = Path("../shared/data"),
    weights: str = "best",
    folder: Path = FOLDER,
    quick: Path | None = None,
    only: tuple[Literal["float32", "int8", "fast", "fast-w8", "fast-int8"], ...] = (),
) -> None:
    """Export, calibrate, score and sign all files of a run.

    Args:
        run: Folder of the run.
        name: Name of the released model.
        data: Folder with 300w and splits.
        weights: best, raw or ema.
        folder: Where the files go.
        quick: Folder of the run of a quick network, from which the fast files come; otherwise they are made of `run`.
        only: Of float32, int8, fast, fast-w8 and fast-int8, those to make anew; the others stay as they are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    train, validation, test = parts_of_lfpw(data)
    for variant in only or (FLOAT32, *VARIANTS):
        source = quick if quick and variant != FLOAT32 and VARIANTS[variant].compact else run
        of_file = name if variant == FLOAT32 else f"{name}-{variant}"
        model = folder / f"{of_file}.onnx"
        try:
            info = export_run(
                source, model, weights, of_file, variant, None if variant == FLOAT32 else lambda *_: train
            )
        except InputError as error:
            if variant == FLOAT32:
                raise
            model.unlink(missing_ok=True)  # the one of an earlier run
            print(f"{of_file}: left out: {error}")
            continue
        finish(model, validation, test)
        print(f"{of_file}: {model.stat().st_size:,} bytes, {info.network['parameters']:,} parameters", flush=True)
    sign(folder)


def parts_of_lfpw(data: Path) -> tuple[LabeledSet, LabeledSet, LabeledSet]:
    """Faces that train, that radii are fitted on, and of the test."""
    pictures = read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts")
    train, validation = (select(pictures, read_split(data / "splits/lfpw.json", part))
                         for part in ("train", "validation"))  # fmt: skip
    return train, validation, read_labeled(data / "300w/lfpw/testset", IBUG68, "pts")


def finish(model: Path, validation: LabeledSet, test: LabeledSet) -> None:
    """Write radii and score into the file."""
    detector = LandmarkDetector(model)
    measured = measure(validation, predict_labeled(detector, validation, upright=True))  # as users will cut them
    apart = cross_validate(measured, IBUG68)
    told = "300w/lfpw/trainset, validation of lfpw.json"
    as_cut = protocol_of(detector.info, upright=True)
    write_calibration(model, calibrate(measured, IBUG68, apart, data=told, protocol=as_cut), model)
    row = score(test, predict_labeled(detector, test), model="", data="", protocol="").row("all", "inter_ocular")
    assert row.nmse_percent is not None
    figures = {
        "data": "300w/lfpw/testset",
        "part": "test",
        "faces": row.faces,
        "nmse_percent": round(row.nmse_percent.value, 4),
        "interval": [round(row.nmse_percent.low, 3), round(row.nmse_percent.high, 3)],
        "protocol": f"inter-ocular, {protocol_of(detector.info)}",
    }
    write_score(model, figures, model)
    print(figures)


def sign(folder: Path) -> None:
    """Write the hashes of all model files."""
    lines = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(folder.glob("*.onnx"))
    ]
    (folder / HASHES).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    tyro.cli(main)
