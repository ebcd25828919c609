"""How fast it went, and where it was cut off."""

import numpy as np

from laplace_landmarks.evaluation.report.page import Figure, Section
from laplace_landmarks.evaluation.report.plots import Curve
from laplace_landmarks.training.report.curves import line_and_mean, over_steps, thinned
from laplace_landmarks.training.report.pace import pace
from laplace_landmarks.training.report.standing import Standing

NAMED = 5  # marks that there is room for a word at


def speed_section(standing: Standing) -> Section:
    """Images a second over the run."""
    went = pace(standing.trained, standing.settings["optimiser.batch"])
    if not went.steps:
        return Section("Speed", ["No step is logged yet."])
    if went.seconds is None:
        text = "This log does not tell where the run was cut off and went on."
        curves = [Curve(*thinned(went.steps, np.asarray(went.rates)))]
        caption = "Labeled images a second, the mean since the process started."
    else:
        text = (
            "The run was cut off; dotted lines mark where it went on." if went.resumed else "The run was never cut off."
        )
        lines = [{"step": step, "rate": rate} for step, rate in zip(went.steps, went.rates, strict=True)]
        curves = line_and_mean(lines, [("rate", "")])
        caption = "Labeled images a second between lines of the log, validations included, with the running mean."
    marks = [(step, "went on" if len(went.resumed) <= NAMED else "") for step in went.resumed]
    top = 1.15 * float(np.quantile(went.rates, 0.99))  # a single fast line would press the others down
    return Section("Speed", [text], [Figure(over_steps(curves, "images/s", (0, top), marks), caption)])
