"""What a training is given: crops of labeled pictures, split once and for all, and of unlabeled ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.data.augmentation.augmenter import Augmenter
from laplace_landmarks.data.augmentation.settings import what_is_on
from laplace_landmarks.data.augmentation.sources import Sources, gather_sources
from laplace_landmarks.data.crops import Crops, UnlabeledCrops, labeled_crops, unlabeled_crops
from laplace_landmarks.data.formats.picture_list import pictures_of
from laplace_landmarks.data.markup import Markup, markup_or_auto
from laplace_landmarks.data.placing import check_turns, placed_by, with_a_place
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop, CropRule, fit_box_rule, tight_box
from laplace_landmarks.text_files import to_bytes
from laplace_landmarks.training.config import Config, Data
from laplace_landmarks.training.divisor import NAMED, validated_by
from laplace_landmarks.training.doubts import doubts, unlabeled_judges
from laplace_landmarks.training.parts import names_of_pictures, without_part
from laplace_landmarks.training.same_labels import hash_of_labels, hash_of_pictures, hash_of_split
from laplace_landmarks.training.same_sources import hash_of_unlabeled

Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class AugmentedPictures:
    """What the augmentation makes the crops of every step from: sources in the order of the plain crops."""

    augmenter: Augmenter
    train: Sources
    unlabeled: Sources | None


@dataclass(frozen=True, eq=False)
class TrainingPictures:
    """The crops of one training. augmented: None where crops stay as cut.

    split: a hash of who is in which part. labels_hash: one of what is labeled there, too. pictures_hash: one of the
    files that it is labeled in. unlabeled_hash: one of the unlabeled pictures, "" without any.
    normaliser: what validation errors are divided by, "" without validation. counted: validation objects that have it.
    never_labeled: landmarks that nothing is trained on.
    """

    markup: Markup
    rule: CropRule
    train: Crops
    validation: Crops | None
    unlabeled: NDArray[np.uint8] | None  # (M, size, size, 3)
    split: str
    labels_hash: str
    pictures_hash: str
    augmented: AugmentedPictures | None = None
    normaliser: str = ""
    counted: int = 0
    never_labeled: tuple[str, ...] = ()
    unlabeled_hash: str = ""


def training_pictures(config: Config, say: Say) -> TrainingPictures:
    """Read, split and crop all that the config names."""
    data = config.data
    cache = Path(data.cache) if data.cache else None
    train, validation = labeled_pictures(config, say)
    normaliser, counted = validated_by(validation, bool(config.folds.count), say)
    if not config.folds.count:  # of which all labels together tell it
        for line in doubts(config, train, validation):
            say(f"warning: {line}")
    markup = train.markup
    on = what_is_on(config.augmentation)
    augmenter = Augmenter.of(config.augmentation, config.network.size, markup) if on else None
    rule = CropRule(
        size=config.network.size,
        factor=data.factor,
        box_factor=data.picture_factor or data.box_factor,
        whole_picture=data.picture_factor > 0,
        upright=data.upright,
    )
    if rule.upright:
        check_turns(markup, "data.upright")
        if rule.whole_picture:
            raise InputError("data.upright turns crops, not whole pictures: leave data.picture_factor out")
    rule = rule if rule.whole_picture else with_fitted_boxes(rule, train)
    crops = labeled_crops(train, rule, cache)
    held_out = labeled_crops(validation, rule, cache) if counted else None
    say(
        f"labeled: {len(train)} for training, {len(validation)} for validation, {len(markup)} landmarks ({markup.name})"
    )
    unlabeled = _unlabeled(config, rule, markup, cache, say)
    for line in unlabeled_judges(held_out, unlabeled):
        say(f"warning: {line}")
    parts = [part.pictures for part in unlabeled]
    augmented = None
    if augmenter is not None:
        say(f"augmentation: {', '.join(f'{name} {value}' for name, value in on.items())}")
        files = [sample.picture for sample in train.samples]
        augmented = _augmented(augmenter, files, crops.crops, unlabeled, cache)
    return TrainingPictures(
        markup=markup,
        rule=rule,
        train=crops,
        validation=held_out,
        unlabeled=parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else None,
        split=hash_of_split(train, validation),
        labels_hash=hash_of_labels(train, validation),
        pictures_hash=hash_of_pictures(crops, held_out),
        augmented=augmented,
        normaliser=normaliser,
        counted=counted,
        never_labeled=train.never_labeled,
        unlabeled_hash=hash_of_unlabeled(unlabeled),
    )


def labeled_pictures(config: Config, say: Say) -> tuple[LabeledSet, LabeledSet]:
    """The labels that the config names: those to train on, and those that judge; none where folds judge the whole."""
    data, folds = config.data, config.folds
    if not data.labeled:
        raise InputError("data.labeled: name the labeled pictures, in the config or with --data.labeled")
    root = Path(data.root)
    labeled = read_labeled(root / data.labeled, markup_or_auto(data.markup, root), data.format, say, part=data.part)
    # after the split, whose file may name what is left out; in whole pictures everything has its place
    rule = CropRule(whole_picture=data.picture_factor > 0)
    if folds.count:
        everything, _ = split(labeled, replace(data, validation=""))
        return without_part(with_a_place(everything, rule, say), folds.count, folds.without)
    train, validation = (with_a_place(part, rule, say) for part in split(labeled, data))
    if not len(train):
        raise InputError(f"{data.labeled}: no picture is left for training; label more landmarks of them, or boxes")
    return train, validation


def with_fitted_boxes(rule: CropRule, train: LabeledSet) -> CropRule:
    """The rule whose crops of boxes are most like those of anchors, where all of them are visible.

    So faces with an anchor missing, which their boxes place, look as large as the others, in training and after it.
    The boxes are the labels', or tight ones. Of a markup without anchors the rule is as the settings say.
    """
    crops, boxes = [], []
    for sample in train.samples:
        if train.markup.anchors_of(sample.landmarks, sample.visible) is not None:
            crops.append(placed_by(sample, train.markup, rule))
            boxes.append(sample.box or tight_box(sample.landmarks[sample.visible]))
    return fit_box_rule(rule, crops, boxes) if crops else rule


def split(labeled: LabeledSet, data: Data) -> tuple[LabeledSet, LabeledSet]:
    """Training and validation samples: the lists of the split file, or every fifth picture by a hash of its name.

    No picture is in both: two crops of it may show the same.
    """
    nobody = LabeledSet(labeled.markup, ())
    if data.split:
        file = Path(data.root) / data.split
        train = select(labeled, read_split(file, data.train)) if data.train else labeled
        validation = select(labeled, read_split(file, data.validation)) if data.validation else nobody
    else:
        names = names_of_pictures(labeled) if data.validation else {}
        fifth = {picture for picture, name in names.items() if sha256(to_bytes(name)).digest()[0] % 5 == 0}
        train = LabeledSet(labeled.markup, tuple(s for s in labeled.samples if s.picture not in fifth))
        validation = LabeledSet(labeled.markup, tuple(s for s in labeled.samples if s.picture in fifth))
    trained_on = {sample.picture for sample in train.samples}
    both = {name for picture, name in names_of_pictures(validation).items() if picture in trained_on}
    if both:
        raise InputError(f"{len(both)} pictures would be trained on and validated on, the first is {min(both)}")
    if not len(train):
        raise InputError(f"{data.labeled}: no picture is left for training; give it more, or set data.validation to ''")
    return train, validation


def _unlabeled(config: Config, rule: CropRule, markup: Markup, cache: Path | None, say: Say) -> list[UnlabeledCrops]:
    parts = []
    for source in config.data.unlabeled:
        root = Path(config.data.root)
        crops = unlabeled_crops(
            pictures_of(root / source.pictures, say),
            rule,
            points=root / source.points if source.points else None,
            markup=markup,
            grow=source.grow,
            cache=cache,
            limit=source.limit or None,
            seed=config.seed,
        )
        skipped = f", {len(crops.skipped)} skipped: {_some(crops.skipped)}" if crops.skipped else ""
        say(f"unlabeled: {len(crops.pictures)} from {root / source.pictures}{skipped}")
        parts.append(crops)
    return parts


def _augmented(
    augmenter: Augmenter,
    files: Sequence[Path],
    crops: Sequence[Crop],
    unlabeled: Sequence[UnlabeledCrops],
    cache: Path | None,
) -> AugmentedPictures:
    """The sources of all that is trained on; validation sees plain crops."""
    of_unlabeled = None
    if unlabeled:
        pictures = [file for part in unlabeled for file in part.files]
        places = [crop for part in unlabeled for crop in part.crops]
        of_unlabeled = gather_sources(pictures, places, augmenter.reach, cache)
    return AugmentedPictures(augmenter, gather_sources(files, crops, augmenter.reach, cache), of_unlabeled)


def _some(skipped: tuple[tuple[Path, str], ...]) -> str:
    named = "; ".join(f"{picture} ({reason})" for picture, reason in skipped[:NAMED])
    return named if len(skipped) <= NAMED else f"{named}; and {len(skipped) - NAMED} more"
