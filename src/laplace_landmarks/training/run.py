"""The folder of a run, and the machine it runs on."""

import logging
import platform
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Any

import torch
import torch.distributed as dist
from lightning_fabric import Fabric
from lightning_fabric.loggers.csv_logs import CSVLogger
from lightning_fabric.loggers.logger import Logger
from lightning_fabric.loggers.tensorboard import TensorBoardLogger
from lightning_fabric.utilities.exceptions import MisconfigurationException

from laplace_landmarks.errors import InputError
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.config_file import differences, load_config, save_config
from laplace_landmarks.training.pictures import TrainingPictures
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG

LOGGERS: dict[str, Callable[[Path], Logger]] = {  # no versions: a run that goes on writes them anew from its log
    "csv": lambda run: CSVLogger(run, name="csv", version="", flush_logs_every_n_steps=1),
    "tensorboard": lambda run: TensorBoardLogger(run, name="tensorboard", version=""),
}


def open_run(config: Config, run: Path) -> None:
    """Make the run's folder, or see that what has been reached there belongs to the same training."""
    saved = run / CONFIG
    if (run / CHECKPOINT).exists() and saved.exists():
        changed = differences(load_config(saved), config)
        if changed:
            raise InputError(f"{run} holds another training ({'; '.join(changed)}); choose another --run, or delete it")
        return
    try:
        run.mkdir(parents=True, exist_ok=True)
        save_config(config, saved)
    except OSError as error:
        raise InputError(f"{run}: cannot write the run's folder ({error.strerror}); choose another --run") from None


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
    return {
        "config": asdict(config),
        "markup": asdict(pictures.markup),
        "crop": asdict(pictures.rule),
        "steps": steps,
        "labeled": len(pictures.train.names),
        "validation": len(pictures.validation.names) if pictures.validation else 0,
        "unlabeled": 0 if pictures.unlabeled is None else len(pictures.unlabeled),
        "split": pictures.split,
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        "commit": commit(),
        "versions": {name: version(name) for name in ("laplace-landmarks", "torch", "lightning-fabric", "numpy")},
        "hardware": f"{processor(config.machine.accelerator)}, {torch.get_num_threads()} threads",
    }


def commit() -> str:
    """The commit of the checkout this package lies in, "+" behind it where files differ; "" outside of one."""
    git = ["git", "-C", str(Path(__file__).parent)]
    describe = [*git, "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*"]
    try:  # a virtual environment may lie in a checkout of something else
        subprocess.run([*git, "ls-files", "--error-unmatch", __file__], capture_output=True, check=True)
        return subprocess.run(describe, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def processor(accelerator: str = "cpu") -> str:
    """The processor's name, or the graphics card's where the accelerator may be one."""
    if accelerator in ("auto", "cuda") and torch.cuda.is_available():
        return torch.cuda.get_device_name()
    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return models[0].partition(": ")[2] if models else platform.processor() or platform.machine()


@contextmanager
def asked_to_stop() -> Iterator[list[int]]:
    """Ctrl-C and a scheduler's SIGTERM do not break a step off; the list holds the signals that came.

    A second Ctrl-C does: the step may be what hangs.
    """
    received: list[int] = []

    def remember(number: int, _: FrameType | None) -> None:
        if number == signal.SIGINT and number in received:
            raise KeyboardInterrupt
        received.append(number)

    if threading.current_thread() is not threading.main_thread():  # which alone may handle signals
        yield received
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, remember) for number in numbers]
    try:
        yield received
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
