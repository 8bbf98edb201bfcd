"""Graphics of a cut, drawn through the engine and placed on its frames."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from footage_manifest.findings import ManifestError
from footage_manifest.load import load_production
from footage_manifest.timebase import FrameRange
from pipeline.assembly import graphics
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.options import RunOptions
from pipeline.assembly.site import Site
from pipeline.assembly.toolbox import Toolbox
from pipeline.engine import run as engine
from pipeline.errors import ConsentError, TimelineError, ToolMissing
from pipeline.stages.media import Media
from pipeline.timeline.model import BLACK, Clip, MediaKind, PictureEvent, SoundEvent, Timeline
from tests.fake_bench import SilentProgress

FILM = """\
title: Test
languages: [es, en]
timeline: {rate: 25, size: 160x96}
cuts:
  small: {source: cuts/small.edl, audience: forum, lower_thirds: first}
titles:
  OPENING: {text: {es: Tres días, en: Three days}}
  END: {kind: credits, lines: [{role: x, names: [Ana]}], thanks: Gracias}
bug: {file: stills/bug.png}
"""
MANIFEST = """\
people:
  juana: {name: Juana R., role: {es: Sí, en: To}, consent: {status: granted, uses: [forum]}}
  eva: {name: Eva P., consent: {status: granted, uses: [forum], protections: [hide-name]}}
reels:
  INT01: {file: a.mp4, kind: interview, people: [juana], credit: Archivo del río}
"""
MEDIA = Media(reels={}, stills={})


def clip(kind: MediaKind, key: str, length: int = 0) -> Clip:
    return Clip(kind=kind, key=key, length=length)


def timeline() -> Timeline:
    """A title of 2 s, an interview of 4 s, credits of 1 s."""
    shots = ((0, 50, clip(MediaKind.TITLE, "OPENING", 50)), (50, 150, clip(MediaKind.REEL, "INT01")))
    shots = (*shots, (150, 175, clip(MediaKind.TITLE, "END", 25)))
    picture = tuple(
        PictureEvent(
            record=FrameRange(start, end), clip=one, number=f"{number:03}", line=number, source="cuts/small.edl"
        )
        for number, (start, end, one) in enumerate(shots, 1)
    )
    sound = SoundEvent(record=FrameRange(50, 150), clip=picture[1].clip, number="002", line=2, source="cuts/small.edl")
    return Timeline(cut="small", rate=Fraction(25), frames=175, record_zero=90_000, picture=picture, sound=(sound,))


@contextmanager
def placed(folder: Path, film: str = FILM, manifest: str = MANIFEST) -> Iterator[tuple[Site, ReadyCut]]:
    (folder / "stills").mkdir(exist_ok=True)
    Image.new("RGB", (40, 40), (200, 30, 30)).save(folder / "stills" / "bug.png")
    (folder / "film.yaml").write_text(film, encoding="utf-8")
    (folder / "footage_manifest.yaml").write_text(manifest, encoding="utf-8")
    production = load_production(folder).production
    cut = production.film.cuts["small"]
    ready = ReadyCut(name="small", cut=cut, timeline=timeline(), laid={}, warnings=(), undeclared=())
    progress = SilentProgress()
    with engine.opened(folder, progress, engine.Options(jobs=1)) as opened:
        yield (
            Site(
                folder=folder,
                production=production,
                options=RunOptions(folder=folder, today=dt.date(2026, 5, 1)),
                engine=opened,
                tools=Toolbox(production.film, folder),
                progress=progress,
            ),
            ready,
        )


def test_titles_are_drawn_in_each_language_and_credits_roll(tmp_path: Path) -> None:
    with placed(tmp_path) as (site, ready):
        spanish, english = (graphics.cards(site, ready, MEDIA, language) for language in ("es", "en"))
    assert list(spanish) == ["OPENING", "END"]
    assert [card.rolls for card in spanish.values()] == [False, True]
    opening, end = spanish["OPENING"].facts, spanish["END"].facts
    assert (opening.width, opening.height, opening.format) == (160, 96, "PNG")
    assert end.width == 160
    assert end.height > 2 * 96 + 30
    assert english["OPENING"].facts.digest != opening.digest


def test_credits_that_roll_too_fast_are_said_with_the_time_they_need(tmp_path: Path) -> None:
    with placed(tmp_path) as (site, ready):
        graphics.cards(site, ready, MEDIA, "es")
        (note,) = site.progress.notes
    assert note.startswith(
        "film.yaml:8:3: titles.END: these credits roll by in 1.000 s: nobody can read them so fast; give them "
    )


def test_the_bug_lies_lowest_and_on_every_frame_and_names_differ_by_language(tmp_path: Path) -> None:
    with placed(tmp_path) as (site, ready):
        spanish, english = (graphics.laid(site, ready, MEDIA, language) for language in ("es", "en"))
    bug, name = spanish
    assert bug.record == FrameRange(0, 175)
    assert bug.fade == 0
    assert (name.record, name.fade) == (FrameRange(63, 150), 8)
    assert english[0] == bug
    assert english[1] == replace(name, picture=english[1].picture)
    assert english[1].picture != name.picture


def test_what_is_drawn_is_drawn_once(tmp_path: Path) -> None:
    for expected in ("ran", "stored"):
        with placed(tmp_path) as (site, ready):
            graphics.cards(site, ready, MEDIA, "es")
            graphics.laid(site, ready, MEDIA, "es")
            assert {one.outcome.value for one in site.engine.decisions} == {expected}


def test_a_cut_without_graphics_has_none(tmp_path: Path) -> None:
    bare = FILM.replace(", lower_thirds: first", "").replace("bug: {file: stills/bug.png}\n", "")
    with placed(tmp_path, bare) as (site, ready):
        black = replace(ready.timeline.picture[0], clip=BLACK)
        empty = replace(ready, timeline=replace(ready.timeline, picture=(black,)))
        assert graphics.cards(site, empty, MEDIA, "es") == {}
        assert graphics.laid(site, empty, MEDIA, "es") == ()


@pytest.mark.parametrize(
    ("entry", "error", "said"),
    [
        (
            'person: eva, at: "01:00:03:00"',
            ConsentError,
            r"film\.yaml:5:68: cuts\.small\.lower_thirds\.0\.person: 'eva' asked for hide-name and may not be named",
        ),
        (
            'person: juana, at: "01:02:03:00"',
            TimelineError,
            r"film\.yaml:5:83: cuts\.small\.lower_thirds\.0\.at: 01:02:03:00 is not in the cut",
        ),
    ],
)
def test_a_name_that_may_not_be_shown_is_refused_at_its_place(tmp_path: Path, entry: str, error, said: str) -> None:
    film = FILM.replace("lower_thirds: first", f"lower_thirds: [{{{entry}}}]")
    with placed(tmp_path, film) as (site, ready), pytest.raises(error, match=said):
        graphics.laid(site, ready, MEDIA, "es")


def test_what_deserves_a_look_is_said(tmp_path: Path) -> None:
    film = FILM.replace("lower_thirds: first", 'lower_thirds: [{person: juana, at: "01:00:01:00", seconds: 3}]')
    with placed(tmp_path, film) as (site, ready):
        (finding,) = graphics.names(site, ready).findings
    assert str(finding).startswith(
        "film.yaml:5:67: cuts.small.lower_thirds.0: at 01:00:01:00 'juana' is named while no one is seen"
    )


def test_a_character_without_a_font_is_refused_where_it_is_written(tmp_path: Path) -> None:
    film = FILM.replace("en: Three days", "en: Three \U0001343f days").replace("names: [Ana]", "names: [\U0001343e]")
    with placed(tmp_path, film) as (site, ready), pytest.raises(ManifestError) as caught:
        graphics.cards(site, ready, MEDIA, "en")
    first, second = caught.value.findings
    assert str(first).startswith("film.yaml:7:13: titles.OPENING.text: no font on this machine has")
    assert second.field == "titles.END.lines.0.names.0"
    assert "(U+1343E); install a font that has it" in str(second)


def test_a_font_of_the_films_own_that_is_not_there_is_named(tmp_path: Path) -> None:
    with placed(tmp_path, FILM + "graphics: {font: own.ttf}\n") as (site, ready), pytest.raises(ToolMissing) as caught:
        graphics.cards(site, ready, MEDIA, "es")
    assert str(caught.value).startswith("graphics.font: there is no file 'own.ttf'")


# ---------------------------------------------------------------------------------------------------- names that are printed


def people(consent: str) -> str:
    """Return the manifest with Eva P. credited on the interview, and what she agreed to."""
    credited = MANIFEST.replace("credit: Archivo del río", "credit: Cámara de EVA P.")
    asked = "consent: {status: granted, uses: [forum], protections: [hide-name]}"
    return credited.replace(asked, consent)


@pytest.mark.parametrize(
    ("consent", "why"),
    [
        ("consent: {status: withdrawn}", "'eva' has withdrawn consent"),
        ("consent: {status: pending}", "the consent of 'eva' is pending"),
        ("role: x", "'eva' has no consent record"),
        ("consent: {status: granted, uses: [forum], until: 2026-04-30}", "the consent of 'eva' ended on 2026-04-30"),
        ("consent: {status: granted, uses: [internal]}", "the consent of 'eva' is not for 'forum'"),
        ("consent: {status: granted, uses: [forum], protections: [hide-name]}", "only with hide-name"),
    ],
)
def test_credits_thank_nobody_who_may_not_be_named(tmp_path: Path, consent: str, why: str) -> None:
    with placed(tmp_path, manifest=people(consent)) as (site, ready), pytest.raises(ConsentError) as caught:
        graphics.names(site, ready)
    (finding,) = caught.value.findings
    assert (finding.file, finding.line, finding.field) == ("footage_manifest.yaml", 5, "reels.INT01.credit")
    assert "would print the name of 'eva'" in finding.what
    assert why in finding.what
    assert "eva p" not in str(finding).casefold()
    assert finding.cure == "take the name out of the credit"


def test_credits_thank_who_agreed_and_a_credit_that_is_not_shown_names_nobody(tmp_path: Path) -> None:
    with placed(tmp_path, manifest=people("consent: {status: granted, uses: [forum]}")) as (site, ready):
        assert [one.person for one in graphics.names(site, ready).shown] == ["juana"]
    gone = people("consent: {status: withdrawn}")
    with placed(tmp_path, FILM.replace(", thanks: Gracias", ""), gone) as (site, ready):
        assert graphics.names(site, ready).shown
    with placed(tmp_path, FILM, gone) as (site, ready):
        unrolled = replace(ready, timeline=replace(ready.timeline, picture=ready.timeline.picture[:2]))
        assert graphics.names(site, unrolled).shown


@pytest.mark.parametrize(
    ("was", "now", "field"),
    [
        ("en: Three days", "en: Three days of eva  p.", "titles.OPENING.text"),
        ("names: [Ana]", "names: [Ana, Eva P.]", "titles.END.lines.0.names.1"),
        ("role: x", "role: for Eva P.", "titles.END.lines.0.role"),
    ],
)
@pytest.mark.parametrize(
    ("consent", "why"),
    [("withdrawn}", "has withdrawn"), ("granted, uses: [forum], protections: [hide-name]}", "asked for hide-name")],
)
def test_titles_print_nobodys_name_who_withdrew_or_hides_it(
    tmp_path: Path, was: str, now: str, field: str, consent: str, why: str
) -> None:
    manifest = people(f"consent: {{status: {consent}").replace("Cámara de EVA P.", "Archivo")
    with placed(tmp_path, FILM.replace(was, now), manifest) as (site, ready), pytest.raises(ConsentError) as caught:
        graphics.names(site, ready)
    (finding,) = caught.value.findings
    assert finding.field == field
    assert why in finding.what
