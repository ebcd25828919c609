"""Every command from end to end, on a model that was trained for a second."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.app.commands.crop import spaced
from laplace_landmarks.data.formats.points_file import read_pts
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.export import model as export_model
from laplace_landmarks.faces.five_points import roll
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.model_info import ModelInfo
from laplace_landmarks.runtime.outputs import read_predictions
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.config_file import load_config, save_config
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG

Captured = pytest.CaptureFixture[str]


def test_evaluate_gives_the_same_for_a_model_and_for_its_predictions(
    tiny_run_model: Path, data: Path, tmp_path: Path, capsys: Captured
) -> None:
    words = ["evaluate", str(tiny_run_model), str(data / "labeled")]
    main([*words, "--output", str(tmp_path / "a" / "model.json"), "--predictions", str(tmp_path / "p.jsonl")])
    table = capsys.readouterr().out
    assert "tiny on" in table
    assert "inter-ocular" in table

    main(["evaluate", str(tmp_path / "p.jsonl"), str(data / "labeled"), "--output", str(tmp_path / "file.json")])

    model, file = (json.loads((tmp_path / name).read_text()) for name in ("a/model.json", "file.json"))
    assert (model["protocol"], file["protocol"]) == ("true-point crops", "predictions file")
    for row, same in zip(model["rows"], file["rows"], strict=True):
        assert row["faces"] == same["faces"] == 12
        assert row["nmse_percent"]["value"] == pytest.approx(same["nmse_percent"]["value"], abs=0.005)  # rounded
    assert len(model["faces"]) == 12


def test_evaluate_turns_crops_as_predict_does_where_it_is_told_to(
    tiny_run_model: Path, data: Path, tmp_path: Path, capsys: Captured
) -> None:
    words = ["evaluate", str(tiny_run_model), str(data / "labeled"), "--predictions", str(tmp_path / "p.jsonl")]
    main([*words, "--upright", "--output", str(tmp_path / "scores.json"), "--faces", str(tmp_path / "faces.jpg")])
    assert json.loads((tmp_path / "scores.json").read_text())["protocol"] == "true-point crops, turned as the faces are"
    for face in read_predictions(tmp_path / "p.jsonl"):
        label = read_pts(data / "labeled" / f"{Path(face.picture).stem}.pts")
        points = IBUG68.anchors_of(label, np.ones(68, np.bool_))
        assert points is not None and face.crop is not None
        assert face.crop.angle == pytest.approx(roll(points), abs=1e-3)

    with pytest.raises(SystemExit):
        main(["evaluate", str(tmp_path / "p.jsonl"), str(data / "labeled"), "--upright"])
    assert "--upright is for a model file" in capsys.readouterr().err


def test_mirror_images_are_looked_at_where_they_are_asked_for(
    tiny_run_model: Path, data: Path, tmp_path: Path, capsys: Captured
) -> None:
    """evaluate and predict give the same landmarks, those of a detector that does."""
    words = ["evaluate", str(tiny_run_model), str(data / "labeled"), "--mirrored"]
    main([*words, "--predictions", str(tmp_path / "e.jsonl"), "--output", str(tmp_path / "scores.json")])
    assert json.loads((tmp_path / "scores.json").read_text())["protocol"] == "true-point crops, and their mirror images"
    words = ["predict", str(data / "labeled"), "--model", str(tiny_run_model), "--points", str(data / "labeled")]
    main([*words, "--no-upright", "--mirrored", "--no-draw", "--output", str(tmp_path / "p")])
    found = [read_predictions(tmp_path / name) for name in ("e.jsonl", "p/predictions.jsonl")]
    detector = LandmarkDetector(tiny_run_model, refine=0, upright=False, mirrored=True)
    for ours, theirs in zip(*found, strict=True):
        picture = read_picture(Path(ours.picture))
        (face,) = detector(picture, anchors=read_pts(Path(ours.picture).with_suffix(".pts")))
        np.testing.assert_allclose(ours.landmarks, face.landmarks, atol=0.01)
        np.testing.assert_allclose(theirs.landmarks, face.landmarks, atol=0.01)

    capsys.readouterr()
    for again in ([*words, "--no-upright", "--output", str(tmp_path / "p")],
                  ["evaluate", str(tmp_path / "e.jsonl"), str(data / "labeled"), "--mirrored"]):  # fmt: skip
        with pytest.raises(SystemExit):
            main(again)
    said = capsys.readouterr().err
    assert "--mirrored was True and is False" in said
    assert "--mirrored is for a model file" in said


def test_evaluate_scores_one_list_of_a_split(
    tiny_run_model: Path, data: Path, tmp_path: Path, capsys: Captured
) -> None:
    (data / "split.json").write_text('{"validation": ["00", "01"], "labels": {"1": ["02"]}}')
    words = ["evaluate", str(tiny_run_model), str(data / "labeled"), "--split", str(data / "split.json")]
    for key, names in (("validation", ["00", "01"]), ("labels/1", ["02"])):
        main([*words, "--key", key, "--output", str(tmp_path / "scores.json")])
        scores = json.loads((tmp_path / "scores.json").read_text())
        assert [face["name"] for face in scores["faces"]] == names
        assert f"{key} of " in capsys.readouterr().out


def test_a_run_knows_the_pictures_that_it_held_out(
    tiny_run: Path, tiny_run_model: Path, tiny_data: Path, tmp_path: Path
) -> None:
    """What evaluate says of them is what the training said of the weights that it kept."""
    words = ["evaluate", str(tiny_run_model), str(tiny_data / "labeled"), "--split", str(tiny_run / "split.json")]
    main([*words, "--output", str(tmp_path / "held-out.json")])
    main([*words, "--key", "train", "--output", str(tmp_path / "train.json")])
    held_out, trained = (json.loads((tmp_path / f"{name}.json").read_text()) for name in ("held-out", "train"))
    (score,) = read_info(tiny_run_model).scores
    assert held_out["rows"][0]["faces"] == score["faces"] == 12 - trained["rows"][0]["faces"]
    assert held_out["rows"][0]["nmse_percent"]["value"] == pytest.approx(score["nmse_percent"], abs=0.05)


def test_info_is_a_page_or_json(tiny_run_model: Path, capsys: Captured) -> None:
    main(["info", str(tiny_run_model)])
    page = capsys.readouterr().out
    for fact in ("tiny\n", "68 (ibug68)", "width 2", "32 px", "not calibrated", "labeled 9", "NMSE", "CC0"):
        assert fact in page, fact

    main(["info", str(tiny_run_model), "--json"])
    assert json.loads(capsys.readouterr().out)["format"] == "laplace-landmarks"


def test_crop_draws_what_the_network_sees(data: Path, tmp_path: Path, capsys: Captured) -> None:
    sheet = tmp_path / "sheet.png"
    main(["crop", str(data / "labeled"), "--output", str(sheet), "--size", "40", "--columns", "4", "--count", "6"])
    assert capsys.readouterr().out == f"6 crops of {data / 'labeled'} in {sheet}\n"
    height, width, _ = read_picture(sheet).shape
    assert width // 4 == height // 2 >= 40  # six crops in rows of four, perhaps enlarged

    (data / "unlabeled" / "03.png").write_bytes(b"no picture")
    main(["crop", str(data / "unlabeled"), "--unlabeled", "--output", str(sheet)])
    said = capsys.readouterr()
    assert said.err.startswith("skipped: ")
    assert "03.png" in said.err
    assert said.out == f"7 crops of {data / 'unlabeled'} in {sheet}\n"


@pytest.mark.parametrize(("among", "count", "chosen"), [(3, 5, [0, 1, 2]), (7, 4, [0, 1, 3, 5]), (0, 4, [])])
def test_the_sheet_spans_the_data(among: int, count: int, chosen: list[int]) -> None:
    assert spaced(among, count) == chosen


def test_export_writes_where_it_is_told(tiny_run: Path, tmp_path: Path, capsys: Captured) -> None:
    main(["export", str(tiny_run), "--output", str(tmp_path), "--weights", "ema", "--name", "averaged"])
    file = tmp_path / "model-ema.onnx"
    assert capsys.readouterr().out == f"{file}: {file.stat().st_size / 1000:.1f} kB\n"
    main(["info", str(file)])
    page = capsys.readouterr().out
    assert page.startswith("averaged\n")
    assert "weights ema" in page


def test_export_takes_a_name_without_onnx_for_a_folder(
    tiny_run: Path, tiny_run_model: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def export_run(run: Path, output: Path, *_: object) -> ModelInfo:
        """Its own takes seconds, and tests of its own."""
        write_whole(output, tiny_run_model.read_bytes())
        return read_info(tiny_run_model)

    monkeypatch.setattr(export_model, "export_run", export_run)
    for words in (["new/folder/"], ["new/folder", "--weights", "ema"]):
        main(["export", str(tiny_run), "--output", f"{tmp_path}/{words[0]}", *words[1:]])
    main(["export", str(tiny_run), "--output", str(tmp_path / "other" / "mine.onnx")])
    with pytest.raises(SystemExit):
        main(["export", str(tmp_path / "no run"), "--output", str(tmp_path / "never")])
    assert not (tmp_path / "never").exists()
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"new/folder/model.onnx", "new/folder/model-ema.onnx", "other/mine.onnx"}
    (tmp_path / "mine").write_bytes((tmp_path / "other" / "mine.onnx").read_bytes())
    capsys.readouterr()
    main(["export", str(tiny_run), "--output", str(tmp_path / "mine")])  # a file that is there
    assert capsys.readouterr().out.startswith(f"{tmp_path / 'mine'}: ")


def test_synthesize_draws_a_data_set(tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "faces"
    main(["synthesize", str(folder), "--count", "5", "--unlabeled", "2", "--size", "64"])
    assert capsys.readouterr().out == f"5 labeled and 2 unlabeled drawn faces in {folder}\n"
    assert len(list(folder.rglob("*.pts"))) == 5
    main(["crop", str(folder / "train"), "--output", str(tmp_path / "sheet.png")])


def test_settings_on_the_command_line_stand_above_the_file(
    tiny_config: Callable[..., Config], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from laplace_landmarks.training import folds, trainer

    assert folds.train is trainer.train, "imported before one is replaced, or it would keep the other"
    asked: list[Config] = []
    monkeypatch.setattr(trainer, "train", asked.append)  # returns None, as in a process that is not the first
    config = tiny_config(seed=3)
    save_config(config, tmp_path / "c.yaml")

    main(["train", str(tmp_path / "c.yaml"), "--network.width", "5", "--adversarial.saturating", "False",
          "--machine.loggers", "csv", "tensorboard", "--data.unlabeled.0.limit", "4"])  # fmt: skip

    (made,) = asked
    assert (made.seed, made.network.size, made.optimiser.batch) == (3, 32, 4)  # the file's
    assert (made.network.width, made.adversarial.saturating, made.machine.loggers) == (5, False, ("csv", "tensorboard"))
    assert made.data.unlabeled[0].pictures == "unlabeled"
    assert made.data.unlabeled[0].limit == 4

    monkeypatch.setenv("HOME", "/home/me")
    main(["train", str(tmp_path / "c.yaml"), "--run=~/runs/x", "--init=~/a.onnx"])
    assert (asked[-1].run, asked[-1].network.init) == ("/home/me/runs/x", "/home/me/a.onnx")


def test_training_is_cut_off_and_goes_on_with_the_same_command(
    tiny_config: Callable[..., Config], tmp_path: Path, capfd: Captured
) -> None:
    """A real process and a real Ctrl-C: it ends its step, says how to go on, and does; then the model file is there."""
    config = tiny_config(
        optimiser={"steps": 60}, machine={"validate_every": 60, "loggers": ("csv",), "precision": "bfloat16"}
    )
    save_config(config, tmp_path / "c.yaml")
    command = [sys.executable, "-m", "laplace_landmarks", "train", str(tmp_path / "c.yaml")]

    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not (Path(config.run) / CHECKPOINT).exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)

    reached = load_checkpoint(Path(config.run) / CHECKPOINT).facts["step"]
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == (
        f"laplace-landmarks: stopped after step {reached} of 60; the same command goes on from there"
    )

    main(["train", str(tmp_path / "c.yaml")])

    said = capfd.readouterr()
    assert f"going on after step {reached} of 60" in said.err
    assert said.out.startswith(f"{config.run}/model.onnx: ")
    assert "validation NMSE" in said.out
    assert "Automatic Mixed Precision" not in said.err
    assert "validation NMSE" in said.err
    assert (Path(config.run) / "model.onnx").is_file()
    assert load_config(Path(config.run) / CONFIG) == config
    with (Path(config.run) / "csv" / "metrics.csv").open(newline="") as file:
        steps = [row["step"] for row in csv.DictReader(file) if row["train/loss"]]
    assert steps == ["10", "20", "30", "40", "50", "60"]
