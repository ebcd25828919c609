"""Only the published weights are opened, and only arrays come out."""

import io
import pickle
from hashlib import sha256
from pathlib import Path

import joblib
import lz4.frame
import numpy as np
import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.mtcnn import weights
from laplace_landmarks.faces.mtcnn.weights import FILES, published_weights, read_weights, weights_folder


def test_the_published_weights_are_there() -> None:
    pnet, rnet, onet = published_weights()
    assert [array.shape for array in pnet[:3]] == [(3, 3, 3, 10), (10,), (1, 1, 10)]
    assert (len(pnet), len(rnet), len(onet)) == (13, 16, 21)
    assert sum(array.size for part in (pnet, rnet, onet) for array in part) == 6632 + 100178 + 389040
    assert {array.dtype for array in (*pnet, *rnet, *onet)} == {np.dtype(np.float32)}


@pytest.mark.parametrize("name", FILES)
def test_joblib_reads_the_same(name: str) -> None:
    for ours, theirs in zip(
        read_weights(weights_folder() / name, FILES[name]), joblib.load(weights_folder() / name), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("damage", [b"", b"cut", b"flipped"], ids=["empty", "cut", "one bit"])
def test_any_other_file_is_refused_before_it_is_opened(tmp_path: Path, damage: bytes) -> None:
    whole = bytearray((weights_folder() / "pnet.lz4").read_bytes())
    whole[1000] ^= 1
    path = tmp_path / "pnet.lz4"
    path.write_bytes({b"": b"", b"cut": bytes(whole[:5000]), b"flipped": bytes(whole)}[damage])
    with pytest.raises(InputError, match=r"pnet\.lz4: not the published weights of the face finder .*pip install"):
        read_weights(path, FILES["pnet.lz4"])


def test_a_missing_file_or_package_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"rnet\.lz4: .* cannot be read \(No such file.*pip install"):
        read_weights(tmp_path / "rnet.lz4", FILES["rnet.lz4"])
    monkeypatch.setattr(weights, "PACKAGE", "no_such_package_anywhere")
    with pytest.raises(InputError, match=r"needs the weights in the package no_such_package_anywhere.*pip install"):
        weights_folder()


class Harmful:
    def __reduce__(self) -> tuple:
        return (Path.touch, (Path("harm"),))


def test_a_pickle_that_names_anything_but_arrays_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    content = lz4.frame.compress(pickle.dumps([Harmful()]))
    path = tmp_path / "net.lz4"
    path.write_bytes(content)
    with pytest.raises(pickle.UnpicklingError, match="is no array"):
        read_weights(path, sha256(content).hexdigest())
    assert not Path("harm").exists()


def test_arrays_of_any_order_come_back(tmp_path: Path) -> None:
    arrays = [np.arange(6, dtype=np.float32).reshape(2, 3), np.asfortranarray(np.ones((3, 2), np.float32)).T * 2]
    stream = io.BytesIO()
    joblib.dump(arrays, stream)
    content = lz4.frame.compress(stream.getvalue())
    path = tmp_path / "net.lz4"
    path.write_bytes(content)
    for ours, theirs in zip(read_weights(path, sha256(content).hexdigest()), arrays, strict=True):
        np.testing.assert_array_equal(ours, theirs)
