"""The command line itself: help, versions, names of commands, and how each kind of end is told."""

import os
import resource
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from laplace_landmarks import __version__
from laplace_landmarks.app import cli
from laplace_landmarks.app.cli import COMMANDS, main
from laplace_landmarks.errors import InputError, Stopped


def ended(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[object, str, str]:
    """Exit code, stdout and stderr."""
    try:
        main(arguments)
        code: object = 0
    except SystemExit as stopped:
        code = stopped.code or 0
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"]])
def test_the_overview_names_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ended(arguments, capsys)
    assert (code, err) == (0, "")
    for name, what in COMMANDS.items():
        assert f"  {name}" in out
        assert what in out


def test_every_command_is_there() -> None:
    folder = Path(cli.__file__).parent / "commands"
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == set(COMMANDS)


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(["--version"], capsys) == (0, f"laplace-landmarks {__version__}\n", "")


@pytest.mark.parametrize(
    ("name", "hint"),
    [("trian", "did you mean train?"), ("evalute", "did you mean evaluate?"), ("xyz", "there are predict, ")],
)
def test_an_unknown_command_gets_a_hint(name: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ended([name], capsys)
    assert (code, out) == (2, "")
    assert err.startswith(f"laplace-landmarks: no command is named {name!r}; {hint}")
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ended([name, "--help"], capsys)
    assert (code, err) == (0, "")
    assert f"usage: laplace-landmarks {name}" in out
    assert len(out.splitlines()) > 5


@pytest.mark.parametrize(
    ("arguments", "seconds"),
    [(["--help"], 0.15), (["trian"], 0.15), (["predict", "--help"], 0.5), (["train", "--help"], 0.5)],
)
def test_help_is_quick(arguments: list[str], seconds: float) -> None:
    """Of processor time, whatever else the machine does meanwhile."""
    took = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "laplace_landmarks", *arguments], capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(took) < seconds


def test_an_interrupt_while_libraries_load_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text("raise KeyboardInterrupt")
    command = [sys.executable, "-m", "laplace_landmarks", "info", "model.onnx"]
    ended = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(tmp_path)})
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "laplace-landmarks: interrupted\n")


class Command(ModuleType):
    """Stands in for a command and ends as told."""

    def __init__(self, end: BaseException) -> None:
        super().__init__("command")
        self.end = end

    def main(self, _: object) -> None:
        raise self.end


@pytest.mark.parametrize(
    ("end", "code", "told"),
    [
        (InputError("a.csv, line 3: not a number"), 2, "a.csv, line 3: not a number"),
        (Stopped("stopped after step 7 of 9"), 130, "stopped after step 7 of 9"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (OSError(28, "No space left on device", "out.json"), 2,
         "info: out.json: cannot be read or written (No space left on device)"),
        (ModuleNotFoundError("no", name="torch"), 2, "info needs torch, which running a model does not: pip install "
         "'laplace-landmarks[train]'"),
        (ModuleNotFoundError("no", name="matplotlib"), 2, "info: a report needs matplotlib: pip install "
         "'laplace-landmarks[report]'"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)  # fmt: skip
def test_every_end_is_one_line_and_a_code(
    end: BaseException, code: int, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "laplace_landmarks.app.commands.info", Command(end))
    assert ended(["info", "model.onnx"], capsys) == (code, "", f"laplace-landmarks: {told}\n")


@pytest.mark.parametrize("end", [ZeroDivisionError(), ModuleNotFoundError("no", name="laplace_landmarks.missing")])
def test_our_own_mistakes_are_not_hidden(end: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "laplace_landmarks.app.commands.info", Command(end))
    with pytest.raises(type(end)):
        main(["info", "model.onnx"])


def test_a_reader_that_has_enough_is_no_error() -> None:
    command = f"{sys.executable} -m laplace_landmarks train --help | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("usage: laplace-landmarks train")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_a_reader_that_wants_nothing_is_no_error(flag: str) -> None:
    command = f"{sys.executable} -m laplace_landmarks {flag} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("0\n", "")
