"""Every subtitle file of the corpus as EBU STL: back through our reader and through ttconv's, or refused by cue."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.formats.any import SubtitleFormat, read_any, write_any
from subtitles.formats.stl_latin import lacking
from subtitles.tags import plain, position_of
from tests.test_stl_write import independent

FILES = sorted((Path(__file__).parents[3] / "shared" / "corpus" / "subs").glob("*"))
FRAME_MS = 40
NOTHING = Cue(start_ms=0, end_ms=1000, text="nada")


def cues_of(path):
    """What a file shows, in order, as far as a timecode counts; one cue where it is refused or shows nothing."""
    try:
        read = read_any(path.read_bytes(), file=path.name).cues
    except SubtitleError:
        read = ()
    lasting = [cue for cue in read if cue.start_ms < cue.end_ms < 86_000_000]
    return sorted(lasting, key=lambda cue: (cue.start_ms, cue.end_ms)) or [NOTHING]


def said(text):
    return " ".join(re.sub("[\u2060\u00a0]", " ", plain(text)).split())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_was_read_survives_or_is_refused_by_cue(path):
    cues = cues_of(path)
    strange = {number for number, cue in enumerate(cues, start=1) if lacking(plain(cue.text))}
    if strange:
        with pytest.raises(SubtitleError) as caught:
            write_any(cues, SubtitleFormat.STL, file="x.stl")
        named = {int(one.field.removeprefix("cue ")) for one in caught.value.findings}
        assert named == strange if len(strange) <= 50 else named <= strange
        cues = [cue for number, cue in enumerate(cues, start=1) if number not in strange] or [NOTHING]
    content = write_any(cues, SubtitleFormat.STL, file="x.stl")
    again = read_any(content, file="x.stl").cues
    assert [said(cue.text) for cue in again] == [said(cue.text) for cue in cues]
    for one, other in zip(cues, again, strict=True):
        assert abs(one.start_ms - other.start_ms) <= FRAME_MS // 2
        assert abs(one.end_ms - other.end_ms) <= (FRAME_MS // 2 if one.duration_ms >= FRAME_MS else 3 * FRAME_MS // 2)
        place = position_of(one.text) or 2
        assert (position_of(other.text) or 2) == (place - 3 if 3 < place < 7 else place)
    seen = independent(content)
    kept = [at for at, (begin, end, _, _) in enumerate(seen) if end > begin]
    words = [" ".join(" ".join(seen[at][2]).split()) for at in kept]
    assert words == [said(cue.text) for cue in cues] or overlapping(cues) or no_spaces(words) == no_spaces(tagged(cues))


def tagged(cues):
    """What is said, if a tag begins or ends in it: ttconv drops the space beside it."""
    return [said(cue.text) for cue in cues] if any("<" in cue.text or "{" in cue.text for cue in cues) else []


def no_spaces(texts):
    return [text.replace(" ", "") for text in texts]


def overlapping(cues):
    """Whether any two are on screen at once, of which ttconv drops or moves the second."""
    return any(one.end_ms + FRAME_MS > other.start_ms for one, other in pairwise(cues))
