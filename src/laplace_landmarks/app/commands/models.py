"""`laplace-landmarks models`: the released models, from what their files say of themselves."""

from collections.abc import Sequence
from pathlib import Path

from laplace_landmarks.app.parse import call
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.model_info import ModelInfo
from laplace_landmarks.runtime.released import families, find_model


def models() -> None:
    """List the released models: size, network, scores with their protocol, licence; `info NAME` tells the rest."""
    found = families()
    if not found:
        print("no models come with this installation; give a model file's path instead of a name")
        return
    print("\n\n".join(_block(name, files) for name, files in found.items()))


def _block(name: str, files: dict[str, Path]) -> str:
    """A model, then its smaller and faster files, which differ from it in size and score."""
    infos = {variant: read_info(find_model(file.stem)) for variant, file in files.items()}
    info = infos.pop("")
    smaller = [_smaller(files[variant], of) for variant, of in infos.items()]
    facts = [_facts(name, files[""], info), *_scores(info), *smaller, f"licence: {info.licence}"]
    return "\n    ".join(facts)


def _smaller(file: Path, info: ModelInfo) -> str:
    without = "" if "heatmaps" in info.outputs else "no heatmaps"
    facts = [_size(file), without, _radius(info), *_scores(info)]
    return f"{file.stem}: {', '.join(filter(None, facts))}"


def _facts(name: str, file: Path, info: ModelInfo) -> str:
    parameters, width = info.network.get("parameters"), info.network.get("width")
    facts = [
        _size(file),
        f"{parameters:,} parameters" if isinstance(parameters, int) else "",
        "" if width is None else f"width {width}",
        f"{len(info.markup)} landmarks ({info.markup.name})",
        _radius(info),
    ]
    return f"{name}: {', '.join(filter(None, facts))}"


def _size(file: Path) -> str:
    return f"{file.stat().st_size / 1000:,.0f} kB"


def _radius(info: ModelInfo) -> str:
    return "calibrated radius" if info.calibration else "not calibrated"


def _scores(info: ModelInfo) -> list[str]:
    return [_score(score) for score in info.scores] or ["not scored"]


def _score(score: object) -> str:
    fields = score if isinstance(score, dict) else {}  # other programs may write other scores
    error = fields.get("nmse_percent")
    shown = f"{error:.2f} %" if isinstance(error, int | float) else "?"
    return f"NMSE {shown} on {fields.get('faces')} faces of {fields.get('data')} ({fields.get('protocol')})"


def main(arguments: Sequence[str]) -> None:
    call(models, arguments, "models")
