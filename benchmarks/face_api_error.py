"""How far off the networks of face-api.js are: in crops of which they err least on validation faces, then on test.

Nobody says what crops they learned from, so placements are tried: by the five points or by the box around all
landmarks, sides, heights, and where a share of 0 lies. The best of each network is scored on LFPW test, once.

    python benchmarks/face_api_error.py FOLDER-OF-THEIR-ONNX-FILES [--data ../shared/data]
"""

from dataclasses import asdict
from itertools import product
from pathlib import Path

import numpy as np
import tyro
from record import record

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.evaluation.scoring import score
from laplace_landmarks.evaluation.speed.crop_settings import CropSettings
from laplace_landmarks.evaluation.speed.other_model import OtherModel

NETWORKS = {"face-api-tiny": 77_224, "face-api": 356_840}  # and the bytes of their weights in the package, 8 bits each
FACTORS = (2.0, 2.2, 2.4, 2.6, 2.8)
BOX_FACTORS = (1.0, 1.1, 1.15, 1.2, 1.25, 1.3, 1.4)
DOWN = (0.0, 0.03, 0.06, 0.09, 0.12)
UNITS = ("crop", "share")


def main(files: tyro.conf.Positional[Path], data: Path = Path("../shared/data")) -> None:
    """Try all placements on the validation faces, and score the best on test.

    Args:
        files: Folder with face-api.onnx and face-api-tiny.onnx, which face_api.py makes.
        data: Folder with the pictures.
    """
    train = read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts")
    validation = select(train, read_split(data / "splits/lfpw.json", "validation"))
    test = read_labeled(data / "300w/lfpw/testset", IBUG68, "pts")
    figures = {}
    for name, size in NETWORKS.items():
        tried = [(nmse(files, name, settings, validation)[0], settings) for settings in ways()]
        _, best = min(tried, key=lambda one: one[0])
        figures[name] = {
            "nmse_percent": nmse(files, name, best, test),
            "bytes": size,
            "settings": asdict(best),
            "validation": {
                "by points": min(error for error, settings in tried if settings.box_factor is None),
                "by box": min(error for error, settings in tried if settings.box_factor is not None),
            },
            "tried": len(tried),
        }
        print(name, figures[name])
    record(
        "face-api",
        figures,
        data=f"{len(validation)} validation faces of 300W lfpw/trainset; {len(test)} of lfpw/testset",
        protocol="NMSE in percent, inter-ocular; crops placed by true points, or by the box around all of them",
    )


def ways() -> list[CropSettings]:
    """Every placement that is tried."""
    plain = CropSettings(112, range=(0.0, 255.0))
    by_points = [CropSettings(**{**asdict(plain), "factor": factor, "unit": unit})
                 for factor, unit in product(FACTORS, UNITS)]  # fmt: skip
    by_box = [CropSettings(**{**asdict(plain), "box_factor": factor, "box_shift": (0.0, down), "unit": unit})
              for factor, down, unit in product(BOX_FACTORS, DOWN, UNITS)]  # fmt: skip
    return by_points + by_box


def nmse(files: Path, name: str, settings: CropSettings, labeled: LabeledSet) -> list[float]:
    """NMSE in percent and its interval."""
    model = OtherModel(name, files / f"{name}.onnx", settings.size, "", settings)
    found = model.found(labeled)
    assert found is not None
    row = score(labeled, found, model="", data="", protocol="").row("all", "inter_ocular")
    assert row.nmse_percent is not None
    return np.round([row.nmse_percent.value, row.nmse_percent.low, row.nmse_percent.high], 3).tolist()


if __name__ == "__main__":
    tyro.cli(main)
