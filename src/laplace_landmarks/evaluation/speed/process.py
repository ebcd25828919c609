"""What a process that runs a model takes: memory, and the time until the model is there."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from laplace_landmarks.errors import InputError

STARTS = 3  # of a session in the process; the fastest counts
RUNS = 20

# A process of its own: this one has other models in its memory, and a process started from it would count our pages as
# its own in ru_maxrss, so Linux is asked for the high-water mark of the new one.
SCRIPT = """
import json, sys
from time import perf_counter
import numpy as np, onnxruntime
from laplace_landmarks.evaluation.speed.contestants import contestant
words, threads, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
model = contestant(words)
loads = []
for _ in range({starts}):
    began = perf_counter()
    session = model.start(threads)
    loads.append(1000 * (perf_counter() - began))
work = model.work(session, np.zeros((batch, model.size, model.size, 3), np.uint8))
for _ in range({runs}):
    work()
try:
    lines = open("/proc/self/status").read().splitlines()
    peak = next(int(line.split()[1]) / 1000 * 1.024 for line in lines if line.startswith("VmHWM"))
except (OSError, StopIteration):
    try:
        from resource import RUSAGE_SELF, getrusage
        peak = getrusage(RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    except ImportError:
        peak = None
print(json.dumps({{"load_ms": min(loads), "peak_mb": peak}}))
"""


@dataclass(frozen=True)
class Footprint:
    """Of a process that runs the model and nothing else. peak_mb: its memory at the most, million bytes; None where the
    system does not tell. load_ms: from the file to a model that runs, one blank run of it included.
    """

    load_ms: float
    peak_mb: float | None


def footprint(words: str, threads: int, batch: int) -> Footprint:
    """Starts a process that loads the model and runs it; words as `contestant` takes them."""
    script = SCRIPT.format(starts=STARTS, runs=RUNS)
    call = [sys.executable, "-c", script, words, str(threads), str(batch)]
    done = subprocess.run(call, capture_output=True, text=True, check=False, cwd=Path.cwd())
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["it was killed"]
        raise InputError(f"{words}: the process that was to measure its memory ended with: {last[0][:200]}")
    return Footprint(**json.loads(done.stdout))
