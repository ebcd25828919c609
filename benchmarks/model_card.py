"""Write docs/models/NAME.md, the card of each released model, from its file and benchmarks/results.

benchmarks/released_scores.py makes the results that only a card needs.

    python benchmarks/model_card.py            # write
    python benchmarks/model_card.py --check    # exit with 1 where a card is not what file and results say
"""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import card_results
import card_variants
import tyro
from card_words import headline, interface, licence, purpose, use
from page_parts import joined, table

from laplace_landmarks.runtime.model_file import read_info
from laplace_landmarks.runtime.model_info import ModelInfo
from laplace_landmarks.runtime.model_words import value_in_words
from laplace_landmarks.runtime.released import families

ROOT = Path(__file__).resolve().parents[1]
RESULTS, CARDS = ROOT / "benchmarks" / "results", ROOT / "docs" / "models"
FINDING = "finding-faces-test"  # all cards tell its times, that of its model also what a second look is worth
OF_THE_MODEL = ("video-jitter",)  # results that a card tells where they are of its model
OF_ALL = (FINDING, "dlib-peer", "running-costs", "near-duplicates")
PLACES = {"../shared/data": "DATA", "../runs": "RUNS"}  # of a machine, as record.py names them


def main(check: bool = False) -> None:
    cards = {CARDS / f"{name}.md": card(name, files) for name, files in families().items()}
    there = {path: path.read_text(encoding="utf-8") for path in CARDS.glob("*.md")}
    stale = [path.name for path in sorted(cards.keys() | there.keys()) if there.get(path) != cards.get(path)]
    if check and stale:
        sys.exit(f"not what model files and benchmarks/results say: {', '.join(stale)}; run benchmarks/model_card.py")
    CARDS.mkdir(parents=True, exist_ok=True)
    for path in there.keys() - cards.keys() if not check else ():
        path.unlink()
    for path, text in cards.items() if not check else ():
        path.write_text(text, encoding="utf-8")


def card(name: str, files: dict[str, Path]) -> str:
    """The page of one model and its smaller and faster files."""
    file = files[""]
    info, results = read_info(file), results_of(name, files)
    scored = results[f"released-{name}"]["figures"]
    trained = training_results(info)
    fast = read_info(files["fast"])
    quick = training_results(fast)
    finding = results[FINDING] if results[FINDING]["model"]["name"] in {path.stem for path in files.values()} else None
    parts = {
        "Use": use(info, scored),
        "What it is for, and what not": purpose(info, scored),
        "In and out": interface(info),
        "Trained on": training(info, trained, quick, results),
        "Licence": licence(info, fast),
        "Scores": card_results.scores(results[f"released-{name}"], finding),
        "How far to trust a radius": card_results.certainty(info, scored),
        "Where it fails": card_results.failures(name, scored),
        "Size and speed": card_results.costs(info, file, results),
        "Smaller and faster files": card_variants.smaller(name, results, info, fast),
        "Sources": sources(results, trained | quick),
    }
    title = f"# {name}\n\n{headline(info, file, scored)}"
    return joined(title, *(f"## {head}\n\n{text.strip()}" for head, text in parts.items() if text)) + "\n"


def results_of(name: str, files: dict[str, Path]) -> dict[str, Any]:
    """The results that speak of this model, by file name; the scores must be of these very files."""
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))}
    names = {file.stem for file in files.values()}
    own = {stem: result for stem, result in found.items() if (result.get("model") or {}).get("name") in names}
    hashes = {variant: sha256(file.read_bytes()).hexdigest() for variant, file in files.items()}
    scored = own.get(f"released-{name}")
    known = scored["figures"].get("files", {}) if scored else {}
    if {variant: row["sha256"] for variant, row in known.items()} != hashes:
        sys.exit(f"no scores of {name}'s files as they are; run benchmarks/released_scores.py {name}")
    shown = [stem for stem in (f"released-{name}", *OF_THE_MODEL) if stem in own]
    return {stem: found[stem] for stem in (*shown, *OF_ALL)}


def training_results(info: ModelInfo) -> dict[str, Any]:
    """Results of the study that trained the model: of its own run first, then of the same with other seeds."""
    studies = {
        path.relative_to(RESULTS).with_suffix("").as_posix(): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(RESULTS.glob("*/*.json"))
    }
    own = {stem: study for stem, study in studies.items() if "study" in study and made(study, info)}
    if not own:
        sys.exit(f"no study in benchmarks/results trained {info.name}")
    ((_, run),) = own.items()
    same = {key: run[key] for key in ("study", "run", "config", "settings")}
    return own | {stem: study for stem, study in studies.items() if same.items() <= study.items()}


def made(study: dict[str, Any], info: ModelInfo) -> bool:
    """Whether this run's weights are the model's: trained alike from the same commit, and the same to a thousandth."""
    told = study["figures"]
    test = next(score["nmse_percent"] for score in info.scores if score["part"] == "test")
    alike = told["training"].items() <= dict(info.training).items()
    return alike and told["trained_at_commit"] == info.package_commit and told["best"]["nmse_percent"] == round(test, 3)


def training(info: ModelInfo, trained: dict[str, Any], quick: dict[str, Any], results: dict[str, Any]) -> str:
    """How it came about, and how much of its score is luck."""
    told, (own, *others) = info.training, trained.values()
    augmented = "augmentation: " + (
        "none" if told["augmentation"] is None else value_in_words(told["augmentation"]).strip("()")
    )
    judged = next((score for score in info.scores if score["part"] == "validation"), None)
    chosen = f", the best on {judged['faces']} validation pictures" if judged and "chosen" in judged["protocol"] else ""
    pairs = results["near-duplicates"]["figures"]["train and test"]
    seeds = ", ".join(f"{other['figures']['best']['nmse_percent']:.2f} (seed {other['seed']})" for other in others)
    rows = [
        ["data", f"{told['data']}: {told['labeled']} labeled pictures, {told['unlabeled'] or 'no'} unlabeled; split "
                 f"{told['split']}"],
        ["how", f"{asked(own)}: recipe {told['recipe']}, loss {told['loss']}, {told['steps']:,} steps of "
                f"{told['batch']}, {augmented}"],
        ["weights", f"of step {told['step']:,}{chosen}"],
        ["radii", card_results.held_apart(info)],
        ["the fast files", asked(next(iter(quick.values())))],
        ["network", f"{info.network['name']}, width {info.network['width']}; [the method](../method.md)"],
        ["made at", f"commit {info.package_commit}, {info.created}, laplace-landmarks {info.package_version}"],
    ]  # fmt: skip
    return joined(
        table(["", ""], rows),
        "LFPW is the part of 300W that was collected by searching the web for photographs. "
        f"Test faces that are in the training pictures too, under another name: {len(pairs)}.",
        f"The same training with other seeds has, on the same test faces, NMSE {seeds}, where this one has "
        f"{own['figures']['best']['nmse_percent']:.2f}."
        if others
        else "",
    )


def asked(study: dict[str, Any]) -> str:
    """Config and settings of a run, as they are typed."""
    values = {name: value if isinstance(value, list) else [value] for name, value in study["settings"].items()}
    words = [" ".join([f"--{name}", *map(str, value)]) for name, value in (values | {"seed": [study["seed"]]}).items()]
    return f"`{study['config']}` of commit {study['figures']['trained_at_commit']} with `{' '.join(words)}`"


def sources(results: dict[str, Any], trained: dict[str, Any]) -> str:
    """Where each figure comes from."""
    rows = [
        [f"[{stem}](../../benchmarks/results/{stem}.json)", f"`{typed(result)}`", result["commit"], result["date"],
         f"{result['hardware']['processor']}, {result['hardware']['cores']} cores"]
        for stem, result in (results | trained).items()
    ]  # fmt: skip
    return table(["result", "command", "commit", "date", "machine"], rows)


def typed(result: dict[str, Any]) -> str:
    command = result["command"]
    for place, name in PLACES.items():
        command = command.replace(place, name)
    return command


if __name__ == "__main__":
    tyro.cli(main)
