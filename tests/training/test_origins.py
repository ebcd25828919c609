"""What a model comes from is told in its licence, through any chain of models, and once."""

import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from laplace_landmarks.runtime.model_file import read_info, write_training
from laplace_landmarks.training import origins as module
from laplace_landmarks.training.config import Config, Data, Network, Teaching
from laplace_landmarks.training.origins import Origin, licence_of, origins

RESEARCH = "trained on 300W (iBUG), which is for research only, not for commercial use"


def settings(licence: str = "not stated", init: str = "", teacher: str = "", **teaching: float) -> dict[str, Any]:
    config = Config(data=Data(licence=licence), network=Network(init=init), teaching=Teaching(teacher, **teaching))  # pyright: ignore[reportArgumentType]
    return asdict(config)


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch, tiny_run_model: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    """Licences of model files that need not be there, and what else these tell of their training."""
    files: dict[str, tuple[str, dict[str, Any]]] = {}
    info = read_info(tiny_run_model)
    real = module.read_info

    def read(path: Path) -> Any:
        if str(path) not in files:
            return real(path)
        licence, training = files[str(path)]
        return replace(info, licence=licence, training=training)

    monkeypatch.setattr(module, "read_info", read)
    return files


def test_what_a_training_comes_from() -> None:
    assert origins(settings()) == ()
    assert origins(settings(teacher="average")) == ()
    assert origins(settings(init="a.onnx", teacher="b.onnx")) == (
        Origin("started from", "a.onnx"), Origin("taught by", "b.onnx")
    )  # fmt: skip
    assert origins(settings(teacher="b.onnx", labeled=0)) == (), "without unlabeled pictures it is never asked"
    of_old = settings(init="a.onnx")
    del of_old["teaching"]
    assert origins(of_old) == (Origin("started from", "a.onnx"),)


def test_without_another_model_the_licence_is_that_of_the_labels() -> None:
    assert licence_of(settings("CC0; ask first")) == "CC0; ask first"


def test_the_start_and_the_teacher_are_named_with_theirs(named: dict[str, Any]) -> None:
    named["drawn.onnx"] = ("MIT (trained on drawn faces)", {})
    assert licence_of(settings(init="laplace68-eighth")) == f"not stated; started from laplace68-eighth: {RESEARCH}"
    told = licence_of(settings("CC0", init="drawn.onnx", teacher="laplace68-quarter"))
    assert (
        told == f"CC0; started from drawn.onnx: MIT (trained on drawn faces); taught by laplace68-quarter: {RESEARCH}"
    )
    assert licence_of(settings(RESEARCH, init="laplace68-eighth")) == RESEARCH, "said once"


def test_a_chain_carries_on_without_repeating_itself(named: dict[str, Any]) -> None:
    named["first.onnx"] = (licence_of(settings("kites, CC0", init="laplace68-eighth")), {})
    second = licence_of(settings("more kites, by hand", init="first.onnx", teacher="laplace68-quarter"))
    assert second == (
        f"more kites, by hand; started from first.onnx: kites, CC0; started from laplace68-eighth: {RESEARCH}"
    )
    named["second.onnx"] = (second, {})
    assert licence_of(settings("more kites, by hand", init="second.onnx")) == (
        f"more kites, by hand; started from first.onnx: kites, CC0; started from laplace68-eighth: {RESEARCH}"
    )


def test_files_of_old_name_their_start_elsewhere(named: dict[str, Any]) -> None:
    named["old.onnx"] = ("not stated", {"init": "laplace68-eighth", "teacher": ""})
    told = licence_of(settings("CC0", init="old.onnx"))
    assert told == f"CC0; started from old.onnx: not stated; started from laplace68-eighth: {RESEARCH}"


def test_folders_of_this_machine_are_not_told(tmp_path: Path, tiny_run_model: Path) -> None:
    model = shutil.copy(tiny_run_model, tmp_path / "mine.onnx")
    write_training(model, {"init": ""}, model)
    assert licence_of(settings("by hand", init=str(model))) == "by hand; started from mine.onnx: CC0"
    gone = licence_of(settings("by hand", init=str(tmp_path / "gone.onnx")))
    assert gone == "by hand; started from gone.onnx: not known, because its file is no longer there"


def test_a_run_tells_at_its_start_and_in_its_file(
    tiny_config: Callable[..., Config], tiny_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from laplace_landmarks.export.model import export_run
    from laplace_landmarks.training.trainer import train

    data, network = {"licence": "by hand", "unlabeled": ()}, {"init": str(tiny_run)}
    run = train(tiny_config(data=data, network=network, optimiser={"steps": 1}))
    assert run is not None
    told = "by hand; started from tiny: CC0"
    assert f"licence of the model: {told}\n" in capsys.readouterr().err
    assert export_run(run, tmp_path / "model.onnx").licence == told
