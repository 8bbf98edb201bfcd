"""Random cuts at every rate, built without rendering: what each frame is to show against a reading of the list's text."""

import random
from fractions import Fraction

import pytest

from footage_manifest.model import Cut, Film, Manifest
from pipeline.timeline.build import build_timeline
from pipeline.timeline.edl import read_edl
from pipeline.timeline.model import MediaKind
from tests import cut_oracle
from tests.edl_film import media
from tests.random_cuts import LABELLED, SIZE, SOURCES, STILLS, Writer

SEEDS = range(1_000, 1_012)
CUT = Cut.model_validate({"source": "c.edl", "audience": "forum", "sound": "edl"})


def facts_of(source):
    sample, channels = source.sample, 2 if source.sound else 0
    if not sample.stamps:
        return media(sample.frames, sample.rate, channels)
    mean = sample.frames / (Fraction(sample.stamps[-1], 600) + 1 / sample.rate)
    return media(sample.frames, mean, channels, variable=True)


def film_of(labelled):
    rate, label_rate, drop = LABELLED[labelled]
    timeline = {"rate": rate, "size": f"{SIZE[0]}x{SIZE[1]}", "drop_frame": drop}
    if label_rate:
        timeline["timecode_rate"] = label_rate
    return Film.model_validate({"title": "t", "languages": ["es"], "timeline": timeline, "cuts": {}})


def manifest_of(labelled):
    drop = LABELLED[labelled][2]
    reels = {}
    for name, source in SOURCES.items():
        mark = ";" if drop and source.label_rate is None else ":"
        reels[name] = {"file": source.sample.name, "kind": "b-roll", "people": [], "start": f"01:00:00{mark}00"}
        if source.label_rate is not None:
            reels[name]["timecode_rate"] = str(source.label_rate)
    stills = {name: {"file": f"{name}.png", "people": []} for name in STILLS}
    return Manifest.model_validate({"reels": reels, "stills": stills})


def number(clip, into, rate):
    """Return the number on what a clip shows `into` frames after its event began; None for black."""
    if clip.kind is MediaKind.BLACK:
        return None
    if clip.kind is MediaKind.STILL:
        return STILLS[clip.key]
    return cut_oracle.on_display(cut_oracle.Side(clip.key, clip.source_at(into, rate)), Fraction(0))


def shown(timeline):
    """Return what each frame shows: its number, and of a transition the number it leaves, k, length and pattern."""
    frames = []
    for event in timeline.picture:
        for into in range(len(event.record)):
            mix, k = None, event.dissolve_passed + into
            if event.outgoing is not None and k < event.dissolve_frames:
                mix = (number(event.outgoing, into, timeline.rate), k, event.dissolve_frames, event.wipe or 0)
            frames.append((number(event.clip, into, timeline.rate), mix))
    return frames


def asked(cut):
    """Return the same of what the list's text says."""
    frames = []
    for event, k in cut_oracle.pictures(cut):
        mix = None
        if event is not None and event.left is not None and k < event.fade:
            mix = (cut_oracle.on_display(event.left, k / cut.rate), k, event.fade, event.wipe)
        frames.append((None if event is None else cut_oracle.on_display(event.side, k / cut.rate), mix))
    return frames


@pytest.mark.parametrize("labelled", LABELLED)
def test_every_frame_of_random_cuts_is_what_the_list_says(labelled):
    film, manifest = film_of(labelled), manifest_of(labelled)
    facts = {name: facts_of(source) for name, source in SOURCES.items()}
    for seed in SEEDS:
        text = Writer(random.Random(f"{labelled} {seed}"), labelled).edl()  # noqa: S311 - repeatable, not secret
        edl = read_edl(text, file="c.edl", clock=film.timeline.clock)
        timeline = build_timeline("c", CUT, film, manifest, [edl], facts).timeline
        assert shown(timeline) == asked(cut_oracle.read(text, labelled)), seed
