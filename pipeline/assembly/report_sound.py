"""What report.json says of the sound of a cut: how loud it is, what that took, and who was turned up or down."""

from footage_manifest.model import Loudness
from pipeline.assembly.sound import Sounded
from pipeline.ports.sound import MIX_SAMPLE_RATE, LoudnessFacts, Mastered


def sound_facts(sounded: Sounded, profile: Loudness) -> dict[str, object]:
    """Return loudness in LUFS, LU and dBTP as what is delivered was measured, gains in dB, times in seconds.

    Without a profile nothing was measured: the highest sample, of full scale, is what there is to say.
    """
    mixed = sounded.mixed
    return {
        "profile": profile.value,
        "samples": sounded.encoded.samples,
        "highest_sample": mixed.peak / 1000,
        "heard_s": {heard.stem.value: _seconds(heard.samples) for heard in mixed.stems},
        "music_held_down_s": _seconds(mixed.ducked_samples),
        "levels_db": {
            " ".join((speaker.key, *map(str, speaker.channels))): gain / 100
            for speaker, gain in sorted(sounded.levels.items())
        },
        **(_mastered(sounded.mastered, sounded.encoded.loudness) if sounded.mastered else {}),
    }


def _mastered(mastered: Mastered, encoded: LoudnessFacts | None) -> dict[str, object]:
    return {
        "delivered": _facts(encoded or mastered.after),
        "mix": _facts(mastered.before),
        "gain_db": mastered.gain_millibel / 100,
        "limited_samples": mastered.limited_samples,
        "reached": mastered.reached,
    }


def _facts(facts: LoudnessFacts) -> dict[str, float | None]:
    return {
        "integrated_lufs": _of_hundredths(facts.integrated_millibel),
        "range_lu": _of_hundredths(facts.range_millibel),
        "true_peak_dbtp": _of_hundredths(facts.true_peak_millibel),
    }


def _of_hundredths(value: int | None) -> float | None:
    return None if value is None else value / 100


def _seconds(samples: int) -> float:
    return round(samples / MIX_SAMPLE_RATE, 3)
