"""Where labeled pictures come from: any of the formats, told apart by what lies there, and parts of them by name."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from laplace_landmarks.data.formats.pictures_with_pts import read_pts_folder
from laplace_landmarks.data.formats.table import read_table
from laplace_landmarks.data.formats.w300 import JOINED, home_of_300w, read_300w
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError

FORMATS = ("auto", "300w", "pts", "table")


def read_labeled(
    path: Path | str, markup: Markup, format: str = "auto", note: Callable[[str], None] | None = None
) -> LabeledSet:
    """The labeled pictures at a path; `note` hears what a part of a known data set lacks, line by line.

    format: "table" (a CSV file), "300w" (its official folders), "pts" (pictures with .pts beside), or "auto": a file
    is a table, a folder that holds one of 300W's folders is 300W, any other folder is pictures with .pts.
    """
    path = Path(path)
    if format not in FORMATS:
        raise InputError(f"no format is named {format!r}; known: {', '.join(FORMATS)}")
    if not path.exists():
        raise InputError(f"{path}: there is no such file or folder of labeled pictures")
    if format == "auto":
        format = "table" if path.is_file() else "300w" if home_of_300w(path) else "pts"
    if format == "table":
        return read_table(path, markup)
    if format == "pts":
        return read_pts_folder(path, markup)
    labeled, missing = read_300w(path, markup)
    if note is not None:
        for line in missing:
            note(line)
    return labeled


def subset(labeled: LabeledSet, name: str) -> LabeledSet:
    """The samples of a subset: "train", "common", "challenge", "full" of 300W, or what a table's column says."""
    known = {sample.subset for sample in labeled.samples} - {""}
    parts = {name} if name in known else set(JOINED.get(name, (name,)))
    absent = sorted(parts - known)
    if absent:  # a joined subset with a part missing would be another subset under its name
        there = ", ".join(sorted(known)) or "no subsets"
        raise InputError(f"subset {name!r}: no picture is in {' or '.join(map(repr, absent))}; there are {there}")
    return replace(labeled, samples=tuple(sample for sample in labeled.samples if sample.subset in parts))


def select(labeled: LabeledSet, names: Iterable[str]) -> LabeledSet:
    """The samples with these names, in the set's order; a name is a sample's own or, where unique, its last part."""
    wanted = list(names)
    by_name: dict[str, set[str]] = defaultdict(set)
    for sample in labeled.samples:
        by_name[sample.name].add(sample.name)
        by_name[sample.name.rsplit("/", 1)[-1]].add(sample.name)
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        some = f"{len(unknown)} of {len(wanted)} names are not among the {len(labeled)} pictures"
        raise InputError(f"{some}, the first is {unknown[0]!r}; is it the split of another data set?")
    chosen = Counter[str]()
    for name in wanted:
        # "a" is the sample of that name even where "folder/a" is there too
        fitting = {name} if name in by_name[name] else by_name[name]
        if len(fitting) > 1:
            raise InputError(
                f"{name!r} fits {' and '.join(sorted(fitting)[:2])}; choose a subset, or name the folder too"
            )
        chosen.update(fitting)
    twice = [name for name, count in chosen.items() if count > 1]
    if twice:
        raise InputError(f"{len(twice)} pictures are named twice, the first is {twice[0]}")
    return replace(labeled, samples=tuple(sample for sample in labeled.samples if sample.name in chosen))


def read_split(path: Path | str, key: str) -> tuple[str, ...]:
    """The names under a key of a JSON split file; "labels/50" is the list "50" within "labels"."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a JSON file ({error})") from error
    except json.JSONDecodeError as error:
        raise InputError(f"{path}, line {error.lineno}: not valid JSON ({error.msg})") from error
    for part in key.split("/"):
        if not isinstance(found, dict) or part not in found:
            known = ", ".join(found) if isinstance(found, dict) else "no lists below that"
            raise InputError(f"{path}: no key {key!r}; there are {known}")
        found = found[part]
    if not isinstance(found, list) or not found or not all(isinstance(name, str) for name in found):
        raise InputError(f"{path}: {key!r} must be a list of names in quotes, at least one")
    twice = [name for name, count in Counter(found).items() if count > 1]
    if twice:
        raise InputError(f"{path}: {key!r} names {len(twice)} pictures twice, the first is {twice[0]}")
    return tuple(found)
