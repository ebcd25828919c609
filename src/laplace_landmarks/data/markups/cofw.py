"""COFW's 29 points (Burgos-Artizzu et al. 2013), in the order that its authors took from LFPW."""

from laplace_landmarks.data.markups.definition import Markup


def _cofw29() -> Markup:
    names = (
        "right eyebrow outer", "left eyebrow outer", "right eyebrow inner", "left eyebrow inner",
        "right eyebrow upper", "right eyebrow lower", "left eyebrow upper", "left eyebrow lower",
        "right eye outer", "left eye outer", "right eye inner", "left eye inner",
        "right eye upper", "right eye lower", "left eye upper", "left eye lower", "right pupil", "left pupil",
        "right nostril", "left nostril", "nose tip", "nose bottom", "right mouth corner", "left mouth corner",
        "upper lip top", "upper lip bottom", "lower lip top", "lower lip bottom", "chin",
    )  # fmt: skip
    return Markup(
        name="cofw29",
        names=names,
        mirror=tuple(
            (index, names.index(name.replace("right", "left")))
            for index, name in enumerate(names)
            if name.startswith("right")
        ),
        edges=(
            (0, 4), (4, 2), (2, 5), (5, 0), (3, 6), (6, 1), (1, 7), (7, 3),
            (8, 12), (12, 10), (10, 13), (13, 8), (11, 14), (14, 9), (9, 15), (15, 11), (18, 21), (21, 19), (20, 21),
            (22, 24), (24, 23), (23, 27), (27, 22), (22, 25), (25, 23), (23, 26), (26, 22),
        ),
        regions={
            "right eyebrow": (0, 2, 4, 5), "left eyebrow": (1, 3, 6, 7), "right eye": (8, 10, 12, 13, 16),
            "left eye": (9, 11, 14, 15, 17), "nose": (18, 19, 20, 21), "mouth": (22, 23, 24, 25, 26, 27), "chin": (28,),
        },
        normaliser=((8,), (9,)),
        pupils=((16,), (17,)),
        anchors=((16,), (17,), (20,), (22,), (23,)),
    )  # fmt: skip


COFW29 = _cofw29()
