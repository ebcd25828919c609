"""Settings of all tests, and where the fixtures lie that several folders of them share."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ("fixtures.drawn_aflw", "fixtures.picture_bytes", "fixtures.tiny_models", "fixtures.tiny_trainings")

settings.register_profile("patient", deadline=None)  # what else a machine does is not a fault of the code
settings.load_profile("patient")

os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_collection_finish() -> None:
    """Torch exports by way of millions of objects: to look through all that live, again and again, is a fifth of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real pictures beside the checkout (or at LAPLACE_LANDMARKS_DATA); tests that need them skip without."""
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("LAPLACE_LANDMARKS_DATA", default))
    if not (folder / "300w").is_dir():
        pytest.skip(f"needs the real pictures: no {folder / '300w'} (set LAPLACE_LANDMARKS_DATA)")
    return folder
