"""What an output folder remembers of its videos: from which file, with which settings, in which files.

One small file, videos.json, by the name that a video's files have. It tells a video that is done from another of that
name, and from the same with other settings; and files that some run wrote from those that nobody may touch. So it
knows of each file before it appears, and of a whole one after, wherever a kill comes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.file_facts import FileFacts
from laplace_landmarks.runtime.journal import DONE, PREDICTIONS
from laplace_landmarks.runtime.journal_lines import changed_setting
from laplace_landmarks.runtime.video import is_camera
from laplace_landmarks.text_files import load_error

REMEMBERED = "videos.json"
TAKEN = frozenset({Path(PREDICTIONS).stem, Path(DONE).stem})  # names of files, in the same folder, of pictures


@dataclass(frozen=True)
class VideoDone:
    """source: full path of the video, or a camera's name. facts: of its file. The others are names of files.

    files: whole, from this file with these settings. older: of other settings or another file, or perhaps not whole.
    unfinished: what grows, or a run that was stopped left.
    """

    source: str
    facts: FileFacts | None
    settings: dict[str, Any]
    files: tuple[str, ...] = ()
    older: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()

    @staticmethod
    def of(source: str, settings: dict[str, Any]) -> "VideoDone":
        """What there is to remember of a video, before anything is written."""
        if is_camera(source):
            return VideoDone(source, None, settings)
        return VideoDone(str(Path(source).resolve()), FileFacts.of(Path(source)), settings)

    def changed(self, before: "VideoDone") -> str | None:
        """The setting that is not as before, in words; None where all are."""
        return changed_setting(before.settings, self.settings)

    @property
    def ours(self) -> frozenset[str]:
        """All files that are known, whatever they hold."""
        return frozenset((*self.files, *self.older, *self.unfinished))

    def begun(self, before: "VideoDone | None", unfinished: Sequence[str]) -> "VideoDone":
        """To be remembered before the first frame: what was there before is as it was."""
        there = before or self
        return replace(there, unfinished=_once(*there.unfinished, *unfinished))

    def ending(self, begun: "VideoDone", files: Sequence[str]) -> "VideoDone":
        """Before these files get their names: they are ours, and until all have them, not whole."""
        same = (begun.facts, begun.settings) == (self.facts, self.settings)
        kept = tuple(name for name in begun.files if same and name not in files)
        older = tuple(name for name in _once(*begun.older, *begun.files, *files) if name not in kept)
        return replace(self, files=kept, older=older, unfinished=begun.unfinished)

    def ended(self, files: Sequence[str]) -> "VideoDone":
        """What `ending` is when these files have their names, and nothing is unfinished."""
        older = tuple(name for name in self.older if name not in files)
        return replace(self, files=_once(*self.files, *files), older=older, unfinished=())

    def noted(self) -> dict[str, Any]:
        """As videos.json has it."""
        facts = self.facts.noted() if self.facts else {}
        more = {"older": self.older, "unfinished": self.unfinished}
        seldom = {word: names for word, names in more.items() if names}
        return {"source": self.source, **facts, "settings": self.settings, "files": self.files, **seldom}

    @staticmethod
    def in_note(entry: dict[str, Any]) -> "VideoDone":
        """The inverse of noted; ValueError, KeyError, TypeError or AttributeError of what none of us wrote."""
        names = [tuple(entry["files"]), *(tuple(entry.get(word, ())) for word in ("older", "unfinished"))]
        if not isinstance(entry["settings"], dict) or any(Path(name).name != name for name in chain(*names)):
            raise ValueError("no settings, or no file of the same folder")
        return VideoDone(entry["source"], FileFacts.in_note(entry), entry["settings"], *names)


def read_videos(folder: Path, *, anew: bool = False) -> dict[str, VideoDone]:
    """By name. InputError where the file is none of ours or damaged; anew: which is then as good as not there."""
    file = folder / REMEMBERED
    try:
        return {name: VideoDone.in_note(entry) for name, entry in json.loads(file.read_bytes()).items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise load_error(file, error) from None
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError):
        if anew:
            return {}
        advice = "move it away, choose another --output, or --overwrite to begin anew"
        raise InputError(f"{file}: does not tell which videos are done, as it should; {advice}") from None


def remember_videos(folder: Path, videos: dict[str, VideoDone]) -> None:
    """The inverse of read_videos; where there is no video there is no file."""
    if videos:
        noted = {name: video.noted() for name, video in videos.items()}
        write_whole(folder / REMEMBERED, json.dumps(noted, indent=1).encode())
    else:
        (folder / REMEMBERED).unlink(missing_ok=True)


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


def _once(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
