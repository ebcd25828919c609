"""Tables of text: every column as wide as it must be, and a rule below the head."""

from collections.abc import Collection, Sequence
from decimal import ROUND_HALF_UP, Decimal


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]], texts: Collection[int] = (0,)) -> list[str]:
    """The lines of a table; cells stand to the right, but to the left in the columns of texts.

    >>> print(*text_table(["model", "NMSE"], [["a", "3.91"], ["longer", "12.00"]]), sep="\\n")
    model    NMSE
    -------------
    a        3.91
    longer  12.00
    """
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    first, *others = (
        "  ".join(
            cell.ljust(width) if column in texts else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in (head, *rows)
    )
    return [first, "-" * len(first), *others]


def hundredths(number: float) -> str:
    """Two decimals, halves up, as a person rounds what a file says: 3.945 is a little less in binary.

    >>> hundredths(3.945), f"{3.945:.2f}"
    ('3.95', '3.94')
    """
    return str(Decimal(repr(float(number))).quantize(Decimal("0.01"), ROUND_HALF_UP))


def some(words: Sequence[str], most: int = 4) -> str:
    """The first of many words, and how many there are besides.

    >>> some(["head", "tail", "wing"], 2), some(["head", "tail"])
    ('head, tail and 1 more', 'head, tail')
    """
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
