"""`predict` of videos, repeated: what is done before, what is done again, and what is refused."""

import json
import os
import shutil
from pathlib import Path

import pytest

from laplace_landmarks.app import videos
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.only_writer import only_writer

Captured = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("found_in_the_middle", "talks")


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


def test_names_are_counted_on_until_one_is_free(predict) -> None:
    Path("tuesday/talk.avi").rename("tuesday/talk-2.avi")
    Path("wednesday").mkdir()
    Path("wednesday/talk.avi").write_bytes(Path("monday/talk.avi").read_bytes())
    Path("wednesday/predictions.avi").write_bytes(Path("monday/talk.avi").read_bytes())
    predict("monday/talk.avi", "wednesday/talk.avi", "tuesday/talk-2.avi", "wednesday/predictions.avi")
    assert written() == ["predictions-2.jsonl", "talk-2-2.jsonl", "talk-2.jsonl", "talk.jsonl", "videos.json"]
