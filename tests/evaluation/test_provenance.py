"""Where numbers come from."""

import sys

import pytest

from laplace_landmarks.evaluation.provenance import command, commit, hash_of, processor, versions


def test_the_commit_is_that_of_this_package_or_none() -> None:
    assert len(commit()) in (0, 12, 13)
    assert set(commit().removesuffix("+")) <= set("0123456789abcdef")


def test_the_command_is_as_a_shell_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("/usr/bin/laplace-landmarks", "/lib/laplace_landmarks/__main__.py"):
        monkeypatch.setattr(sys, "argv", [program, "evaluate", "my model.onnx"])
        assert command() == "laplace-landmarks evaluate 'my model.onnx'"


def test_the_hash_tells_lists_apart_and_not_their_order() -> None:
    assert hash_of(["a", "b"]) == hash_of(["b", "a"]) != hash_of(["a", "c"])
    assert hash_of(["ab"]) != hash_of(["a", "b"])
    assert len(hash_of([])) == 16


def test_versions_of_what_is_installed() -> None:
    assert set(versions("numpy", "no-such-library")) == {"python", "numpy"}


def test_the_processor_has_a_name() -> None:
    assert processor()
