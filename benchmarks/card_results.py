"""The sections of a model card that are tables of results: scores, radii, failures, size and speed."""

from collections import Counter
from pathlib import Path
from typing import Any

from page_parts import joined, table, with_interval

from laplace_landmarks.runtime.model_info import ModelInfo

OFTEN = 10  # a radius among so many percent of the largest counts as a warning


def scores(result: dict[str, Any], finding: dict[str, Any] | None) -> str:
    """Accuracy by how crops were placed, by region, and by how far the head turns."""
    figures = result["figures"]
    placed = figures["crops placed by"]
    regions = [
        [
            region,
            with_interval(row["error, percent"]),
            f"{row['90 % radius, percent']:.1f}",
            tenths(row["held, percent"]),
        ]
        for region, row in figures["regions"].items()
    ]  # fmt: skip
    return joined(
        f"{figures['faces']} photographs of LFPW test ({result['data']}), kept from training (but for any that is "
        f"there under another name), selection and calibration; {result['protocol']}. NMSE: mean distance of a "
        "face's landmarks from the labels. Failures: faces with more than 8 %. Brackets hold 95 % (bootstrap over "
        "faces; of failures Wilson's). LFPW test is of the easier *common* part of 300W: the rest is harder.",
        accuracy(placed),
        found(result, finding),
        "By region, crops by true points:",
        table(["region", "error %", "mean 90 % radius, %", "held by it, %"], regions),
        "By how far the head turns: the way of the nose tip from the middle between the eyes, 0 straight ahead and 1 "
        "below an outer eye corner. Turned faces have their eyes closer together, which alone makes their errors "
        "larger in percent.",
        table(
            ["turn", "faces", "NMSE %", "failures", "held by the 90 % radius, %"],
            [
                [turn, row["faces"], with_interval(row["nmse_percent"]), row["failures"], tenths(row["held, percent"])]
                for turn, row in figures["turned heads"].items()
            ],
        ),
    )


def accuracy(placed: dict[str, Any]) -> str:
    """By how crops were placed."""
    rows = [
        [how, with_interval(row["nmse_percent"]), tenths(row["auc_8_percent"]), tenths(row["failure_8_percent"])]
        for how, row in placed.items()
    ]
    return table(["crops placed by", "NMSE %", "AUC at 8 %", "failures at 8 %, %"], rows)


def coverage(placed: dict[str, Any]) -> str:
    """What radii hold, by the same."""
    levels = list(next(iter(placed.values()))["held, percent"])
    rows = [
        [how, *(tenths(row["held, percent"][level]) for level in levels), f"{row['mean 90 % radius, percent']:.1f}"]
        for how, row in placed.items()
    ]
    return table(["crops placed by", *levels, "mean 90 % radius, %"], rows)


def found(result: dict[str, Any], finding: dict[str, Any] | None) -> str:
    """What finding the faces adds, and what a second look mends."""
    figures = result["figures"]
    if finding is None:
        return f"MTCNN found {figures['found by MTCNN']} of the {figures['faces']} faces."
    photos, rows = finding["figures"]["group photos"], finding["figures"]["NMSE"]
    name = finding["model"]["name"]
    variant = name.removeprefix(result["model"]["name"]).removeprefix("-")
    twice = figures["files"][variant]["crops placed by"]
    told = ", ".join(
        f"{rows[how]['nmse_percent'][0]:.2f} in place of {row['nmse_percent'][0]:.2f} with {how}"
        for how, row in twice.items() if "boxes" in how and how in rows
    )  # fmt: skip
    return (
        f"MTCNN found {figures['found by MTCNN']} of the {figures['faces']} faces, and {photos['found']} of "
        f"{photos['labeled faces']} in group photographs. Looked at once only (`--refine 0`), "
        f"`{name}` has NMSE {told}."
    )


def certainty(info: ModelInfo, figures: dict[str, Any]) -> str:
    """Whether radii hold what they promise, and rank errors."""
    placed = figures["crops placed by"]
    levels = list(next(iter(placed.values()))["held, percent"])
    told = figures["rank correlation of radius and error"]
    ranks = "; ".join(
        f"{how}: {rank['faces']:.2f} of the means over faces, {rank['pooled']:.2f} pooled over all landmarks, "
        f"{rank['within']:.2f} within landmarks"
        for how, rank in told.items()
    )
    return joined(
        f"Share of the landmarks within the {', '.join(levels)} radius of the file, on the test faces, in percent:",
        coverage(placed),
        f"Spearman's rank correlation of the 90 % radius with the error, crops by {ranks}. So a large radius is a "
        "warning, and a small one no promise. [What radii say, and what not](../calibration.md).",
    )


def failures(name: str, figures: dict[str, Any]) -> str:
    """The worst faces, and whether the model knew."""
    worst, quantiles = figures["worst"], figures["errors, quantiles"]
    regions = Counter(row["worst region"] for row in worst)
    ((region, often),) = regions.most_common(1)
    kinds = Counter(kind for row in worst for kind in row["by eye"])
    seen = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common() if count > 1)
    beyond, in_all = sum(row["landmarks beyond the crop"] > 0 for row in worst), figures["landmarks beyond the crop"]
    warned = sum(row["rank of its radius"] <= figures["faces"] * OFTEN / 100 for row in worst)
    return joined(
        f"Half of the test faces have an error below {quantiles['0.5']:.1f} %, 95 of 100 one below "
        f"{quantiles['0.95']:.1f} %. {often} of the {len(worst)} worst err most at the {region}. "
        + (f"By eye: {seen}. " if seen else "")
        + f"The model warns of {warned} of them: their mean radius is among the largest {OFTEN} % of all faces. "
        f"{beyond} of them, and {in_all['faces']} of all {figures['faces']} faces, have landmarks beyond their crop, "
        "where the network can give nothing.",
        f"![Outlines found with their radii over the true ones, heatmaps below](../pictures/{name}-failures.jpg)",
        "The five worst faces and, at the right, two of the middle: what was found in colours, with 90 % radii, over "
        "the true outline in white; below, the heatmaps. The photographs may not be passed on.",
        table(
            ["test picture", "error %", "turn", "beyond the crop", "mean 90 % radius, %",
             f"rank of {figures['faces']}", "by eye"],
            [
                [row["name"], f"{row['nmse_percent']:.1f}", f"{row['turn']:.2f}", row["landmarks beyond the crop"],
                 f"{row['mean 90 % radius, percent']:.1f}", row["rank of its radius"], ", ".join(row["by eye"])]
                for row in worst
            ],
        ),
    )  # fmt: skip


def costs(info: ModelInfo, file: Path, results: dict[str, Any]) -> str:
    """Bytes and milliseconds; whatever has been measured of this model."""
    rows = [["file", f"{file.stat().st_size:,} bytes, metadata included; {info.network['parameters']:,} parameters"]]
    video, speed = results.get("video-jitter"), results["finding-faces-test"]["figures"]["speed"]
    rows.append(["a face, network alone", f"{results['dlib-peer']['figures'][info.name]['timing']['p50']:.1f} ms"])
    if video:
        beside = video["figures"]["milliseconds beside the model"]["off"]
        network, name = beside["the model's own p50"], video["model"]["name"]
        rows.append([f"a face by `{name}`, its crop's cutting included", f"{network:.1f} ms"])
        rows.append(["following it in a video, beside that", f"{beside['p50']:.1f} ms a frame"])
    rows.append(["finding faces, 640 x 480", f"{speed['640 x 480']['p50']:.0f} ms"])
    rows.append(["the same, none below 80 px", f"{speed['640 x 480, min_face 80']['p50']:.0f} ms"])
    drawing = results["running-costs"]["figures"]["drawing, ms"]["300 px"]["radii"]
    rows.append(["drawing a face of 300 px with radii", f"{drawing:.1f} ms"])
    of_network, of_rest = (results[name]["hardware"]["processor"] for name in ("dlib-peer", "running-costs"))
    machine = of_rest if of_network == of_rest else f"{of_network} for the network alone, {of_rest} for the rest"
    return joined(
        f"Medians, one thread, {machine}; [measure yours](../speed.md).",
        table(["", ""], rows),
        steadier(video),
    )


def steadier(video: dict[str, Any] | None) -> str:
    if video is None:
        return ""
    kalman = video["figures"]["as shipped"]["kalman"]
    more = kalman["motion against off"]["median"][0] - 1
    return (
        f"In videos `--smoothing kalman` leaves {kalman['jitter against off']['median'][0]:.0%} of the jitter at rest, "
        f"and errs {abs(more):.0%} {'more' if more > 0 else 'less'} in motion (`{video['model']['name']}`)."
    )


def held_apart(info: ModelInfo) -> str:
    """What radii were fitted on, and what they held on faces that their fit had not seen."""
    if info.calibration is None:
        return "none"
    levels, coverage = info.calibration.radii.levels, info.calibration.coverage
    return (
        f"fitted on {info.calibration.faces} faces of {info.calibration.data}; "
        f"{' / '.join(f'{level:.0%}' for level in levels)} held {' / '.join(f'{of:.1%}' for of in coverage)} in "
        "cross-validation"
    )


def tenths(three: list[float]) -> str:
    return f"{three[0]:.1f} ({three[1]:.1f} to {three[2]:.1f})"
