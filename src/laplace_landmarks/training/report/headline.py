"""The first things one asks of a training: how far is it, how good, how fast, and on what?"""

from collections.abc import Mapping
from typing import Any

from laplace_landmarks.evaluation.report.page import Fact
from laplace_landmarks.training.report.pace import clock, pace
from laplace_landmarks.training.report.standing import DEFAULTS, Standing

KINDS = {"raw": "raw weights", "ema": "averaged weights"}
OWN = ("network.head", "network.fusion", "network.growth")  # told where they are not the paper's
LATELY = 10  # lines that tell how D fares now
NOT_YET = "not known before the first checkpoint"


def title(standing: Standing) -> str:
    """Name and state, short enough for a browser's tab."""
    if standing.finished:
        return f"{standing.name}: trained, {standing.step:,} steps"
    of = "" if standing.steps is None else f" of {standing.steps:,}"
    return f"{standing.name}: {'training' if standing.running else 'cut off'}, step {standing.step:,}{of}"


def lead(standing: Standing) -> str:
    """What is trained, and what has become of it."""
    told = standing.settings
    branch = ", and a discriminator on unlabeled pictures" if standing.adversarial else ""
    built = "".join(f", {name.rpartition('.')[2]} {_plain(told[name])}" for name in OWN if told[name] != DEFAULTS[name])
    what = f"A network of width {told['network.width']}{built}, trained with the loss {told['loss.name']}{branch}"
    return f"{what}; recipe {told['recipe']}. {_became(standing)}"


def _plain(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def facts(standing: Standing) -> list[Fact]:
    """The numbers above everything else."""
    found = [_steps(standing)]
    if standing.validated:
        found += [_error(standing, kind) for kind in KINDS]
        found += _spread(standing)
    if standing.adversarial and standing.trained:
        real, fake = right(standing)
        found.append(Fact("D is right", f"{real:.0f} % · {fake:.0f} %", "of real patches · of generated ones, lately"))
    return [*found, _speed(standing), _learning_rate(standing), _pictures(standing), _seed(standing)]


def kept(standing: Standing) -> Mapping[str, Any] | None:
    """The validation whose weights the run keeps; None where nothing is validated, or a kill came before it was saved.

    Of a killed run the checkpoint may be of an earlier step than the log.
    """
    if standing.settings["keep"] == "last":
        best = standing.validated[-1] if standing.validated else None
    else:
        best = standing.best(standing.settings["select"])
    if best is None or standing.running:
        return best
    return best if best["step"] <= standing.facts.get("step", -1) else None


def right(standing: Standing) -> tuple[float, float]:
    """Percent of patches that D judged rightly over the last few lines: real ones, generated ones."""
    last = standing.trained[-LATELY:]
    real, fake = (100 * sum(line[name] for line in last) / len(last) for name in ("d_real", "d_fake"))
    return real, fake


def _became(standing: Standing) -> str:
    at = f"{standing.at:%Y-%m-%d %H:%M:%S} UTC"
    if standing.finished:
        return f"It was finished at {at}."
    if standing.running:
        return (
            f"It was running at {at}; the page is written anew as it goes on, so if that is long ago, it was cut off."
        )
    if standing.ended:
        return f"It ended before its time, at {at}: {standing.ended}."
    whence = "goes on from its checkpoint" if standing.facts else "begins anew, because it had reached no checkpoint"
    return f"It is not finished; the last line of its log is from {at}. The same command {whence}."


def _steps(standing: Standing) -> Fact:
    if standing.steps is None:
        return Fact("Step", f"{standing.step:,}", f"in all: {NOT_YET}")
    share = "finished" if standing.finished else f"{100 * standing.step / standing.steps:.0f} %"
    return Fact("Step", f"{standing.step:,}", f"of {standing.steps:,}, {share}")


def _error(standing: Standing, kind: str) -> Fact:
    best, last = standing.best(kind), standing.validated[-1]
    assert best is not None
    name = f"nmse_{kind}"
    note = f"on validation, step {best['step']:,}"
    if best is not last:
        note += f"; now {last[name]:.2f} %"
    if kind == standing.settings["select"] and best is kept(standing):
        note += "; kept"
    return Fact(f"Best NMSE, {KINDS[kind]}", f"{best[name]:.2f} %", note)


def _spread(standing: Standing) -> list[Fact]:
    best = kept(standing)
    if best is None:
        return []
    spread = best[f"spread_{standing.settings['select']}"]
    return [Fact("Spread", f"{spread:.2f} px", "of the kept weights, in pixels of the crop")]


def _speed(standing: Standing) -> Fact:
    batch = standing.settings["optimiser.batch"]
    went = pace(standing.trained, batch)
    if went.lately is None:
        return Fact("Images/s", "none yet", "no step is logged")
    notes = []
    if went.seconds is not None:
        notes.append(f"{clock(went.seconds)} {'in all' if standing.finished else 'so far'}")
    if standing.running and standing.steps is not None:
        notes.append(f"{clock((standing.steps - standing.step) * batch / went.lately)} left")
    return Fact("Images/s", f"{went.lately:.0f}", ", ".join(notes))


def _learning_rate(standing: Standing) -> Fact:
    rates = [line["learning_rate"] for line in standing.trained if "learning_rate" in line]
    rates = rates or [standing.settings["optimiser.learning_rate"]]
    return Fact("Learning rate", f"{rates[-1]:.3g}", "constant" if len(set(rates)) == 1 else f"began at {rates[0]:.3g}")


def _pictures(standing: Standing) -> Fact:
    counts = standing.facts
    if "labeled" not in counts:
        return Fact("Labeled pictures", "unknown", NOT_YET)
    others = [f"{counts['validation']:,} for validation"]
    if counts["unlabeled"]:
        others.append(f"{counts['unlabeled']:,} unlabeled")
    return Fact("Labeled pictures", f"{counts['labeled']:,}", ", ".join(others))


def _seed(standing: Standing) -> Fact:
    split = f"; split {standing.facts['split']}" if "split" in standing.facts else ""
    return Fact("Seed", str(standing.settings["seed"]), f"of order, dropout and noise{split}")
