"""The first numbers of a page, and its words on what has become of the run."""

from collections.abc import Callable

import pytest

from laplace_landmarks.training.report.headline import facts, lead, title
from laplace_landmarks.training.report.standing import Standing

from .conftest import train_line, validation_line

MakeStanding = Callable[..., Standing]
LINES = [validation_line(0, 60, 60), train_line(10), validation_line(20, 6.5, 7), train_line(20), train_line(30)]


@pytest.mark.parametrize(
    ("told", "named", "said"),
    [
        ({"running": True}, "mine: training, step 30 of 100", "It was running at 2026-05-04 03:02:01 UTC; the page is"),
        ({}, "mine: cut off, step 30 of 100", "It is not finished; the last line of its log is from 2026-05-04"),
        (
            {"ended": "no space"},
            "mine: cut off, step 30 of 100",
            "before its time, at 2026-05-04 03:02:01 UTC: no space.",
        ),
        ({"facts": {"steps": 30, "step": 20}}, "mine: cut off, step 30 of 30", "It is not finished; the last line"),
        ({"facts": {"step": 20}}, "mine: cut off, step 30 of 100", "The same command goes on from its checkpoint."),
        (
            {"facts": None},
            "mine: cut off, step 30",
            "The same command begins anew, because it had reached no checkpoint.",
        ),
        (
            {"facts": {"steps": 30, "step": 30}},
            "mine: trained, 30 steps",
            "It was finished at 2026-05-04 03:02:01 UTC.",
        ),
    ],
)
def test_what_has_become_of_a_run(standing: MakeStanding, told: dict, named: str, said: str) -> None:
    found = standing(*LINES, **{"facts": {}} | told)
    assert title(found) == named
    assert said in lead(found)


def test_a_network_that_is_not_the_papers(standing: MakeStanding) -> None:
    assert "A network of width 64, trained with" in lead(standing())
    own = {"network.head": "light", "network.fusion": "separable", "network.growth": [1, 1, 2, 2]}
    assert "A network of width 64, head light, fusion separable, growth 1 1 2 2, trained with" in lead(
        standing(settings=own)
    )


def test_the_facts_of_a_run_that_goes_on(standing: MakeStanding) -> None:
    lines = [*LINES, validation_line(30, 7, 6)]
    settings = {"seed": 3, "data.unlabeled": [{"pictures": "more"}]}
    lines = [line | {"d_real": 0.9, "d_fake": 0.75} if line["kind"] == "train" else line for line in lines]
    found = {
        fact.name: (fact.value, fact.note)
        for fact in facts(standing(*lines, settings=settings, facts={"unlabeled": 8000}, running=True))
    }
    assert found == {
        "Step": ("30", "of 100, 30 %"),
        "Best NMSE, raw weights": ("6.50 %", "on validation, step 20; now 7.00 %; kept"),
        "Best NMSE, averaged weights": ("6.00 %", "on validation, step 30"),
        "Spread": ("1.50 px", "of the kept weights, in pixels of the crop"),
        "D is right": ("90 % · 75 %", "of real patches · of generated ones, lately"),
        "Images/s": ("80", "0:00:06 so far, 0:00:14 left"),  # five steps of 16 a second, 70 to go
        "Learning rate": ("0.001", "constant"),
        "Labeled pictures": ("644", "161 for validation, 8,000 unlabeled"),
        "Seed": ("3", "of order, dropout and noise; split 0123456789abcdef"),
    }


def test_the_facts_of_a_run_that_has_hardly_begun(standing: MakeStanding) -> None:
    found = {fact.name: (fact.value, fact.note) for fact in facts(standing())}
    assert found.keys() == {"Step", "Images/s", "Learning rate", "Labeled pictures", "Seed"}
    assert found["Step"] == ("0", "in all: not known before the first checkpoint")
    assert found["Images/s"] == ("none yet", "no step is logged")


def test_a_learning_rate_that_changes(standing: MakeStanding) -> None:
    lines = [train_line(10, learning_rate=1e-3), train_line(20, learning_rate=2.5e-5)]
    (rate,) = (fact for fact in facts(standing(*lines)) if fact.name == "Learning rate")
    assert (rate.value, rate.note) == ("2.5e-05", "began at 0.001")


def test_the_last_weights_are_kept_where_that_is_set(standing: MakeStanding) -> None:
    lines = [validation_line(10, 5, 5), validation_line(20, 6, 6) | {"spread_ema": 1.25}]
    settings = {"keep": "last", "select": "ema"}
    found = {fact.name: fact for fact in facts(standing(*lines, settings=settings, facts={"step": 20}))}
    assert found["Spread"].value == "1.25 px"
    assert not any("kept" in fact.note for name, fact in found.items() if name.startswith("Best"))


@pytest.mark.parametrize(("told", "spread"), [(None, None), ({"step": 10}, None), ({"step": 20}, "1.50 px")])
def test_nothing_is_kept_that_a_kill_came_before(standing: MakeStanding, told: dict | None, spread: str | None) -> None:
    found = {fact.name: fact for fact in facts(standing(*LINES, facts=told))}
    note = found["Best NMSE, raw weights"].note
    assert note == ("on validation, step 20" if spread is None else "on validation, step 20; kept")
    assert (found["Spread"].value if "Spread" in found else None) == spread
