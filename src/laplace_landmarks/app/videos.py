"""The videos and cameras among predict's inputs: each into files of its own name, and none done twice."""

import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.progress import Progress
from laplace_landmarks.runtime.tracking import Tracking
from laplace_landmarks.runtime.video import NoVideo, is_camera
from laplace_landmarks.runtime.video_run import FORMS, run_video
from laplace_landmarks.runtime.videos_done import VideoDone, read_videos, remember_video, video_names

UNFINISHED = "-unfinished"  # of a video's files, until its end


def follow(
    sources: Sequence[str], detector: LandmarkDetector, output: Path, form: str, draw: bool, tracking: Tracking,
    settings: dict[str, Any], overwrite: bool,
) -> int:  # fmt: skip
    """Of each video OUTPUT/NAME.jsonl or .csv, and NAME-drawn.mp4, which are there when it has come to its end.

    settings: what the faces depend on. The answer: how many could not be used, each of which is told. InputError,
    before any video is looked at: a video was done with other settings.
    """
    if form not in FORMS:
        raise InputError(f"{sources[0]}: --format of a video is {' or '.join(FORMS)}, not {form}")
    endings = [f".{form}", *(["-drawn.mp4"] if draw else [])]
    videos, remembered = [VideoDone.of(source, settings) for source in sources], read_videos(output)
    stems = [source.replace(":", "-") if is_camera(source) else Path(source).stem for source in sources]
    names = video_names(videos, stems, remembered)
    if not overwrite:
        for video, name in zip(videos, names, strict=True):
            _check(video, remembered.get(name), output)
    skipped = 0
    for source, video, name in zip(sources, videos, names, strict=True):
        before, files = remembered.get(name), [output / f"{name}{ending}" for ending in endings]
        if not overwrite and _is_done(video, before, files):
            print(f"{source}: done before, see {files[0]}; --overwrite does it again")
            continue
        unfinished = output / _unfinished(name, {*names, *remembered})
        parts = [unfinished.with_name(unfinished.name + ending) for ending in endings]
        try:
            run = run_video(
                detector, source, unfinished, tracking=tracking, forms=(form,), drawn=".mp4" if draw else None,
                progress=lambda frames, source=source: Progress(frames, f"frames of {source}"),
            )  # fmt: skip
        except NoVideo as error:
            skipped += 1
            print(f"skipped: {error}", file=sys.stderr)
            for part in parts:
                part.unlink(missing_ok=True)
            continue
        for file, part in zip(files, parts, strict=True):
            part.replace(file)
        remember_video(output, name, video.and_files(tuple(file.name for file in files), before))
        print(f"{source}: {run}; see {files[0]}")
        if run.trouble:
            print(run.trouble, file=sys.stderr)
    if skipped:
        print(f"{skipped:,} of {len(sources):,} videos skipped", file=sys.stderr)
    return skipped


def _unfinished(name: str, taken: Collection[str]) -> str:
    """What a video's files are called until its end; a finished one may have such a name itself.

    >>> _unfinished("talk", ["talk", "talk-unfinished"])
    'talk-unfinished-unfinished'
    """
    unfinished = name + UNFINISHED
    return _unfinished(unfinished, taken) if unfinished in taken else unfinished


def _check(video: VideoDone, before: VideoDone | None, output: Path) -> None:
    """Settings do not mix under one name, whatever the form; a changed file is done again, with any settings."""
    if before and before.facts == video.facts and (changed := video.changed(before)):
        there = output / before.files[0] if before.files else output
        advice = "choose another --output, or --overwrite to do it again"
        raise InputError(f"--output {output}: holds {there.name} made otherwise ({changed}); {advice}")


def _is_done(video: VideoDone, before: VideoDone | None, files: Sequence[Path]) -> bool:
    """Files of which nothing is remembered, as older versions left them, count as done."""
    if not all(file.exists() for file in files):
        return False
    return before is None or (before.facts == video.facts and {file.name for file in files} <= {*before.files})
