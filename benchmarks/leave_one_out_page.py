"""The page section on trainings of full length: what each lever of the recipe is worth when nothing is cut short."""

from pathlib import Path

from page_parts import joined
from screen_page import FIRST, levers
from study_parts import Runs, against, difference, draw_runs

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
    "agreed": "half of it all, and those of the frames whose labels `laplace68-full` agrees with to 6 % of the eyes' "
    "distance",
    "kl": "LaplaceKL in place of the likelihood",
    "constant": "a constant learning rate",
    "unjittered": "crops not misplaced",
    "clear": "no occluders, blur, noise, coarser pixels or JPEG",
    "torch_start": "weights drawn as torch does",
    "half": "half of the steps",
    "twice": "twice the steps",
}
PICTURE = Path("pictures/leave-one-out.svg")  # below docs


def section(runs: Runs) -> str:
    """Everything of the study that is there so far."""
    told = runs[FIRST][0]["figures"]["training"]
    return joined(
        f"The quick network of width 8, {told['steps']:,} steps of {told['batch']}, one seed; each row changes what it "
        "names. NMSE on the 161 validation faces, averaged weights, crops from true points; nothing was scored on "
        "test. The rest of the augmentation: crops misplaced as MTCNN misplaces them, occluders, blur, noise, coarser "
        "pixels, JPEG. What it costs here it is worth on [pictures that are worse](#pictures-that-are-worse). Where "
        "half of it all is said, gradients were scaled down to a norm of 10, too, which is a row of its own. A network "
        "that has not learned from turned crops errs neither more nor less in them, for all that was "
        "[found](#heads-that-lean); what is learned from them was [not found](#which-training-is-released) beside a "
        "teacher, where MTCNN finds the faces. Intervals are over faces alone.",
        f"![NMSE of each run, with its interval]({PICTURE})",
        levers(runs, KINDS),
        unlabeled_share(runs),
    )


def unlabeled_share(runs: Runs) -> str:
    """What a teacher's word on unlabeled pictures gives beside that on labeled ones."""
    if not runs.keys() >= {"mild", "taught_labeled", "taught"}:
        return ""
    labeled, both, more = (
        difference(against(runs[first], runs[second]))
        for first, second in (("mild", "taught_labeled"), ("mild", "taught"), ("taught_labeled", "taught"))
    )
    return (
        "**What a teacher gives comes from the unlabeled pictures.** From half of the augmentation without one, NMSE "
        f"changes by {labeled} % where it tells of the labeled pictures alone, and by {both} % where it tells of as "
        f"many unlabeled ones, too: {more} % from the one to the other. One training each, paired on the faces."
    )


def unlabeled_in_short(runs: Runs) -> str:
    """The same for README; "" where it has not been measured."""
    if not runs.keys() >= {"taught_labeled", "taught"}:
        return ""
    more = difference(against(runs["taught_labeled"], runs["taught"]))
    return (
        f"That comes from the unlabeled ones: against a teacher of labeled pictures alone {more} % at width 8, "
        "validation faces, one training each ([trainings](docs/results.md#the-same-in-full-length))."
    )


def draw(runs: Runs, path: Path) -> None:
    colour = {FIRST: "#1f6f8b"}
    draw_runs(runs, KINDS, lambda kind: colour.get(kind, "#666"), path, "NMSE on 161 validation faces, %")
