"""Labels of programs whose files are not read: called by their name, with what to give instead."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

TABLE = "write its points as a table, a row a picture: image,nose_x,nose_y,... (docs/formats.md)"
LABELME = f"a file of LabelMe, which is not read; {TABLE}"
CVAT = f"CVAT's own XML, which is not read; export skeletons as 'COCO Keypoints 1.0', or, without skeletons, {TABLE}"
HEAD = 2**20  # bytes; LabelMe writes the picture itself, which may be large, after the keys that tell the format


def is_labelme(content: Any) -> bool:
    """Whether a JSON document is one picture's labels by LabelMe, or a program that writes as it does."""
    return isinstance(content, Mapping) and "shapes" in content and "imagePath" in content


def looks_like_labelme(path: Path) -> bool:
    """The same of a file, by the beginning of it."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:  # whoever reads it will say so
        return False
    return b'"shapes"' in head and b'"imagePath"' in head


def of_xml(root: str) -> str:
    """What is said of an XML file whose first element is not dlib's."""
    other = f"no XML of dlib, which begins with <dataset>, not <{root}>"
    return CVAT if root == "annotations" else f"{other}; export COCO keypoints, or {TABLE}"
