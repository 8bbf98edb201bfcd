import pytest

from footage_manifest.model import ChannelChoice
from pipeline.errors import MediaError
from pipeline.tools.channels import channel_gains

SURROUND = ("FL", "FR", "FC", "LFE", "BL", "BR")


def test_a_mix_of_microphones_is_their_average() -> None:
    assert channel_gains(("FL", "FR", "BL", "BR"), ChannelChoice.MIX) == ((0.25, 0.25, 0.25, 0.25),)


def test_stereo_of_many_microphones_is_the_first_two() -> None:
    assert channel_gains(("NONE",) * 3, ChannelChoice.STEREO) == ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


def test_surround_becomes_a_downmix_that_cannot_clip() -> None:
    left, right = channel_gains(SURROUND, ChannelChoice.STEREO)
    assert sum(left) == pytest.approx(1)
    assert sum(right) == pytest.approx(1)
    assert left[0] > left[2] == pytest.approx(right[2])
    assert left[1] == right[0] == left[3] == right[3] == 0
    assert left[4] == pytest.approx(right[5])


def test_a_mix_of_surround_keeps_both_sides_alike() -> None:
    (row,) = channel_gains(SURROUND, ChannelChoice.MIX)
    assert row[0] == pytest.approx(row[1])
    assert row[3] == 0
    assert sum(row) == pytest.approx(1)


def test_stereo_of_one_channel_is_that_channel() -> None:
    assert channel_gains(("FC",), ChannelChoice.STEREO) == ((1.0,),)


def test_a_channel_the_source_lacks_is_refused() -> None:
    with pytest.raises(MediaError, match="it has 2 channels of sound, and channel 3 is asked for"):
        channel_gains(("FL", "FR"), ChannelChoice.MIX, 3)
