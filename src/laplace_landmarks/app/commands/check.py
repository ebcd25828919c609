"""`laplace-landmarks check`: labels that may be wrong, in words and on a sheet."""

import csv
import io
import sys
from collections import Counter
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import Annotated

import tyro

from laplace_landmarks.app.parse import call
from laplace_landmarks.app.telling import tell
from laplace_landmarks.data.checking.kinds import KINDS
from laplace_landmarks.data.checking.sheet import Tile, check_sheet, suspicious_tiles
from laplace_landmarks.data.checking.suspicions import Checked, check_labels
from laplace_landmarks.data.markup import markup_or_auto
from laplace_landmarks.data.markups.sides import doubtful_pairs
from laplace_landmarks.data.pictures import check_written, write_picture
from laplace_landmarks.data.placing import NAMED, is_lone
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled
from laplace_landmarks.data.writing import check_apart, check_output, check_writable, write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.text_files import to_bytes
from laplace_landmarks.text_table import some

SHOWN = 20  # lines on the screen


def check(
    data: Annotated[Path, tyro.conf.Positional],
    output: Path = Path("check.png"),
    list: Path | None = None,
    deviations: float = 8.0,
    count: int = 48,
    format: str = "auto",
    markup: str = "auto",
    part: str = "",
    strict: bool = False,
) -> None:
    """List labels that may be wrong, and draw them on a sheet: outside of the picture, there twice, left and right
    swapped, or far from where the other landmarks of the object put them.

    Args:
        data: Labeled pictures in any of the formats of docs/formats.md.
        output: The sheet; without anything suspicious it shows labels evenly spaced over the data.
        list: CSV file for all that was found: name, picture, kind, landmarks, amount, text.
        deviations: How far from its place by the shape model a landmark must be to be listed, in deviations.
        count: Objects on the sheet at the most.
        format: How the labels are stored: coco, dlib, wflw, ... (docs/formats.md); auto looks.
        markup: What the landmarks are: a built-in name, or a YAML or JSON file; auto asks the labels.
        part: Only this part of the data: train, common, challenge or full of 300W, ...
        strict: Exit with 1 where anything is suspicious.
    """
    rules = {"--deviations": 0 < deviations < inf, "--count": count >= 1}
    broken = [flag for flag, kept in rules.items() if not kept]
    if broken:
        raise InputError(f"{broken[0]} must be above 0")
    check_written(output)
    check_writable(output, "--output")
    if list:
        check_output(list, "--list")
    check_apart({"--output": output, "--list": list})
    labeled = read_labeled(data, markup_or_auto(markup), format, tell, part)
    checked = check_labels(labeled, deviations)
    for suspicion in checked.suspicions[:SHOWN]:
        print(f"{labeled.samples[suspicion.sample].name}: {suspicion.kind}: {suspicion.text}")
    if len(checked.suspicions) > SHOWN:
        print(f"... and {len(checked.suspicions) - SHOWN} more; --list FILE.csv names them all")
    print(_summary(labeled, checked))
    if never := labeled.never_labeled:
        print(f"no label of {some(never)} in any object: a model would not learn where that is")
    if lone := [sample.name for sample in labeled.samples if is_lone(sample)]:
        what = f"fewer than two visible landmarks: {some(lone, NAMED)}"
        print(f"{len(lone)} with {what}; where no box tells how large they are, a training leaves them out")
    for line in doubtful_pairs(labeled.markup):
        print(f"{line}: mirroring would teach the wrong side of them")
    for line in (*checked.of_all, *checked.notes):
        print(line)
    for line in checked.not_checked:
        print(f"not looked for: {line}")
    if list:
        write_whole(list, _as_csv(labeled, checked))
    tiles = suspicious_tiles(labeled, checked.suspicions)[:count]
    places = [place * len(labeled) // count for place in range(count)] if len(labeled) > count else range(len(labeled))
    tiles = tiles or [Tile(labeled.samples[place], "", frozenset()) for place in places]
    write_picture(output, check_sheet(labeled, tiles))
    print(f"sheet of {len(tiles)}: {output}")
    if strict and (checked.suspicions or checked.of_all):
        sys.exit(1)


def _summary(labeled: LabeledSet, checked: Checked) -> str:
    """How many objects of how many, and of which kinds.

    What is suspicious in several ways counts once among the objects, and once in each kind.
    """
    what = f"{len(labeled)} objects, {len(labeled.markup)} landmarks ({labeled.markup.name})"
    objects = len({suspicion.sample for suspicion in checked.suspicions})
    if not objects:
        return f"{what}: {'no object suspicious by itself' if checked.of_all else 'nothing suspicious'}"
    kinds = Counter(suspicion.kind for suspicion in checked.suspicions)
    return f"{what}: {objects} suspicious ({', '.join(f'{kind} {kinds[kind]}' for kind in KINDS if kinds[kind])})"


def _as_csv(labeled: LabeledSet, checked: Checked) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", "picture", "kind", "landmarks", "amount", "text"])
    for suspicion in checked.suspicions:
        sample = labeled.samples[suspicion.sample]
        landmarks = "; ".join(labeled.markup.names[index] for index in suspicion.landmarks)
        writer.writerow(
            [sample.name, sample.picture, suspicion.kind, landmarks, f"{suspicion.amount:.4g}", suspicion.text]
        )
    return to_bytes(text.getvalue())


def main(arguments: Sequence[str]) -> None:
    call(check, arguments, "check")
