"""Files that appear whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path

from laplace_landmarks.errors import InputError


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file by new content, or leave it as it was: never half of it, whatever happens in between."""
    partial = path.with_name(f".{path.name}.partial")  # one name: what a kill leaves behind is overwritten
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise InputError(f"{path}: cannot be written ({error.strerror}); what was there before is kept") from None
