"""Random cuts with conflicts, deletions and files of their own: what is held back is what an oracle finds played.

The oracle goes frame by frame and word by word; where half a word or a frame decides, it says nothing.
"""

import random
import unicodedata
from dataclasses import replace
from fractions import Fraction

import pytest

from footage_manifest.model import Gate
from footage_manifest.timebase import FrameRange
from pipeline.assembly import captions
from pipeline.assembly.captions import Own
from pipeline.errors import GateError
from pipeline.timeline.lower_thirds import Named
from subtitles.cue import Cue
from subtitles.merge import align
from subtitles.style import OURS
from tests.test_captions import EN, ES, FILM, WORDS, bare, cut, heard, own, reel

FRAME = Fraction(1, 25)
GATED = FILM.model_copy(update={"subtitles": FILM.subtitles.model_copy(update={"gate": Gate.EDITED})})


def a_cut(dice):
    """Return sound events one after another: forwards, faster, slower, backwards, silence between."""
    events, at = [], 0
    for _ in range(dice.randint(1, 4)):
        at += dice.choice([0, 0, 10])
        frames = dice.randint(10, 120)
        speed = Fraction(dice.choice(["1", "1", "1", "2", "1/2", "-1"]))
        start = Fraction(dice.randint(0, 150), 25) + (frames * FRAME if speed < 0 else 0)
        events.append(heard("R", at, at + frames, start, speed))
        at += frames
    return events


def played(events, start_ms, end_ms):
    """Return by what part of its time a stretch of the source is heard forwards in the event that has most of it."""
    best = Fraction(0)
    for event in events:
        if event.clip.speed > 0:
            first = event.clip.source_in * 1000
            last = first + len(event.record) * FRAME * 1000 * event.clip.speed
            best = max(best, (min(last, end_ms) - max(first, start_ms)) / Fraction(end_ms - start_ms))
    return best


def judged(events, cue):
    """Return whether some word of a cue is heard, None where that is close."""
    words = [word for word in WORDS if cue.start_ms <= word.start_ms < cue.end_ms]
    parts = [played(events, word.start_ms, word.end_ms) for word in words]
    if any(Fraction(1, 5) < part < Fraction(4, 5) for part in parts):
        return None
    return any(part >= Fraction(4, 5) for part in parts)


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_conflicts_that_are_played_stop_the_gate_and_no_others(first):
    told = 0
    for seed in range(first, first + 100):
        dice = random.Random(seed)  # noqa: S311 - dice, no secret
        events, deleted, number = a_cut(dice), dice.random() < 0.5, dice.randrange(2)
        kept = [replace(cue, text=f"{cue.text} indeed") for cue in bare(EN)]
        en = [cue for at, cue in enumerate(kept) if not (deleted and at == number)]
        words = reel([replace(cue, text=cue.text.capitalize()) for cue in bare(ES)], en)
        track = words.tracks["en"]
        cues = list(track.state.cues)
        cues[number] = replace(cues[number], theirs=replace(cues[number].base, text="otherwise"))
        state = replace(track.state, cues=tuple(cues))
        words.tracks["en"] = replace(track, state=state, aligned=align(en, state, reel="R"))
        found = captions.captions(FILM, cut(*events), {"R": words}, OURS)
        one = found.languages.get("en")
        conflicts = [finding for finding in found.findings if "a conflict waits" in finding.what]
        expected = judged(events, ES[number])
        if expected is None:
            continue
        told += 1
        if deleted and one is None:
            assert not conflicts or expected, seed
            continue
        assert bool(conflicts) is expected, seed
        if not expected:
            continue
        with pytest.raises(GateError) as caught:
            captions.captions(GATED, cut(*events), {"R": words}, OURS)
        assert any("a conflict waits" in str(line) for line in caught.value.findings), seed
    assert told > 40


def strong(line):
    """Return the first letter of a line that has a direction."""
    return next((kind for kind in map(unicodedata.bidirectional, line) if kind in {"L", "R", "AL"}), "none")


@pytest.mark.parametrize("first", range(0, 200, 100))
def test_names_and_directions_hold_in_random_cuts(first):
    film = FILM.model_copy(update={"languages": ("es", "ar")})
    for seed in range(first, first + 100):
        dice = random.Random(seed)  # noqa: S311 - dice, no secret
        events = a_cut(dice)
        names = tuple(
            Named(person=f"p{at}", record=FrameRange(at, at + dice.randint(1, 60))) for at in dice.sample(range(200), 2)
        )
        said = ["Tom قال", "قال Tom", "2024", "NASA", "- Tom\nأهلا", "\u200eTom قال", "a\nb\nc", "أ\nb\nج"]
        words = reel(bare(ES), [replace(cue, text=dice.choice(said)) for cue in bare(EN)])
        track = replace(words.tracks["en"], language="ar", file="subtitles/R.ar.srt")
        words = replace(words, tracks={"es": words.tracks["es"], "ar": track})
        start = dice.randint(0, 4000)
        text = dice.choice(["Ana\nEva\nسلام", "{\\an8}Ana\nEva\nLuz", ""])
        mine = own(Cue(start_ms=start, end_ms=start + 900, text=text), track="ar")
        found = captions.captions(film, cut(*events), {"R": words}, OURS, replace(mine or Own(), names=names))
        for cue in found.languages["ar"].cues if "ar" in found.languages else ():
            for line in cue.text.split("\n"):
                shown = line.replace("{\\an8}", "")
                assert strong(shown) in {"R", "AL"} or "\u200e" in shown or not shown.strip(), (seed, line)
        tracks = {"a.es+ar.srt": found.stacked.get(("es", "ar"), ())}
        tracks |= {f"a.{language}.srt": one.cues for language, one in found.languages.items()}
        expected = {
            (file, cue.id)
            for file, cues in tracks.items()
            for cue in cues
            for name in names
            for frame in range(name.record.start, name.record.end)
            if cue.start_ms <= frame * 40 < cue.end_ms and cue.text.count("\n") > 1 and "{\\an8}" not in cue.text
        }
        assert {(one.file, one.field) for one in found.findings if "below the name of" in one.what} == expected, seed
