"""Which model file a training is taught by."""

from difflib import get_close_matches
from pathlib import Path

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.mirror_image import check_mirrored
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.released import MODEL, find_model, released_models
from laplace_landmarks.training.config import AVERAGE, Teaching


def teacher_file(name: str) -> Path | None:
    """The file that teaching.teacher names: a released model, a model file, or a run by its model.onnx.

    None where no file teaches: for "", and for AVERAGE. InputError where there is no such file.
    """
    if name in ("", AVERAGE):
        return None
    path = Path(name)
    if name not in released_models() and path.is_dir():
        if not (path / MODEL).is_file():
            raise InputError(
                f"teaching.teacher: {name} has no {MODEL}, as a run has at its end; `laplace-landmarks export {name}` "
                "writes that of one that has begun"
            )
        return path / MODEL
    try:
        file = find_model(name)
    except InputError as error:
        close = get_close_matches(name, [AVERAGE, *released_models()], n=1)
        raise InputError(f"teaching.teacher: {f'did you mean {close[0]}? ' if close else ''}{error}") from None
    if not file.is_file():
        raise InputError(f"teaching.teacher: {name}: there is no such model file or run")
    return file


def check_teacher(teaching: Teaching) -> None:
    """InputError where the teacher is none that can be read or asked so, told before pictures are."""
    if file := teacher_file(teaching.teacher):
        markup = read_info(file).markup
        if teaching.mirrored:
            check_mirrored(markup)
    elif teaching.mirrored:
        raise InputError(f"teaching.mirrored is for a model file that teaches, not for {teaching.teacher or 'none'!r}")
