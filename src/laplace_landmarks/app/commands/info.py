"""`laplace-landmarks info`: what a model file says of itself."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import tyro

from laplace_landmarks.app.parse import call
from laplace_landmarks.runtime.model_file import open_model
from laplace_landmarks.runtime.model_info import ModelInfo
from laplace_landmarks.runtime.model_words import model_in_words
from laplace_landmarks.runtime.released import find_model_file


def info(
    model: Annotated[Path, tyro.conf.Positional], json_: Annotated[bool, tyro.conf.arg(name="json")] = False
) -> None:
    """Show what a model file says of itself.

    Args:
        model: A model file, the folder of a run, or the name of a released model.
        json_: The whole metadata, as JSON.
    """
    model = find_model_file(model)
    _, found = open_model(model)  # the graph is checked too
    print(json.dumps(json.loads(found.to_json()), indent=1, ensure_ascii=False) if json_ else _page(found, model))


def _page(found: ModelInfo, model: Path) -> str:
    facts = model_in_words(found, model)
    width = max(map(len, facts))
    return "\n".join([found.name, *(f"  {name:<{width}}  {value}" for name, value in facts.items())])


def main(arguments: Sequence[str]) -> None:
    call(info, arguments, "info")
