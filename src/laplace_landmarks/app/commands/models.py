"""`laplace-landmarks models`: the released models, from what their files say of themselves."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from laplace_landmarks.app.parse import call
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.model_info import ModelInfo
from laplace_landmarks.runtime.released import DEFAULT, families, find_model
from laplace_landmarks.text_table import hundredths, text_table

HEAD = ("model", "file", "parameters", "landmarks", "NMSE %", "radii", "heatmaps", "licence")


def models() -> None:
    """List the released models: size, landmarks, error, what they give, licence; `info NAME` tells the rest."""
    found = sorted(families().values(), key=lambda files: files[""].stat().st_size)
    if not found:
        print("no models come with this installation; give a model file's path instead of a name")
        return
    files = {file: read_info(find_model(file.stem)) for family in found for file in family.values()}
    protocols = _apart(_protocol(info) for info in files.values())
    licences = _apart(info.licence for info in files.values())
    rows = [_row(file, info, protocols, licences) for file, info in files.items()]
    print("\n".join([*text_table(HEAD, rows), "", *_notes(files, protocols, licences)]))


def _row(file: Path, info: ModelInfo, protocols: Sequence[str], licences: Sequence[str]) -> tuple[str, ...]:
    parameters = info.network.get("parameters")
    return (
        file.stem,
        f"{file.stat().st_size / 1000:,.0f} kB",
        f"{parameters:,}" if isinstance(parameters, int) else "?",
        f"{len(info.markup)} ({info.markup.name})",
        _error(info) + _mark(_protocol(info), protocols),
        "yes" if info.calibration else "no",
        "yes" if "heatmaps" in info.outputs else "no",
        _mark(info.licence, licences).strip() or "below",
    )


def _notes(files: dict[Path, ModelInfo], protocols: Sequence[str], licences: Sequence[str]) -> list[str]:
    """How errors were measured, what runs by itself, and every licence."""
    named = {file.stem for file in files}
    return [
        *(f"NMSE{_mark(protocol, protocols)}: {protocol}" for protocol in protocols),
        *([f"where no model is named: {DEFAULT}"] if DEFAULT in named else []),
        *(f"licence{_mark(licence, licences)}: {licence}" for licence in licences),
    ]


def _score(info: ModelInfo) -> dict[str, object]:
    """That on test faces, or the one that was written last; other programs may write other scores."""
    scores = [score for score in info.scores if isinstance(score, dict)]
    return next((score for score in scores if score.get("part") == "test"), scores[-1] if scores else {})


def _error(info: ModelInfo) -> str:
    error = _score(info).get("nmse_percent")
    return hundredths(error) if isinstance(error, int | float) else "-"


def _protocol(info: ModelInfo) -> str:
    score = _score(info)
    faces = f"{score['faces']} faces" if "faces" in score else ""
    return ", ".join(str(told) for told in (faces, score.get("data"), score.get("protocol")) if told)


def _apart(texts: Iterable[str]) -> list[str]:
    """Each text that is not empty once, in their order."""
    return [text for text in dict.fromkeys(texts) if text]


def _mark(text: str, texts: Sequence[str]) -> str:
    """The number by which a text is told from others; none where it is the only one."""
    return f" [{texts.index(text) + 1}]" if len(texts) > 1 and text else ""


def main(arguments: Sequence[str]) -> None:
    call(models, arguments, "models")
