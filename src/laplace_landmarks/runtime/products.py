"""What `predict` makes of the pictures of an output folder, and how it is removed when the folder begins anew."""

from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from laplace_landmarks.errors import InputError
from laplace_landmarks.runtime.folder_run import DRAWN, drawn_place
from laplace_landmarks.runtime.journal import DONE
from laplace_landmarks.runtime.journal_lines import pictures_done
from laplace_landmarks.runtime.output_files import below, files_of_faces

CSV, PTS, COCO = "predictions.csv", "pts", "predictions.coco.json"
BEGINS = {CSV: b"picture,face,model,", COCO: b'{"images": ['}  # what else is called so is not ours


def remove_products(output: Path, keep: Iterable[Path] = ()) -> int:
    """Removes what earlier runs made of the pictures that the folder's done.jsonl names; how many files these were.

    Whatever it does not name stays, as do files of videos; without a done.jsonl no run wrote here. keep: files and
    folders that are still to be read. To be called before the journal begins anew: a kill meanwhile is made good by the
    next call. InputError: a file cannot be removed.
    """
    kept = {path.resolve() for path in keep}
    pictures = [Path(name) for name in pictures_done(output / DONE)]
    if not pictures:
        return 0
    files = [output / name for name, start in BEGINS.items() if _begins(output / name, start)]
    files += [drawn_place(output, picture) for picture in pictures]
    files += files_of_faces({below(output / PTS, picture) for picture in pictures})
    count = 0
    for file in dict.fromkeys(files):
        if file.is_file() and not kept & {file.resolve(), *file.resolve().parents}:
            try:
                file.unlink()
            except OSError as error:
                raise InputError(f"{file}: of the run before, cannot be removed ({error.strerror})") from None
            count += 1
    for file in files:
        _remove_empty(file.parent, {output / DRAWN, output / PTS})
    return count


def begin_anew(output: Path, keep: Iterable[Path], tell: Callable[[str], None]) -> None:
    """remove_products, and a word of it where there were any."""
    if removed := remove_products(output, keep):
        tell(f"{output}: begins anew: removed {removed:,} file{'s' * (removed != 1)} of the run before")


def _begins(file: Path, start: bytes) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(len(start)) == start
    except OSError:
        return False


def _remove_empty(folder: Path, tops: Collection[Path]) -> None:
    """Removes the folder where it is empty, and those above that are so then, up to one of the tops."""
    while any(folder.is_relative_to(top) for top in tops):
        try:
            folder.rmdir()
        except FileNotFoundError:
            pass  # the file before was of the same folder
        except OSError:
            return
        folder = folder.parent
