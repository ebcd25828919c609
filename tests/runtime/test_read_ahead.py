"""Pictures read ahead come in order, few at a time, and broken ones are told."""

import threading
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime import read_ahead as module
from laplace_landmarks.runtime.read_ahead import AHEAD, batches, read_ahead


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """60 pictures whose brightness is their number; the fifth is none."""
    for number in range(60):
        write_picture(tmp_path / f"{number:02}.png", np.full((8, 8, 3), number, np.uint8))
    (tmp_path / "04.png").write_text("no picture")
    return sorted(tmp_path.iterdir())


def test_they_come_in_order(files: list[Path]) -> None:
    for number, (file, picture) in enumerate(read_ahead(files)):
        assert file == files[number]
        assert isinstance(picture, InputError) if number == 4 else np.all(picture == number)
    assert number == 59


def test_no_more_are_read_than_may_wait(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def counted(file: Path) -> Picture:
        asked.append(file)
        return np.zeros((1, 1, 3), np.uint8)

    monkeypatch.setattr(module, "read_picture", counted)
    pictures = read_ahead(files)
    for taken in range(1, 30):
        next(pictures)
        assert len(asked) <= taken + AHEAD
    pictures.close()
    assert len(asked) < 60
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read-picture")]


def test_large_pictures_wait_alone(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PIXELS", 64 * 3)  # three of these pictures
    asked: list[Path] = []
    read = module.read_picture

    def counted(file: Path) -> Picture:
        asked.append(file)
        return read(file)

    monkeypatch.setattr(module, "read_picture", counted)
    pictures = read_ahead(files[10:])
    for taken in range(1, 20):
        next(pictures)
        assert len(asked) <= taken + 3
    monkeypatch.setattr(module, "PIXELS", 1)
    assert len(list(read_ahead(files[:4]))) == 4


def test_batches_are_bounded_by_number_and_by_pixels(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    skipped: list[Path] = []
    batched = list(batches(read_ahead(files[:11]), lambda file, _: skipped.append(file), 4))
    assert [len(batch) for batch in batched] == [4, 4, 2]
    assert skipped == [files[4]]
    assert [file for batch in batched for file, _ in batch] == files[:4] + files[5:11]
    monkeypatch.setattr(module, "PIXELS", 64 * 2)
    assert [len(batch) for batch in batches(read_ahead(files[5:10]), lambda *_: None, 4)] == [2, 2, 1]
