"""The journal of an output folder: wherever a run is cut off, the next goes on and no line is lost or doubled."""

import json
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.journal import DONE, PREDICTIONS, Journal
from laplace_landmarks.runtime.outputs import Prediction

SETTINGS = {"model": "tiny", "--refine": None}
FACES = {"a.jpg": 2, "b ü.jpg": 0, "c.jpg": 1, "d.jpg": 3}


def add(journal: Journal, picture: str) -> None:
    points = np.array([[1, 2], [3, 4]], np.float32)
    journal.add(picture, (60, 50), [Prediction(picture, points, face) for face in range(FACES[picture])])


def whole_run(folder: Path) -> tuple[bytes, bytes]:
    journal = Journal.open(folder, SETTINGS)
    for picture in FACES:
        add(journal, picture)
        if picture == "a.jpg":
            journal.skip("broken.jpg", "cut short")
    journal.close()
    return (folder / PREDICTIONS).read_bytes(), (folder / DONE).read_bytes()


def test_what_was_done_is_remembered(tmp_path: Path) -> None:
    whole_run(tmp_path)
    journal = Journal.open(tmp_path, SETTINGS)
    assert journal.done == FACES  # pictures without a face too, and not those that were skipped
    assert [(face.picture, face.face) for face in journal.predictions()] == [
        ("a.jpg", 0), ("a.jpg", 1), ("c.jpg", 0), ("d.jpg", 0), ("d.jpg", 1), ("d.jpg", 2),
    ]  # fmt: skip
    assert list(journal.pictures()) == [(picture, 60, 50) for picture in FACES]
    journal.close()
    assert '{"picture":"broken.jpg","skipped":"cut short"}' in (tmp_path / DONE).read_text()


def test_cut_off_anywhere_it_goes_on_to_the_same_lines(tmp_path: Path) -> None:
    """Each of the two files cut at many places, on their own and together, as by a kill or a full disk."""
    whole = whole_run(tmp_path / "whole")
    for number, (faces, pictures) in enumerate(
        [(cut, None) for cut in range(0, len(whole[0]), 37)]
        + [(None, cut) for cut in range(120, len(whole[1]), 11)]
        + [(cut, len(whole[1]) - cut) for cut in range(0, 200, 17)]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / PREDICTIONS).write_bytes(whole[0][:faces])
        (folder / DONE).write_bytes(whole[1][:pictures])
        journal = Journal.open(folder, SETTINGS)
        for picture in FACES:
            if picture not in journal.done:
                add(journal, picture)
        journal.close()
        assert (folder / PREDICTIONS).read_bytes() == whole[0]
        entries = [json.loads(line) for line in (folder / DONE).read_bytes().splitlines()]
        assert [entry["picture"] for entry in entries if "faces" in entry] == list(FACES)


def test_a_run_killed_before_its_first_line(tmp_path: Path) -> None:
    for header in (b"", b'{"settings":{"mod'):
        (tmp_path / DONE).write_bytes(header)
        Journal.open(tmp_path, SETTINGS).close()
        assert json.loads((tmp_path / DONE).read_text()) == {"settings": SETTINGS}


def test_other_settings_are_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    whole = whole_run(tmp_path)
    with pytest.raises(InputError, match=r"\(--refine was None and is 2\); choose another --output, or --overwrite"):
        Journal.open(tmp_path, SETTINGS | {"--refine": 2})
    assert ((tmp_path / PREDICTIONS).read_bytes(), (tmp_path / DONE).read_bytes()) == whole


def test_a_run_that_came_to_nothing_is_no_obstacle(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, SETTINGS)
    journal.skip("broken.jpg", "cut short")
    journal.close()
    Journal.open(tmp_path, SETTINGS | {"--refine": 2}).close()
    assert json.loads((tmp_path / DONE).read_text()) == {"settings": SETTINGS | {"--refine": 2}}


def test_overwriting_begins_anew(tmp_path: Path) -> None:
    whole_run(tmp_path)
    journal = Journal.open(tmp_path, SETTINGS | {"--refine": 2}, overwrite=True)
    assert journal.done == {}
    journal.close()
    assert (tmp_path / PREDICTIONS).read_bytes() == b""
    Journal.open(tmp_path, SETTINGS | {"--refine": 2}).close()


def test_predictions_of_unknown_origin_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / PREDICTIONS).write_text('{"picture": "mine"}\n')
    for done in (None, b"mine\n", b"[]\n", b"\xff\n"):
        if done is not None:
            (tmp_path / DONE).write_bytes(done)
        with pytest.raises(InputError, match="predictions of which nothing is remembered; choose another --output"):
            Journal.open(tmp_path, SETTINGS)
        assert (tmp_path / PREDICTIONS).read_text() == '{"picture": "mine"}\n'


def test_two_commands_do_not_write_at_once(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    journal = Journal.open(tmp_path, SETTINGS)
    with pytest.raises(InputError, match="another command is writing there at this moment"):
        Journal.open(tmp_path, SETTINGS)
    journal.close()
    Journal.open(tmp_path, SETTINGS).close()


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"--output .*file: cannot be written"):
        Journal.open(tmp_path / "file", SETTINGS)
