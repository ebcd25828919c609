"""The words of `crop --augment`."""

from pathlib import Path

import pytest

from laplace_landmarks.data.augmentation.settings import Augmentation
from laplace_landmarks.data.augmentation.words import settings_of
from laplace_landmarks.errors import InputError


def test_words_are_a_config_and_settings_above_it(tmp_path: Path) -> None:
    config = tmp_path / "my.yaml"
    config.write_text("augmentation: {rotation: 10, blur: 1.5}\nnetwork: {width: 8}")
    assert settings_of(["rotation=20", "jitter=a=b.json"]) == Augmentation(rotation=20.0, jitter="a=b.json")
    assert settings_of([str(config)]) == Augmentation(rotation=10.0, blur=1.5)
    assert settings_of([str(config), "rotation=0"]) == Augmentation(blur=1.5)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "nothing is switched on; give a training's config, or settings of mirror, rotation, "),
        (["probability=0.5"], "nothing is switched on"),
        (["rotate=5"], "^--augment rotate=5: no augmentation is named 'rotate'; did you mean rotation[?]"),
        (["sepia=5"], "no augmentation is named 'sepia'; there are mirror, "),
        (["rotation=much"], "^--augment rotation=much: 'much' is not a number"),
        (["rotation=nan"], "^--augment: rotation must be 0 to 180"),
        (["blur=-1", "mirror=2"], "mirror must be 0 to 1; blur must be 0 to 5"),
        (["nope.yaml"], "^nope.yaml: no such config; a setting is written name=value"),
    ],
)
def test_words_that_are_refused(words: list[str], told: str) -> None:
    with pytest.raises(InputError, match=told):
        settings_of(words)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"network: {width: 8}", "nothing is switched on"),
        (b"", "a config holds `augmentation:`"),
        (b"augmentation: 7", "a config holds `augmentation:`"),
        (b"augmentation: {blurr: 1}", "augmentation.blurr: no augmentation is named 'blurr'; did you mean blur[?]"),
        (b"augmentation: {blur: [1]}", r"augmentation.blur: \[1\] is not a number"),
        (b"augmentation: {blur: 1", "not valid YAML"),
        (b"\xff\xfe", "not a text file"),
    ],
)
def test_configs_that_are_refused(tmp_path: Path, text: bytes, told: str) -> None:
    (tmp_path / "my.yaml").write_bytes(text)
    with pytest.raises(InputError, match=told) as refused:
        settings_of([str(tmp_path / "my.yaml")])
    assert "\n" not in str(refused.value)


def test_home_is_written_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    (tmp_path / "my.yaml").write_text("augmentation: {jitter: ~/errors.json}")
    assert settings_of([str(tmp_path / "my.yaml")]).jitter == "/home/me/errors.json"
    assert settings_of(["jitter=~/b.json"]).jitter == "/home/me/b.json"
