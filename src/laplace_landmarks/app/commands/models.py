"""`laplace-landmarks models`: the released models, from what their files say of themselves."""

from collections.abc import Sequence
from pathlib import Path

from laplace_landmarks.app.parse import call
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.model_info import ModelInfo
from laplace_landmarks.runtime.released import find_model, released_models


def models() -> None:
    """List the released models: size, network, scores with their protocol, licence; `info NAME` tells the rest."""
    found = {name: read_info(find_model(name)) for name in released_models()}
    if not found:
        print("no models come with this installation; give a model file's path instead of a name")
        return
    files = released_models()
    print("\n\n".join(_block(name, files[name], info) for name, info in found.items()))


def _block(name: str, file: Path, info: ModelInfo) -> str:
    parameters, width = info.network.get("parameters"), info.network.get("width")
    facts = [
        f"{file.stat().st_size / 1000:,.0f} kB",
        f"{parameters:,} parameters" if isinstance(parameters, int) else "",
        "" if width is None else f"width {width}",
        f"{len(info.markup)} landmarks ({info.markup.name})",
        "calibrated radius" if info.calibration else "not calibrated",
    ]
    scores = [_score(score) for score in info.scores] or ["not scored"]
    return "\n    ".join([f"{name}: {', '.join(filter(None, facts))}", *scores, f"licence: {info.licence}"])


def _score(score: object) -> str:
    fields = score if isinstance(score, dict) else {}  # other programs may write other scores
    error = fields.get("nmse_percent")
    shown = f"{error:.2f} %" if isinstance(error, int | float) else "?"
    return f"NMSE {shown} on {fields.get('faces')} faces of {fields.get('data')} ({fields.get('protocol')})"


def main(arguments: Sequence[str]) -> None:
    call(models, arguments, "models")
