"""Captions of a cut when people have split, joined or shared cues."""

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

from footage_manifest.timebase import FrameRange
from pipeline.assembly import captions
from pipeline.assembly.captions import ReelWords
from pipeline.assembly.handover import Track
from pipeline.timeline.heard import Run
from subtitles.cue import Cue
from subtitles.merge import align
from subtitles.state import CueStatus, seed
from subtitles.style import OURS
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
    run = Run(key="R", record=FrameRange(0, frames), source_in=Fraction(start))
    ready = SimpleNamespace(name="a", timeline=SimpleNamespace(rate=Fraction(25)))
    return captions._in_language("en", (run,), {"R": reel(es, en)}, ready, OURS)


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
    runs = (
        Run(key="R", record=FrameRange(0, 100), source_in=Fraction(0)),
        Run(key="S", record=FrameRange(10, 100), source_in=Fraction(0)),
    )
    ready = SimpleNamespace(name="a", timeline=SimpleNamespace(rate=Fraction(25)))
    one_es = [replace(c, id="") for c in ES]
    s = reel(one_es, bare(EN), "S")
    ids = seed([replace(c, id="S" + c.id[1:]) for c in ES], reel="S", language="es").state
    s = ReelWords(transcript=s.transcript, tracks={"es": replace(s.tracks["es"], aligned=align(one_es, ids, reel="S"))})
    one, _ = captions._in_language("es", runs, {"R": reel(bare(ES), bare(EN)), "S": s}, ready, OURS)
    assert one.counts[CueStatus.DRAFT] == 2
