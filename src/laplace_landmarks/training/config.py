"""Every setting of a training. The defaults are the paper; a YAML file states only what differs, and opens with why.

The labels, split, unlabeled pictures and their points lie below `data.root`; that and all other paths are relative to
the folder the command runs in, and may begin with ~.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from laplace_landmarks.data.augmentation.settings import Augmentation
from laplace_landmarks.errors import InputError
from laplace_landmarks.training.config_rules import broken_rules

AVERAGE = "average"  # the teacher that is the training's own averaged weights


@dataclass(frozen=True)
class UnlabeledPictures:
    """Pictures without labels, for the adversarial branch or a teacher."""

    pictures: str = ""
    """Folder, searched through all its levels; or a .txt file with the path of a picture or folder a line."""
    points: str = ""
    """CSV with five points or all landmarks a picture, as a face detector gives; they place the crop and nothing else.
    Without it the whole picture is the crop."""
    grow: float = 1.0
    """Side of the crop over the longer side of the picture, where there are no points."""
    limit: int = 0
    """So many at the most, drawn by the seed; 0 for all."""


@dataclass(frozen=True)
class Data:
    """Where the pictures are."""

    root: str = "."
    """Folder below which the other paths lie."""
    labeled: str = ""
    """Labeled pictures in any of the formats of docs/formats.md."""
    format: str = "auto"
    """How the labels are stored: coco, dlib, wflw, ... (docs/formats.md); auto looks."""
    markup: str = "ibug68"
    """What the landmarks are: a built-in name, a YAML or JSON file (docs/markups.md), or auto: what the labels say."""
    part: str = ""
    """Only this part of the labeled pictures, where their format tells parts: train of AFLW, 300W, ..."""
    split: str = ""
    """JSON file with lists of names. Without it every fifth sample, by a hash of its name, is kept for validation."""
    train: str = "train"
    """Key of the training list in the split file ("labels/50" reaches into it); "" trains on everything."""
    validation: str = "validation"
    """Key of the validation list; "" validates on nothing, and the last weights are kept."""
    unlabeled: tuple[UnlabeledPictures, ...] = ()
    """Folders of unlabeled pictures; with any, the adversarial branch is trained too."""
    factor: float = 2.8
    """Side of the crop over the longer side of the five points' hull."""
    box_factor: float = 1.35
    """The same over the longer side of the object's box, for markups without points that place the crop."""
    picture_factor: float = 0.0
    """The same over the longer side of the whole picture, for objects that fill it: 1 shows all of it, and the model
    file will need no boxes. 0: points or boxes place the crop."""
    upright: bool = False
    """Turn each crop as the five anchors of a face are turned, so that the network sees upright faces alone, as it does
    in `predict`. The paper's crops lie along the picture's axes."""
    cache: str = ".cache/crops"
    """Folder for decoded crops, below the folder the command runs in; "" for none."""
    licence: str = "not stated"
    """What a model trained on these pictures may be used for; written into its file."""


@dataclass(frozen=True)
class Folds:
    """Few labels: all of them train, and each is judged by a network that was trained without it (docs/labeling.md)."""

    count: int = 0
    """Parts that the labels are dealt into, each left out of one training before the one on all labels; 5 are usual.
    0: a validation list judges."""
    without: int = 0
    """The part, from 1, that this training leaves out; set by the training itself. 0: none."""


@dataclass(frozen=True)
class Network:
    """The generator (Table 1)."""

    name: str = "recombinator"
    """The paper's, or one of your own (docs/extending.md)."""
    width: int = 64
    """Channels of every encoder layer, times its growth; 64 is the paper's full size, 8 its 1/8."""
    dropout: float = 0.2
    """Probability."""
    dropout_places: Literal["text", "table"] = "text"
    """After which activations: all but the first and the last, as Sec. 3.4 says, or as Table 1 lists it."""
    head: Literal["paper", "light"] = "paper"
    """Layers from the last fusion to the logits: the paper's three, or one, for a faster network of another name."""
    fusion: Literal["paper", "separable"] = "paper"
    """The 5x5 convolutions on the way back: the paper's, or 1x5 and 5x1 ones, for a faster network."""
    growth: tuple[int, int, int, int] = (1, 1, 1, 1)
    """Channels at each resolution, the highest first, in widths; the paper's are all 1. Low ones cost little time."""
    beta: float = 1.0
    """Factor on the logits before the softmax (Eq. 2)."""
    size: int = 80
    """Pixels of the crop's side; a multiple of 16."""
    start: Literal["torch", "he"] = "torch"
    """How new weights are drawn: as torch does by default, or after He et al., so that signals do not fade from layer
    to layer; the paper does not say."""
    init: str = ""
    """Released model, model file or run folder whose weights to start from. With other landmarks the head is new."""


@dataclass(frozen=True)
class Loss:
    """The supervised objective."""

    name: str = "laplace_kl"
    """laplace_kl, gaussian_kl, laplace_nll, softargmax, l1, wing, heatmap_mse, or your own (docs/extending.md)."""
    target_spread: float = 1.0
    """b0, the true distribution's scale in heatmap pixels."""


@dataclass(frozen=True)
class Adversarial:
    """The unsupervised branch (Sec. 3.2); used where there are unlabeled pictures."""

    weight: float = 0.001
    """lambda of Eq. 6 and 7; 0 leaves the branch out."""
    width: int = 64
    """Channels of the discriminator's first layer."""
    noise: float = 0.2
    """Standard deviation of the noise before each of its convolutions."""
    scaling: Literal["none", "peak", "root"] = "peak"
    """How heatmaps enter it: as they are, divided by a real one's peak, or the square root of that."""
    saturating: bool = True
    """log(1 - D) as printed, or -log D."""
    redrawn: bool = False
    """Show it, in place of a predicted heatmap, its landmark drawn as the true ones are: no width or roughness tells
    real from fake then, only places. Not in the paper."""
    blind: bool = False
    """Show it heatmaps without their pictures, which tell fakes where unlabeled pictures come from elsewhere than the
    labeled ones. Not in the paper."""
    rate: float = 1.0
    """The discriminator's learning rate, as a multiple of the generator's; the paper's are the same."""
    batch: int = 16
    """Unlabeled pictures a step."""


@dataclass(frozen=True)
class Teaching:
    """Another model's predictions, place and spread, as further targets (docs/training.md); not in the paper."""

    teacher: str = ""
    """Model file, folder of a run with its model.onnx, or name of a released model; "average" for this training's own
    averaged weights; "" for none."""
    labeled: float = 1.0
    """Weight of its targets on labeled pictures, beside the labels' own."""
    unlabeled: float = 1.0
    """Weight of its targets on unlabeled pictures."""
    mirrored: bool = False
    """A model file looks at the mirror image of each crop, too, and teaches the mean of both."""
    ramp: int = 0
    """Steps over which the two weights rise from 0: an average of untrained weights teaches nothing."""


@dataclass(frozen=True)
class Optimiser:
    """Adam, for both networks."""

    learning_rate: float = 1e-3
    schedule: Literal["constant", "cosine"] = "constant"
    """Of the learning rate: the same at every step, as in the paper, or along half a cosine from there to 0."""
    weight_decay: float = 1e-5
    batch: int = 16
    """Labeled pictures a step, over all processes together."""
    epochs: int = 200
    """Times that every labeled picture is seen."""
    steps: int = 0
    """Steps in all, instead of epochs, where not 0."""
    largest_gradient: float = 0.0
    """Norm to which the generator's gradient is scaled down where it is larger: a single batch can undo a hundred. 0:
    none, as in the paper."""
    ema: float = 0.999
    """Decay of the averaged weights, which are tracked in every run and reported beside the raw ones."""


@dataclass(frozen=True)
class Machine:
    """What it runs on; none of it changes what is learned, beyond rounding."""

    accelerator: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    devices: int = 1
    """Processes on each machine; the batch is shared among them."""
    nodes: int = 1
    precision: Literal["bfloat16", "float32"] = "bfloat16"
    """Of the convolutions; read-out, losses and weights are float32 always."""
    threads: int = 0
    """Threads a process, 0 for torch's choice."""
    loggers: tuple[Literal["csv", "tensorboard"], ...] = ("csv",)
    validate_every: int = 250
    """Steps between validations."""
    checkpoint_every: int = 100
    """Steps between checkpoints."""


@dataclass(frozen=True)
class Config:
    """One training."""

    run: str = "runs/latest"
    """Folder for all that it writes. A run that was cut off there goes on."""
    recipe: str = "paper"
    """Name of the settings, for reports."""
    algorithm: str = "paper"
    """What a step does: Algorithm 1, or what you put in its place (docs/extending.md)."""
    seed: int = 0
    select: Literal["raw", "ema"] = "raw"
    """Whose validation error chooses the weights that are kept."""
    keep: Literal["best", "last"] = "best"
    """The weights of the model file: those with the smallest validation error, or the last."""
    data: Data = field(default_factory=Data)
    folds: Folds = field(default_factory=Folds)
    augmentation: Augmentation = field(default_factory=Augmentation)
    network: Network = field(default_factory=Network)
    loss: Loss = field(default_factory=Loss)
    adversarial: Adversarial = field(default_factory=Adversarial)
    teaching: Teaching = field(default_factory=Teaching)
    optimiser: Optimiser = field(default_factory=Optimiser)
    machine: Machine = field(default_factory=Machine)

    def __post_init__(self) -> None:
        if broken := broken_rules(self):
            raise InputError("; ".join(broken))

    @property
    def uses_unlabeled(self) -> bool:
        """Whether there are unlabeled pictures, and a discriminator, teacher or own step that learns from them."""
        taught = self.teaching.teacher != "" and self.teaching.unlabeled > 0
        own = self.algorithm != Config.algorithm
        return bool(self.data.unlabeled) and (self.adversarial.weight > 0 or taught or own)

    def __getitem__(self, name: str) -> Any:
        """A setting by its dotted name: "network.width", "data.unlabeled.0.grow"."""
        found: Any = self
        for part in name.split("."):
            found = found[int(part)] if isinstance(found, tuple) else getattr(found, part)
        return found


def without_unused(config: Config) -> Config:
    """The same training without unlabeled pictures that nothing is learned from."""
    return config if config.uses_unlabeled else replace(config, data=replace(config.data, unlabeled=()))
