"""What Whisper hears is what the library itself would make of it, in less memory."""

import tracemalloc

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from pipeline.tools.log_mel import log_mel_in_pieces


def noise(count: int) -> np.ndarray:
    return (0.1 * np.random.default_rng(count).standard_normal(count)).astype(np.float32)


@pytest.mark.parametrize("samples", [1, 199, 200, 400, 799, 801, 16_000, 479_999, 480_000, 480_161, 1_440_160])
def test_the_spectrum_is_the_librarys(samples: int) -> None:
    extractor = FeatureExtractor()
    wanted, got = extractor(noise(samples)), log_mel_in_pieces(extractor, noise(samples))
    assert (got.shape, got.dtype) == (wanted.shape, wanted.dtype)
    assert np.array_equal(got, wanted)


def test_memory_grows_by_the_spectrum_alone() -> None:
    extractor = FeatureExtractor()

    def most(seconds: int) -> int:
        samples = noise(seconds * 16_000)
        tracemalloc.start()
        log_mel_in_pieces(extractor, samples)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert most(300) - most(60) < 20_000_000  # the spectrum is 8 of them; the library itself takes 130
