"""The page section of benchmarks/mirror_mouse.py: a mouse, from scratch and from a model of faces."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from page_parts import joined, table

NOT_LOOKING = "the training pictures' mean places"


def section(result: Mapping[str, Any]) -> str:
    """Errors by start, how they fell, and point by point."""
    starts = {start: runs for start, runs in result["figures"].items() if start != NOT_LOOKING}
    mean_places = result["figures"][NOT_LOOKING]
    first = next(iter(starts.values()))
    steps = list(first[0]["nmse_percent_by_step"])
    points = list(first[0]["median_of_each_point"])
    return joined(
        f"A markup that is no face's, 17 points with blanks, cropped from whole pictures of 396 by 406 pixels. Trained "
        f"on {result['data']['train'].partition(', ')[2]}, judged by {result['data']['test']}; "
        f"`{result['config']}`, {int(steps[-1]):,} steps of 8. Distances in pixels of the picture over "
        f"{mean_places['points']} visible points; last, averaged weights, so that nothing is chosen on the ten. Means "
        f"over {len(first)} seeds, in brackets the seeds. Ten pictures are few, and from the camera of the others.",
        table(
            ["start", "mean, px", "median, px", "90 % are below, px", "NMSE %, square root of the box",
             "spread of visible points, px", "of missing ones"],
            [
                *(
                    [start, *(seeds(runs, name) for name in (
                        "mean_pixels", "median_pixels", "quantile_90_pixels", "nmse_percent_sqrt_box",
                        "median_spread_visible", "median_spread_missing"))]
                    for start, runs in starts.items()
                ),
                [NOT_LOOKING, *(f"{mean_places[name]:.1f}" for name in (
                    "mean_pixels", "median_pixels", "quantile_90_pixels")), "", "", ""],
            ],
        ),
        "NMSE in percent on the ten after so many steps, averaged weights, means over the seeds:",
        table(
            ["start", *(f"{int(step):,}" for step in steps)],
            [
                [start, *(f"{np.mean([run['nmse_percent_by_step'][step] for run in runs]):.1f}" for step in steps)]
                for start, runs in starts.items()
            ],
        ),
        "Median distance of each point in pixels, means over the seeds:",
        table(
            ["point", *starts],
            [
                [point, *(f"{np.mean([run['median_of_each_point'][point] for run in runs]):.1f}" for runs in each)]
                for each in [list(starts.values())] for point in points
            ],
        ),
    )  # fmt: skip


def seeds(runs: Sequence[Mapping[str, Any]], name: str) -> str:
    """The mean over the seeds, and each of them."""
    values = [run[name] for run in runs]
    each = f" ({', '.join(f'{value:.1f}' for value in values)})" if len(values) > 1 else ""
    return f"{np.mean(values):.1f}{each}"
