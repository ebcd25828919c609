"""What a filter does to a tracked face, in the measures of video_jitter.py: how still it holds it, how it follows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from clips import Clip
from numpy.typing import NDArray

from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.kalman import Kalman
from laplace_landmarks.runtime.one_euro import OneEuro
from laplace_landmarks.runtime.smoothing import Filter, deviation_of

Array = NDArray[np.float64]
LIMITS = (1.02, 1.05, 1.1)  # the first is what the product's settings keep to
SETTLED = 8  # frames after a movement that do not count as rest
MOVING = ("sway", "talk", "dash")
EYELIDS = [37, 38, 40, 41, 43, 44, 46, 47]
DRAWS = 2000

Maker = Callable[[], Filter]
CANDIDATES: dict[str, dict[str, Maker]] = {
    "one-euro": {
        f"cutoff {cutoff:g}, rise {rise:g}": lambda *, c=cutoff, r=rise: OneEuro(c, r)
        for cutoff in (0.05, 0.1, 0.2, 0.5, 1, 2) for rise in (12, 25, 50, 100, 200, 400, 800, 1600, 3200)
    },
    "kalman": {
        f"drift {drift:g}, trust {trust:g}, own {own:g}": lambda *, d=drift, t=trust, o=own: Kalman(d, t, o)
        for drift in (1e-6, 1e-5, 1e-4) for trust in (1, 2, 3, 4, 6) for own in (0, 0.5, 1, 2)
    },
    "kalman, all landmarks equally certain": {
        f"drift {drift:g}, trust {trust:g}, own {own:g}": lambda *, d=drift, t=trust, o=own: _equal(Kalman(d, t, o))
        for drift in (1e-6, 1e-5, 1e-4) for trust in (1, 2, 3, 4, 6) for own in (0, 0.5, 1, 2)
    },
    "kalman, blind to what it sees": {
        f"drift {drift:g}": lambda *, d=drift: Kalman(d, trust=0, own=0)
        for drift in (1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3)
    },
}  # fmt: skip


@dataclass(eq=False)
class Tracked:
    """A clip's faces as the tracker gave them without smoothing; None where it gave none."""

    clip: Clip
    faces: list[Face | None]
    ids: set[int] = field(default_factory=set)
    searches: int = 0


def choose(makers: dict[str, Maker], tracked: list[Tracked]) -> dict[float, str]:
    """For each limit the steadiest setting that keeps to it; where none does, the one that follows best."""
    off = _mean(tracked, None)["motion"]
    tried = {setting: _mean(tracked, maker) for setting, maker in makers.items()}
    best = {}
    for limit in LIMITS:
        within = {setting: one["jitter"] for setting, one in tried.items() if one["motion"] <= limit * off}
        best[limit] = min(within, key=within.__getitem__) if within else min(tried, key=lambda s: tried[s]["motion"])
    return best


def summary(tracked: list[Tracked], maker: Maker | None) -> dict[str, dict[str, Any]]:
    """Of each figure the median over clips with its interval, and the mean, which the worst faces rule."""
    each = [figures_of(some, maker) for some in tracked]
    off = [figures_of(some, None) for some in tracked]
    drawn = np.random.default_rng(0).integers(len(each), size=(DRAWS, len(each)))
    table = {}
    for name in (*each[0], "jitter against off", "motion against off"):
        of = name.removesuffix(" against off")
        values = np.array([one[of] / (before[of] if of != name else 1) for one, before in zip(each, off, strict=True)])
        low, high = np.quantile(np.median(values[drawn], axis=1), [0.025, 0.975])
        median = [round(float(number), 4) for number in (np.median(values), low, high)]
        table[name] = {"median": median, "mean": round(float(values.mean()), 4)}
    return table


def figures_of(tracked: Tracked, maker: Maker | None) -> dict[str, float]:
    """The measures, in percent of the distance of the eyes, of one clip and one filter."""
    clip, there = tracked.clip, np.array([face is not None for face in tracked.faces])
    eyes = np.array([eyes_apart(truth) for truth in clip.truth])[:, None, None]
    error = np.full(clip.truth.shape, np.nan)
    smooth = maker() if maker else None
    for place, face in enumerate(tracked.faces):
        if face is not None:
            found = face.landmarks.astype(np.float64)
            if smooth:
                found = smooth(float(clip.times[place]), found, deviation_of(face), face.crop.side)
            error[place] = found - clip.truth[place]
    error *= 100 / eyes
    rest = np.isin(clip.stage, ("rest", "rest again")) & there
    starts = np.flatnonzero(clip.stage[1:] != clip.stage[:-1]) + 1
    rest[[place for start in (0, *starts) for place in range(start, min(start + SETTLED, len(rest)))]] = False
    pairs = rest[1:] & rest[:-1]
    moving, dash = np.isin(clip.stage, MOVING) & there, (clip.stage == "dash") & there
    change = error - error[rest].mean(axis=0)
    speed = np.gradient(clip.truth, axis=0)[dash] * 100 / eyes[dash]
    off = error[dash] - error[dash].mean(axis=0)
    return {
        "jitter": float(np.linalg.norm(error[1:] - error[:-1], axis=2)[pairs].mean()),
        "deviation at rest": _rms(error[rest] - error[rest].mean(axis=0)),
        "motion": _rms(change[moving]),
        **{stage: _rms(change[(clip.stage == stage) & there]) for stage in MOVING},
        "eyelids while talking": _rms(change[(clip.stage == "talk") & there][:, EYELIDS]),
        "lag": float(-(off * speed).sum() / (speed**2).sum()),
        "NMSE": float(np.linalg.norm(error[there], axis=2).mean()),
    }


def _mean(tracked: list[Tracked], maker: Maker | None) -> dict[str, float]:
    """Geometric, so that every clip counts by its change, and not the worst face by its size."""
    each = [figures_of(some, maker) for some in tracked]
    return {name: float(np.exp(np.mean([np.log(one[name]) for one in each]))) for name in ("jitter", "motion")}


def _equal(smooth: Filter) -> Filter:
    """The same filter, told that each landmark's deviation is the face's mean at all times: 2 % of the crop's side."""
    return lambda time, landmarks, deviation, side: smooth(time, landmarks, np.full(len(landmarks), 0.02 * side), side)


def eyes_apart(truth: Array) -> float:
    return float(np.linalg.norm(truth[45] - truth[36]))


def _rms(change: Array) -> float:
    return float(np.sqrt((change**2).sum(axis=-1).mean()))
