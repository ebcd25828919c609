"""A loss that is no number: which one it was, and what a user can do about it."""

LABELS = "loss"
GRADIENT = "gradient"
CALLED = {  # by the name in the log
    LABELS: "the loss",
    "loss_d": "the discriminator's loss",
    "fooling": "the generator's loss against the discriminator",
    "taught": "the loss against the teacher on labeled pictures",
    "taught_unlabeled": "the loss against the teacher on unlabeled pictures",
    GRADIENT: "the gradient",
}
LOWER = {"loss_d": "adversarial.rate", "fooling": "adversarial.weight", "taught": "teaching.labeled",
         "taught_unlabeled": "teaching.unlabeled"}  # fmt: skip


class NonFiniteLoss(ArithmeticError):
    """A loss or its gradient became infinite or not a number; nothing was updated with it. name: as in the log."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def told(self, step: int, labeled: str, run: str) -> str:
        """What to tell the user. step: from 1. labeled: names of the step's labeled pictures."""
        on = f", on {labeled}" if self.name == LABELS else ""
        first = "Look at these pictures' labels, or lower" if on else "Lower"
        more = f"{LOWER[self.name]} or " if self.name in LOWER else ""
        return (
            f"{CALLED[self.name]} is not finite at step {step}{on}. {first} {more}optimiser.learning_rate or set "
            "optimiser.largest_gradient, and train anew: in another --run, or without the folder "
            f"{run}, whose weights may have grown too large before"
        )
