"""The paper's AFLW protocol from AFLW's own files to a score: drawn faces, several a picture, most incomplete."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.data.markup import AFLW19
from laplace_landmarks.data.sources import read_labeled, subset
from laplace_landmarks.runtime.model_file import open_model
from laplace_landmarks.runtime.outputs import read_predictions
from laplace_landmarks.training.config_file import load_config
from laplace_landmarks.training.pictures import training_pictures

CONFIG = Path(__file__).parents[2] / "configs" / "aflw.yaml"


def test_the_database_and_the_file_of_the_split_say_the_same(drawn_aflw: Path) -> None:
    told: list[str] = []
    database = read_labeled(drawn_aflw / "aflw.sqlite", AFLW19, note=told.append)
    split = read_labeled(drawn_aflw / "AFLWinfo_release.mat", None, note=told.append)

    assert [line.rpartition(": ")[0].split(": ")[-1] for line in told] == [
        "1 faces were left out",
        "1 of 19 faces were left out",
    ]
    assert split.markup is database.markup is AFLW19
    assert len(database) == len(split) == 18
    assert len({sample.picture for sample in split.samples}) == 13, "some pictures have two faces"
    assert [len(subset(split, part)) for part in ("train", "test")] == [12, 6]
    of_database = {(s.picture, *s.landmarks[s.visible].round(2).ravel().tolist()) for s in database.samples}
    of_split = {(s.picture, *s.landmarks[s.visible].round(2).ravel().tolist()) for s in split.samples}
    assert of_database == of_split
    assert sum(bool(s.visible.all()) for s in split.samples) == 9


def test_the_whole_path(drawn_aflw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With LaplaceKL; docs/aflw.md, whose commands are run as well, trains with softargmax too."""
    monkeypatch.chdir(tmp_path)
    main([
        "train", str(CONFIG), "--data.root", str(drawn_aflw), "--run", "run", "--optimiser.steps", "4",
        "--network.width", "4", "--network.size", "32", "--machine.threads", "1",
    ])  # fmt: skip

    _, info = open_model(Path("run/model.onnx"))
    assert (info.markup, info.training["labeled"], info.training["loss"]) == (AFLW19, 12, "laplace_kl")
    assert (info.training["step"], info.scores) == (4, ()), "nothing is chosen, the last weights are kept"

    main([
        "evaluate", "run/model.onnx", str(drawn_aflw / "AFLWinfo_release.mat"), "--part", "test", "--output",
        "scores.json", "--predictions", "found.jsonl",
    ])  # fmt: skip

    scores = json.loads(Path("scores.json").read_text())
    rows = {(row["subset"], row["normaliser"]): row for row in scores["rows"]}
    assert rows["all", "sqrt_box"]["faces"] == 6
    assert {subset for subset, _ in rows} == {"frontal", "turned", "all"}
    assert not any(normaliser == "inter_ocular" for _, normaliser in rows)
    test = subset(read_labeled(drawn_aflw / "AFLWinfo_release.mat", None), "test")
    errors = []
    for sample, found in zip(test.samples, read_predictions("found.jsonl"), strict=True):
        width, height = np.ptp(sample.landmarks[sample.visible], axis=0)
        away = np.hypot(*(found.landmarks - sample.landmarks).T)
        errors.append(100 * away[sample.visible].mean() / np.sqrt(width * height))
    assert rows["all", "sqrt_box"]["nmse_percent"]["value"] == pytest.approx(np.mean(errors), rel=1e-3)


def test_incomplete_faces_are_cropped_like_complete_ones(drawn_aflw: Path) -> None:
    """Halves, placed by their boxes, are shown as large and where whole faces are, placed by their points."""
    config = load_config(CONFIG)
    data = replace(config.data, root=str(drawn_aflw), cache="")
    given = training_pictures(replace(config, data=data), lambda _: None)

    whole = given.train.visible.all(axis=1)
    assert (whole.sum(), (~whole).sum()) == (7, 5)
    for name in ("right eye outer", "mouth centre"):
        places = given.train.landmarks[:, AFLW19.names.index(name)]
        of_whole, of_halves = (np.median(places[some], axis=0) for some in (whole, ~whole))
        assert of_halves == pytest.approx(of_whole, abs=3)  # of 80 crop pixels
