"""Does the same model file say the same in OpenVINO and in onnxruntime-web, and how fast is it there?

Each file is run on the same crops of drawn faces in onnxruntime, through OpenVINO's importer and in onnxruntime-web's
WebAssembly under Node; differences are in crop pixels, times of one crop on one thread, the fastest of 20.

    npm install --prefix FOLDER onnxruntime-web
    pip install --group peers
    python benchmarks/other_runtimes.py FOLDER MODEL.onnx MODEL.onnx ... [--crops 64]
"""

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnxruntime
import openvino  # pyright: ignore[reportMissingImports]
import tyro
from numpy.typing import NDArray
from record import record

from laplace_landmarks.data.synthetic.dataset import synthetic_crops
from laplace_landmarks.runtime.model_file import open_model
from laplace_landmarks.runtime.model_info import INPUT

OUTPUTS = ("landmarks", "spread")
SEED, TURNS = 31, 20
SCRIPT = Path(__file__).with_name("onnxruntime_web.mjs")

Arrays = dict[str, NDArray[np.float32]]  # by output
Run = Callable[[NDArray[np.uint8]], Arrays]


def main(modules: tyro.conf.Positional[Path], models: tyro.conf.Positional[tuple[Path, ...]], crops: int = 64) -> None:
    """Run all models everywhere and write the result file.

    Args:
        modules: Folder with the npm package onnxruntime-web.
        models: Model files.
        crops: How many drawn faces.
    """
    sessions = {model: open_model(model, 1) for model in models}
    rule = sessions[models[0]][1].crop
    pictures = synthetic_crops(crops, SEED, rule).pictures
    web, told = in_the_web(modules, models, pictures)
    figures: dict[str, Any] = {}
    for model, (session, _) in sessions.items():
        own, vino = in_onnxruntime(session), in_openvino(model)
        expected = own(pictures)
        figures[model.stem] = {
            "onnxruntime": {"milliseconds": fastest(own, pictures[:1])},
            "openvino": apart(vino(pictures), expected) | {"milliseconds": fastest(vino, pictures[:1])},
            "onnxruntime-web": apart(web[model], expected) | {"milliseconds": told["milliseconds"][model.stem]},
        }
    path = record(
        "other-runtimes",
        figures,
        data=f"{crops} crops of drawn faces, seed {SEED}",
        threads=1,
        runtimes={"openvino": version("openvino"), "onnxruntime-web": told["version"]},
    )
    print(json.dumps(figures, indent=1), path)


def in_onnxruntime(session: onnxruntime.InferenceSession) -> Run:
    def run(pictures: NDArray[np.uint8]) -> Arrays:
        return dict(zip(OUTPUTS, session.run(OUTPUTS, {INPUT: pictures}), strict=True))  # pyright: ignore

    return run


def in_openvino(model: Path) -> Run:
    """The model compiled for one thread, its arithmetic in float32 as in the file."""
    settings = {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    compiled = openvino.Core().compile_model(openvino.Core().read_model(model), "CPU", settings)
    outputs = {name: compiled.output(name) for name in OUTPUTS}

    def run(pictures: NDArray[np.uint8]) -> Arrays:
        found = compiled({INPUT: pictures})
        return {name: found[output] for name, output in outputs.items()}

    return run


def in_the_web(
    modules: Path, models: tuple[Path, ...], pictures: NDArray[np.uint8]
) -> tuple[dict[Path, Arrays], dict[str, Any]]:
    """What onnxruntime-web gives of each model, and what it says of its version and time."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "crops").write_bytes(pictures.tobytes())
        copies = {model: Path(shutil.copy(model, folder / f"{model.stem}.onnx")) for model in models}
        command = [
            "node",
            SCRIPT,
            modules.resolve(),
            folder / "crops",
            pictures.shape[1],
            len(pictures),
            *copies.values(),
        ]
        done = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
        found = {}
        for model, copy in copies.items():
            values = np.frombuffer(Path(f"{copy}.web").read_bytes(), np.float32)
            found[model] = dict(zip(OUTPUTS, values.reshape(2, len(pictures), -1, 2), strict=True))
    told = json.loads(done.stdout.splitlines()[-1])
    told["milliseconds"] = {Path(path).stem: round(value, 2) for path, value in told["milliseconds"].items()}
    return found, told


def apart(found: Arrays, expected: Arrays) -> dict[str, float]:
    """The mean and the largest difference of a coordinate."""
    differences = {name: np.abs(found[name] - expected[name]) for name in OUTPUTS}
    return {
        f"{name}, {what}": round(float(of(values)), 5)
        for name, values in differences.items()
        for what, of in (("mean", np.mean), ("largest", np.max))
    }


def fastest(run: Run, pictures: NDArray[np.uint8]) -> float:
    run(pictures)
    times = []
    for _ in range(TURNS):
        started = time.perf_counter()
        run(pictures)
        times.append(time.perf_counter() - started)
    return round(1000 * min(times), 2)


if __name__ == "__main__":
    tyro.cli(main)
