"""From a run to the model file: one ONNX file that says of itself all that is needed to use it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import onnx
from torch import nn

from laplace_landmarks import __version__
from laplace_landmarks.data.augmentation.settings import what_is_on
from laplace_landmarks.data.markup import Markup
from laplace_landmarks.data.sample import LabeledSet
from laplace_landmarks.data.writing import write_whole
from laplace_landmarks.errors import InputError
from laplace_landmarks.evaluation.metrics import in_words
from laplace_landmarks.export.again import lost_at, name_of, with_what_was_there
from laplace_landmarks.export.compact import Told, silent
from laplace_landmarks.export.graph import to_onnx
from laplace_landmarks.export.parity import check_parity
from laplace_landmarks.export.variants import FLOAT32, VARIANTS, Made, Variant, crops_for, make_variant
from laplace_landmarks.faces.boxes import CropRule
from laplace_landmarks.method.recombinator import RECOMBINATOR, network_of, parameter_count
from laplace_landmarks.runtime.model_info import METADATA_KEY, OUTPUTS, ModelInfo, SpreadKind
from laplace_landmarks.text_table import some
from laplace_landmarks.training.checkpoints import load_checkpoint
from laplace_landmarks.training.origins import as_told, licence_of
from laplace_landmarks.training.recipe import changed
from laplace_landmarks.training.run_files import CHECKPOINT

SPREADS = {"laplace_kl": "laplace", "laplace_nll": "laplace", "gaussian_kl": "gaussian"}  # other losses leave it free

Read: TypeAlias = Callable[[Markup, CropRule], LabeledSet]


def export_run(
    run: Path,
    output: Path,
    weights: str = "best",
    name: str = "",
    variant: str = FLOAT32,
    pictures: Read | None = None,
    told: Told = silent,
) -> ModelInfo:
    """Write the model file of a run, finished or not; its figures are checked against torch before it replaces another.

    weights: "best" (those the run kept), "raw" or "ema" (its last). name: where it is not given, that of a float32
        file of the same weights which is replaced, whose radii and further scores stay too; else the file's or run's.
    variant: "float32", or a key of VARIANTS, which is fitted to crops. pictures: reads those to be cut, given the
        model's markup and rule; None draws faces. told: hears every step of the fitting, and its loss.
    InputError: no checkpoint, weights that are not there, or onnxruntime and torch disagree.
    """
    network, settings, info = _trained(run, output, weights)
    markup = info.markup
    if variant == FLOAT32:
        info = with_what_was_there(info, network.state_dict(), output)
    info = replace(info, name=name or info.name)
    if variant == FLOAT32:
        model = to_onnx(network, settings["beta"], settings["size"])
    else:
        crops = crops_for(info.crop, markup, pictures and pictures(markup, info.crop))
        made = make_variant(variant, network, settings["beta"], crops, told)
        model, info = made.model, of_variant(info, made, VARIANTS[variant], drawn=pictures is None)
    content = with_metadata(model, info)
    if variant == FLOAT32:
        check_parity(content, network, settings["beta"], settings["size"])
    write_whole(output, content)
    return info


def lost_by_export(run: Path, output: Path, weights: str = "best", variant: str = FLOAT32) -> str:
    """What export_run would lose of a file that is there, in words, before anything is fitted; "" where nothing."""
    if not output.is_file():
        return ""
    network, _, info = _trained(run, output, weights)
    return lost_at(output, info, network.state_dict(), variant)


def checkpoint_of(run: Path) -> Path:
    """The checkpoint of a run's folder, or the one that is named itself; InputError where there is none."""
    path = run / CHECKPOINT if run.is_dir() else run
    if not path.is_file():
        raise InputError(f"{path}: there is no checkpoint; has the run begun?")
    return path


def _trained(run: Path, output: Path, weights: str) -> tuple[nn.Module, Mapping[str, Any], ModelInfo]:
    """A run's network, its settings, and what its float32 file says of itself."""
    path = checkpoint_of(run)
    checkpoint = load_checkpoint(path)
    tensors = checkpoint.part({"best": "best", "raw": "generator", "ema": "ema"}[weights])
    if not tensors:
        raise InputError(f"{path}: the run has kept no {weights} weights yet; try --weights raw")
    markup, settings = _markup(checkpoint.facts["markup"]), checkpoint.facts["config"]["network"]
    network = network_of(settings, len(markup)).eval()
    network.load_state_dict(tensors)
    name = name_of(output, path.parent)
    return network, settings, _info(checkpoint.facts, markup, parameter_count(network), weights, name)


def with_metadata(model: onnx.ModelProto, info: ModelInfo) -> bytes:
    """The content of a model file; the graph is changed."""
    entry = model.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, info.to_json()
    return model.SerializeToString()


def of_variant(info: ModelInfo, made: Made, variant: Variant, drawn: bool, name: str = "") -> ModelInfo:
    """The metadata of a variant, whose weights are as a rule no longer those that were trained and scored.

    drawn: whether it was fitted to drawn faces. name: that of the trained network's file where it is not given.
    """
    fitted = {"fitted_to": "drawn faces" if drawn else "pictures", "differences_px": made.differences}
    return replace(
        info,
        name=name or info.name,
        network={**info.network, **made.facts, "parameters": made.parameters},
        precision=variant.precision,
        outputs=OUTPUTS[:2],
        training={**info.training, **(fitted if made.fitted else {})},
        scores=() if made.fitted else info.scores,
    )


def _info(facts: Mapping[str, Any], markup: Markup, parameters: int, weights: str, name: str) -> ModelInfo:
    config = facts["config"]
    data, network, loss, optimiser = config["data"], config["network"], config["loss"], config["optimiser"]
    teaching = config.get("teaching", {})  # runs of old have none
    best = facts["best"] if weights == "best" else {"step": facts["step"], "weights": weights}
    by = "points" if markup.anchors else "boxes"  # as evaluation/protocols.py has it
    placed = "of whole pictures" if facts["crop"].get("whole_picture") else f"placed by true {by}"
    turned = ", turned as the faces are" if facts["crop"].get("upright") else ""
    chosen = "; the weights were chosen on it" if config["keep"] == "best" else ""
    normaliser = in_words(facts.get("normaliser", ""), markup)  # checkpoints of old do not tell it
    divided = f", divided by {normaliser}" if normaliser else ""
    scores = (
        {"data": as_told(data["labeled"]), "part": data["validation"],
         "faces": facts.get("counted", facts["validation"]), "nmse_percent": best["nmse"],
         "protocol": f"validation: crops {placed}{turned}{divided}{chosen}"},
    ) if "nmse" in best else ()  # fmt: skip
    return ModelInfo(
        name=name,
        markup=markup,
        crop=CropRule(**{**facts["crop"], "box_shift": tuple(facts["crop"]["box_shift"])}),
        network={
            "name": network.get("name", RECOMBINATOR),
            "width": network["width"],
            "landmarks": len(markup),
            "input_size": network["size"],
            "beta": network["beta"],
            "dropout": network["dropout"],
            "dropout_places": network["dropout_places"],
            **_not_the_papers(network),
            "parameters": parameters,
        },
        licence=facts.get("licence") or licence_of(config),  # runs of old tell only that of their labels
        created=datetime.now(UTC).date().isoformat(),
        package_version=__version__,
        package_commit=facts["commit"],
        spread=SpreadKind(SPREADS.get(loss["name"], "none"), loss["target_spread"]),
        training={
            "recipe": config["recipe"],
            **({"changed": otherwise} if (otherwise := changed(config)) else {}),
            "loss": loss["name"],
            "data": as_told(data["labeled"]),
            "labeled": facts["labeled"],
            **({"never_labeled": some(never)} if (never := facts.get("never_labeled")) else {}),
            "unlabeled": facts["unlabeled"],
            "split": facts["split"],
            "seed": config["seed"],
            "steps": facts["steps"],
            "batch": optimiser["batch"],
            "step": best["step"],
            "weights": best["weights"],
            "init": as_told(network["init"]),
            "teacher": as_told(teaching.get("teacher", "")),
            **({"teacher_mirrored": True} if teaching.get("mirrored") else {}),
            "augmentation": _augmentation(config.get("augmentation", {})),  # runs of old have none
        },
        scores=scores,
    )


def _augmentation(settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """What was on, None where nothing was; of the detector's errors the file's name."""
    on = what_is_on(settings)
    return {name: Path(str(value)).name if name == "jitter" else value for name, value in on.items()} or None


def _not_the_papers(network: Mapping[str, Any]) -> dict[str, str]:
    """What the network is where it is not the paper's; runs of old know nothing else."""
    told = {part: network[part] for part in ("head", "fusion") if network.get(part, "paper") != "paper"}
    growth = network.get("growth", [1])
    return told | ({"growth": " ".join(map(str, growth))} if any(times != 1 for times in growth) else {})


def _markup(stored: Mapping[str, Any]) -> Markup:
    """A markup from JSON, where tuples have become lists."""
    groups = {key: tuple(map(tuple, stored[key])) for key in ("mirror", "edges", "normaliser", "pupils", "anchors")}
    regions = {name: tuple(region) for name, region in stored["regions"].items()}
    return Markup(stored["name"], tuple(stored["names"]), regions=regions, **groups)
