"""Page sections on running models: finding faces, looking twice, following faces in videos, what it all costs."""

import best_runs
from page_parts import change, joined, table, with_interval
from ways import FOUND


def finding(result: dict) -> str:
    """MTCNN: what it finds, and what crops from it cost."""
    figures = result["figures"]
    photos, lfpw = figures["group photos"], figures["LFPW"]
    parts = "; ".join(f"{row['found']} of {row['pictures']} {name} pictures" for name, row in lfpw.items())
    rows = [
        [how, with_interval(row["nmse_percent"]), "" if row["above true points, percent"] is None
         else change(row["above true points, percent"])]
        for how, row in figures["NMSE"].items() if "nmse_percent" in row
    ]  # fmt: skip
    speed = figures["speed"]
    times = ", ".join(f"{what}: {row['p50']:.0f} ms" for what, row in speed.items() if isinstance(row, dict))
    return joined(
        f"Of {photos['labeled faces']} labeled faces in group photos {photos['found']} were found, with "
        f"{len(photos['boxes without a label'])} other boxes. LFPW: {parts}. {result['protocol']}; all "
        f"crops along the picture's axes. Model: {result['model']['name']}.",
        table(["crops placed by", "NMSE %", "above true points, %"], rows),
        f"One thread; {times}; loading {speed['loading, ms']:.0f} ms.",
    )


def upright(result: dict) -> str:
    """Crops that are turned as the face is, against crops along the picture's axes."""
    rows = [
        [turn, row["found"], f"`{model}`", with_interval(errors["along the axes"]), with_interval(errors["upright"]),
         change(errors["change, percent"])]
        for turn, row in result["figures"].items() for model, errors in models_of(row).items()
    ]  # fmt: skip
    return joined(
        f"{result['data']}; {result['protocol']}. Upright, which is the default: the crop is turned as MTCNN's five "
        "points are, and where the landmarks found in it lean by more than 5 degrees against it, it is cut once more "
        f"as they say. Along the axes: as in the paper. {learned_from(result)}; faces were turned by up to 12 "
        "degrees more.",
        table(["picture turned by", "found", "model", "along the axes, NMSE %", "upright", "difference, %"], rows),
    )


def learned_from(result: dict) -> str:
    """Which crops the models learned from."""
    turned = [f"`{model}`" for model in result.get("turned_in_training", [])]
    if not turned:
        return "All models learned from crops along the axes"
    return f"Learned from turned crops: {', '.join(turned)}; all others from crops along the axes"


def models_of(row: dict) -> dict[str, dict]:
    """Of the figures of one turn those of each model."""
    return {name: figures for name, figures in row.items() if isinstance(figures, dict)}


def upright_in_a_line(result: dict, model: str) -> str:
    """What README says of heads that lean: the default model's errors at each turn."""
    errors = {turn.removesuffix(" degrees"): models_of(row)[model] for turn, row in result["figures"].items()}
    turned, unturned = (
        " / ".join(f"{error[crops][0]:.2f}" for error in errors.values()) for crops in ("upright", "along the axes")
    )
    return (
        f"- **Heads may lean**: crops turn as the face does. In pictures that are turned by {' / '.join(errors)} "
        f"degrees `{model}` errs by {turned} %, in unturned crops by {unturned} %; validation faces, found by MTCNN, "
        "which finds fewer of them then ([more](docs/results.md#heads-that-lean))."
    )


def as_found(results: list[dict]) -> str:
    """Trainings beside each other as users run them, a result each."""
    kinds = list(best_runs.KINDS)
    pairs = sorted((result["figures"] for result in results), key=lambda pair: kinds.index(_kind(pair["after"])))
    hows = list(pairs[0]["NMSE"])
    rows = [
        [f"{best_runs.KINDS[_kind(pair['after'])]} against {best_runs.KINDS[_kind(pair['before'])]}",
         f"{pair['NMSE'][FOUND]['before'][0]:.2f} / {pair['NMSE'][FOUND]['after'][0]:.2f}",
         *(change(pair["NMSE"][how]["change, percent"]) for how in hows)]
        for pair in pairs
    ]  # fmt: skip
    return joined(
        f"{results[0]['data']}; {results[0]['protocol']}. Trainings of [our recipe](#a-recipe-of-our-own), one each, "
        "as files that users run; intervals are over faces alone. A quick network became the `-fast` file where it "
        "erred no more than the paper's of that width, since it takes less time, and half of the augmentation took the "
        "place of all of it where it erred less. The teacher was chosen at width 8 by [trainings judged in crops by "
        "true points](#the-same-in-full-length) and taken at widths 16 and 32, too; at width 4 its gain was less "
        "clear, as it is here, and the network without one stayed. Those that learned from turned crops show no clear "
        "gain by MTCNN's points, which is how most faces are found.",
        table(["", f"NMSE %, {FOUND}: before / after", *(f"difference, %: {how}" for how in hows)], rows),
    )


def _kind(run: str) -> str:
    """Of a run's folder: its kind of run without the seed."""
    return run.rpartition("-")[0]


def looking_again(result: dict) -> str:
    """NMSE with more looks at each face, by how the first crop was placed."""
    figures = {how: row for how, row in result["figures"].items() if "NMSE" in row}
    looks = list(next(iter(figures.values()))["NMSE"])
    rows = [
        [how, row["faces"], *(with_interval(row["NMSE"][count]) for count in looks)] for how, row in figures.items()
    ]
    return joined(
        "NMSE in percent on the validation pictures, when each face is looked at again in the crop that its landmarks "
        "place. The default is one more look where a box placed the crop, and none where points did.",
        table(
            ["first crop placed by", "faces", *(f"{int(count) + 1} look{'s' * (count != '0')}" for count in looks)],
            rows,
        ),
    )


def following(result: dict) -> str:
    """Smoothing, lost faces and cost in videos."""
    figures = result["figures"]
    tuned = ("one-euro", "kalman", "kalman, all landmarks equally certain", "kalman, blind to what it sees")
    rows = [["off", *of_clips(figures["off"])]]
    rows += [[f"{name}, tuned", *of_clips(figures[name]["motion within 1.02"])] for name in tuned]
    rows += [[f"{name}, as shipped", *of_clips(row)] for name, row in figures["as shipped"].items()]
    lost, followed = figures["lost"], figures["following"]
    cuts, at_once = (sum(row[name] for row in lost.values()) for name in ("cuts", "noticed at once"))
    latest = max(row["frames until noticed, at most"] for row in lost.values())
    beside = ", ".join(f"{name} {row['p50']:.2f} ms" for name, row in figures["milliseconds beside the model"].items())
    return joined(
        f"{result['data']}. Medians over clips, in percent of the distance of the eyes (lag in frames); tuned: the "
        "steadiest settings, on other clips, whose error in motion is at most 2 % above that without a filter.",
        table(["smoothing", "jitter at rest", "of that without", "error in motion", "lag", "NMSE"], rows),
        f"Of {followed['frames']:,} frames {followed['frames without the face']} were without their face; "
        f"{followed['clips with one id']} of {followed['clips']} clips kept one id. Of {cuts} cuts to a picture "
        f"without a face {at_once} were noticed in the first frame, all within {latest}. Following costs a frame, "
        f"beside the model, {beside} (median, one thread).",
    )


def of_clips(row: dict) -> list[str]:
    """The columns of a smoothing."""
    return [
        with_interval(row["jitter"]["median"], digits=3),
        f"{row['jitter against off']['median'][0]:.0%}",
        *(f"{row[name]['median'][0]:.2f}" for name in ("motion", "lag", "NMSE")),
    ]


def costs(result: dict) -> str:
    """Drawing and augmentation."""
    drawing, augmenting = result["figures"]["drawing, ms"], result["figures"]["augmenting a crop, ms"]
    styles = list(next(iter(drawing.values())))
    rows = [[size, *(f"{cost[style]:.1f}" for style in styles)] for size, cost in drawing.items()]
    crops = "; ".join(f"{name}: {cost:.2f} ms" for name, cost in augmenting.items())
    return joined(
        f"Milliseconds to draw one face on 1280 x 720, {result['time']}, the copy of the frame included:",
        table(["face", *styles], rows),
        f"To augment a crop of 80 x 80 pixels: {crops}.",
    )


def ranking(result: dict) -> str:
    """Whether what `rank` calls ignorance finds errors."""
    rows = [
        [how, f"{row['mean error']:.2f}", f"{row['mean error of the 16 least known']:.2f}",
         *(with_interval(row[name]) for name in ("radius over box", "radius over crop", "spread over box"))]
        for how, row in result["figures"].items()
    ]  # fmt: skip
    others = max(row["largest face another one"] for row in result["figures"].values())
    return joined(
        f"`{result['released']}`, {result['data']}. Rank correlation, over faces, of the error (percent, inter-ocular) "
        "with the mean 90 % radius over the longer side of the landmarks' box, by which `rank` orders, and with two "
        f"others. Of several faces the largest is taken, as `rank` does; {others} pictures whose largest is not the "
        "labeled one are left out.",
        table(["", "mean error", "of the 16 least known", "radius over box", "radius over crop", "spread over box"],
              rows),
    )  # fmt: skip
