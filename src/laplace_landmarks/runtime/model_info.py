"""What a model file says of itself: all that is needed to use it honestly, as one JSON document in its metadata.

docs/model-file.md lists every field; docs/model-file.schema.json is the JSON schema.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from laplace_landmarks.data.markup import Markup
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.runtime.calibration import Calibration
from laplace_landmarks.runtime.fields import Fields
from laplace_landmarks.text_files import to_json

FORMAT = "laplace-landmarks"
VERSION = 1
METADATA_KEY = "laplace_landmarks"
INPUT = "crops"
BORDER = "replicate"  # how Crop.cut goes on outside the picture
WITH_HEATMAPS = "the file without -fast or -int8 in its name does"  # after: a model gives no heatmaps
OUTPUTS = ("landmarks", "spread", "heatmaps")  # the first two always

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class SpreadKind:
    """What shaped the spread. The output itself is the heatmaps' mean absolute deviation with any of them.

    kind: "laplace" or "gaussian", the distribution that the loss took a heatmap for; "none", a loss that leaves the
        spread free.
    target: scale of that distribution toward which the loss pulled, b or sigma, in crop pixels; a likelihood pulls
        toward none.
    """

    kind: str = "laplace"
    target: float = 1.0


@dataclass(frozen=True)
class ModelInfo:
    """A model file's metadata, version 1.

    name: what a user calls the model. crop: how to cut its input. outputs: names, in the graph's order.
    network: the network's name and settings. precision: of the numbers. calibration: None where there was none yet.
    training: data, loss, steps and whatever else tells how it came about. licence: of the file, in one sentence.
    scores: one object a score, with its data and protocol. created: ISO date.
    package_version, package_commit: of the laplace-landmarks that wrote the file.
    """

    name: str
    markup: Markup
    crop: CropRule
    network: Mapping[str, Scalar]
    licence: str
    created: str
    package_version: str
    package_commit: str = ""
    outputs: tuple[str, ...] = OUTPUTS
    precision: str = "float32"
    spread: SpreadKind = SpreadKind()
    calibration: Calibration | None = None
    training: Mapping[str, Any] = field(default_factory=dict)
    scores: tuple[Mapping[str, Any], ...] = ()

    @property
    def finds(self) -> str:
        """What is looked at where nobody says where the objects are: "whole pictures", "faces", or "", nothing."""
        return "whole pictures" if self.crop.whole_picture else "faces" if self.markup.is_face else ""

    @property
    def crop_in_words(self) -> str:
        """Its size, and what places it."""
        rule = self.crop
        if rule.whole_picture:
            return f"{rule.size} px; the whole picture, side {rule.box_factor} x its longer side"
        hull = f"{rule.factor} x the anchors' hull, or " if self.markup.anchors else ""
        turned = "; turned as the anchors are" if rule.upright else ""
        return f"{rule.size} px; side {hull}{rule.box_factor} x a tight box{turned}"

    @property
    def spread_in_words(self) -> str:
        """What shaped it: a likelihood learns its scale, other losses pull toward one, or leave it free."""
        if self.spread.kind == "none":
            return "left free by the loss"
        if self.training.get("loss") == "laplace_nll":
            return f"{self.spread.kind}, its scale learned as the expected error"
        return f"{self.spread.kind}, trained toward {self.spread.target} px of the crop"

    def to_json(self) -> str:
        """The text under METADATA_KEY."""
        document = {
            "format": FORMAT,
            "version": VERSION,
            "name": self.name,
            "markup": asdict(self.markup),
            "crop": {**asdict(self.crop), "border": BORDER},
            "input": _input(self.crop.size),
            "outputs": self.outputs,
            "network": dict(self.network),
            "precision": self.precision,
            "spread": {**asdict(self.spread), "unit": "crop pixels"},
            "calibration": self.calibration and self.calibration.to_document(),
            "training": dict(self.training),
            "licence": self.licence,
            "scores": self.scores,
            "package": {"version": self.package_version, "commit": self.package_commit},
            "created": self.created,
        }
        return to_json(document)  # without the blanks that nobody reads, a tenth of it

    @staticmethod
    def from_json(text: str, where: str) -> "ModelInfo":
        """The inverse of to_json; InputError where a field is missing or wrong. Unknown fields are left out."""
        fields = Fields.parse(text, where)
        fields.expect("format", FORMAT)
        version = fields.integer("version", least=1)
        if version > VERSION:
            raise InputError(f"{where}: this file is version {version}, newer than {VERSION}; update laplace-landmarks")
        crop = _crop(fields.object("crop"))
        _check_input(fields.object("input"), crop.size)
        package = fields.object("package")
        markup = _markup(fields.object("markup"))
        return ModelInfo(
            name=fields.text("name"),
            markup=markup,
            crop=crop,
            network=_network(fields.object("network")),
            licence=fields.text("licence"),
            created=fields.day("created"),
            package_version=package.text("version"),
            package_commit=package.text("commit", filled=False),
            outputs=_outputs(fields),
            precision=fields.text("precision"),
            spread=_spread(fields.object("spread")),
            calibration=_calibration(fields, markup),
            training=fields.object("training").values,
            scores=fields.objects("scores"),
        )


def _input(size: int) -> dict[str, Any]:
    return {"name": INPUT, "size": size, "layout": "NHWC", "dtype": "uint8", "colour": "RGB", "range": [0, 255]}


def _check_input(fields: Fields, size: int) -> None:
    for key, value in _input(size).items():
        fields.expect(key, value)


def _markup(fields: Fields) -> Markup:
    regions = fields.object("regions")
    for key in ("normaliser", "pupils"):
        if len(fields.groups(key)) not in (0, 2):
            fields.refuse(key, "two lists of indices, or none")
    try:
        return Markup(
            name=fields.text("name"),
            names=fields.texts("names"),
            mirror=fields.pairs("mirror"),
            edges=fields.pairs("edges"),
            regions={region: regions.group(region) for region in regions.values},
            normaliser=fields.groups("normaliser"),
            pupils=fields.groups("pupils"),
            anchors=fields.groups("anchors"),
        )
    except InputError as error:
        raise error if str(error).startswith(fields.where) else InputError(f"{fields.where}: {error}") from None


def _crop(fields: Fields) -> CropRule:
    fields.expect("border", BORDER)
    shift = fields.numbers("box_shift", (2,))
    return CropRule(
        size=fields.integer("size", least=1),
        factor=fields.number("factor", above=0),
        box_factor=fields.number("box_factor", above=0),
        box_shift=(float(shift[0]), float(shift[1])),
        whole_picture=fields.flag("whole_picture"),
        upright=fields.flag("upright"),
    )


def _network(fields: Fields) -> dict[str, Scalar]:
    fields.text("name")
    for key, value in fields.values.items():
        if isinstance(value, (list, dict)):
            fields.refuse(key, "a text, a number, true, false or null")
    return fields.values


def _spread(fields: Fields) -> SpreadKind:
    fields.expect("unit", "crop pixels")
    kind = fields.text("kind")
    if kind not in ("laplace", "gaussian", "none"):
        fields.refuse("kind", '"laplace", "gaussian" or "none"')
    return SpreadKind(kind, fields.number("target", above=0))


def _calibration(fields: Fields, markup: Markup) -> Calibration | None:
    return Calibration.from_fields(fields.object("calibration"), markup) if fields.has("calibration") else None


def _outputs(fields: Fields) -> tuple[str, ...]:
    outputs = fields.texts("outputs")
    if outputs not in (OUTPUTS, OUTPUTS[:2]):
        fields.refuse("outputs", f"{json.dumps(OUTPUTS[:2])} or {json.dumps(OUTPUTS)}")
    return outputs
