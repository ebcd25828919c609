"""Configs as YAML files: read on top of the defaults, written whole, and compared."""

import re
from collections.abc import Iterable
from dataclasses import asdict, fields, is_dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import read_text
from laplace_landmarks.training.at_home import at_home
from laplace_landmarks.training.config import Config, UnlabeledPictures, without_unused

NEUTRAL = {  # where it runs and what it logs
    "run", "data.root", "data.cache", "data.licence", "machine.accelerator", "machine.devices", "machine.nodes",
    "machine.threads", "machine.loggers", "machine.checkpoint_every",
}  # fmt: skip

LENGTH = {"optimiser.steps", "optimiser.epochs"}
IN_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def load_config(path: Path) -> Config:
    """The settings of a YAML file on top of the defaults, ~ in paths written out.

    InputError: an unknown key or a wrong type, by name.
    """
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    given = _parsed(path)
    try:
        _check_keys(OmegaConf.to_container(given), Config)
        if sources := OmegaConf.select(given, "data.unlabeled"):  # of a tuple, OmegaConf leaves the items as they are
            OmegaConf.update(
                given, "data.unlabeled", [OmegaConf.merge(OmegaConf.structured(UnlabeledPictures), s) for s in sources]
            )
        return at_home(OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(Config), given)))  # pyright: ignore
    except OmegaConfBaseException as error:
        key = error.full_key or ""
        told = _refusal(key, OmegaConf.to_container(given)) or f"{key or 'a config'}: {str(error).splitlines()[0]}"
        raise InputError(f"{path}: {told}") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    except ValueError as error:  # Python shows no integer of more than 4,300 digits
        raise InputError(f"{path}: a number in it has thousands of digits; correct it") from error


def save_config(config: Config, path: Path) -> None:
    """Write all settings; load_config gives the same config back. InputError: a name in it is not UTF-8."""
    from omegaconf import OmegaConf

    try:
        text = OmegaConf.to_yaml(OmegaConf.create(_plain(asdict(config))))
    except UnicodeEncodeError as error:
        raise InputError(f"{error.object!r}: no name in a config may be other than UTF-8; rename it") from None
    write_whole(path, text.encode())


def differences(old: Config, new: Config) -> list[str]:
    """Settings that would make `new` another training than `old`; the NEUTRAL ones do not count.

    Nor do unlabeled pictures, where neither training learns from them, nor more steps, where no step knows of the last.
    """
    if not old.uses_unlabeled and not new.uses_unlabeled:
        old, new = without_unused(old), without_unused(new)
    before, now = dict(_settings(old)), dict(_settings(new))
    free = NEUTRAL | (LENGTH if _is_longer(old, new) else set())
    return [
        f"{name}: {_told(before[name])} there, {_told(now[name])} now"
        for name in now
        if name not in free and before[name] != now[name]
    ]


def _is_longer(old: Config, new: Config) -> bool:
    """Whether the new training is the old one and then more of it: not with a rate that falls to its end, nor folds,
    which are finished one by one."""
    if old.optimiser.schedule != "constant" or old.folds.count:
        return False
    (steps, epochs), (further, more) = ((c.optimiser.steps, c.optimiser.epochs) for c in (old, new))
    return further > steps > 0 or (steps == further == 0 and more > epochs)


def _parsed(path: Path) -> Any:
    """What the file holds, as OmegaConf has it."""
    import yaml
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    text = read_text(path, "a config is YAML")
    try:
        return OmegaConf.create(text)
    except yaml.YAMLError as error:
        raise InputError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    except RecursionError as error:
        raise InputError(f"{path}: lists or keys in it are nested too deep to be read") from error
    except (OmegaConfBaseException, ArithmeticError, AssertionError, AttributeError, LookupError, ValueError) as error:
        # a set, a key that is no text, a tag that does not fit its value, a number of more than 4,300 digits
        why = str(error).partition("\n")[0].partition(";")[0] or "it holds no `key: value` lines"
        raise InputError(f"{path}: a value or key in it is none that a config can have ({why}); correct it") from error


def _check_keys(given: Any, kind: Any, where: str = "") -> None:
    """Refuses unknown keys, at any depth, with the nearest known one; the values are OmegaConf's to check."""
    if not isinstance(given, dict):
        raise InputError(f"{where.rstrip('.') or 'a config'} holds `key: value` lines, not {given!r}")
    known = {entry.name: entry.type for entry in fields(kind)}
    for key, value in given.items():
        name = f"{where}{key}"
        if key not in known:
            close = get_close_matches(str(key), known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}"
            raise InputError(f"{name}: no setting has that name; {hint}")
        if value == "???":  # which OmegaConf would leave out
            raise InputError(f"{name}: ??? stands for a value that is still to be written; write it")
        if is_dataclass(known[key]):
            _check_keys(value, known[key], f"{name}.")
        elif get_origin(known[key]) is tuple:
            _check_items(value, get_args(known[key]), name)


def _check_items(given: Any, kinds: tuple[Any, ...], name: str) -> None:
    """The same for a list of settings, of words, or of so many numbers."""
    if not isinstance(given, list):
        raise InputError(f"{name} holds a list, not {given!r}")
    kind = kinds[0]
    if kind is int and not (len(given) == len(kinds) and all(type(item) is int for item in given)):
        raise InputError(f"{name} holds {len(kinds)} whole numbers, not {given!r}")
    for place, item in enumerate(given):
        if is_dataclass(kind):
            _check_keys(item, kind, f"{name}.{place}.")
        elif get_args(kind) and item not in get_args(kind):
            raise InputError(f"{name}: {item!r} is none of {', '.join(get_args(kind))}")


def _refusal(name: str, given: Any) -> str | None:
    """What a setting holds and what the file says instead; None where no setting has exactly that name."""
    kind: Any = Config
    for part in name.split("."):
        kind = get_type_hints(kind).get(part) if is_dataclass(kind) else None
        given = given.get(part) if isinstance(given, dict) else None
    if get_origin(kind) is Literal:
        return f"{name}: {given!r} is none of {', '.join(get_args(kind))}"
    return f"{name} must be {IN_WORDS[kind]}, not {given!r}" if kind in IN_WORDS else None


def _settings(node: Any, prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Every setting with its dotted name."""
    for entry in fields(node):
        value = getattr(node, entry.name)
        if is_dataclass(value):
            yield from _settings(value, f"{prefix}{entry.name}.")
        else:
            yield prefix + entry.name, value


def _told(value: Any) -> str:
    """A value as a file has it: of folders of unlabeled pictures what is not the default.

    >>> _told("train"), _told((1, 1)), _told(()), _told((UnlabeledPictures("more", limit=9), UnlabeledPictures("b")))
    ("'train'", '(1, 1)', 'none', "pictures: 'more', limit: 9; pictures: 'b'")
    """
    if not isinstance(value, tuple) or (value and not is_dataclass(value[0])):
        return repr(value)
    told = [
        ", ".join(f"{e.name}: {v!r}" for e in fields(item) if (v := getattr(item, e.name)) != e.default)
        for item in value
    ]
    return "; ".join(told) or "none"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, str):
        return re.sub(r"(\\*)\$\{", r"\1\1\\${", value)  # or OmegaConf looks for a setting of that name
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value
