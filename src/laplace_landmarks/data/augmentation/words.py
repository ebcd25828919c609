"""Settings from the command line and from a config: ("my.yaml", "rotation=20") is the file's, with another rotation."""

from collections.abc import Sequence
from dataclasses import fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from laplace_landmarks.data.augmentation.settings import Augmentation, limits, what_is_on
from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import from_home, read_yaml

KINDS = {entry.name: entry.type for entry in fields(Augmentation)}


def settings_of(words: Sequence[str]) -> Augmentation:
    """The augmentation that the words name, later ones above earlier ones; InputError where they name none."""
    settings = Augmentation()
    for word in words:
        name, given, value = word.partition("=")
        settings = _set(settings, name, value, f"--augment {word}") if given else _of_config(Path(word))
    broken = [f"{name} {advice}" for name, (kept, advice) in limits(settings).items() if not kept]
    if broken:
        raise InputError(f"--augment: {'; '.join(broken)}")
    if not what_is_on(settings):
        raise InputError(
            f"--augment: nothing is switched on; give a training's config, or settings of {', '.join(KINDS)}"
        )
    return settings


def _of_config(path: Path) -> Augmentation:
    """The section `augmentation` of a training's config; the rest is the training's to check."""
    if not path.is_file():
        raise InputError(f"{path}: no such config; a setting is written name=value")
    config = read_yaml(path, "a config is YAML")
    section = config.get("augmentation", {}) if isinstance(config, dict) else None
    if not isinstance(section, dict):
        raise InputError(f"{path}: a config holds `augmentation:` with `name: value` lines below it")
    settings = Augmentation()
    for name, value in section.items():
        settings = _set(settings, str(name), value, f"{path}: augmentation.{name}")
    return settings


def _set(settings: Augmentation, name: str, value: Any, where: str) -> Augmentation:
    if name not in KINDS:
        close = get_close_matches(name, KINDS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(KINDS)}"
        raise InputError(f"{where}: no augmentation is named {name!r}; {hint}")
    try:
        # the one text is a path or a word
        return replace(settings, **{name: from_home(str(value)) if KINDS[name] is str else float(value)})
    except (TypeError, ValueError):
        raise InputError(f"{where}: {value!r} is not a number") from None
