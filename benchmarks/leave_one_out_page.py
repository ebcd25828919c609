"""The page section on trainings of full length: what each lever of the recipe is worth when nothing is cut short."""

from pathlib import Path

from page_parts import joined
from screen_page import FIRST, levers
from study_parts import Runs, against, difference, draw_runs, told_of_ours

from laplace_landmarks.evaluation.seeds import SeedNoise

KINDS = {
    "recipe": "strong augmentation, as the recipe had it at first",
    "limited": "strong augmentation, gradients scaled down to a norm of 10",
    "mild": "half of it all: geometry and colour half as strong, the rest half as probable",
    "placed": "half of it all, but scale and shift as at first",
    "turned": "half of it all, but rotation as at first",
    "upright": "half of it all, crops turned as the faces are, here as in training",
    "calm": "half of its geometry and colour",
    "gentle": "half of its geometry and colour, nothing else of it",
    "taught_labeled": "half of it all, and `laplace68-full` as a teacher, of the labeled pictures",
    "taught": "half of it all, and `laplace68-full` as a teacher, of as many unlabeled pictures a step too",
    "machine": "half of it all, and 2,757 video frames of YouTube Faces with labels that a machine made",
    "agreed": "half of it all, and 1,287 video frames with labels that a machine made, with which `laplace68-full` "
    "agrees to 6 % of the eyes' distance",
    "half": "strong augmentation, half of the steps",
    "kl": "half of it all, LaplaceKL in place of the likelihood",
    "constant": "half of it all, a constant learning rate",
    "unjittered": "half of it all, but crops are not misplaced",
    "clear": "half of it all, but no occluders, blur, noise, coarser pixels or JPEG",
    "torch_start": "half of it all, weights drawn as torch does",
    "dropout": "half of it all, dropout 0.2",
    "twice": "half of it all, twice the steps",
}
NOW = "mild"  # the recipe as it is, which the kinds below change in one thing each
CHANGES = ("machine", "agreed", "kl", "constant", "unjittered", "clear", "torch_start", "dropout", "twice")
PICTURE = Path("pictures/leave-one-out.svg")  # below docs


def section(runs: Runs, noise: SeedNoise) -> str:
    """Everything of the study that is there so far. noise: what seeds do to such a network, which no run here tells."""
    told = runs[FIRST][0]["figures"]["training"]
    return joined(
        f"The quick network of width 8, {told['steps']:,} steps of {told['batch']}, one seed; each row changes what it "
        "names. NMSE on the 161 validation faces, by which the best averaged weights of each training were chosen, "
        "too; crops from true points; nothing was scored on test. The rest of the augmentation: crops misplaced as "
        "MTCNN misplaces them, occluders, blur, noise, coarser pixels, JPEG; what it is worth tell [pictures that are "
        "worse](#pictures-that-are-worse). Where half is said, of it all or of geometry and colour with the rest as it "
        "was, gradients were scaled down to a norm of 10, too, which is a row of its own. A network that has not "
        "learned from turned crops errs about as much in them ([measured](#heads-that-lean)); what is learned from "
        "them was [not found](#which-training-is-released) beside a teacher, where MTCNN finds the faces. "
        f"{told_of_ours(noise)}",
        f"![NMSE of each run, with its interval]({PICTURE})",
        levers(runs, KINDS, dict.fromkeys(CHANGES, NOW), noise),
        unlabeled_share(runs, noise),
    )


def unlabeled_share(runs: Runs, noise: SeedNoise) -> str:
    """What a teacher's word on unlabeled pictures gives beside that on labeled ones."""
    if not runs.keys() >= {"mild", "taught_labeled", "taught"}:
        return ""
    labeled, both, more = (
        difference(against(runs[first], runs[second], noise=noise))
        for first, second in (("mild", "taught_labeled"), ("mild", "taught"), ("taught_labeled", "taught"))
    )
    return (
        "**Where a teacher's gain comes from.** From half of the augmentation without "
        f"one, NMSE changes by {labeled} % where it tells of the labeled pictures alone, and by {both} % where it "
        f"tells of as many unlabeled ones, too: {more} % from the one to the other, one training each."
    )


def unlabeled_in_short(runs: Runs, noise: SeedNoise) -> str:
    """The same for README; "" where it has not been measured."""
    if not runs.keys() >= {"taught_labeled", "taught"}:
        return ""
    more = against(runs["taught_labeled"], runs["taught"], noise=noise)
    return (
        f"Against the same teacher of labeled pictures alone, the unlabeled ones change it by {difference(more)} % at "
        f"width 8 (validation faces, one training each{'' if more.clear else '; so that may be chance'}: "
        "[trainings](docs/results.md#the-same-in-full-length))."
    )


def speed_in_short(runs: Runs) -> str:
    """What README says of whole trainings."""
    seen = [result["figures"]["images_per_second"] for results in runs.values() for result in results]
    pictures = runs[NOW][0]["figures"]["training"]
    hours = [pictures["steps"] * pictures["batch"] / 3600 / rate for rate in (max(seen), min(seen))]
    return (
        f"Whole trainings of our recipe, of {pictures['steps'] * pictures['batch']:,} pictures with all augmentation, "
        f"saw {min(seen):.0f} to {max(seen):.0f} a second on one core: {hours[0]:.1f} to {hours[1]:.1f} hours."
    )


def draw(runs: Runs, path: Path, noise: SeedNoise) -> None:
    colour = {FIRST: "#1f6f8b", NOW: "#2e8b57"}
    draw_runs(runs, KINDS, lambda kind: colour.get(kind, "#666"), path, "NMSE on 161 validation faces, %", noise=noise)
