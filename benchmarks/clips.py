"""Short clips of one face whose landmarks are known in every frame: a labeled still, moved by known smooth motion.

The head shifts, turns and comes nearer; mouth, brows and eyelids move on it; each frame has camera noise and
compression of its own. A clip runs through STAGES: rest, sway (slow), talk (the head still), dash (fast moves with
pauses between), rest. A frame shows at x the still at B(x); the labels go through the inverse of B.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Landmarks, Picture

RATE = 25.0  # frames a second
SIZE = 320  # pixels of a frame's side
EYES = 72.0  # pixels between the outer eye corners, before the head comes nearer
STAGES = {"rest": 1.0, "sway": 1.6, "talk": 1.6, "dash": 2.0, "rest again": 1.0}  # seconds
REACH = np.array((0.5, 0.3, 0.2, 0.15))  # shifts in distances of the eyes, turn in radians, log of the enlargement
NOISE = (2.0, 6.0)  # grey levels of the camera's noise, drawn for each clip
QUALITY = (50, 90)  # of JPEG, likewise
MOUTH, BROWS, EYELIDS = slice(48, 68), slice(17, 27), (slice(36, 42), slice(42, 48))

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Clip:
    """name: of the still. times: (T,) seconds. frames: T JPEG files. truth: (T, 68, 2) pixels. stage: (T,) names."""

    name: str
    times: Array
    frames: tuple[bytes, ...]
    truth: Array
    stage: NDArray[np.str_]

    def pictures(self) -> Iterator[Picture]:
        for frame in self.frames:
            picture = cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_COLOR_RGB)
            assert picture is not None
            yield picture  # pyright: ignore[reportReturnType]


def make_clip(name: str, still: Picture, landmarks: Landmarks, seed: int) -> Clip:
    """The clip of one still with 68 landmarks; the same seed gives the same clip."""
    random = np.random.default_rng(seed)
    times = np.arange(round(sum(STAGES.values()) * RATE)) / RATE
    ends = np.cumsum(list(STAGES.values()))
    noise, quality = random.uniform(*NOISE), int(random.integers(*QUALITY))
    frames, truth = [], []
    for pose, look in zip(_head(times, ends, random), _expression(times, ends, random), strict=True):
        warp = _Warp(landmarks.astype(np.float64), pose, look)
        frame = warp.picture(still) + np.float32(noise) * random.standard_normal((SIZE, SIZE, 3), np.float32)
        shown = np.clip(frame, 0, 255).astype(np.uint8)[..., ::-1]
        frames.append(cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes())
        truth.append(warp.landmarks())
    stage = np.array(list(STAGES))[np.searchsorted(ends, times + 0.5 / RATE)]
    return Clip(name, times, tuple(frames), np.stack(truth), stage)


def _head(times: Array, ends: Array, random: np.random.Generator) -> Array:
    """(T, 4) the head's pose, in the units of REACH."""
    pose = np.zeros((len(times), 4))
    for _ in range(2):  # sway: two slow waves a coordinate
        waves, start = random.uniform(0.2, 0.8, 4), random.uniform(0, 2 * np.pi, 4)
        wave = np.sin(2 * np.pi * np.outer(times, waves) + start)
        pose += 0.5 * REACH * wave * _during(times, ends[0], ends[1])[:, None]
    start, home, place = ends[2], _step(times, ends[3] - 0.25, ends[3]), np.zeros(4)
    while start < ends[3] - 0.6:  # dash: to another place within 0.15 to 0.3 s, then a pause; home at the end
        end, goal = start + random.uniform(0.15, 0.3), random.uniform(-1, 1, 4) * REACH
        pose += (goal - place) * _step(times, start, end)[:, None]
        start, place = end + random.uniform(0.1, 0.2), goal
    return pose - place * home[:, None]


def _expression(times: Array, ends: Array, random: np.random.Generator) -> Array:
    """(T, 3) how far the mouth goes down and the brows up, in distances of the eyes, and how far the eyes are shut."""
    inside = _during(times, ends[1], ends[2]) + 0.5 * _during(times, ends[0], ends[1])
    mouth = 0.07 * np.sin(2 * np.pi * random.uniform(2, 4) * times + random.uniform(0, 6)) * inside
    brows = 0.06 * np.sin(2 * np.pi * random.uniform(0.5, 1.5) * times + random.uniform(0, 6)) * inside
    shut = np.zeros_like(times)
    for blink in (*random.uniform(ends[1] + 0.1, ends[1] + 0.6, 1), *random.uniform(ends[2] - 0.7, ends[2] - 0.3, 1)):
        shut += 0.7 * (_step(times, blink, blink + 0.1) - _step(times, blink + 0.15, blink + 0.3))
    return np.stack([mouth, brows, shut], axis=1)


def _step(times: Array, start: float, end: float) -> Array:
    """From 0 to 1 with no jump in speed."""
    part = np.clip((times - start) / (end - start), 0, 1)
    return part**2 * (3 - 2 * part)


def _during(times: Array, start: float, end: float) -> Array:
    return _step(times, start, start + 0.3) - _step(times, end - 0.3, end)


class _Warp:
    """Where each pixel of a frame comes from in the still, and where each label goes."""

    def __init__(self, labels: Array, pose: Array, expression: Array) -> None:
        self._labels, self._centre = labels, labels.mean(axis=0)
        eyes = float(np.linalg.norm(labels[45] - labels[36]))
        scale = eyes / EYES / np.exp(pose[3])
        self._turn = scale * np.array([[np.cos(pose[2]), np.sin(pose[2])], [-np.sin(pose[2]), np.cos(pose[2])]])
        self._to = (SIZE - 1) / 2 + EYES * pose[:2]
        down = labels[33] - labels[27]
        self._down = down / np.linalg.norm(down)
        mouth, brows, self._shut = expression
        self._pushes = ((labels[MOUTH].mean(axis=0), 0.35 * eyes, mouth * eyes * self._down),
                        (labels[BROWS].mean(axis=0), 0.40 * eyes, -brows * eyes * self._down))  # fmt: skip
        self._lids = [(labels[lids].mean(axis=0), 0.16 * eyes) for lids in EYELIDS]

    def picture(self, still: Picture) -> NDArray[np.float32]:
        across = np.arange(SIZE, dtype=np.float32)
        grid = np.stack(np.meshgrid(across, across), axis=-1) - self._to.astype(np.float32)
        moved = grid @ self._turn.T.astype(np.float32) + self._centre.astype(np.float32)
        source = (moved - self._offset(moved)).astype(np.float32)
        shown = cv2.remap(still, source[..., 0], source[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return shown.astype(np.float32)

    def landmarks(self) -> Array:
        moved = self._labels
        for _ in range(60):  # no part of the warp is steeper than 0.8, so this comes to a point
            moved = self._labels + self._offset(moved)
        return (moved - self._centre) @ np.linalg.inv(self._turn).T + self._to

    def _offset(self, points: NDArray) -> NDArray:
        """(..., 2) how far the expression has moved what is now at these points of the still."""
        offset = np.zeros_like(points)
        for centre, width, push in self._pushes:
            if push.any():
                offset += push.astype(points.dtype) * _bump(points - centre.astype(points.dtype), width)
        for centre, width in self._lids if self._shut else ():
            away = points - centre.astype(points.dtype)
            down = self._down.astype(points.dtype)
            offset -= points.dtype.type(self._shut) * (away @ down)[..., None] * down * _bump(away, width)
        return offset


def _bump(away: NDArray, width: float) -> NDArray:
    return np.exp((away**2).sum(axis=-1, keepdims=True) / away.dtype.type(-2 * width**2))
