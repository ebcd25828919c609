"""WFLW's 98 points (Wu et al. 2018): the parts of ibug68, denser, with both edges of the eyebrows and the pupils."""

from laplace_landmarks.data.markups.definition import Markup, chain


def _wflw98() -> Markup:
    parts = {
        "jaw": (0, 33), "right eyebrow": (33, 42), "left eyebrow": (42, 51), "nose bridge": (51, 55),
        "nostrils": (55, 60), "right eye": (60, 68), "left eye": (68, 76), "outer lip": (76, 88), "inner lip": (88, 96),
    }  # fmt: skip
    names = [f"{part} {place + 1}" for part, (first, end) in parts.items() for place in range(end - first)]
    mirror = (
        *((index, 32 - index) for index in range(16)),
        *((33 + place, 46 - place) for place in range(5)), *((38 + place, 50 - place) for place in range(4)),
        (55, 59), (56, 58),
        *((60 + place, 72 - place) for place in range(5)), (65, 75), (66, 74), (67, 73),
        (76, 82), (77, 81), (78, 80), (87, 83), (86, 84), (88, 92), (89, 91), (95, 93), (96, 97),
    )  # fmt: skip
    open_parts = {"jaw", "nose bridge", "nostrils"}
    return Markup(
        name="wflw98",
        names=(*names, "right pupil", "left pupil"),
        mirror=mirror,
        edges=tuple(
            e for part, (first, end) in parts.items() for e in chain(first, end - 1, closed=part not in open_parts)
        ),
        regions={part: tuple(range(first, end)) for part, (first, end) in parts.items()} | {"pupils": (96, 97)},
        normaliser=((60,), (72,)),
        pupils=((96,), (97,)),
        anchors=(tuple(range(60, 68)), tuple(range(68, 76)), (54,), (76,), (82,)),
    )


WFLW98 = _wflw98()
