""".pts files, one object each: the only place that knows they count pixels from 1."""

from pathlib import Path

import numpy as np

from laplace_landmarks.conventions import Landmarks
from laplace_landmarks.data.formats.rows import is_place
from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import read_text


def read_pts(path: Path | str, landmarks: int | None = None) -> Landmarks:
    """(K, 2) the landmarks of a .pts file, 0-based; `landmarks` is the K that must be there, None takes any.

    Format of iBUG's 300W: "version: 1", "n_points: 68", "{", a line "x y" for each landmark, "}".
    """
    lines = _lines(path)
    header = [(number, text) for number, text in lines if ":" in text]
    counts = [(number, text.split(":")[1].strip()) for number, text in header if text.startswith("n_points")]
    opening = [number for number, text in lines if text == "{"]
    closing = [number for number, text in lines if text == "}"]
    if not counts or not counts[0][1].isdecimal():
        raise InputError(f"{path}: no line 'n_points: N' with a number N; is this a .pts file?")
    if len(opening) != 1 or len(closing) > 1:
        raise InputError(f"{path}: the points of one object must stand between one {{ and one }}")
    if not closing:
        raise InputError(f"{path}, line {lines[-1][0]}: no closing }}; the file is cut short, copy it again")

    rows = [(number, text) for number, text in lines if opening[0] < number < closing[0]]
    points = np.array([_point(path, number, text) for number, text in rows], np.float64).reshape(-1, 2)
    line, promised = counts[0][0], int(counts[0][1])
    if len(points) != promised:
        raise InputError(
            f"{path}, line {line}: n_points says {promised}, but {len(points)} points follow; correct one of them"
        )
    if landmarks is not None and len(points) != landmarks:
        raise InputError(f"{path}, line {line}: {len(points)} points, but the markup has {landmarks} landmarks")
    return (points - 1).astype(np.float32)


def write_pts(path: Path | str, landmarks: Landmarks) -> None:
    """Writes (K, 2) 0-based landmarks as a .pts file, which counts from 1."""
    rows = "".join(f"{x:.6f} {y:.6f}\n" for x, y in np.asarray(landmarks, np.float64) + 1)
    Path(path).write_text(f"version: 1\nn_points: {len(landmarks)}\n{{\n{rows}}}\n", encoding="ascii")


def _lines(path: Path | str) -> list[tuple[int, str]]:
    """The lines that hold something, stripped, each with its number as an editor counts it."""
    text = read_text(Path(path), "a .pts file holds numbers as text")
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise InputError(f"{path}: the file is empty; copy it again")
    return lines


def _point(path: Path | str, line: int, text: str) -> tuple[float, float]:
    try:
        x, y = map(float, text.split())
    except ValueError as error:
        raise InputError(f"{path}, line {line}: {text!r} is not a point; write two numbers, x and y") from error
    if not (is_place(x) and is_place(y)):
        raise InputError(f"{path}, line {line}: {text!r} is no place in a picture; correct it or leave the picture out")
    return x, y
