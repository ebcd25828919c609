"""AFLW's 21 points (Koestinger et al. 2011), and the 19 without ear lobes that papers report on.

Its own names ("LeftBrowLeftCorner") say left for the picture's left; here right is the person's, as in ibug68.
"""

from itertools import pairwise

from laplace_landmarks.data.markups.definition import Markup

EARS = (12, 16)  # places of the ear lobes among the 21


def _aflw(name: str, ears: bool) -> Markup:
    brows = [f"{side} eyebrow {place}" for side, order in (("right", 1), ("left", -1))
             for place in ("outer", "centre", "inner")[::order]]  # fmt: skip
    eyes = [name.replace("eyebrow", "eye") for name in brows]
    middle = ["right ear lobe", "right nostril", "nose centre", "left nostril", "left ear lobe"]
    mouth = ["right mouth corner", "mouth centre", "left mouth corner"]
    names = [*brows, *eyes, *(name for name in middle if ears or "ear" not in name), *mouth, "chin"]
    regions = {
        "right eyebrow": names[0:3], "left eyebrow": names[3:6], "right eye": names[6:9], "left eye": names[9:12],
        "ears": [name for name in names if "ear lobe" in name],
        "nose": ["right nostril", "nose centre", "left nostril"], "mouth": mouth, "chin": ["chin"],
    }  # fmt: skip
    place = {name: index for index, name in enumerate(names)}
    chains = [names[0:3], names[3:6], names[6:9], names[9:12], regions["nose"], mouth]
    anchors = ("right eye centre", "left eye centre", "nose centre", "right mouth corner", "left mouth corner")
    return Markup(
        name=name,
        names=tuple(names),
        mirror=tuple((place[name], place[name.replace("right", "left")]) for name in names if name.startswith("right")),
        edges=tuple((place[a], place[b]) for names in chains for a, b in pairwise(names)),
        regions={region: tuple(place[name] for name in members) for region, members in regions.items() if members},
        # no normaliser: AFLW divides by the square root of the box's area, for an eye is often out of sight
        pupils=((place["right eye centre"],), (place["left eye centre"],)),
        anchors=tuple((place[name],) for name in anchors),
    )


AFLW21 = _aflw("aflw21", ears=True)
AFLW19 = _aflw("aflw19", ears=False)
