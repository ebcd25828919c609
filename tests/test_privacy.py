"""What a model is run on stays here, and so does that it is run: onnxruntime's reports to its maker are off."""

import os
import subprocess
import sys
from pathlib import Path

RUN = """
import numpy as np
from laplace_landmarks import LandmarkDetector
LandmarkDetector().on_crops(np.zeros((1, 80, 80, 3), np.uint8))
"""


def test_running_a_model_writes_nothing_at_home(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    places = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", RUN], env=environment | places, check=True)
    assert list(tmp_path.rglob("*")) == []


def test_who_wants_the_reports_may_have_them() -> None:
    say = "import os, laplace_landmarks; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    environment = os.environ | {"ORT_DISABLE_TELEMETRY": "0"}
    said = subprocess.run([sys.executable, "-c", say], env=environment, check=True, capture_output=True, text=True)
    assert said.stdout == "0\n"
