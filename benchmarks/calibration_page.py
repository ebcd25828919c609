"""The page section on calibration: which form of a radius holds, and what ranks errors."""

from page_parts import table


def calibration(result: dict) -> str:
    figures, levels = result["figures"], ["50 %", "90 %", "95 %"]
    against = ["against constant a region, percent", "against power of the spread, percent"]
    rows = [
        [name, *(f"{loss:.3f}" for loss in row["pinball"]), *(f"{held:.1%}" for held in row["coverage"]),
         *(relative(row[baseline][1]) for baseline in against)]
        for name, row in figures["forms"].items()
    ]  # fmt: skip
    head = ["radius", *(f"loss {level}" for level in levels), *(f"held by {level}" for level in levels),
            "90 % loss against constant a region", "against power of the spread"]  # fmt: skip
    ranks = [
        [f"{name} of {model}", *(f"{row[way]:.2f}" for way in ("faces", "pooled", "within", "rejection ratio"))]
        for model, uncertain in figures["ranking"].items()
        for name, row in uncertain.items()
    ]
    network, (own, face) = result["model"]["network"], figures["exponents"]
    boxes = {
        how: " / ".join(f"{held:.1%}" for held in parts) for how, parts in figures["crops placed by boxes"].items()
    }
    between = ", ".join(f"{float(p):.0%}: {held:.1%}" for p, held in figures["between levels"].items())
    fifths = ", ".join(f"{held:.1%}" for held in figures["by spread"]["faces, held by 90 %"])
    forms = (
        f"A radius in crop pixels from the spread: {result['data']}; {network['name']}, width {network['width']}; "
        f"{result['protocol']}. Loss: pinball, crop pixels, smallest for the true quantile. Changes in percent with "
        f"intervals: {result['intervals']}. Each region has a scale unless said otherwise. The exponents of the "
        f"product's form on all of these faces: {own:.2f} for a landmark's own spread, {face:.2f} for the face's."
    )
    held = (
        f"Held between the levels: {between}. Held by the 90 % radius in fifths of the faces, from the smallest spread "
        f"to the largest: {fifths}.\n\n**Radii hold for crops placed as in the calibration.** This network was "
        f"trained without misplaced crops. Where the same faces are "
        f"cropped by tight boxes, those of {' / '.join(levels)} hold {boxes['as they are']}; where the boxes are moved "
        f"by a tenth of their side, {boxes['moved by 10 %']}."
    )
    ranking = (
        "Spearman's rank correlation of uncertainty and error: of the means over faces, pooled over all landmarks, "
        "within landmarks; and how much of a perfect ranking's gain by rejection is reached."
    )
    ways = ["uncertainty", "faces", "pooled", "within", "rejection ratio"]
    return "\n\n".join([forms, table(head, rows), held, ranking, table(ways, ranks)])


def relative(change: list[float]) -> str:
    value, low, high = change
    return f"{value:+.1f} ({low:+.1f} to {high:+.1f})" if (low, high) != (0, 0) else "0"
