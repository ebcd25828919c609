"""What an output folder remembers of its finished videos: from which file, with which settings, in which files.

One small file, videos.json, by the name that a video's files have. It tells a video that is done from another of that
name, and from the same with other settings.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.runtime.file_facts import FileFacts
from laplace_landmarks.runtime.journal import DONE, PREDICTIONS
from laplace_landmarks.runtime.video import is_camera

REMEMBERED = "videos.json"
TAKEN = frozenset({Path(PREDICTIONS).stem, Path(DONE).stem})  # names of files, in the same folder, of pictures


@dataclass(frozen=True)
class VideoDone:
    """source: full path of the video, or a camera's name. facts: of its file. files: names of what was written."""

    source: str
    facts: FileFacts | None
    settings: dict[str, Any]
    files: tuple[str, ...] = ()

    @staticmethod
    def of(source: str, settings: dict[str, Any]) -> "VideoDone":
        """What there is to remember of a video, before anything is written."""
        if is_camera(source):
            return VideoDone(source, None, settings)
        return VideoDone(str(Path(source).resolve()), FileFacts.of(Path(source)), settings)

    def changed(self, before: "VideoDone") -> str | None:
        """The setting that is not as before, in words; None where all are."""
        for name in {**before.settings, **self.settings}:
            was, now = before.settings.get(name), self.settings.get(name)
            if was != now:
                return f"{name} was {was!r} and is {now!r}"
        return None

    def and_files(self, files: tuple[str, ...], before: "VideoDone | None") -> "VideoDone":
        """With these files, and those of before where they are of the same video and settings."""
        kept = before.files if before and (before.facts, before.settings) == (self.facts, self.settings) else ()
        return replace(self, files=tuple(dict.fromkeys((*kept, *files))))


def read_videos(folder: Path) -> dict[str, VideoDone]:
    """By name. What cannot be read is as good as not there: then nothing is remembered, and nothing is lost."""
    try:
        entries = json.loads((folder / REMEMBERED).read_bytes())
        return {
            name: VideoDone(entry["source"], FileFacts.in_note(entry), entry["settings"], tuple(entry["files"]))
            for name, entry in entries.items()
        }
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return {}


def remember_video(folder: Path, name: str, video: VideoDone) -> None:
    """Adds a finished video, in place of what had its name."""
    videos = {**read_videos(folder), name: video}
    noted = {
        of: {
            "source": one.source,
            **(one.facts.noted() if one.facts else {}),
            "settings": one.settings,
            "files": one.files,
        }
        for of, one in videos.items()
    }
    write_whole(folder / REMEMBERED, json.dumps(noted, indent=1).encode())


def video_names(videos: list[VideoDone], stems: list[str], remembered: dict[str, VideoDone]) -> list[str]:
    """What each video's files are called: as before; else its own name, numbered where that is another's.

    >>> one, two, three = (VideoDone(f"/{name}.mp4", None, {}) for name in ("x/a", "y/a", "a-2"))
    >>> video_names([one, two, three], ["a", "a", "a-2"], {})
    ['a', 'a-2', 'a-2-2']
    >>> video_names([two], ["a"], {"a": one})
    ['a-2']
    """
    before = {video.source: name for name, video in remembered.items()}
    names: list[str] = []
    for video, stem in zip(videos, stems, strict=True):
        name, number = before.get(video.source, stem), 1
        while name in names or name in TAKEN or (name in remembered and remembered[name].source != video.source):
            number += 1
            name = f"{stem}-{number}"
        names.append(name)
    return names
