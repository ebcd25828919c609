"""Teachers: what they say is moved as the crops are, and a training with one goes on to the bit."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.distributions import Laplace, kl_divergence

from laplace_landmarks.data.augmentation.draws import Key
from laplace_landmarks.data.augmentation.geometry import View, seen_spread, through
from laplace_landmarks.method.heatmaps import readout
from laplace_landmarks.method.recombinator import RecombinatorNet
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.training import loop
from laplace_landmarks.training.algorithm import Algorithm, LabeledBatch, Lesson
from laplace_landmarks.training.batches import LABELED, UNLABELED, labeled_batch, look
from laplace_landmarks.training.config import Config, Teaching
from laplace_landmarks.training.pictures import training_pictures
from laplace_landmarks.training.run import launched
from laplace_landmarks.training.state import start
from laplace_landmarks.training.teacher import AveragedTeacher, StoredTeacher, lesson, teacher_of
from laplace_landmarks.training.trainer import Training, train
from laplace_landmarks.training.validation import predict

MakeConfig = Callable[..., Config]
CPU = torch.device("cpu")
TURNED = {"mirror": 0.5, "rotation": 30.0, "scale": 0.2, "perspective": 0.1}
ORDER = np.array([1, 0])


def view(*rows: tuple[float, float, float], mirrored: bool = False) -> View:
    return View(np.array(rows, float), mirrored)


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        (view((1, 0, 5), (0, 1, 0), (0, 0, 1)), [(1, 3), (2, 2)]),  # a shift
        (view((2, 0, 0), (0, 2, 0), (0, 0, 1)), [(2, 6), (4, 4)]),  # twice as large
        (view((0, -1, 0), (1, 0, 0), (0, 0, 1)), [(3, 1), (2, 2)]),  # a quarter turn
        (view((-1, 0, 9), (0, 1, 0), (0, 0, 1), mirrored=True), [(2, 2), (1, 3)]),
        (view((1, 1, 0), (0, 1, 0), (0, 0, 1)), [(13 / 4, 3), (3, 2)]),  # (1 + 3 + 9) / (1 + 3), and 1.5 times 2
    ],
)
def test_the_spread_of_a_view_by_hand(drawn: View, expected: list) -> None:
    landmarks = np.array([[10, 20], [30, 20]], np.float32)
    spread = np.array([[1, 3], [2, 2]], np.float32)
    np.testing.assert_allclose(seen_spread(drawn, landmarks, spread, ORDER), expected, rtol=1e-6)


def test_the_spread_of_a_view_is_that_of_its_sampled_points() -> None:
    drawn = view((0.9, -0.4, 12), (0.3, 1.1, 4), (0.002, -0.001, 1))
    landmarks, spread = np.array([[40, 30], [10, 60]], np.float32), np.array([[0.4, 0.2], [0.1, 0.5]], np.float32)
    points = landmarks + np.random.default_rng(0).laplace(size=(200_000, 2, 2)) * spread
    moved = through(drawn.matrix, points.reshape(-1, 2)).reshape(points.shape)
    away = np.abs(moved - moved.mean(axis=0)).mean(axis=0)
    np.testing.assert_allclose(seen_spread(drawn, landmarks, spread, ORDER), away, rtol=0.02)


def test_what_is_taught_is_the_divergence_from_the_teachers_distribution() -> None:
    torch.manual_seed(0)
    generator = RecombinatorNet(2, 2, 0.0)
    turn = Algorithm(generator, torch.optim.Adam(generator.parameters()), None, None, nullcontext)
    heatmaps = turn.heatmaps(torch.rand(3, 3, 16, 16))
    said = Lesson(16 * torch.rand(3, 2, 2), 0.5 + torch.rand(3, 2, 2), torch.tensor([[1, 1], [1, 0], [0, 0]]).bool())

    found, spread = readout(heatmaps)
    expected = kl_divergence(Laplace(found, spread), Laplace(said.landmarks, said.spread)).sum(-1)[said.visible].mean()
    assert turn.taught(heatmaps, said).item() == pytest.approx(expected.item(), rel=1e-5)


def test_lessons_count_with_their_weights() -> None:
    """A step with a lesson of weight 2 on each stream descends supervised + 2 taught + 2 taught_unlabeled."""
    torch.manual_seed(0)
    generator = RecombinatorNet(2, 2, 0.0)
    parameters = list(generator.parameters())
    turn = Algorithm(generator, torch.optim.SGD(parameters, lr=0.0), None, None, nullcontext)
    batch = LabeledBatch(torch.rand(2, 3, 16, 16), 16 * torch.rand(2, 2, 2), torch.ones(2, 2).bool())
    unlabeled = torch.rand(3, 3, 16, 16)
    said = [Lesson(16 * torch.rand(n, 2, 2), torch.ones(n, 2, 2), torch.ones(n, 2).bool()) for n in (2, 3)]
    losses = [turn.supervised(turn.heatmaps(batch.pictures), batch)]
    losses += [
        2 * turn.taught(turn.heatmaps(x), lesson) for x, lesson in zip((batch.pictures, unlabeled), said, strict=True)
    ]
    expected = torch.autograd.grad(torch.stack(losses).sum(), parameters)

    figures = turn.step(batch, unlabeled, {"taught": (2.0, said[0]), "taught_unlabeled": (2.0, said[1])})

    assert figures["taught_unlabeled"] == pytest.approx(losses[2].item() / 2, rel=1e-5)
    for parameter, gradient in zip(parameters, expected, strict=True):
        torch.testing.assert_close(parameter.grad, gradient, rtol=1e-4, atol=1e-5)


def test_a_teacher_that_says_the_labels_says_them_in_every_view(tiny_config: MakeConfig) -> None:
    given = training_pictures(tiny_config(augmentation=TURNED), lambda _: None)
    teacher = StoredTeacher({LABELED: (given.train.landmarks, np.ones_like(given.train.landmarks))})
    seen = look(given, LABELED, np.array([2, 0, 5]), Key(0, LABELED, 4, 0))
    labeled, said = labeled_batch(given, seen, CPU), lesson(teacher, given, LABELED, seen, CPU)
    assert torch.equal(said.visible, labeled.visible)
    assert torch.equal(said.landmarks, labeled.landmarks)
    assert not torch.equal(labeled.landmarks, torch.from_numpy(given.train.landmarks[seen.chosen]))
    assert 0.5 < said.spread.min() < said.spread.max() < 2


def test_the_average_teaches_what_it_would_predict(tiny_config: MakeConfig) -> None:
    config = tiny_config(machine={"precision": "float32"})
    given = training_pictures(config, lambda _: None)
    with launched(config, Path(config.run)) as fabric:
        state = start(config, given, fabric)
        state.ema = {name: value + 0.01 for name, value in state.ema.items()}
        chosen = np.array([1, 3])
        found = AveragedTeacher(state, given, CPU).predictions(UNLABELED, chosen)
        assert state.algorithm.generator.training
        state.algorithm.generator.load_state_dict(state.ema)
        assert given.unlabeled is not None
        expected = predict(state.algorithm.generator, 1.0, given.unlabeled[chosen], CPU)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_a_teacher_teaches_the_mean_of_both_images(
    tiny_config: MakeConfig, tiny_run_model: Path, tmp_path: Path
) -> None:
    """Kept apart in the cache from what it says of one."""
    config = tiny_config(data={"cache": str(tmp_path)}, teaching={"teacher": str(tiny_run_model), "mirrored": True})
    given = training_pictures(config, lambda _: None)
    with launched(config, Path(config.run)) as fabric:
        state = start(config, given, fabric)
    for _ in range(2):  # predicted, and read
        for settings, expected in (
            (config, LandmarkDetector(tiny_run_model, mirrored=True)),
            (replace(config, teaching=Teaching(str(tiny_run_model))), LandmarkDetector(tiny_run_model)),
        ):
            teacher = teacher_of(settings, given, state, CPU, lambda _: None)
            assert teacher is not None
            found = teacher.predictions(LABELED, np.array([1, 0]))
            for ours, theirs in zip(found, expected.on_crops(given.train.pictures[[1, 0]])[:2], strict=True):
                np.testing.assert_allclose(ours, theirs, atol=1e-4)


class Killed(BaseException):
    """No handler in the package may catch this."""


@pytest.mark.parametrize("teacher", ["model", "average"])
def test_a_taught_training_goes_on_to_the_bit(
    teacher: str, tiny_config: MakeConfig, tiny_run_model: Path, monkeypatch: pytest.MonkeyPatch,
    outcome_of: Callable[[Path], Any],
) -> None:  # fmt: skip
    monkeypatch.setattr(loop, "draw_snapshot", lambda *_: None)
    base, record = tiny_config().run, Training.record
    teaching = {"teacher": str(tiny_run_model) if teacher == "model" else teacher, "ramp": 3}
    settings = {"teaching": teaching, "augmentation": {"mirror": 0.5}, "adversarial": {"weight": 0.0}}
    whole = train(tiny_config(run=f"{base}-whole", **settings))
    assert whole is not None

    def killing(self: Training, *given: Any) -> None:
        if self.state.step == 5:  # the last checkpoint is of step 4
            raise Killed
        record(self, *given)

    cut = tiny_config(run=f"{base}-cut", **settings)
    with monkeypatch.context() as patched:
        patched.setattr(Training, "record", killing)
        with pytest.raises(Killed):
            train(cut)
    assert outcome_of(train(cut) or Path())[:2] == outcome_of(whole)[:2]


def test_a_teacher_is_not_asked_what_never_counts(tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    predictions = AveragedTeacher.predictions

    def heard(self: AveragedTeacher, stream: int, chosen: np.ndarray) -> Any:
        asked.append(stream)
        return predictions(self, stream, chosen)

    monkeypatch.setattr(AveragedTeacher, "predictions", heard)
    monkeypatch.setattr(loop, "draw_snapshot", lambda *_: None)
    train(tiny_config(teaching={"teacher": "average", "labeled": 0.0}, optimiser={"steps": 2}))
    assert asked == [UNLABELED] * 2
