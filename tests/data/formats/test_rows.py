"""How label files name their pictures: from the folder that they lie in."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.formats.coco import write_coco
from laplace_landmarks.data.formats.rows import path_from
from laplace_landmarks.data.formats.table import write_table
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet, Sample


@pytest.mark.parametrize("write", [write_table, write_coco])
def test_labels_in_a_folder_that_is_a_link(
    write: Callable[[Path, LabeledSet], None], tmp_path: Path, put_picture: Callable[..., Path], small: Markup
):
    """The system goes up from where a link leads."""
    sample = Sample("a", put_picture("pictures/a.png", None), np.ones((3, 2), np.float32), np.ones(3, np.bool_))
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "deep/er")
    (tmp_path / "plain").mkdir()
    for folder, picture in (("link", "../../pictures/a.png"), ("plain", "../pictures/a.png")):
        write(tmp_path / folder / "labels", LabeledSet(small, (sample,)))
        assert f"{picture}" in (tmp_path / folder / "labels").read_text()
        assert (tmp_path / folder / picture).is_file()


def test_a_picture_on_another_drive_is_named_wholly(monkeypatch: pytest.MonkeyPatch):
    def no_way(*_: object) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr("os.path.relpath", no_way)
    assert path_from(Path("/labels"), Path("/faces/a.png")) == "/faces/a.png"
