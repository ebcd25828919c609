"""The journal of an output folder: wherever a run is cut off, the next goes on and no line is lost or doubled."""

import json
import os
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from fixtures.journal_runs import FACES, SETTINGS, add, whole_run
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.file_facts import FileFacts
from laplace_landmarks.runtime.journal import DONE, PREDICTIONS, Journal
from laplace_landmarks.runtime.outputs import Prediction


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


def test_a_file_of_the_same_name_is_not_emptied(tmp_path: Path) -> None:
    for content in (b'{"my":"own"}\n', b"my own", b"\n"):
        (tmp_path / DONE).write_bytes(content)
        with pytest.raises(InputError, match="of which nothing is remembered; choose another --output, or --overwrite"):
            Journal.open(tmp_path, SETTINGS)
        assert (tmp_path / DONE).read_bytes() == content


@pytest.mark.parametrize(
    "line",
    ['{"end":0}', '{"end":"x"}', '{"picture":1,"faces":0,"end":0}', '{"picture":"a","faces":null,"end":0}', "[" * 9999,
     '{"picture":"a","faces":0,"end":-1}', '{"picture":"a","faces":0,"end":0,"size":5}'],
)  # fmt: skip
def test_a_damaged_line_is_where_what_is_done_ends(line: str, tmp_path: Path) -> None:
    _, pictures = whole_run(tmp_path)
    first = len(b"".join(pictures.splitlines(keepends=True)[:2]))
    (tmp_path / DONE).write_bytes(pictures[:first] + line.encode() + b"\n" + pictures[first:])
    with closing(Journal.open(tmp_path, SETTINGS)) as journal:
        assert journal.done == {"a.jpg": 2}
        assert list(journal.pictures()) == [("a.jpg", 60, 50)]


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"--output .*file: cannot be written"):
        Journal.open(tmp_path / "file", SETTINGS)


def test_a_changed_file_is_not_known(tmp_path: Path) -> None:
    pictures = {name: tmp_path / name for name in ("same", "other", "larger", "gone", "old")}
    journal = Journal.open(tmp_path / "out", SETTINGS)
    for name, file in pictures.items():
        file.write_text("pixels")
        journal.add(str(file), (60, 50), [], FileFacts.of(file) if name != "old" else None)
    journal.close()
    pictures["gone"].unlink()
    for name in ("other", "old"):
        os.utime(pictures[name], (1, 1))
    pictures["larger"].write_text("more pixels")

    journal = Journal.open(tmp_path / "out", SETTINGS)
    assert [name for name, file in pictures.items() if journal.knows(file)] == ["same", "gone", "old"]
    assert not journal.knows(tmp_path / "new")
    journal.close()


@pytest.mark.skipif(os.name != "posix", reason="needs a limit of a file's size, which stands in for a full disk")
@pytest.mark.parametrize("full", [PREDICTIONS, DONE])
def test_a_full_disk_is_told_with_the_files_name(full: str, tmp_path: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    journal = Journal.open(tmp_path, SETTINGS)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, before[1]))
        with pytest.raises(InputError, match=rf"{full}: cannot be written \("), closing(journal):
            for number in range(20):
                add(journal, "b ü.jpg") if full == DONE else journal.add(
                    f"{number}.jpg", (60, 50), [Prediction("d.jpg", np.zeros((99, 2), np.float32))]
                )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
