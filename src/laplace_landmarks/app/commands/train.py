"""`laplace-landmarks train`: from a config to a model file."""

import sys
from collections.abc import Sequence
from pathlib import Path

USAGE = """usage: laplace-landmarks train CONFIG [--init MODEL] [--SETTING VALUE ...]

Train a model from a config (YAML). Settings on the command line stand above it. A run that was cut off goes on with the
same command. --init MODEL is --network.init: start from a model file's weights.
"""


def main(arguments: Sequence[str]) -> None:
    from laplace_landmarks.errors import InputError

    if not arguments:
        raise InputError(
            "train: name a config: laplace-landmarks train CONFIG [--SETTING VALUE ...]; --help tells more"
        )
    if arguments[0] in ("-h", "--help"):
        print(USAGE)
        _settings(None, ["--help"])
    if arguments[0].startswith("-"):
        raise InputError("train: the config comes first: laplace-landmarks train CONFIG [--SETTING VALUE ...]")
    train(Path(arguments[0]), [_as_config(word) for word in arguments[1:]])


def train(file: Path, settings: Sequence[str]) -> None:
    """Train by the config and settings, then write the model file into the run's folder."""
    from laplace_landmarks.training.config_file import load_config

    config = _settings(load_config(file), settings)

    from laplace_landmarks.export.model import export_run
    from laplace_landmarks.training import folds, trainer
    from laplace_landmarks.training.outcome import read_outcome, tell_model
    from laplace_landmarks.training.run_files import MODEL, REPORT

    run = folds.train_folds(config) if config.folds.count and not config.folds.without else trainer.train(config)
    if run is None:  # another process of the same run writes the file
        return
    info = export_run(run, run / MODEL, name=run.name)
    score = f", validation NMSE {info.scores[0]['nmse_percent']:.2f} %" if info.scores else ""
    if outcome := read_outcome(run, info.training["split"]):
        tell_model(outcome, run / MODEL)
        score = f", {outcome.score_in_words}"
    size = (run / MODEL).stat().st_size / 1000
    if info.training["step"] == 0 and info.training["steps"]:
        print("no later weights were better on the validation pictures than those before training, so these are kept: "
              "train longer, or with another learning rate", file=sys.stderr)  # fmt: skip
    print(f"{run / MODEL}: {size:.1f} kB{score}; how it went: {run / REPORT}")


def _as_config(word: str) -> str:
    """A word of the command line as the settings are read: a short name written out, and true or false as in YAML.

    >>> _as_config("--init=a.onnx"), _as_config("true")
    ('--network.init=a.onnx', 'True')
    """
    name, equals, value = word.partition("=")
    if name == "--init":
        return "--network.init" + equals + value
    return word.capitalize() if word in ("true", "false") else word


def _settings(default, settings: Sequence[str]):
    import tyro

    from laplace_landmarks.training.config import Config

    return tyro.cli(
        Config,
        default=default or Config(),
        args=list(settings),
        prog="laplace-landmarks train CONFIG",
        description="Every setting; the defaults are the paper's, or the config's where one is given.",
        config=(tyro.conf.FlagConversionOff,),
    )
