"""Page sections on the labels themselves: on which side of faces they lie, which are wrong, which are there twice."""

from page_parts import joined, table, with_interval

MTCNN = "MTCNN"


def offset(result: dict) -> str:
    """Labels that lie beside the faces, all to one side."""
    figures = result["figures"]
    models = {name: row for name, row in figures.items() if name != MTCNN}
    columns = (
        "x",
        "x, mirrored and back",
        "x, smaller faces",
        "x, larger faces",
        "y",
        "x, drawn faces",
        "y, drawn faces",
    )
    rows = [[f"`{name}`", *(signed(row[column]) for column in columns)] for name, row in models.items()]
    costs = [
        [f"`{name}`", *(with_interval(row[kind]) for kind in ("nmse_percent", "without the offset"))]
        for name, row in models.items()
    ]
    large, finder = f"{result['large']:g} px", figures[MTCNN]
    return joined(
        f"{result['data']}; {result['protocol']}; right and down are above 0. Small and large: by {large} between the "
        f"outer eye corners. MTCNN, which never saw these labels, says x {signed(finder['x'])} of the same five points "
        f"(the mean of a picture and its mirror image, {finder['faces']} faces). Drawn: {result['drawn']} faces of "
        "`synthesize`, whose landmarks are exact, though drawn in a style of their own.",
        table(["predicted less labeled, px", *columns], rows),
        "**The labels lie to the right of the faces**, by the same part of a pixel in all sizes, so by how they were "
        "made or counted, here or in 300W itself; not by faces, which look to both sides. Whatever learns from "
        "mirrored pictures, too, sees the labels on both sides as often, and learns the middle: on drawn faces the "
        "same models lie to neither side. How far labels lie above or below the faces mirroring cannot tell, since "
        "models have learned that with the rest; drawn faces hint at nothing much. With each model's mean offset along "
        "x taken off, which is no score, since it was read off these very faces:",
        table(["", "NMSE %", "NMSE % without the offset"], costs),
        "Nothing is corrected by this anywhere: scores are against the labels as they are, the models' landmarks are "
        "those of the faces. `evaluate` tells the offset of any model on any labels.",
    )


def signed(mean: list[float]) -> str:
    return "{:+.2f} ({:+.2f} to {:+.2f})".format(*mean)


def moved(result: dict) -> str:
    """What `check` finds of wrong labels."""
    figures = result["figures"]
    found, others = figures["found, percent"], figures["others listed"]
    rows = [
        [f"{limit} deviations", *(f"{row[limit]:.0f}" for row in found.values()), listed,
         f"{max(row[limit] for row in others.values()):.0f}"]
        for limit, listed in figures["listed as they are"].items()
    ]  # fmt: skip
    shares = [share.replace("%", " %") for share in found]
    head = ["listed from", *(f"moved by {share}" for share in shares), "faces, as they are", "other faces, at most"]
    return (
        f"Percent found of landmarks that were moved on purpose, by a share of the distance between the outer eye "
        f"corners; {result['data']}, {result['protocol']}. Beside it how many faces are listed with nothing moved, and "
        "how many that nobody moved beside the moved ones. 8 deviations are the default.\n\n" + table(head, rows)
    )


def twice(result: dict) -> str:
    """Faces that are there under two names, and what they do to scores."""
    copies, scores = result["copies"], result["scores"]
    between = ", ".join(f"{parts}: {len(found)}" for parts, found in result["figures"].items())
    rows = [
        [f"`{run}`, {part}", str(told["twins of training faces"]), *(f"{error:.2f}" for error in told[run])]
        for part, told in scores.items()
        for run in told
        if run != "twins of training faces"
    ]
    return joined(
        "LFPW has photographs that are there twice and more often, under other names (crops of 24 x 24 pixels, placed "
        f"by `{result['finder']}`, that correlate by more than {result['alike']}; all pairs within LFPW's training "
        f"pictures were looked at, and are the same photograph). Pairs, by where the two stand: {between}. Of copies "
        f"that are framed otherwise (by {100 * copies['shift']:.0f} % of the crop aside, "
        f"{100 * (copies['scale'] - 1):.0f} % larger) and kept as JPEG of quality {copies['jpeg']}, "
        f"{100 * copies['found']:.0f} % are found so. NMSE in percent of trainings with and without the faces that "
        "stand in their training pictures too:",
        table(["", "such faces", "with them", "without"], rows),
    )
