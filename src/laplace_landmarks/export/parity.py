"""Does the exported file say what torch says? A file that does not is never written."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from laplace_landmarks.errors import InputError
from laplace_landmarks.export.graph import CropsToLandmarks
from laplace_landmarks.runtime.model_info import INPUT
from laplace_landmarks.session import start_session

NAMES = ("landmarks", "spread")
AT_ONCE = 16  # crops
TOLERANCE = {"landmarks": 2e-3, "spread": 1e-3}  # crop pixels; all of a spread's meaning lies in its distance from 1


def check_parity(content: bytes, network: nn.Module, beta: float, size: int, batch: int = 3) -> dict[str, float]:
    """The largest differences between onnxruntime and torch in pixels; InputError where one is beyond TOLERANCE.

    The crops are smooth random blobs and noise: no data set is needed, and edges and flat parts both occur.
    """
    crops = _crops(batch, size)
    differences = {name: float(away.max()) for name, away in _away(content, network, beta, crops).items()}
    beyond = [f"{name} by {differences[name]:.4f} px (allowed: {TOLERANCE[name]})" for name in NAMES
              if not differences[name] <= TOLERANCE[name]]  # fmt: skip
    if beyond:
        raise InputError(f"the exported file and torch disagree on {' and '.join(beyond)}; it is not written")
    return differences


@dataclass(frozen=True)
class Allowed:
    """How far a variant may be from the trained network, crop pixels: on average, and 99 of 100 coordinates.

    No limit for the one in a hundred: where a heatmap has two peaks, as much as a rounding moves its landmark.
    """

    landmarks: tuple[float, float]
    spread: tuple[float, float]

    def times(self, factor: float) -> "Allowed":
        """So many times as far."""
        mean_and_p99 = ((factor * mean, factor * p99) for mean, p99 in (self.landmarks, self.spread))
        return Allowed(*mean_and_p99)


def check_likeness(
    content: bytes, network: nn.Module, beta: float, crops: NDArray[np.uint8], allowed: Allowed
) -> dict[str, float]:
    """Mean and 99th percentile of the differences on these crops; InputError where one is beyond what is allowed."""
    away = _away(content, network, beta, crops)
    differences, beyond = {}, []
    for name in NAMES:
        for what, limit, found in zip(
            ("mean", "p99"), getattr(allowed, name), (away[name].mean(), np.quantile(away[name], 0.99)), strict=True
        ):
            differences[f"{name}_{what}"] = round(float(found), 4)
            if not found <= limit:
                beyond.append(f"{name} by {found:.3f} px ({what}; allowed: {limit})")
    if beyond:
        raise InputError(f"the variant and the trained network disagree on {' and '.join(beyond)}; it is not written. "
                         "Give more pictures of the kind it will see (--data)")  # fmt: skip
    return differences


def _away(content: bytes, network: nn.Module, beta: float, crops: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    """Absolute differences between onnxruntime and torch, by output."""
    session, torch_side = start_session(content), CropsToLandmarks(network, beta).eval()
    found: list[list[NDArray[np.float32]]] = []
    for first in range(0, len(crops), AT_ONCE):
        some = np.ascontiguousarray(crops[first : first + AT_ONCE])
        with torch.no_grad():
            ours = torch_side(torch.from_numpy(some))[:2]
        theirs = session.run(list(NAMES), {INPUT: some})
        found.append([np.abs(np.asarray(one) - two.numpy()) for one, two in zip(theirs, ours, strict=True)])
    return dict(zip(NAMES, map(np.concatenate, zip(*found, strict=True)), strict=True))


def _crops(count: int, size: int) -> np.ndarray:
    """(count, size, size, 3) uint8: coarse random colours, enlarged, under fine noise."""
    random = np.random.default_rng(0)
    coarse = random.uniform(0, 255, (count, size // 16, size // 16, 3)).repeat(16, axis=1).repeat(16, axis=2)
    return (coarse + random.normal(0, 10, coarse.shape)).clip(0, 255).astype(np.uint8)
