"""A journal whose lines are written anew: what goes, what stays, and what a kill in the midst of it leaves."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from fixtures.journal_runs import FACES, SETTINGS, add, whole_run
from laplace_landmarks.runtime import rewriting
from laplace_landmarks.runtime.file_facts import FileFacts
from laplace_landmarks.runtime.journal import DONE, PREDICTIONS, Journal


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
