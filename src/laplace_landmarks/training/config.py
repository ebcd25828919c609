"""Every setting of a training. The defaults are the paper; a YAML file states only what differs, and opens with why.

Paths are relative to `data.root`, and that one to the folder the command runs in.
"""

from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Literal

from laplace_landmarks.errors import InputError


@dataclass(frozen=True)
class UnlabeledPictures:
    """A folder of pictures without labels, for the adversarial branch."""

    pictures: str = ""
    """Folder, searched through all its levels."""
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
    """Pictures with .pts beside them, the official 300W folders, or a CSV file."""
    format: Literal["auto", "300w", "pts", "table"] = "auto"
    """How the labels are stored; auto looks."""
    markup: str = "ibug68"
    """What the landmarks are."""
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
    cache: str = ".cache/crops"
    """Folder for decoded crops, below the folder the command runs in; "" for none."""
    licence: str = "not stated"
    """What a model trained on these pictures may be used for; written into its file."""


@dataclass(frozen=True)
class Network:
    """The generator (Table 1)."""

    width: int = 64
    """Channels of every encoder layer; 64 is the paper's full size, 8 its 1/8."""
    dropout: float = 0.2
    """Probability, after every activation but the first and the last."""
    beta: float = 1.0
    """Factor on the logits before the softmax (Eq. 2)."""
    size: int = 80
    """Pixels of the crop's side; a multiple of 16."""
    init: str = ""
    """Model file or run folder whose weights to start from. With another number of landmarks the head is new."""


@dataclass(frozen=True)
class Loss:
    """The supervised objective."""

    name: Literal["laplace_kl", "gaussian_kl", "laplace_nll", "softargmax", "l1", "wing", "heatmap_mse"] = "laplace_kl"
    target_spread: float = 1.0
    """b0, the true distribution's scale in heatmap pixels."""


@dataclass(frozen=True)
class Adversarial:
    """The unsupervised branch (Sec. 3.2); used where there are unlabeled pictures."""

    weight: float = 0.001
    """lambda of Eq. 6 and 7."""
    width: int = 64
    """Channels of the discriminator's first layer."""
    noise: float = 0.2
    """Standard deviation of the noise before each of its convolutions."""
    scaling: Literal["none", "peak", "root"] = "root"
    """How heatmaps enter it: as they are, divided by a real one's peak, or the square root of that."""
    saturating: bool = True
    """log(1 - D) as printed, or -log D."""
    batch: int = 16
    """Unlabeled pictures a step."""


@dataclass(frozen=True)
class Optimiser:
    """Adam, for both networks."""

    learning_rate: float = 1e-3
    weight_decay: float = 1e-5
    batch: int = 16
    """Labeled pictures a step, over all processes together."""
    epochs: int = 200
    """Times that every labeled picture is seen."""
    steps: int = 0
    """Steps in all, instead of epochs, where not 0."""
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
    seed: int = 0
    select: Literal["raw", "ema"] = "raw"
    """Whose validation error chooses the weights that are kept."""
    keep: Literal["best", "last"] = "best"
    """The weights of the model file: those with the smallest validation error, or the last."""
    data: Data = field(default_factory=Data)
    network: Network = field(default_factory=Network)
    loss: Loss = field(default_factory=Loss)
    adversarial: Adversarial = field(default_factory=Adversarial)
    optimiser: Optimiser = field(default_factory=Optimiser)
    machine: Machine = field(default_factory=Machine)

    def __post_init__(self) -> None:
        rules = {
            "data.factor": (self.data.factor > 0, "must be above 0"),
            "network.width": (self.network.width >= 1, "must be at least 1"),
            "network.size": (
                self.network.size >= 16 and self.network.size % 16 == 0,
                "must be a multiple of 16: the network halves the crop four times",
            ),
            "network.dropout": (0 <= self.network.dropout < 1, "must be at least 0 and below 1"),
            "network.beta": (self.network.beta > 0, "must be above 0"),
            "loss.target_spread": (self.loss.target_spread > 0, "must be above 0"),
            "adversarial.weight": (self.adversarial.weight >= 0, "must not be negative"),
            "adversarial.width": (self.adversarial.width >= 1, "must be at least 1"),
            "adversarial.noise": (self.adversarial.noise >= 0, "must not be negative"),
            "adversarial.batch": (self.adversarial.batch >= 1, "must be at least 1"),
            "optimiser.learning_rate": (self.optimiser.learning_rate > 0, "must be above 0"),
            "optimiser.weight_decay": (self.optimiser.weight_decay >= 0, "must not be negative"),
            "optimiser.batch": (self.optimiser.batch >= 1, "must be at least 1"),
            "optimiser.epochs": (self.optimiser.epochs >= 1 or self.optimiser.steps >= 1, "must be at least 1"),
            "optimiser.steps": (self.optimiser.steps >= 0, "must not be negative"),
            "optimiser.ema": (0 <= self.optimiser.ema < 1, "must be at least 0 and below 1"),
            "machine.devices": (self.machine.devices >= 1, "must be at least 1"),
            "machine.nodes": (self.machine.nodes >= 1, "must be at least 1"),
            "machine.validate_every": (self.machine.validate_every >= 1, "must be at least 1"),
            "machine.checkpoint_every": (self.machine.checkpoint_every >= 1, "must be at least 1"),
        }
        broken = [
            f"{name} {advice} (it is {_value(self, name)!r})" for name, (kept, advice) in rules.items() if not kept
        ]
        if broken:
            raise InputError("; ".join(broken))


def load_config(path: Path) -> Config:
    """The settings of a YAML file on top of the defaults; an unknown key or a wrong type is refused by name."""
    import yaml
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot read the config: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: the config is not a text file") from None
    try:
        given = OmegaConf.create(text)
        if not OmegaConf.is_dict(given):
            raise InputError("a config is a list of `key: value` lines")
        config: Config = OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(Config), given))  # pyright: ignore
        # OmegaConf checks the items of a list, but not of a tuple
        sources = [OmegaConf.merge(OmegaConf.structured(UnlabeledPictures), item) for item in config.data.unlabeled]
        unlabeled = tuple(OmegaConf.to_object(source) for source in sources)
        return replace(config, data=replace(config.data, unlabeled=unlabeled))
    except yaml.YAMLError as error:
        raise InputError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    except OmegaConfBaseException as error:
        key = f"{error.full_key}: " if getattr(error, "full_key", None) else ""
        raise InputError(f"{path}: {key}{str(error.msg or error).splitlines()[0]}") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def save_config(config: Config, path: Path) -> None:
    """Write all settings; load_config gives the same config back."""
    import yaml

    plain = _plain(asdict(config))
    path.write_text(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True), encoding="utf-8")


def differences(old: Config, new: Config) -> list[str]:
    """Settings that would make `new` another training than `old`; where it runs and what it logs do not count."""
    neutral = {"run", "machine.devices", "machine.nodes", "machine.threads", "machine.loggers", "machine.accelerator",
               "machine.checkpoint_every", "data.root", "data.cache", "data.licence"}  # fmt: skip
    return [
        f"{name}: {_value(old, name)!r} there, {_value(new, name)!r} now"
        for name in _names(new)
        if name not in neutral and _value(old, name) != _value(new, name)
    ]


def _names(node: Any, prefix: str = "") -> list[str]:
    names = []
    for entry in fields(node):
        value = getattr(node, entry.name)
        names += _names(value, f"{prefix}{entry.name}.") if is_dataclass(value) else [prefix + entry.name]
    return names


def _value(node: Any, name: str) -> Any:
    for part in name.split("."):
        node = getattr(node, part)
    return node


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value
