"""The folder of a run, what it says of itself, and signals."""

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.signals import asked_to_stop
from laplace_landmarks.training.config import Config, Network
from laplace_landmarks.training.config_file import load_config
from laplace_landmarks.training.run import at_its_place, check_run, commit, launched, open_run
from laplace_landmarks.training.run_files import CHECKPOINT, CONFIG


def test_a_new_folder_holds_the_config(tmp_path: Path) -> None:
    run, config = tmp_path / "runs" / "one", Config(seed=3)
    open_run(config, run)
    assert load_config(run / CONFIG) == config
    (run / CHECKPOINT).touch()
    open_run(replace(config, run="elsewhere"), run)  # the same training
    assert load_config(run / CONFIG) == config


def test_a_run_that_reached_no_checkpoint_may_become_another(tmp_path: Path) -> None:
    open_run(Config(seed=3), tmp_path)
    open_run(Config(seed=4), tmp_path)
    assert load_config(tmp_path / CONFIG) == Config(seed=4)


def test_another_config_is_refused_by_the_names_of_its_changes(tmp_path: Path) -> None:
    open_run(Config(), tmp_path)
    (tmp_path / CHECKPOINT).touch()
    before = (tmp_path / CONFIG).read_bytes()
    with pytest.raises(
        InputError, match=r"holds another training \(seed: 0 there, 1 now; network.width: 64 there, 8 now\)"
    ):
        open_run(Config(seed=1, network=Network(width=8)), tmp_path)
    assert (tmp_path / CONFIG).read_bytes() == before


def test_the_config_of_a_run_that_was_moved_is_of_the_run_where_it_lies(tmp_path: Path) -> None:
    config = Config(run=str(tmp_path / "old"))
    open_run(config, tmp_path / "old")
    assert at_its_place(config, tmp_path / "old" / "config.yaml") == config
    (tmp_path / "old" / "last.safetensors").touch()
    new = (tmp_path / "old").rename(tmp_path / "new")

    assert at_its_place(config, new / "config.yaml") == replace(config, run=str(new))
    assert at_its_place(config, tmp_path / "config.yaml") == config


def test_a_question_about_a_run_changes_nothing(tmp_path: Path) -> None:
    check_run(Config(), tmp_path / "runs" / "one")
    assert not list(tmp_path.iterdir())
    open_run(Config(), tmp_path)
    (tmp_path / CHECKPOINT).touch()
    check_run(replace(Config(), run="elsewhere"), tmp_path)
    with pytest.raises(InputError, match=r"holds another training \(seed: 0 there, 1 now\)"):
        check_run(Config(seed=1), tmp_path)


@pytest.mark.parametrize("place", ["file", "file/run"])
def test_where_no_folder_can_be(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("text")
    for work in (check_run, open_run):
        with pytest.raises(InputError, match=r"file.*: cannot write the run's folder \(.*\); choose another --run"):
            work(Config(), tmp_path / place)


def test_a_machine_that_is_not_there(tiny_config: Callable[..., Config], tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match=r"machine: .*MPS"),
        launched(tiny_config(machine={"accelerator": "mps"}), tmp_path),
    ):
        pytest.skip("this machine has one")


def test_threads_are_as_asked(tiny_config: Callable[..., Config], tmp_path: Path) -> None:
    import torch

    before = torch.get_num_threads()
    try:
        with launched(tiny_config(machine={"threads": 3}), tmp_path):
            assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_are_collected_and_then_as_before(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with asked_to_stop() as received:
        assert not received
        os.kill(os.getpid(), number)
        assert received == [number]
    assert signal.getsignal(number) == before


def test_a_second_ctrl_c_breaks_a_step_off() -> None:
    with asked_to_stop() as received:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        assert received == [signal.SIGTERM, signal.SIGINT]


def test_a_thread_cannot_be_asked() -> None:
    seen: list[list[int]] = []

    def work() -> None:
        with asked_to_stop() as received:
            seen.append(received)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [[]]


def test_the_commit_is_that_of_this_package_or_none() -> None:
    assert len(commit()) in (0, 12, 13)
    assert set(commit().removesuffix("+")) <= set("0123456789abcdef")
