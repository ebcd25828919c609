"""Fifty labels and a hundred more of LFPW's other training faces: those that `rank` chooses, any, or some of each.

The list is a split file: train, the 150 names, and validation, which is that of splits/lfpw.json. `rank` is given the
pictures' true points, which place the crops along the axes as in the training, and the fifty as labels that are there.

    python benchmarks/chosen_labels.py OUT.json [--model MODEL.onnx [--lot 0.5]] [--data ../shared/data] [--seed 0]
"""

import json
from pathlib import Path

import numpy as np
import tyro

from laplace_landmarks.app.commands.rank import rank
from laplace_landmarks.app.looking import Looking
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled, read_split

FIRST, MORE = "labels/50", 100


def main(
    output: tyro.conf.Positional[Path],
    model: Path | None = None,
    lot: float = 0,
    data: Path = Path("../shared/data"),
    seed: int = 0,
) -> None:
    """Write the split file.

    Args:
        output: JSON file; of the ranking, its list and its predictions lie beside it.
        model: Model file that ranks; without it the hundred are drawn.
        lot: Share that is drawn although a model ranks.
        data: Folder with the pictures.
        seed: Of the drawing.
    """
    lists, faces = data / "splits/lfpw.json", data / "300w/lfpw/trainset"
    first, validation = read_split(lists, FIRST), read_split(lists, "validation")
    others = sorted({*read_split(lists, "train")} - {*first})
    output.parent.mkdir(parents=True, exist_ok=True)
    more = drawn(others, seed) if model is None else ranked(model, faces, first, others, output, lot, seed)
    output.write_text(json.dumps({"train": [*first, *more], "validation": validation}, indent=1) + "\n")
    print(f"{len(first)} labels and {len(more)} more of {len(others)}, {'ranked' if model else 'drawn'}, in {output}")


def drawn(names: list[str], seed: int) -> list[str]:
    return [names[place] for place in np.random.default_rng(seed).permutation(len(names))[:MORE]]


def ranked(
    model: Path, faces: Path, first: tuple[str, ...], others: list[str], output: Path, lot: float, seed: int
) -> list[str]:
    """What the command chooses, as its users run it, in its order."""
    place = output.with_suffix("")
    pictures = {sample.name: sample.picture for sample in read_labeled(faces, IBUG68, "pts").samples}
    files = {part: place.with_name(f"{place.name}-{part}.txt") for part in ("labeled", "others", "chosen")}
    for part, names in (("labeled", first), ("others", others)):
        files[part].write_text("".join(f"{pictures[name].resolve()}\n" for name in names))
    rank(
        str(model), (str(files["others"]),), count=MORE, lot=lot, seed=seed, output=files["chosen"],
        labeled=(str(files["labeled"]),), points=faces, looking=Looking(upright=False),
        predictions=place.with_name(f"{place.name}-predictions"), overwrite=True,
    )  # fmt: skip
    names = {picture.resolve(): name for name, picture in pictures.items()}
    return [names[Path(line)] for line in files["chosen"].read_text().splitlines()]


if __name__ == "__main__":
    tyro.cli(main)
