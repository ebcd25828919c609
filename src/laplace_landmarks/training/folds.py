"""Few labels: a training for each part of them, which leaves it out and is judged by it, then one on all labels.

No label is lost to validation, and no training chooses by the pictures that judge it: each keeps its last weights. One
thing is chosen by them: where unlabeled pictures are learned from, every part is trained with and without them, and the
better way is gone on with. Its error is then the smaller one of two, as the protocol beside the number says.
"""

from collections.abc import Callable, ValuesView
from dataclasses import asdict, replace
from pathlib import Path

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import goes_by
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.metrics import in_words
from laplace_landmarks.evaluation.protocols import protocol_by
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.config import AVERAGE, Config
from laplace_landmarks.training.config_file import differences, load_config
from laplace_landmarks.training.divisor import divisor_of
from laplace_landmarks.training.doubts import doubts
from laplace_landmarks.training.judging import DIGITS, Judged, joined, judge, outcome_of, with_radii
from laplace_landmarks.training.log import Progress
from laplace_landmarks.training.origins import as_told, origins, trained_on
from laplace_landmarks.training.outcome import Outcome, write_outcome
from laplace_landmarks.training.parts import without_part
from laplace_landmarks.training.pictures import labeled_pictures
from laplace_landmarks.training.report.standing import read_standing
from laplace_landmarks.training.report.writing import write_report
from laplace_landmarks.training.run import changes_of, check_run, open_run
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG, FOLD, FOLDS, LABELS_ALONE, REPORT
from laplace_landmarks.training.same_labels import check_labels, hash_of_labels, hash_of_split
from laplace_landmarks.training.state import check_names
from laplace_landmarks.training.teacher_file import check_teacher
from laplace_landmarks.training.trainer import train

Say = Callable[[str], None]


def train_folds(config: Config) -> Path:
    """Train and judge every part, then train on all labels; returns the folder of that, with FOLDS.

    The same call goes on where it was cut off, and so does the config in the run's folder: what is trained is not
    trained again.
    InputError: as of train; more parts than pictures; the run's folder is of another training or of other labels.
    """
    config = _as_asked(config)
    check_names(config)
    check_teacher(config.teaching)
    say, run, count = Progress(config.optimiser.batch).say, Path(config.run), config.folds.count
    labeled, _ = labeled_pictures(config, lambda _: None)  # each training tells what it reads by itself
    ways = {FOLD: config, LABELS_ALONE: labels_alone(config)} if config.uses_unlabeled else {FOLD: config}
    _check_folder(ways.values(), labeled)
    normaliser = divisor_of(labeled, "data.labeled")
    if not (run / CHECKPOINT).exists():
        open_run(config, run)  # what was asked for stands there until the last training begins
    for line in doubts(config, labeled):
        say(f"warning: {line}")
    seen_by, begun_with = may_have_seen(config), _begun_with(config)
    say(
        f"folds: {len(labeled)} labeled objects in {count} parts, each judged by a network that is trained on the "
        f"others; {count * len(ways)} trainings, then one on all labels"
    )
    if seen_by:
        say(f"warning: {seen_by} was trained on {config.data.labeled}, too: the out-of-fold error may be too small")
    elif begun_with:
        say(
            f"{' and '.join(begun_with)}: what it was trained on is not known beyond the name of its folder; if these "
            "pictures were among it, the out-of-fold error is too small"
        )
    judged = {name: _judge_all(way, name, labeled, normaliser, say) for name, way in ways.items()}
    split = hash_of_split(*without_part(labeled, count, 0))
    outcome = outcome_of(judged[FOLD], judged.get(LABELS_ALONE), count, split, seen_by, normaliser)
    kept = FOLD if outcome.guard is None or outcome.guard.kept else LABELS_ALONE
    outcome = replace(outcome, begun_with=_begun_with(ways[kept]), divisor=in_words(normaliser, labeled.markup))
    protocol = _protocol(config, labeled.markup)
    outcome = with_radii(outcome, judged[kept], labeled.markup, config.data.labeled, protocol, say)
    write_outcome(outcome, run)
    _tell(outcome, say)
    if not _is_finished(ways[kept], labeled):
        train(ways[kept], "all labels", Path(fold_of(ways[kept], kept, 1).run))
    outcome = replace(outcome, own_percent=round(judge(ways[kept], labeled, normaliser).mean, DIGITS))
    write_outcome(outcome, run)
    if not outcome.stands:
        say(f"warning: {outcome.lag}; train longer (optimiser.steps), or with another --seed, and another --run")
        write_report(read_standing(run), run / REPORT)
    return run


def labels_alone(config: Config) -> Config:
    """The same training without unlabeled pictures, and without the average of its own weights as a teacher."""
    teaching = replace(config.teaching, teacher="") if config.teaching.teacher == AVERAGE else config.teaching
    return replace(config, data=replace(config.data, unlabeled=()), teaching=teaching)


def fold_of(config: Config, name: str, part: int) -> Config:
    """The training that leaves out a part, in a folder of its own below the run's; the part chooses nothing."""
    run = str(Path(config.run) / f"{name}-{part}")
    return replace(config, run=run, keep="last", folds=replace(config.folds, without=part))


def _judge_all(config: Config, name: str, labeled: LabeledSet, normaliser: str, say: Say) -> Judged:
    """Every part by the network that is trained without it: now, or before."""
    count, parts = config.folds.count, []
    for part in range(1, count + 1):
        fold = fold_of(config, name, part)
        called = f"fold {part} of {count}{', labels alone' if name == LABELS_ALONE else ''}"
        if not _is_finished(fold, labeled):
            train(fold, called, Path(fold_of(config, name, 1).run))
        _, left_out = without_part(labeled, count, part)
        parts.append(judge(fold, left_out, normaliser))
        counted = int(parts[-1].counted.sum())
        error = f"NMSE {parts[-1].mean:.2f} %" if counted else "no error"
        lone = f"{counted} of " if counted < len(left_out) else ""
        say(f"{called}: {error} on the {lone}{len(left_out)} objects that it left out")
    return joined(parts)


def _is_finished(config: Config, labeled: LabeledSet) -> bool:
    """Whether a training is done; InputError where its folder holds another, or one of other labels."""
    run = Path(config.run)
    check_run(config, run)
    if not (run / CHECKPOINT).exists():
        return False
    facts = load_checkpoint(run / CHECKPOINT).facts
    parts = without_part(labeled, config.folds.count, config.folds.without)
    check_labels(facts, hash_of_split(*parts), hash_of_labels(*parts), run)
    return facts["step"] == facts["steps"]


def _check_folder(ways: ValuesView[Config], labeled: LabeledSet) -> None:
    """Before hours of training: whether the run's folder holds another training than any of these ways.

    What is told is of the way that the folder is nearest to: the ways differ from each other, too.
    """
    refusals: list[tuple[int, InputError]] = []
    for way in ways:
        try:
            _is_finished(way, labeled)
        except InputError as error:
            refusals.append((len(changes_of(way, Path(way.run))), error))
    if len(refusals) == len(ways):
        raise min(refusals, key=lambda refusal: refusal[0])[1]


def _as_asked(config: Config) -> Config:
    """What a run was asked for, where this is the config in its folder once its unlabeled pictures were left out."""
    run, part = Path(config.run), Path(fold_of(config, FOLD, 1).run)
    if not (run / FOLDS).exists() or config.uses_unlabeled or not (part / CONFIG).exists():
        return config
    begun = load_config(part / CONFIG)
    asked = replace(
        config,
        data=replace(config.data, unlabeled=begun.data.unlabeled),
        teaching=replace(config.teaching, teacher=begun.teaching.teacher),
    )
    same = not differences(labels_alone(asked), config) and not changes_of(config, run)
    return asked if asked.uses_unlabeled and same else config


def may_have_seen(config: Config) -> str:
    """What the trainings begin with, or are taught by, if it was trained on labels of the same name; its short name."""
    for origin in origins(asdict(config)):
        if goes_by(Path(config.data.labeled), trained_on(origin)):
            return origin.short
    return ""


def _begun_with(config: Config) -> tuple[str, ...]:
    """All that the trainings begin with or are taught by, as the model file may name them."""
    return tuple(as_told(origin.model) for origin in origins(asdict(config)))


def _protocol(config: Config, markup: Markup) -> str:
    """How the judged crops are placed, in the words of every score."""
    return protocol_by(CropRule(whole_picture=config.data.picture_factor > 0, upright=config.data.upright), markup)


def _tell(outcome: Outcome, say: Say) -> None:
    if outcome.guard is not None:
        say(outcome.guard.words if outcome.guard.kept else f"warning: {outcome.guard.words}")
    judged = f"{len(outcome.errors_percent)} objects, each by a network that was not trained on it"
    say(f"{outcome.score_in_words} of {judged}; {outcome.divided}{outcome.reservations}")
