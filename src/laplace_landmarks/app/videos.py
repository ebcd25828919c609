"""The videos and cameras among predict's inputs: each into files of its own name, and none done twice."""

import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from laplace_landmarks.app.frames import beyond
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.folder_run import Places
from laplace_landmarks.runtime.output_files import LONGEST_NAME, shortened
from laplace_landmarks.runtime.progress import Progress
from laplace_landmarks.runtime.tracking import Tracking
from laplace_landmarks.runtime.video import NoVideo, is_camera
from laplace_landmarks.runtime.video_run import FORMS, endings, run_video
from laplace_landmarks.runtime.videos_done import VideoDone, read_videos, remember_videos, video_names
from laplace_landmarks.text_table import some

DRAWN = ".mp4"
UNFINISHED = "-unfinished"  # of a video's files, until its end
NAMED = 3  # rows that name no frame
LONGEST_STEM = LONGEST_NAME - 60  # bytes; the rest is for what a name is lengthened by


def follow(
    sources: Sequence[str], detector: LandmarkDetector, output: Path, form: str, draw: bool, tracking: Tracking,
    settings: dict[str, Any], overwrite: bool, places: Places | None = None,
) -> int:  # fmt: skip
    """Of each video OUTPUT/NAME.jsonl or .csv, and NAME-drawn.mp4, which are there when it has come to its end.

    To be called by the folder's `only_writer`. settings: what the faces depend on. places: of frames, where nothing is
    searched for. The answer: how many could not be used, each of which is told. InputError, before any video is looked
    at: a video was done with other settings, or its files would take the place of files that no run wrote.
    """
    if form not in FORMS:
        raise InputError(f"{sources[0]}: --format of a video is {' or '.join(FORMS)}, not {form}")
    ends = endings([form], DRAWN if draw else None)
    videos, remembered = [VideoDone.of(source, settings) for source in sources], read_videos(output, anew=overwrite)
    stems = [
        source.replace(":", "-") if is_camera(source) else shortened(Path(source).stem, LONGEST_STEM)
        for source in sources
    ]
    names = video_names(videos, stems, remembered)
    if not overwrite:
        for video, name in zip(videos, names, strict=True):
            _check(video, remembered.get(name), output, [f"{name}{end}" for end in ends])
    skipped = 0
    for source, video, name in zip(sources, videos, names, strict=True):
        before, files = remembered.get(name), [f"{name}{end}" for end in ends]
        if not overwrite and _is_done(video, before, output, files):
            print(f"{source}: done before, see {output / files[0]}; --overwrite does it again")
            continue
        unfinished = _unfinished(name, ends, output, {*names, *remembered}, before.ours if before else ())
        parts = [f"{unfinished}{end}" for end in ends]
        _remember(output, remembered, name, video.begun(before, parts))
        try:
            run = run_video(
                detector, source, output / unfinished, tracking=tracking, places=places, forms=(form,),
                drawn=DRAWN if draw else None,
                progress=lambda frames, source=source: Progress(frames, f"frames of {source}"),
            )  # fmt: skip
        except NoVideo as error:
            skipped += 1
            print(f"skipped: {error}", file=sys.stderr)
            for part in parts:
                (output / part).unlink(missing_ok=True)
            _remember(output, remembered, name, before)
            continue
        _finish(output, remembered, name, video, dict(zip(parts, files, strict=True)))
        print(f"{source}: {run}; see {output / files[0]}")
        if run.trouble:
            print(run.trouble, file=sys.stderr)
        if run.refused:
            left = f"{len(run.refused)} frame{'s' * (len(run.refused) > 1)} of {source} left out"
            print(f"{run.refused[0]}; {left}", file=sys.stderr)
        if late := beyond(source, run.frames, places):
            print(f"{some(late, NAMED)}: no such frame; {source} has {run.frames}, counted from 0", file=sys.stderr)
    if skipped:
        print(f"{skipped:,} of {len(sources):,} videos skipped", file=sys.stderr)
    return skipped


def _remember(output: Path, remembered: dict[str, VideoDone], name: str, video: VideoDone | None) -> None:
    remembered.pop(name, None)
    if video:
        remembered[name] = video
    remember_videos(output, remembered)


def _finish(
    output: Path, remembered: dict[str, VideoDone], name: str, video: VideoDone, places: dict[str, str]
) -> None:
    """Gives the files their names, and removes what a run that was stopped left of the same video.

    places: of each unfinished file, its name from now on. Killed at any step, the next command does the video again.
    """
    begun, files = remembered[name], [*places.values()]
    others = {file for other, known in remembered.items() if other != name for file in known.ours}
    ending = video.ending(begun, files)
    _remember(output, remembered, name, ending)
    for part, file in places.items():
        (output / part).replace(output / file)
    for part in {*begun.unfinished} - others:
        (output / part).unlink(missing_ok=True)
    _remember(output, remembered, name, ending.ended(files))


def _unfinished(name: str, ends: Sequence[str], output: Path, taken: Collection[str], ours: Collection[str]) -> str:
    """What a video's files are called until its end: as no finished one, and no file that is not of this video.

    >>> _unfinished("talk", [".csv"], Path("nowhere"), ["talk", "talk-unfinished"], [])
    'talk-unfinished-unfinished'
    """
    unfinished = name + UNFINISHED
    others = [end for end in ends if unfinished + end not in ours and (output / f"{unfinished}{end}").exists()]
    return _unfinished(unfinished, ends, output, taken, ours) if others or unfinished in taken else unfinished


def _check(video: VideoDone, before: VideoDone | None, output: Path, files: Sequence[str]) -> None:
    """Settings do not mix under one name, whatever the form; a changed file is done again, with any settings. A file
    that no run wrote is nobody's to replace."""
    if before and before.files and before.facts == video.facts and (changed := video.changed(before)):
        advice = "choose another --output, or --overwrite to do it again"
        raise InputError(f"--output {output}: holds {before.files[0]} made otherwise ({changed}); {advice}")
    for file in files:
        if (output / file).exists() and not (before and file in before.ours):
            advice = "move it away, choose another --output, or --overwrite to replace it"
            raise InputError(f"--output {output}: holds {file}, of which nothing is remembered; {advice}")


def _is_done(video: VideoDone, before: VideoDone | None, output: Path, files: Sequence[str]) -> bool:
    if before is None or before.facts != video.facts or not {*files} <= {*before.files}:
        return False
    return all((output / file).exists() for file in files)
