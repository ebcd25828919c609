"""The folder of a run, and the machine it runs on."""

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from errno import EACCES, ENOTDIR
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from lightning_fabric import Fabric
from lightning_fabric.loggers.csv_logs import CSVLogger
from lightning_fabric.loggers.logger import Logger
from lightning_fabric.loggers.tensorboard import TensorBoardLogger
from lightning_fabric.utilities.exceptions import MisconfigurationException

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation import provenance
from laplace_landmarks.evaluation.provenance import commit
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.config_file import differences, load_config, save_config
from laplace_landmarks.training.origins import licence_of
from laplace_landmarks.training.pictures import TrainingPictures
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG, SPLIT
from laplace_landmarks.training.same_sources import facts_of_sources

LOGGERS: dict[str, Callable[[Path], Logger]] = {  # no versions: a run that goes on writes them anew from its log
    "csv": lambda run: CSVLogger(run, name="csv", version="", flush_logs_every_n_steps=1),
    "tensorboard": lambda run: TensorBoardLogger(run, name="tensorboard", version=""),
}


def check_run(config: Config, run: Path) -> None:
    """InputError where what has been reached in the run's folder belongs to another training, or no such folder can be
    made; changes nothing."""
    if changed := changes_of(config, run):
        raise InputError(f"{run} holds another training ({'; '.join(changed)}); choose another --run, or delete it")
    there = next(place for place in (run, *run.parents) if place.exists())
    if not (there.is_dir() and os.access(there, os.W_OK)):
        raise _unwritable(run, os.strerror(EACCES if there.is_dir() else ENOTDIR))


def changes_of(config: Config, run: Path) -> list[str]:
    """What the config changes of the training whose folder this is; empty where none has reached anything there."""
    return differences(load_config(run / CONFIG), config) if _has_begun(run) else []


def at_its_place(config: Config, file: Path) -> Config:
    """The config of a file; of a run's own with the folder where the run lies now, which may have been moved."""
    moved = file.name == CONFIG and _has_begun(file.parent) and Path(config.run).resolve() != file.parent.resolve()
    return replace(config, run=str(file.parent)) if moved else config


def open_run(config: Config, run: Path) -> None:
    """Make the run's folder with its config; one that has begun is checked, and left as it is."""
    check_run(config, run)
    if _has_begun(run):
        return
    try:
        run.mkdir(parents=True, exist_ok=True)
        save_config(config, run / CONFIG)
    except OSError as error:
        raise _unwritable(run, error.strerror) from None


def write_split(pictures: TrainingPictures, run: Path) -> None:
    """The names of who is trained on and of who validates, as `evaluate --split` reads them; an empty list is none."""
    lists = {"train": pictures.train.names, "validation": pictures.validation.names if pictures.validation else ()}
    # escaped, so that names that are not UTF-8 come back as they are
    text = json.dumps({key: names for key, names in lists.items() if names}, indent=1)
    write_whole(run / SPLIT, f"{text}\n".encode())


def _has_begun(run: Path) -> bool:
    return (run / CHECKPOINT).exists() and (run / CONFIG).exists()


def _unwritable(run: Path, why: str | None) -> InputError:
    return InputError(f"{run}: cannot write the run's folder ({why}); choose another --run")


@contextmanager
def launched(config: Config, run: Path) -> Iterator[Fabric]:
    """Start the processes that share this training: each runs the same command, and all come here."""
    machine = config.machine
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)  # it repeats what the config says
    try:
        fabric = Fabric(
            accelerator=machine.accelerator,
            devices=machine.devices,
            num_nodes=machine.nodes,
            strategy="ddp" if machine.devices * machine.nodes > 1 else "auto",
            precision="bf16-mixed" if machine.precision == "bfloat16" else "32-true",
            loggers=[LOGGERS[name](run) for name in machine.loggers],
        )
    except (RuntimeError, MisconfigurationException) as error:  # no such accelerator, or not so many devices
        raise InputError(f"machine: {' '.join(str(error).split())}") from None
    fabric.launch()
    if machine.threads:
        torch.set_num_threads(machine.threads)  # after the launch, which chooses a number of its own
    try:
        yield fabric
    finally:
        if dist.is_available() and dist.is_initialized():
            dist.destroy_process_group()


def run_facts(config: Config, pictures: TrainingPictures, steps: int) -> dict[str, Any]:
    """What the checkpoint, and the model file made from it, say of a training."""
    threads = torch.get_num_threads()
    return {
        "config": asdict(config),
        "licence": licence_of(asdict(config)),
        "markup": asdict(pictures.markup),
        "crop": asdict(pictures.rule),
        "steps": steps,
        "labeled": len(pictures.train.names),
        "validation": len(pictures.validation.names) if pictures.validation else 0,
        "counted": pictures.counted,
        "normaliser": pictures.normaliser,
        "never_labeled": pictures.never_labeled,
        "unlabeled": 0 if pictures.unlabeled is None else len(pictures.unlabeled),
        "split": pictures.split,
        "labels_hash": pictures.labels_hash,
        "pictures_hash": pictures.pictures_hash,
        **facts_of_sources(config.teaching.teacher, pictures.unlabeled_hash),
        "command": provenance.command(),
        "commit": commit(),
        "versions": {name: version(name) for name in ("laplace-landmarks", "torch", "lightning-fabric", "numpy")},
        "hardware": f"{processor(config.machine.accelerator)}, {threads} thread{'s' if threads > 1 else ''}",
    }


def processor(accelerator: str = "cpu") -> str:
    """The processor's name, or the graphics card's where the accelerator may be one."""
    if accelerator in ("auto", "cuda") and torch.cuda.is_available():
        return torch.cuda.get_device_name()
    return provenance.processor()
