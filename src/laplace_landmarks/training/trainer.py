"""From a config to trained weights: all that a training needs is made ready, and then its loop runs."""

from contextlib import closing
from pathlib import Path

from lightning_fabric import Fabric

from laplace_landmarks.errors import InputError, Stopped
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.config import Config, without_unused
from laplace_landmarks.training.config_file import load_config, save_config
from laplace_landmarks.training.log import Log, Progress
from laplace_landmarks.training.loop import Training
from laplace_landmarks.training.memory import keep_freed_memory
from laplace_landmarks.training.origins import origins
from laplace_landmarks.training.pictures import training_pictures
from laplace_landmarks.training.report.writing import LivePage
from laplace_landmarks.training.run import check_run, launched, open_run, run_facts, write_split
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG, LOG
from laplace_landmarks.training.same_labels import check_labels, check_pictures
from laplace_landmarks.training.same_sources import check_sources
from laplace_landmarks.training.schedule import length_in_words, total_steps
from laplace_landmarks.training.state import check_names, restore_state, save_state, start
from laplace_landmarks.training.teacher import teacher_of
from laplace_landmarks.training.teacher_file import check_teacher
from laplace_landmarks.training.together import all_or_none, attempt


def train(config: Config, called: str = "", beside: Path | None = None) -> Path | None:
    """Run a training to its end, on from where it was cut off if it was; returns its folder, with the checkpoint.

    called: what its progress begins with, where it is one of several. beside: the folder of one of those, which must
        have begun with the same unlabeled pictures and teacher.
    None in all processes but the first, which alone writes and speaks, errors included.
    InputError: data or settings cannot be used, the folder holds another training, a loss is not finite.
    Stopped: a signal asked for it.
    """
    keep_freed_memory()
    run = Path(config.run)
    with launched(config, run) as fabric, closing(Log(run / LOG, fabric.loggers)) as log:
        try:
            prepare(config, run, fabric, log, called, beside).loop()
        except (InputError, Stopped, KeyboardInterrupt):
            if fabric.is_global_zero:
                raise
        return run if fabric.is_global_zero else None


def prepare(
    config: Config, run: Path, fabric: Fabric, log: Log, called: str = "", beside: Path | None = None
) -> Training:
    """The training as it stands in the run's folder, or before its first step."""
    first = fabric.is_global_zero
    progress = Progress(config.optimiser.batch, quiet=not first, called=called)
    all_or_none(attempt(check_names, config))
    all_or_none(attempt(check_teacher, config.teaching))
    all_or_none(attempt(check_run, config, run) if first else None)  # before hours of cropping, perhaps
    if config.data.unlabeled and not config.uses_unlabeled:
        progress.say(
            "unlabeled: not read, because nothing would be learned from them: adversarial.weight is 0, and there is no "
            "teacher with teaching.unlabeled above 0"
        )
    with fabric.rank_zero_first():  # the others find the crops in the cache
        outcome = attempt(training_pictures, without_unused(config), progress.say)
    pictures = all_or_none(outcome)
    progress.steps = steps = total_steps(config.optimiser, len(pictures.train.names))
    progress.say(f"training: {length_in_words(config.optimiser, steps, len(pictures.train.names))}")
    facts = all_or_none(attempt(run_facts, config, pictures, steps))
    if beside is not None and beside != run and (beside / CHECKPOINT).exists():
        other = all_or_none(attempt(load_checkpoint, beside / CHECKPOINT))
        all_or_none(attempt(check_sources, other.facts, facts, beside))
    saved = all_or_none(attempt(load_checkpoint, run / CHECKPOINT)) if (run / CHECKPOINT).exists() else None
    if saved is not None:
        all_or_none(attempt(check_labels, saved.facts, pictures.split, pictures.labels_hash, run))
        all_or_none(attempt(check_pictures, saved.facts, pictures.pictures_hash, run))
        all_or_none(attempt(check_sources, saved.facts, facts, run))
    state = all_or_none(attempt(start, config, pictures, fabric, progress.say))
    if saved is not None:
        all_or_none(attempt(restore_state, state, saved))
    with fabric.rank_zero_first():  # the others find its predictions in the cache
        outcome = attempt(teacher_of, config, pictures, state, fabric.device, progress.say)
    teacher = all_or_none(outcome)
    # what is refused is refused by now, and has left nothing in the run's folder
    all_or_none(attempt(open_run, config, run) if first else None)
    all_or_none(attempt(write_split, pictures, run) if first else None)
    if saved is not None:
        if first and config.optimiser != load_config(run / CONFIG).optimiser:  # more steps are asked for
            save_state(state, run / CHECKPOINT, facts)
            save_config(config, run / CONFIG)
        progress.say(f"{run}: going on after step {state.step} of {steps}")
    if origins(facts["config"]):
        progress.say(f"licence of the model: {facts['licence']}")
    if first:
        log.open_at(state.step if saved is not None else -1)
    progress.start()
    page = LivePage(run, config, facts, log.lines, state.step)
    return Training(config, pictures, state, fabric, steps, run, log, progress, facts, page, teacher)
