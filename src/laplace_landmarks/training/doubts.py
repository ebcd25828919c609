"""What a training will not learn, or learn wrongly, from its labels as they are; told before it begins."""

from collections import Counter
from pathlib import Path

from laplace_landmarks.data.markups.sides import doubtful_pairs
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.text_table import some
from laplace_landmarks.training.config import Config


def doubts(config: Config, labeled: LabeledSet) -> list[str]:
    """A line for each doubt; none where all landmarks have labels, what is mirrored has its pairs, and a whole
    picture has one object."""
    lines = []
    if never := labeled.never_labeled:
        lines.append(
            f"no label of {some(never)}: nothing teaches the model where that is, so neither its place nor its "
            "radius will mean anything; label it, or take it out of the markup"
        )
    if config.augmentation.mirror:
        pairs = doubtful_pairs(labeled.markup)
        lines += [f"{line}: mirrored crops teach the wrong side of them; correct `mirror`" for line in pairs]
    if config.data.picture_factor and (several := _with_several(labeled)):
        lines.append(
            f"{len(several)} picture{'s' * (len(several) > 1)} with several objects, the first {several[0]}: whole "
            "pictures as crops are of one object each, and the same crop with two labels teaches neither; leave "
            "these out, or set data.box_factor in the place of data.picture_factor"
        )
    return lines


def _with_several(labeled: LabeledSet) -> list[Path]:
    """The pictures with more than one labeled object."""
    counts = Counter(sample.picture for sample in labeled.samples)
    return [picture for picture, count in counts.items() if count > 1]
