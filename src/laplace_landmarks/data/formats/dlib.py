"""dlib's XML, as its imglab tool writes it: pictures, boxes in them, and named parts in the boxes.

A part is a pixel's index; a part that a box lacks is a landmark without a label. "0" and "00" are one part. A box of
width w covers w whole pixels (dlib's rectangle ends at left + width - 1), so it begins half a pixel before the centre
of its first.
"""

from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from laplace_landmarks.conventions import Box
from laplace_landmarks.data.formats.foreign import of_xml
from laplace_landmarks.data.formats.rows import (
    Note,
    Point,
    Row,
    find_picture,
    labeled_set,
    number,
    path_from,
    silent,
    tight,
)
from laplace_landmarks.data.markup import Markup, markup_of_count
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import tight_box
from laplace_landmarks.text_files import is_utf8, load_error

MOST_DIGITS = 9  # of a part's number


@dataclass
class _Box:
    """A box element, as far as it has been read."""

    where: str
    image: str
    box: Box
    parts: dict[str, Point] = field(default_factory=dict)  # numbers without the zeros before them


def fits(path: Path, head: bytes) -> bool:
    """Whether a file is XML with dlib's <dataset>."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"<?xml", b"<dataset"))


def read_dlib(path: Path | str, markup: Markup | None = None, note: Note = silent) -> LabeledSet:
    """The boxes that have parts, in the file's order; boxes without any, and ignored ones, are left out and counted.

    Parts are ordered by their names, as numbers where all are; a markup with the same names picks them by name.
    """
    path = Path(path)
    read = _read(path)
    labeled = [box for box in read.boxes if box.parts]
    bare = len(read.boxes) - len(labeled)
    if not labeled:
        raise InputError(f"{path}: {bare} boxes, but no parts in them; landmarks are needed")
    if read.ignored or bare:
        note(f"{path}: {bare} boxes without parts and {read.ignored} ignored ones were left out")
    names = _in_order(path, {name for box in labeled for name in box.parts}, markup, note)
    own = markup_of_count(len(names)) if all(map(str.isdecimal, names)) else Markup(path.stem, tuple(names))
    folder = path.absolute().parent
    rows = [
        Row(box.where, box.image, find_picture(box.image, [folder]), [box.parts.get(name) for name in names], box.box)
        for box in labeled
    ]
    return labeled_set(path, rows, markup, names=[read.spelled.get(name, name) for name in names], own=own, note=note)


def write_dlib(path: Path, labeled: LabeledSet) -> None:
    """Writes the samples for dlib, whole pixels only; parts are numbered, so that dlib keeps their order."""
    digits = max(2, len(str(len(labeled.markup) - 1)))
    pictures: dict[str, list[str]] = {}
    for sample in labeled.samples:
        if not is_utf8(str(sample.picture)):
            raise InputError(f"{sample.picture}: an XML file holds names in UTF-8 alone; rename it")
        lines = pictures.setdefault(path_from(path.parent, sample.picture), [])
        if not (sample.visible.any() or sample.box):
            continue
        x0, y0, x1, y1 = sample.box or tight_box(sample.landmarks[sample.visible])
        left, top = round(x0 + 0.5), round(y0 + 0.5)
        width, height = max(1, round(x1 + 0.5) - left), max(1, round(y1 + 0.5) - top)
        lines.append(f"    <box top='{top}' left='{left}' width='{width}' height='{height}'>")
        for place, ((x, y), seen) in enumerate(zip(sample.landmarks.tolist(), sample.visible, strict=True)):
            if seen:
                lines.append(f"      <part name='{place:0{digits}}' x='{round(x)}' y='{round(y)}'/>")
        lines.append("    </box>")
    body = [line for image, lines in pictures.items() for line in
            (f"  <image file={quoteattr(image)}>", *lines, "  </image>")]  # fmt: skip
    head = ["<?xml version='1.0' encoding='UTF-8'?>", "<dataset>", "<images>"]
    write_whole(path, "\n".join([*head, *body, "</images>", "</dataset>", ""]).encode())


@dataclass
class _Reading:
    """A file as far as it has been read: expat calls `start` at every element.

    boxes: all but the ignored, which are counted. spelled: how the file first spells each part.
    """

    path: Path
    parser: expat.XMLParserType
    boxes: list[_Box] = field(default_factory=list)
    ignored: int = 0
    spelled: dict[str, str] = field(default_factory=dict)
    root: str = ""
    image: str = ""
    in_ignored: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        where = f"{self.path}, line {self.parser.CurrentLineNumber}"
        self.root = self.root or tag
        if self.root != "dataset":
            raise InputError(f"{self.path}: {of_xml(tag)}")
        if tag == "image":
            self.image = _attribute(where, tag, attributes, "file")
        elif tag == "box":
            self.in_ignored = attributes.get("ignore", "0") not in ("0", "")
            self.ignored += self.in_ignored
            if not self.in_ignored:
                self._box(where, attributes)
        elif tag == "part" and self.boxes and not self.in_ignored:
            self._part(where, attributes)

    def _box(self, where: str, attributes: dict[str, str]) -> None:
        if not self.image:
            raise InputError(f"{where}: a box outside of an image")
        names = ("left", "top", "width", "height")
        texts = [_attribute(where, "box", attributes, name) for name in names]
        x, y, width, height = map(lambda text, name: number(where, text, name), texts, names)
        box = tight(where, x - 0.5, y - 0.5, x + width - 0.5, y + height - 0.5)
        self.boxes.append(_Box(where, self.image, box))

    def _part(self, where: str, attributes: dict[str, str]) -> None:
        name = _attribute(where, "part", attributes, "name")
        part, parts = _without_zeros(where, name), self.boxes[-1].parts
        if part in parts:
            raise InputError(f"{where}: part {name!r} stands in this box twice")
        self.spelled.setdefault(part, name)
        x, y = (number(where, _attribute(where, "part", attributes, axis), f"{axis} of part {name}") for axis in "xy")
        parts[part] = (x, y)


def _read(path: Path) -> _Reading:
    reading = _Reading(path, parser := expat.ParserCreate())
    parser.StartElementHandler = reading.start
    parser.EntityDeclHandler = lambda *_: _refuse_entities(path)
    try:
        parser.Parse(path.read_bytes(), True)
    except OSError as error:
        raise load_error(path, error) from error
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise InputError(f"{path}, line {error.lineno}: not whole XML ({reason}); copy it again") from error
    except InputError:
        raise
    except (LookupError, ValueError) as error:  # expat asks Python for what it does not know itself
        raise InputError(
            f"{path}: its first line names an encoding that XML is not read in; save it as UTF-8"
        ) from error
    return reading


def _without_zeros(where: str, name: str) -> str:
    """By what a part is known: one tool writes 0, another 00."""
    if not name.isdecimal():
        return name
    if len(name) > MOST_DIGITS:
        raise InputError(f"{where}: a part's number has {len(name):,} digits; {MOST_DIGITS} are the most")
    return str(int(name))


def _in_order(path: Path, names: set[str], markup: Markup | None, note: Note) -> list[str]:
    """The names as dlib sorts them; numbers by size, and where they are places from 0, with those that no box has.

    What a markup has after the file's last part is told. Half of a markup's parts, or fewer, are those of another.
    """
    if not all(name.isdecimal() for name in names):
        return sorted(names)
    by_place = {int(name): name for name in names}
    count, whole = max(by_place) + 1, len(markup) if markup else 0
    if markup and 0 in by_place and count < whole < 2 * len(by_place):
        note(f"{path}: no box has the parts {count} to {whole - 1} of the markup {markup.name}: taken as missing")
        count = whole
    if count != whole and (0 not in by_place or count > 2 * len(by_place)):
        return [by_place[place] for place in sorted(by_place)]
    return [by_place.get(place, str(place)) for place in range(count)]


def _attribute(where: str, tag: str, attributes: dict[str, str], name: str) -> str:
    if name not in attributes:
        raise InputError(f"{where}: <{tag}> has no {name!r}")
    return attributes[name]


def _refuse_entities(path: Path) -> None:
    raise InputError(f"{path}: defines entities, which dlib's files never do")
