"""Make a released model of a run: its best weights, calibrated on validation faces, scored on LFPW test.

The file and its hash are written below src/laplace_landmarks/models, and so come with the package.

    python benchmarks/release.py ../runs/evidence/laplace_kl-2 laplace68-eighth [--data ../shared/data]
"""

import hashlib
from pathlib import Path

import tyro

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.calibration import calibrate, cross_validate, measure
from laplace_landmarks.evaluation.protocols import TRUE_POINT_CROPS, predict_labeled
from laplace_landmarks.evaluation.scoring import score
from laplace_landmarks.export.model import export_run
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.model_file import write_calibration, write_score
from laplace_landmarks.runtime.released import FOLDER, HASHES


def main(
    run: tyro.conf.Positional[Path],
    name: tyro.conf.Positional[str],
    data: Path = Path("../shared/data"),
    weights: str = "best",
) -> None:
    """Export, calibrate, score and sign the model of a run.

    Args:
        run: Folder of the run.
        name: Name of the released model.
        data: Folder with 300w and splits.
        weights: best, raw or ema.
    """
    model = FOLDER / f"{name}.onnx"
    model.parent.mkdir(exist_ok=True)
    info = export_run(run, model, weights, name)
    validation = select(read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts"),
                        read_split(data / "splits/lfpw.json", "validation"))  # fmt: skip
    detector = LandmarkDetector(model)
    measured = measure(validation, predict_labeled(detector, validation))
    apart = cross_validate(measured, IBUG68)
    told = "300w/lfpw/trainset, validation of lfpw.json"
    write_calibration(model, calibrate(measured, IBUG68, apart, data=told, protocol=TRUE_POINT_CROPS), model)
    test = read_labeled(data / "300w/lfpw/testset", IBUG68, "pts")
    row = score(test, predict_labeled(detector, test), model=name, data="", protocol="").row("all", "inter_ocular")
    assert row.nmse_percent is not None
    figures = {
        "data": "300w/lfpw/testset",
        "part": "test",
        "faces": row.faces,
        "nmse_percent": round(row.nmse_percent.value, 3),
        "interval": [round(row.nmse_percent.low, 3), round(row.nmse_percent.high, 3)],
        "protocol": f"inter-ocular, {TRUE_POINT_CROPS}",
    }
    write_score(model, figures, model)
    files = sorted(FOLDER.glob("*.onnx"))
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (FOLDER / HASHES).write_text("".join(lines), encoding="utf-8")
    print(f"{name}: {model.stat().st_size:,} bytes, {info.network['parameters']:,} parameters, {figures}")


if __name__ == "__main__":
    tyro.cli(main)
