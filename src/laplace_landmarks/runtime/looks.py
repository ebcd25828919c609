"""Where a detector looks: the crop of each face, at first and again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laplace_landmarks.conventions import Landmarks, Picture
from laplace_landmarks.errors import InputError
from laplace_landmarks.faces.boxes import Crop, CropRule, picture_box, tight_box
from laplace_landmarks.faces.five_points import roll
from laplace_landmarks.faces.found import FoundFace
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.given import check_near, check_seen
from laplace_landmarks.runtime.model_info import ModelInfo

BEYOND = 5.0  # times larger or smaller than a crop, that of a second look is not believed
ASKEW = 5.0  # degrees between a face and its crop, beyond which a look more is worth its time (docs/running.md)


@dataclass(frozen=True, eq=False)
class Look:
    """Where to look for a face: in which picture, and in which crop of it."""

    picture: Picture
    crop: Crop
    anchors: Landmarks | None = None
    score: float | None = None


@dataclass(frozen=True)
class Looks:
    """How crops are placed for a model. refine, upright, box_rule: as LandmarkDetector's."""

    info: ModelInfo
    refine: int | None
    upright: bool
    box_rule: CropRule | None = None

    def at_box(self, picture: Picture, box: Sequence[float], score: float | None = None) -> Look:
        """InputError, here and below: places that are none, or far from the picture, or too small to show anything."""
        check_near(np.asarray(box, np.float64))
        given = self.box_rule or self.info.crop
        rule = replace(self.info.crop, box_factor=given.box_factor, box_shift=given.box_shift)
        look = Look(picture, rule.from_box(box), None, score)
        check_seen(picture, look.crop, tight_box(box), "box")
        return look

    def at_anchors(self, picture: Picture, points: NDArray[Any], score: float | None = None) -> Look:
        """points: the model's anchors, or all its landmarks."""
        check_near(points)
        anchors = self.anchors(points)
        look = Look(picture, self._crop(anchors, picture), anchors, score)
        if not self.info.crop.whole_picture:  # whose crop points do not place
            check_seen(picture, look.crop, tight_box(anchors), "the box around the points")
        return look

    def at_found(self, picture: Picture, face: FoundFace) -> Look:
        """A face that a finder found: its points place the crop where they are those that the model wants."""
        if face.anchors is None or len(face.anchors) != len(self.info.markup.anchors):
            return self.at_box(picture, face.box, face.score)
        return self.at_anchors(picture, np.asarray(face.anchors, np.float64), face.score)

    def at_all(self, picture: Picture) -> Look:
        """The whole picture."""
        return Look(picture, self._whole(picture))

    def count(self, look: Look) -> int:
        """How often to look again, whatever is found.

        benchmarks/refine.py found it best: a box tells less exactly than points where the landmarks are. Where boxes
        placed the crops in the training too, there is nothing to mend.
        """
        if self.info.crop.whole_picture:
            return 0
        if self.refine is not None:
            return self.refine
        return 1 if look.anchors is None and self.info.markup.anchors else 0

    def askew(self, face: Face) -> bool:
        """Whether a face turned out to lean otherwise than its crop, so that a look more is due."""
        if not self._turns or self.refine is not None or self.info.crop.whole_picture:
            return False
        away = roll(self.anchors(face.landmarks)) - face.crop.angle
        return abs((away + 180) % 360 - 180) > ASKEW

    def again(self, look: Look, face: Face) -> Look:
        """The same face in the crop that its landmarks place."""
        anchors = self.anchors(face.landmarks)
        try:
            crop = self._crop(anchors, look.picture)
        except InputError:  # all in one point
            return look
        # landmarks may collapse or scatter where there is nothing to see: no face is so small or large in its crop
        likely = look.crop.side / BEYOND < crop.side < look.crop.side * BEYOND
        return replace(look, crop=crop, anchors=anchors) if likely else look

    def anchors(self, points: NDArray[Any]) -> Landmarks:
        """(A, 2) the points that place the crop, from those a caller gave."""
        markup = self.info.markup
        count = len(markup.anchors) or len(markup)
        if points.shape == (count, 2):
            return points.astype(np.float32)
        if points.shape != (len(markup), 2):
            ways = f"{count} points (x, y)" + (f" or all {len(markup)} landmarks" if markup.anchors else "")
            raise InputError(f"anchors of model {self.info.name} are {ways} a face, not an array {points.shape}")
        anchors = markup.anchors_of(points.astype(np.float32), np.ones(len(markup), np.bool_))
        assert anchors is not None  # the markup has some, and every landmark is there
        return anchors

    @property
    def _turns(self) -> bool:
        """Whether crops are turned: those of faces are, of which it is known which way up they are."""
        return self.upright and self.info.markup.is_face

    def _crop(self, anchors: Landmarks, picture: Picture) -> Crop:
        rule = self.info.crop
        if rule.whole_picture:  # a tracker follows by landmarks, which place no crop of such a model
            return self._whole(picture)
        if not self.info.markup.anchors:
            return rule.from_box(tight_box(anchors))
        return replace(rule, upright=self._turns).from_anchors(anchors)  # whatever the model learned from

    def _whole(self, picture: Picture) -> Crop:
        return self.info.crop.from_box(picture_box(*picture.shape[:2]))
