"""`laplace-landmarks train`: from a config to a model file."""

import sys
from collections.abc import Sequence
from pathlib import Path

USAGE = """usage: laplace-landmarks train CONFIG [--init MODEL] [--SETTING VALUE ...]

Train a model from a config (YAML). Settings on the command line stand above it. A run that was cut off goes on with the
same command. --init MODEL is --network.init: start from a model file's weights.
"""


def main(arguments: Sequence[str]) -> None:
    from laplace_landmarks.app.parse import check_paths
    from laplace_landmarks.errors import InputError

    check_paths(arguments)
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
    """Train by the config and settings, then write the model file into the run's folder.

    What a file of these weights was taught since, its radii and name, stays; one of other weights that holds such
    things is kept beside.
    """
    from laplace_landmarks.training.at_home import at_home
    from laplace_landmarks.training.config_file import load_config
    from laplace_landmarks.training.run import at_its_place

    config = load_config(file)
    placed = at_its_place(config, file)
    if placed.run != config.run:
        print(f"{file}: of a run that has been moved: goes on here, not in {config.run}", file=sys.stderr)
    config = at_home(_settings(placed, settings))

    from laplace_landmarks.export.again import set_aside
    from laplace_landmarks.export.model import export_run, lost_by_export
    from laplace_landmarks.runtime.released import MODEL
    from laplace_landmarks.training import folds, trainer
    from laplace_landmarks.training.outcome import OUT_OF_FOLD, read_outcome, tell_model
    from laplace_landmarks.training.run_files import REPORT

    run = folds.train_folds(config) if config.folds.count and not config.folds.without else trainer.train(config)
    if run is None:  # another process of the same run writes the file
        return
    if lost := lost_by_export(run, run / MODEL):
        kept = set_aside(run / MODEL)
        print(f"{run / MODEL}: is of other weights, and holds {lost}: kept as {kept}", file=sys.stderr)
    info = export_run(run, run / MODEL)
    validated = [score["nmse_percent"] for score in info.scores if score["part"] != OUT_OF_FOLD]
    score = f", validation NMSE {validated[0]:.2f} %" if validated else ""
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
