"""A file is replaced whole or not at all."""

import errno
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import pytest

from laplace_landmarks.data.writing import check_apart, check_writable, write_whole
from laplace_landmarks.errors import InputError


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """The system itself refuses to write more into a file, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_new_content_takes_the_place_of_the_old(tmp_path: Path) -> None:
    file = tmp_path / "file"
    for content in (b"old", b"new", b""):
        write_whole(file, content)
        assert file.read_bytes() == content
    assert list(tmp_path.iterdir()) == [file]


def test_what_does_not_fit_leaves_the_old_content_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_whole(file, b"old")
    with (
        files_no_longer_than(1000),
        pytest.raises(InputError, match=r"file: cannot be written \(File too large\); what"),
    ):
        write_whole(file, b"new" * 1000)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"No space left on device\); what was there before is kept"):
        write_whole(tmp_path / "file", b"new")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", ["missing/file", "a_file/file", "a_folder"])
def test_where_no_file_can_be_is_an_input_error(tmp_path: Path, place: str) -> None:
    (tmp_path / "a_file").write_text("text")
    (tmp_path / "a_folder").mkdir()
    with pytest.raises(InputError, match=f"{place}: cannot be written"):
        write_whole(tmp_path / place, b"new")
    assert (tmp_path / "a_file").read_text() == "text"


def test_what_a_kill_left_behind_is_cleared_by_the_next_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    file = tmp_path / "file"
    write_whole(file, b"old")
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Path, "replace", kill)
        write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2

    write_whole(file, b"newer")
    assert file.read_bytes() == b"newer"
    assert list(tmp_path.iterdir()) == [file]


def write_often(file: Path, letter: str) -> None:
    for _ in range(50):
        write_whole(file, letter.encode() * 100_000)


def test_several_processes_write_the_same_file(tmp_path: Path) -> None:
    """A live page that two commands write, or what trainings of several seeds keep of their teacher."""
    file = tmp_path / "file"
    processes = [get_context("fork").Process(target=write_often, args=(file, letter)) for letter in "abc"]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        if file.exists():
            content = file.read_bytes()
            assert len(content) == 100_000 and len(set(content)) == 1
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("whole", [False, True])
def test_what_cannot_be_written_is_told_before(tmp_path: Path, whole: bool) -> None:
    (tmp_path / "file").write_bytes(b"old")
    for good in ("new", "file"):
        check_writable(tmp_path / good, "--output", whole=whole)
    for bad in ("file/below", "nowhere/new", "."):
        with pytest.raises(InputError, match=r"^--output .*: cannot be written \(.*[a-z]\)$"):
            check_writable(tmp_path / bad, "--output", whole=whole)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("file", b"old")]


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]


def test_a_device_stays_one(tmp_path: Path) -> None:
    """A pipe with a reader that waits for all of it, as /dev/stdout may be; and /dev/null, which root could replace."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        check_writable(pipe, "--output", whole=True)
        write_whole(pipe, b"new")
        assert reader.communicate(timeout=60)[0] == b"new"
    assert list(tmp_path.iterdir()) == [pipe]
    assert pipe.is_fifo()


def test_standard_output_may_be_named() -> None:
    program = "from pathlib import Path; from laplace_landmarks.data.writing import check_writable, write_whole\n"
    program += "p = Path('/dev/stdout'); check_writable(p, '--output', whole=True); write_whole(p, b'new')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"new"
    assert Path("/dev/stdout").is_symlink()


def test_one_file_cannot_be_two(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("a")
    check_apart({"--output": tmp_path / "a", "--list": tmp_path / "b", "--sheet": None, "--faces": None})
    check_apart({"--output": Path(os.devnull), "--list": Path(os.devnull)})
    with pytest.raises(InputError, match=r"--list .*link: is --output, too; give each a file of its own"):
        check_apart({"--output": tmp_path / "a", "--list": tmp_path / "link"})
