"""Is it still learning, and does that carry over to pictures it is not trained on?"""

from laplace_landmarks.data.augmentation.settings import what_is_on
from laplace_landmarks.evaluation.report.page import Figure, Section
from laplace_landmarks.evaluation.report.plots import Curve
from laplace_landmarks.training.report.curves import level, line_and_mean, over_steps
from laplace_landmarks.training.report.headline import KINDS, kept
from laplace_landmarks.training.report.standing import Standing


def learning_section(standing: Standing) -> Section:
    """Loss, validation error, spread, and the learning rate if it changes."""
    figures = []
    if standing.trained:
        figures.append(_loss(standing))
    if standing.validated:
        figures += [_error(standing), _spread(standing)]
    rates = [line for line in standing.trained if "learning_rate" in line]
    if len({line["learning_rate"] for line in rates}) > 1:
        curve = Curve([line["step"] for line in rates], [line["learning_rate"] for line in rates])
        figures.append(Figure(over_steps([curve], "learning rate", (0, None)), "Learning rate of the generator."))
    return Section("Learning", [_so_far(standing)], figures)


def _loss(standing: Standing) -> Figure:
    prefix = "augmentation."
    changes = {k.removeprefix(prefix): v for k, v in standing.settings.items() if k.startswith(prefix)}
    than = "the validation pictures" if standing.validated else "pictures as they are"
    harder = f" Augmented as they are, they are harder than {than}." if what_is_on(changes) else ""
    caption = f"Loss on training batches ({standing.settings['loss.name']}), with its running mean.{harder}"
    return Figure(over_steps(line_and_mean(standing.trained, [("loss", "")]), "supervised loss"), caption)


def _error(standing: Standing) -> Figure:
    drawn = over_steps(_validated(standing, "nmse"), "validation NMSE, %")
    return Figure(drawn, "Mean error on the validation pictures, which are not trained on.")


def _spread(standing: Standing) -> Figure:
    curves, caption = _validated(standing, "spread"), "Mean spread of the heatmaps on the validation pictures."
    if standing.settings["loss.name"] == "laplace_kl":
        curves.insert(2, level(standing, standing.settings["loss.target_spread"], "target"))
        caption += " The loss draws it toward the target, and away from it where errors remain."
    return Figure(over_steps(curves, "spread, px of the crop"), caption)


def _validated(standing: Standing, what: str) -> list[Curve]:
    """Of raw and averaged weights, with a dot where the weights are from that are kept."""
    lines, best = standing.validated, kept(standing)
    steps = [line["step"] for line in lines]
    curves = [Curve(steps, [line[f"{what}_{kind}"] for line in lines], word) for kind, word in KINDS.items()]
    if best:
        value = best[f"{what}_{standing.settings['select']}"]
        curves.append(Curve([best["step"]], [value], "kept weights", colour="ink", dots=True, dashes="None"))
    return curves


def _so_far(standing: Standing) -> str:
    """The validations in a sentence."""
    if not standing.validated:
        if standing.settings["folds.count"] and not standing.settings["folds.without"]:
            return "All labels are trained on; the folds tell how good such weights are. The last ones are kept."
        if standing.settings["data.validation"] == "" or standing.facts.get("validation") == 0:
            return "No pictures are held out, so nothing tells how good the weights are. The last ones are kept."
        return "Nothing is validated yet."
    best, last = standing.best(standing.settings["select"]), standing.validated[-1]
    if best is None or len(standing.validated) == 1:
        return "One validation so far."
    if best is last:
        return f"The last validation, at step {last['step']:,}, is the best so far."
    since = sum(line["step"] > best["step"] for line in standing.validated)
    validations = "the one validation" if since == 1 else f"{since} validations"
    told = f"The best validation was at step {best['step']:,}; {validations} since then brought nothing better."
    chosen = standing.settings["select"]
    other = next(kind for kind in KINDS if kind != chosen)
    lowest = min(line[f"nmse_{other}"] for line in standing.validated)
    if lowest < best[f"nmse_{chosen}"]:
        told += f" The {KINDS[other]} reached {lowest:.2f} %, but `select: {chosen}` keeps the {KINDS[chosen]}."
    return told
