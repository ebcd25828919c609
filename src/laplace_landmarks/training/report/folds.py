"""Few labels: how they were judged by networks that had not seen them, and what unlabeled pictures did."""

from laplace_landmarks.evaluation.report.page import Fact, Section, Table
from laplace_landmarks.training.outcome import Outcome

WORST = 10  # objects in the table


def folds_fact(outcome: Outcome) -> Fact:
    """The number that stands for the model."""
    low, high = outcome.interval
    note = f"95 %: {low:.2f} to {high:.2f}; {len(outcome.errors_percent)} objects, each by a network without it"
    return Fact("Out-of-fold NMSE", f"{outcome.nmse_percent:.2f} %", note)


def folds_section(outcome: Outcome) -> Section:
    """How the number was made, what became of unlabeled pictures, and the labels to look at first."""
    words = [
        f"The labels were dealt into {outcome.folds} parts, each left out of one training (its page is in the folder "
        f"of that part). {outcome.score_in_words[:1].upper()}{outcome.score_in_words[1:]} of "
        f"{len(outcome.errors_percent)} objects, {outcome.protocol}{f'; {outcome.divided}' if outcome.divided else ''}."
    ]
    if outcome.guard is not None:
        words.append(f"{outcome.guard.words[:1].upper()}{outcome.guard.words[1:]}.")
    if outcome.calibration is not None:
        pairs = zip(outcome.calibration["levels"], outcome.calibration["coverage"], strict=True)
        held = ", ".join(f"{100 * level:g} % held {100 * part:.1f} %" for level, part in pairs)
        words.append(f"Radii are fitted to the same errors; cross-validated, those for {held}.")
    worst = sorted(outcome.errors_percent.items(), key=lambda entry: -entry[1])[:WORST]
    rows = [(name, f"{error:.2f}") for name, error in worst]
    caption = "The largest out-of-fold errors: look whether these labels are right"
    return Section("Folds", words, [Table(("Object", "NMSE, %"), rows, caption)])
