"""Text, JSON and YAML that a user gives, read with errors that name the file and the line; names of files, written.

A name of a file is bytes. One that is not UTF-8 (from an old disk, or a foreign archive) is held by Python with lone
surrogates in the places of those bytes, which UTF-8 has not.
"""

import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from contextlib import suppress
from pathlib import Path
from typing import Any

from laplace_landmarks.errors import InputError


def read_text(path: Path, wanted: str = "") -> str:
    """The text of a file, UTF-8. wanted: what it should be, for the error where it is no text."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise load_error(path, error) from error
    except UnicodeDecodeError as error:
        _refuse_utf16(path, path.read_bytes())
        raise InputError(f"{path}: not a text file{'; ' * bool(wanted)}{wanted}") from error


def read_names(path: Path) -> str:
    """The text of a file that names files, the inverse of to_bytes."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise load_error(path, error) from error
    _refuse_utf16(path, data)
    return data.removeprefix(BOM_UTF8).decode(errors="surrogateescape")


def read_json(path: Path, wanted: str = "") -> Any:
    """What a JSON file holds."""
    text = read_text(path, wanted)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        hint = "; is the file whole?" if error.pos >= len(text.rstrip()) else ""
        raise InputError(f"{path}, line {error.lineno}: not valid JSON ({error.msg}){hint}") from error
    except ValueError as error:  # Python reads no integer of more than 4,300 digits
        raise InputError(f"{path}: a number in it has thousands of digits; correct it") from error
    except RecursionError as error:
        raise InputError(f"{path}: lists or objects in it are nested too deep to be read") from error


def read_yaml(path: Path, wanted: str = "") -> Any:
    """What a YAML file holds, JSON being YAML too; None of an empty one."""
    import yaml  # for those alone who give a config

    text = read_text(path, wanted)
    try:
        return yaml.safe_load(text)
    except yaml.reader.ReaderError as error:
        raise InputError(f"{path}: not a text file ({error.reason})") from error
    except yaml.YAMLError as error:
        raise InputError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from error
    except ValueError as error:  # a date that there is not, or an integer of more than 4,300 digits
        raise InputError(f"{path}: a date or number in it cannot be ({error}); correct it or quote it") from error
    except (AttributeError, LookupError, TypeError) as error:  # what yaml says of !!bool maybe
        raise InputError(f"{path}: not valid YAML: a value in it is not what its !!tag says") from error
    except RecursionError as error:
        raise InputError(f"{path}: lists or keys in it are nested too deep to be read") from error


def to_json(document: Any, indent: int | None = None) -> str:
    r"""JSON, one line without blanks where no indent is given. A name that is not UTF-8 is written with escapes, which
    read as the same name again.

    >>> print(to_json({"picture": "ü.jpg"}), to_json({"picture": "caf\udce9.jpg"}))
    {"picture":"ü.jpg"} {"picture":"caf\udce9.jpg"}
    """
    separators = (",", ":") if indent is None else None
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    return text if is_utf8(text) else json.dumps(document, allow_nan=False, indent=indent, separators=separators)


def to_bytes(text: str) -> bytes:
    """UTF-8; names that are not are the bytes that they are."""
    return text.encode(errors="surrogateescape")


def is_utf8(text: str) -> bool:
    r"""Whether no name in it is of bytes that are not.

    >>> is_utf8("ü.jpg"), is_utf8("caf\udce9.jpg")
    (True, False)
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def from_home(path: str) -> str:
    """A path of a file's text with ~ written out, which a shell does on the command line alone.

    >>> from_home("~/a.json") == str(Path.home() / "a.json"), from_home("a/~"), from_home("")
    (True, 'a/~', '')
    """
    try:
        return str(Path(path).expanduser()) if path.startswith("~") else path
    except RuntimeError:  # ~nobody: a name like any other
        return path


def _refuse_utf16(path: Path, data: bytes) -> None:
    """InputError where a file is text of another encoding, as Windows calls Unicode."""
    if data[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) and data[2:]:
        with suppress(UnicodeDecodeError):
            data.decode("utf-16")
            raise InputError(f"{path}: text in UTF-16, which is not read; save it again as UTF-8")


def load_error(path: Path | str, error: OSError) -> InputError:
    """What is said of a file that the system does not give."""
    return InputError(f"{path}: cannot be read ({error.strerror or error})")
