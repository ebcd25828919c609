"""Released models: model files that lie in the package, found by name.

A model's smaller and faster files have its name and a hyphen before their own: laplace68-eighth-int8.
"""

import hashlib
from os import PathLike
from pathlib import Path
from reprlib import repr as shortened

from laplace_landmarks.errors import InputError

FOLDER = Path(__file__).parents[1] / "models"
DEFAULT = "laplace68-eighth-fast"  # what runs where no model is named
HASHES = "SHA256SUMS"  # beside the models, as sha256sum writes it
MODEL = "model.onnx"  # what a run was for


def released_models() -> dict[str, Path]:
    """The released models' files, by name."""
    return {file.stem: file for file in sorted(FOLDER.glob("*.onnx"))}


def families() -> dict[str, dict[str, Path]]:
    """The same, grouped: each model's own file under "", then its variants by what their names add."""
    found: dict[str, dict[str, Path]] = {}
    for name, file in sorted(released_models().items(), key=lambda entry: len(entry[0])):
        model = next((model for model in found if name.startswith(f"{model}-")), name)
        found.setdefault(model, {})[name[len(model) + 1 :]] = file
    return dict(sorted(found.items()))


def find_model(model: str | Path) -> Path:
    """The file of a released model's name, or of a path that is given instead.

    InputError: no released model has that name, its file is not the one that was released, or it is no name or path.
    """
    if not isinstance(model, str | PathLike):
        raise InputError(f"a model is a released model's name, or the path of a model file, not {shortened(model)}")
    known = released_models()
    path = Path(model)
    if str(model) in known:
        return _checked(known[str(model)])
    if path.suffix == ".onnx" or len(path.parts) != 1 or path.exists():
        return path
    there = ", ".join(map(_in_words, families().items())) or "none"
    raise InputError(f"no released model is named {str(model)!r}; there are: {there} (a file's name ends with .onnx)")


def find_model_file(model: str | Path) -> Path:
    """The same, and of a run's folder the model file in it."""
    path = find_model(model)
    if not path.is_dir():
        return path
    if not (path / MODEL).is_file():
        raise InputError(
            f"{path}: a folder without {MODEL}, which a run writes at its end; name a model file (.onnx), or "
            "the folder of a run"
        )
    return path / MODEL


def _in_words(family: tuple[str, dict[str, Path]]) -> str:
    """A model's name and what may follow it."""
    name, (_, *variants) = family
    return f"{name} (or with {', '.join(f'-{variant}' for variant in variants)})" if variants else name


def _checked(file: Path) -> Path:
    try:
        lines = (FOLDER / HASHES).read_text(encoding="utf-8").splitlines()
        found = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"{error.filename}: cannot be read ({error.strerror}); install the package again") from None
    if f"{found}  {file.name}" not in lines:
        raise InputError(f"{file}: not the file that was released under this name; install the package again")
    return file
