"""On which side of the labels of LFPW the landmarks of mirror-symmetric models lie, and what it costs.

    python benchmarks/label_offset.py [--data ../shared/data]

Faces look as often to one side as to the other, and a model that learns from mirrored pictures, too, finds the same
landmarks in a picture and in its mirror image. So if its landmarks lie on one side of the labels on average, in both,
the labels lie beside the faces. MTCNN, which has never seen these labels, is asked as well: the centres of the eyes,
the nose's tip and the corners of the mouth. And the same models look at drawn faces, whose landmarks are exact.
"""

from pathlib import Path

import numpy as np
import tyro
from numpy.typing import NDArray
from record import record

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.data.synthetic.dataset import synthetic_face
from laplace_landmarks.evaluation.bootstrap import Estimate, mean_of
from laplace_landmarks.evaluation.metrics import lengths_of
from laplace_landmarks.faces.mtcnn import MTCNN
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.released import families

DRAWN = 400  # faces
LARGE = 90.0  # pixels between the outer eye corners: half of the faces have more


def main(data: Path = Path("../shared/data")) -> None:
    """Find the landmarks of the validation faces in pictures and their mirror images, and write the result file."""
    labeled = read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts")
    faces = select(labeled, read_split(data / "splits/lfpw.json", "validation"))
    pictures = [read_picture(sample.picture) for sample in faces.samples]
    truth = np.stack([sample.landmarks for sample in faces.samples]).astype(np.float64)
    eyes = lengths_of("inter_ocular", faces)
    drawn, exact = zip(*(synthetic_face(0, face, 128) for face in range(DRAWN)), strict=True)
    figures: dict = {}
    for name in (f"{family}-fast" for family in families()):
        detector = LandmarkDetector(name, upright=False)
        plain, mirrored = (of_model(detector, shown, places) for shown, places in both_ways(pictures, truth, faces))
        away, other = plain - truth, back(mirrored, pictures, faces) - truth
        on_drawn = of_model(detector, list(drawn), np.stack(exact)) - np.stack(exact)
        centred = plain - (away.mean(axis=(0, 1)) * (1, 0))
        figures[name] = {
            "x": told(away[..., 0]), "y": told(away[..., 1]), "x, mirrored and back": told(other[..., 0]),
            "x, smaller faces": told(away[eyes < LARGE][..., 0]), "x, larger faces": told(away[eyes >= LARGE][..., 0]),
            "x, drawn faces": told(on_drawn[..., 0]), "y, drawn faces": told(on_drawn[..., 1]),
            "nmse_percent": told(errors(plain, truth, eyes)), "without the offset": told(errors(centred, truth, eyes)),
        }  # fmt: skip
        print(name, figures[name], flush=True)
    figures["MTCNN"] = of_mtcnn(pictures, truth)
    print(figures["MTCNN"])
    record(
        "label-offset",
        figures,
        data=f"300W lfpw/trainset, {len(truth)} validation faces",
        protocol="crops placed by true points, along the picture's axes; predicted less labeled, pixels of the picture",
        large=LARGE,
        drawn=DRAWN,
    )


def both_ways(pictures: list[NDArray], truth: NDArray, faces: LabeledSet) -> tuple:
    """Pictures with the places of their landmarks, and the mirror images with theirs."""
    turned = [np.ascontiguousarray(picture[:, ::-1]) for picture in pictures]
    return (pictures, truth), (turned, back(truth, pictures, faces))


def back(landmarks: NDArray, pictures: list[NDArray], faces: LabeledSet) -> NDArray[np.float64]:
    """(N, K, 2) landmarks of mirror images in the pictures, or the other way round."""
    widths = np.array([picture.shape[1] for picture in pictures])[:, None]
    order = faces.markup.mirror_order()
    x, y = landmarks[:, order, 0], landmarks[:, order, 1]
    return np.stack([widths - 1 - x, y], axis=-1)


def of_model(detector: LandmarkDetector, pictures: list[NDArray], places: NDArray) -> NDArray[np.float64]:
    found = detector.batch(pictures, anchors=[place[None].astype(np.float32) for place in places])
    return np.stack([face.landmarks for (face,) in found]).astype(np.float64)


def of_mtcnn(pictures: list[NDArray], truth: NDArray) -> dict:
    """The mean of what it says of a picture and of its mirror image, against the labels, where it finds both."""
    finder, away = MTCNN(), []
    for picture, landmarks in zip(pictures, truth, strict=True):
        five = np.stack([landmarks[36:42].mean(0), landmarks[42:48].mean(0), *landmarks[[30, 48, 54]]])
        size = np.linalg.norm(five[0] - five[1])
        width = picture.shape[1]
        plain = _nearest(finder(picture), five)
        turned = _nearest(finder(np.ascontiguousarray(picture[:, ::-1])), _mirrored_five(five, width))
        if plain is None or turned is None:
            continue
        other = _mirrored_five(turned, width)
        if max(np.abs(plain - five).max(), np.abs(other - five).max()) < size:  # of this face, and no other one
            away.append(((plain + other) / 2 - five)[:, 0])
    return {"faces": len(away), "x": told(np.array(away))}


def _nearest(found: tuple, five: NDArray) -> NDArray | None:
    points = [face.anchors for face in found if face.anchors is not None]
    return min(points, key=lambda one: np.abs(one - five).max(), default=None)


def _mirrored_five(five: NDArray, width: int) -> NDArray:
    return np.stack([width - 1 - five[[1, 0, 2, 4, 3], 0], five[[1, 0, 2, 4, 3], 1]], axis=-1)


def errors(landmarks: NDArray, truth: NDArray, eyes: NDArray) -> NDArray[np.float64]:
    """(N,) percent of the distance between the outer eye corners."""
    return 100 * np.linalg.norm(landmarks - truth, axis=-1).mean(axis=-1) / eyes


def told(values: NDArray) -> list[float]:
    """Mean over faces of the means over their landmarks, and its interval."""
    mean: Estimate = mean_of(values.reshape(len(values), -1).mean(axis=1))
    return [round(value, 3) for value in (mean.value, mean.low, mean.high)]


if __name__ == "__main__":
    tyro.cli(main)
