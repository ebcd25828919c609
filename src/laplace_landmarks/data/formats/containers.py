"""Files of labels that hold their pictures too: opened with a library of the extra `formats`, unpacked beside."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError

HDF5, MATLAB = b"\x89HDF\r\n\x1a\n", b"MATLAB 5.0 MAT-file"  # how such files begin
MATLAB_HDF5 = b"MATLAB 7.3 MAT-file"


def library(path: Path, name: str) -> Any:
    """scipy.io or h5py; InputError says how to get it."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        package = name.split(".")[0]
        raise InputError(f"{path}: reading it needs {package}: pip install 'laplace-landmarks[formats]'") from None


def unpack(path: Path, name: str, make: Callable[[], bytes]) -> Path:
    """The file of this name in a folder beside `path`, called as it is without suffix; made once for a `path`."""
    folder = path.with_suffix("") if path.suffix else path.with_name(f"{path.name} pictures")
    file = folder / name
    if not file.is_file() or file.stat().st_mtime < path.stat().st_mtime:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = f"{error.strerror}; copy {path.name} to a folder that can be written"
            raise InputError(f"{folder}: the pictures cannot be unpacked there ({reason})") from error
        write_whole(file, make())
    return file
