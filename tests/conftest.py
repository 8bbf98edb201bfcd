from pathlib import Path

import pytest

from tests.small_film import copy_of, make_small_film, run_json


@pytest.fixture(scope="session")
def small_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small film that nobody has run yet; tests copy it."""
    return make_small_film(tmp_path_factory.mktemp("films") / "small")


@pytest.fixture(scope="session")
def delivered_film(small_film: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small film after one whole run; tests copy it."""
    folder = copy_of(small_film, tmp_path_factory.mktemp("films") / "delivered")
    status, document = run_json(folder)
    assert status == 0, document
    return folder


@pytest.fixture(scope="session")
def heard_film(small_film: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small film, transcribed and no more: what comes after is reached at once; tests copy it."""
    folder = copy_of(small_film, tmp_path_factory.mktemp("films") / "heard")
    status, document = run_json(folder, "--to", "transcribe")
    assert status == 0, document
    return folder
