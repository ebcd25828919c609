"""Pictures of kites with five points each, as somebody might have labeled them: something to try docs/own-object.md on.

python examples/kites.py [kites] [--labeled 80] [--seed 0]
"""

import csv
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import tyro
from numpy.typing import NDArray

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.pictures import write_picture

HEIGHT, WIDTH = 120, 160
NAMES = ("nose", "left", "right", "tail", "ribbon")
SHAPE = np.array([(0, -1.1), (-0.75, -0.3), (0.75, -0.3), (0, 1.1), (0, 1.8)])  # in kite's half heights, y down
HIDDEN = 0.3  # of the kites have a cloud before one of their points

MARKUP = """\
# kites/markup.yaml
names: [nose, left, right, tail, ribbon]
mirror: [[left, right]]
edges: [[nose, left], [left, tail], [tail, right], [right, nose], [tail, ribbon]]
regions: {frame: [nose, left, right, tail], ribbon: [ribbon]}
"""
CONFIG = """\
# kites.yaml: objects that fill their pictures, small and large, upright and turned
recipe: kites
data:
  labeled: kites/labels.csv
  markup: kites/markup.yaml
  picture_factor: 1          # or box_factor: 1.5
network: {width: 8, head: light, fusion: separable, growth: [1, 1, 2, 2], start: he, dropout: 0}
loss: {name: laplace_nll}
augmentation: {mirror: 0.5, rotation: 20, scale: 0.2, shift: 0.1, colour: 0.5}
optimiser: {batch: 8, steps: 2000, learning_rate: 0.004, schedule: cosine, largest_gradient: 10}
select: ema                  # the averaged weights
"""


def main(folder: Annotated[Path, tyro.conf.Positional] = Path("kites"), labeled: int = 80, seed: int = 0) -> None:
    """Draw labels.csv, a fourth as many more in test.csv, and pictures nobody has labeled; write the page's files."""
    random, number = np.random.default_rng(seed), 0
    for file, count in (("labels.csv", labeled), ("test.csv", labeled // 4), (None, 6)):
        rows = [["image", *(f"{name}_{axis}" for name in NAMES for axis in "xy")]]
        place = folder / ("images" if file else "new")
        place.mkdir(parents=True, exist_ok=True)
        for _ in range(count):
            number += 1
            picture, points, visible = kite(random)
            write_picture(place / f"kite{number:03}.jpg", picture)
            cells = [
                f"{value:.1f}" if seen else "" for point, seen in zip(points, visible, strict=True) for value in point
            ]
            rows.append([f"kite{number:03}.jpg", *cells])
        if file:
            with (folder / file).open("w", newline="") as out:
                csv.writer(out, lineterminator="\n").writerows(rows)
    print(f"{number} pictures of kites below {folder}")
    for file, text in ((folder / "markup.yaml", MARKUP), (folder.parent / f"{folder.name}.yaml", CONFIG)):
        if file.exists():
            print(f"{file}: is there already, and stays as it is")
        else:
            file.write_text(text.replace("kites/", f"{folder.as_posix()}/"))


def kite(random: np.random.Generator) -> tuple[Picture, NDArray[np.float64], NDArray[np.bool_]]:
    """A picture, its points (5, 2) and whether each can be seen: not behind the cloud, not outside of the picture."""
    size, angle = random.uniform(24, 40), random.normal(0, 0.45)
    shape = SHAPE * (random.uniform(0.8, 1.2), 1) + random.normal(0, 0.04, SHAPE.shape)
    shape[4, 0] += random.uniform(-0.6, 0.6)  # the ribbon blows about
    turn = np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    centre = np.array([WIDTH, HEIGHT]) / 2 + random.normal(0, (16, 9))
    points = size * shape @ turn + centre

    sky = np.linspace(random.uniform(90, 170), random.uniform(170, 235), HEIGHT)
    picture = np.repeat(np.stack([sky * 0.8, sky * 0.95, sky + 20], axis=-1)[:, None], WIDTH, axis=1).clip(0, 255)
    for _ in range(4):
        cloud(picture, random.uniform((0, 0), (WIDTH, HEIGHT)), random)
    colours = random.uniform(20, 230, (2, 3))
    for corners, colour in (((0, 1, 3), colours[0]), ((0, 2, 3), colours[1])):
        cv2.fillPoly(picture, [fixed(points[list(corners)])], colour.tolist(), cv2.LINE_AA, 4)
    line(picture, [points[3], (points[3] + points[4]) / 2 + random.normal(0, 4, 2), points[4]], colours[0] * 0.6)
    line(picture, [points[0], points[3]], (60, 45, 30))
    line(picture, [points[1], points[2]], (60, 45, 30))
    cv2.circle(picture, fixed(points[4]).tolist(), 3 * 16, colours[1].tolist(), -1, cv2.LINE_AA, 4)

    visible = (points > 0).all(axis=1) & (points < (WIDTH - 1, HEIGHT - 1)).all(axis=1)
    if random.random() < HIDDEN:
        behind = int(random.integers(len(points)))
        cloud(picture, points[behind], random)
        visible = visible & (np.linalg.norm(points - points[behind], axis=1) > 7)
    noisy = picture + random.normal(0, 5, picture.shape)
    return noisy.clip(0, 255).astype(np.uint8), points, np.asarray(visible)


def cloud(picture: NDArray[np.float64], centre: NDArray[np.float64], random: np.random.Generator) -> None:
    for offset in random.normal(0, (7, 3), (5, 2)):
        cv2.circle(picture, fixed(centre + offset).tolist(), 7 * 16, (250, 250, 250), -1, cv2.LINE_AA, 4)


def line(picture: NDArray[np.float64], points: list, colour: object) -> None:
    cv2.polylines(picture, [fixed(np.array(points))], False, np.asarray(colour).tolist(), 2, cv2.LINE_AA, 4)


def fixed(points: NDArray[np.float64]) -> NDArray[np.int32]:
    """As opencv draws below the pixel: whole sixteenths."""
    return np.rint(points * 16).astype(np.int32)


if __name__ == "__main__":
    tyro.cli(main)
