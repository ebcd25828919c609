"""COCO keypoints as JSON: one file for many pictures, each annotation an object with x, y, v of every landmark.

v = 0 is a landmark without a label. v = 1, labeled though hidden, and v = 2 both have a place and are visible here.
A keypoint is a pixel's index, its centre the integer; a box is measured from pixels' edges, so half a pixel is taken
off it (detectron2 reads COCO's two habits the same way; COCO itself says only "0-indexed").
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from laplace_landmarks.data.formats.foreign import LABELME, is_labelme
from laplace_landmarks.data.formats.rows import (
    Note,
    Point,
    Row,
    find_picture,
    labeled_set,
    note_hidden,
    number,
    path_from,
    silent,
    tight,
)
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.text_files import is_utf8, read_json

VISIBILITY = (0, 1, 2)
LONGEST_LINE = 2**20  # bytes of the first line of predictions


def fits(path: Path, head: bytes) -> bool:
    """Whether a file begins as JSON does."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def read_coco(path: Path | str, markup: Markup | None = None, note: Note = silent) -> LabeledSet:
    """The annotations of a COCO file that have landmarks; crowds and objects without any are left out and counted.

    Pictures lie beside the file, in images/ there, or one folder up (as in annotations/ and val2017/); or where the
    command runs, as `predict` names them. Without a markup the category's names and skeleton make one.
    """
    path = Path(path)
    images, annotations, category, kinds = _parts(path)
    names = _names(path, category)
    parent = path.absolute().parent
    folders = [parent, parent / "images", parent.parent, parent.parent / "images"]
    folders += [parent.parent / path.stem.rsplit("_", 1)[-1], Path()]
    rows, seen, left_out, hidden = [], set(), 0, 0
    for place, annotation in enumerate(annotations):
        where = f"{path}, annotations[{place}]"
        if not isinstance(annotation, dict):
            raise InputError(f"{where}: must be an object, not {str(annotation)[:40]!r}")
        if "id" in annotation:
            where += f" (id {annotation['id']})"
            if str(annotation["id"]) in seen:
                raise InputError(f"{where}: this id stands there twice; the file may be joined of two")
            seen.add(str(annotation["id"]))
        keypoints = annotation.get("keypoints") or []
        points = _points(where, keypoints) if keypoints and not annotation.get("iscrowd") else []
        if not any(points):  # by v: some programs leave numbers beside v = 0
            left_out += 1
            continue
        image = images.get(str(annotation.get("image_id")))
        if image is None:
            raise InputError(f"{where}: image_id {annotation.get('image_id')!r} is none of the {len(images)} images")
        kind = annotation.get("category_id")
        if kinds and kind is not None and str(kind) not in kinds:
            raise InputError(f"{where}: category_id {kind!r} is none of the categories; there are {', '.join(kinds)}")
        hidden += sum(v == 1 for v in keypoints[2::3])
        rows.append(Row(where, image, find_picture(image, folders), points, _box(where, annotation.get("bbox"))))
    if left_out:
        note(f"{path}: {left_out} annotations without landmarks, or of crowds, were left out")
    note_hidden(path, hidden, note)
    count = len(rows[0].points) if rows else 0
    if names and rows and len(names) != count:
        raise InputError(f"{rows[0].where}: {count} landmarks, but the category names {len(names)}")
    return labeled_set(path, rows, markup, names=names, own=_own(path, category, names) if names else None, note=note)


def write_coco(path: Path, labeled: LabeledSet) -> None:
    """Writes the samples as a COCO file that read_coco gives back; the pictures stay where they are."""
    markup, images, annotations = labeled.markup, {}, []
    for place, sample in enumerate(labeled.samples, start=1):
        if sample.picture not in images:
            height, width = read_picture(sample.picture).shape[:2]
            name = path_from(path.parent, sample.picture)
            images[sample.picture] = {"id": len(images) + 1, "file_name": name, "width": width, "height": height}
        points = sample.landmarks.astype(float).round(4).tolist()
        keypoints = [
            value
            for (x, y), seen in zip(points, sample.visible, strict=True)
            for value in ((x, y, 2) if seen else (0, 0, 0))
        ]
        around = sample.box or (tight_box(sample.landmarks[sample.visible]) if sample.visible.any() else (0, 0, 0, 0))
        x0, y0, x1, y1 = around
        annotations.append(
            {
                "id": place,
                "image_id": images[sample.picture]["id"],
                "category_id": 1,
                "iscrowd": 0,
                "num_keypoints": int(sample.visible.sum()),
                "keypoints": keypoints,
                "bbox": [round(value, 4) for value in (x0 + 0.5, y0 + 0.5, x1 - x0, y1 - y0)],
                "area": round((x1 - x0) * (y1 - y0), 4),
            }
        )
    category = {
        "id": 1,
        "name": markup.name,
        "keypoints": list(markup.names),
        "skeleton": [[a + 1, b + 1] for a, b in markup.edges],
    }
    content = {"images": list(images.values()), "annotations": annotations, "categories": [category]}
    write_whole(path, json.dumps(content).encode())


def _parts(path: Path) -> tuple[dict[str, str], list[Any], Mapping[str, Any], list[str]]:
    """File names by image id, the annotations, the one category with landmarks, and the ids of all categories."""
    if _is_predictions(path):
        raise InputError(f"{path}: predictions, not labels: run predict --format coco to have them as a file of labels")
    content = read_json(path, "COCO labels are JSON")
    if is_labelme(content):
        raise InputError(f"{path}: {LABELME}")
    if not isinstance(content, dict):
        raise InputError(f"{path}: a COCO file is an object with images, annotations and categories, not a list")
    for key in ("images", "annotations"):
        if not isinstance(content.get(key), list):
            raise InputError(f"{path}: no list {key!r}; a COCO file has images, annotations and categories")
    images: dict[str, str] = {}
    for place, image in enumerate(content["images"]):
        where = f"{path}, images[{place}]"
        if not isinstance(image, dict) or "id" not in image or not isinstance(image.get("file_name"), str):
            raise InputError(f"{where}: an image needs an id and a file_name")
        if str(image["id"]) in images:
            raise InputError(f"{where}: id {image['id']} stands there twice")
        images[str(image["id"])] = image["file_name"]
    category = _category(path, content)
    kinds = [str(kind["id"]) for kind in content.get("categories") or () if "id" in kind]
    return images, content["annotations"], category, kinds


def _is_predictions(path: Path) -> bool:
    """Whether the first line is a face as `predict` writes it, in predictions.jsonl or of a video."""
    try:
        with path.open("rb") as file:
            first = json.loads(file.readline(LONGEST_LINE))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(first, dict) and "picture" in first and "landmarks" in first


def _category(path: Path, content: Mapping[str, Any]) -> Mapping[str, Any]:
    categories = content.get("categories") or []
    if not isinstance(categories, list) or not all(isinstance(category, dict) for category in categories):
        raise InputError(f"{path}: categories must be a list of objects")
    named = [category for category in categories if category.get("keypoints")]
    if len(named) > 1:
        two = " and ".join(str(category.get("name")) for category in named[:2])
        raise InputError(f"{path}: {two} have landmarks of their own; make a file for each category")
    return named[0] if named else (categories[0] if categories else {})


def _names(path: Path, category: Mapping[str, Any]) -> list[str]:
    given = category.get("keypoints") or []
    names = [str(name) for name in given] if isinstance(given, list) else None
    if names is None or not is_utf8("".join(names)):
        raise InputError(f"{path}: keypoints of a category must be a list of names")
    return names


def _points(where: str, values: Any) -> list[Point | None]:
    if not isinstance(values, list) or len(values) % 3:
        raise InputError(f"{where}: keypoints must be a list of x, y, v for every landmark")
    points: list[Point | None] = []
    for place, (x, y, v) in enumerate(zip(values[::3], values[1::3], values[2::3], strict=True)):
        if v not in VISIBILITY:
            raise InputError(f"{where}: v of landmark {place} is {v!r}; it is 0, 1 or 2")
        known = number(where, x, f"x of landmark {place}"), number(where, y, f"y of landmark {place}")
        points.append(known if v else None)
    return points


def _box(where: str, given: Any) -> tuple[float, float, float, float] | None:
    """COCO's x, y, width, height; boxes without a size, which stand for none, are none."""
    if not given:
        return None
    if not isinstance(given, list) or len(given) != 4:
        raise InputError(f"{where}: bbox must be x, y, width, height, not {given!r}")
    x, y, width, height = (number(where, value, "a number of bbox") for value in given)
    if not (width > 0 and height > 0):
        return None
    return tight(where, x - 0.5, y - 0.5, x + width - 0.5, y + height - 0.5)


def _own(path: Path, category: Mapping[str, Any], names: Sequence[str]) -> Markup:
    """The category as a markup; its skeleton counts from 1, as COCO's, or from 0 where it says 0."""
    skeleton = category.get("skeleton") or []
    if not isinstance(skeleton, list):
        raise InputError(f"{path}: skeleton must be pairs of indices")
    edges = [edge for edge in skeleton if isinstance(edge, list) and len(edge) == 2]
    flat = [index for edge in edges for index in edge]
    if not all(isinstance(index, int) for index in flat):
        raise InputError(f"{path}: skeleton must be pairs of indices")
    base = 0 if 0 in flat else 1
    try:
        return Markup(
            str(category.get("name", path.stem)), tuple(names), edges=tuple((a - base, b - base) for a, b in edges)
        )
    except InputError as error:
        raise InputError(f"{path}, categories: {error}") from None
