"""Does the exported file say what torch says? A file that does not is never written."""

import numpy as np
import onnxruntime
import torch
from torch import nn

from laplace_landmarks.errors import InputError
from laplace_landmarks.export.graph import CropsToLandmarks
from laplace_landmarks.runtime.model_info import INPUT

TOLERANCE = {"landmarks": 2e-3, "spread": 1e-3}  # crop pixels; all of a spread's meaning lies in its distance from 1


def check_parity(content: bytes, network: nn.Module, beta: float, size: int, batch: int = 3) -> dict[str, float]:
    """The largest differences between onnxruntime and torch in pixels; InputError where one is beyond TOLERANCE.

    The crops are smooth random blobs and noise: no data set is needed, and edges and flat parts both occur.
    """
    crops = _crops(batch, size)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    theirs = session.run(["landmarks", "spread"], {INPUT: crops})
    with torch.no_grad():
        ours = CropsToLandmarks(network, beta).eval()(torch.from_numpy(crops))[:2]
    names = ("landmarks", "spread")
    differences = {
        name: float(np.abs(np.asarray(one) - two.numpy()).max())
        for name, one, two in zip(names, theirs, ours, strict=True)
    }
    beyond = [f"{name} by {differences[name]:.4f} px (allowed: {TOLERANCE[name]})" for name in names
              if not differences[name] <= TOLERANCE[name]]  # fmt: skip
    if beyond:
        raise InputError(f"the exported file and torch disagree on {' and '.join(beyond)}; it is not written")
    return differences


def _crops(count: int, size: int) -> np.ndarray:
    """(count, size, size, 3) uint8: coarse random colours, enlarged, under fine noise."""
    random = np.random.default_rng(0)
    coarse = random.uniform(0, 255, (count, size // 16, size // 16, 3)).repeat(16, axis=1).repeat(16, axis=2)
    return (coarse + random.normal(0, 10, coarse.shape)).clip(0, 255).astype(np.uint8)
