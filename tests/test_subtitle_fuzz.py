from collections import Counter

import pytest

from tests.made_subtitles import SAMPLES
from tests.mutated_subtitles import mutated, said_of

SEEDS = tuple(SAMPLES.items())


def outcomes(first: int, count: int) -> Counter[str]:
    """How many files were read and how many refused; a failure names the number that makes its file again."""
    said: Counter[str] = Counter()
    for seed in range(first, first + count):
        try:
            said[said_of(*mutated(SEEDS, seed))] += 1
        except Exception as error:
            raise AssertionError(f"file {seed}: {type(error).__name__}: {error}") from error
    return said


@pytest.mark.parametrize("part", range(4))
def test_files_gone_wrong_are_read_or_refused_with_a_place(part):
    said = outcomes(part * 500, 500)
    assert said["read"] > 50
    assert said["refused"] > 50
    assert said.total() == 500


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_twenty_thousand_files_gone_wrong_are_read_or_refused_with_a_place(part):
    said = outcomes(10_000 + part * 2_500, 2_500)
    assert said.total() == 2_500
    assert min(said["read"], said["refused"]) > 250
