"""Models of other makers: what a user may say of their crops."""

from pathlib import Path

import numpy as np
import pytest

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.placing import placed_by
from laplace_landmarks.data.sample import LabeledSet, Sample
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.speed.crop_settings import CropSettings, split_words
from laplace_landmarks.faces.boxes import Crop

SMALL = Markup("small", ("right eye", "left eye", "mouth"), anchors=((0,), (1,), (2,)))


def test_settings_behind_a_colon() -> None:
    file, settings = split_words("nets/other.onnx:size=112,layout=nhwc,range=-1..1,colour=bgr,output=points")
    assert file == Path("nets/other.onnx")
    assert settings == CropSettings(112, "nhwc", (-1.0, 1.0), "bgr", output="points")
    assert split_words("nets/other.onnx") == (Path("nets/other.onnx"), None)
    assert split_words("laplace68-eighth") == (Path("laplace68-eighth"), None)


def test_settings_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"model": "other.onnx", "size": 64, "range": [0, 255], "unit": "pixels"}')
    file, settings = split_words(str(tmp_path / "other.json"))
    assert file == tmp_path / "other.onnx"
    assert settings == CropSettings(64, range=(0.0, 255.0), unit="pixels")
    (tmp_path / "words.json").write_text('{"model": "other.onnx", "size": 64, "range": "0..255", "unit": "pixels"}')
    assert split_words(str(tmp_path / "words.json")) == (file, settings)


def test_a_model_of_bytes_gets_the_pixels_as_they_are() -> None:
    crops = np.arange(48, dtype=np.uint8).reshape(1, 4, 4, 3)
    for words in ("a.onnx:size=4,layout=nhwc", "a.onnx:size=4,layout=nhwc,range=0..255"):
        settings = split_words(words)[1]
        assert settings is not None
        assert (settings.prepared(crops, np.uint8) == crops).all()
    with pytest.raises(InputError, match=r"^range=0\.\.1: a model that takes bytes \(uint8\) gets the pixels as they"):
        CropSettings(4, range=(0, 1)).prepared(crops, np.uint8)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("a.onnx:layout=nchw", "needs its crop's size"),
        ("a.onnx:size=112,colour=grey", "colour is rgb or bgr, not 'grey'"),
        ("a.onnx:size=112,sice=3", "no crop setting is named 'sice'"),
        ("a.onnx:112", "'112' is no setting"),
        ("a.onnx:size=big", "size is a whole number"),
        ("a.onnx:size=112,range=0", "range two as in 0..1"),
        ("a.onnx:size=112,range=1..1", "the two ends of range differ"),
        ("a.onnx:size=0", "above 0"),
        ("a.onnx:size=99999999", "size is at most 4096, and factor 0.1 to 100, not 99999999 and 2.8$"),
        ("a.onnx:size=112,factor=inf", "not 112 and inf$"),
        ("a.onnx:size=112,factor=0.01", "not 112 and 0.01$"),
        ("a.onnx:size=112,box_factor=wide", "box_factor are numbers"),
        ("a.onnx:size=112,box_shift=0..0.1", "give box_factor, too"),
        ("a.onnx:size=112,box_factor=0,box_shift=0..0", "box_factor is 0.1 to 100"),
        ("a.onnx:size=112,box_factor=1.2,box_shift=0..nan", "box_shift at most 2 either way"),
        ("a.onnx:size=112,box_factor=1.2,box_shift=1", "box_shift and range two as in"),
        ("a.onnx:size=112,factor=2,box_factor=1.2", "give one of them"),
        ("nowhere.json", "cannot be read"),
    ],
)
def test_what_cannot_be_meant(words: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        split_words(words)


def test_a_file_that_is_no_object_of_settings(tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    contents = (
        ("[1]", '"model", the ONNX file'), ("{", "not valid JSON"), ('{"model": "a.onnx"}', "size"),
        ('{"model": "a.onnx", "size": Infinity}', "size is a whole number"),
        ('{"model": "a.onnx", "size": 112, "factor": Infinity}', "factor 0.1 to 100"),
        ('{"model": "a.onnx", "size": 112.7}', "size is a whole number"),
        ('{"model": "a.onnx", "size": 112, "box_factor": true}', "box_factor are numbers"),
        ('{"model": "a.onnx", "size": 112, "range": "01"}', "range two as in"),
        ('{"model": "a.onnx", "size": 112, "range": {"0": 1, "1": 2}}', "range two as in"),
        ('{"model": "a.onnx", "size": 112, "output": ["a"]}', "output is the name"),
    )  # fmt: skip
    for content, said in contents:
        file.write_text(content)
        with pytest.raises(InputError, match=said):
            split_words(str(file))


def test_crops_become_what_the_model_takes() -> None:
    crop = np.zeros((1, 2, 2, 3), np.uint8)
    crop[0, 0, 1] = (255, 0, 51)
    plain = CropSettings(2).prepared(crop)
    assert (plain.shape, plain.dtype) == ((1, 3, 2, 2), np.float32)
    np.testing.assert_allclose(plain[0, :, 0, 1], (1, 0, 0.2), atol=1e-6)
    turned = CropSettings(2, "nhwc", (-1, 1), "bgr").prepared(crop)
    np.testing.assert_allclose(turned[0, 0, 1], (-0.6, -1, 1), atol=1e-6)
    assert CropSettings(2, "nhwc", (0, 255)).prepared(crop, np.uint8).tolist() == crop.tolist()


def test_points_become_crop_pixels() -> None:
    """From edge to edge of 4 pixels: 0 is half a pixel before the first one's centre, 1 half a pixel behind."""
    assert CropSettings(4).points(np.array([[0.0, 0.5, 1.0, 0.125]])).tolist() == [[[-0.5, 1.5], [3.5, 0.0]]]
    assert CropSettings(4, unit="pixels").points(np.array([[1.0, 2.0]])).tolist() == [[[1.0, 2.0]]]
    assert CropSettings(4, unit="share").points(np.array([[0.0, 0.5]])).tolist() == [[[0.0, 2.0]]]


def test_a_box_places_the_crop() -> None:
    """Landmarks from (20, 20) to (40, 40): the box is 20 wide, the crop 30, its centre 2 below (30, 30)."""
    _, settings = split_words("other.onnx:size=15,box_factor=1.5,box_shift=0..0.1")
    assert settings is not None
    sample = Sample("a", Path("a.png"), np.array([[20, 20], [40, 20], [30, 40]], np.float32), np.ones(3, np.bool_))
    labeled = settings.placed(LabeledSet(SMALL, (sample,)))
    assert placed_by(sample, labeled.markup, settings.rule) == Crop(30.0, 32.0, 30.0, 15)
    assert placed_by(sample, SMALL, settings.rule) == Crop(30.0, 30.0, 56.0, 15)  # 2.8 times the anchors' hull
