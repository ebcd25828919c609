"""What a training will not learn, or learn wrongly, from its labels as they are; told before it begins."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from laplace_landmarks.data.crops import Crops, UnlabeledCrops
from laplace_landmarks.data.markups.sides import doubtful_pairs
from laplace_landmarks.data.placing import NAMED
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.text_table import some
from laplace_landmarks.training.config import Config

NOBODY_HELD_OUT = (
    "no picture is held out for validation: every fifth is, by a hash of its name, and of these few none came up; no "
    "error will be told, and the last weights are kept, whatever `keep` says; set folds.count to 5, which judges every "
    "label, or name some in a split file, data.split"
)


def doubts(config: Config, labeled: LabeledSet, validation: LabeledSet | None = None) -> list[str]:
    """A line for each doubt; none where all landmarks have labels, what is mirrored has its pairs, a whole picture has
    one object, and somebody validates where that was asked for.

    labeled: what is trained on. validation: None where folds judge.
    """
    lines = []
    if validation is not None and not len(validation) and config.data.validation and not config.data.split:
        lines.append(NOBODY_HELD_OUT)
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


def unlabeled_judges(judged: Crops | None, unlabeled: Sequence[UnlabeledCrops]) -> list[str]:
    """A line where pictures that judge are among the unlabeled ones: the training sees them, if not their labels."""
    known = {content for part in unlabeled for content in part.contents}
    if judged is None:
        return []
    both = [name for name, content in zip(judged.names, judged.contents, strict=True) if content in known]
    if not both:
        return []
    return [
        f"{len(both)} of the {len(judged.names)} that judge are among the unlabeled pictures, too: "
        f"{some(both, NAMED)}; what is learned from them may make the error look smaller than that of new pictures; "
        "take them out of data.unlabeled"
    ]


def _with_several(labeled: LabeledSet) -> list[Path]:
    """The pictures with more than one labeled object."""
    counts = Counter(sample.picture for sample in labeled.samples)
    return [picture for picture, count in counts.items() if count > 1]
