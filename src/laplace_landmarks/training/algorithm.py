"""Algorithm 1 of the paper: one turn for the generator G and the discriminator D."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import inf
from types import MappingProxyType

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from laplace_landmarks.method import processes
from laplace_landmarks.method.discriminator import PatchDiscriminator, as_computed
from laplace_landmarks.method.heatmaps import draw, probabilities, readout, softargmax
from laplace_landmarks.method.losses import (
    NARROWEST,
    average,
    discriminator_loss,
    generator_loss,
    laplace_kl,
    supervised_loss,
)
from laplace_landmarks.training.not_finite import GRADIENT, NonFiniteLoss


@dataclass(frozen=True)
class LabeledBatch:
    pictures: Tensor  # (N, 3, H, W) in [0, 1]
    landmarks: Tensor  # (N, K, 2) heatmap pixels
    visible: Tensor  # (N, K) bool


@dataclass(frozen=True)
class Lesson:
    """What a teacher says of a batch: its Laplace distribution of each landmark."""

    landmarks: Tensor  # (N, K, 2) heatmap pixels
    spread: Tensor  # (N, K, 2)
    visible: Tensor  # (N, K) bool: inside of the crop


NO_LESSONS: Mapping[str, tuple[float, Lesson]] = MappingProxyType({})


def leave_out(heatmaps: Tensor, visible: Tensor) -> Tensor:
    """(N, K, H, W) heatmaps in the type of the convolutions, empty where (N, K) visible is not."""
    heatmaps = as_computed(heatmaps)
    return heatmaps if visible.all() else heatmaps * visible[..., None, None].to(heatmaps.dtype)


def masks_for(count: int, visible: Tensor) -> Tensor:
    """(count, K) masks for unlabeled pictures: those of the labeled ones, (N, K), as evenly as they go into it.

    Where labels are missing there is no real heatmap. With the same channels empty among the fakes, which are empty
    tells D nothing by itself: the paper, which has no answer to missing landmarks, leaves this branch out there.
    Processes that share a batch give the same masks as one with the whole batch.
    """
    return visible[torch.arange(count, device=visible.device) * len(visible) // count]


@torch.no_grad()
def mean_spread(heatmaps: Tensor, visible: Tensor) -> Tensor:
    """Of the visible landmarks, over both coordinates."""
    return average_over_all(readout(heatmaps)[1].mean(dim=-1), visible)


def average_over_all(losses: Tensor, visible: Tensor) -> Tensor:
    """(N, K) values averaged over the visible landmarks of all processes, each of which has its part of the sum."""
    return average(losses, visible, processes.mean(visible.sum(dtype=torch.float32)))  # of an average process


def _finite(value: Tensor) -> bool:
    """Over all processes, so that they go on or stop together."""
    return bool(processes.mean(value.detach()).isfinite())


@dataclass
class Algorithm:
    """The two networks, their optimisers and the settings of Eq. 6 and 7."""

    generator: nn.Module
    optimiser_g: Optimizer
    discriminator: PatchDiscriminator | None
    optimiser_d: Optimizer | None
    autocast: Callable[[], AbstractContextManager]  # lower precision, for the convolutions only
    objective: str = "laplace_kl"
    target_spread: float = 1.0  # b0
    beta: float = 1.0
    adversarial_weight: float = 0.001  # lambda
    saturating: bool = True
    largest_gradient: float = 0.0  # not in the paper: norm to which G's is scaled down; 0: as it is
    discriminator_rate: float = 1.0  # D's learning rate, as a multiple of G's
    redrawn: bool = False  # not in the paper: D sees fakes drawn as the real ones, at the landmarks that G found
    blind: bool = False  # not in the paper: D sees no picture, only heatmaps

    def step(
        self, labeled: LabeledBatch, unlabeled: Tensor | None, lessons: Mapping[str, tuple[float, Lesson]] = NO_LESSONS
    ) -> dict[str, float]:
        """One turn; without unlabeled pictures, its supervised half. Returns what to log.

        lessons: not in the paper: a weight and what a teacher says, of the labeled pictures ("taught") and of the
            unlabeled ones ("taught_unlabeled").
        """
        heatmaps = self.heatmaps(labeled.pictures)  # blue branch of Fig. 2
        loss_g = self.supervised(heatmaps, labeled)  # Eq. 1 or Eq. 3
        figures = {"loss": loss_g}

        fake = None if unlabeled is None else self.heatmaps(unlabeled)  # H_fake = G(D_u)
        if unlabeled is not None and fake is not None and self.discriminator is not None:  # red branch of Fig. 2
            fooling = self.adversarial(labeled, unlabeled, fake, figures)
            loss_g = loss_g + self.adversarial_weight * fooling  # G descends Eq. 7

        for name, (weight, lesson) in lessons.items():
            figures[name] = self.taught(heatmaps if name == "taught" else fake, lesson)
            loss_g = loss_g + weight * figures[name]

        self.update(self.optimiser_g, loss_g, self.largest_gradient, parts=figures)
        return {name: float(processes.mean(value.detach())) for name, value in figures.items()}

    def heatmaps(self, pictures: Tensor) -> Tensor:
        with self.autocast():
            logits = self.generator(pictures)
        return probabilities(logits, self.beta)

    def supervised(self, heatmaps: Tensor, labeled: LabeledBatch) -> Tensor:
        losses = supervised_loss(self.objective, heatmaps, labeled.landmarks, self.target_spread)
        return average_over_all(losses, labeled.visible)

    def adversarial(self, labeled: LabeledBatch, unlabeled: Tensor, fake: Tensor, figures: dict[str, Tensor]) -> Tensor:
        """D's half of the turn; then what fooling the D that has learned is worth. Adds to figures what to log."""
        size = (fake.shape[-2], fake.shape[-1])
        real = draw(labeled.landmarks, size, self.target_spread)  # H_real = omega(S_l)
        shown = draw(softargmax(fake), size, self.target_spread) if self.redrawn else fake
        masks = masks_for(len(fake), labeled.visible)
        spread_real, spread_fake = mean_spread(real, labeled.visible), mean_spread(shown, masks)
        with self.autocast():  # as D computes with them
            real, shown = leave_out(real, labeled.visible), leave_out(shown, masks)

        on_real = self.judge(labeled.pictures, real)
        on_fake = self.judge(unlabeled, shown.detach())
        loss_d = discriminator_loss(on_real, on_fake)  # D ascends Eq. 5
        self.update(self.optimiser_d, loss_d, parts=figures | {"loss_d": loss_d})

        fooling = generator_loss(self.judge(unlabeled, shown, learn=False), self.saturating)
        figures |= {
            "loss_d": loss_d,
            "fooling": fooling,
            "d_real": (on_real > 0).float().mean(),  # D's accuracy, patch by patch
            "d_fake": (on_fake < 0).float().mean(),
            "spread_real": spread_real,  # a difference that D needs no face to see
            "spread_fake": spread_fake,
        }
        return fooling

    def taught(self, heatmaps: Tensor | None, lesson: Lesson) -> Tensor:
        """Eq. 3 with the teacher's distribution in the place of the true one."""
        assert heatmaps is not None
        landmarks, spread = readout(heatmaps)
        losses = laplace_kl(landmarks, spread, lesson.landmarks, lesson.spread.clamp(min=NARROWEST))
        return average_over_all(losses, lesson.visible)

    def judge(self, pictures: Tensor, heatmaps: Tensor, learn: bool = True) -> Tensor:
        """D's logits; with learn=False D is held fixed and only the heatmaps get a gradient."""
        assert self.discriminator is not None
        self.discriminator.requires_grad_(learn)
        with self.autocast():
            return self.discriminator(torch.zeros_like(pictures) if self.blind else pictures, heatmaps)

    def update(
        self, optimiser: Optimizer | None, loss: Tensor, largest: float = 0.0, *, parts: Mapping[str, Tensor]
    ) -> None:
        """One step down the gradient of a loss that is averaged over all processes, of that norm at the most.

        parts: what the loss is made of or hangs on, the first cause first; the first that is not finite is blamed.
        """
        assert optimiser is not None
        if not _finite(loss):
            raise NonFiniteLoss(next((name for name, part in parts.items() if not _finite(part)), GRADIENT))
        optimiser.zero_grad()
        loss.backward()
        parameters = [p for group in optimiser.param_groups for p in group["params"]]
        processes.average_gradients(parameters)
        if not torch.nn.utils.clip_grad_norm_(parameters, largest or inf).isfinite():
            raise NonFiniteLoss(GRADIENT)
        optimiser.step()

    def learn_at(self, rate: float) -> None:
        """Set the learning rate of both networks."""
        for optimiser, factor in ((self.optimiser_g, 1.0), (self.optimiser_d, self.discriminator_rate)):
            for group in optimiser.param_groups if optimiser is not None else ():
                group["lr"] = factor * rate


ALGORITHMS: dict[str, type[Algorithm]] = {"paper": Algorithm}  # a subclass with a step of its own can be added
