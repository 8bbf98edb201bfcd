"""What a film's files say of each other and of the disk, and what a cut needs that cannot be made yet."""

import os
from fractions import Fraction
from pathlib import Path

import pytest

from footage_manifest.check import check_production, check_references
from footage_manifest.findings import Severity
from footage_manifest.load import load_production
from footage_manifest.not_built import not_built
from footage_manifest.timecode import Label
from tests.film_folder import FILM, MANIFEST, write_film

UNFIT = Path(__file__).parent / "unfit_films"
"""Each folder holds the files of a film that do not fit (the other is sound) and every finding, in order."""

SOUND = MANIFEST.replace("b-roll}", "b-roll, people: []}").replace('"..."', '"...", people: []')
"""The design's manifest with everything declared: nothing to report."""


def found(folder, film=FILM, manifest=SOUND):
    production = load_production(write_film(folder, film, manifest)).production
    return [f"{finding.severity.value} {finding}" for finding in check_production(folder, production)]


def placed(finding):
    assert finding.cure
    return f"{finding.line}:{finding.column}", finding.field, finding.what


def with_cut(more):
    return FILM.replace("audience: forum}", f"audience: forum, {more}}}")


def with_reel(more):
    return SOUND.replace("stills:", f"  {more}\nstills:")


def test_a_sound_film_has_nothing_to_report(tmp_path):
    assert found(tmp_path) == []


def test_what_is_not_declared_is_listed_but_stops_nothing(tmp_path):
    cure = "add 'people: [...]' with their keys, or 'people: []' if no one can be"
    assert found(tmp_path, manifest=MANIFEST) == [
        f"note footage_manifest.yaml:5:3: reels.BROLL02: does not say who can be recognised in it; {cure}",
        f"note footage_manifest.yaml:7:3: stills.STILL07: does not say who can be recognised in it; {cure}",
    ]


@pytest.mark.parametrize("name", sorted(folder.name for folder in UNFIT.iterdir()))
def test_what_does_not_fit_together_is_reported_with_its_place(tmp_path, name):
    film, manifest = (
        (UNFIT / name / file).read_text(encoding="utf-8") if (UNFIT / name / file).exists() else sound
        for file, sound in (("film.yaml", FILM), ("footage_manifest.yaml", SOUND))
    )
    expected = (UNFIT / name / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert found(tmp_path, film, manifest) == expected


def test_files_are_looked_for_and_must_be_plain_readable_and_not_empty(tmp_path):
    write_film(tmp_path)
    manifest = with_reel("A: {file: [footage/a.mp4, cuts], kind: music, people: [], sound: {file: pipe, sync: 5}}")
    production = load_production(write_film(tmp_path, FILM, manifest)).production
    (tmp_path / "footage" / "int01.mp4").write_bytes(b"")
    (tmp_path / "stills" / "river.jpg").unlink()
    os.mkfifo(tmp_path / "pipe")
    assert [placed(finding) for finding in check_production(tmp_path, production)] == [
        ("4:11", "reels.INT01.file", "'footage/int01.mp4' is empty"),
        ("6:14", "reels.A.file.0", "there is no file 'footage/a.mp4'"),
        ("6:29", "reels.A.file.1", "'cuts' is a folder, not a file"),
        ("6:69", "reels.A.sound.file", "'pipe' is a pipe, not a file"),
        ("8:13", "stills.STILL07.file", "there is no file 'stills/river.jpg'"),
    ]


def test_errors_come_first_and_the_disk_can_be_left_alone(tmp_path):
    manifest = MANIFEST.replace("[juana]", "[pedro]").replace("language: es, ", "")
    production = load_production(write_film(tmp_path, FILM, manifest)).production
    (tmp_path / "stills" / "river.jpg").unlink()
    severities = [finding.severity for finding in check_production(tmp_path, production)]
    assert severities == [Severity.ERROR] * 2 + [Severity.WARNING] + [Severity.NOTE] * 2
    assert sum(finding.severity is Severity.ERROR for finding in check_references(production)) == 1


def test_no_real_name_is_told(tmp_path):
    manifest = MANIFEST.replace("uses: [forum, public]", "uses: [nothing], protections: [hide-name]")
    assert not any("Juana" in line for line in found(tmp_path, manifest=manifest))


# ---------------------------------------------------------------------------------------------------------- not built yet


def needs(folder, film=FILM, manifest=SOUND, used=("INT01",)):
    production = load_production(write_film(folder, film, manifest)).production
    return [placed(finding) for finding in not_built(production, "forum", used)]


def test_a_plain_cut_needs_nothing_that_is_missing(tmp_path):
    film = with_cut("burn_in: [es, es+en], sound: follow-picture, join_fade_ms: 0")
    assert needs(tmp_path, film, used=("INT01", "STILL07")) == []


def test_a_reel_is_refused_only_where_the_cut_uses_it(tmp_path):
    manifest = with_reel("A: {file: [a.mp4, b.mp4], kind: interview, people: [], language: [es, en, fr]}")
    assert needs(tmp_path, manifest=manifest, used=["INT01"]) == []
    assert needs(tmp_path, manifest=manifest, used=["A", "INT01", "STILL07"]) == [
        ("6:58", "reels.A.language", "hearing more than two languages in one reel is not built yet"),
    ]


@pytest.mark.parametrize(
    ("timeline", "rate", "frames_a_label", "drop"),
    [
        ("{rate: 50, size: 64x64, timecode_rate: 25}", Fraction(25), 2, False),
        ("{rate: 59.94, size: 64x64, timecode_rate: 29.97, drop_frame: true}", Fraction(30000, 1001), 2, True),
        ("{rate: 60, size: 64x64, timecode_rate: 30}", Fraction(30), 2, False),
        ("{rate: 59.94, size: 64x64, drop_frame: true}", Fraction(60000, 1001), 1, True),
        ("{rate: 23.976, size: 64x64}", Fraction(24000, 1001), 1, False),
    ],
)
def test_labels_count_as_the_timeline_says(tmp_path, timeline, rate, frames_a_label, drop):
    film = FILM.replace("{rate: 25, size: 1280x720}", timeline)
    loaded = load_production(write_film(tmp_path, film, SOUND)).production.film.timeline
    assert (loaded.clock.rate, loaded.frames_a_label, loaded.clock.drop) == (rate, frames_a_label, drop)
    assert loaded.clock.frame(Label(0, 0, 1, 0)) == loaded.clock.nominal
