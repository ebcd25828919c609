"""`live` on the command line: what it says where it cannot start, and how it ends."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.runtime.live.view import LiveView
from laplace_landmarks.runtime.video_writer import VideoWriter


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["camera:77"], "camera:77: no such camera answers"),
        (["camera:front"], "a camera is named by its number"),
        (["gone.mp4"], "gone.mp4: cannot be read"),
    ],
)
def test_a_source_that_cannot_be_used_is_named(
    words: list[str], says: str, tiny_model: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["live", *words, "--model", str(tiny_model()), "--no-open"])

    assert ended.value.code == 2
    said = capsys.readouterr().err.splitlines()
    assert says in said[-1]


def test_interrupted_it_ends_well(
    tiny_model: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with VideoWriter(tmp_path / "talk.avi", 20) as writer:
        writer.write(np.zeros((48, 64, 3), np.uint8), 0.0)

    def interrupted(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(LiveView, "_play", interrupted)
    main(["live", str(tmp_path / "talk.avi"), "--model", str(tiny_model()), "--port", "0", "--no-open"])

    assert capsys.readouterr().out.startswith("look at http://127.0.0.1:")
