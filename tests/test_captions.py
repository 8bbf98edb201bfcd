"""Captions of a cut when people have split, joined or shared cues."""

from dataclasses import replace
from fractions import Fraction

import pytest

from footage_manifest.model import Cut, Film, Gate
from footage_manifest.timebase import FrameRange
from pipeline.assembly import captions
from pipeline.assembly.captions import Own, ReelWords
from pipeline.assembly.captions_speakers import Speaker, VoiceTurn
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.handover import Track
from pipeline.errors import GateError
from pipeline.timeline.model import BLACK, Clip, MediaKind, PictureEvent, SoundEvent, Timeline
from pipeline.timeline.own_cues import OwnTrack
from subtitles.cue import Cue
from subtitles.cut_state import CutTrackState
from subtitles.merge import align
from subtitles.state import CueStatus, approved, seed
from subtitles.style import OURS
from subtitles.tags import plain
from subtitles.transcript import Transcript, Word

SAID = ["uno dos tres cuatro cinco seis", "siete ocho nueve diez once doce"]
WORDS = tuple(
    Word(text=w, start_ms=a * 4000 + n * 500, end_ms=a * 4000 + n * 500 + 400, confidence=900)
    for a, t in enumerate(SAID)
    for n, w in enumerate(t.split())
)
ES = [Cue(id=f"R-{a}", start_ms=a * 4000, end_ms=a * 4000 + 3000, text=t) for a, t in enumerate(SAID)]
EN = [
    replace(c, text=t)
    for c, t in zip(ES, ["one two three four five six", "seven eight nine ten eleven twelve"], strict=True)
]


FILM = Film.model_validate(
    {
        "title": "T",
        "languages": ["es", "en"],
        "timeline": {"rate": 25, "size": "160x96"},
        "cuts": {"a": {"source": "a.edl", "audience": "forum"}},
    }
)


def heard(key, start, end, source_in=Fraction(0), speed=Fraction(1), **more):
    clip = Clip(kind=MediaKind.REEL, key=key, source_in=source_in, speed=speed)
    return SoundEvent(record=FrameRange(start, end), clip=clip, number="1", line=1, source="a.edl", **more)


def seen(start, end, clip=BLACK, **more):
    return PictureEvent(record=FrameRange(start, end), clip=clip, number="1", line=1, source="a.edl", **more)


def cut(*sound, picture=(), frames=None, **settings):
    """Return a cut of these sound events; `settings` is what film.yaml says of it."""
    frames = frames or max(event.record.end for event in sound)
    timeline = Timeline(
        cut="a", rate=Fraction(25), frames=frames, record_zero=0, picture=picture or (seen(0, frames),), sound=sound
    )
    told = Cut.model_validate({"source": "a.edl", "audience": "forum", **settings})
    return ReadyCut(name="a", cut=told, timeline=timeline, laid={}, warnings=(), undeclared=())


def bare(cues):
    """Return cues as a person's file has them: without ids."""
    return [replace(cue, id="") for cue in cues]


def reel(es, en, key="R"):
    es_state = seed(ES, reel=key, language="es").state
    en_state = seed(EN, reel=key, language="en", source_language="es", source=ES).state

    def track(cues, state, language, source):
        aligned = align(cues, state, reel=key)
        file = f"subtitles/{key}.{language}.srt"
        return Track(file=file, language=language, source_language=source, aligned=aligned, state=state)

    return ReelWords(
        transcript=Transcript(language="es", words=WORDS),
        tracks={"es": track(es, es_state, "es", None), "en": track(en, en_state, "en", "es")},
    )


def shown(es, en, start, frames):
    found = captions.captions(FILM, cut(heard("R", 0, frames, Fraction(start))), {"R": reel(es, en)}, OURS)
    return found.languages["en"], found.findings


def test_second_half_of_a_split_source_keeps_its_translation():
    halves = [replace(ES[0], end_ms=1450, text="uno dos tres"), replace(ES[0], start_ms=1500, text="cuatro cinco seis")]
    one, findings = shown(bare([*halves, ES[1]]), bare(EN), "3/2", 60)
    assert [c.text for c in one.cues] == ["one two three four five six"]
    assert any("only a part" in str(f) for f in findings)


def test_first_half_of_a_split_source_makes_its_translation_a_finding():
    halves = [replace(ES[0], end_ms=1450, text="uno dos tres"), replace(ES[0], start_ms=1500, text="cuatro cinco seis")]
    _one, findings = shown(bare([*halves, ES[1]]), bare(EN), 0, 36)
    assert any("only a part" in str(f) for f in findings)


def test_a_joined_translation_stays_while_its_second_source_is_heard():
    joined = [replace(EN[0], end_ms=7000, text=EN[0].text + " " + EN[1].text)]
    one, _findings = shown(bare(ES), bare(joined), 4, 70)
    assert [c.text for c in one.cues] == [joined[0].text]


def test_a_draft_in_a_shared_subtitle_is_counted():
    ready = cut(heard("R", 0, 100), heard("S", 10, 100))
    one_es = [replace(c, id="") for c in ES]
    s = reel(one_es, bare(EN), "S")
    ids = seed([replace(c, id="S" + c.id[1:]) for c in ES], reel="S", language="es").state
    s = ReelWords(transcript=s.transcript, tracks={"es": replace(s.tracks["es"], aligned=align(one_es, ids, reel="S"))})
    one = captions.captions(FILM, ready, {"R": reel(bare(ES), bare(EN)), "S": s}, OURS).languages["es"]
    assert one.counts[CueStatus.DRAFT] == 2


ENGLISH_SAID = ["we went down to the river then", "there was nobody left to ask there"]
ENGLISH_WORDS = tuple(
    Word(text=w, start_ms=a * 4000 + n * 400, end_ms=a * 4000 + n * 400 + 300, confidence=900)
    for a, t in enumerate(ENGLISH_SAID)
    for n, w in enumerate(t.split())
)


def english_reel(key="S"):
    spoken = [
        Cue(id=f"{key}-{a}", start_ms=a * 4000, end_ms=a * 4000 + 3000, text=t) for a, t in enumerate(ENGLISH_SAID)
    ]
    into = [replace(c, text=t) for c, t in zip(spoken, ["bajamos al río entonces", "no quedaba nadie"], strict=True)]
    en_state = seed(spoken, reel=key, language="en").state
    es_state = seed(into, reel=key, language="es", source_language="en", source=spoken).state
    tracks = {
        language: Track(
            file=f"subtitles/{key}.{language}.srt",
            language=language,
            source_language=source,
            aligned=align(bare(cues), state, reel=key),
            state=state,
        )
        for language, cues, state, source in (("en", spoken, en_state, None), ("es", into, es_state, "en"))
    }
    return ReelWords(transcript=Transcript(language="en", words=ENGLISH_WORDS), tracks=tracks)


BOTH = (heard("R", 0, 200), heard("S", 200, 400))


def both_reels():
    return {"R": reel(bare(ES), bare(EN)), "S": english_reel()}


def own(*cues, track="en"):
    state = CutTrackState(cut="a", language=track[:2], kind="sdh" if track.endswith("sdh") else "full")
    aligned = align(list(cues), None, reel="a")
    return Own(tracks={track: OwnTrack(file=f"subtitles/cuts/a.{track}.srt", aligned=aligned, state=state)})


def texts(cues):
    return [plain(cue.text) for cue in cues]


def test_forced_narratives_hold_only_what_is_said_in_the_other_language():
    found = captions.captions(FILM, cut(*BOTH), both_reels(), OURS).languages
    assert texts(found["es"].forced) == ["bajamos al río entonces", "no quedaba nadie"]
    assert texts(found["en"].forced) == ["one two three four five six", "seven eight nine ten eleven twelve"]
    assert len(found["es"].cues) == 4


def test_a_cut_in_one_language_forces_nothing_but_what_stands_on_screen():
    ready = cut(heard("R", 0, 200), picture=(seen(0, 300),), frames=300)
    assert captions.captions(FILM, ready, {"R": reel(bare(ES), bare(EN))}, OURS).languages["es"].forced == ()
    sign = Cue(start_ms=9000, end_ms=11000, text="TOWN HALL")
    found = captions.captions(FILM, ready, {"R": reel(bare(ES), bare(EN))}, OURS, own(sign, track="es"))
    assert texts(found.languages["es"].forced) == ["TOWN HALL"]


def test_speakers_are_named_where_the_voice_changes_and_nobody_else():
    who = {"R": Speaker(person="ana", name="Ana M.")}
    ready = cut(*BOTH, heard("R", 400, 600), subtitles={"tracks": ["full", "sdh"]})
    found = captions.captions(FILM, ready, both_reels(), OURS, Own(speakers=who))
    assert found.named == ("ana",)
    said = texts(found.languages["es"].sdh)
    assert [line.startswith("[Ana M.]") for line in said] == [True, False, False, False, True, False]
    assert said[2].startswith("[otra voz]")  # a voice without a name is not taken for the one before
    assert "[" not in "".join(texts(found.languages["es"].cues))


def test_in_a_reel_of_several_voices_each_turn_is_named_for_itself():
    ana = Speaker(person="ana", name="Ana M.")
    turns = (
        VoiceTurn(start_ms=0, end_ms=1500, voice=0, speaker=None),
        VoiceTurn(start_ms=1500, end_ms=90_000, voice=1, speaker=ana),
    )
    ready = cut(heard("R", 0, 200), subtitles={"tracks": ["full", "sdh"]})
    ours = Own(speakers={"R": ana}, voices={"R": turns})
    found = captions.captions(FILM, ready, {"R": reel(bare(ES), bare(EN))}, OURS, ours)
    said = texts(found.languages["es"].sdh)
    assert not said[0].startswith("[")  # whoever asks is not taken for Ana
    assert said[1].startswith("[Ana M.]")
    assert "[" not in "".join(said[2:])


def test_sounds_are_shown_to_viewers_who_cannot_hear_and_to_no_one_else():
    sound = Cue(start_ms=3200, end_ms=3900, text="[rain]")
    ready = cut(*BOTH, subtitles={"tracks": ["full", "sdh"]})
    one = captions.captions(FILM, ready, both_reels(), OURS, own(sound, track="en.sdh"))
    assert "[rain]" in texts(one.languages["en"].sdh)
    assert "[rain]" not in texts(one.languages["en"].cues)
    assert list(one.own_states) == ["en.sdh"]
    plain_cut = captions.captions(FILM, cut(*BOTH), both_reels(), OURS, own(sound, track="en.sdh"))
    assert plain_cut.languages["en"].sdh == ()


def test_a_cuts_own_cues_are_counted_and_held_to_the_gate():
    ready = cut(heard("R", 0, 36))
    words = {"R": reel(bare(ES), bare(EN))}
    film = FILM.model_copy(update={"subtitles": FILM.subtitles.model_copy(update={"gate": Gate.APPROVED})})
    rewritten = Cue(start_ms=0, end_ms=1440, text="one two three")
    with pytest.raises(GateError):
        captions.captions(film, ready, words, OURS, own(rewritten))
    one = captions.captions(FILM, ready, words, OURS, own(rewritten)).languages["en"]
    assert (one.counts[CueStatus.EDITED], one.counts[CueStatus.DRAFT], one.own) == (1, 0, 1)


def test_a_language_that_nobody_translated_may_be_written_for_the_cut_alone():
    words = {"R": reel(bare(ES), bare(EN))}
    words["R"].tracks.pop("en")
    ready = cut(heard("R", 0, 100))
    assert captions.captions(FILM, ready, words, OURS).missing == {"en": ("R",)}
    whole = own(Cue(start_ms=0, end_ms=3000, text="one to six"))
    found = captions.captions(FILM, ready, words, OURS, whole)
    assert (found.missing, texts(found.languages["en"].cues)) == ({}, ["one to six"])
    assert found.languages["en"].untranslated == 0
    assert texts(found.stacked["es", "en"]) == ["uno dos tres cuatro cinco seis one to six"]


def test_both_languages_of_a_replaced_cue_pair():
    ready = cut(heard("R", 0, 36))
    rewritten = Cue(start_ms=0, end_ms=1440, text="one two three")
    found = captions.captions(FILM, ready, {"R": reel(bare(ES), bare(EN))}, OURS, own(rewritten))
    assert texts(found.stacked["es", "en"]) == ["uno dos tres one two three"]


def test_cuts_of_the_picture_are_looked_at_in_the_finished_cut():
    clip = Clip(kind=MediaKind.REEL, key="RIVER", source_in=Fraction(0))
    words = {"R": reel(bare(ES), bare(EN))}
    still = captions.captions(FILM, cut(heard("R", 0, 100)), words, OURS).findings
    moving = cut(heard("R", 0, 100), picture=(seen(0, 72), seen(72, 100, clip)))
    faults = set(captions.captions(FILM, moving, words, OURS).findings) - set(still)
    assert faults
    assert all("shot change" in finding.what for finding in faults)


def gated():
    return FILM.model_copy(update={"subtitles": FILM.subtitles.model_copy(update={"gate": Gate.APPROVED})})


def approved_reel(en=EN, theirs=""):
    """Return a reel whose cues are all approved; `theirs` is what another translator's version says of each."""
    words = reel(bare(ES), bare(en))
    tracks = {}
    for language, track in words.tracks.items():
        state = approved(track.state, {cue.id: cue.cue for cue in track.aligned.cues})
        if theirs and language == "en":
            other = (replace(cue, theirs=replace(cue.base, text=theirs), theirs_from="eva") for cue in state.cues)
            state = replace(state, cues=tuple(other))
        aligned = align(bare(track.aligned.plain()), state, reel="R")
        tracks[language] = replace(track, aligned=aligned, state=state)
    return {"R": replace(words, tracks=tracks)}


def test_what_was_approved_and_is_disputed_since_is_not_delivered_as_approved():
    ready = cut(heard("R", 0, 200))
    assert captions.captions(gated(), ready, approved_reel(), OURS).languages["en"].counts[CueStatus.APPROVED] == 2
    with pytest.raises(GateError, match=r"2 of 2 subtitles in en are not approved yet"):
        captions.captions(gated(), ready, approved_reel(theirs="said otherwise"), OURS)


def test_a_language_that_shows_nothing_of_what_is_said_does_not_pass_the_gate():
    elsewhere = [replace(EN[0], start_ms=50000, end_ms=52000)]
    with pytest.raises(GateError, match=r"in en are not approved yet"):
        captions.captions(gated(), cut(heard("R", 0, 200)), approved_reel(en=elsewhere), OURS)
    found = captions.captions(FILM, cut(heard("R", 0, 200)), approved_reel(en=elsewhere), OURS)
    assert found.missing == {"en": ()}
    assert any("no subtitle of this file is there" in str(one) for one in found.findings)
