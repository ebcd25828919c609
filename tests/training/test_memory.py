"""The allocator's set-up."""

import platform
import sys

import pytest

from laplace_landmarks.training import memory
from laplace_landmarks.training.memory import keep_freed_memory


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc is Linux's")
def test_glibc_takes_the_settings() -> None:
    assert keep_freed_memory() == (platform.libc_ver()[0] == "glibc")


def test_elsewhere_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.sys, "platform", "darwin")
    assert not keep_freed_memory()
    monkeypatch.setattr(memory.sys, "platform", "linux")

    def no_glibc(_: str) -> None:
        raise OSError

    monkeypatch.setattr(memory.ctypes, "CDLL", no_glibc)
    assert not keep_freed_memory()
