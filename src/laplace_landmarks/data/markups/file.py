"""A user's own markup in a short YAML or JSON file; landmarks are named, and names may stand for indices."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from laplace_landmarks.data.markups.definition import Markup
from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import read_yaml

KEYS = tuple(entry.name for entry in fields(Markup))
PAIRS = ("mirror", "edges")


def read_markup(path: Path | str) -> Markup:
    """The markup in a file; without `name` it is called as the file is.

    Keys are Markup's fields; `names` alone must be there. A group (of regions, normaliser, pupils, anchors) is a
    landmark or a list of them. InputError names the key and what is wrong with it.
    """
    path = Path(path)
    given = _load(path)
    unknown = [key for key in given if key not in KEYS]
    if unknown:
        close = get_close_matches(str(unknown[0]), KEYS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(KEYS)}"
        raise InputError(f"{path}: {unknown[0]}: no such key in a markup; {hint}")
    names = given.get("names")
    if not isinstance(names, list) or not names:
        raise InputError(f"{path}: names: list the landmarks' names, in the order of the label files")
    wrong = [name for name in names if not isinstance(name, str) or not name.strip()]
    if wrong:
        raise InputError(f"{path}: names: {wrong[0]!r} is no name; write it in quotes")
    name = given.get("name", path.stem)
    if not isinstance(name, str):
        raise InputError(f"{path}: name: {name!r} is no name; write it in quotes")
    regions = given.get("regions", {})
    if not isinstance(regions, dict):
        raise InputError(f"{path}: regions: give a name and a list of landmarks for each")
    parts: dict[str, Any] = {key: _groups(path, key, given.get(key, []), names) for key in KEYS[2:] if key != "regions"}
    parts["regions"] = {
        str(region): _groups(path, f"regions.{region}", [group], names)[0] for region, group in regions.items()
    }
    for key in PAIRS:
        odd = [pair for pair in parts[key] if len(pair) != 2]
        if odd:
            raise InputError(f"{path}: {key}: {_spelled(odd[0], names)} is not a pair of landmarks")
    for key in ("normaliser", "pupils"):
        if len(parts[key]) not in (0, 2):
            raise InputError(f"{path}: {key}: give two landmarks or two lists of them, not {len(parts[key])}")
        if parts[key] and sorted(parts[key][0]) == sorted(parts[key][1]):
            same = _spelled(parts[key][0], names)
            raise InputError(f"{path}: {key}: {same} stands there twice, and has no distance from itself")
    if len({tuple(sorted(group)) for group in parts["anchors"]}) == 1:
        raise InputError(f"{path}: anchors: one point does not tell how large an object is; give two or more, or none")
    try:
        return Markup(name, tuple(names), **parts)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def write_markup(path: Path | str, markup: Markup) -> None:
    """Writes a markup as read_markup reads it, landmarks by name; as JSON where the suffix says so."""
    path = Path(path)
    said: dict[str, Any] = {"name": markup.name, "names": list(markup.names)}
    for key, value in asdict(markup).items():
        if key == "regions":
            said[key] = {region: [markup.names[index] for index in group] for region, group in value.items()}
        elif key not in said:
            said[key] = [[markup.names[index] for index in group] for group in value]
    as_json = path.suffix.lower() == ".json"
    text = json.dumps(said, indent=1) if as_json else yaml.safe_dump(said, sort_keys=False, width=110)
    write_whole(path, text.encode())


def _load(path: Path) -> dict[Any, Any]:
    given = read_yaml(path, "a markup is YAML or JSON")
    if not isinstance(given, dict):
        raise InputError(f"{path}: a markup holds `key: value` lines, at least `names: [...]`")
    return given


def _groups(path: Path, key: str, given: Any, names: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    if not isinstance(given, list):
        raise InputError(f"{path}: {key}: give a list, not {given!r}")
    if [] in given:
        raise InputError(f"{path}: {key}: a group in it is empty; name its landmarks, or leave it out")
    return tuple(
        tuple(_index(path, key, landmark, names) for landmark in (group if isinstance(group, list) else [group]))
        for group in given
    )


def _index(path: Path, key: str, landmark: Any, names: Sequence[str]) -> int:
    if isinstance(landmark, str) and landmark in names:
        return names.index(landmark)
    if isinstance(landmark, int) and not isinstance(landmark, bool) and 0 <= landmark < len(names):
        return landmark
    if isinstance(landmark, str):
        close = get_close_matches(landmark, names, n=1)
        hint = f"did you mean {close[0]!r}?" if close else "it is not among the names"
    else:
        hint = f"give a name, or an index from 0 to {len(names) - 1}"
    raise InputError(f"{path}: {key}: no landmark is {landmark!r}; {hint}")


def _spelled(group: Sequence[int], names: Sequence[str]) -> str:
    return "[" + ", ".join(names[index] for index in group) + "]"
