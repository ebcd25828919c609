"""What README and docs tell people to type is typed here."""

import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.app.cli import COMMANDS, main
from laplace_landmarks.data.formats.points_file import read_pts
from laplace_landmarks.data.synthetic.dataset import write_synthetic
from laplace_landmarks.faces.boxes import tight_box

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
QUICK = ["--optimiser.steps", "2", "--network.size", "32", "--machine.threads", "1"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the paths that the pages speak of."""
    folder = tmp_path_factory.mktemp("readme")
    write_synthetic(folder / "path/to", 12, 0, test_fraction=0.25, unlabeled=4)
    (folder / "path/to/train").rename(folder / "path/to/labels")
    (folder / "path/to/test").rename(folder / "path/to/pictures")
    (folder / "path/to/unlabeled").rename(folder / "path/to/folder")
    (folder / "configs").symlink_to(ROOT / "configs")
    (folder / "my.yaml").write_text(my_config())
    rows = ["image,x0,y0,x1,y1"]
    for file in sorted((folder / "path/to/pictures").glob("*.pts")):
        rows.append(",".join([f"{file.stem}.jpg", *(f"{edge:.1f}" for edge in tight_box(read_pts(file)))]))
    (folder / "boxes.csv").write_text("\n".join(rows) + "\n")
    return folder


def my_config() -> str:
    """The first config of the training page."""
    return re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/training.md").read_text(), re.DOTALL)[0]


def typed(page: Path) -> list[list[str]]:
    """The laplace-landmarks commands of a page's shell blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL)
    lines = [line.partition(" #")[0] for block in blocks for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("laplace-landmarks ")]


@pytest.mark.parametrize("page", [page for page in PAGES if typed(page)], ids=lambda page: page.name)
def test_commands_of_the_pages_run(page: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    for words in typed(page):
        main([*words, *(QUICK if words[0] == "train" else [])])
    if page.name == "README.md":
        assert len((place / "found/predictions.jsonl").read_text().splitlines()) == 3
        assert len(list((place / "found/drawn").iterdir())) == 3


def test_python_of_the_readme_runs(place: Path, tiny_model, monkeypatch: pytest.MonkeyPatch) -> None:
    code = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[0]
    shutil.copy(tiny_model(), place / "model.onnx")
    monkeypatch.chdir(place)
    names: dict = {"picture": np.zeros((240, 320, 3), np.uint8)}
    exec(code, names)
    assert names["faces"][0].landmarks.shape == names["faces"][0].spread.shape


def test_the_readme_lists_every_command() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [name for name in COMMANDS if f"`laplace-landmarks {name}" not in readme] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
