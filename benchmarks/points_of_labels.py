"""The points of labeled faces of a list as a table, so that the same pictures can be given as unlabeled ones.

python benchmarks/points_of_labels.py OUT.csv [--data ../shared/data] [--key train]
"""

from pathlib import Path

import tyro

from laplace_landmarks.data.conversion import write_labels
from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.sources import read_labeled, read_split, select


def main(output: tyro.conf.Positional[Path], data: Path = Path("../shared/data"), key: str = "train") -> None:
    """Write the table, if it is not there.

    Args:
        output: CSV file.
        data: Folder with the pictures.
        key: List in splits/lfpw.json.
    """
    if output.exists():
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    faces = select(read_labeled(data / "300w/lfpw/trainset", IBUG68, "pts"), read_split(data / "splits/lfpw.json", key))
    written, _ = write_labels(output, faces, "table")
    print(f"{len(written)} faces in {output}")


if __name__ == "__main__":
    tyro.cli(main)
