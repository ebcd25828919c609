"""How much steadier does smoothing make landmarks in video, what does it cost in lag, and are faces kept and let go?

Clips of stills whose landmarks are known in every frame (clips.py) are tracked from the first frame, found by MTCNN,
to the last. Each filter's settings are the steadiest that do not follow worse: the least jitter at rest among those
whose error in motion stays below LIMIT times that without a filter, on clips of other faces than those reported. The
model is calibrated on a third part. Jitter: mean step, from frame to frame, of the error at rest. Motion: root mean
square of the error's change against its mean at rest, while the face sways, talks and dashes. Lag: the delay, in
frames, that explains most of the error in the dashes. All lengths are percent of the distance of the eyes.

    python benchmarks/video_jitter.py [--model NAME_OR_FILE] [--data LFPW/trainset] [--split SPLIT.json]
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np
import tyro
from clips import SIZE, STAGES, Clip, make_clip
from record import record
from video_filters import CANDIDATES, DRAWS, Tracked, choose, eyes_apart, summary

from laplace_landmarks.conventions import Picture
from laplace_landmarks.data.formats.folder import find_pictures
from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.sources import read_labeled, read_split, select
from laplace_landmarks.data.synthetic.brush import canvas, shrink
from laplace_landmarks.data.synthetic.scenery import paint_background
from laplace_landmarks.evaluation.calibration import calibrate, cross_validate, measure
from laplace_landmarks.evaluation.protocols import TRUE_POINT_CROPS, predict_labeled
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.model_file import write_calibration
from laplace_landmarks.runtime.released import DEFAULT, find_model
from laplace_landmarks.runtime.smoothing import SMOOTHINGS
from laplace_landmarks.runtime.track import uncertainty
from laplace_landmarks.runtime.tracking import Tracker, Tracking

CUT_AT, CUT_FOR = 20, 30  # frames


def main(
    model: str = DEFAULT,
    data: Path = Path("../shared/data/300w/lfpw/trainset"),
    split: Path = Path("../shared/data/splits/lfpw.json"),
    no_faces: Path = Path("../shared/data/mirror-mouse"),
    tuned_on: int = 10,
    judged_on: int = 30,
) -> None:
    """Track all clips, choose each filter's settings, and write the result file."""
    names = sorted(read_split(split, "validation"))
    with TemporaryDirectory() as folder:
        detector = calibrated(model, data, names[::2], Path(folder) / "calibrated.onnx")
    labeled = select(read_labeled(data, detector.info.markup), names[1::2])
    print("tracking", flush=True)
    tuned = [track(detector, clip) for clip in clips(labeled, range(tuned_on))]
    judged = [track(detector, clip) for clip in clips(labeled, range(tuned_on, tuned_on + judged_on))]
    behind = [track(detector, clip, lead=0.0) for clip in (some.clip for some in judged)]
    chosen = {name: choose(makers, tuned) for name, makers in CANDIDATES.items()}
    figures = {
        "off": summary(judged, None),
        **{
            name: {f"motion within {limit:g}": {"settings": setting} | summary(judged, CANDIDATES[name][setting])
                   for limit, setting in settings.items()}
            for name, settings in chosen.items()
        },
        "as shipped": {name: summary(judged, maker) for name, maker in SMOOTHINGS.items() if maker},
        "crops where the face was, off": summary(behind, None),
        "following": following(judged) | {"crops where the face was": following(behind)},
        "lost": lost(detector, judged, no_faces),
        "milliseconds beside the model": cost(detector, judged[0].clip),
    }  # fmt: skip
    path = record(
        "video-jitter",
        figures,
        data=f"{judged_on} clips of {sum(STAGES.values()):g} s from stills of 300W lfpw/trainset, validation of "
        f"{split.name}; settings chosen on {tuned_on} others; calibrated on the {len(names[::2])} left",
        protocol=(__doc__ or "").split("\n\n")[1].replace("\n", " "),
        intervals=f"percentile bootstrap over clips, {DRAWS} draws, 95 %",
        model={"name": detector.info.name, "network": dict(detector.info.network)},
    )
    print(json.dumps(figures, indent=1), path)


def calibrated(model: str, data: Path, names: list[str], copy: Path) -> LandmarkDetector:
    """A copy of the model, calibrated on these pictures."""
    detector = LandmarkDetector(model)
    labeled = select(read_labeled(data, detector.info.markup), names)
    measured = measure(labeled, predict_labeled(detector, labeled))
    apart = cross_validate(measured, labeled.markup)
    calibration = calibrate(measured, labeled.markup, apart, data="half", protocol=TRUE_POINT_CROPS)
    write_calibration(find_model(model), calibration, copy)
    return LandmarkDetector(copy)


def clips(labeled: LabeledSet, places: range) -> Iterator[Clip]:
    for place in places:
        sample = labeled.samples[place]
        yield make_clip(sample.name, read_picture(sample.picture), sample.landmarks, seed=place)


def track(detector: LandmarkDetector, clip: Clip, lead: float = Tracking.lead) -> Tracked:
    """The clip's faces; where there are several, the one nearest to the truth."""
    counted = _Counted(detector)
    tracker, tracked = Tracker(counted, Tracking(lead=lead)), Tracked(clip, [])
    for seconds, picture, truth in zip(clip.times, clip.pictures(), clip.truth, strict=True):
        faces = tracker(picture, float(seconds))
        near = [face for face in faces if np.linalg.norm(face.landmarks - truth, axis=1).mean() < eyes_apart(truth)]
        tracked.faces.append(near[0].without_picture() if near else None)
        tracked.ids |= {face.id for face in near if face.id is not None}
    tracked.searches = counted.searches
    print(f"  {clip.name}: {sum(face is None for face in tracked.faces)} lost, ids {tracked.ids}", flush=True)
    return tracked


def following(tracked: list[Tracked]) -> dict[str, Any]:
    """How the tracker kept faces that never left."""
    frames = sum(len(some.faces) for some in tracked)
    return {
        "frames": frames,
        "frames without the face": sum(face is None for some in tracked for face in some.faces),
        "clips with one id": sum(len(some.ids) == 1 for some in tracked),
        "clips": len(tracked),
        "searches a second": round(sum(some.searches for some in tracked) / sum(STAGES.values()) / len(tracked), 2),
        "uncertainty, quantiles 0.5 0.95 0.99 1": [round(float(number), 4) for number in np.quantile(
            [uncertainty(face) for some in tracked for face in some.faces if face], [0.5, 0.95, 0.99, 1])],
    }  # fmt: skip


def lost(detector: LandmarkDetector, tracked: list[Tracked], no_faces: Path) -> dict[str, Any]:
    """Frames after a cut to a picture without a face until no face is given, and how uncertain the first was."""
    random = np.random.default_rng(0)
    mice = [cv2.resize(read_picture(file), (SIZE, SIZE)) for file in find_pictures(no_faces)]
    scenes = {"animals in a cage": mice, "drawn scenery": [_scenery(random) for _ in tracked]}
    told = {}
    for name, pictures in scenes.items():
        until, uncertain, false = [], [], 0
        for place, some in enumerate(tracked):
            picture = pictures[place * len(pictures) // len(tracked)]
            tracker = Tracker(detector, Tracking())
            for seconds, frame in zip(some.clip.times[:CUT_AT], some.clip.pictures(), strict=False):
                faces = tracker(frame, float(seconds))
            if not faces:
                continue
            uncertain.append(uncertainty(detector(picture, anchors=faces[0].landmarks)[0]))
            if detector(picture):  # the finder sees a face there, so there is nothing to be noticed
                false += 1
                continue
            given = [len(tracker(noisy(picture, random), float(some.clip.times[CUT_AT + n]))) for n in range(CUT_FOR)]
            until.append(given.index(0) if 0 in given else CUT_FOR)
        told[name] = {
            "cuts": len(until),
            "noticed at once": sum(frames == 0 for frames in until),
            "frames until noticed, at most": max(until, default=0),
            "not noticed": sum(frames == CUT_FOR for frames in until),
            "left out, since MTCNN finds a face": false,
            "uncertainty, quantiles 0 0.05 0.5": [round(float(q), 4) for q in np.quantile(uncertain, [0, 0.05, 0.5])],
        }
    return told


def cost(detector: LandmarkDetector, clip: Clip) -> dict[str, dict[str, float]]:
    """Processor time of this thread for one frame with one face: the network's, and what the tracker adds."""
    table = {}
    for smoothing in SMOOTHINGS:
        counted, beside, network = _Counted(detector), [], []
        tracker = Tracker(counted, Tracking(smoothing=smoothing))
        for seconds, picture in zip(clip.times, clip.pictures(), strict=True):
            searches, counted.seconds, started = counted.searches, 0.0, time.thread_time()
            tracker(picture, float(seconds))
            spent = time.thread_time() - started
            if counted.searches == searches:
                beside.append(1000 * (spent - counted.seconds))
                network.append(1000 * counted.seconds)
        table[smoothing] = {
            "p50": round(float(np.quantile(beside, 0.5)), 3),
            "p95": round(float(np.quantile(beside, 0.95)), 3),
            "the model's own p50": round(float(np.quantile(network, 0.5)), 3),
        }
    return table


class _Counted:
    """The detector, with its searches counted and its time taken."""

    def __init__(self, detector: LandmarkDetector) -> None:
        self._detector, self.searches, self.seconds = detector, 0, 0.0

    def __call__(self, picture: Picture, /, *, anchors: Any = None) -> tuple[Face, ...]:
        started = time.thread_time()
        faces = self._detector(picture, anchors=anchors)
        self.seconds += time.thread_time() - started
        self.searches += anchors is None
        return faces


def noisy(picture: Picture, random: np.random.Generator) -> Picture:
    return np.clip(picture + random.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)


def _scenery(random: np.random.Generator) -> Picture:
    fine = canvas(160)
    paint_background(fine, 160, random)
    return cv2.resize(shrink(fine), (SIZE, SIZE))  # pyright: ignore[reportReturnType]


if __name__ == "__main__":
    tyro.cli(main)
