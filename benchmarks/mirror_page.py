"""The page section on looking at mirror images, too."""

from page_parts import change, joined, table
from ways import FOUND, HIDDEN, TRUE

PARTS = ("validation", "test")


def section(result: dict) -> str:
    """Errors with one look and with both, and what the radii of one look hold then."""
    rows = [
        [f"`{name}`", part, f"{row['time, both against one']:.2f}", *(
            cell for how in (TRUE, FOUND, HIDDEN) for cell in (_errors(row[part][how]), _held(row[part][how]))
        )]
        for name, row in result["figures"].items() for part in PARTS
    ]  # fmt: skip
    ways = ("true points", "MTCNN's points", "something drawn before the face")
    head = ["", "faces", "time", *(cell for how in ways for cell in (f"{how}: NMSE %", "held, %"))]
    return joined(
        f"`LandmarkDetector(mirrored=True)`, `predict --mirrored`: the network looks at each crop and at its mirror "
        f"image, and the mean is taken, of landmarks and of spreads. {result['data']}; {result['protocol']}. NMSE: one "
        "look / both, and the difference in percent. Held: by the files' 90 % radii, which were fitted to one look. "
        f"Time: both against one, {result['time']}. How the two spreads are joined was decided on the validation "
        "faces.",
        table(head, rows),
        f"Rank correlations of radius and error, {FOUND}, over faces / pooled / within landmarks, test:",
        table(
            ["", "one look", "both"],
            [[f"`{name}`", *(_ranks(row["test"][FOUND], looks) for looks in ("one", "both"))]
             for name, row in result["figures"].items()],
        ),
    )  # fmt: skip


def in_a_line(result: dict, model: str) -> str:
    """What README says of it: the smallest, the default and the largest fast file, by MTCNN's points on test."""
    fast = [name for name in result["figures"] if name.endswith("-fast")]
    told = "; ".join(
        f"`{name}` {_errors(result['figures'][name]['test'][FOUND])}" for name in (fast[0], model, fast[-1])
    )
    changes = [row["test"][FOUND]["change, percent"][0] for row in result["figures"].values()]
    held = [row["test"][FOUND]["held by the 90 % radius, percent"]["both"][0] for row in result["figures"].values()]
    return (
        "- **A second opinion**: `--mirrored` looks at each crop's mirror image, too, in twice the network's time. "
        f"NMSE on test faces found by MTCNN changes by {max(changes):+.1f} to {min(changes):+.1f} %, by model; one "
        f"look / both: {told}. The 90 % radii of one look hold {min(held):.0f} to {max(held):.0f} % then "
        "([all](docs/results.md#mirror-images-too))."
    )


def _errors(figures: dict) -> str:
    one, both = (figures["NMSE"][looks][0] for looks in ("one", "both"))
    return f"{one:.2f} / {both:.2f}, {change(figures['change, percent'])}"


def _held(figures: dict) -> str:
    held = figures["held by the 90 % radius, percent"]
    return f"{held['one'][0]:.1f} / {held['both'][0]:.1f}"


def _ranks(figures: dict, looks: str) -> str:
    ranks = figures["rank correlation of radius and error"][looks]
    return " / ".join(f"{ranks[way]:.2f}" for way in ("faces", "pooled", "within"))
