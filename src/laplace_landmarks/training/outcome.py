"""How few labels were judged, part by part: what RUN/folds.json, the page of a run and its model file tell of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.paired import Difference
from laplace_landmarks.runtime.calibration import Calibration
from laplace_landmarks.runtime.fields import Fields
from laplace_landmarks.runtime.model_file import read_info, write_calibration, write_score, write_training
from laplace_landmarks.text_files import to_json
from laplace_landmarks.training.run_files import FOLDS

OUT_OF_FOLD = "out of fold"  # the part of the data that a score or a calibration is of


@dataclass(frozen=True)
class Guard:
    """What unlabeled pictures did to the out-of-fold error, and whether they were kept. Percent; points of percent."""

    with_them: float
    without_them: float
    difference: Difference
    kept: bool

    @staticmethod
    def of(with_them: float, without_them: float, difference: Difference) -> "Guard":
        """difference: with less without. They stay where the error is smaller with them."""
        return Guard(with_them, without_them, difference, kept=difference.value < 0)

    @property
    def words(self) -> str:
        """The numbers, and what was made of them."""
        change = self.difference
        verdict = f"{'' if change.clear else 'seem to '}help" if self.kept else "do not help"
        chance = "" if change.clear else ", which may be chance"
        between = f"95 % interval {change.low:+.2f} to {change.high:+.2f}" if change.known else "of one picture alone"
        kept = "kept" if self.kept else "left out: the model is trained on the labels alone"
        return (
            f"unlabeled pictures {verdict}: out-of-fold NMSE {self.with_them:.2f} % with them, {self.without_them:.2f} "
            f"% without, difference {change.value:+.2f} ({between}){chance}; {kept}"
        )


@dataclass(frozen=True)
class Outcome:
    """All that the folds told.

    folds: parts. split: hash of the labels. nmse_percent: mean out-of-fold error of the kept kind of training.
    interval: 95 %, over objects. errors_percent: of each object, by name. seen_by: the model that the trainings began
    with or were taught by, if it may have seen these pictures. guard: None where there are no unlabeled pictures.
    calibration: as in a model file, of the out-of-fold spread and errors; None where it could not be fitted.
    begun_with: all models that the trainings began with or were taught by, whether or not they may have.
    own_percent: error of the model itself on these labels, all of which it was trained on; None before it is there.
    normaliser: what all errors are divided by; "" where a run of old does not tell it. left_out: objects without one.
    divisor: the normaliser in words.
    """

    folds: int
    split: str
    nmse_percent: float
    interval: tuple[float, float]
    errors_percent: Mapping[str, float]
    seen_by: str = ""
    guard: Guard | None = None
    calibration: Mapping[str, Any] | None = None
    own_percent: float | None = None
    normaliser: str = ""
    left_out: int = 0
    divisor: str = ""
    begun_with: Sequence[str] = ()

    @property
    def stands(self) -> bool:
        """Whether the number can stand for the model: nobody errs more on what he was taught than on what is new."""
        return self.own_percent is None or self.own_percent <= self.interval[1]

    @property
    def protocol(self) -> str:
        """How the number was made, in words that stand beside it."""
        return (
            f"each judged by the one of {self.folds} networks that was trained without it, not by this model's, which "
            f"was trained on all{self.reservations}{'' if self.stands else f'; {self.lag}'}"
        )

    @property
    def reservations(self) -> str:
        """Why the number may be too small; "" where nothing is known."""
        better = "; the better of two ways by this number, with and without unlabeled pictures" if self.guard else ""
        if self.seen_by:
            return f"{better}; {self.seen_by} may have seen them all, so the error may be too small"
        if self.begun_with:
            return (
                f"{better}; what {' and '.join(self.begun_with)} had been trained on is not known beyond the name of "
                "its folder: the error is too small if these pictures were among it"
            )
        return better

    @property
    def lag(self) -> str:
        """Why the number does not stand for the model."""
        return (
            f"this model errs by {self.own_percent:.2f} % even on the labels that it was trained on, so it did not "
            "learn as well as those networks, and is worse than the number"
        )

    @property
    def divided(self) -> str:
        """What errors are divided by, and who has nothing of it, in words; "" where it is not known."""
        if not self.normaliser:
            return ""
        name = self.divisor or self.normaliser.replace("_", "-")
        lone = f"; {self.left_out} left out, their labels give no {name}" if self.left_out else ""
        return f"divided by {name}{lone}"

    @property
    def score_in_words(self) -> str:
        low, high = self.interval
        return f"out-of-fold NMSE {self.nmse_percent:.2f} % ({low:.2f} to {high:.2f})"


def write_outcome(outcome: Outcome, run: Path) -> None:
    """Write RUN/folds.json."""
    write_whole(run / FOLDS, (to_json(asdict(outcome), indent=1) + "\n").encode())


def read_outcome(run: Path, split: str | None) -> Outcome | None:
    """What the folder tells of folds; None where there were none, or where they were of other labels than `split`."""
    file = run / FOLDS
    if not file.is_file():
        return None
    fields = Fields.parse(file.read_bytes(), str(file))
    told = fields.values
    try:
        _check(fields)
        guard = told["guard"] and Guard(**{**told["guard"], "difference": Difference(**told["guard"]["difference"])})
        low, high = told["interval"]
        begun_with = tuple(told.get("begun_with", ()))  # files of old do not tell
        outcome = Outcome(**{**told, "guard": guard, "interval": (low, high), "begun_with": begun_with})
    except (KeyError, TypeError, ValueError):
        raise InputError(
            f"{file}: not as a training wrote it; delete it, and the same `train` makes it again"
        ) from None
    return outcome if outcome.split == split else None


def _check(told: Fields) -> None:
    """InputError where a value is none that a page or a model file could tell."""
    told.integer("folds", least=1)
    told.number("nmse_percent")
    told.numbers("interval", (2,))
    errors = told.object("errors_percent")
    for name in errors.values:
        errors.number(name)
    for key in ("seen_by", "normaliser", "divisor"):
        if told.has(key):
            told.text(key, filled=False)
    if told.has("own_percent"):
        told.number("own_percent")
    if told.has("begun_with") and told.values["begun_with"]:
        told.texts("begun_with")
    if told.has("calibration"):
        levels = told.object("calibration").numbers("levels", (None,))
        told.object("calibration").numbers("coverage", levels.shape)
    if told.has("guard"):
        guard = told.object("guard")
        for fields, keys in (
            (guard, ("with_them", "without_them")),
            (guard.object("difference"), ("value", "low", "high")),
        ):
            for key in keys:
                fields.number(key)


def tell_model(outcome: Outcome, model: Path) -> None:
    """Write score, radii and what became of unlabeled pictures into the model file that was trained on all labels.

    Radii that were fitted to other pictures since, by `calibrate`, stay.
    """
    info = read_info(model)
    data = info.training["data"]
    fitted_since = info.calibration is not None and not info.calibration.data.endswith(f", {OUT_OF_FOLD}")
    if outcome.calibration is not None and not fitted_since:
        calibration = Calibration.from_fields(Fields(dict(outcome.calibration), f"{FOLDS}: calibration"), info.markup)
        protocol = calibration.protocol + ("" if outcome.stands else f"; {outcome.lag}")
        write_calibration(model, replace(calibration, data=f"{data}, {OUT_OF_FOLD}", protocol=protocol), model)
    score = {
        "data": data, "part": OUT_OF_FOLD, "faces": len(outcome.errors_percent),
        "nmse_percent": outcome.nmse_percent, "interval": outcome.interval,
        "protocol": "; ".join(filter(None, [f"{OUT_OF_FOLD}: {outcome.protocol}", outcome.divided])),
    }  # fmt: skip
    write_score(model, score, model)
    guard = {"unlabeled_pictures": outcome.guard.words} if outcome.guard else {}
    write_training(model, {"folds": outcome.folds, **guard}, model)
