"""YOLO-pose labels: data.yaml, pictures below images/, and for each a .txt of the same path below labels/.

A line is an object: class, the box's centre and size, then x, y and, with kpt_shape [K, 3], v of every landmark, all
in fractions of the picture. The fractions are COCO's pixels over the picture's size (Ultralytics' converter divides
and no more), so landmarks are pixels' indices, boxes pixels' edges: see coco.py. v = 0 is missing; without v, a
landmark with a negative coordinate is.
"""

import shutil
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from laplace_landmarks.data.formats.copies import places_by_picture
from laplace_landmarks.data.formats.folder import files_below, find_pictures
from laplace_landmarks.data.formats.rows import Note, Point, Row, labeled_set, note_hidden, number, silent, tight
from laplace_landmarks.data.markup import Markup, markup_of_count
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.text_files import read_text, read_yaml

BOX = 5  # words before the landmarks
VISIBILITY = (0, 1, 2)


def fits(path: Path, head: bytes) -> bool:
    """Whether it is a data.yaml, or a folder with images/ and labels/."""
    if path.is_dir():
        return (path / "images").is_dir() and (path / "labels").is_dir()
    return path.suffix in (".yaml", ".yml") and b"kpt_shape" in head


def read_yolo(path: Path | str, markup: Markup | None = None, note: Note = silent) -> LabeledSet:
    """The objects of all pictures that have labels, by picture; subset is the folder below images/ ("train", "val").

    path: the data.yaml or the folder that holds it. Without a markup, kpt_names and flip_idx of the data.yaml make
    one. Every picture is opened for its size. Pictures without a label file are left out and counted; so are label
    files without a picture. Objects of all classes are read, and their number is told.
    """
    path = Path(path)
    file = path if path.is_file() else path / "data.yaml"
    shape, own = _described(file) if file.is_file() else (None, None)
    count = shape[0] if shape else len(markup) if markup else None
    if count is None:
        raise InputError(f"{path}: no data.yaml with kpt_shape in it; add it, or name the markup")
    root = file.absolute().parent
    rows, bare, objects, hidden = [], 0, 0, 0
    classes, used = set[str](), set[Path]()
    for picture in find_pictures(root / "images"):
        inside = picture.relative_to(root / "images")
        labels = (root / "labels" / inside).with_suffix(".txt")
        if not labels.is_file():
            bare += 1
            continue
        used.add(labels)
        subset = inside.parts[0] if len(inside.parts) > 1 else ""
        lines = [(place, line.split()) for place, line in enumerate(read_text(labels).splitlines(), 1) if line.strip()]
        size = read_picture(picture).shape[1::-1] if lines else (1, 1)
        for place, words in lines:
            where = f"{labels}, line {place}"
            objects += 1
            points, box, unseen = _object(where, words, count, shape[1] if shape else None, size)
            hidden += unseen
            if any(points):
                classes.add(words[0])
                rows.append(Row(where, inside.as_posix(), picture, points, box, subset))
    if bare or objects > len(rows):
        note(
            f"{path}: {bare} pictures without labels and {objects - len(rows)} objects without landmarks were left out"
        )
    lone = sorted({Path(name) for name in files_below(root / "labels") if _is_labels(Path(name))} - used)
    if lone:
        note(f"{path}: {len(lone)} label files without a picture were left out, the first is {lone[0]}")
    if len(classes) > 1:
        note(f"{path}: objects of {len(classes)} classes ({', '.join(sorted(classes))}) are read as of one")
    note_hidden(path, hidden, note)
    return labeled_set(path, rows, markup, names=own.names if own else (), own=own, note=note)


def write_yolo(folder: Path, labeled: LabeledSet) -> None:
    """Writes pictures, labels and data.yaml below a new folder; samples without a subset go to train/."""
    lines: dict[PurePosixPath, list[str]] = {}
    pictures: dict[PurePosixPath, Path] = {}
    samples = tuple(replace(sample, subset=sample.subset or "train") for sample in labeled.samples)
    for sample, place in zip(samples, places_by_picture(replace(labeled, samples=samples)), strict=True):
        pictures[place] = sample.picture
        lines.setdefault(place, []).append(_line(sample))
    for place, picture in pictures.items():
        copy, labels = folder / "images" / f"{place}{picture.suffix}", folder / "labels" / f"{place}.txt"
        for file in (copy, labels):
            file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(picture, copy)
        write_whole(labels, ("\n".join(lines[place]) + "\n").encode())
    markup = labeled.markup
    described = {
        **{subset: f"images/{subset}" for subset in sorted({place.parts[0] for place in pictures})},
        "kpt_shape": [len(markup), 3],
        "flip_idx": markup.mirror_order().tolist(),
        "names": {0: markup.name},
        "kpt_names": {0: list(markup.names)},
    }
    write_whole(folder / "data.yaml", yaml.safe_dump(described, sort_keys=False).encode())


def _line(sample: Sample) -> str:
    height, width = read_picture(sample.picture).shape[:2]
    x0, y0, x1, y1 = sample.box or tight_box(sample.landmarks[sample.visible])
    box = ((x0 + x1 + 1) / 2 / width, (y0 + y1 + 1) / 2 / height, (x1 - x0) / width, (y1 - y0) / height)
    landmarks = [
        f"{x / width:.6f} {y / height:.6f} 2" if seen else "0 0 0"
        for (x, y), seen in zip(sample.landmarks.tolist(), sample.visible, strict=True)
    ]
    return " ".join(["0", *(f"{value:.6f}" for value in box), *landmarks])


def _described(file: Path) -> tuple[tuple[int, int], Markup | None]:
    """kpt_shape, and the markup that names and mirror order make."""
    content = read_yaml(file)
    shape = content.get("kpt_shape") if isinstance(content, dict) else None
    if not (isinstance(shape, list) and len(shape) == 2 and all(isinstance(n, int) for n in shape) and shape[0] > 0):
        raise InputError(f"{file}: kpt_shape must be [landmarks, 2 or 3]")
    if shape[1] not in (2, 3):
        raise InputError(f"{file}: kpt_shape says {shape[1]} numbers a landmark; 2 or 3 are possible")
    count, names = shape[0], _names(file, content.get("kpt_names"))
    mirror = _pairs(file, content.get("flip_idx"), count)
    if names is not None and len(names) != count:
        raise InputError(f"{file}: kpt_names must have {count} entries, not {len(names)}")
    if names is None and (not mirror or content["flip_idx"] == markup_of_count(count).mirror_order().tolist()):
        return (count, shape[1]), None  # the count tells as much
    kinds = content.get("names")
    name = next(iter(kinds.values()), file.stem) if isinstance(kinds, dict) else file.stem
    names = tuple(str(place + 1) for place in range(count)) if names is None else tuple(map(str, names))
    try:
        return (count, shape[1]), Markup(str(name), names, mirror=mirror)
    except InputError as error:
        raise InputError(f"{file}: {error}") from None


def _names(file: Path, given: Any) -> list[Any] | None:
    """The landmarks' names, a list or one for each class; None where the file has none."""
    lists = list(given.values()) if isinstance(given, dict) else [] if given is None else [given]
    if not all(isinstance(names, list) for names in lists):
        raise InputError(f"{file}: kpt_names must be a list of names, or one for each class")
    if any(names != lists[0] for names in lists):
        raise InputError(f"{file}: kpt_names: two classes have landmarks of their own; make a data set for each class")
    return lists[0] if lists else None


def _pairs(file: Path, order: Any, count: int) -> tuple[tuple[int, int], ...]:
    """The mirror pairs in flip_idx, which says for each landmark whose place it takes."""
    if order is None or order == []:
        return ()
    if not isinstance(order, list) or any(type(place) is not int for place in order):
        raise InputError(f"{file}: flip_idx must be a list of indices")
    if len(order) != count or set(order) != set(range(count)):
        raise InputError(f"{file}: flip_idx must have {count} entries, each index from 0 to {count - 1} once")
    odd = next(((place, other) for place, other in enumerate(order) if order[other] != place), None)
    if odd:
        one, other = odd
        raise InputError(f"{file}: flip_idx: {one} takes the place of {other}, but {other} not that of {one}")
    return tuple((place, other) for place, other in enumerate(order) if place < other)


def _is_labels(file: Path) -> bool:
    """Whether it is a label file; classes.txt is where some programs list the classes."""
    return file.suffix == ".txt" and file.name != "classes.txt"


def _object(
    where: str, words: list[str], count: int, numbers: int | None, size: Any
) -> tuple[list[Point | None], tuple[float, float, float, float] | None, int]:
    """Landmarks, box, and how many landmarks are said to be hidden."""
    numbers = numbers or (3 if len(words) == BOX + 3 * count else 2)
    if len(words) != BOX + numbers * count:
        raise InputError(f"{where}: {len(words)} words, but {count} landmarks make {BOX + numbers * count}")
    width, height = size
    values = [number(where, word, f"word {place}") for place, word in enumerate(words, 1)]
    x, y, w, h = values[1] * width, values[2] * height, values[3] * width, values[4] * height
    box = tight(where, x - w / 2 - 0.5, y - h / 2 - 0.5, x + w / 2 - 0.5, y + h / 2 - 0.5) if w and h else None
    points: list[Point | None] = []
    hidden = 0
    for first in range(BOX, len(values), numbers):
        px, py = values[first] * width, values[first + 1] * height
        v = values[first + 2] if numbers == 3 else 2 * (px >= 0 and py >= 0)
        if v not in VISIBILITY:
            raise InputError(f"{where}: visibility is {words[first + 2]}; it is 0, 1 or 2")
        hidden += v == 1
        points.append((px, py) if v else None)
    return points, box, hidden
