"""Figures in pages that people wrote are those of the results, which change with every run of a study."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
RESULTS = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
PAGES = [page for page in sorted((ROOT / "docs").glob("*.md")) if page.name != "results.md"]
INTERVAL = re.compile(r"\(((?:95 % interval )?[-+]?\d+(?:\.\d+)? to [-+]?\d+(?:\.\d+)?)\)")


def intervals(page: Path) -> list[str]:
    """Without what a command prints, which is an example."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [found.removeprefix("95 % interval ") for found in INTERVAL.findall(text)]


def test_intervals_stand_in_the_results() -> None:
    quoted = [(page.name, interval) for page in PAGES for interval in intervals(page)]
    assert len(quoted) > 3, "or none is recognised any more"
    assert [(page, interval) for page, interval in quoted if f"({interval})" not in RESULTS] == []


def headings(page: Path) -> set[str]:
    """The sections of a page, as links name them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    titles = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title) for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]
    return {
        "".join(sign for sign in title.lower() if sign.isalnum() or sign in " -_").replace(" ", "-") for title in titles
    }


def test_links_to_sections_lead_to_them() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    links = [
        (page, (page.parent / file).resolve() if file else page, section)
        for page in pages
        for file, section in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text(encoding="utf-8"))
    ]
    assert len(links) > 50, "or none is recognised any more"
    assert [(page.name, section) for page, target, section in links if section not in headings(target)] == []
