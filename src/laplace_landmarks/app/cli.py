"""The command line: `laplace-landmarks COMMAND ...`; commands are imported when called, so that help is quick."""

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from io import TextIOWrapper

from laplace_landmarks import __version__
from laplace_landmarks.errors import InputError, Stopped

COMMANDS = {
    "predict": "find faces and their landmarks in pictures, folders, videos, or before a camera",
    "models": "list the released models, with size, score and licence",
    "live": "find landmarks in a camera's pictures, shown in a page of your browser",
    "evaluate": "score a model, or any method's predictions, on labeled pictures",
    "compare": "several models, or any methods' predictions, side by side on labeled pictures",
    "benchmark": "time models on this machine, with their size, memory and error",
    "calibrate": "teach a model file how many pixels its spread means, from labeled pictures",
    "info": "show what a model file says of itself",
    "rank": "order unlabeled pictures by how little a model knows of them",
    "check": "list labels that may be wrong, and draw them",
    "convert": "write labels in another format, or as another list of landmarks",
    "crop": "show what a network sees of labeled or unlabeled pictures",
    "synthesize": "draw faces with exact landmarks, to try things on",
    "train": "train a model from a config: labeled pictures, and a folder of unlabeled ones",
    "report": "write the page of a training: curves, heatmaps over time, settings",
    "export": "write the model file of a run",
}

REPORT = ("matplotlib", "jinja2", "markupsafe")  # libraries of the extra of that name; the others are training's


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; exits with 2 and one line on stderr where what the user gave cannot be used."""
    for stream in (sys.stdout, sys.stderr):  # a name that cannot be shown on this screen is no reason to end
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    name = arguments[0] if arguments else "--help"
    try:
        if name in ("-h", "--help", "--version"):
            print(f"laplace-landmarks {__version__}" if name == "--version" else _overview(), flush=True)
            return
        if name not in COMMANDS:
            close = get_close_matches(name, COMMANDS, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(COMMANDS)}"
            raise InputError(f"no command is named {name!r}; {hint}")
        command = import_module(f"laplace_landmarks.app.commands.{name}")
        _silence_opencv()
        command.main(arguments[1:])
    except InputError as error:
        sys.exit(_fail(str(error), 2))
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("laplace_landmarks"):
            raise
        if error.name in REPORT:
            what, extra = f"{name}: a report needs {error.name}", "report"
        else:
            what, extra = f"{name} needs {error.name}, which running a model does not", "train"
        sys.exit(_fail(f"{what}: pip install 'laplace-landmarks[{extra}]'", 2))
    except Stopped as stopped:
        sys.exit(_fail(str(stopped), 130))
    except KeyboardInterrupt:
        sys.exit(_fail("interrupted", 130))
    except BrokenPipeError:  # `| head` has read enough
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:  # a full disk, a missing right
        sys.exit(
            _fail(f"{name}: {error.filename or 'a file'}: cannot be read or written ({error.strerror or error})", 2)
        )


def _silence_opencv() -> None:
    """Broken pictures are named by us, in one line."""
    import cv2  # here, so that a command that is not there says so at once

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def _fail(message: str, code: int) -> int:
    print(f"laplace-landmarks: {message}", file=sys.stderr)
    return code


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {what}" for name, what in COMMANDS.items()]
    return "\n".join(
        [
            "usage: laplace-landmarks COMMAND ...",
            "",
            "Tiny, honest landmark detectors: run, score and train them.",
            "",
            *lines,
            "",
            "`laplace-landmarks COMMAND --help` tells the rest; --version tells the version.",
        ]
    )
