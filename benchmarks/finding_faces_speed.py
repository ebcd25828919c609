"""What MTCNN takes, and how it compares with the `mtcnn` package that its weights come from."""

import json
import subprocess
import tempfile
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time

import cv2
import numpy as np

from laplace_landmarks.conventions import Picture
from laplace_landmarks.faces.mtcnn import MTCNN, networks
from laplace_landmarks.faces.mtcnn.overlap import overlaps
from laplace_landmarks.faces.mtcnn.weights import published_weights
from laplace_landmarks.session import start_session

RUNS = 40
SAME = 0.5  # overlap of a box of ours with one of theirs
THEIRS = Path(__file__).with_name("mtcnn_package.py")


def one_face(video: Path) -> Picture:
    """(480, 640, 3) the middle of a video's first frame: one face, 400 pixels high."""
    read, frame = cv2.VideoCapture(str(video)).read()
    assert read
    height, width = frame.shape[:2]
    rows = width * 3 // 4
    first = (height - rows) // 4  # heads are above the middle
    shown = cv2.resize(frame[first : first + rows], (640, 480))
    return np.ascontiguousarray(shown[..., ::-1], np.uint8)


def speed(video: Path) -> dict[str, object]:
    """Milliseconds of one thread's processor time, which other work on the machine does not change much."""
    began = perf_counter()
    finder = MTCNN()
    loading = perf_counter() - began
    picture = one_face(video)
    large = np.asarray(cv2.resize(picture, (4000, 3000)), np.uint8)
    found = len(finder(picture))
    figures = {
        "loading, ms": round(1000 * loading, 1),
        "faces in the picture": found,
        "640 x 480": milliseconds(finder, picture),
        "640 x 480, min_face 40": milliseconds(MTCNN(40), picture),
        "640 x 480, min_face 80": milliseconds(MTCNN(80), picture),
        "4000 x 3000": milliseconds(finder, large, 5),
    }
    huge = np.asarray(cv2.resize(picture, (11548, 8660)), np.uint8)
    with_picture = getrusage(RUSAGE_SELF).ru_maxrss
    figures["100 megapixels"] = milliseconds(finder, huge, 1)
    figures["100 megapixels, min_face 20"] = milliseconds(MTCNN(20), huge, 1)
    figures["memory beyond the picture's, MB"] = (getrusage(RUSAGE_SELF).ru_maxrss - with_picture) // 1024
    return figures


def milliseconds(finder: MTCNN, picture: Picture, runs: int = RUNS) -> dict[str, float]:
    seconds = []
    for _ in range(runs):
        began = process_time()
        finder(picture)
        seconds.append(process_time() - began)
    p50, p95 = np.quantile(seconds, [0.5, 0.95]) * 1000
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1)}


def against_package(python: Path, pictures: list[Picture], video: Path) -> dict[str, object]:
    """The package's networks and faces beside ours, and its time on the same picture in the same minute."""
    random = np.random.default_rng(0)
    inputs = [random.integers(0, 256, shape, np.uint8) for shape in ((2, 57, 70, 3), (8, 24, 24, 3), (8, 48, 48, 3))]
    pictures = [*pictures, one_face(video)]
    with tempfile.TemporaryDirectory() as folder:
        request, answer = Path(folder) / "request.npz", Path(folder) / "answer.json"
        named = {f"input_{number}": one for number, one in enumerate(inputs)}
        np.savez(request, **named, **{f"picture_{number}": one for number, one in enumerate(pictures)})  # pyright: ignore[reportArgumentType]
        subprocess.run([str(python), str(THEIRS), str(request), str(answer)], check=True, capture_output=True)
        theirs = json.loads(answer.read_text(encoding="utf-8"))
    finder = MTCNN()
    ours = milliseconds(finder, pictures[-1])["p50"]
    package = 1000 * float(np.median(theirs["seconds"]))
    return {
        "largest difference of a network's outputs": networks_apart(inputs, theirs["networks"]),
        "faces": faces_apart([finder(picture) for picture in pictures], theirs["faces"]),
        "640 x 480, ms, one thread: ours, the package, ratio": [ours, round(package, 1), round(package / ours, 1)],
        "loading it, ms": round(1000 * theirs["loading"]),
    }


def networks_apart(inputs: list[np.ndarray], theirs: list[list]) -> dict[str, float]:
    """P-Net's outputs are compared window by window, the others' row by row; theirs come last probability, of two."""
    apart = {}
    build = {"P-Net": networks.pnet, "R-Net": networks.rnet, "O-Net": networks.onet}
    for (name, network), weights, given, expected in zip(
        build.items(), published_weights(), inputs, theirs, strict=True
    ):
        outputs = [np.asarray(one) for one in start_session(network(weights)).run(None, {networks.INPUT: given})]
        if name == "P-Net":
            outputs = [one.transpose(0, 2, 3, 1) for one in outputs]
        *others, face = (np.array(one) for one in expected)
        pairs = zip(outputs, [face[..., 1:], *others], strict=True)
        apart[name] = float(f"{max(float(np.abs(ours - other).max()) for ours, other in pairs):.1e}")
    return apart


def faces_apart(ours: list, theirs: list[list]) -> dict[str, object]:
    """Faces that both find, how far apart, and those of one alone."""
    overlap, both, only_ours, only_theirs = [], 0, 0, 0
    for faces, rows in zip(ours, theirs, strict=True):
        boxes = np.array([face.box for face in faces]).reshape(-1, 4) + 0.5
        common = overlaps(boxes, np.array([row[1:5] for row in rows]).reshape(-1, 4))
        while common.max(initial=0) >= SAME:
            row, column = np.unravel_index(common.argmax(), common.shape)
            overlap.append(float(common[row, column]))
            common[row], common[:, column] = -1, -1
            both += 1
            only_ours, only_theirs = only_ours - 1, only_theirs - 1
        only_ours, only_theirs = only_ours + len(faces), only_theirs + len(rows)
    return {
        "of both": both,
        "only ours": only_ours,
        "only the package's": only_theirs,
        "mean overlap": round(float(np.mean(overlap)), 3),
    }
