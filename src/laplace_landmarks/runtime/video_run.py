"""A whole video through the detector: rows, and a drawn copy, written as it goes and whole up to wherever it ends."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TextIO

from laplace_landmarks.errors import InputError, Stopped
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.drawing import Style, draw_faces
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.folder_run import Places
from laplace_landmarks.runtime.progress import Progress
from laplace_landmarks.runtime.signals import asked_to_stop
from laplace_landmarks.runtime.tracking import Tracker, Tracking
from laplace_landmarks.runtime.video import Video
from laplace_landmarks.runtime.video_places import ToldTracker
from laplace_landmarks.runtime.video_rows import csv_header, to_csv_rows, to_json_lines
from laplace_landmarks.runtime.video_writer import VideoWriter

FORMS = ("jsonl", "csv")
STYLE = Style(label=True)


@dataclass
class VideoRun:
    """What came of a video.

    faces: of all frames. ids: of all tracks. seconds: that the run took. trouble: as in Video. refused: places of
    frames that could not be looked at, and why.
    """

    frames: int = 0
    faces: int = 0
    ids: set[int] = field(default_factory=set)
    seconds: float = 0.0
    trouble: str | None = None
    refused: Sequence[str] = ()

    def add(self, faces: Sequence[Face]) -> None:
        """One more frame, with these faces."""
        self.frames, self.faces = self.frames + 1, self.faces + len(faces)
        self.ids |= {face.id for face in faces if face.id is not None}

    def __str__(self) -> str:
        rate = f", {self.frames / self.seconds:.1f} frames/s" if self.seconds else ""
        return (
            f"{self.frames} frames{rate}; {len(self.ids)} track{'s' * (len(self.ids) != 1)}, {self.faces} faces in all"
        )


def run_video(
    detector: LandmarkDetector,
    source: str | Path,
    output: Path,
    *,
    tracking: Tracking | None = None,
    places: Places | None = None,
    forms: tuple[str, ...] = ("jsonl",),
    drawn: str | None = ".mp4",
    style: Style = STYLE,
    progress: Callable[[int], Progress] | None = None,
) -> VideoRun:
    """Writes OUTPUT.jsonl and OUTPUT.csv, whichever forms name, and a drawn video OUTPUT-drawn.mp4.

    source: file, or camera:0, which ends by ctrl-C. places: of its frames, as ToldTracker takes them; None lets the
    detector find the faces. output: path without a suffix. drawn: suffix of the drawn video,
    None for none. progress: made for a length in frames where it is known.
    Stopped: by ctrl-C or SIGTERM. InputError: a source or an output that cannot be used.
    """
    unknown = sorted(set(forms) - set(FORMS))
    if unknown:
        raise InputError(f"a video's faces are written as {' or '.join(FORMS)}, not {unknown[0]}")
    video, run, started = Video(source), VideoRun(), monotonic()
    tracker = ToldTracker(detector, places, video.name, tracking) if places else Tracker(detector, tracking)
    told = progress(video.count) if progress and video.count else None
    paths = {ending: _beside(output, ending) for ending in endings(forms, drawn)}
    with ExitStack() as stack:
        files = {form: stack.enter_context(_opened(paths[f".{form}"])) for form in forms}
        if "csv" in files:
            files["csv"].write(csv_header(len(detector.info.markup)))
        copy = stack.enter_context(VideoWriter(paths[f"-drawn{drawn}"], video.rate)) if drawn else None
        signals = stack.enter_context(asked_to_stop())
        for frame in video:
            faces = tracker(frame.picture, frame.seconds)
            if "jsonl" in files:
                files["jsonl"].write(to_json_lines(video.name, frame, faces, detector.info.name))
            if "csv" in files:
                files["csv"].write(to_csv_rows(frame, faces))
            if copy:
                copy.write(draw_faces(frame.picture, faces, detector.info.markup, style=style), frame.seconds)
            run.add(faces)
            if told:
                told.at(run.frames)
            if signals:
                break
    if told:
        told.clear()
    if signals and not video.live:  # a camera has no other end
        of = f" of {video.count}" if video.count else ""
        left = " and ".join(map(str, paths.values()))
        raise Stopped(f"{source}: stopped after {run.frames}{of} frames; whole up to there: {left}")
    run.seconds, run.trouble = monotonic() - started, video.trouble
    run.refused = tracker.refused if isinstance(tracker, ToldTracker) else ()
    return run


def endings(forms: Sequence[str], drawn: str | None) -> tuple[str, ...]:
    """How the names of a video's files end, by forms and drawn as of run_video.

    >>> endings(["jsonl"], ".mp4")
    ('.jsonl', '-drawn.mp4')
    """
    return (*(f".{form}" for form in forms), *([f"-drawn{drawn}"] if drawn else []))


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            yield file
    except BrokenPipeError:  # of the screen, not of this file
        raise
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from None


def _beside(output: Path, ending: str) -> Path:
    return output.with_name(output.name + ending)
