"""Which channels of a source are heard, and how loud on which side (rule 8)."""

from math import sqrt

from footage_manifest.model import ChannelChoice
from pipeline.errors import MediaError

Gains = tuple[tuple[float, ...], ...]
"""One row for each side that is made (one row: both sides the same), one gain for each channel of the source."""

_HALF_POWER = sqrt(0.5)
_LEFT = {"FL": 1.0, "FC": _HALF_POWER, "SL": _HALF_POWER, "BL": _HALF_POWER, "BC": 0.5, "FLC": 1.0}
_RIGHT = {"FR": 1.0, "FC": _HALF_POWER, "SR": _HALF_POWER, "BR": _HALF_POWER, "BC": 0.5, "FRC": 1.0}


def channel_gains(channels: tuple[str, ...], choice: ChannelChoice, source_channel: int | None = None) -> Gains:
    """Return how the named `channels` of a source become one row (both sides) or two (left and right).

    `source_channel`, counted from 1, wins over `choice`. A mix is the average of all channels; where a centre says that
    they are a surround picture and not so many microphones, it is the average of their stereo downmix (ITU-R BS.775,
    without the low-frequency channel, scaled so that nothing can clip). Stereo takes two channels as they are, and the
    first two of more. Raises MediaError where the source has no such channel.
    """
    count = len(channels)
    if source_channel is not None:
        return (_only(source_channel, count),)
    match choice:
        case ChannelChoice.FIRST:
            return (_only(1, count),)
        case ChannelChoice.SECOND:
            return (_only(2, count),)
        case ChannelChoice.MIX:
            return (_average(channels),)
        case ChannelChoice.STEREO if count == 1:
            return ((1.0,),)
        case ChannelChoice.STEREO:
            return _downmix(channels) if _is_surround(channels) else (_only(1, count), _only(2, count))


def _only(channel: int, count: int) -> tuple[float, ...]:
    if not 1 <= channel <= count:
        has = "1 channel" if count == 1 else f"{count} channels"
        raise MediaError(
            f"it has {has} of sound, and channel {channel} is asked for",
            "correct channels: in the manifest, or the channel of the edit's event (A is 1, A2 is 2)",
        )
    return tuple(1.0 if index == channel - 1 else 0.0 for index in range(count))


def _is_surround(channels: tuple[str, ...]) -> bool:
    return {"FL", "FR", "FC"} <= set(channels)


def _average(channels: tuple[str, ...]) -> tuple[float, ...]:
    if not _is_surround(channels):
        return tuple(1.0 / len(channels) for _ in channels)
    left, right = _downmix(channels)
    return tuple((a + b) / 2 for a, b in zip(left, right, strict=True))


def _downmix(channels: tuple[str, ...]) -> Gains:
    rows = [[side.get(name, 0.0) for name in channels] for side in (_LEFT, _RIGHT)]
    loudest = max(sum(row) for row in rows)
    return tuple(tuple(gain / loudest for gain in row) for row in rows)
