"""Training speed on a CPU: labeled images a second at width 8, batch 16, K = 68, 80 × 80, the paper's recipe.

Two single-thread processes side by side, as a study runs them; one process with two threads; and a naive loop (torch's
defaults: float32, channels first, nn.Dropout, the allocator as it comes) with two threads, for the ratio.

    python benchmarks/training_speed.py
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import torch

from laplace_landmarks.method.heatmaps import probabilities
from laplace_landmarks.method.losses import average, supervised_loss
from laplace_landmarks.method.noise import keyed
from laplace_landmarks.method.recombinator import RecombinatorNet
from laplace_landmarks.training.algorithm import Algorithm, LabeledBatch
from laplace_landmarks.training.memory import keep_freed_memory

WIDTH, BATCH, LANDMARKS, SIZE = 8, 16, 68, 80
SECONDS = 15.0  # measured, after WARM steps
WARM = 20


def ours() -> float:
    """Images a second of the product's step."""
    keep_freed_memory()
    generator = RecombinatorNet(WIDTH, LANDMARKS).to(memory_format=torch.channels_last).train()  # pyright: ignore
    algorithm = Algorithm(
        generator,
        torch.optim.Adam(generator.parameters(), lr=1e-3, weight_decay=1e-5, fused=True),
        None,
        None,
        lambda: torch.autocast("cpu", dtype=torch.bfloat16),
    )
    batch = labeled()

    def step(number: int) -> None:
        with keyed(0, number):
            algorithm.step(batch, None)

    return rate(step, WARM)


def naive() -> float:
    """Images a second of the loop that one writes first."""
    generator = RecombinatorNet(WIDTH, LANDMARKS).train()
    generator.dropout = torch.nn.Dropout(0.2)  # pyright: ignore[reportAttributeAccessIssue]
    optimiser = torch.optim.Adam(generator.parameters(), lr=1e-3, weight_decay=1e-5)
    batch = labeled()

    def step(number: int) -> None:
        heatmaps = probabilities(generator(batch.pictures.contiguous()))
        loss = average(supervised_loss("laplace_kl", heatmaps, batch.landmarks), batch.visible)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

    return rate(step, 3)


def labeled() -> LabeledBatch:
    torch.manual_seed(0)
    pictures = torch.rand(BATCH, 3, SIZE, SIZE).contiguous(memory_format=torch.channels_last)
    landmarks = 10 + 60 * torch.rand(BATCH, LANDMARKS, 2)
    return LabeledBatch(pictures, landmarks, torch.ones(BATCH, LANDMARKS, dtype=torch.bool))


def rate(step, warm: int) -> float:
    for number in range(warm):
        step(number)
    started, steps = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS:
        step(warm + steps)
        steps += 1
    return BATCH * steps / (time.perf_counter() - started)


def together(what: str, processes: int, threads: int) -> list[float]:
    """Rates of several processes that run at the same time."""
    environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
    command = [sys.executable, __file__, what]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) for _ in range(processes)]
    return [json.loads(process.communicate()[0]) for process in running]


def main() -> None:
    from record import record

    two = [together("ours", 2, 1) for _ in range(3)]
    one = [together("ours", 1, 2) for _ in range(3)]
    plain = [together("naive", 1, 2) for _ in range(2)]
    totals = sorted(sum(rates) for rates in two)
    figures = {
        "two single-thread processes, images/s": {"runs": [[round(r, 1) for r in rates] for rates in two],
                                                  "total, median": round(totals[1], 1)},
        "one process, two threads, images/s": {"median": round(sorted(r for (r,) in one)[1], 1)},
        "naive loop, two threads, images/s": {"median": round(sum(r for (r,) in plain) / 2, 1)},
    }  # fmt: skip
    figures["ratio to the naive loop"] = round(totals[1] / (sum(r for (r,) in plain) / 2), 1)
    path = record("training-speed", figures, settings={"width": WIDTH, "batch": BATCH, "landmarks": LANDMARKS,
                  "size": SIZE, "precision": "bfloat16 convolutions", "seconds a run": SECONDS})  # fmt: skip
    print(json.dumps(figures, indent=1), Path(path))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps({"ours": ours, "naive": naive}[sys.argv[1]]()))
    else:
        main()
