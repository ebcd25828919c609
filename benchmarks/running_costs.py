"""What drawing a face and augmenting a crop cost on one thread; with drawn faces, so that anybody can measure it.

python benchmarks/running_costs.py
"""

from collections.abc import Callable
from pathlib import Path
from time import thread_time

import cv2
import numpy as np
from omegaconf import OmegaConf
from record import record

from laplace_landmarks import LandmarkDetector
from laplace_landmarks.data.augmentation.augmenter import Augmenter
from laplace_landmarks.data.augmentation.draws import Key
from laplace_landmarks.data.augmentation.settings import Augmentation
from laplace_landmarks.data.augmentation.source import take_source
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.synthetic.dataset import synthetic_face
from laplace_landmarks.faces.boxes import Crop, CropRule
from laplace_landmarks.runtime.drawing import Style, draw_faces, seen_in

CONFIG = Path(__file__).parents[1] / "configs" / "augmented.yaml"
FRAME = (720, 1280)
SIZES = (20, 150, 300)  # pixels of a face
STYLES = {
    "no radii": Style(uncertainty="none"),
    "radii": Style(),
    "radii, box, label, numbers, legend": Style(box=True, label=True, numbers=True, legend=True),
}
FACES = 40  # augmented
GEOMETRY = ("mirror", "rotation", "scale", "shift", "perspective")


def main() -> None:
    """Measure, and write the result file."""
    cv2.setNumThreads(1)
    record(
        "running-costs",
        {"drawing, ms": drawing(), "augmenting a crop, ms": augmenting()},
        threads=1,
        data="drawn faces",
        time="processor time of one thread; median",
    )


def drawing() -> dict[str, dict[str, float]]:
    """A face of each size on a frame of 1280 × 720, the copy of the frame included."""
    picture, landmarks = synthetic_face(5, 20, 330)
    face = LandmarkDetector("laplace68-eighth")(picture, anchors=landmarks)[0]
    frame = np.random.default_rng(0).integers(0, 255, (*FRAME, 3), np.uint8)
    x0, y0, x1, y1 = face.box
    height, width = FRAME
    costs = {}
    for size in SIZES:
        side = width * max(x1 - x0, y1 - y0) / size
        lower = side * (width - height) / 2 / width  # the face in the middle of the frame, not of the square around it
        seen = seen_in(Crop((x0 + x1) / 2, (y0 + y1) / 2 + lower, side, width), face)
        costs[f"{size} px"] = {
            name: median(lambda _, seen=seen, style=style: draw_faces(frame, [seen], IBUG68, style=style), 60)
            for name, style in STYLES.items()
        }
    return costs


def augmenting() -> dict[str, float]:
    """Crops of 80 pixels under the settings of configs/augmented.yaml, and under their geometry alone."""
    given = OmegaConf.to_container(OmegaConf.load(CONFIG))
    assert isinstance(given, dict)
    everything = Augmentation(**given["augmentation"])
    geometry = Augmentation(**{name: getattr(everything, name) for name in GEOMETRY})
    costs = {}
    for name, settings in (("geometry alone", geometry), ("configs/augmented.yaml", everything)):
        augmenter = Augmenter.of(settings, 80, IBUG68)
        sources = []
        for index in range(FACES):
            picture, landmarks = synthetic_face(0, index, 320)
            anchors = IBUG68.anchors_of(landmarks, np.ones(68, np.bool_))
            assert anchors is not None
            sources.append(take_source(picture, CropRule().from_anchors(anchors), augmenter.reach))
        costs[name] = median(lambda turn, a=augmenter, s=sources: a.crop(s[turn % FACES], Key(0, 0, turn, 0)), 400)
    return costs


def median(work: Callable[[int], object], times: int) -> float:
    """Milliseconds of the thread's processor time."""
    work(0)
    taken = []
    for turn in range(times):
        began = thread_time()
        work(turn)
        taken.append(thread_time() - began)
    return round(1000 * float(np.median(taken)), 2)


if __name__ == "__main__":
    main()
