"""`predict` of videos, repeated: what is done before, what is done again, and what is refused."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from laplace_landmarks.app import videos
from laplace_landmarks.app.cli import main
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime import videos_done
from laplace_landmarks.runtime.only_writer import only_writer
from laplace_landmarks.runtime.video_writer import VideoWriter

Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("found_in_the_middle")


@pytest.fixture(autouse=True)
def place(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """monday/talk.avi and tuesday/talk.avi of three frames, below the folder that commands run in."""
    pictures = [read_picture(path) for path in sorted((data / "labeled").glob("*.png"))[:3]]
    for folder in ("monday", "tuesday"):
        (tmp_path / folder).mkdir()
        with VideoWriter(tmp_path / folder / "talk.avi", 10.0) as writer:
            for number, picture in enumerate(pictures):
                writer.write(picture, number / 10)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def predict(tiny_run_model: Path, capsys: Captured):
    """Runs the command without drawing; its exit code, and all that it said."""

    def run(*words: str) -> tuple[object, str]:
        code: object = 0
        try:
            main(["predict", "--model", str(tiny_run_model), "--output", "out", "--no-draw", *words])
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def written(folder: str = "out") -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def test_videos_of_one_name_are_kept_apart(predict, capsys: Captured) -> None:
    _, said = predict("monday/talk.avi", "tuesday/talk.avi")
    assert written() == ["talk-2.jsonl", "talk.jsonl", "videos.json"]
    assert "tuesday/talk.avi: 3 frames" in said

    assert (
        "monday/talk.avi: done before, see out/talk.jsonl; --overwrite does it again" in predict("monday/talk.avi")[1]
    )
    assert "tuesday/talk.avi: done before, see out/talk-2.jsonl" in predict("tuesday/talk.avi")[1]  # also alone
    assert "monday/talk.avi: 3 frames" in predict("monday/talk.avi", "--overwrite")[1]
    assert written() == ["talk-2.jsonl", "talk.jsonl", "videos.json"]


def test_two_commands_do_not_write_at_once(predict, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fcntl")
    with only_writer(Path("out")):
        for given in ("monday/talk.avi", "data/unlabeled"):
            code, said = predict(given)
            assert code == 2
            assert said.endswith("laplace-landmarks: --output out: another command is writing there at this moment\n")
    assert written() == []

    plain = videos.run_video

    def while_it_writes(*words, **more):
        with pytest.raises(InputError, match="another command"), only_writer(Path("out")):
            pass
        return plain(*words, **more)

    monkeypatch.setattr(videos, "run_video", while_it_writes)
    assert predict("monday/talk.avi", "data/unlabeled")[0] == 0  # both kinds at once shut nobody out but others
    assert written() == ["done.jsonl", "predictions.jsonl", "talk.jsonl", "videos.json"]


def test_a_video_of_another_folder_is_not_taken_for_one_that_is_done(predict) -> None:
    predict("monday/talk.avi")
    assert "tuesday/talk.avi: 3 frames" in predict("tuesday/talk.avi")[1]
    sources = {name: video["source"] for name, video in json.loads(Path("out/videos.json").read_text()).items()}
    assert sources == {name: str(Path(f"{day}/talk.avi").resolve()) for name, day in
                       (("talk", "monday"), ("talk-2", "tuesday"))}  # fmt: skip
    assert written() == ["talk-2.jsonl", "talk.jsonl", "videos.json"]


@pytest.mark.parametrize("form", [(), ("--format", "csv")])
def test_other_settings_are_refused_and_nothing_is_lost(predict, form: tuple[str, ...]) -> None:
    predict("monday/talk.avi")
    before = Path("out/talk.jsonl").read_bytes()
    code, said = predict("tuesday/talk.avi", "monday/talk.avi", "--smoothing", "kalman", *form)
    assert code == 2
    assert said == (
        "laplace-landmarks: --output out: holds talk.jsonl made otherwise (--smoothing was 'off' and is 'kalman'); "
        "choose another --output, or --overwrite to do it again\n"
    )
    assert Path("out/talk.jsonl").read_bytes() == before
    assert written() == ["talk.jsonl", "videos.json"]  # the other one was not begun

    predict("monday/talk.avi", "--smoothing", "kalman", "--overwrite")
    assert "done before" in predict("monday/talk.avi", "--smoothing", "kalman")[1]
    code, said = predict("monday/talk.avi")
    assert code == 2 and "--smoothing was 'kalman' and is 'off'" in said


def test_another_form_of_before_is_not_taken_for_this_one(predict) -> None:
    predict("monday/talk.avi", "--format", "csv")
    predict("monday/talk.avi")
    assert "done before" in predict("monday/talk.avi", "--format", "csv")[1]
    predict("monday/talk.avi", "--smoothing", "kalman", "--overwrite")
    assert "3 frames" in predict("monday/talk.avi", "--smoothing", "kalman", "--format", "csv")[1]


def test_a_broken_video_stops_no_other(predict, data: Path) -> None:
    Path("broken.mp4").write_bytes(b"no video")
    picture = str(data / "labeled" / "00.png")
    code, said = predict("broken.mp4", "monday/talk.avi", picture)
    assert code == 0
    assert "skipped: broken.mp4: not a video that can be decoded" in said
    assert "1 of 2 videos skipped" in said
    assert written() == ["done.jsonl", "predictions.jsonl", "talk.jsonl", "videos.json"]
    assert predict("broken.mp4", picture)[0] == 0
    code, said = predict("broken.mp4")
    assert code == 2 and said.endswith("broken.mp4: no video could be used\n")


def test_a_name_as_long_as_any_is_shortened(predict) -> None:
    for name in ("ä" * 125, "ä" * 124 + "bc"):  # of 250 bytes, alike but for their ends
        shutil.copy("monday/talk.avi", f"{name}.avi")
    assert predict(*sorted(str(path) for path in Path().glob("ä*.avi")), "--draw")[0] == 0
    rows = [name for name in written() if name.endswith(".jsonl")]
    assert len(rows) == 2 and all(name.startswith("ä" * 80) for name in rows)


def test_the_unfinished_files_of_one_are_not_the_finished_ones_of_another(predict) -> None:
    Path("tuesday/talk.avi").rename("tuesday/talk-unfinished.avi")
    predict("tuesday/talk-unfinished.avi")
    before = Path("out/talk-unfinished.jsonl").read_bytes()
    predict("monday/talk.avi")
    assert Path("out/talk-unfinished.jsonl").read_bytes() == before
    assert written() == ["talk-unfinished.jsonl", "talk.jsonl", "videos.json"]


def test_a_replaced_video_is_done_again(predict) -> None:
    predict("monday/talk.avi")
    os.utime("monday/talk.avi", (1, 1))
    assert "3 frames" in predict("monday/talk.avi", "--smoothing", "kalman")[1]
    assert "done before" in predict("monday/talk.avi", "--smoothing", "kalman")[1]


@pytest.mark.parametrize("known", [False, True], ids=["new folder", "other files of the same video"])
@pytest.mark.parametrize(("draw", "file"), [("--no-draw", "talk.csv"), ("--draw", "talk-drawn.mp4")])
def test_files_that_no_run_wrote_are_not_replaced(predict, known: bool, draw: str, file: str) -> None:
    Path("out").mkdir()
    if known:
        predict("monday/talk.avi")
    Path("out", file).write_text("my own")
    before, words = written(), ["monday/talk.avi", "--format", "csv", draw]

    code, said = predict("tuesday/talk.avi", *words)

    assert code == 2
    assert said == (
        f"laplace-landmarks: --output out: holds {file}, of which nothing is remembered; "
        "move it away, choose another --output, or --overwrite to replace it\n"
    )
    assert Path("out", file).read_text() == "my own"
    assert written() == before  # the other video was not begun
    assert predict(*words, "--overwrite")[0] == 0
    assert "done before" in predict(*words)[1]


def test_a_memory_that_none_of_us_wrote_is_not_replaced(predict) -> None:
    predict("monday/talk.avi")
    for content in (b"{", b"[]", b'{"talk": {}}', b'{"talk": {"source": "a", "settings": {}, "files": ["../b"]}}'):
        Path("out/videos.json").write_bytes(content)
        code, said = predict("tuesday/talk.avi")
        assert code == 2
        assert said.startswith("laplace-landmarks: out/videos.json: does not tell which videos are done, as it should;")
        assert Path("out/videos.json").read_bytes() == content
    Path("out/videos.json").unlink()
    assert "holds talk.jsonl, of which nothing is remembered" in predict("monday/talk.avi")[1]
    Path("out/videos.json").write_bytes(b"{")
    assert "3 frames" in predict("monday/talk.avi", "--overwrite")[1]
    assert "done before" in predict("monday/talk.avi")[1]


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


def test_names_are_counted_on_until_one_is_free(predict) -> None:
    Path("tuesday/talk.avi").rename("tuesday/talk-2.avi")
    Path("wednesday").mkdir()
    Path("wednesday/talk.avi").write_bytes(Path("monday/talk.avi").read_bytes())
    Path("wednesday/predictions.avi").write_bytes(Path("monday/talk.avi").read_bytes())
    predict("monday/talk.avi", "wednesday/talk.avi", "tuesday/talk-2.avi", "wednesday/predictions.avi")
    assert written() == ["predictions-2.jsonl", "talk-2-2.jsonl", "talk-2.jsonl", "talk.jsonl", "videos.json"]
