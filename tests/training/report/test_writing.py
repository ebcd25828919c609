"""The page of a run is whole at any moment, says where the run stands, and costs little."""

from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from laplace_landmarks.errors import InputError
from laplace_landmarks.training import loop, trainer
from laplace_landmarks.training.report import writing
from laplace_landmarks.training.report.standing import read_standing
from laplace_landmarks.training.report.writing import LivePage, write_report
from laplace_landmarks.training.run_files import HEATMAPS, REPORT

MakeConfig = Callable[..., Any]


class Outline(HTMLParser):
    """Headings, and what is still open at the end."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: dict[str, list[str]] = {"title": [], "h2": [], "meta": [], "img": [], "svg": []}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta", "img", "svg"):
            self.found[tag].append(str(dict(attrs)))
        if tag not in ("meta", "img", "br", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("title", "h2"):
            self.found[self.open[-1]].append(data)


def outline(run: Path) -> dict[str, list[str]]:
    page = Outline((run / REPORT).read_text(encoding="utf-8"))
    assert page.open == []
    return page.found


def refreshes(found: dict[str, list[str]]) -> bool:
    return any("refresh" in meta for meta in found["meta"])


def test_the_page_of_a_finished_run(tiny_run: Path) -> None:
    found = outline(tiny_run)
    assert found["title"] == ["tiny: trained, 12 steps"]
    assert found["h2"] == [
        "Learning", "The discriminator", "Heatmaps over time", "Speed", "Settings", "Where it comes from"
    ]  # fmt: skip
    assert len(found["svg"]) == 3 + 3 + 1
    assert len(found["img"]) == 5  # of two or three faces each
    assert not refreshes(found)
    assert (tiny_run / REPORT).stat().st_size < 1e6
    text = (tiny_run / REPORT).read_text(encoding="utf-8")
    assert "http://" not in text.replace("http://www.w3.org/", "") and "https://" not in text


class Killed(BaseException):
    """No handler in the package may catch this."""


def broken_off(monkeypatch: pytest.MonkeyPatch, step: int, error: BaseException) -> None:
    """Lets every training end so in the step after this one."""
    whole = trainer.Training.step

    def one_step(self: trainer.Training) -> dict[str, float]:
        if self.state.step == step:
            raise error
        return whole(self)

    monkeypatch.setattr(trainer.Training, "step", one_step)


def test_a_killed_run_leaves_a_whole_page_that_says_where_it_stood(
    tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tiny_config()
    run = Path(config.run)
    refresh = LivePage.refresh

    def at_once(self: LivePage, step: int, last: bool) -> None:
        self.due = 0.0 if step == 5 else float("inf")
        refresh(self, step, last)

    monkeypatch.setattr(LivePage, "refresh", at_once)
    broken_off(monkeypatch, 5, Killed())
    with pytest.raises(Killed):
        trainer.train(config)

    found = outline(run)
    assert found["title"] == ["run: training, step 5 of 6"]
    assert refreshes(found)
    assert "if that is long ago, it was cut off" in (run / REPORT).read_text(encoding="utf-8")

    (run / HEATMAPS / "step-000003.png").unlink()
    write_report(read_standing(run), run / REPORT)  # as the command does
    found = outline(run)
    assert found["title"] == ["run: cut off, step 4 of 6"]  # that of the checkpoint
    assert not refreshes(found)
    assert len(found["img"]) == 1


@pytest.mark.parametrize(
    ("error", "said"), [(InputError("no space left"), "no space left."), (KeyboardInterrupt(), "interrupted.")]
)
def test_a_run_that_ends_before_its_time_says_why(
    tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch, error: BaseException, said: str
) -> None:
    config = tiny_config(data={"unlabeled": (), "validation": ""})
    broken_off(monkeypatch, 2, error)
    with pytest.raises(type(error)):
        trainer.train(config)
    page = (Path(config.run) / REPORT).read_text(encoding="utf-8")
    assert said in page
    assert "No pictures are held out" in page
    assert "faces of the training" in page
    assert outline(Path(config.run))["title"] == ["run: cut off, step 2 of 6"]
    assert not refreshes(outline(Path(config.run)))


def test_a_run_whose_last_checkpoint_could_not_be_written_is_not_finished(
    tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, save = tiny_config(), loop.save_state
    run = Path(config.run)

    def full(state: Any, path: Path, facts: Any) -> None:
        if state.step == 6:
            raise InputError("no space left")
        save(state, path, facts)

    monkeypatch.setattr(loop, "save_state", full)
    with pytest.raises(InputError, match="no space left"):
        trainer.train(config)
    assert outline(run)["title"] == ["run: cut off, step 6 of 6"]
    assert "no space left." in (run / REPORT).read_text(encoding="utf-8")
    write_report(read_standing(run), run / REPORT)
    assert outline(run)["title"] == ["run: cut off, step 6 of 6"]


def test_a_page_that_cannot_be_written_does_not_hide_why_the_run_ended(tiny_config: MakeConfig, tmp_path: Path) -> None:
    page = LivePage(tmp_path / "nowhere", tiny_config(), {}, [])
    with pytest.raises(KeyboardInterrupt), page.tells_why():
        raise KeyboardInterrupt


def pauses(monkeypatch: pytest.MonkeyPatch, config: Any, costs: list[float], seconds: float) -> list[int]:
    """Seconds from page to page of a training with a step a second, if the pages cost so many seconds."""
    now, cost, written = [1000.0], iter(costs), []
    monkeypatch.setattr(writing.time, "monotonic", lambda: now[0])

    def write(self: LivePage, running: bool) -> None:
        written.append(self.step)
        now[0] += next(cost)

    monkeypatch.setattr(LivePage, "write", write)
    page, began = LivePage(Path("run"), config, {}, [], due=now[0]), now[0]
    while now[0] < began + seconds:
        page.refresh(round(now[0] - began), last=False)
        now[0] += 1
    return [later - earlier for earlier, later in pairwise(written)]


def test_pages_are_soon_there_and_then_once_a_minute(tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    found = pauses(monkeypatch, tiny_config(), [0.25] * 8, 5 + 10 + 20 + 40 + 2.5 * 60)
    assert found == pytest.approx([5, 10, 20, 40, 60, 60], abs=1)


def test_slow_pages_take_a_hundredth_of_the_time(tiny_config: MakeConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    found = pauses(monkeypatch, tiny_config(), [9.0] + [0.25] * 3 + [9.0] + [0.25] * 3, 1150)
    assert found == pytest.approx([36, 10, 20, 40, 900, 60, 60], abs=1)  # a quarter of the time at first


def test_a_page_that_goes_on_asks_for_the_next_one(tiny_config: MakeConfig, tmp_path: Path) -> None:
    page = LivePage(tmp_path, tiny_config(), {}, [])
    for pause in (5, 10, 20, 40, 60, 60):
        page.due = 0.0
        page.refresh(1, last=False)
        asked = [meta for meta in outline(tmp_path)["meta"] if "refresh" in meta]
        assert asked == [str({"http-equiv": "refresh", "content": str(pause)})]
