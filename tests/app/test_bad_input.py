"""Whatever a user gives: one line that says what, where and what to do, exit code 2, and never a traceback."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.app.cli import main
from laplace_landmarks.training.config import Config
from laplace_landmarks.training.config_file import save_config


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, tiny_data: Path, tiny_run: Path, tiny_run_model: Path) -> Path:
    """A folder with a good model, run and data, and with much that is broken."""
    folder = tmp_path_factory.mktemp("bad")
    shutil.copytree(tiny_data, folder, dirs_exist_ok=True)
    shutil.copy(tiny_run_model, folder / "good.onnx")
    shutil.copytree(tiny_run, folder / "run")
    whole = tiny_run_model.read_bytes()
    for name, content in {
        "empty.onnx": b"",
        "cut.onnx": whole[: len(whole) // 2],
        "picture.onnx": (tiny_data / "labeled" / "00.png").read_bytes(),
        "empty.csv": b"",
        "words.csv": b"image,x0,y0,x1,y1\n00.png,one,2,3,4\n",
        "short.csv": b"image,x0,y0,x1,y1\n00.png,1,2,3\n",
        "others.csv": b"image,x0,y0,x1,y1\nnobody.png,1,2,3,4\n",
        "flat.csv": b"image,x0,y0,x1,y1\n00.png,5,5,5,5\n",
        "boxes.csv": b"image,x0,y0,x1,y1\n00.png,10,13,54,57\n",
        "empty.jsonl": b"",
        "words.jsonl": b"landmarks: none\n",
        "three.jsonl": b'{"picture": "00.png", "landmarks": [[1, 2], [3, 4], [5, 6]]}\n',
        "list.json": b"[1, 2]",
        "bad.yaml": b"network: {width: 8",
        "typo.yaml": b"network: {wdth: 8}",
        "zero.yaml": b"network: {width: 0}",
        "both.yaml": b"data: {labeled: labeled, unlabeled: [{pictures: none}]}",
        "empty.txt": b"\n",
        "talk.mp4": b"no video",
        "good.yaml": b"data: {labeled: labeled}\nnetwork: {width: 2, size: 32}",
    }.items():
        (folder / name).write_bytes(content)
    (folder / "old").mkdir()
    (folder / "dir.png").mkdir()
    (folder / "old" / "predictions.jsonl").write_text("of another program")
    (folder / "drew" / "drawn").mkdir(parents=True)
    (folder / "drew" / "done.jsonl").touch()
    shutil.copy(tiny_data / "unlabeled" / "00.png", folder / "drew" / "drawn")
    for name in ("none", "lone", "wrong", "nan", "open", "cut", "far", "flat"):
        (folder / name).mkdir()
        if name != "none":
            shutil.copy(tiny_data / "labeled" / "00.png", folder / name)
            shutil.copy(tiny_data / "labeled" / "00.pts", folder / name)
    points = (tiny_data / "labeled" / "00.pts").read_text()
    rows = points.splitlines()
    (folder / "lone" / "00.pts").unlink()
    (folder / "wrong" / "00.pts").write_text(points.replace(rows[5] + "\n", ""))
    (folder / "nan" / "00.pts").write_text(points.replace(rows[5], "nan 3"))
    (folder / "open" / "00.pts").write_text(points.replace("}", ""))
    (folder / "cut" / "00.png").write_bytes((tiny_data / "labeled" / "00.png").read_bytes()[:300])
    (folder / "far" / "00.pts").write_text(points.replace(rows[5], "9000 9000"))
    same = "\n".join(["7 7"] * 68)
    (folder / "flat" / "00.pts").write_text(f"version: 1\nn_points: 68\n{{\n{same}\n}}\n")
    return folder


ROWS = [
    ("info nope.onnx", "nope.onnx: there is no such model file"),
    ("info empty.onnx", "empty.onnx: the model file is empty"),
    ("info cut.onnx", "cut.onnx: cut off, or no ONNX file"),
    ("info picture.onnx", "picture.onnx: "),
    ("evaluate boxes.csv labeled", "boxes.csv: cut off, or no ONNX file .*; predictions .* are JSON lines, .jsonl"),
    ("info labeled", "labeled: a folder without model.onnx, which a run writes at its end"),
    ("predict --model good.onnx --boxes boxes.csv", "say what to look at: give pictures, folders, videos"),
    (
        "predict unlabeled --model good.onnx --boxes boxes.csv --points labeled",
        "by --points or by --boxes, not by both",
    ),
    ("predict good.onnx unlabeled", "good.onnx is a model file, .* give it as --model good.onnx"),
    ("predict nope.png --model good.onnx --boxes boxes.csv", "nope.png: there is no such picture, video or folder"),
    ("predict nope/*.png --model good.onnx", "nope.*: no file has a name like this"),
    ("predict empty.txt --model good.onnx", "empty.txt: an empty list"),
    ("predict none --model good.onnx --boxes boxes.csv", "none: no pictures in it"),
    ("predict drew --model good.onnx --boxes boxes.csv", "drew: nothing to look at; drawn pictures of other runs"),
    ("rank good.onnx unlabeled --labeled boxes.csv", "boxes.csv: not a picture; a list of pictures is a .txt file"),
    ("predict unlabeled --model nobody", r"no released model is named 'nobody'; there are: .*ends with \.onnx"),
    ("predict unlabeled --model good.onnx --boxes nope.csv", "nope.csv: "),
    ("predict unlabeled --model good.onnx --boxes empty.csv", "empty.csv"),
    ("predict unlabeled --model good.onnx --boxes words.csv", "words.csv, .*2.*one"),
    ("predict unlabeled --model good.onnx --boxes three.jsonl", "three.jsonl: JSON, and a CSV is wanted"),
    (
        "predict unlabeled --model good.onnx --points three.jsonl",
        "three.jsonl: JSON, and a CSV is wanted.* image,x0,y0",
    ),
    ("predict unlabeled --model good.onnx --boxes short.csv", "short.csv, .*2"),
    (
        "predict unlabeled --model good.onnx --boxes others.csv",
        "others.csv: none of its rows names one of the pictures",
    ),
    ("predict unlabeled/00.png --model good.onnx --boxes flat.csv --output new3", "no picture could be used"),
    ("predict unlabeled --model good.onnx --boxes labeled", "labeled: cannot be read"),
    ("predict unlabeled --model good.onnx --points none", "none: no .pts file has the name of a picture"),
    ("predict unlabeled --model good.onnx --points nope", "nope: cannot be read"),
    ("predict labeled --model good.onnx --points nan", "nan.00.pts, line 6: 'nan 3'"),
    ("predict boxes.csv --model good.onnx --boxes boxes.csv", "boxes.csv"),
    ("predict boxes.csv --model good.onnx --output new1", "no picture could be used"),
    ("predict cut/00.png --model good.onnx --output new2", "no picture could be used"),
    (
        "predict unlabeled --model good.onnx --boxes boxes.csv --output good.yaml/out",
        "--output good.yaml/out: cannot be",
    ),
    (
        "predict unlabeled --model good.onnx --boxes boxes.csv --output old",
        "predictions of which nothing is remembered",
    ),
    (
        "predict unlabeled --model good.onnx --boxes boxes.csv --threads 0",
        "threads are a whole number from 1 to 1024, not 0",
    ),
    (
        "predict unlabeled --model good.onnx --refine -1",
        "refine is how often to look again, a whole number of 0 or more, not -1",
    ),
    ("predict unlabeled --model good.onnx --min-face 3", "smallest face must have at least 12 pixels, not 3"),
    ("predict unlabeled --model good.onnx --min-face 40 --boxes boxes.csv", "--min-face is for searching faces"),
    ("predict talk.mp4 --model good.onnx", "talk.mp4"),
    ("predict talk.mp4 --model good.onnx --boxes boxes.csv", "talk.mp4: --points and --boxes are for pictures"),
    ("predict talk.mp4 --model good.onnx --format coco", "talk.mp4: --format of a video is"),
    ("predict camera:99 --model good.onnx", "camera:99"),
    ("predict unlabeled --model cut.onnx --boxes boxes.csv", "cut.onnx: cut off"),
    ("evaluate nope.onnx labeled", "nope.onnx: there is no such model file"),
    ("evaluate good.onnx nope", "nope: there is no such file or folder of labeled pictures"),
    ("evaluate good.onnx unlabeled", "unlabeled: pictures, but no .pts files beside them"),
    ("evaluate good.onnx lone", "lone"),
    ("evaluate good.onnx wrong", "wrong.00.pts, line 2: n_points says 68, but 67 points follow"),
    ("evaluate good.onnx nan", "nan.00.pts, line 6: 'nan 3'"),
    ("evaluate good.onnx open", "open.00.pts, line .*no closing }"),
    ("evaluate good.onnx far", "far.00.png: landmark .* at .* is far outside"),
    ("evaluate good.onnx flat", "flat.00.png"),
    ("evaluate good.onnx cut", "cut.00.png"),
    ("evaluate good.onnx labeled --part challenge", "challenge"),
    ("evaluate good.onnx labeled --split list.json", "list.json: no key 'validation'"),
    ("evaluate good.onnx labeled --split nope.json", "nope.json: cannot be read"),
    ("evaluate good.onnx labeled --output good.yaml/s.json", "--output good.yaml/s.json: cannot be written"),
    ("evaluate good.onnx nope --output labeled", r"--output labeled: cannot be written \(Is a directory\)"),
    ("evaluate good.onnx nope --faces nowhere/f.png", r"--faces nowhere/f.png: cannot be written \(No such file"),
    ("evaluate good.onnx nope --faces f.pdf", "f.pdf: cannot write this kind of picture"),
    ("evaluate good.onnx nope --predictions nowhere/p.jsonl", "--predictions nowhere/p.jsonl: cannot be written"),
    ("calibrate good.onnx nope --output nowhere/m.onnx", "--output nowhere/m.onnx: cannot be written"),
    (
        "rank good.onnx unlabeled --boxes boxes.csv --sheet dir.png",
        r"--sheet dir.png: cannot be written \(Is a directory",
    ),
    ("train", "train: name a config"),
    ("evaluate nope.jsonl labeled", "nope.jsonl: cannot be read"),
    ("evaluate empty.jsonl labeled", "empty.jsonl: no predictions in it"),
    ("evaluate words.jsonl labeled", "words.jsonl, line 1"),
    ("evaluate three.jsonl labeled", "3"),
    ("evaluate three.jsonl labeled --markup none", "no markup is named 'none'; known: ibug68"),
    ("crop nope", "nope: there is no such file or folder"),
    ("crop labeled --count 0", "--count must be at least 1"),
    ("crop labeled --columns 0", "--columns must be at least 1"),
    ("crop labeled --size -3", "--size must be at least 16 and at most 4096"),
    ("crop labeled --factor nan", "--factor must be at least 0.1 and at most 100"),
    ("crop labeled --factor 1e-300", "--factor must be at least 0.1 and at most 100"),
    ("crop unlabeled --unlabeled --grow 0", "--grow must be at least 0.1 and at most 100"),
    ("crop none --unlabeled", "none: no pictures in it"),
    ("crop labeled --output good.yaml/s.png", "good.yaml/s.png: cannot be written"),
    ("synthesize faces --count 0", "ask for at least 1 face"),
    ("synthesize good.yaml/faces --count 2", r"good.yaml/faces/.*: cannot be written \(Not a directory\)"),
    ("export nope", "nope: there is no checkpoint; has the run begun?"),
    ("export labeled", "labeled.last.safetensors: there is no checkpoint"),
    ("export good.yaml", "good.yaml: not a whole checkpoint; name the folder of a run, or its last.safetensors$"),
    ("export good.onnx", "good.onnx: not a whole checkpoint; name the folder of a run, or its last.safetensors$"),
    ("train nope.yaml", "nope.yaml: cannot be read .No such file"),
    ("train labeled", "labeled: cannot be read .Is a directory"),
    ("train bad.yaml", "bad.yaml: not valid YAML"),
    ("train typo.yaml", "typo.yaml: network.wdth: no setting has that name; did you mean width?"),
    ("train zero.yaml", r"zero.yaml: network.width must be at least 1 \(it is 0\)"),
    ("train --network.width 8", "the config comes first"),
    (
        "train good.yaml --data.labeled boxes.csv --data.format pts",
        "boxes.csv: a file; the format pts is a folder.* set the format to auto",
    ),
    ("train good.yaml --data.labeled nope", "nope: there is no such file or folder"),
    ("train good.yaml --data.labeled far", "far.00.png: landmark .* is far outside"),
    ("train both.yaml", "none: no pictures in it"),
    ("train good.yaml --run run", "run holds another training"),
    ("train good.yaml --run good.onnx", "good.onnx: cannot write the run's folder"),
    ("train good.yaml --run new --network.init good.yaml", "good.yaml: cannot be read as an ONNX file"),
    ("train good.yaml --run new --network.init good.onnx --network.width 3", "set network.width to 2 to start"),
    ("train good.yaml --run new --machine.accelerator mps", "machine: .*MPS"),
    ("train good.yaml --run new --folds.count 13", "folds.count: 12 labeled pictures cannot be dealt into 13 parts"),
    ("train good.yaml --run run --folds.count 3", r"run holds another training \(.*folds.count: 0 there, 3 now"),
    ("train good.yaml --run good.onnx --folds.count 3", "good.onnx: cannot write the run's folder"),
    ("train good.yaml --run new --folds.count 3 --network.init no.onnx", "no.onnx: there is no such model file"),
]


@pytest.mark.parametrize(("words", "told"), ROWS, ids=[words for words, _ in ROWS])
def test_one_line_says_what_is_wrong(
    words: str, told: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    said = capsys.readouterr()
    assert ended.value.code == 2
    *_, last = said.err.splitlines()
    assert last.startswith("laplace-landmarks: ")
    assert "Errno" not in last
    assert re.search(told, last), last


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("predict unlabeled --format xml", "coco"),
        ("info", "PATH"),
        ("info good.onnx more", "more"),
        ("predict unlabeled --model good.onnx --box boxes.csv", "--boxes"),
        ("evaluate good.onnx labeled --format csv", "table"),
        ("crop labeled --size big", "--size"),
        ("check labeled --output sheet.txt", "sheet.txt: cannot write this kind of picture"),
        ("check labeled --output sheet.png --list sheet.png", "--list sheet.png: is --output, too"),
        ("crop labeled --output nowhere/crops.png", "--output nowhere/crops.png: cannot be written"),
        ("benchmark good.onnx --output labeled", "--output labeled: cannot be written"),
        ("evaluate good.onnx labeled --output a --predictions a", "--predictions a: is --output, too"),
        ("rank good.onnx labeled --output a.txt --without a.txt", "--without a.txt: is --output, too"),
        ("convert labeled a.json --save-markup a.json", "--save-markup a.json: is the output, too"),
        ("export run --weights last", "ema"),
        ("train good.yaml --network.wdth 4", "--network.width"),
        ("train good.yaml --network.width four", "--network.width"),
        ("train good.yaml --network.width 0", "must be at least 1"),
        ("train good.yaml --loss.name kl", "laplace_kl"),
        ("train good.yaml --machine.devices 3", "shared equally by 3 processes"),
        ("train good.yaml --folds.count 1", "folds.count must be 0, or at least 2"),
        ("train good.yaml --folds.count 5 --data.split a.json", "data.validation must be '' where there are folds"),
    ],
)
def test_flags_that_cannot_be_are_explained(
    words: str, told: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    with pytest.raises(SystemExit) as ended:
        main(words.split())
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert told in said.err + said.out
    assert "Traceback" not in said.err


def test_a_training_that_explodes_ends_with_its_batch_named(
    tiny_config: Callable[..., Config], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_config(tiny_config(data={"unlabeled": ()}), tmp_path / "c.yaml")
    with pytest.raises(SystemExit) as ended:
        main(["train", str(tmp_path / "c.yaml"), "--optimiser.learning-rate", "1e30"])
    assert ended.value.code == 2
    *_, last = capsys.readouterr().err.splitlines()
    assert "the loss is not finite at step 2, on " in last
    assert "or lower optimiser.learning_rate" in last


def test_a_picture_of_any_bytes_is_no_traceback(place: Path, tmp_path: Path) -> None:
    """In a process of its own: decoders write to the real stderr, past Python."""
    whole = (place / "unlabeled" / "00.png").read_bytes()
    random = np.random.default_rng(0)
    for number in range(20):
        damaged = bytearray(whole)
        for at in random.integers(8, len(whole), 40):
            damaged[at] = random.integers(256)
        (tmp_path / f"{number:02}.png").write_bytes(damaged)
    rows = "".join(f"{number:02}.png,10,13,54,57\n" for number in range(20))
    (tmp_path / "boxes.csv").write_text("image,x0,y0,x1,y1\n" + rows)
    words = ["predict", str(tmp_path), "--model", str(place / "good.onnx"), "--boxes", str(tmp_path / "boxes.csv"),
             "--no-draw"]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "laplace_landmarks", *words, "--output", str(tmp_path / "out")],
        capture_output=True, text=True, check=False, env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr
    told = r"$|skipped: |laplace-landmarks: |\d+ pictures? skipped: |.*: \d+ other files? left out \(.*\)|.*libpng "
    for line in done.stderr.splitlines():  # two threads decode, so that libpng's lines may run into each other
        assert re.match(told, line), line
