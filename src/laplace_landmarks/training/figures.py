"""What a run looks like: its curves, and the heatmaps of a few faces that it is not trained on."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.method.heatmaps import probabilities
from laplace_landmarks.runtime.drawing import draw_heatmaps, sheet_of
from laplace_landmarks.training.batches import to_network
from laplace_landmarks.training.pictures import TrainingPictures

FACES = 6  # in a snapshot, evenly spaced over the validation pictures
ENLARGED = 3


def draw_curves(lines: list[dict[str, Any]], path: Path) -> None:
    """Loss, validation error, spread and, with unlabeled pictures, the discriminator's accuracy, over steps."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    train = [line for line in lines if line["kind"] == "train"]
    validation = [line for line in lines if line["kind"] == "validation"]
    panels = [
        ("supervised loss", train, {"loss": "training batches"}),
        ("validation NMSE, %", validation, {"nmse_raw": "raw weights", "nmse_ema": "averaged weights"}),
        ("spread on validation, px", validation, {"spread_raw": "raw weights", "spread_ema": "averaged weights"}),
        ("discriminator right, share", train, {"d_real": "on real", "d_fake": "on fake"}),
    ]
    panels = [panel for panel in panels if panel[1] and any(name in panel[1][0] for name in panel[2])]
    if not panels:
        return
    figure, axes = pyplot.subplots(
        1, len(panels), figsize=(4.2 * len(panels), 3.2), layout="constrained", squeeze=False
    )
    for axis, (title, entries, curves) in zip(axes[0], panels, strict=True):
        steps = [entry["step"] for entry in entries]
        for name, label in curves.items():
            values = np.array([entry[name] for entry in entries])
            (line,) = axis.plot(steps, _smooth(values) if entries is train else values, label=label, linewidth=1.2)
            if entries is train:
                axis.plot(steps, values, color=line.get_color(), linewidth=0.6, alpha=0.3, zorder=1)
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("step")
        axis.grid(alpha=0.3)
        axis.legend(fontsize=8)
        if title.startswith("discriminator"):
            axis.set_ylim(0, 1.02)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def draw_snapshot(
    network: nn.Module, beta: float, pictures: TrainingPictures, device: torch.device, path: Path
) -> None:
    """A few validation (or training) crops with their heatmaps laid over them (Fig. 3 of the paper)."""
    among = (pictures.validation or pictures.train).pictures
    crops = among[np.linspace(0, len(among) - 1, min(FACES, len(among)), dtype=int)]
    training = network.training
    network.eval()
    with torch.no_grad():
        heatmaps = probabilities(network(to_network(crops, device)), beta).cpu().numpy()
    network.train(training)
    shown = crops.repeat(ENLARGED, axis=1).repeat(ENLARGED, axis=2)
    tiles = [draw_heatmaps(crop, maps) for crop, maps in zip(shown, heatmaps, strict=True)]
    path.parent.mkdir(exist_ok=True)
    write_picture(path, sheet_of(tiles, columns=len(tiles)))


def _smooth(values: np.ndarray, window: int = 25) -> np.ndarray:
    """Running mean over the last few values; over fewer at the start, whose steep fall it would else drag along."""
    sums = np.cumsum(np.insert(values, 0, 0.0))
    ends = np.arange(1, len(values) + 1)
    starts = ends - np.clip(ends // 4, 1, window)
    return (sums[ends] - sums[starts]) / (ends - starts)
