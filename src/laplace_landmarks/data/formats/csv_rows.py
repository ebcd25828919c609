"""The rows of a CSV, each with the line on which it begins."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import read_names


def csv_rows(path: Path) -> list[tuple[str, list[str]]]:
    """All rows that are not blank, each after its place: file and line, as errors call it and an editor counts it."""
    reader = csv.reader(io.StringIO(read_names(path), newline=""))
    rows, begins = [], 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                rows.append((f"{path}, row {begins}", cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{path}, row {begins}: not a CSV file from here on ({error})") from error
    return rows


def open_quote(cells: Sequence[str]) -> str:
    """A hint where a cell holds the end of its line: a quote that is never closed takes in all that follows."""
    return "; a quote in it is open, and takes in the lines below" if any("\n" in cell for cell in cells) else ""
