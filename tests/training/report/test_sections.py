"""What the sections say and draw, from runs that have just begun to runs with everything."""

from collections.abc import Callable

import numpy as np
import pytest

from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.evaluation.report.page import Figure, Photos, Table
from laplace_landmarks.training.report.curves import line_and_mean, thinned
from laplace_landmarks.training.report.discriminator import discriminator_section
from laplace_landmarks.training.report.learning import learning_section
from laplace_landmarks.training.report.settings import provenance_section, settings_section
from laplace_landmarks.training.report.snapshots import heatmaps_section, moments, snapshot_file
from laplace_landmarks.training.report.speed import speed_section
from laplace_landmarks.training.report.standing import Standing

from .conftest import train_line, validation_line

MakeStanding = Callable[..., Standing]
TRAINED = [train_line(step) for step in range(10, 60, 10)]


def captions(parts) -> list[str]:
    return [part.caption for part in parts if isinstance(part, Figure)]


@pytest.mark.parametrize(
    ("scores", "settings", "said"),
    [
        ([], {}, "Nothing is validated yet."),
        ([], {"data.validation": ""}, "No pictures are held out"),
        ([], {"folds.count": 5}, "All labels are trained on; the folds tell how good such weights are."),
        ([], {"folds.count": 5, "folds.without": 2}, "Nothing is validated yet."),
        ([(0, 60)], {}, "One validation so far."),
        ([(0, 60), (10, 7)], {}, "The last validation, at step 10, is the best so far."),
        ([(0, 60), (10, 7), (20, 8)], {}, "best validation was at step 10; the one validation since then"),
        ([(0, 60), (10, 7), (20, 8), (30, 9)], {}, "best validation was at step 10; 2 validations since then"),
    ],
)
def test_how_validations_went(standing: MakeStanding, scores: list, settings: dict, said: str) -> None:
    lines = [validation_line(step, nmse, nmse) for step, nmse in scores]
    section = learning_section(standing(*lines, settings=settings))
    assert said in section.text[0]
    assert len(section.parts) == (2 if scores else 0)


@pytest.mark.parametrize(("select", "kept", "better"), [("raw", "raw", "averaged"), ("ema", "averaged", "raw")])
def test_other_weights_that_were_better_are_told(standing: MakeStanding, select: str, kept: str, better: str) -> None:
    scores = [(0, 60, 60), (10, 7, 8), (20, 9, 6.5)] if select == "raw" else [(0, 60, 60), (10, 8, 7), (20, 6.5, 9)]
    section = learning_section(standing(*(validation_line(*line) for line in scores), settings={"select": select}))
    told = f"The {better} weights reached 6.50 %, but `select: {select}` keeps the {kept} weights."
    assert section.text[0].endswith(told)


def test_the_learning_rate_is_drawn_where_it_changes(standing: MakeStanding) -> None:
    constant = [line | {"learning_rate": 1e-3} for line in TRAINED]
    falling = [line | {"learning_rate": 1e-3 / line["step"]} for line in TRAINED]
    assert len(learning_section(standing(*constant)).parts) == 1
    assert captions(learning_section(standing(*falling)).parts)[-1] == "Learning rate of the generator."


def test_the_target_of_the_spread_is_drawn_where_the_loss_has_one(standing: MakeStanding) -> None:
    lines = [validation_line(0, 60, 60), validation_line(10, 7, 7)]
    for loss, there in (("laplace_kl", True), ("softargmax", False)):
        *_, spread = learning_section(standing(*lines, settings={"loss.name": loss})).parts
        assert isinstance(spread, Figure)
        assert (">target<" in spread.drawing) == there == ("toward the target" in spread.caption)


@pytest.mark.parametrize(
    ("real", "fake", "said"),
    [
        (1.0, 0.97, "hardly ever errs"),
        (0.9, 0.2, "hardly better than guessing"),
        (0.9, 0.8, "a difference, though not"),
    ],
)
def test_how_the_discriminator_fares(standing: MakeStanding, real: float, fake: float, said: str) -> None:
    lines = [line | {"d_real": real, "d_fake": fake, "loss_d": 1.2, "fooling": -0.6} for line in TRAINED]
    section = discriminator_section(standing(*lines))
    assert f"right on {100 * real:.0f} % of real patches and on {100 * fake:.0f} % of generated" in section.text[1]
    assert said in section.text[1]
    assert len(section.parts) == 2
    assert discriminator_section(standing()).parts == ()
    widths = [line | {"spread_real": 1.0, "spread_fake": 1.5} for line in lines]
    assert "Mean spread" in discriminator_section(standing(*widths)).parts[2].caption  # pyright: ignore


def test_where_a_run_went_on(standing: MakeStanding) -> None:
    again = [train_line(step, seconds=step / 5 - 8) for step in (60, 70)]
    section = speed_section(standing(*TRAINED, *again))
    assert "dotted lines mark where it went on" in section.text[0]
    (figure,) = section.parts
    assert isinstance(figure, Figure)
    assert figure.drawing.count(">went on<") == 1
    assert speed_section(standing(*TRAINED)).text == ["The run was never cut off."]
    old = [{key: value for key, value in line.items() if key != "seconds"} for line in TRAINED]
    assert "does not tell" in speed_section(standing(*old)).text[0]
    assert speed_section(standing()).parts == ()


def test_settings_that_differ_and_all_of_them(standing: MakeStanding) -> None:
    more = [{"pictures": "more", "points": "", "grow": 1.2, "limit": 0}]
    changed = {"run": "elsewhere", "network.width": 8, "network.wings": 2, "data.unlabeled": more}
    differing, whole = settings_section(standing(settings=changed)).parts
    assert isinstance(differing, Table) and isinstance(whole, Table)
    assert differing.rows == [
        ("data.unlabeled", "pictures more, grow 1.2", "none"),
        ("network.width", "8", "64"),
        ("network.wings", "2", "unknown to this version"),
    ]
    assert whole.folded
    assert ("run", "elsewhere") in whole.rows
    assert "is the paper's" in settings_section(standing()).text[0]


def test_what_is_not_known_yet_is_said(standing: MakeStanding) -> None:
    (table,) = provenance_section(standing()).parts
    assert isinstance(table, Table)
    assert dict(table.rows)["Command"] == "not known before the first checkpoint"  # pyright: ignore
    (table,) = provenance_section(standing(facts={"commit": ""})).parts
    assert isinstance(table, Table)
    assert dict(table.rows)["Commit"] == "not run from a checkout"  # pyright: ignore


def test_heatmaps_at_a_handful_of_moments(standing: MakeStanding) -> None:
    found = standing(train_line(90), validation_line(0, 60, 60), validation_line(80, 7, 7))
    faces = [np.full((30, 30, 3), 40 * number, np.uint8) for number in range(5)]
    sheet = np.zeros((38, 5 * 34 + 4, 3), np.uint8)
    for number, face in enumerate(faces):
        sheet[4:34, 4 + 34 * number : 34 + 34 * number] = face
    snapshot_file(found.folder, 0).parent.mkdir(parents=True)
    for step in range(0, 120, 10):  # the last two are from before a cut, beyond where the run now stands
        write_picture(snapshot_file(found.folder, step), sheet)
    snapshot_file(found.folder, 80).write_bytes(b"cut off")
    (found.folder / "heatmaps" / "step-mine.png").write_bytes(b"")

    (part,) = heatmaps_section(found).parts
    assert isinstance(part, Photos)
    said = [photo.caption for photo in part.photos]
    assert said[:2] == ["Before training: NMSE 60.0 %, spread 1.5 px", "Before training"]
    assert said[-2:] == ["Step 90", "Step 90"]
    first, second = (photo.picture for photo in part.photos[:2])
    assert first.shape == (30, 98, 3) and second.shape == (30, 64, 3)  # three faces and two, with gaps between
    assert [first[9, x, 0] for x in (9, 43, 77)] + [second[9, x, 0] for x in (9, 43)] == [0, 40, 80, 120, 160]


def test_no_heatmaps_yet(standing: MakeStanding) -> None:
    assert heatmaps_section(standing()).text == ["No heatmaps are drawn yet."]


@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 12, 400])
def test_moments_keep_the_first_and_the_last(count: int) -> None:
    steps = [100 * number for number in range(count)]
    chosen = moments(steps)
    assert chosen == sorted(set(chosen)) and len(chosen) <= 6
    assert (chosen[0], chosen[-1]) == (steps[0], steps[-1])


def test_long_curves_are_thinned() -> None:
    lines = [{"step": 10 * number, "loss": float(number)} for number in range(5000)]
    course, mean = line_and_mean(lines, [("loss", "loss")])
    assert len(np.asarray(course.x)) == len(np.asarray(mean.y)) == 400
    assert np.asarray(course.x)[-1] == 49990
    assert np.asarray(mean.y)[-1] == 4987  # of the last 25
    steps, values = thinned([1, 2], np.array([3.0, 4.0]))
    assert (steps.tolist(), values.tolist()) == ([1, 2], [3.0, 4.0])
