"""`predict` stopped, repeated, and among its own files: nothing is lost, twice or overwritten."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.data.formats.points_file import write_pts
from laplace_landmarks.data.pictures import read_picture, write_picture
from laplace_landmarks.runtime.folder_run import drawn_place
from laplace_landmarks.runtime.outputs import read_predictions

Captured = pytest.CaptureFixture[str]


def predict(*words: object) -> None:
    main(["predict", *map(str, words)])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_is_stopped_and_goes_on(number: int, tiny_run_model: Path, tmp_path: Path) -> None:
    """A real process and a real signal; together the two runs write what one would have written."""
    folder = tmp_path / "in"
    folder.mkdir()
    random = np.random.default_rng(0)
    for place in range(120):
        write_picture(folder / f"{place:03}.jpg", random.integers(0, 256, (120, 160, 3), np.uint8))
    rows = "".join(f"{place:03}.jpg,10,10,90,90\n" for place in range(120) if place % 3)
    (tmp_path / "boxes.csv").write_text("image,x0,y0,x1,y1\n" + rows)
    words = [sys.executable, "-m", "laplace_landmarks", "predict", str(folder), "--model", str(tiny_run_model),
             "--boxes", str(tmp_path / "boxes.csv")]  # fmt: skip
    done = tmp_path / "parts" / "done.jsonl"

    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [*words, "--output", str(tmp_path / "parts")], stderr=subprocess.PIPE, text=True, env=environment
    )
    while not done.exists() or done.read_bytes().count(b"\n") < 2:
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)

    reached = sum(line.endswith(b"\n") for line in done.read_bytes().splitlines(keepends=True)) - 1
    assert 0 < reached < 120
    if number == signal.SIGKILL:
        assert process.returncode == -number
    else:
        assert process.returncode == 130
        assert said.splitlines()[-1] == (
            f"laplace-landmarks: stopped after {reached} of 120 pictures; the same command goes on from there"
        )

    for output in ("parts", "whole"):
        main([*words[3:], "--output", str(tmp_path / output), "--no-draw"])
    whole, parts = ((tmp_path / output / "predictions.jsonl").read_text() for output in ("whole", "parts"))
    assert parts == whole
    assert len(whole.splitlines()) == 80


@pytest.mark.usefixtures("found_in_the_middle")
def test_a_folder_does_not_eat_what_was_drawn_in_it(
    tiny_run_model: Path, data: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(data / "unlabeled")
    predict(".", "--model", tiny_run_model)
    assert capsys.readouterr().out.startswith("8 pictures, 7 faces")

    predict(".", "--model", tiny_run_model)
    said = capsys.readouterr()
    assert said.out.startswith("8 pictures, 7 faces")
    assert "8 drawn pictures of other runs were left out" in said.err


def test_another_picture_of_the_same_relative_name_takes_nothing_away(
    tiny_run_model: Path, data: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "boxes.csv").write_text("image,x0,y0,x1,y1\nimg.png,10,13,54,57\n")
    words = ["img.png", "--model", tiny_run_model, "--boxes", tmp_path / "boxes.csv", "--output", tmp_path / "shared"]
    for place, source in (("monday", "00.png"), ("tuesday", "01.png")):
        (tmp_path / place).mkdir()
        write_picture(tmp_path / place / "img.png", read_picture(data / "unlabeled" / source))
    monkeypatch.chdir(tmp_path / "monday")
    predict(*words)
    monkeypatch.chdir(tmp_path / "tuesday")
    before = (tmp_path / "shared" / "predictions.jsonl").read_text()

    with pytest.raises(SystemExit, match="2"):
        predict(*words)

    told = capsys.readouterr().err
    assert f"shared: holds img.png of another folder, {tmp_path / 'monday' / 'img.png'}; choose another" in told
    assert (tmp_path / "shared" / "predictions.jsonl").read_text() == before
    write_picture(tmp_path / "monday" / "img.png", read_picture(data / "unlabeled" / "02.png")[:60])
    monkeypatch.chdir(tmp_path / "monday")
    predict(*words)  # the same picture, changed
    assert "1 picture changed since done: looked at again" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("theirs", "flags"),
    [
        ("predictions.csv", ["--format", "csv"]),
        ("predictions.coco.json", ["--format", "coco"]),
        ("pts/portrait.1.pts", ["--format", "pts"]),
        ("drawn/portrait.jpg", []),
    ],
)
def test_files_that_no_run_wrote_are_not_written_over(
    theirs: str, flags: list[str], tiny_run_model: Path, data: Path, tmp_path: Path, capsys: Captured
) -> None:
    """Nor is what a run writes next time taken for them."""
    output = tmp_path / "out"
    (output / theirs).parent.mkdir(parents=True)
    (output / theirs).write_text("theirs")
    (tmp_path / "boxes.csv").write_text("image,x0,y0,x1,y1\n00.png,10,13,54,57\n")
    words = [data / "unlabeled/00.png", "--model", tiny_run_model, "--boxes", tmp_path / "boxes.csv", *flags]

    with pytest.raises(SystemExit, match="2"):
        predict(*words, "--output", output)

    assert f"holds {theirs.partition('/')[0]}, which no run wrote there; choose another" in capsys.readouterr().err
    assert (output / theirs).read_text() == "theirs"
    predict(*words, "--output", output, "--overwrite")
    predict(*words, "--output", output)


def test_a_replaced_picture_has_none_of_its_old_rows(
    tiny_run_model: Path, data: Path, tmp_path: Path, capsys: Captured
) -> None:
    folder, words = (
        data / "unlabeled",
        ["--model", tiny_run_model, "--boxes", tmp_path / "boxes.csv", "--format", "csv"],
    )
    (tmp_path / "boxes.csv").write_text("image,x0,y0,x1,y1\n00.png,10,13,54,57\n01.png,9,9,50,60\n")
    pictures, output = [folder / "00.png", folder / "01.png"], tmp_path / "out"
    predict(*pictures, *words, "--output", output)
    capsys.readouterr()
    write_picture(pictures[0], read_picture(folder / "02.png")[:60])

    predict(*pictures, *words, "--output", output)

    said = capsys.readouterr()
    assert said.out.startswith("2 pictures, 2 faces, 0 skipped, 0 without a face (1 of them done before;")
    assert said.err.splitlines() == ["1 picture changed since done: looked at again"]
    predict(*pictures, *words, "--output", tmp_path / "anew")
    again, anew = (
        sorted((place / "predictions.csv").read_text().splitlines()) for place in (output, tmp_path / "anew")
    )
    assert again == anew


@pytest.mark.skipif(sys.platform != "linux", reason="names that are not UTF-8 are those of Linux")
@pytest.mark.parametrize("form", ["csv", "coco", "pts"])
def test_names_that_are_not_utf8(form: str, tiny_run_model: Path, tmp_path: Path, capsys: Captured) -> None:
    """From old disks and foreign archives: such a picture is done as any other, and found again."""
    (tmp_path / "in").mkdir()
    picture = tmp_path / "in" / os.fsdecode(b"caf\xe9.jpg")
    write_picture(picture, np.zeros((64, 64, 3), np.uint8))
    words = [tmp_path / "in", "--model", tiny_run_model, "--output", tmp_path / "out", "--format", form]
    write_pts(picture.with_suffix(".pts"), np.random.default_rng(0).uniform(10, 50, (68, 2)).astype(np.float32))

    for before in ("", "(1 of them done before; --overwrite begins anew)"):
        predict(*words, "--points", tmp_path / "in")
        said = capsys.readouterr().out
        assert said.startswith("1 picture, 1 face, 0 skipped, 0 without a face") and before in said
    (found,) = read_predictions(tmp_path / "out" / "predictions.jsonl")
    assert Path(found.picture) == picture
    assert drawn_place(tmp_path / "out", picture).is_file()
    if form == "csv":
        assert b"/caf\xe9.jpg," in (tmp_path / "out" / "predictions.csv").read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="names that are not UTF-8 are those of Linux")
def test_a_video_whose_name_is_not_utf8_is_refused(tiny_run_model: Path, tmp_path: Path, capsys: Captured) -> None:
    """opencv would end the whole process."""
    video = tmp_path / os.fsdecode(b"caf\xe9.mp4")
    video.write_bytes(b"frames")
    with pytest.raises(SystemExit) as ended:
        predict(video, "--model", tiny_run_model, "--output", tmp_path / "out")
    assert ended.value.code == 2
    assert "videos are opened by names in UTF-8 alone; rename it" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["csv", "coco", "pts"])
def test_overwriting_leaves_nothing_of_the_run_before(
    form: str, tiny_run_model: Path, data: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But what no run wrote stays, wherever it lies, and so do the other pictures' drawings."""
    monkeypatch.chdir(tmp_path)
    for name, source in (("a.png", "00.png"), ("sub/deep/b.png", "01.png")):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        write_picture(name, read_picture(data / "unlabeled" / source))
    Path("boxes.csv").write_text("image,x0,y0,x1,y1\na.png,10,13,54,57\nb.png,9,9,50,60\n")
    words = ["--model", tiny_run_model, "--boxes", "boxes.csv", "--output", "out"]
    predict("a.png", "sub/deep/b.png", *words, "--format", form)
    theirs = [Path("out/notes.txt"), Path("out/drawn/other.jpg"), Path("out/talk.jsonl"), Path("out/predictions.xlsx")]
    for file in theirs:
        file.write_text("theirs")
    assert Path("out/drawn/sub/deep/b.png.jpg").exists()
    assert Path("out/pts/sub/deep/b.pts").exists() == (form == "pts")
    capsys.readouterr()

    predict("a.png", *words, "--overwrite", "--no-draw")

    assert f"out: begins anew: removed {4 if form == 'pts' else 3} files of the run before" in capsys.readouterr().err
    left = {path for path in Path("out").rglob("*") if path.is_file()}
    assert left == {*theirs, Path("out/predictions.jsonl"), Path("out/done.jsonl")}
    assert not Path("out/drawn/sub").exists() and not Path("out/pts").exists()


def test_overwriting_keeps_what_it_is_to_read(tiny_run_model: Path, data: Path, tmp_path: Path) -> None:
    """Corrected .pts files of a run, given as the places of the next in the same folder."""
    picture, output = data / "unlabeled" / "00.png", tmp_path / "out"
    (tmp_path / "boxes.csv").write_text("image,x0,y0,x1,y1\n00.png,10,13,54,57\n")
    words = [picture, "--model", tiny_run_model, "--output", output]
    predict(*words, "--boxes", tmp_path / "boxes.csv", "--format", "pts")
    (corrected,) = output.rglob("*.pts")
    write_pts(corrected, np.random.default_rng(0).uniform(10, 50, (68, 2)).astype(np.float32))
    before = corrected.read_bytes()

    predict(*words, "--points", output / "pts", "--overwrite")

    assert corrected.read_bytes() == before


def test_overwriting_takes_no_table_that_a_run_did_not_write(tiny_run_model: Path, data: Path, tmp_path: Path) -> None:
    """A ranking, say, that lies in the folder of its predictions."""
    picture, output = data / "unlabeled" / "00.png", tmp_path / "out"
    (tmp_path / "boxes.csv").write_text("image,x0,y0,x1,y1\n00.png,10,13,54,57\n")
    words = [picture, "--model", tiny_run_model, "--output", output, "--boxes", tmp_path / "boxes.csv"]
    predict(*words)
    (output / "predictions.csv").write_text("rank,picture\n")

    predict(*words, "--overwrite")

    assert (output / "predictions.csv").read_text() == "rank,picture\n"


def test_points_beside_the_pictures_and_the_output_in_their_folder(
    tiny_run_model: Path, tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    shutil.copytree(tiny_data / "labeled", tmp_path / "faces")
    monkeypatch.chdir(tmp_path / "faces")
    (Path(".#lock.pts")).symlink_to("nowhere")  # as editors leave them
    words = (".", "--points", ".", "--model", tiny_run_model, "--no-draw", "--format", "pts")
    predict(*words)
    capsys.readouterr()
    predict(*words)  # does not take what it wrote for points
    assert "12 of them done before" in capsys.readouterr().out
    shutil.copy("00.pts", "new.pts")
    with pytest.raises(SystemExit, match="2"):
        predict(*words)


def test_points_in_the_folder_of_the_output_are_looked_at_again(
    tiny_run_model: Path, tiny_data: Path, tmp_path: Path
) -> None:
    shutil.copytree(tiny_data / "labeled", tmp_path / "out/points")
    words = (tmp_path / "out/points", "--points", tmp_path / "out/points", "--model", tiny_run_model, "--no-draw")
    predict(*words, "--output", tmp_path / "out")
    shutil.copy(tmp_path / "out/points/00.pts", tmp_path / "out/points/new.pts")
    with pytest.raises(SystemExit, match="2"):
        predict(*words, "--output", tmp_path / "out")
