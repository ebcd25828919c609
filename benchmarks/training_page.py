"""Page sections on training: objectives, batches, the discriminator's input, speed, the demo."""

from leave_one_out_page import KINDS as HARDER
from page_parts import change, table
from ways import FOUND

HELD = "held by the 90% radius, percent"  # in the result files of harder_pictures.py
SCORED = ["NMSE %", "AUC at 8 %", "failures at 8 %, %", "spread, px"]


def comparison(result: dict) -> str:
    figures = result["figures"]
    rows = [
        [title, weights, *scored(score)]
        for objective, title in (("laplace_kl", "LaplaceKL (Eq. 3)"), ("softargmax", "softargmax (Eq. 1)"))
        for weights, score in figures[objective].items() if weights != "training"
    ]  # fmt: skip
    above = figures["softargmax above LaplaceKL, percent"]
    intro = (
        f"Width 8, trained on {result['data']['train']}, without selection; {result['protocol']}; intervals: "
        f"{result['intervals']}. Softargmax lies {above:.1f} % above LaplaceKL (last weights; one seed). The paper's "
        "figures at this size on 300W full, with four times the pictures: 5.09 and 6.86, 35 % above."
    )
    return f"{intro}\n\n{table(['objective', 'weights', *SCORED], rows)}"


def smaller_batch(result: dict) -> str:
    rows = [
        [weights, *scored(score)] for weights, score in result["figures"]["laplace_kl"].items() if weights != "training"
    ]
    intro = (
        f"The same with {result['batch']} pictures a step instead of 16, LaplaceKL, so twice as many steps in 200 "
        "epochs. The paper does not print its batch size."
    )
    return f"{intro}\n\n{table(['weights', *SCORED], rows)}"


def batch_size(result: dict) -> str:
    rows = [
        [name, row["steps"], f"{row['last_nmse_percent']:.2f}", f"{row['last_nmse_percent_ema']:.2f}",
         f"{row['last_spread_crop_pixels']:.2f}"]
        for name, row in result["figures"].items()
    ]  # fmt: skip
    head = ["", "steps", "validation NMSE %, last weights", "averaged weights", "spread, px"]
    intro = f"200 epochs on {result['data']['train']}, judged by {result['data']['validation']}; one seed."
    return f"{intro}\n\n{table(head, rows)}"


def scaling(result: dict) -> str:
    figures = result["figures"]
    kinds = [f"D right on {kind}, {part} quarter" for part in ("first", "last") for kind in ("real", "fake")]
    rows = [
        [variant, *(f"{row[kind]:.0%}" if kind in row else "" for kind in kinds), f"{row['spread_crop_pixels']:.2f}",
         f"{row['validation_nmse_percent']:.2f}"]
        for variant, row in figures.items()
    ]  # fmt: skip
    head = ["scaling", *kinds, "spread, px", "validation NMSE %"]
    intro = (
        f"The first {result['steps']} steps at width 8, discriminator of base width 16, {result['data']['unlabeled']} "
        "unlabeled. One seed and short: the accuracy of the discriminator is what counts here, not the error."
    )
    return f"{intro}\n\n{table(head, rows)}"


def harder(result: dict) -> str:
    """What augmentation is worth where pictures are not as good as the labeled ones."""
    names = list(result["trained"])
    first, *others = names
    rows = [
        [way, f"{row['nmse_percent'][first][0]:.2f}",
         *(f"{row['nmse_percent'][name][0]:.2f}, {change(row[f'against {first}, percent'][name])}" for name in others)]
        for way, row in result["figures"].items()
    ]  # fmt: skip
    told = "; ".join(f"{name}: {HARDER[name]}" for name in names)
    return (
        f"{result['data']}. {result['protocol']}, and the paired difference from the "
        f"first in percent with its interval ({result['intervals']}); the quick network of width 8, one training "
        f"each: {told}.\n\n{table(['crops', *names], rows)}"
    )


def harder_released(result: dict) -> str:
    """What the released models make of such pictures, and what their radii still hold."""
    names = list(result["trained"])
    rows = [
        [way, *(f"{row['nmse_percent'][name][0]:.2f}, {row[HELD][name][0]:.1f}" for name in names)]
        for way, row in result["figures"].items()
    ]
    return (
        f"The released files on the same crops: {result['data']}. {result['protocol']}, and the share of the landmarks "
        "that lie within their 90 % radius, in percent. Weights were chosen and radii fitted on these faces as they "
        "are, and a radius grows only as far as the network sees that a picture is worse.\n\n"
        f"{table(['crops', *(f'`{name}`' for name in names)], rows)}"
    )


def harder_in_a_line(result: dict, model: str, released: dict) -> str:
    """What README says of them. released: how the file did on LFPW test."""
    ways = {
        "as they are": "as they are",
        "half as many pixels a side": "half as many pixels a side",
        "a quarter": "a quarter",
        "blurred (2 px)": "blurred by 2 px",
        "something before the face": "something before the face",
    }
    rows = {words: result["figures"][way] for way, words in ways.items()}
    errors = " / ".join(f"{row['nmse_percent'][model][0]:.2f}" for row in rows.values())
    held = " / ".join(f"{row[HELD][model][0]:.0f}" for row in rows.values())
    in_test = "{:.1f} ({:.1f} to {:.1f})".format(*released["crops placed by"][FOUND]["held, percent"]["90%"])
    return (
        "- **They are made for photographs like those they learned from.** Validation crops "
        f"{' / '.join(rows)}: `{model}` errs by {errors} %. Its 90 % radii, which were fitted on these faces as they "
        f"are, hold {held} % there, as they grow with the errors ([pictures that are "
        f"worse](docs/results.md#pictures-that-are-worse)); on test faces that MTCNN found they hold {in_test} %."
    )


def fakes(result: dict) -> str:
    """What a discriminator can tell real from fake by."""
    rows = [[told, f"{right['real']:.0%}", f"{right['fake']:.0%}"] for told, right in result["figures"].items()]
    intro = (
        "A discriminator learns alone to tell labeled pictures with drawn heatmaps from unlabeled ones with those of a "
        "trained network, while a part of what it sees is blank. "
        f"{result['data']}; {result['protocol']}. One seed. The network itself was "
        "trained on the labeled pictures."
    )
    return f"{intro}\n\n{table(['it sees', 'right on real', 'right on fake'], rows)}"


def speed(result: dict) -> str:
    figures = result["figures"]
    two = figures["two single-thread processes, images/s"]
    rows = [
        ["two processes, one thread each", f"{two['total, median']:.0f}"],
        ["one process, two threads", f"{figures['one process, two threads, images/s']['median']:.0f}"],
        ["naive loop, two threads", f"{figures['naive loop, two threads, images/s']['median']:.0f}"],
    ]
    settings = ", ".join(f"{name} {value}" for name, value in result["settings"].items())
    return f"Labeled images a second; {settings}.\n\n{table(['', 'images/s'], rows)}"


def speed_in_short(result: dict) -> str:
    """What README says of a training step."""
    figures = result["figures"]
    one, naive = (figures[f"{how}, two threads, images/s"]["median"] for how in ("one process", "naive loop"))
    return (
        f"The steps of the paper's network at width {result['settings']['width']} take {one:.0f} images/s on two cores "
        f"({result['hardware']['processor']}), {one / naive:.1f} times as many as a naive loop's; two trainings side "
        f"by side {figures['two single-thread processes, images/s']['total, median']:.0f} in all."
    )


def demo(result: dict) -> str:
    figures = result["figures"]
    rows = [
        ["before training (validation)", f"{figures['nmse_percent_before']:.2f}"],
        ["the training faces' mean landmarks", f"{figures['nmse_percent_of_the_mean_face']:.2f}"],
        ["after", estimate(figures)],
    ]
    intro = (
        f"`make demo`: {figures['labeled']} labeled and {figures['unlabeled']} unlabeled drawn faces, "
        f"{figures['steps']} steps, scored on {figures['faces']} others."
    )
    return f"{intro}\n\n{table(['', 'NMSE %'], rows)}"


def scored(score: dict) -> list[str]:
    return [
        estimate(score),
        f"{score['auc_8_percent']:.1f}",
        f"{score['failure_8_percent']:.1f}",
        f"{score['spread_crop_pixels']:.2f}",
    ]


def estimate(score: dict) -> str:
    low, high = score["interval"]
    return f"{score['nmse_percent']:.2f} ({low:.2f} to {high:.2f})"
