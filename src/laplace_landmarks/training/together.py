"""Several processes train together or not at all: what the user must put right in one of them stops every one."""

from collections.abc import Callable
from typing import Any, TypeVar

import torch.distributed as dist

from laplace_landmarks.errors import InputError
from laplace_landmarks.method import processes

Result = TypeVar("Result")


def attempt(work: Callable[..., Result], *arguments: Any) -> Result | InputError:
    """What a piece of work gives, or why the user's input did not allow it."""
    try:
        return work(*arguments)
    except InputError as error:
        return error
    except OSError as error:  # a full disk, a missing right
        return InputError(
            f"{error.filename or 'a file of the run'}: {error.strerror}; put that right, and the same command goes on"
        )


def all_or_none(outcome: Result | InputError) -> Result:
    """This process' outcome; InputError where any process has one, instead of waiting for it forever."""
    outcomes = [str(outcome) if isinstance(outcome, InputError) else ""]
    if processes.count() > 1:
        mine, outcomes = outcomes[0], [""] * processes.count()
        dist.all_gather_object(outcomes, mine)
    refusal = next(filter(None, outcomes), None)
    if refusal is not None:
        raise InputError(refusal)
    assert not isinstance(outcome, InputError)
    return outcome
