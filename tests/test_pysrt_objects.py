import pysrt
from hypothesis import given
from hypothesis import strategies as st

from subtitles.cue import Cue
from subtitles.formats.objects import from_pysrt, to_pysrt
from subtitles.formats.srt import read_srt

cues = st.builds(
    lambda key, start, length, text: Cue(id=key, start_ms=start, end_ms=start + length, text=text.replace("\r", "")),
    st.text(max_size=5),
    st.integers(0, 400_000_000),
    st.integers(0, 10_000),
    st.text(max_size=30),
)


@given(st.lists(cues, max_size=4))
def test_cues_go_out_and_come_back_as_they_were(drawn):
    assert from_pysrt(to_pysrt(drawn)) == tuple(drawn)


def test_pysrt_s_own_files_are_taken_in_and_ours_are_its_own():
    subs = pysrt.from_string("7\n00:00:01,000 --> 00:00:02,500\n<i>uno</i>\ndos\n\n")
    assert from_pysrt(subs) == (Cue(start_ms=1000, end_ms=2500, text="<i>uno</i>\ndos"),)
    made = to_pysrt([Cue(id="c1", start_ms=1000, end_ms=2500, text="uno"), Cue(start_ms=3000, end_ms=4000, text="dos")])
    assert str(made[0]) == "1\n00:00:01,000 --> 00:00:02,500\nuno\n"
    made.shift(seconds=2)
    made[0].text = "otro"
    shifted = from_pysrt(made)
    assert shifted[0] == Cue(id="c1", start_ms=3000, end_ms=4500, text="otro")
    written = "\n".join(str(item) for item in made).encode()
    assert [cue.text for cue in read_srt(written, file="a.srt").cues] == ["otro", "dos"]
