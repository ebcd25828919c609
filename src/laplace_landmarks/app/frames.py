"""Frames of videos, where a file says in which of them the objects are."""

import re
from collections.abc import Sequence
from pathlib import Path

from laplace_landmarks.data.formats.table import placed_rows
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.folder_run import Places
from laplace_landmarks.runtime.model_info import ModelInfo
from laplace_landmarks.runtime.video_places import frame_path

FRAME = re.compile(r"(.+)#(0|[1-9][0-9]{0,8})")  # as predictions name one


def told_frames(videos: Sequence[str], file: Path | None, info: ModelInfo) -> list[Path]:
    """The frames that rows of the file may mean, as far as their names tell.

    InputError: a video of which the file names no frame; a model that places could not help to follow anything.
    """
    if file is None or not videos:
        return []
    if info.crop.whole_picture:
        raise InputError(
            f"{videos[0]}: model {info.name} looks at whole pictures, so nothing could be followed from --boxes or "
            "--points; leave them out"
        )
    rows = [] if file.is_dir() else [row.picture.name for _, row in placed_rows(file)]
    named = {(found[1], int(found[2])) for row in rows if (found := FRAME.fullmatch(row))}
    frames = {video: sorted(number for name, number in named if name == Path(video).name) for video in videos}
    for video, numbers in frames.items():
        if not numbers:
            raise InputError(
                f"{video}: --points and --boxes are for pictures and for frames of a video, which a CSV names "
                f"{Path(video).name}#0, {Path(video).name}#1 and so on; {file} names none of these"
            )
    return [frame_path(video, number) for video, numbers in frames.items() for number in numbers]


def beyond(video: str, frames: int, places: Places | None) -> list[str]:
    """The rows that name frames after the end of a video with so many."""
    told = places.told_by if places else {}
    there = {frame_path(video, number) for number in range(frames)}
    return [
        where for frame, rows in told.items() if frame not in there and str(frame).startswith(f"{Path(video)}#")
        for where in rows
    ]  # fmt: skip
