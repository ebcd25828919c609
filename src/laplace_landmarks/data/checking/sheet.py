"""A contact sheet of labels: each object with its landmarks, the suspicious ones red, and what is wrong in words."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import combining, normalize

import cv2
import numpy as np

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.checking.kinds import Suspicion
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop, tight_box

TILE, CAPTION = 240, 66  # pixels
GREEN, RED, DARK, WHITE, GREY = (80, 255, 80), (255, 60, 60), (20, 20, 20), (240, 240, 240), (60, 60, 60)
ROOM = 1.6  # side of a tile over the longer side of the landmarks' box
FAR = 4.0  # times the median distance from the middle: landmarks farther off do not widen a tile
FINE = 4  # bits: landmarks are drawn to a sixteenth of a pixel
LINE = 40  # letters of a caption's line


@dataclass(frozen=True)
class Tile:
    """An object to show; red: indices of the landmarks that are drawn so."""

    sample: Sample
    words: str
    red: frozenset[int]


def suspicious_tiles(labeled: LabeledSet, suspicions: Sequence[Suspicion]) -> list[Tile]:
    """A tile for each suspicious object, in the order of its worst suspicion."""
    of_sample: dict[int, list[Suspicion]] = defaultdict(list)
    for suspicion in suspicions:
        of_sample[suspicion.sample].append(suspicion)
    return [
        Tile(
            labeled.samples[index],
            "; ".join(suspicion.text for suspicion in found),
            frozenset(k for s in found for k in s.landmarks or range(len(labeled.markup))),
        )
        for index, found in of_sample.items()
    ]


def check_sheet(labeled: LabeledSet, tiles: Sequence[Tile], columns: int = 6) -> Picture:
    """The tiles in rows, each with its picture's name and its words below."""
    columns = min(columns, len(tiles))
    rows = -(-len(tiles) // columns)
    page = np.full((rows * (TILE + CAPTION), columns * TILE, 3), WHITE, np.uint8)
    for place, tile in enumerate(tiles):
        top, left = place // columns * (TILE + CAPTION), place % columns * TILE
        page[top : top + TILE, left : left + TILE] = _drawn(labeled, tile)
        for line, words in enumerate(_lines(tile)):
            colour = DARK if line == 0 else GREY
            where = (left + 4, top + TILE + 14 + 15 * line)
            cv2.putText(page, words, where, cv2.FONT_HERSHEY_SIMPLEX, 0.36, colour, 1, cv2.LINE_AA)
    return page


def _drawn(labeled: LabeledSet, tile: Tile) -> Picture:
    sample = tile.sample
    try:
        picture = read_picture(sample.picture)
    except InputError:
        return np.full((TILE, TILE, 3), GREY, np.uint8)
    crop = _crop(sample, picture)
    shown = crop.cut(picture)
    places = crop.to_crop(sample.landmarks)
    for a, b in labeled.markup.edges:
        if sample.visible[a] and sample.visible[b]:
            cv2.line(shown, _fine(places[a]), _fine(places[b]), (200, 200, 200), 1, cv2.LINE_AA, FINE)
    for index in sorted(np.flatnonzero(sample.visible).tolist(), key=lambda index: index in tile.red):
        red = index in tile.red
        centre = _fine(np.clip(places[index], 2, TILE - 3))  # what lies beyond the tile shows at its edge
        cv2.circle(shown, centre, round((4 if red else 2.6) * 2**FINE), DARK, cv2.FILLED, cv2.LINE_AA, FINE)
        cv2.circle(
            shown, centre, round((3 if red else 1.8) * 2**FINE), RED if red else GREEN, cv2.FILLED, cv2.LINE_AA, FINE
        )
    return shown


def _crop(sample: Sample, picture: Picture) -> Crop:
    """A square about most of the visible landmarks; the whole picture where there is none."""
    points = sample.landmarks[sample.visible].astype(np.float64)
    if len(points):
        away = np.linalg.norm(points - np.median(points, axis=0), axis=1)
        points = points[away <= FAR * max(float(np.median(away)), 1.0)]
        x0, y0, x1, y1 = tight_box(points)
    else:
        x0, y0, x1, y1 = sample.box or (0, 0, picture.shape[1] - 1, picture.shape[0] - 1)
    return Crop((x0 + x1) / 2, (y0 + y1) / 2, ROOM * max(x1 - x0, y1 - y0, 8.0), TILE)


def _lines(tile: Tile) -> list[str]:
    """Name and words, broken into what fits below a tile; opencv draws plain letters only, so accents are left out."""
    name = tile.sample.name if len(tile.sample.name) <= LINE else f"...{tile.sample.name[3 - LINE :]}"
    lines, rest = [name], tile.words.split()
    while rest and len(lines) < 4:
        line = rest.pop(0)
        while rest and len(line) + len(rest[0]) < LINE:
            line += " " + rest.pop(0)
        lines.append(line)
    if rest:
        lines[-1] = lines[-1][: LINE - 4] + " ..."
    bare = ("".join(sign for sign in normalize("NFKD", line) if not combining(sign)) for line in lines)
    return [line.encode("ascii", "replace").decode() for line in bare]


def _fine(point: np.ndarray) -> tuple[int, int]:
    x, y = np.clip(point, -1e4, 1e4)
    return round(float(x) * 2**FINE), round(float(y) * 2**FINE)
