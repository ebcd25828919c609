"""A run over many pictures: what is written, what is skipped, and where it stops."""

import json
import weakref
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from laplace_landmarks.data.pictures import read_picture, write_picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime import folder_run
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.folder_run import FolderRun, Places, drawn_place
from laplace_landmarks.runtime.journal import DONE, PREDICTIONS, Journal

BRIGHT = 200  # the finder of these tests finds a face in a picture at least so bright


def finder(picture: np.ndarray) -> list[tuple[float, ...]]:
    if picture.mean() == 13:
        raise InputError("this picture is unlucky")
    return [(2, 2, 20, 20, 0.9)] * int(picture.mean() >= BRIGHT)


@pytest.fixture
def detector(tiny_model: Callable[..., Path]) -> LandmarkDetector:
    return LandmarkDetector(tiny_model(), finder=finder)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """40 pictures of growing brightness, every fifth with a face; number 7 is none, number 13 unlucky."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(40):
        light = BRIGHT + number if number % 5 == 0 else number
        write_picture(folder / f"{number:02}.png", np.full((24, 30, 3), light, np.uint8))
    (folder / "07.png").write_text("no picture")
    return sorted(folder.iterdir())


def run(detector: LandmarkDetector, files: list[Path], output: Path, **settings: object) -> tuple[bool, list[str]]:
    skipped: list[str] = []
    journal = Journal.open(output, {})
    try:
        whole = FolderRun(detector, journal, skipped=skipped.append, **settings).over(files)  # pyright: ignore
    finally:
        journal.close()
    return whole, skipped


def faces(output: Path) -> list[str]:
    return [Path(json.loads(line)["picture"]).stem for line in (output / PREDICTIONS).read_text().splitlines()]


def test_all_pictures_in_their_order(detector: LandmarkDetector, files: list[Path], tmp_path: Path) -> None:
    reached: list[int] = []
    whole, skipped = run(detector, files, tmp_path / "out", progress=reached.append)
    assert whole
    assert faces(tmp_path / "out") == ["00", "05", "10", "15", "20", "25", "30", "35"]
    assert [Path(line.split(":")[0]).stem for line in skipped] == ["07", "13"]
    assert skipped[1].endswith("13.png: this picture is unlucky")
    assert reached[-1] == 40 and sorted(reached) == reached
    drawn = sorted((tmp_path / "out" / "drawn").rglob("*.jpg"))
    assert len(drawn) == 38
    assert read_picture(drawn[0]).shape == (24, 30, 3)
    sizes = [json.loads(line).get("size") for line in (tmp_path / "out" / DONE).read_text().splitlines()[1:]]
    assert sizes.count([30, 24]) == 38 and sizes.count(None) == 2


def test_a_name_that_is_too_long_for_its_drawing(detector: LandmarkDetector, files: list[Path], tmp_path: Path) -> None:
    """A name of 254 bytes is one for a picture, but not with .jpg behind; two that begin alike have two drawings."""
    long = [files[0].rename(files[0].with_name("é" * 125 + end)) for end in ("1.png",)]
    long += [files[1].rename(files[1].with_name("é" * 125 + end)) for end in ("2.png",)]
    whole, skipped = run(detector, [*long, files[2]], tmp_path / "out")
    assert (whole, skipped) == (True, [])
    assert len((tmp_path / "out" / DONE).read_text().splitlines()) == 1 + 3
    drawn = sorted(file.name for file in (tmp_path / "out" / "drawn").rglob("*.jpg"))
    assert len(drawn) == 3 and drawn[0] == "02.png.jpg"
    assert all(name.startswith("é" * 100) and len(name.encode()) <= 255 for name in drawn[1:])


def test_no_two_pictures_of_a_folder_share_a_drawing(
    detector: LandmarkDetector, files: list[Path], tmp_path: Path
) -> None:
    names = ["a.png", "a.png.jpg", "a.jpg", "a.jpg.jpg"]
    for file, name in zip(files, names, strict=False):
        file.rename(file.with_name(name))
    run(detector, [files[0].with_name(name) for name in names], tmp_path / "out")
    drawn = {file.name for file in (tmp_path / "out" / "drawn").rglob("*") if file.is_file()}
    assert drawn == {"a.png.jpg", "a.png.jpg.jpg", "a.jpg", "a.jpg.jpg.jpg"}

    endings = ["", ".png", ".jpg", ".JPG", ".jpeg", ".webp", ".raw"]
    all_names = ["a" + "".join(parts) for count in range(5) for parts in product(endings, repeat=count)]
    places = {drawn_place(Path("out"), Path(name)) for name in all_names}
    assert len(places) == len({*all_names})


def test_stopped_and_gone_on_with_it_is_the_same(detector: LandmarkDetector, files: list[Path], tmp_path: Path) -> None:
    run(detector, files, tmp_path / "whole", draw=False)
    stops = 0
    while True:
        answers = iter([False, True, True])
        whole, _ = run(detector, files, tmp_path / "parts", draw=False, stop=partial(next, answers))
        if whole:
            break
        stops += 1
    assert stops == 2  # a batch a run
    assert (tmp_path / "parts" / PREDICTIONS).read_bytes() == (tmp_path / "whole" / PREDICTIONS).read_bytes()


def test_new_pictures_are_added(detector: LandmarkDetector, files: list[Path], tmp_path: Path) -> None:
    run(detector, files[:12], tmp_path / "out", draw=False)
    asked: list[str] = []
    original = folder_run.read_ahead

    def counted(waiting: list[Path]):
        asked.extend(path.stem for path in waiting)
        return original(waiting)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folder_run, "read_ahead", counted)
        run(detector, files[:16], tmp_path / "out", draw=False)
    assert asked == ["07", "12", "13", "14", "15"]  # the skipped one again
    assert faces(tmp_path / "out") == ["00", "05", "10", "15"]


def test_skipped_pictures_are_noted_once(detector: LandmarkDetector, files: list[Path], tmp_path: Path) -> None:
    run(detector, files[:16], tmp_path / "out", draw=False)
    before = (tmp_path / "out" / DONE).read_bytes()
    _, skipped = run(detector, files[:16], tmp_path / "out", draw=False)
    assert len(skipped) == 2  # tried again
    assert (tmp_path / "out" / DONE).read_bytes() == before
    write_picture(files[7], np.full((24, 30, 3), 250, np.uint8))
    run(detector, files[:16], tmp_path / "out", draw=False)
    entries = [json.loads(line) for line in (tmp_path / "out" / DONE).read_text().splitlines()]
    assert [Path(entry["picture"]).stem for entry in entries if "skipped" in entry] == ["13"]


def test_known_places_are_looked_at_and_no_others(
    detector: LandmarkDetector, files: list[Path], tmp_path: Path
) -> None:
    places = Places("boxes", {files[1]: [(1, 1, 9, 9), (3, 3, 12, 12)], files[2]: [(5, 5, 5, 5)]})
    _, skipped = run(detector, files[:4], tmp_path / "out", draw=False, places=places)
    assert faces(tmp_path / "out") == ["01", "01"]
    (line,) = skipped
    assert "02.png: the edges of the box of the crop lie all in one point" in line


def test_pictures_are_let_go(detector: LandmarkDetector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, only those of two batches are alive at any time, besides what is read ahead."""
    for number in range(100):
        write_picture(tmp_path / f"{number:02}.png", np.full((8, 8, 3), 250, np.uint8))
    alive: list[weakref.ref[np.ndarray]] = []
    most = 0
    plain = detector.batch

    def counted(pictures: Sequence[np.ndarray], **places: Any) -> object:
        nonlocal most
        alive.extend(weakref.ref(picture) for picture in pictures)
        most = max(most, sum(ref() is not None for ref in alive))
        return plain(pictures, **places)

    monkeypatch.setattr(detector, "batch", counted)
    run(detector, sorted(tmp_path.glob("*.png")), tmp_path / "out", draw=False)
    assert len(alive) == 100
    assert most <= 2 * folder_run.BATCH


def test_a_replaced_picture_is_looked_at_again(detector: LandmarkDetector, files: list[Path], tmp_path: Path) -> None:
    run(detector, files[:7], tmp_path / "out")
    assert faces(tmp_path / "out") == ["00", "05"]
    for number, light in ((0, 1), (1, 250)):  # the face is in the other one now
        write_picture(files[number], np.full((30, 40, 3), light, np.uint8))

    run(detector, files[:7], tmp_path / "out")

    assert faces(tmp_path / "out") == ["05", "01"]
    entries = [json.loads(line) for line in (tmp_path / "out" / DONE).read_text().splitlines()[1:]]
    assert sorted(Path(entry["picture"]).stem for entry in entries) == [f"{number:02}" for number in range(7)]
    assert [entry["size"] for entry in entries if Path(entry["picture"]).stem in ("00", "01")] == [[40, 30]] * 2
