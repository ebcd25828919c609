"""The `mtcnn` package's own answers, run by a Python that has it with TensorFlow; finding_faces.py compares with them.

    PYTHON_WITH_TENSORFLOW benchmarks/mtcnn_package.py REQUEST.npz ANSWER.json

REQUEST: input_0..2, uint8, one a network; picture_0.., uint8, to find faces in; the last is timed.
"""

import json
import os
import sys
from time import perf_counter, process_time

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "OMP_NUM_THREADS": "1"}

import numpy as np
import tensorflow  # pyright: ignore[reportMissingImports]

tensorflow.config.threading.set_intra_op_parallelism_threads(1)
tensorflow.config.threading.set_inter_op_parallelism_threads(1)

from mtcnn import MTCNN  # noqa: E402

RUNS = 20


def main(request: str, answer: str) -> None:
    given = np.load(request)
    began = perf_counter()
    finder = MTCNN()
    loading = perf_counter() - began
    networks = [
        [output.numpy().tolist() for output in stage.model((given[f"input_{number}"].astype(np.float32) - 127.5) / 128)]
        for number, stage in enumerate(finder.stages)
    ]
    pictures = [given[f"picture_{number}"] for number in range(sum(name.startswith("picture") for name in given))]
    settings = {"box_format": "xyxy", "output_type": "numpy", "fit_to_image": False, "threshold_onet": 0.7}
    faces = [np.asarray(finder.detect_faces(picture, **settings)).tolist() for picture in pictures]
    seconds = []
    for _ in range(RUNS):
        began = process_time()
        finder.detect_faces(pictures[-1], **settings)
        seconds.append(process_time() - began)
    document = {"networks": networks, "faces": faces, "seconds": seconds, "loading": loading}
    with open(answer, "w", encoding="utf-8") as file:  # noqa: PTH123
        json.dump(document, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
