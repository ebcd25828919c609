"""300W's 68 points."""

from laplace_landmarks.data.markups.definition import Markup, chain


def _ibug68() -> Markup:
    """300W's 68 points (Sagonas et al. 2013), after Multi-PIE: 0-based here, 1-based in its figures and .pts files."""
    parts = {
        "jaw": (0, 17), "right eyebrow": (17, 22), "left eyebrow": (22, 27), "nose bridge": (27, 31),
        "nostrils": (31, 36), "right eye": (36, 42), "left eye": (42, 48), "outer lip": (48, 60), "inner lip": (60, 68),
    }  # fmt: skip
    names = tuple(f"{part} {place + 1}" for part, (first, end) in parts.items() for place in range(end - first))
    mirror = (
        *((index, 16 - index) for index in range(8)), *((17 + index, 26 - index) for index in range(5)),
        (31, 35), (32, 34), (36, 45), (37, 44), (38, 43), (39, 42), (40, 47), (41, 46),
        (48, 54), (49, 53), (50, 52), (59, 55), (58, 56), (60, 64), (61, 63), (67, 65),
    )  # fmt: skip
    closed = {"right eye", "left eye", "outer lip", "inner lip"}
    return Markup(
        name="ibug68",
        names=names,
        mirror=mirror,
        edges=tuple(e for part, (first, end) in parts.items() for e in chain(first, end - 1, closed=part in closed)),
        regions={part: tuple(range(first, end)) for part, (first, end) in parts.items()},
        normaliser=((36,), (45,)),
        pupils=(tuple(range(36, 42)), tuple(range(42, 48))),
        anchors=(tuple(range(36, 42)), tuple(range(42, 48)), (30,), (48,), (54,)),
    )


IBUG68 = _ibug68()
