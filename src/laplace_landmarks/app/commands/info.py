"""`laplace-landmarks info`: what a model file says of itself."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import tyro

from laplace_landmarks.app.parse import call
from laplace_landmarks.runtime.calibration import Calibration
from laplace_landmarks.runtime.model_file import open_model
from laplace_landmarks.runtime.model_info import ModelInfo
from laplace_landmarks.runtime.released import find_model
from laplace_landmarks.text_table import hundredths


def info(
    model: Annotated[Path, tyro.conf.Positional], json_: Annotated[bool, tyro.conf.arg(name="json")] = False
) -> None:
    """Show what a model file says of itself.

    Args:
        model: A model file, or the name of a released model.
        json_: The whole metadata, as JSON.
    """
    model = find_model(model)
    _, found = open_model(model)  # the graph is checked too
    print(json.dumps(json.loads(found.to_json()), indent=1, ensure_ascii=False) if json_ else _page(found, model))


def _shape(network: Mapping[str, Any]) -> list[str]:
    """What a network is beside its name; head, fusion and growth only where they are not the paper's."""
    return [f"{part} {network[part]}" for part in ("width", "head", "fusion", "growth") if part in network]


def _page(found: ModelInfo, model: Path) -> str:
    network, training = found.network, found.training
    parameters = network.get("parameters")  # not all programs count them
    counted = f"{parameters:,}" if isinstance(parameters, int) else "?"
    facts = {
        "file": f"{model}, {model.stat().st_size / 1000:.1f} kB, {found.precision}",
        "landmarks": f"{len(found.markup)} ({found.markup.name})",
        "network": ", ".join([str(network.get("name")), *_shape(network), f"{counted} parameters"]),
        "crop": found.crop_in_words,
        "spread": found.spread_in_words,
        "radius": _radius(found.calibration),
        "trained on": ", ".join(f"{key} {_short(value)}" for key, value in training.items() if value not in ("", None)),
        "scores": "; ".join(_score(score) for score in found.scores) or "none",
        "licence": found.licence,
        "made by": f"laplace-landmarks {found.package_version} {found.package_commit} on {found.created}".replace(
            "  ", " "
        ),
    }
    width = max(map(len, facts))
    return "\n".join([found.name, *(f"  {name:<{width}}  {value}" for name, value in facts.items())])


def _radius(calibration: Calibration | None) -> str:
    if calibration is None:
        return "not calibrated: the spread tells more from less certain, not pixels of error; `calibrate` changes that"
    levels, held = (
        " / ".join(f"{100 * part:.3g}" for part in parts) for parts in (calibration.radii.levels, calibration.coverage)
    )
    faces = f"{calibration.faces} faces ({calibration.data}, {calibration.date})"
    return f"for {levels} % of errors; held {held} % in cross-validation on {faces}"


def _short(value: Any) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    return f"({', '.join(f'{name} {part}' for name, part in value.items())})"


def _score(score: Mapping[str, Any]) -> str:
    error = score.get("nmse_percent")  # other programs may write other scores
    shown = hundredths(error) if isinstance(error, int | float) else "?"
    return f"NMSE {shown} % on {score.get('data')} ({score.get('protocol')})"


def main(arguments: Sequence[str]) -> None:
    call(info, arguments, "info")
