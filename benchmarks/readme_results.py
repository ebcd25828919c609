"""What README says of results: released models, peers, what was found in a line each, the unlabeled question."""

import best_page
import evidence_page
import few_labels_page
import leave_one_out_page
import mirror_page
import running_page
import speed_page
import training_page
import unlabeled_page
from card_words import of_the_paper
from page_parts import joined, table, with_interval
from study_parts import noise_of_ours
from ways import FOUND

from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.released import DEFAULT, families

RELEASED = [
    *("model", "`-fast`: file, NMSE %", "NMSE %, MTCNN's faces", "ms", "`-fast-w8`", "`-fast-int8`"),
    *("no suffix: the paper's network, with heatmaps", "`-int8`"),
]


def readme(found: dict, studies: dict) -> str:
    """found: results by name. studies: of each study the results by kind of run."""
    peers = speed_page.beside_peers(found["dlib-peer"], as_released(found))
    return joined(models(found), peers, "\n".join(in_lines(found, studies)), *unlabeled(studies))


def models(found: dict) -> str:
    """The table of the released models, and which one to take."""
    faces = found[f"released-{DEFAULT.removesuffix('-fast')}"]["figures"]["faces"]
    return joined(
        f"**The models that come with it**, on the {faces} photographs of LFPW test, the easier part of 300W's. "
        "NMSE: the mean distance of the landmarks from the labels, in percent of that of the outer eye corners, "
        "with 95 % intervals; crops placed by true points, unless MTCNN found the face. Milliseconds: of the "
        f"network, one face on one thread ({found['dlib-peer']['hardware']['processor']}).",
        table(RELEASED, released(found)),
        f"Their names are their share of the paper's width of 64. **Which one?** `{DEFAULT}`, which runs where no "
        "model is named; a larger `-fast` one for accuracy, up to `laplace68-half-fast`, which errs no more than its "
        "teacher, `laplace68-full`, in a quarter of the bytes. **`-fast-w8`** is the same in a quarter to a third of "
        "the bytes: its weights have 8 bits, and it computes in floats, as fast. `-fast-int8` computes in 8 bits, "
        "which some processors do faster; in videos its landmarks [shake](docs/results.md#how-still-landmarks-stand). "
        "Milliseconds depend on the processor, and some mind narrow layers: [measure yours](docs/speed.md). "
        f"{others()}The cards say what each is for and where it fails.",
    )


def in_lines(found: dict, studies: dict) -> list[str]:
    speed, demo = found["training-speed"], found["demo"]["figures"]
    noise = noise_of_ours(studies)
    default = found[f"released-{DEFAULT.removesuffix('-fast')}"]["figures"]["files"]["fast"]
    return [
        best_page.in_a_line(studies["best"], studies["evidence"], noise),
        evidence_page.loss_in_a_line(studies["evidence"], best_page.likelihood_gain(studies["best"], noise)),
        running_page.upright_in_a_line(found["upright"], DEFAULT),
        mirror_page.in_a_line(found["mirror-images"], DEFAULT),
        training_page.harder_in_a_line(found["harder-pictures-released"], DEFAULT, default),
        few_labels_page.in_a_line(studies["few-labels"]),
        f"- **A CPU is enough to train.** {training_page.speed_in_short(speed)} "
        f"{leave_one_out_page.speed_in_short(studies['leave-one-out'])}",
        f"- **`make demo`**: NMSE from {demo['nmse_percent_before']:.1f} to {training_page.estimate(demo)} % on "
        f"{demo['faces']} drawn faces it has not seen, in {demo['steps']} steps; the mean face alone has "
        f"{demo['nmse_percent_of_the_mean_face']:.1f} %.",
    ]


def unlabeled(studies: dict) -> list[str]:
    """Its paragraphs."""
    noise = noise_of_ours(studies)
    taught = best_page.taught_in_short(studies["best"], noise)
    share = leave_one_out_page.unlabeled_in_short(studies["leave-one-out"], noise)
    return [unlabeled_page.in_short(studies["unlabeled"]), f"{taught} {share}"]


def released(found: dict) -> list[list[str]]:
    """A row for each released model, with its card, the smallest first."""
    results = [result for name, result in found.items() if name.startswith("released-")]
    rows = []
    for result in sorted(results, key=lambda result: result["figures"]["files"][""]["bytes"]):
        model, files = result["model"]["name"], result["figures"]["files"]
        size = {kind: f"{file['bytes'] / 1000:.0f} kB" for kind, file in files.items()}
        short = {kind: f"{size[kind]}, {file['nmse_percent'][0]:.2f}" for kind, file in files.items()}
        rows.append([
            f"[`{model}`](docs/models/{model}.md)",
            f"{size['fast']}, {with_interval(files['fast']['nmse_percent'])}",
            f"{files['fast']['crops placed by'][FOUND]['nmse_percent'][0]:.2f}",
            f"{found['dlib-peer']['figures'][f'{model}-fast']['timing']['p50']:.1f}",
            *(short.get(kind, "") for kind in ("fast-w8", "fast-int8", "", "int8")),
        ])  # fmt: skip
    return rows


def as_released(found: dict) -> dict[str, dict[str, float]]:
    """Error, the upper end of its interval, and bytes of each released file."""
    return {
        f"{result['model']['name']}{f'-{variant}' if variant else ''}": {
            "nmse_percent": file["nmse_percent"][0],
            "high": file["nmse_percent"][2],
            "bytes": file["bytes"],
        }
        for name, result in found.items()
        if name.startswith("released-")
        for variant, file in result["figures"]["files"].items()
    }


def others() -> str:
    """Which models are not the paper's network in any file."""
    names = [f"`{name}`" for name, files in families().items() if not of_the_paper(read_info(files[""]))]
    return f"{' and '.join(names)} without a suffix is the `-fast` network, with heatmaps. " if names else ""
