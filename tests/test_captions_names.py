"""Subtitles of a cut and the names that its picture shows; and which way lines of a cut run."""

from dataclasses import replace
from pathlib import Path

import av
import numpy as np

from footage_manifest.timebase import FrameRange
from pipeline.assembly import captions
from pipeline.assembly.captions import Own
from pipeline.timeline.lower_thirds import Named
from subtitles.cue import Cue
from subtitles.style import OURS
from tests.made_film import typed
from tests.small_film import copy_of
from tests.test_captions import EN, ES, FILM, bare, cut, heard, own, reel

JUANA = Named(person="juana", record=FrameRange(0, 50))


def said(es, en, *, names=(JUANA,), mine=None):
    with_names = replace(mine or Own(), names=tuple(names))
    found = captions.captions(FILM, cut(heard("R", 0, 200)), {"R": reel(es, en)}, OURS, with_names)
    return [str(one) for one in found.findings if "below the name of" in one.what], found


def long(cues):
    return [replace(cue, text=f"{cue.text}\n{cue.text}, y una línea más que no cabe en una sola") for cue in bare(cues)]


def test_what_does_not_fit_below_a_name_is_a_finding_that_says_what_becomes_of_it():
    lines, found = said(long(ES), long(EN))
    assert [line.partition(": ")[0] for line in lines] == ["a.es+en.srt"]
    assert "at 0.000 s of the cut it takes" in lines[0]
    assert "the name of 'juana'" in lines[0]
    assert "shows the upper language at the top" in lines[0]
    text = found.stacked["es", "en"][0].text
    assert "\n".join(found.halves[text]) == text
    assert said(long(ES), long(EN), names=())[0] == []
    assert said(bare(ES), bare(EN))[0] == []


def test_one_language_that_is_too_tall_is_named_and_one_at_the_top_is_not():
    tall = Cue(start_ms=0, end_ms=1900, text="one two\nthree four\nfive six")
    lines, _ = said(bare(ES), bare(EN), mine=own(tall))
    assert [line.partition(": ")[0] for line in lines if "a.en.srt" in line] == ["a.en.srt"]
    high = replace(tall, text="{\\an8}" + tall.text)
    assert [line for line in said(bare(ES), bare(EN), mine=own(high))[0] if "a.en.srt" in line] == []


def test_lines_of_a_language_that_runs_leftward_are_delivered_so():
    film = FILM.model_copy(update={"languages": ("es", "ar")})
    words = reel(bare(ES), [replace(cue, text="Tom قال.") for cue in bare(EN)])
    track = replace(words.tracks["en"], language="ar", file="subtitles/R.ar.srt")
    words = replace(words, tracks={"es": words.tracks["es"], "ar": track})
    found = captions.captions(film, cut(heard("R", 0, 200)), {"R": words}, OURS)
    assert {cue.text for cue in found.languages["ar"].cues} == {"\u200fTom قال."}
    assert found.stacked["es", "ar"][0].text.endswith("\n\u200fTom قال.")
    assert found.languages["es"].cues[0].text == ES[0].text


def test_burned_in_the_upper_language_stands_at_the_top_while_a_name_is_shown(heard_film: Path, tmp_path: Path, capsys):
    film = copy_of(heard_film, tmp_path / "film")
    settings = film / "film.yaml"
    text = settings.read_text("utf-8")
    assert "burn_in: [es+en]" in text
    settings.write_text(text.replace("burn_in: [es+en]", "burn_in: [es+en], lower_thirds: first"), "utf-8")
    (film / "subtitles").mkdir()
    for language in ("es", "en"):
        lines = "\n".join(["PALABRA TRAS PALABRA TRAS PALABRA TRAS"] * 2)
        (film / "subtitles" / f"INT01.{language}.srt").write_text(
            f"1\n00:00:00,700 --> 00:00:05,700\n{lines}\n", "utf-8"
        )
    status, document = typed(capsys, "run", film)
    assert status == 0, document
    problems = document["cuts"][0]["problems"]
    assert any("below the name of" in line for line in problems), problems
    with av.open(str(film / "deliverables" / "small" / "small.burn-es+en.mp4")) as burned:
        drawn = [frame.to_ndarray(format="gray") for frame in burned.decode(video=0)]
    with av.open(str(film / "deliverables" / "small" / "small.mp4")) as clean:
        plain = [frame.to_ndarray(format="gray") for frame in clean.decode(video=0)]
    changed = (np.abs(drawn[40].astype(int) - plain[40]) > 60).any(axis=1)
    height = len(changed)
    assert changed[: height // 3].any()
    assert not changed[height * 2 // 5 : height * 3 // 5].any()
    assert changed[height * 3 // 5 :].any()
