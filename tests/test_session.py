"""Providers by short names, and what is said where one is not there."""

from typing import Any

import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.session import check_started, provider_names


@pytest.fixture(autouse=True)
def with_a_graphics_card(monkeypatch: pytest.MonkeyPatch) -> None:
    have = ["CUDAExecutionProvider", "AzureExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: have)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("cpu", ("CPUExecutionProvider",)),
        ("CUDA", ("CUDAExecutionProvider",)),
        (["cuda", "cpu"], ("CUDAExecutionProvider", "CPUExecutionProvider")),
        (("CPUExecutionProvider",), ("CPUExecutionProvider",)),
        (None, ("CPUExecutionProvider",)),
    ],
)
def test_short_names_and_long_ones(wanted: str | list[str] | None, names: tuple[str, ...]) -> None:
    assert provider_names(wanted) == names


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("coreml", "has no 'coreml'; it has cuda, AzureExecutionProvider, cpu"),
        (["cuda", "gpu"], "has no 'gpu'; it has cuda"),
        ([], "needs a provider to run on; it has cuda"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(wanted: str | list[str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        provider_names(wanted)


@pytest.mark.parametrize("wanted", [[("CUDAExecutionProvider", {"device_id": 1})], [None], 3, {"cuda"}])
def test_providers_are_names_without_options(wanted: Any) -> None:
    with pytest.raises(InputError, match=r'^providers are names, "cuda" or \["cuda", "cpu"\], without options, not '):
        provider_names(wanted)


def test_a_provider_that_did_not_start_is_no_silent_fallback() -> None:
    class Session:
        def get_providers(self) -> list[str]:
            return ["CPUExecutionProvider"]

    check_started(Session(), ["CPUExecutionProvider"])  # pyright: ignore[reportArgumentType]
    with pytest.raises(InputError, match="onnxruntime could not start CUDAExecutionProvider"):
        check_started(Session(), ["CUDAExecutionProvider"])  # pyright: ignore[reportArgumentType]
