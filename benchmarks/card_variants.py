"""The section of a released model's card on its other files, which are smaller or faster."""

from typing import Any

from card_results import accuracy, coverage, tenths
from card_words import of_the_paper
from page_parts import change, joined, table, with_interval
from speed_page import timed_as
from ways import HIDDEN, TRUE

from laplace_landmarks.runtime.model_info import ModelInfo


def smaller(name: str, results: dict[str, Any], first: ModelInfo, quick: ModelInfo) -> str:
    """The other files, each as it is in the package. first, quick: the network of the model, and of the fast ones."""
    files, timed = results[f"released-{name}"]["figures"]["files"], results["dlib-peer"]["figures"]
    rows = [
        [f"`{_stem(name, variant)}`", f"{row['bytes']:,}",
         f"{timed[timed_as(_stem(name, variant))]['timing']['p50']:.2f}",
         with_interval(row["nmse_percent"]), change(row["above float32, percent"]) if variant else "",
         f"{row['crops placed by'][TRUE]['failure_8_percent'][0]:.1f}",
         tenths(row["held by the 90 % radius, percent"]), f"{row['mean 90 % radius, percent']:.1f}"]
        for variant, row in files.items()
    ]  # fmt: skip
    return joined(
        "Names like any other, of files with no heatmaps ([what they are](../speed.md#faster-files-of-one-training)): "
        "the ones in 8 bits fitted to training faces, all calibrated on the same validation faces as "
        "the model, scored on the same test faces, crops by true points. Milliseconds: medians, one crop on one "
        "thread, all in turns; `-fast-w8`, whose weights alone are in 8 bits, computes as `-fast` does "
        "([how still landmarks stand](../results.md#how-still-landmarks-stand)).",
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
        *(in_full(name, files["fast"]) if files["fast"]["worst"] != files[""]["worst"] else ()),
    )  # fmt: skip


def _stem(name: str, variant: str) -> str:
    """A file's name without its ending."""
    return f"{name}-{variant}" if variant else name


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


def in_full(name: str, row: dict[str, Any]) -> list[str]:
    """What is told above of the first file, of the fast one."""
    placed = row["crops placed by"]
    return [
        f"**`{name}-fast` in full**: errors, and the share of the landmarks within its radii, in percent.",
        accuracy(placed),
        coverage(placed),
        quick_failures(name, row),
    ]


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
