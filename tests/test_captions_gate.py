"""What stops a gate whatever the counts say: conflicts, on deleted cues too, and speech of which nothing is shown."""

from dataclasses import replace
from fractions import Fraction

import pytest

from footage_manifest.findings import Severity
from footage_manifest.model import Gate
from pipeline.assembly import captions
from pipeline.errors import GateError
from subtitles.cue import Cue
from subtitles.merge import align
from subtitles.style import OURS
from tests.test_captions import EN, ES, FILM, bare, cut, heard, own, reel


def gated(gate):
    return FILM.model_copy(update={"subtitles": FILM.subtitles.model_copy(update={"gate": gate})})


def edited(cues):
    return [replace(cue, text=f"{cue.text} indeed") for cue in bare(cues)]


def disputed(en, *, theirs, number=1):
    """Return a reel of edited cues; of one English cue, shown or deleted, another side says something else."""
    words = reel(edited(ES), en)
    track = words.tracks["en"]
    known = tuple(
        replace(one, theirs=replace(one.base, text=theirs), theirs_from="eva") if at == number else one
        for at, one in enumerate(track.state.cues)
    )
    state = replace(track.state, cues=known)
    track = replace(track, state=state, aligned=align(en, state, reel="R", lines=range(2, 99, 4)))
    return {"R": replace(words, tracks={**words.tracks, "en": track})}


def refused(words, ready, gate=Gate.EDITED, mine=None):
    with pytest.raises(GateError) as caught:
        captions.captions(gated(gate), ready, words, OURS, mine)
    return [str(finding) for finding in caught.value.findings]


@pytest.mark.parametrize("gate", [Gate.EDITED, Gate.APPROVED])
def test_a_conflict_on_a_shown_cue_stops_the_gate_with_reel_time_and_cure(gate):
    found = [
        line for line in refused(disputed(edited(EN), theirs="x"), cut(heard("R", 0, 200)), gate) if "conflict" in line
    ]
    assert len(found) == 1
    assert found[0].startswith("subtitles/R.en.srt:6: R-1: a conflict waits for somebody to settle it, at 4.000 s")
    assert "'seven eight nine ten eleven twelve indeed' here, 'x' on the other side" in found[0]
    assert "testimonio subtitles approve DIR R --cue R-1" in found[0]


def test_a_conflict_on_a_deleted_cue_stops_it_too_where_the_cue_would_be_heard():
    words = disputed(edited(EN)[:1], theirs="seven to twelve")
    found = [line for line in refused(words, cut(heard("R", 0, 200))) if "conflict" in line]
    assert ["nothing here, 'seven to twelve' on the other side" in line for line in found] == [True]
    only_first = cut(heard("R", 0, 80))
    assert captions.captions(gated(Gate.EDITED), only_first, words, OURS).languages["en"].held == ()


def test_a_cuts_own_cue_settles_for_that_cut_what_it_stands_for():
    instead = Cue(start_ms=4000, end_ms=7000, text="seven to twelve")
    for en in (edited(EN), edited(EN)[:1]):
        words = disputed(en, theirs="something else")
        found = captions.captions(gated(Gate.EDITED), cut(heard("R", 0, 200)), words, OURS, own(instead))
        assert found.languages["en"].held == ()


def test_without_a_gate_a_conflict_is_a_warning():
    found = captions.captions(FILM, cut(heard("R", 0, 200)), disputed(edited(EN), theirs="x"), OURS).findings
    (warned,) = [one for one in found if "a conflict waits" in one.what]
    assert warned.severity is Severity.WARNING


def shifted(cues):
    return [replace(cue, start_ms=cue.start_ms + 3_600_000, end_ms=cue.end_ms + 3_600_000) for cue in edited(cues)]


def test_a_file_in_the_spoken_language_that_shows_nothing_stops_the_gate():
    (found,) = refused({"R": reel(shifted(ES), shifted(EN))}, cut(heard("R", 0, 200)))
    assert found.startswith("subtitles/R.es.srt: 'uno dos tres cuatro cinco seis ...' is heard at 0.000 s of the cut")
    assert "empty subtitle" in found
    none = captions.captions(FILM, cut(heard("R", 0, 200)), {"R": reel(shifted(ES), shifted(EN))}, OURS)
    assert any("no subtitle of this file is there" in finding.what for finding in none.findings)


@pytest.mark.parametrize("text", ["", "uno a seis"])
def test_a_cut_may_say_itself_what_is_read_there_or_that_nothing_is(text):
    mine = own(Cue(start_ms=500, end_ms=2500, text=text), track="es")
    found = captions.captions(
        gated(Gate.EDITED), cut(heard("R", 0, 90)), {"R": reel(shifted(ES), shifted(EN))}, OURS, mine
    )
    assert ("es" in found.languages) is bool(text)


def test_what_is_heard_backwards_shows_nothing_and_is_no_fault_of_its_file():
    backwards = cut(heard("R", 0, 200, Fraction(8), Fraction(-1)))
    assert captions.captions(gated(Gate.EDITED), backwards, {"R": reel(edited(ES), edited(EN))}, OURS).missing
