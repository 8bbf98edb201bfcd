"""A mix brought to a loudness: measured, turned up or down by one gain, limited only above the ceiling, measured again.

The limiter takes a little loudness away. Then the gain is raised by what is missing and the mix limited anew, from the mix
itself each time: at most a few times, and what cannot be reached so is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from pathlib import Path

import numpy as np

from pipeline.ports.sound import LoudnessFacts, Mastered, MasterRequest, Mixed
from pipeline.ports.work import Bench
from pipeline.tools.loudness import measured
from pipeline.tools.loudness_limiter import CONTEXT, Limiter
from pipeline.tools.media_open import library_versions, plain_errors
from pipeline.tools.mix_file import BLOCK, MixFile, MixWriter

_PASSES = 6
_LEAST_EFFECT = 8
"""Gain is raised no further once 8 dB of it would bring less than 1 LU."""

_LONGEST_STEP = Fraction(3)
_NEAR_ENOUGH_MILLIBEL = 5
ALLOWED_MILLIBEL = 20
"""EBU R 128 allows 0.2 LU where a programme cannot be measured before it is finished; more is said."""

_BELOW_CEILING = 10 ** (-0.02 / 20)
"""The limiter aims 0.02 dB lower: turning a peak down moves the points between its samples a little."""


class LoudnessMaster:
    """Masters with libav's loudness measurement; carries out `pipeline.ports.sound.Masterer`."""

    def identity(self, request: MasterRequest) -> Mapping[str, str]:  # noqa: ARG002 - the same for every request
        """Return the libraries' versions: they measure."""
        return library_versions()

    def provenance(self) -> Mapping[str, str]:
        """Return the libraries' versions and numpy's."""
        return {**library_versions(), "numpy": np.__version__}

    def carry_out(self, requests: Sequence[MasterRequest], bench: Bench) -> Iterator[tuple[int, Mastered]]:
        """Yield each mastered mix. Raises MediaError for a mix that cannot be read."""
        for index, request in enumerate(requests):
            with plain_errors("the mix cannot be measured"):
                mastered = _mastered(request, bench, bench.work / f"mastered-{index}.w64")
            yield index, mastered


def _mastered(request: MasterRequest, bench: Bench, path: Path) -> Mastered:
    source = bench.path(request.mix.file.digest)
    with MixFile(source) as mix:
        before = measured(block for _, block in mix.blocks())
        if before.integrated_millibel is None:
            bench.progress.note("the mix is silent or shorter than 0.4 s: it has no loudness and is left as it is")
            return Mastered(
                mixed=request.mix,
                before=before,
                after=before,
                gain_millibel=0,
                limited_samples=0,
                reached=False,
            )
        gain = request.target_millibel - before.integrated_millibel
        best = _passes(mix, request, gain, path, bench)
    mixed = replace(request.mix, file=bench.keep(path), peak=floor(best.peak * 1000 + 0.5))
    return _told(request, mixed, before, best, bench)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pass:
    """A mix as one gain made it."""

    gain_millibel: int
    limited: int
    peak: float
    after: LoudnessFacts


def _passes(mix: MixFile, request: MasterRequest, gain: int, path: Path, bench: Bench) -> _Pass:
    """Write the mix at `gain`, and again with more where the limiter took too much away; return the last pass.

    What a step of gain brought says how large the next has to be; where it brought almost nothing, there is no next.
    """
    step, missed = 0, 0
    for number in range(1, _PASSES + 1):
        made = _written(mix, gain, request.ceiling_millibel, path, bench, f"loudness, pass {number}")
        heard = made.after.integrated_millibel
        missing = request.target_millibel - heard if heard is not None else 0
        if not made.limited or abs(missing) <= _NEAR_ENOUGH_MILLIBEL or number == _PASSES:
            break
        brought = missed - missing
        if step and brought * _LEAST_EFFECT < step:
            break
        factor = min(max(Fraction(step, brought), Fraction(1)), _LONGEST_STEP) if step else Fraction(1)
        step, missed = int(missing * factor), missing
        gain += step
    return made


def _written(mix: MixFile, gain: int, ceiling: int, path: Path, bench: Bench, task: str) -> _Pass:
    linear = np.float32(10 ** (gain / 2000))
    limiter = Limiter(10 ** (ceiling / 2000) * _BELOW_CEILING)
    peak = 0.0
    bench.progress.start(task, -(-mix.samples // BLOCK), "blocks")
    with MixWriter(path) as file:
        for start in range(0, mix.samples, BLOCK):
            end = min(start + BLOCK, mix.samples)
            block = limiter.apply(mix.read(start - CONTEXT, end + CONTEXT) * linear)
            peak = max(peak, float(np.abs(block).max()))
            file.write(block)
            bench.progress.advance(task, 1)
    bench.progress.finish(task)
    with MixFile(path) as written:
        after = measured(block for _, block in written.blocks())
    return _Pass(gain_millibel=gain, limited=limiter.limited, peak=peak, after=after)


def _told(request: MasterRequest, mixed: Mixed, before: LoudnessFacts, best: _Pass, bench: Bench) -> Mastered:
    heard = best.after.integrated_millibel
    reached = heard is not None and abs(request.target_millibel - heard) <= ALLOWED_MILLIBEL
    if not reached and heard is not None:
        bench.progress.note(
            f"the mix comes to {heard / 100:.1f} LUFS instead of {request.target_millibel / 100:.1f}: more gain would only"
            f" be limited away at {request.ceiling_millibel / 100:.1f} dBTP; even out its loudest moments"
        )
    return Mastered(
        mixed=mixed,
        before=before,
        after=best.after,
        gain_millibel=best.gain_millibel,
        limited_samples=best.limited,
        reached=reached,
    )
