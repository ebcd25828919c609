"""The sections of a model card that are tables of results: scores, radii, failures, size and speed."""

from collections import Counter
from pathlib import Path
from typing import Any

from card_words import of_the_paper
from page_parts import change, joined, table, with_interval
from ways import HIDDEN, TRUE

from laplace_landmarks.runtime.model_info import ModelInfo

OFTEN = 10  # a radius among so many percent of the largest counts as a warning


def scores(result: dict[str, Any], finding: dict[str, Any] | None) -> str:
    """Accuracy by how crops were placed, by region, and by how far the head turns."""
    figures = result["figures"]
    placed = figures["crops placed by"]
    rows = [
        [how, with_interval(row["nmse_percent"]), tenths(row["auc_8_percent"]), tenths(row["failure_8_percent"])]
        for how, row in placed.items()
    ]
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
        f"{figures['faces']} photographs of LFPW test ({result['data']}), not seen in training, selection or "
        f"calibration; {result['protocol']}. NMSE: mean distance of a face's landmarks from the labels. Failures: "
        "faces with more than 8 %. Brackets hold 95 % (bootstrap over faces; of failures Wilson's). LFPW test is of "
        "the easier *common* part of 300W: the rest is harder.",
        table(["crops placed by", "NMSE %", "AUC at 8 %", "failures at 8 %, %"], rows),
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
    rows = [
        [how, *(tenths(row["held, percent"][level]) for level in levels), f"{row['mean 90 % radius, percent']:.1f}"]
        for how, row in placed.items()
    ]
    told = figures["rank correlation of radius and error"]
    ranks = "; ".join(
        f"{how}: {rank['faces']:.2f} of the means over faces, {rank['pooled']:.2f} pooled over all landmarks, "
        f"{rank['within']:.2f} within landmarks"
        for how, rank in told.items()
    )
    return joined(
        f"Share of the landmarks within the {', '.join(levels)} radius of the file, on the test faces, in percent:",
        table(["crops placed by", *levels, "mean 90 % radius, %"], rows),
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
    rows.append(["a face, network alone", f"{_milliseconds(results['dlib-peer']['figures'], info.name, ''):.1f} ms"])
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


def smaller(name: str, results: dict[str, Any], first: ModelInfo, quick: ModelInfo) -> str:
    """The other files, each as it is in the package. first, quick: the network of the model, and of the fast ones."""
    files, timed = results[f"released-{name}"]["figures"]["files"], results["dlib-peer"]["figures"]
    rows = [
        [f"`{_stem(name, variant)}`", f"{row['bytes']:,}",
         f"{_milliseconds(timed, name, variant):.2f}",
         with_interval(row["nmse_percent"]), change(row["above float32, percent"]) if variant else "",
         f"{row['crops placed by'][TRUE]['failure_8_percent'][0]:.1f}",
         tenths(row["held by the 90 % radius, percent"]), f"{row['mean 90 % radius, percent']:.1f}"]
        for variant, row in files.items()
    ]  # fmt: skip
    return joined(
        "Names like any other, of files with no heatmaps ([what they are](../speed.md#faster-files-of-one-training)): "
        "the ones in 8 bits fitted to training faces, all calibrated on the same validation faces as "
        "the model, scored on the same test faces, crops by true points. Milliseconds: medians, one crop on one "
        "thread, all in turns.",
        own_network(quick, first),
        table(
            ["name", "bytes", "ms", "NMSE %", "above the first, %", "failures at 8 %, %",
             "held by the 90 % radius, %", "mean 90 % radius, %"],
            rows,
        ),
        "Where something else places the crops, or something is drawn before the face: NMSE / held by the 90 % radius, "
        "both in percent; and the rank correlation of radius and error, of the means over faces / pooled over all "
        "landmarks, with crops by true points and with something drawn.",
        ways(name, files),
        "By region, crops by true points: error / held by the 90 % radius, both in percent.",
        regions(name, files),
        quick_failures(name, files["fast"]) if files["fast"]["worst"] != files[""]["worst"] else "",
    )  # fmt: skip


def _stem(name: str, variant: str) -> str:
    """A file's name without its ending."""
    return f"{name}-{variant}" if variant else name


def _milliseconds(timed: dict[str, Any], name: str, variant: str) -> float:
    return timed[_stem(name, variant)]["timing"]["p50"]


def ways(name: str, files: dict[str, Any]) -> str:
    """Error and coverage of each file by what places the crops, and how well its radii rank errors."""
    hows = [how for how in files[""]["crops placed by"] if how != TRUE]
    rows = []
    for variant, row in files.items():
        placed, rank = row["crops placed by"], row["rank correlation of radius and error"]
        rows.append([
            f"`{_stem(name, variant)}`",
            *(f"{placed[how]['nmse_percent'][0]:.2f} / {placed[how]['held, percent']['90%'][0]:.1f}" for how in hows),
            *(f"{rank[how]['faces']:.3f} / {rank[how]['pooled']:.3f}" for how in (TRUE, HIDDEN)),
        ])  # fmt: skip
    return table(["name", *hows, "rank correlation", "the same, something drawn"], rows)


def regions(name: str, files: dict[str, Any]) -> str:
    """Error and coverage of each region in each file."""
    names = [f"`{_stem(name, variant)}`" for variant in files]
    told = {
        region: [row["regions"][region] for row in files.values()] for region in next(iter(files.values()))["regions"]
    }
    rows = [
        [region, *(f"{one['error, percent'][0]:.2f} / {one['held, percent'][0]:.1f}" for one in of_files)]
        for region, of_files in told.items()
    ]
    return table(["region", *names], rows)


def quick_failures(name: str, row: dict[str, Any]) -> str:
    """The faces that the fast file errs most on."""
    faces = ", ".join(
        f"{one['name']} {one['nmse_percent']:.1f} ({', '.join(one['by eye']) or 'nothing to be seen'})"
        for one in row["worst"]
    )
    return f"The ten faces on which `{name}-fast` errs most, in percent: {faces}."


def own_network(quick: ModelInfo, first: ModelInfo) -> str:
    """What the fast files are. first: the network of the file without a suffix, which may be another."""
    growth, why = str(quick.network.get("growth", "1 1 1 1")), "../speed.md#networks-that-are-trained-to-be-quick"
    subject = "The fast files are another network**" if of_the_paper(first) else "All files are of one network**"
    alike, teacher = quick.training["augmentation"] == first.training["augmentation"], quick.training.get("teacher")
    taught = f", taught by `{teacher}` on them and on {quick.training['unlabeled']:,} without labels" if teacher else ""
    turned = (
        " It learned from crops that were turned as the faces are, so that crops by true points are turned for it, too."
        if quick.crop.upright and not first.crop.upright
        else ""
    )
    return (
        f"**{subject}, not the paper's, trained to be quick on the same pictures by "
        f"{'the same recipe' if alike else 'the recipe as it is now, with less augmentation'}{taught}: "
        f"{quick.network['parameters']:,} parameters, a head of one layer, separable 5x5 fusions, and "
        f"{growth.replace(' ', ', ')} times the width in channels at 80, 40, 20 and 10 px ([why]({why})).{turned}"
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
