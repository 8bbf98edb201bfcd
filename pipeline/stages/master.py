"""master: a mix is brought to the loudness that its cut's profile asks for."""

from collections.abc import Mapping
from dataclasses import dataclass

from footage_manifest.model import Loudness
from pipeline.ports.sound import Mastered, MasterRequest, Mixed
from pipeline.ports.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class LoudnessTarget:
    """Loudness in hundredths of LUFS, and the highest true peak in hundredths of dBTP."""

    integrated_millibel: int
    true_peak_millibel: int


TARGETS: Mapping[Loudness, LoudnessTarget] = {
    Loudness.BROADCAST: LoudnessTarget(integrated_millibel=-2300, true_peak_millibel=-100),
    Loudness.WEB: LoudnessTarget(integrated_millibel=-1600, true_peak_millibel=-100),
    Loudness.PLATFORM: LoudnessTarget(integrated_millibel=-1400, true_peak_millibel=-100),
}
"""`broadcast` is EBU R 128 (-23.0 LUFS within 0.2, at most -1 dBTP); the others keep its peak."""

ENCODING_MARGIN_MILLIBEL = 50
"""How far below the profile's peak the limiter holds a mix: an AAC encoder raises peaks again, seldom by more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterInputs:
    """A mix, the profile, and how far below the profile's peak it must stay, in hundredths of dB."""

    mix: Mixed
    profile: Loudness
    margin_millibel: int = ENCODING_MARGIN_MILLIBEL


def plan_master(inputs: MasterInputs) -> MasterRequest:
    """Return the mastering of a mix. Raises KeyError for the profile `none`, which masters nothing."""
    target = TARGETS[inputs.profile]
    return MasterRequest(
        mix=inputs.mix,
        target_millibel=target.integrated_millibel,
        ceiling_millibel=target.true_peak_millibel - inputs.margin_millibel,
    )


MASTER = Stage(name="master", version=1, plan=plan_master, result=Mastered)
