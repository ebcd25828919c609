"""Where a number comes from: the command, the code, the libraries, the machine, and which pictures it is about."""

import json
import platform
import shlex
import subprocess
import sys
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def commit() -> str:
    """The commit of the checkout this package lies in, "+" behind it where files differ; "" outside of one."""
    git = ["git", "-C", str(Path(__file__).parent)]
    describe = [*git, "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*"]
    try:  # a virtual environment may lie in a checkout of something else
        subprocess.run([*git, "ls-files", "--error-unmatch", __file__], capture_output=True, check=True)
        return subprocess.run(describe, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def processor() -> str:
    """The processor's name."""
    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return models[0].partition(": ")[2] if models else platform.processor() or platform.machine()


def command() -> str:
    """The words that started this process, as a shell would take them."""
    program = Path(sys.argv[0]).name
    return shlex.join(["laplace-landmarks" if program == "__main__.py" else program, *sys.argv[1:]])


def versions(*libraries: str) -> dict[str, str]:
    """The installed version of each library; those that are not installed are left out."""
    found = {"python": platform.python_version()}
    for name in libraries:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def hash_of(names: Iterable[str]) -> str:
    """16 digits that tell one list of sample names from another, whatever their order."""
    return sha256(json.dumps(sorted(names)).encode()).hexdigest()[:16]
