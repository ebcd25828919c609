"""What a worse box costs: crops moved and scaled, recut from the pictures, and the error that follows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.evaluation.bootstrap import Estimate, mean_of
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.page import Figure, Section, Table
from laplace_landmarks.evaluation.report.plots import Curve, line_plot
from laplace_landmarks.faces.boxes import Crop

FACES = 100
STEPS = (-20, -15, -10, -5, 0, 5, 10, 15, 20)  # percent of the crop's side
CHANGES = {"shift to the right": (1, 0, 0), "shift down": (0, 1, 0), "scale": (0, 0, 1)}


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """NMSE in percent of each change of CHANGES at each of STEPS, over some faces."""

    faces: int
    nmse: dict[str, list[Estimate]]


def sensitivity_section(judged: Judged) -> Section:
    """NMSE against shift and scale of the crop."""
    heading = "Sensitivity to the box"
    if judged.detector is None:
        return Section(heading, ["Predictions in a file cannot be made again in other crops, so this is not known."])
    measured = measure_sensitivity(judged)
    if measured is None:
        return Section(heading, ["No face was found to move the crop of."])
    curves = [
        Curve(STEPS, _part(estimates, "value"), change, (_part(estimates, "low"), _part(estimates, "high")), dots=True)
        for change, estimates in measured.nmse.items()
    ]
    words = ("change of the crop, % of its side", "NMSE, %")
    drawn = line_plot(curves, *words, y_limits=(0, None), alt="NMSE against shift and scale of the crop")
    caption = (
        f"NMSE when the crop is moved, or made smaller or larger, by percent of its side; {measured.faces} faces, "
        "evenly chosen, with 95 % intervals."
    )
    if judged.markup.is_face:
        caption += " Boxes of a face detector differ from true-point crops by some of this."
    columns = [[f"{value:.2f}" for value in _part(estimates, "value")] for estimates in measured.nmse.values()]
    rows = list(zip([f"{step:+d} %" if step else "as it is" for step in STEPS], *columns, strict=True))
    table = Table(("Change", *map(str.capitalize, CHANGES)), rows, "NMSE in percent.")
    return Section(heading, (), [Figure(drawn, caption), table])


def sensitivity_figures(methods: Sequence[Judged]) -> list[Figure]:
    """A figure for each change, methods together."""
    measured = {judged.name: measure_sensitivity(judged) for judged in methods if judged.detector is not None}
    known = {name: found for name, found in measured.items() if found}
    figures = []
    for change in CHANGES if known else ():
        curves = [Curve(STEPS, _part(found.nmse[change], "value"), name, dots=True) for name, found in known.items()]
        words = (f"{change}, % of the crop's side", "NMSE, %")
        drawn = line_plot(curves, *words, y_limits=(0, None), alt=f"NMSE against {change} of the crop")
        count = max(found.faces for found in known.values())
        figures.append(Figure(drawn, f"NMSE against {change} of the crop; {count} faces, evenly chosen."))
    return figures


def measure_sensitivity(judged: Judged) -> Sensitivity | None:
    """Runs the model on at most FACES faces in changed crops; None where no face has an error."""
    assert judged.detector is not None
    counted = np.flatnonzero(judged.counted)
    if not len(counted):
        return None
    chosen = counted[np.unique(np.linspace(0, len(counted) - 1, min(FACES, len(counted))).round().astype(int))]
    changes = {(name, step): change for name, change in CHANGES.items() for step in STEPS}
    errors = np.empty((len(chosen), len(changes)))
    for row, place in enumerate(chosen):
        places = [changed(judged.crops[place], change, step / 100) for (_, step), change in changes.items()]
        picture = read_picture(judged.labeled.samples[place].picture)
        found, *_ = judged.detector.on_crops(np.stack([crop.cut(picture) for crop in places]))
        errors[row] = _errors(judged, int(place), places, found)
    columns = list(changes)
    files = [judged.labeled.samples[place].picture for place in chosen]
    nmse = {
        name: [mean_of(errors[:, columns.index((name, step))], pictures=files) for step in STEPS] for name in CHANGES
    }
    return Sensitivity(len(chosen), nmse)


def changed(crop: Crop, change: tuple[int, int, int], by: float) -> Crop:
    """The crop moved right, moved down or scaled up by a fraction of its side.

    >>> changed(Crop(50, 50, 100, 80), (1, 0, 0), 0.1).x
    60.0
    """
    right, down, scale = (by * part for part in change)
    x, y = crop.x + right * crop.side, crop.y + down * crop.side
    return replace(crop, x=x, y=y, side=crop.side * (1 + scale))


def _part(estimates: Sequence[Estimate], name: str) -> list[float]:
    return [getattr(estimate, name) for estimate in estimates]


def _errors(judged: Judged, place: int, crops: Sequence[Crop], found: NDArray[np.float32]) -> NDArray[np.float64]:
    """(changes,) NMSE in percent of one face."""
    truth, seen = judged.labeled.samples[place].landmarks, judged.seen[place]
    placed = [crop.to_picture(landmarks) for crop, landmarks in zip(crops, found, strict=True)]
    away = np.linalg.norm(np.array(placed, np.float64) - truth, axis=-1)
    return 100 * away[:, seen].mean(axis=1) / judged.lengths[place]
