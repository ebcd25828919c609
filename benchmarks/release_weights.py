"""Make NAME-fast-w8.onnx of each released NAME-fast.onnx: 8-bit weights, calibrated and scored as release.py does.

For models whose run's folder is gone: a quick network's fast file holds the weights as they were trained. With the
folder, release.py makes this file, too.

    python benchmarks/release_weights.py laplace68-eighth laplace68-quarter [--data ../shared/data]
"""

from pathlib import Path

import tyro
from release import finish, parts_of_lfpw, sign

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.export.model import of_variant, with_metadata
from laplace_landmarks.export.variants import VARIANTS, crops_for, make_variant
from laplace_landmarks.method.recombinator import network_of
from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.released import FOLDER, find_model
from laplace_landmarks.training.initial import start_from

VARIANT = "fast-w8"


def main(names: tyro.conf.Positional[tuple[str, ...]], data: Path = Path("../shared/data")) -> None:
    """Write the files and sign all.

    Args:
        names: Names of released models.
        data: Folder with 300w and splits.
    """
    train, validation, test = parts_of_lfpw(data)
    for name in names:
        fast = find_model(f"{name}-fast")
        info = read_info(fast)
        growth = [int(times) for times in str(info.network["growth"]).split()]
        network = network_of({**info.network, "name": "recombinator", "growth": growth}, len(info.markup)).eval()
        start_from(network, fast)
        beta = float(str(info.network["beta"]))
        made = make_variant(VARIANT, network, beta, crops_for(info.crop, info.markup, train))
        told = of_variant(info, made, VARIANTS[VARIANT], drawn=False, name=f"{name}-{VARIANT}")
        model = FOLDER / f"{told.name}.onnx"
        write_whole(model, with_metadata(made.model, told))
        finish(model, validation, test)
        print(f"{told.name}: {model.stat().st_size:,} bytes", flush=True)
    sign(FOLDER)


if __name__ == "__main__":
    tyro.cli(main)
