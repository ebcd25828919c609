"""Which of a file's points each landmark of a markup is: by name, or by place where names cannot tell it.

Names that differ only in case, spaces, hyphens and underscores are one. Where the names that a user gave to a markup
and those in a file have nothing in common, nothing tells which is which, and the order least of all.
"""

from collections.abc import Callable, Container, Sequence
from difflib import get_close_matches
from pathlib import Path

from laplace_landmarks.data.markup import MARKUPS, Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.text_table import some

Tell = Callable[[str], None]


def order_of(
    path: Path | str, markup: Markup, names: Sequence[str], count: int, note: Tell, unit: str = "an object"
) -> list[int]:
    """Which of a row's points each landmark of the markup is.

    By place where the file has no names, where either counts instead (one tool from 0, another from 1), and, which is
    told, where the names are those of a built-in markup, which hardly any other program knows. unit: what a row is,
    for errors.
    """
    found = _found(markup.names, names)
    counting = not names or _are_numbers(names), _are_numbers(markup.names)
    by_place = all(counting) if found else any(counting)  # "leg 1" of a file that has a "head" is a name
    as_many = count == len(markup)
    if len(found) == len(markup) and (as_many or not by_place):
        return [found[name] for name in markup.names]
    if as_many and by_place:
        return list(range(count))
    known = _is_known(markup.names)
    if as_many and not found and (known or _is_known(names)):
        note(f"{path}: none of its names is one of {markup.name}, so landmarks are taken in their order: "
             f"{names[0]!r} for {markup.names[0]!r}, ..., {names[-1]!r} for {markup.names[-1]!r}")  # fmt: skip
        return list(range(count))
    if by_place or (known and not found):
        raise InputError(
            f"{path}: {count} landmarks {unit}, but the markup {markup.name} has {len(markup)}; name another, or auto"
        )
    raise InputError(f"{path}: {_what_is_not_there(markup, names, found)}")


def tell_left_out(
    path: Path | str, markup: Markup, names: Sequence[str], order: Sequence[int], labels: Sequence[int], note: Tell
) -> None:
    """Tells of landmarks that a file has and the markup lacks: it may be a part on purpose, or a name is misspelled.

    order: as of order_of. labels: how many there are of each place in the file.
    """
    left = sorted(set(range(len(names))) - set(order))
    if not left or _is_known(names):
        return
    told = []
    for place in left:
        close = get_close_matches(names[place], markup.names, n=1, cutoff=0.8)
        hint = f", did you mean {close[0]!r}?" if close else ""
        told.append(f"{names[place]!r} ({labels[place]} label{'s' * (labels[place] != 1)}{hint})")
    note(f"{path}: not kept: landmarks that the markup {markup.name} lacks: {some(told)}")


def _what_is_not_there(markup: Markup, names: Sequence[str], found: Container[str]) -> str:
    """Which landmarks of the markup a file lacks, and what to do, with the name that may be meant."""
    absent = [name for name in markup.names if name not in found]
    if len(absent) == len(markup):
        theirs, ours = some([*map(repr, names)]), some([*map(repr, markup.names)])
        return (
            f"none of its names is a landmark of the markup {markup.name}: there are {theirs}, but the markup has "
            f"{ours}; write the same names in both, in any order"
        )
    close = get_close_matches(absent[0], [name for name in names if name not in found], n=1)
    hint = f", but {close[0]!r} is; write it alike in both" if close else ""
    return f"{len(absent)} landmarks of {markup.name} are not in it, the first is {absent[0]!r}{hint}"


def _found(wanted: Sequence[str], names: Sequence[str]) -> dict[str, int]:
    """The place of each wanted name that is there: as it is spelled or, where that is one alone, nearly so."""
    found = {name: names.index(name) for name in wanted if name in names}
    plain = [_plain(name) for name in names]
    ours = [_plain(name) for name in wanted]
    for name, bare in zip(wanted, ours, strict=True):
        if name not in found and plain.count(bare) == ours.count(bare) == 1:
            found[name] = plain.index(bare)
    return found


def _plain(name: str) -> str:
    """A name without what programs write in different ways.

    >>> _plain("Left Fore-foot"), _plain("left_fore_foot")
    ('leftforefoot', 'leftforefoot')
    """
    return "".join(letter for letter in name.casefold() if letter not in " -_")


def _are_numbers(names: Sequence[str]) -> bool:
    """Whether names say nothing but a number each.

    >>> _are_numbers(["0", "1"]), _are_numbers(["kp_1", "kp_2"]), _are_numbers(["eye 1", "nose 1"])
    (True, True, False)
    """
    return all(name[-1:].isdecimal() for name in names) and len({name.rstrip("0123456789") for name in names}) == 1


def _is_known(names: Sequence[str]) -> bool:
    return any(tuple(names) == known.names for known in MARKUPS.values())
