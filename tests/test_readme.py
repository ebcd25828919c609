"""What README and docs tell people to type is typed here."""

import hashlib
import re
import runpy
import shlex
import shutil
import subprocess
from contextlib import chdir
from pathlib import Path
from textwrap import dedent

import pytest

from laplace_landmarks.app.cli import COMMANDS, main
from laplace_landmarks.data.formats.points_file import read_pts
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.synthetic.dataset import write_synthetic
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.runtime import released
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.outputs import read_predictions
from laplace_landmarks.runtime.video_writer import VideoWriter

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LOOP = re.compile(r"^for (\w+) in (.*?); do\n(.*?)^done\n", re.MULTILINE | re.DOTALL)
QUICK = ["--optimiser.steps", "2", "--network.size", "32", "--network.width", "2", "--machine.threads", "1"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the paths that the pages speak of."""
    folder = tmp_path_factory.mktemp("readme")
    write_synthetic(folder / "path/to", 12, 0, test_fraction=0.25, unlabeled=4)
    (folder / "path/to/train").rename(folder / "path/to/labels")
    (folder / "path/to/test").rename(folder / "path/to/pictures")
    (folder / "path/to/unlabeled").rename(folder / "path/to/folder")
    for part in ("300w/helen/trainset", "300w/afw", "300w/lfpw/testset", "300w/ibug", "megaface/1"):
        shutil.copytree(folder / "path/to/labels", folder / "path/to" / part)
    (folder / "configs").symlink_to(ROOT / "configs")
    (folder / "my.yaml").write_text(my_config())
    draw_kites(folder / "kites")
    rows = ["image,x0,y0,x1,y1"]
    for file in sorted((folder / "path/to/pictures").glob("*.pts")):
        rows.append(",".join([f"{file.stem}.jpg", *(f"{edge:.1f}" for edge in tight_box(read_pts(file)))]))
    (folder / "boxes.csv").write_text("\n".join(rows) + "\n")
    shutil.copytree(folder / "path/to/pictures", folder / "photos/2024-05", ignore=shutil.ignore_patterns("*.pts"))
    some = next((folder / "photos/2024-05").iterdir())
    shutil.copy(some, folder / "portrait.jpg")
    (folder / "list.txt").write_text("portrait.jpg\n")
    with VideoWriter(folder / "talk.mp4", 10.0) as writer:
        for number in range(3):
            writer.write(read_picture(some), number / 10)
    return folder


@pytest.fixture
def released_model(
    tiny_run_model: Path, tiny_quick_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hastily trained models in the places of the released ones that pages and configs speak of."""
    files = {"laplace68-eighth.onnx": tiny_run_model, "laplace68-eighth-fast.onnx": tiny_quick_model}
    copies = [Path(shutil.copy(model, tmp_path / name)) for name, model in files.items()]
    hashes = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in copies]
    (tmp_path / released.HASHES).write_text("".join(hashes))
    monkeypatch.setattr(released, "FOLDER", tmp_path)


def draw_kites(folder: Path) -> None:
    """The example of the page on own objects, as its example program draws it."""
    with chdir(folder.parent):  # the paths in its config are from where it runs
        runpy.run_path(str(ROOT / "examples" / "kites.py"))["main"](Path(folder.name), labeled=24)


def test_the_kites_come_with_the_files_of_their_page(place: Path) -> None:
    blocks = re.findall(r"```yaml\n(# (\S+\.yaml).*?)```", (ROOT / "docs/own-object.md").read_text(), re.DOTALL)
    assert [name.removesuffix(":") for _, name in blocks] == ["kites/markup.yaml", "kites.yaml"]
    for text, name in blocks:
        assert (place / name.removesuffix(":")).read_text() == text


def my_config() -> str:
    """The first config of the training page."""
    return re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/training.md").read_text(), re.DOTALL)[0]


def typed(page: Path) -> list[list[str] | str]:
    """The laplace-landmarks commands of a page's shell blocks, in words; and as they are the lines that append."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL)
    lines = [line.partition(" #")[0] for block in blocks for line in LOOP.sub(unrolled, block).splitlines()]
    ours = "laplace-landmarks "
    return [shlex.split(line)[1:] if line.startswith(ours) else line for line in lines
            if line.startswith(ours) or " >> " in line]  # fmt: skip


def unrolled(loop: re.Match[str]) -> str:
    """A shell's loop over words as its body for each of them."""
    name, words, body = loop.groups()
    return "".join(dedent(body).replace(f"${name}", word) for word in words.split())


def matched(words: list[str]) -> list[str]:
    """Words with patterns of file names as a shell hands them over."""
    return [found for word in words for found in (sorted(map(str, Path().glob(word))) if "?" in word else [word])]


@pytest.mark.parametrize("page", [page for page in PAGES if typed(page)], ids=lambda page: page.name)
def test_commands_of_the_pages_run(
    page: Path, place: Path, released_model: None, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if page.name == "aflw.md":
        (place / "path/to/aflw").symlink_to(request.getfixturevalue("drawn_aflw"))
    monkeypatch.chdir(place)
    quick = [*QUICK, *(["--folds.count", "2"] if page.name == "labeling.md" else [])]
    for words in typed(page):
        if isinstance(words, str):
            subprocess.run(words, shell=True, check=True)
        else:
            main([*matched(words), *(quick if words[0] == "train" else [])])
    if page.name == "README.md":
        assert len((place / "found/predictions.jsonl").read_text().splitlines()) == 3
        assert len(list((place / "found/drawn").rglob("*.jpg"))) == 3
    if page.name == "labeling.md":  # the second model learned from the corrected labels, too
        first, second = (read_info(place / f"runs/{run}/model.onnx").training["labeled"] for run in ("first", "second"))
        assert second == first + len((place / "next.txt").read_text().splitlines())
        assert read_info(place / "runs/few/model.onnx").licence.startswith("my own pictures; started from laplace68-")
    if page.name == "own-object.md":
        found = read_predictions(place / "kites-found/predictions.jsonl")
        assert [face.landmarks.shape for face in found] == [(5, 2)] * 6  # one a picture, and no faces searched for


@pytest.mark.parametrize("page", ["README.md", "docs/running.md"])
def test_python_of_the_pages_runs(page: str, place: Path, tiny_model, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    shutil.copy(tiny_model(), place / "model.onnx")
    monkeypatch.chdir(place)
    raw, box = (place / "portrait.jpg").read_bytes(), (60, 40, 180, 170)
    names: dict = {"boxes": [box], "my_finder": lambda _: [box], "raw": raw}  # what the pages call yours
    for code in blocks:
        exec(code, names)
    assert names["faces"][0].landmarks.shape == names["faces"][0].spread.shape
    if page == "docs/running.md":
        (face,) = names["mine"](names["picture"])
        assert face.crop.side == pytest.approx(names["faces"][0].crop.side, abs=0.1)
        assert "upload.jpg" in names["lines"][0]


def test_the_readme_lists_every_command() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [name for name in COMMANDS if f"`laplace-landmarks {name}" not in readme] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
