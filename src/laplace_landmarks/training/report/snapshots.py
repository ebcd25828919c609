"""Heatmaps over time: the same few faces at a handful of moments."""

from pathlib import Path

import numpy as np

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.report.page import Photo, Photos, Section
from laplace_landmarks.runtime.drawing.sheets import GAP
from laplace_landmarks.training.report.standing import Standing
from laplace_landmarks.training.run_files import HEATMAPS

MOMENTS = 6
TOGETHER = 3  # faces in one photo, so that two make a row on a wide page and a phone still shows them


def snapshot_file(run: Path, step: int) -> Path:
    """Where the heatmaps after a step lie."""
    return run / HEATMAPS / f"step-{step:06}.png"


def heatmaps_section(standing: Standing) -> Section:
    """How the network came to see landmarks, from the start to now."""
    found = {
        step: file
        for file in standing.folder.glob(f"{HEATMAPS}/step-*.png")
        if (step := _step_of(file)) <= standing.step
    }
    photos = [photo for step in moments(sorted(found)) for photo in _photos(standing, step, found[step])]
    if not photos:
        return Section("Heatmaps over time", ["No heatmaps are drawn yet."])
    whose = (
        "faces of the training"
        if standing.facts.get("validation") == 0
        else "validation faces, which are not trained on"
    )
    first = " Before training no pixel stands out." * (not standing.settings.get("network.init"))
    caption = (
        f"The same {whose}, by the raw weights: the largest of all heatmaps at each pixel, bright where the "
        f"network sees a landmark, relative to the face's highest peak.{first}"
    )
    return Section("Heatmaps over time", (), [Photos(photos, caption, least=400)])


def moments(steps: list[int]) -> list[int]:
    """A handful, closer together at the start, where most is learned; the first and the last among them.

    >>> moments([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
    [0, 10, 20, 30, 60, 100]
    """
    if not steps:
        return []
    chosen = np.unique(np.geomspace(1, len(steps), MOMENTS).round().astype(int)) - 1
    return [steps[place] for place in chosen]


def _photos(standing: Standing, step: int, file: Path) -> list[Photo]:
    try:
        sheet = read_picture(file)
    except InputError:  # not this page's to mend; the next snapshot is another file
        return []
    errors = {
        line["step"]: f"NMSE {line['nmse_raw']:.1f} %, spread {line['spread_raw']:.1f} px"
        for line in standing.validated
    }
    caption = ": ".join(filter(None, [f"Step {step:,}" if step else "Before training", errors.get(step)]))
    alt = f"Heatmaps over faces at step {step:,}"
    first, *others = _parts(sheet)
    return [Photo(first, alt, caption), *(Photo(part, alt, caption.partition(":")[0]) for part in others)]


def _parts(sheet: Picture) -> list[Picture]:
    """A row of square faces, gaps between and around them, cut into photos of a few faces each."""
    side = sheet.shape[0] - GAP  # a face and a gap
    faces = max(1, round((sheet.shape[1] - GAP) / side))
    return [
        sheet[GAP:-GAP, GAP + first * side : min(first + TOGETHER, faces) * side] for first in range(0, faces, TOGETHER)
    ]


def _step_of(file: Path) -> int:
    number = file.stem.removeprefix("step-")
    return int(number) if number.isdecimal() else -1
