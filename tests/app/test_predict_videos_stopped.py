"""`predict` of videos that is stopped or killed: what it leaves, and what becomes of that."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from laplace_landmarks.app import videos
from laplace_landmarks.runtime import videos_done

pytestmark = pytest.mark.usefixtures("found_in_the_middle", "talks")


def written(folder: str = "out") -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


@pytest.mark.parametrize("before", [False, True], ids=["new", "done before with other settings"])
def test_a_kill_at_any_step_needs_nobody_s_hand(predict, before: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next command does the video again, or finds it done; what it finds is never of other settings."""
    predict("monday/talk.avi", "--smoothing", "kalman", "--output", "whole")
    whole, kills = Path("whole/talk.jsonl").read_bytes(), 0
    for step in range(20):
        output, steps = f"out{step}", iter(range(20))
        if before:
            predict("monday/talk.avi", "--output", output)
        with monkeypatch.context() as patch:
            for holder, name in ((videos_done, "write_whole"), (videos, "run_video"), (Path, "replace")):
                patch.setattr(holder, name, killed_at(step, steps, getattr(holder, name)))
            words = ["monday/talk.avi", "--smoothing", "kalman", "--output", output]
            kills += predict(*words, *["--overwrite"] * before)[0] == 130
        code, said = predict(*words)
        if code == 2 and before:
            assert "made otherwise (--smoothing was 'off' and is 'kalman')" in said
            assert "done before" in predict("monday/talk.avi", "--output", output)[1]
        else:
            assert code == 0
            assert Path(output, "talk.jsonl").read_bytes() == whole
            assert written(output) == ["talk.jsonl", "videos.json"]
            assert "done before" in predict(*words)[1]
    assert kills >= 6


def killed_at(step: int, steps: Iterator[int], function: Callable[..., object]) -> Callable[..., object]:
    """The function, after which the command ends if it was the one of this number."""

    def instead(*words: object, **more: object) -> object:
        number, answer = next(steps), function(*words, **more)
        if number == step:
            raise KeyboardInterrupt
        return answer

    return instead


@pytest.fixture
def stopped(predict, monkeypatch: pytest.MonkeyPatch):
    """Runs the command, and breaks it off before the files have their names."""
    plain = videos.run_video

    def break_off(*words, **more):
        plain(*words, **more)
        raise KeyboardInterrupt

    def run(*words: str) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(videos, "run_video", break_off)
            assert predict(*words)[0] == 130

    return run


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_what_a_stopped_run_left_goes_when_the_video_is_done(predict, stopped, form: str) -> None:
    stopped("monday/talk.avi", "--format", form)
    assert written() == [f"talk-unfinished.{form}", "videos.json"]
    predict("tuesday/talk.avi")
    assert written() == ["talk-2.jsonl", f"talk-unfinished.{form}", "videos.json"]  # it is not this one's
    predict("monday/talk.avi")
    assert written() == ["talk-2.jsonl", "talk.jsonl", "videos.json"]


def test_a_finished_file_never_goes_as_the_unfinished_one_of_another(predict, stopped) -> None:
    stopped("monday/talk.avi")
    Path("out/talk-unfinished.jsonl").unlink()
    Path("tuesday/talk.avi").rename("tuesday/talk-unfinished.avi")
    predict("tuesday/talk-unfinished.avi")
    predict("monday/talk.avi")
    assert written() == ["talk-unfinished.jsonl", "talk.jsonl", "videos.json"]


def test_a_video_that_gives_no_frame_leaves_all_as_it_was(predict) -> None:
    predict("monday/talk.avi")
    before = Path("out/videos.json").read_bytes()
    Path("monday/talk.avi").write_bytes(b"no video")
    assert predict("monday/talk.avi")[0] == 2
    assert (written(), Path("out/videos.json").read_bytes()) == (["talk.jsonl", "videos.json"], before)
    assert predict("monday/talk.avi", "--output", "new")[0] == 2
    assert written("new") == []


def test_a_file_of_the_name_that_an_unfinished_one_would_have_stays(predict) -> None:
    Path("out").mkdir()
    Path("out/talk-unfinished.jsonl").write_text("my own")
    predict("monday/talk.avi")
    assert Path("out/talk-unfinished.jsonl").read_text() == "my own"
    assert written() == ["talk-unfinished.jsonl", "talk.jsonl", "videos.json"]
