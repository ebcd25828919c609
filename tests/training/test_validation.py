"""The validation's figures, against ones worked by hand."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from laplace_landmarks.data.crops import Crops
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.training.validation import BATCH, predict, validate

EYES = Markup("eyes", ("right", "left", "nose"), normaliser=((0,), (1,)))
CPU = torch.device("cpu")


class Corner(nn.Module):
    """All mass at (x, y) = (4, 2), for three landmarks; fails in training mode, as a validation must not be."""

    def forward(self, pictures: Tensor) -> Tensor:
        assert not self.training
        logits = torch.zeros(len(pictures), 3, *pictures.shape[-2:])
        logits[:, :, 2, 4] = 200
        return logits


def crops(landmarks: list, visible: list) -> Crops:
    count = len(landmarks)
    return Crops(
        pictures=np.zeros((count, 16, 16, 3), np.uint8),
        landmarks=np.array(landmarks, np.float32),
        visible=np.array(visible),
        names=tuple(map(str, range(count))),
        crops=(),
    )


def test_the_error_is_divided_by_the_distance_of_the_eyes() -> None:
    # errors 0, 8 and 5 of an eye distance of 8: 13 / 3 / 8
    held_out = crops([[[4, 2], [12, 2], [8, 5]]], [[True, True, True]])
    assert validate(Corner(), 1.0, held_out, EYES, CPU)["nmse"] == pytest.approx(100 * 13 / 3 / 8)


def test_hidden_landmarks_do_not_count() -> None:
    held_out = crops([[[4, 2], [12, 2], [0, 0]]], [[True, True, False]])
    found = validate(Corner(), 1.0, held_out, EYES, CPU)
    assert found["nmse"] == pytest.approx(100 * 8 / 2 / 8)
    assert found["spread"] == pytest.approx(0, abs=1e-6)


def test_a_hidden_eye_leaves_the_box() -> None:
    # without the left eye the box is 4 wide and 9 high: the root of 36
    held_out = crops([[[4, 2], [0, 0], [8, 11]]], [[True, False, True]])
    error = (0 + np.hypot(4, 9)) / 2 / 6
    assert validate(Corner(), 1.0, held_out, EYES, CPU)["nmse"] == pytest.approx(100 * error)


def test_an_object_without_a_size_is_left_out_of_the_mean() -> None:
    # one landmark, none, and two on one row: nobody's error; 13 / 3 / 8 of the first alone
    whole, row = [[4, 2], [12, 2], [8, 5]], [[4, 2], [0, 0], [8, 2]]
    lone, none, on_a_row = [True, False, False], [False] * 3, [True, False, True]
    held_out = crops([whole, whole, whole, row], [[True] * 3, lone, none, on_a_row])
    assert validate(Corner(), 1.0, held_out, EYES, CPU)["nmse"] == pytest.approx(100 * 13 / 3 / 8)


def test_a_set_has_one_normaliser() -> None:
    # of the second the eyes' distance is not known; the box's size is another length, and is not mixed with it
    held_out = crops([[[4, 2], [12, 2], [8, 5]], [[4, 2], [0, 0], [8, 11]]], [[True] * 3, [True, False, True]])
    assert validate(Corner(), 1.0, held_out, EYES, CPU)["nmse"] == pytest.approx(100 * 13 / 3 / 8)


def test_a_set_in_which_nobody_has_a_size_is_refused() -> None:
    with pytest.raises(InputError, match=r"^data\.validation: none of its 1 objects has a size .* the first is in 0;"):
        validate(Corner(), 1.0, crops([[[4, 2], [0, 0], [8, 2]]], [[True, False, True]]), EYES, CPU)


def test_spread_is_the_mean_deviation_in_pixels() -> None:
    class Even(nn.Module):
        def forward(self, pictures: Tensor) -> Tensor:
            return torch.zeros(len(pictures), 3, 16, 16)

    held_out = crops([[[4, 2], [12, 2], [8, 5]]], [[True, True, True]])
    assert validate(Even(), 1.0, held_out, EYES, CPU)["spread"] == pytest.approx(4.0)  # of 0..15 about 7.5


def test_any_number_of_pictures_in_the_mode_that_was() -> None:
    network = Corner().train()
    landmarks, spread = predict(network, 1.0, np.zeros((BATCH + 3, 16, 16, 3), np.uint8), CPU)
    assert landmarks.shape == spread.shape == (BATCH + 3, 3, 2)
    assert (landmarks == [4, 2]).all()
    assert network.training
