"""What the pages of all studies are made of: errors by seed, paired differences, and the picture of all runs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
from numpy.typing import NDArray
from page_parts import change, joined, table, with_interval
from released_figures import FAILURE

from laplace_landmarks.evaluation.bootstrap import Estimate, mean_of
from laplace_landmarks.evaluation.paired import Difference, paired_difference
from laplace_landmarks.evaluation.seeds import SeedNoise, pooled_noise

Results = Sequence[Mapping[str, Any]]  # of a kind of run, by seed
Runs = Mapping[str, Results]
WIDE = 48  # characters of a label; more leave the plot no room
RIGHT, SAW = "discriminator_right", "discriminator_saw_spread"  # figures of a run with D, by quarter


def errors(results: Results, weights: str = "best") -> NDArray[np.float64]:
    """(S, N) errors in percent, a row a seed."""
    return np.array([result["figures"][weights]["errors_percent"] for result in results])


def seed_noise(runs: Runs, weights: str = "best") -> SeedNoise | None:
    """What seeds do to a training, by all kinds of a study together: for studies whose seeds choose no labels."""
    return pooled_noise(errors(results, weights) for results in runs.values())


def mean(results: Results, weights: str = "best", noise: SeedNoise | None = None) -> Estimate:
    return mean_of(errors(results, weights), noise=noise)


def noise_of_ours(studies: Mapping[str, Runs]) -> SeedNoise:
    """What seeds do to the quick networks that our recipe trains, by all of them that have several."""
    kinds = [results for study in ("best", "unlabeled") for results in studies[study].values()]
    noise = pooled_noise(errors(results, "ema") for results in kinds)
    assert noise is not None
    return noise


def told_of_ours(noise: SeedNoise) -> str:
    return (
        f"What a seed does is counted in every interval: {100 * noise.share:.1f} % of the error, the standard "
        "deviation of a training by the kinds of quick networks that have several, in [our "
        "recipe](#a-recipe-of-our-own) and in [the study of unlabeled pictures](#do-unlabeled-pictures-help) "
        f"({noise.freedom} degrees of freedom). All of those have width 8, and most trained for 8,000 steps: that "
        "other widths and lengths vary alike is taken for granted."
    )


def against(
    first: Results,
    second: Results,
    weights: str = "best",
    noise: SeedNoise | tuple[SeedNoise, SeedNoise] | None = None,
) -> Difference:
    """Of the second kind less the first, in percent of the first's; seed by seed where there are as many of both, and
    no noise is told, of both or of each."""
    seeds = [[result["seed"] for result in results] for results in (first, second)]
    assert len(first) != len(second) or seeds[0] == seeds[1], f"rows would be paired that are of seeds {seeds}"
    return paired_difference(errors(first, weights), errors(second, weights), relative=True, noise=noise)


def told_noise(noise: SeedNoise | None) -> str:
    """What intervals take for granted."""
    return (
        f"What a seed does is taken to be alike for all kinds of this study: {100 * noise.share:.1f} % of the error, "
        f"the standard deviation of a training by all kinds that have several ({noise.freedom} degrees of freedom). So "
        "a single training has an interval that counts it, too."
        if noise is not None
        else ""
    )


def spread(results: Results) -> float:
    """Crop pixels, the mean of the seeds."""
    return figure(results, "spread_crop_pixels")


def figure(results: Results, name: str) -> float:
    """A figure of the chosen weights, the mean of the seeds."""
    return float(np.mean([result["figures"]["best"][name] for result in results]))


def failures(results: Results) -> float:
    """The share of faces above FAILURE, in percent, the mean of the seeds."""
    return 100 * float((errors(results) > FAILURE).mean())


def estimate(mean: Estimate) -> str:
    return with_interval([mean.value, mean.low, mean.high])


def difference(found: Difference) -> str:
    return change([found.value, found.low, found.high])


def differences(
    runs: Runs,
    names: Mapping[str, str],
    pairs: Sequence[tuple[str, str]],
    more: str = "",
    weights: str = "best",
    noise: SeedNoise | None = None,
) -> str:
    """A table of the second of each pair against the first, of those that are there, and what it means."""
    rows = [
        [f"{names[second]} against {names[first]}", difference(found), f"{found.detectable:.1f}"]
        for first, second in pairs
        if first in runs and second in runs
        for found in [against(runs[first], runs[second], weights, noise)]
    ]
    told = (
        "Paired differences in NMSE, in percent of the first's. *Detectable*: the smallest true difference that would "
        f"have been told from none in four of five such experiments{more}."
    )
    return joined(told, table(["", "difference", "detectable"], rows)) if rows else ""


def discriminators(runs: Runs, names: Mapping[str, str]) -> str:
    """How often D was right, which tells whether it had anything to teach."""
    rows = [
        [names[kind], *(f"{100 * real:.0f} / {100 * fake:.0f}" for real, fake in zip(*right(runs[kind]), strict=True))]
        for kind in names if kind in runs
    ]  # fmt: skip
    told = "How often D was right, in percent of real / fake patches, by quarter of the training:"
    saw = [
        [names[kind], *(f"{real:.2f} / {fake:.2f}" for real, fake in zip(*by_quarter(measured, SAW), strict=True))]
        for kind in names if (measured := [result for result in runs.get(kind, []) if result["figures"].get(SAW)])
    ]  # fmt: skip
    widths = "The mean spread of the real / fake heatmaps that it was shown, in heatmap pixels, where it was logged:"
    quarters = ["", "first", "second", "third", "last"]
    return joined(told, table(quarters, rows), *([widths, table(quarters, saw)] if saw else [])) if rows else ""


def right(results: Results) -> NDArray[np.float64]:
    """(2, 4) D's accuracy on real and on fake patches in each quarter of the training, the mean of the seeds."""
    return by_quarter(results, RIGHT)


def by_quarter(results: Results, figure: str) -> NDArray[np.float64]:
    """(2, 4) a figure of real and of fake in each quarter of the training, the mean of the seeds."""
    return np.mean([[result["figures"][figure][kind] for kind in ("real", "fake")] for result in results], axis=0)


def draw_runs(
    runs: Runs,
    names: Mapping[str, str],
    colour_of: Callable[[str], str],
    path: Path,
    measure: str = "NMSE on LFPW test, % of the inter-ocular distance",
    noise: SeedNoise | None = None,
) -> None:
    """Every seed a dot, every kind a mean with its interval."""
    kinds = [kind for kind in reversed(list(names)) if kind in runs]
    labels = [fill(names[kind].replace("`", ""), WIDE) for kind in kinds]
    heights = np.array([max(1.0, len(label.splitlines()) / 2) for label in labels])  # a row has room for two lines
    places = np.cumsum(heights) - heights / 2 - 0.5
    with plot(path, (7.2, 0.36 * heights.sum() + 0.9), measure) as axis:
        for place, kind in zip(places, kinds, strict=True):
            found, colour = mean(runs[kind], noise=noise), colour_of(kind)
            axis.plot([found.low, found.high], [place, place], color=colour, linewidth=2, solid_capstyle="round")
            axis.plot(errors(runs[kind]).mean(axis=1), [place] * len(runs[kind]), "o", color=colour, markersize=4.5,
                      markeredgecolor="white", markeredgewidth=0.6)  # fmt: skip
        axis.set_yticks(places, labels, fontsize=9)
        axis.grid(axis="x", alpha=0.3)


@contextmanager
def plot(path: Path, size: tuple[float, float], across: str, up: str = "") -> Iterator[Any]:
    """The axes of a picture that is written at the end, the same from the same figures."""
    with plots(path, size, across, [up]) as (axis,):
        yield axis


@contextmanager
def plots(path: Path, size: tuple[float, float], across: str, ups: Sequence[str]) -> Iterator[Sequence[Any]]:
    """The same side by side, an axis for each label of the upward direction."""
    import matplotlib

    matplotlib.use("agg")
    matplotlib.rcParams["svg.hashsalt"] = path.stem
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(ups), figsize=size, layout="constrained", squeeze=False)
    for axis, up in zip(axes[0], ups, strict=True):
        axis.set_xlabel(across, fontsize=9)
        axis.set_ylabel(up, fontsize=9)
        axis.spines[["top", "right"]].set_visible(False)
    yield axes[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None, "Creator": None} if path.suffix == ".svg" else {})
    pyplot.close(figure)
