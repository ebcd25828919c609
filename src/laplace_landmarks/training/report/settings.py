"""What a training was set to, where that differs from the defaults, and what it takes to do it again."""

from collections.abc import Mapping
from typing import Any

from laplace_landmarks.evaluation.report.page import Section, Table
from laplace_landmarks.training.config_file import NEUTRAL
from laplace_landmarks.training.report.headline import NOT_YET
from laplace_landmarks.training.report.standing import DEFAULTS, Standing


def settings_section(standing: Standing) -> Section:
    """The recipe: what is not the paper's first, then everything."""
    every = [(name, in_words(value)) for name, value in standing.settings.items()]
    whole = Table(("Setting", "Value"), every, "All settings", wide=True, words=True, folded=True)
    changed = [
        (name, in_words(value), in_words(DEFAULTS[name]) if name in DEFAULTS else "unknown to this version")
        for name, value in standing.settings.items()
        if name not in NEUTRAL and (name not in DEFAULTS or value != DEFAULTS[name])
    ]
    if not changed:
        return Section("Settings", ["Every setting that decides what is learned is the paper's."], [whole])
    caption = "What differs from the defaults, which are the paper's"
    return Section(
        "Settings", (), [Table(("Setting", "Here", "Default"), changed, caption, wide=True, words=True), whole]
    )


def provenance_section(standing: Standing) -> Section:
    """Data, code and machine, as the training knew them."""
    told, settings = standing.facts, standing.settings
    versions = ", ".join(f"{name} {number}" for name, number in told.get("versions", {}).items())
    rows = [
        ("Labeled pictures", f"{settings['data.labeled']}, below {settings['data.root']}"),
        ("Split", f"{told['split']} (a hash of who is in which part)" if "split" in told else NOT_YET),
        ("Licence of the data", str(settings["data.licence"])),
        ("Command", told.get("command", NOT_YET)),
        ("Commit", told.get("commit", NOT_YET) or "not run from a checkout"),
        ("Versions", versions or NOT_YET),
        ("Hardware", told.get("hardware", NOT_YET)),
        ("Folder", str(standing.folder)),
    ]
    return Section("Where it comes from", (), [Table((), rows, wide=True, words=True)])


def in_words(value: Any) -> str:
    """A setting's value as one line.

    >>> in_words(True), in_words(""), in_words(1e-05), in_words([{"pictures": "more", "points": "", "grow": 1.2}])
    ('yes', 'none', '1e-05', 'pictures more, grow 1.2')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {in_words(held)}" for name, held in value.items() if held not in ("", 0))
    if isinstance(value, list):
        return "; ".join(map(in_words, value)) or "none"
    return "none" if value in ("", None) else str(value)
