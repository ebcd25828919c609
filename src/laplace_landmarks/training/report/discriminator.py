"""Does D tell real heatmaps from generated ones, and is that of use to the generator?"""

from math import log

from laplace_landmarks.evaluation.report.page import Figure, Section
from laplace_landmarks.training.report.curves import level, line_and_mean, over_steps
from laplace_landmarks.training.report.headline import right
from laplace_landmarks.training.report.standing import Standing

GUESSING = 2 * log(2)  # D's loss where it gives every patch even odds
SURE, UNSURE = 95, 55  # percent of patches that a D judges rightly which errs hardly ever, or as if it guessed

HOW_TO_READ = (
    "The discriminator D is shown a picture with heatmaps and judges, patch by patch, whether they were drawn from a "
    "person's landmarks or generated. At 50 % on both kinds it is fooled, or has not learned to see a difference. At "
    "100 % on both it is of little use to the generator, which is then far off, or D has found a difference that is "
    "not in the landmarks, such as faces of another size in the unlabeled crops. In between, it shows the way."
)


def discriminator_section(standing: Standing) -> Section:
    """D's accuracy, and the losses of both sides."""
    if not standing.trained:
        return Section("The discriminator", [HOW_TO_READ, "No step is logged yet."])
    accuracy = line_and_mean(standing.trained, [("d_real", "real"), ("d_fake", "generated")], factor=100)
    accuracy.append(level(standing, 50, "guessing"))
    losses = line_and_mean(standing.trained, [("loss_d", "loss of D"), ("fooling", "generator's part")])
    losses.append(level(standing, GUESSING, "loss of a D that guesses"))
    weight = standing.settings["adversarial.weight"]
    widths = [("spread_real", "real"), ("spread_fake", "generated")]
    figures = [
        Figure(
            over_steps(accuracy, "patches judged rightly, %", (0, 102)),
            "Accuracy of D on real and on generated heatmaps, with running means.",
        ),
        Figure(
            over_steps(losses, "adversarial losses", (None, None)),
            f"Losses of both sides, with running means. The generator adds {weight:g} times its part to its own loss.",
        ),
    ]
    if all("spread_fake" in line for line in standing.trained):  # runs of old do not tell
        spreads = line_and_mean(standing.trained, widths)
        told = "Mean spread of the heatmaps that D was shown, with running means. It needs no face to see a difference."
        figures.append(Figure(over_steps(spreads, "spread, heatmap pixels", (0, None)), told))
    return Section("The discriminator", [HOW_TO_READ, _verdict(*right(standing))], figures)


def _verdict(real: float, fake: float) -> str:
    now = f"Lately it was right on {real:.0f} % of real patches and on {fake:.0f} % of generated ones"
    if min(real, fake) >= SURE:
        crops = "Compare labeled and unlabeled crops with `laplace-landmarks crop`"
        return f"{now}: it hardly ever errs. {crops}, and see adversarial.noise and adversarial.scaling."
    if real + fake <= 2 * UNSURE:
        return f"{now}: hardly better than guessing."
    return f"{now}: it sees a difference, though not always."
