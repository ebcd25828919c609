"""The faces that a released model errs most on: what they are, and a picture of them without the photographs."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from finding_faces import Faces
from numpy.typing import NDArray
from released_errors import Errors, turn_of

from laplace_landmarks.data.markup import IBUG68
from laplace_landmarks.data.pictures import write_picture
from laplace_landmarks.data.sample import Sample
from laplace_landmarks.runtime.calibration import regions_of
from laplace_landmarks.runtime.detector import LandmarkDetector
from laplace_landmarks.runtime.drawing import Style, draw_faces, draw_heatmaps, seen_in, sheet_of

TILE = 180
FAINT = Style(dots=False, uncertainty="none", colours=((120, 130, 140),))
RADII = Style(dots=False, uncertainty="radius", p=0.9)
SEEN = {  # by eye, in the photographs of LFPW test, in few words so that they can be counted
    "image_0012": ("turned", "behind a wall"),
    "image_0029": ("mouth open", "hair beside the jaw"),
    "image_0039": ("thrown back", "glasses"),
    "image_0044": ("turned", "mouth open"),
    "image_0046": ("thrown back", "mouth open", "old photograph", "microphone"),
    "image_0052": ("mouth open", "grimace", "painted skin", "hard light"),
    "image_0057": ("turned", "hair beside the jaw"),
    "image_0059": ("tilted", "glasses", "hat"),
    "image_0060": ("old photograph", "hat"),
    "image_0069": ("mouth open", "grimace", "painted skin", "hard light"),
    "image_0075": ("thrown back",),
    "image_0091": ("beard", "hard light"),
    "image_0105": ("hand over the mouth",),
    "image_0112": ("turned", "in the dark"),
    "image_0119": ("sunglasses", "headscarf"),
    "image_0127": ("tilted", "hair beside the jaw", "headscarf", "printed page"),
    "image_0128": ("turned", "microphone"),
    "image_0138": ("thrown back", "hat", "hard light"),
    "image_0139": ("turned", "tilted", "grimace", "glasses"),
    "image_0142": ("turned", "tilted", "hair beside the jaw"),
    "image_0150": ("turned", "mouth open", "printed page"),
    "image_0159": ("turned", "in the dark"),
    "image_0169": ("turned", "hard light"),
    "image_0182": ("turned", "tilted", "hair beside the jaw", "printed page"),
    "image_0188": ("sunglasses", "hair beside the jaw"),
    "image_0190": ("turned", "mouth open", "glasses", "beard"),
}


def worst(errors: Errors, samples: Sequence[Sample], places: NDArray[np.intp]) -> list[dict[str, Any]]:
    """The faces with the largest errors, and whether the model's radius told them from others."""
    radii = errors.likely.mean(axis=1)
    ranks = np.argsort(np.argsort(-radii)) + 1
    regions = np.array(regions_of(IBUG68))
    names = list(dict.fromkeys(regions.tolist()))
    figures = []
    for place in places:
        of_regions = [errors.distances[place, regions == region].mean() for region in names]
        figures.append(
            {
                "name": samples[place].name,
                "nmse_percent": round(float(errors.of_faces[place]), 2),
                "worst region": names[int(np.argmax(of_regions))],
                "turn": round(turn_of(samples[place]), 2),
                "landmarks beyond the crop": int(errors.beyond[place].sum()),
                "mean 90 % radius, percent": round(float(radii[place]), 2),
                "rank of its radius": int(ranks[place]),
                "by eye": SEEN.get(samples[place].name, ()),
            }
        )
    return figures


def draw(
    detector: LandmarkDetector, judged: Faces, places: Sequence[int], percent: NDArray[np.float64], path: Path
) -> None:
    """Each face twice: what was found with its 90 % radii over the truth, and the heatmaps, both without the photo."""
    dark = np.full((TILE, TILE, 3), 24, np.uint8)
    tiles = []
    for place in places:
        sample = judged.labeled.samples[place]
        (face,) = detector(judged.pictures[place], anchors=judged.truth[place], heatmaps=True)
        assert face.heatmaps is not None
        view = replace(face.crop, size=TILE)
        shown, truth = seen_in(view, face), (view.to_crop(sample.landmarks), sample.visible)
        outlines = draw_faces(dark, [shown], IBUG68, [truth], RADII)
        tiles.append(
            np.vstack([outlines, draw_heatmaps(draw_faces(dark, [shown], IBUG68, style=FAINT), face.heatmaps)])
        )
    write_picture(path, sheet_of(tiles, len(tiles), captions=[f"{percent[place]:.1f} %" for place in places]))
