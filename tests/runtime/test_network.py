"""Crops through a started model file: the same however they are shared out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, get_ident
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.runtime import network
from laplace_landmarks.runtime.model_file import open_model
from laplace_landmarks.runtime.network import AT_ONCE, Network


class Recorder:
    """A session that notes how many crops each run is given, and by which thread."""

    def __init__(self, session: Any, provider: str) -> None:
        self.session, self.provider = session, provider
        self.runs: list[tuple[int, int]] = []

    def get_providers(self) -> list[str]:
        return [self.provider]

    def run(self, names: list[str], given: dict[str, np.ndarray]) -> list[Any]:
        self.runs.append((len(given["crops"]), get_ident()))
        return self.session.run(names, given)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Recorder]:
    """All sessions that a network starts."""
    sessions: list[Recorder] = []

    def opened(model: Path, threads: int = 1, providers: tuple[str, ...] = network.CPU) -> tuple[Recorder, Any]:
        session, info = open_model(model, threads)
        sessions.append(Recorder(session, providers[0]))
        return sessions[-1], info

    monkeypatch.setattr(network, "open_model", opened)
    return sessions


def crops(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 16, 16, 3), np.uint8)


def test_each_crop_has_its_own_result_in_its_place(tiny_model: Callable[..., Path]) -> None:
    file, given = tiny_model(), crops(9)
    session = open_model(file)[0]
    expected = session.run(["landmarks", "spread"], {"crops": given})
    for threads in (1, 2, 3):
        found = Network(file, threads).run(["landmarks", "spread"], given)
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, np.asarray(other), atol=1e-5)


def test_a_processor_has_a_crop_a_run_and_its_threads_share_them(
    tiny_model: Callable[..., Path], started: list[Recorder]
) -> None:
    running = Network(tiny_model(), 2)
    running.run(["landmarks"], crops(1))
    running.run(["landmarks"], crops(7))
    within, alone = started
    assert [count for count, _ in within.runs] == [1]  # the threads are inside of the run
    assert [count for count, _ in alone.runs] == [1] * 7
    threads = [thread for _, thread in alone.runs]
    assert (threads.count(get_ident()), len({*threads})) == (4, 2)

    Network(tiny_model(), 1).run(["landmarks"], crops(3))
    assert len(started) == 3
    assert started[2].runs == [(1, get_ident())] * 3


def test_fewer_crops_than_threads(tiny_model: Callable[..., Path], started: list[Recorder]) -> None:
    (found,) = Network(tiny_model(), 4).run(["landmarks"], crops(2))
    assert found.shape == (2, 4, 2)
    assert [len(session.runs) for session in started] == [0, 2]


def test_several_callers_at_once(tiny_model: Callable[..., Path]) -> None:
    running, given = Network(tiny_model(), 3), crops(11)
    (expected,) = Network(tiny_model(), 1).run(["landmarks"], given)
    with ThreadPoolExecutor(4) as callers:
        for found in callers.map(lambda _: running.run(["landmarks"], given)[0], range(12)):
            np.testing.assert_allclose(found, expected, atol=1e-5)


def test_nobody_waits_for_threads_that_are_busy_elsewhere(tiny_model: Callable[..., Path]) -> None:
    running, given, free = Network(tiny_model(), 2), crops(4), Event()
    (expected,) = running.run(["landmarks"], given)
    busy = running._pool.submit(free.wait, 20)  # the only thread beside the caller's
    (found,) = running.run(["landmarks"], given)
    assert not busy.done()
    np.testing.assert_array_equal(found, expected)
    free.set()


def test_a_run_that_fails_leaves_nothing_waiting(tiny_model: Callable[..., Path], started: list[Recorder]) -> None:
    running, free = Network(tiny_model(), 2), Event()
    running.run(["landmarks"], crops(4))
    running._pool.submit(free.wait, 20)
    _, alone = started
    alone.runs.clear()
    with pytest.raises(Exception, match="nothing"):
        running.run(["nothing of that name"], crops(4))
    free.set()
    running._pool.shutdown()
    assert len(alone.runs) == 1  # the one that failed


def test_other_devices_get_many_crops_a_run(tiny_model: Callable[..., Path], started: list[Recorder]) -> None:
    running = Network(tiny_model(), 2, ("CUDAExecutionProvider",))
    (found,) = running.run(["landmarks"], crops(AT_ONCE + 3))
    (session,) = started
    assert [count for count, _ in session.runs] == [AT_ONCE, 3]
    assert found.shape == (AT_ONCE + 3, 4, 2)
