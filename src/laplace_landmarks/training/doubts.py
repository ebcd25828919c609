"""What a training will not learn, or learn wrongly, from its labels as they are; told before it begins."""

from laplace_landmarks.data.markups.sides import doubtful_pairs
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.text_table import some
from laplace_landmarks.training.config import Config


def doubts(config: Config, labeled: LabeledSet) -> list[str]:
    """A line for each doubt; none where all landmarks have labels, and what is mirrored has its pairs."""
    lines = []
    if never := labeled.never_labeled:
        lines.append(
            f"no label of {some(never)}: nothing teaches the model where that is, so neither its place nor its "
            "radius will mean anything; label it, or take it out of the markup"
        )
    if config.augmentation.mirror:
        pairs = doubtful_pairs(labeled.markup)
        lines += [f"{line}: mirrored crops teach the wrong side of them; correct `mirror`" for line in pairs]
    return lines
