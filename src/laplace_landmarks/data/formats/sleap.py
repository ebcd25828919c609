"""SLEAP's projects and packages (.slp, .pkg.slp), HDF5: what was labeled by hand, not what was predicted.

Since format 1.1 a pixel's centre is its integer index; before, its corner was, so half a pixel is taken off (as
SLEAP's own reader does). A node that is hidden or not a number is missing. Pictures come from the package itself,
from a list of picture files, or are taken out of a video; the first and the last are unpacked beside the file.
"""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from laplace_landmarks.data.formats.containers import HDF5, library, unpack
from laplace_landmarks.data.formats.rows import Note, Point, Row, find_picture, labeled_set, silent
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.errors import InputError

CENTRED_SINCE = 1.1
EDGE, SYMMETRY = 1, 2  # kinds of a skeleton's links
USER = 0  # instance_type of what a person labeled
TABLES = ("frames", "instances", "points", "videos_json", "metadata")


def fits(path: Path, head: bytes) -> bool:
    """Whether a file is HDF5."""
    return head.startswith(HDF5)


def read_sleap(path: Path | str, markup: Markup | None = None, note: Note = silent) -> LabeledSet:
    """The labeled instances, in the file's order; without a markup the skeleton's nodes, edges and symmetries make one.

    Predicted instances and those without a single node are left out and counted.
    """
    path = Path(path)
    h5py = library(path, "h5py")
    try:
        with h5py.File(path, "r") as file:
            return _read(path, file, markup, note)
    except InputError:
        raise
    except (OSError, LookupError, RuntimeError, ValueError, TypeError, AttributeError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path}: not a whole SLEAP file ({reason}); copy it again") from error


def _read(path: Path, file: Any, markup: Markup | None, note: Note) -> LabeledSet:
    absent = [table for table in TABLES if table not in file]
    if absent:
        raise InputError(f"{path}: no table {absent[0]!r}; is this a SLEAP file?")
    skeletons = _skeletons(path, file["metadata"].attrs)
    shift = 0.0 if float(file["metadata"].attrs.get("format_id", 0)) >= CENTRED_SINCE else 0.5
    videos = [json.loads(row) for row in file["videos_json"][:]]
    frames: dict[int, Any] = {}
    twice = [number for row in file["frames"][:] if frames.setdefault(number := int(row["frame_id"]), row) is not row]
    if twice:
        note(f"{path}: {len(twice)} frames have a second row, the first is frame_id {twice[0]}; the first was taken")
    points = file["points"][:]
    rows, predicted, empty = [], 0, 0
    for place, instance in enumerate(file["instances"][:]):
        where = f"{path}, instance {place}"
        if int(instance["instance_type"]) != USER:
            predicted += 1
            continue
        if int(instance["skeleton"]) >= len(skeletons):
            raise InputError(f"{where}: skeleton {instance['skeleton']} is none of the file's {len(skeletons)}")
        own = skeletons[int(instance["skeleton"])]
        if own != skeletons[0]:
            raise InputError(f"{where}: has another skeleton than the first; one file has one kind of object")
        mine = points[int(instance["point_id_start"]) : int(instance["point_id_end"])]
        if len(mine) != len(own):
            raise InputError(f"{where}: {len(mine)} points, but the skeleton has {len(own)} nodes")
        nodes = [_point(point, shift) for point in mine]
        if not any(nodes):
            empty += 1
            continue
        frame = frames.get(int(instance["frame_id"]))
        if frame is None or int(frame["video"]) >= len(videos):
            raise InputError(f"{where}: its frame or video is not in the file")
        name, picture = _picture(where, path, file, videos, int(frame["video"]), int(frame["frame_idx"]))
        rows.append(Row(where, name, picture, nodes))
    if predicted or empty:
        note(f"{path}: {predicted} predicted instances and {empty} without a node were left out")
    return labeled_set(path, rows, markup, names=skeletons[0].names, own=skeletons[0], note=note)


def _point(point: Any, shift: float) -> Point | None:
    x, y = float(point["x"]) - shift, float(point["y"]) - shift
    return (x, y) if bool(point["visible"]) and np.isfinite([x, y]).all() else None


def _skeletons(path: Path, attributes: Any) -> list[Markup]:
    """The skeletons in the metadata's JSON, whose nodes and kinds of links are numbered over the whole file."""
    content = json.loads(attributes["json"])
    names = [node["name"] for node in content["nodes"]]
    found = []
    for skeleton in content["skeletons"]:
        order = [node["id"] for node in skeleton["nodes"]]
        links: dict[int, list[tuple[int, int]]] = {EDGE: [], SYMMETRY: []}
        for link in skeleton.get("links", []):
            kind = link["type"]["py/reduce"][1]["py/tuple"][0] if "py/reduce" in link["type"] else link["type"]["py/id"]
            links[kind].append((order.index(link["source"]), order.index(link["target"])))
        pairs = {(min(pair), max(pair)) for pair in links[SYMMETRY]}  # SLEAP may say each pair both ways
        name = str(skeleton.get("graph", {}).get("name", path.stem))
        nodes = tuple(str(names[node]) for node in order)
        try:
            found.append(Markup(name, nodes, mirror=tuple(sorted(pairs)), edges=tuple(links[EDGE])))
        except InputError as error:
            raise InputError(f"{path}: {error}") from None
    if not found:
        raise InputError(f"{path}: no skeleton in it")
    return found


def _backend(where: str, video: Any) -> dict[str, Any]:
    """What tells where the frames of a video are."""
    backend = video.get("backend", video) if isinstance(video, dict) else video
    if not isinstance(backend, dict):
        raise InputError(f"{where}: must be an object that tells where the frames are, not {str(backend)[:40]!r}")
    if not (backend.get("filenames") or isinstance(backend.get("filename"), str | list)):
        raise InputError(f"{where}: no filename")
    if backend.get("filename") == "." and not isinstance(backend.get("dataset"), str):
        raise InputError(f"{where}: dataset must be the name of a table in the file, not {backend.get('dataset')!r}")
    return backend


def _picture(where: str, path: Path, file: Any, videos: list[Any], video: int, frame: int) -> tuple[str, Path]:
    """Name and file of a frame."""
    backend = _backend(f"{path}, videos_json, row {video}", videos[video])
    source, name = backend.get("filename"), f"video{video}/{frame:06}"
    if source == ".":
        return f"{name}.png", unpack_frame(path, file, backend["dataset"], video, frame)
    folder = path.absolute().parent
    listed = backend.get("filenames") or (source if isinstance(source, list) else None)
    if listed is not None:
        if not isinstance(listed, list) or frame >= len(listed) or not isinstance(listed[frame], str):
            raise InputError(f"{where}: frame {frame} of video {video} is not in the video's list of pictures")
        image = listed[frame]
        place = find_picture(image, [folder])
        return image, place if place.is_file() else folder / Path(image.replace("\\", "/")).name
    film = find_picture(str(source), [folder])
    film = film if film.is_file() else folder / Path(str(source).replace("\\", "/")).name
    return f"{name}.png", unpack(path, _flat(video, frame), lambda: _frame_of_film(path, film, frame))


def unpack_frame(path: Path, file: Any, dataset: str, video: int, frame: int) -> Path:
    """A frame that the package holds as an encoded picture; their numbers stand beside."""
    group = dataset.removesuffix("/video")
    numbers = file[f"{group}/frame_numbers"][:].tolist()
    if frame not in numbers:
        raise InputError(f"{path}: frame {frame} of {group} is labeled, but its picture is not in the package")
    encoded = np.asarray(file[dataset][numbers.index(frame)]).view(np.uint8)
    return unpack(path, _flat(video, frame), encoded.tobytes)


def _flat(video: int, frame: int) -> str:
    return f"video{video}-{frame:06}.png"


def _frame_of_film(path: Path, film: Path, frame: int) -> bytes:
    if not film.is_file():
        raise InputError(f"{path}: there is no video {film}; put it beside the labels")
    capture = cv2.VideoCapture(str(film))
    try:
        capture.set(cv2.CAP_PROP_POS_FRAMES, frame)
        read, pixels = capture.read()
    finally:
        capture.release()
    if not read:
        raise InputError(f"{film}: frame {frame} cannot be read")
    return cv2.imencode(".png", pixels)[1].tobytes()
