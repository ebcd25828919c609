"""Tables of text: every column as wide as it must be, and a rule below the head."""

from collections.abc import Collection, Sequence


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
