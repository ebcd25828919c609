"""What the names of landmarks say of left and right, held against the markup's mirror pairs."""

import re

from laplace_landmarks.data.markups.definition import Markup
from laplace_landmarks.text_table import some

# "left eye", "nose_left", "leftear", "LeftEye", "eyeLeft"; not "upright" or "bright"
SIDED = re.compile(r"(?<![^\W\d_])(?i:left|right)|(?<=[a-z])(?:Left|Right)")
LETTER = re.compile(r"(?<![^\W\d_])[lrLR](?![^\W\d_])")  # "l_eye", "eye.R"
OTHER = {"left": "right", "right": "left", "l": "r", "r": "l"}


def first_sided(markup: Markup) -> str | None:
    """The first landmark whose name says on which side it is."""
    return next((name for name in markup.names if _has_a_side(name, markup)), None)


def doubtful_pairs(markup: Markup) -> list[str]:
    """What is odd about the mirror pairs, in words: names with a side in no pair, and pairs whose names do not match.

    Nothing of a markup without pairs: who mirrors with one is refused, and else none are needed.
    """
    if not markup.mirror:
        return []
    names, paired = markup.names, {index for pair in markup.mirror for index in pair}
    lone = [name for index, name in enumerate(names) if index not in paired and _has_a_side(name, markup)]
    crossed = [
        f"{names[a]} with {names[b]}"
        for a, b in markup.mirror
        if (_has_a_side(names[a], markup) or _has_a_side(names[b], markup)) and not _are_a_pair(names[a], names[b])
    ]
    lines = []
    if lone:
        lines.append(f"the markup {markup.name} has mirror pairs, but none for {some(lone)}")
    if crossed:
        lines.append(f"the markup {markup.name} has mirror pairs whose names do not match: {some(crossed)}")
    return lines


def _has_a_side(name: str, markup: Markup) -> bool:
    """By words; a letter counts where the name with the other letter is there too."""
    letter = LETTER.search(name) and _mirrored(name, LETTER)
    return bool(SIDED.search(name)) or letter in markup.names


def _are_a_pair(first: str, second: str) -> bool:
    """Whether left and right alone tell them apart, wherever in the name they stand; numbers may run the other way."""
    pattern = SIDED if SIDED.search(first) else LETTER
    return _letters(_mirrored(first, pattern)) == _letters(second)


def _mirrored(name: str, pattern: re.Pattern[str]) -> str:
    def other(found: re.Match[str]) -> str:
        word = OTHER[found[0].lower()]
        return word.upper() if found[0].isupper() else word.capitalize() if found[0].istitle() else word

    return pattern.sub(other, name)


def _letters(name: str) -> list[str]:
    """In the order of the alphabet, so that "eye left" is as "left eye"."""
    return sorted(letter for letter in name.casefold() if letter.isalpha())
