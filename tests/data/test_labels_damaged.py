"""Files of labels with a few bytes changed, lost, doubled or put in: still labels, or refused in one line by name."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from laplace_landmarks.data.conversion import WRITERS, write_labels
from laplace_landmarks.data.formats.pictures_with_pts import read_pts_folder
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.errors import InputError

ODD = [b"", b"nan", b"-inf", b"1e400", b"null", b"[", b"{}", b'"', b"-1", b"9" * 30, b"\xff\xfe", b"\0", b"\n", b",",
       b"..", b"<", b"1_000", "٣".encode()]  # fmt: skip
EDITS = st.lists(  # where, as a share of the file; how many bytes are lost there; what stands there then
    st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(ODD)), min_size=1, max_size=3
)
SUFFIXES = {"table": "labels.csv", "coco": "labels.json", "dlib": "labels.xml", "deeplabcut": "labels.csv"}


def edited(content: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    for share, lost, put in edits:
        place = int(share * len(content))
        content = content[:place] + put + content[place + lost :]
    return content


@pytest.mark.parametrize("format", sorted(WRITERS))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([(1.0, 0, b"")])  # as it was written
@given(edits=EDITS)
def test_labels_or_one_line(
    format: str, put_picture: Callable[..., Path], small: Markup, tmp_path: Path, edits: list[tuple[float, int, bytes]]
):
    put_picture("faces/a.png")
    put_picture("faces/b.png", seed=1)
    there = tmp_path / SUFFIXES.get(format, "labels")
    if not there.exists():
        write_labels(there, read_pts_folder(tmp_path / "faces", small), format)
    written = there if there.is_file() else min(there.rglob("*.txt" if format == "yolo" else "*.pts"))
    whole = written.read_bytes()
    written.write_bytes(edited(whole, edits))
    try:
        labeled = read_labeled(there, None, format)
    except InputError as error:
        assert written.read_bytes() != whole
        assert "\n" not in str(error)
        assert str(there) in str(error)
    else:
        for sample in labeled.samples:
            assert sample.landmarks.shape == (len(labeled.markup), 2)
            assert np.isfinite(sample.landmarks[sample.visible]).all()
    finally:
        written.write_bytes(whole)
