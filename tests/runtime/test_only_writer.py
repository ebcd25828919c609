"""One command at a time writes into a folder, and leaves no trace of the lock."""

from pathlib import Path

import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.only_writer import LOCK, only_writer

fcntl = pytest.importorskip("fcntl")


def test_two_commands_do_not_write_at_once(tmp_path: Path) -> None:
    with only_writer(tmp_path / "out"):
        with (
            pytest.raises(InputError, match=r"--predictions .*out: another command is writing there at this moment"),
            only_writer(tmp_path / "out", "--predictions"),
        ):
            pass
        with only_writer(tmp_path / "other"):
            pass
    assert list((tmp_path / "out").iterdir()) == []
    with only_writer(tmp_path / "out"):
        pass


def test_what_a_kill_left_locks_nothing(tmp_path: Path) -> None:
    (tmp_path / LOCK).touch()
    with only_writer(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_was_removed_meanwhile_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened just before the other command ended: its file is not the one that the next command would find."""
    plain, removed = fcntl.flock, []

    def late(*words: object) -> None:
        if not removed:
            removed.append(1)
            (tmp_path / LOCK).unlink()
        plain(*words)

    monkeypatch.setattr(fcntl, "flock", late)
    with (
        only_writer(tmp_path),
        pytest.raises(InputError, match="another command is writing there"),
        only_writer(tmp_path),
    ):
        pass


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"--output .*file: cannot be written"), only_writer(tmp_path / "file"):
        pass
