"""What a model file says of itself, in words: a line a subject."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from laplace_landmarks.runtime.calibration import Calibration
from laplace_landmarks.runtime.model_info import ModelInfo
from laplace_landmarks.text_table import hundredths


def model_in_words(found: ModelInfo, file: Path) -> dict[str, str]:
    """Subjects and what is said of them; the file is there."""
    network, training = found.network, found.training
    parameters = network.get("parameters")  # not all programs count them
    counted = f"{parameters:,}" if isinstance(parameters, int) else "?"
    made_by = f"laplace-landmarks {found.package_version} {found.package_commit}".strip()
    return {
        "file": f"{file}, {file.stat().st_size / 1000:.1f} kB, {found.precision}",
        "landmarks": f"{len(found.markup)} ({found.markup.name})",
        "network": ", ".join([str(network.get("name")), *_shape(network), f"{counted} parameters"]),
        "crop": found.crop_in_words,
        "spread": found.spread_in_words,
        "radius": _radius(found.calibration),
        "trained on": ", ".join(
            f"{key} {value_in_words(value)}" for key, value in training.items() if value not in ("", None)
        ),
        "scores": "; ".join(_score(score) for score in found.scores) or "none",
        "licence": found.licence,
        "made by": f"{made_by} on {found.created}",
    }


def _shape(network: Mapping[str, Any]) -> list[str]:
    """What a network is beside its name; head, fusion and growth only where they are not the paper's."""
    return [f"{part} {network[part]}" for part in ("width", "head", "fusion", "growth") if part in network]


def _radius(calibration: Calibration | None) -> str:
    if calibration is None:
        return "not calibrated: the spread tells more from less certain, not pixels of error; `calibrate` changes that"
    levels, held = (
        " / ".join(f"{100 * part:.3g}" for part in parts) for parts in (calibration.radii.levels, calibration.coverage)
    )
    faces = f"{calibration.faces} faces ({calibration.data}, {calibration.date})"
    return f"for {levels} % of errors; held {held} % in cross-validation on {faces}"


def value_in_words(value: Any) -> str:
    """A setting, or several by name."""
    if not isinstance(value, Mapping):
        return str(value)
    return f"({', '.join(f'{name} {part}' for name, part in value.items())})"


def _score(score: Mapping[str, Any]) -> str:
    error = score.get("nmse_percent")  # other programs may write other scores
    shown = hundredths(error) if isinstance(error, int | float) else "?"
    return f"NMSE {shown} % on {score.get('data')} ({score.get('protocol')})"
