"""Faces to look at: the best, the middling and the worst, heatmaps, and where methods disagree."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from laplace_landmarks.data.pictures import read_picture
from laplace_landmarks.evaluation.report.judged import Judged
from laplace_landmarks.evaluation.report.page import Photo, Photos, Section
from laplace_landmarks.faces.boxes import Crop, tight_box
from laplace_landmarks.runtime.drawing import Style, draw_faces, draw_heatmaps, seen_in
from laplace_landmarks.runtime.face import Face
from laplace_landmarks.runtime.model_info import WITH_HEATMAPS

TILE = 360  # pixels of a photo's side
AROUND = 1.45  # side of a photo over the longer side of the box around the true landmarks
FOUND = (110, 255, 205)
TRUTH = (255, 170, 60)
RADIUS = (250, 250, 255)
LEVEL = 0.9  # of the radius that is drawn
EACH = 3
HEATMAPS = 6


def faces_section(judged: Judged) -> Section:
    """The best, median and worst faces."""
    order = judged.ranked()
    third = max(1, len(order) // 3)  # of few faces: the worst leave some for the others
    worst = order[::-1][: min(2 * EACH, third)]
    best = [place for place in order[: min(EACH, third)] if place not in worst]
    middle = max(0, len(order) // 2 - EACH // 2)
    median = [place for place in order[middle : middle + EACH] if place not in worst + best]
    groups = {"The smallest errors (NMSE)": best, "Around the median": median, "The largest errors": worst}
    parts = [
        Photos([face_photo(judged, place) for place in places], title, key_of(judged), least=300)
        for title, places in groups.items()
        if places
    ]
    return Section(f"{judged.noun.capitalize()}s", (), parts)


def heatmaps_section(judged: Judged) -> Section:
    """What the network says of some faces, from the best to the worst (Fig. 3 of the paper)."""
    if not judged.has_heatmaps:
        why = (
            "A predictions file has no heatmaps."
            if judged.detector is None
            else f"This model file gives no heatmaps; {WITH_HEATMAPS}."
        )
        return Section("Heatmaps", [why])
    order = judged.ranked()
    chosen = [order[int(place)] for place in np.unique(np.linspace(0, len(order) - 1, HEATMAPS).round())]
    caption = (
        "The largest of all heatmaps at each pixel of the crop, bright where the network sees a landmark, from the "
        "smallest error to the largest. Brightness is relative to the face's highest peak."
    )
    return Section("Heatmaps", (), [Photos(heatmap_photos(judged, chosen), caption, least=300)])


def heatmap_photos(judged: Judged, places: Sequence[int], prefix: str = "") -> list[Photo]:
    """The crops under their heatmaps; the method must have some."""
    assert judged.detector is not None
    assert judged.pictures is not None
    *_, heatmaps = judged.detector.on_crops(judged.pictures[list(places)], heatmaps=True)
    assert heatmaps is not None
    photos = []
    for place, maps in zip(places, heatmaps, strict=True):
        sample, crop = judged.labeled.samples[place], judged.crops[place]
        shown = replace(crop, size=TILE).cut(read_picture(sample.picture))
        spread = "" if judged.spread is None else f", spread {judged.spread[place].mean():.1f} px"
        caption = f"{prefix}{sample.name}: {judged.of_faces[place]:.1f} %{spread}"
        photos.append(Photo(draw_heatmaps(shown, maps), f"Heatmaps of {judged.name} over {sample.name}", caption))
    return photos


def face_photo(judged: Judged, place: int, prefix: str = "") -> Photo:
    """A face with truth, prediction, spread and, of a calibrated model, radius."""
    sample, prediction = judged.labeled.samples[place], judged.predictions[place]
    assert prediction is not None
    x0, y0, x1, y1 = tight_box(sample.landmarks[sample.visible])
    view = Crop((x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, y1 - y0, 1) * AROUND, TILE)
    spread = np.zeros_like(prediction.landmarks) if prediction.spread is None else prediction.spread
    box = tight_box(prediction.landmarks)
    seen = seen_in(view, Face(prediction.landmarks, spread, judged.crops[place], box, radii=judged.radii))
    shown = view.cut(read_picture(sample.picture))
    bare = Style(skeleton=False, dots=False, p=judged.level(LEVEL))
    if judged.radii is not None:
        style = replace(bare, uncertainty="radius", colours=(RADIUS,))
        shown = draw_faces(shown, [seen], judged.markup, style=style)
    if prediction.spread is not None:
        style = replace(bare, uncertainty="spread", colours=(FOUND,))
        shown = draw_faces(shown, [seen], judged.markup, style=style)
    # after what is around, since wide ellipses would hide it; heavier than the usual, which is a faint background
    truth = [(view.to_crop(sample.landmarks), sample.visible)]
    shown = draw_faces(shown, [], judged.markup, truth, Style(truth=TRUTH, weight=1.6))
    shown = draw_faces(shown, [seen], judged.markup, style=Style(uncertainty="none", colours=(FOUND,)))
    caption = f"{prefix}{sample.name}: {judged.of_faces[place]:.1f} %"
    return Photo(shown, f"{sample.name} with true and found landmarks of {judged.name}", caption)


def key_of(judged: Judged) -> list[tuple[str, str]]:
    """What the colours of face_photo mean."""
    key = [
        (_css(TRUTH), "truth"),
        (_css(FOUND), "found" if judged.spread is None else "found, ellipses of one spread around it"),
    ]
    return key if judged.radii is None else [*key, (_css(RADIUS), f"radius meant to hold {100 * LEVEL:.0f} %")]


def _css(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
