"""Frames of videos, where a file says in which of them the objects are."""

import re
from collections.abc import Callable, Sequence, Set
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
    _check_named(videos, {name for name, _ in named}, lambda video: Path(video).name, file)
    return [frame_path(video, number) for video in videos for name, number in sorted(named) if name == Path(video).name]


def check_told(videos: Sequence[str], places: Places | None, file: Path | None) -> None:
    """InputError for a video of which no frame has a place, though another of its name may have some."""
    if file is not None and places is not None:
        told = {found[1] for frame in places.of_pictures if (found := FRAME.fullmatch(str(frame)))}
        _check_named(videos, told, lambda video: str(Path(video)), file)


def _check_named(videos: Sequence[str], named: Set[str], called: Callable[[str], str], file: Path) -> None:
    for video in videos:
        if called(video) not in named:
            name = Path(video).name
            raise InputError(
                f"{video}: --points and --boxes are for pictures and for frames of a video, which a CSV names "
                f"{name}#0, {name}#1 and so on; {file} names none of these"
            )


def beyond(video: str, frames: int, places: Places | None) -> list[str]:
    """The rows that name frames after the end of a video with so many."""
    return [
        where for frame, rows in (places.told_by if places else {}).items()
        if (found := FRAME.fullmatch(str(frame))) and found[1] == str(Path(video)) and int(found[2]) >= frames
        for where in rows
    ]  # fmt: skip
