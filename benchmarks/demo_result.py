"""What `make demo` reached, read from the folder it wrote.

python benchmarks/demo_result.py [--out out/demo]
"""

import json
import sys
from pathlib import Path

import tyro
from record import record

from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.run_files import CHECKPOINT, LOG

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))
from demo import mean_face


def main(out: Path = Path("out/demo")) -> None:
    """Write the result file of a finished demo."""
    log = [json.loads(line) for line in (out / "run" / LOG).read_text(encoding="utf-8").splitlines()]
    before = next(entry for entry in log if entry["kind"] == "validation")
    rows = json.loads((out / "scores.json").read_text(encoding="utf-8"))["rows"]
    after = next(row for row in rows if row["normaliser"] == "inter_ocular")
    facts = load_checkpoint(out / "run" / CHECKPOINT).facts
    figures = {
        "nmse_percent_before": round(before["nmse_raw"], 2),
        "nmse_percent": round(after["nmse_percent"]["value"], 2),
        "interval": [round(after["nmse_percent"][end], 2) for end in ("low", "high")],
        "nmse_percent_of_the_mean_face": round(mean_face(out / "faces"), 2),
        "faces": after["faces"],
        "steps": facts["steps"],
        "labeled": facts["labeled"],
        "unlabeled": facts["unlabeled"],
    }
    path = record(
        "demo", figures, data="drawn faces; scored on some that nothing was chosen by", trained_at=facts["commit"]
    )
    print(json.dumps(figures, indent=1), path)


if __name__ == "__main__":
    tyro.cli(main)
