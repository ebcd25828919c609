"""The journal of an output folder: wherever a run is cut off, the next goes on and no line is lost or doubled."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime import rewriting
from laplace_landmarks.runtime.file_facts import FileFacts
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


@pytest.mark.parametrize("forgotten", [["a.jpg"], ["c.jpg", "b ü.jpg"], ["d.jpg"], list(FACES)])
def test_forgotten_pictures_leave_no_line(forgotten: list[str], tmp_path: Path) -> None:
    whole_run(tmp_path)
    journal = Journal.open(tmp_path, SETTINGS)
    journal.forget(forgotten)
    left = [picture for picture in FACES if picture not in forgotten]
    for picture in forgotten:
        assert picture not in journal.done
        add(journal, picture)
    journal.close()

    journal = Journal.open(tmp_path, SETTINGS)
    assert journal.done == FACES
    assert [face.picture for face in journal.predictions()] == [
        picture for picture in left + forgotten for _ in range(FACES[picture])
    ]
    assert [picture for picture, *_ in journal.pictures()] == left + forgotten
    assert "broken.jpg" in (tmp_path / DONE).read_text()
    journal.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == [DONE, PREDICTIONS]


def test_a_skipped_picture_has_one_line(tmp_path: Path) -> None:
    """However often it is tried again; the line is another when its reason or its file is."""
    file = tmp_path / "broken.jpg"
    for number, (reason, content) in enumerate(
        [("cut short", "1"), ("cut short", "1"), ("too large", "1"), ("too large", "12"), ("too large", "12")]
    ):
        if not file.exists() or file.read_text() != content:
            file.write_text(content)
        with closing(Journal.open(tmp_path / "out", SETTINGS)) as journal:
            if not number:
                add(journal, "a.jpg")
            journal.skip(str(file), reason, FileFacts.of(file))
            journal.skip("gone.jpg", "is not there")
            journal.tidy()
        entries = [json.loads(line) for line in (tmp_path / "out" / DONE).read_text().splitlines()]
        lines = {entry.get("picture"): entry.get("skipped") for entry in entries}
        assert lines == {None: None, "a.jpg": None, str(file): reason, "gone.jpg": "is not there"}
        assert len(entries) == 4
        (entry,) = (entry for entry in entries if entry.get("picture") == str(file))
        assert FileFacts.in_note(entry) == FileFacts.of(file)
    with closing(Journal.open(tmp_path / "out", SETTINGS)) as journal:
        journal.add(str(file), (60, 50), [], FileFacts.of(file))
        journal.tidy()
        assert str(file) in journal.done and "a.jpg" in journal.done
        assert [face.picture for face in journal.predictions()] == ["a.jpg"] * 2
    assert (tmp_path / "out" / DONE).read_text().count("broken.jpg") == 1


def test_lines_that_older_versions_wrote_again_go(tmp_path: Path) -> None:
    faces, pictures = whole_run(tmp_path)
    line = b'{"picture":"broken.jpg","skipped":"cut short"}\n'
    (tmp_path / DONE).write_bytes(pictures + 3 * line + b'{"picture":"d.jpg","skipped":"empty"}\n')
    with closing(Journal.open(tmp_path, SETTINGS)) as journal:
        journal.skip("broken.jpg", "cut short")
        journal.tidy()
        assert journal.done == FACES
    assert (tmp_path / DONE).read_bytes().count(line) == 1
    assert (tmp_path / PREDICTIONS).read_bytes() == faces
    assert sorted(file.name for file in tmp_path.iterdir()) == [DONE, PREDICTIONS]


def test_a_kill_while_tidying_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in range(6):
        faces, _ = whole_run(tmp_path / str(step))
        steps = iter(range(20))
        with monkeypatch.context() as patch, closing(Journal.open(tmp_path / str(step), SETTINGS)) as journal:
            journal.skip("broken.jpg", "too large")
            for holder, name in ((rewriting, "write_whole"), (rewriting, "_replace"), (Path, "unlink")):
                patch.setattr(holder, name, killed_at(step, steps, getattr(holder, name)))
            with suppress(KeyboardInterrupt):
                journal.tidy()
        with closing(Journal.open(tmp_path / str(step), SETTINGS)) as journal:
            journal.tidy()
            assert journal.done == FACES
        assert (tmp_path / str(step) / PREDICTIONS).read_bytes() == faces
        assert (tmp_path / str(step) / DONE).read_text().count("broken.jpg") == 1


def test_a_kill_while_forgetting_leaves_before_or_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at each step that changes the disk; a kill in the midst of a copy leaves its first half."""
    whole_run(tmp_path / "before")
    kills = 0
    for step in range(20):
        folder = tmp_path / str(step)
        whole = whole_run(folder)
        steps = iter(range(20))
        with monkeypatch.context() as patch:
            for holder, name in ((rewriting, "write_whole"), (rewriting, "_replace"), (Path, "unlink")):
                patch.setattr(holder, name, killed_at(step, steps, getattr(holder, name)))
            try:
                with closing(Journal.open(folder, SETTINGS)) as journal:
                    journal.forget(["c.jpg", "a.jpg"])
            except KeyboardInterrupt:
                kills += 1
        journal = Journal.open(folder, SETTINGS)
        names = [face.picture for face in journal.predictions()]
        journal.close()
        assert sorted(file.name for file in folder.iterdir()) == [DONE, PREDICTIONS]
        if len(journal.done) == len(FACES):
            assert ((folder / PREDICTIONS).read_bytes(), (folder / DONE).read_bytes()) == whole
        else:
            assert journal.done == {"b ü.jpg": 0, "d.jpg": 3}
            assert names == ["d.jpg"] * 3
    assert kills >= 5


def killed_at(step: int, steps: Iterator[int], function: Callable[..., None]) -> Callable[..., None]:
    def instead(*words: Any, **more: Any) -> None:
        if next(steps) != step:
            return function(*words, **more)
        if function.__name__ == "_replace":
            file, by = words
            content = by.read_bytes()
            file.truncate(0)
            file.write(content[: len(content) // 2])
            file.flush()
        raise KeyboardInterrupt

    return instead


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
