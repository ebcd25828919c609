"""What the card of a released model says beside its name: LFPW test with crops placed in five ways and behind drawn
objects, its failures, and the same of its smaller and faster files.

Radii are those that the file carries. The picture shows outlines and heatmaps only, since of 300W nothing may be passed
on. benchmarks/model_card.py makes the page of it.

    python benchmarks/released_scores.py laplace68-eighth [--data ../shared/data]
"""

from hashlib import sha256
from pathlib import Path

import numpy as np
import tyro
from finding_faces import faces_of
from occluded import LARGEST
from record import record
from released_failures import draw, worst
from released_figures import of_regions, of_turns, ranks, scores
from released_files import of_files
from released_ways import by_way
from ways import HIDDEN, TRUE

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.released import families, find_model

WORST, DRAWN, TYPICAL = 10, 5, 2  # faces that are listed; that are drawn, and so many from the middle
PICTURES = Path(__file__).parents[1] / "docs" / "pictures"


def main(name: tyro.conf.Positional[str], data: Path = Path("../shared/data")) -> None:
    """Score a released model, and draw where it fails.

    Args:
        name: Name of the released model.
        data: Folder with 300w.
    """
    file = find_model(name)
    detector = LandmarkDetector(name)
    test = read_labeled(data / "300w/lfpw/testset", IBUG68, "pts")
    judged = faces_of(test)
    samples = judged.labeled.samples
    errors = by_way(name, judged)
    plain = errors[TRUE]
    order = np.argsort(-plain.of_faces)
    figures = {
        "faces": len(test),
        "found by MTCNN": len(samples),
        "crops placed by": {how: scores(some) for how, some in errors.items()},
        "rank correlation of radius and error": {how: ranks(errors[how]) for how in (TRUE, HIDDEN)},
        "regions": of_regions(plain),
        "turned heads": of_turns(plain, samples),
        "errors, quantiles": {str(q): round(float(np.quantile(plain.of_faces, q)), 2) for q in (0.05, 0.5, 0.95)},
        "landmarks beyond the crop": {
            "faces": int(plain.beyond.any(axis=1).sum()),
            "landmarks": int(plain.beyond.sum()),
        },
        "worst": worst(plain, samples, order[:WORST]),
        "files": of_files(families()[name], errors, judged, WORST),
    }
    drawn = [*order[:DRAWN], *order[len(order) // 2 :][:TYPICAL]]
    draw(detector, judged, drawn, plain.of_faces, PICTURES / f"{name}-failures.jpg")
    record(
        f"released-{name}",
        figures,
        data="300W lfpw/testset, pictures cut around their face with a wide margin",
        protocol="errors in percent of the distance of the outer eye corners; turned as the face is: by five points, "
        "as the detector does where nothing else is said; true boxes: tight around the true landmarks, and looked at "
        "twice, as the detector does by default; something drawn: a shape in one colour that covers up to "
        f"{LARGEST:.0%} of the crop, another on each face",
        intervals="percentile bootstrap over faces, 95 %; of failures Wilson's",
        model={"name": name, "sha256": sha256(file.read_bytes()).hexdigest()},
    )


if __name__ == "__main__":
    tyro.cli(main)
