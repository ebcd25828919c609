"""Paths of a config that begin with ~, which a shell writes out and no file system knows."""

from dataclasses import replace

from laplace_landmarks.text_files import from_home
from laplace_landmarks.training.config import Config

PATHS = {  # by section; those of data.unlabeled, its pictures and points, besides
    "data": ("root", "labeled", "markup", "split", "cache"),
    "augmentation": ("jitter",),
    "network": ("init",),
    "teaching": ("teacher",),
}


def at_home(config: Config) -> Config:
    """The config with all its paths as they are for every part of the program, ~ being the user's home.

    >>> at_home(Config(run="~/runs/a", recipe="~")) == Config(run=from_home("~/runs/a"), recipe="~")
    True
    """
    parts = {}
    for name, paths in PATHS.items():
        section = getattr(config, name)
        parts[name] = replace(section, **{path: from_home(getattr(section, path)) for path in paths})
    unlabeled = tuple(
        replace(source, pictures=from_home(source.pictures), points=from_home(source.points))
        for source in config.data.unlabeled
    )
    parts["data"] = replace(parts["data"], unlabeled=unlabeled)
    return replace(config, run=from_home(config.run), **parts)
