"""What film.yaml may say of graphics, what is found wrong with it, and what is asked of those who draw."""

from fractions import Fraction
from pathlib import Path

import pytest

from footage_manifest.check import check_production, check_references
from footage_manifest.findings import ManifestError, Severity
from footage_manifest.graphics import LowerThirds, Title
from footage_manifest.load import load_production
from footage_manifest.model import Production
from pipeline.ports.drawing import CardRequest, CreditsRequest, DrawnCard
from pipeline.ports.work import Artifact
from pipeline.stages.graphics import card_of, fade_frames, frames_to_read, look, thanked, words_of
from tests.edl_film import build, manifest
from tests.film_folder import FILM, MANIFEST, write_film

CUT = "audience: forum}"


def production(tmp_path: Path, more: str = "", cut: str = "", people: str = "") -> Production:
    film = FILM.replace(CUT, f"audience: forum{cut and ', '}{cut}}}") + more
    folder = tmp_path / f"film{len(list(tmp_path.iterdir()))}"
    folder.mkdir()
    write_film(folder, film, MANIFEST.replace("people:\n", f"people:\n{people}"))
    return load_production(folder).production


def found(tmp_path: Path, more: str = "", cut: str = "", people: str = "") -> list[str]:
    """Return what is said about graphics beyond what the bare film is told."""
    usual = {str(one) for one in check_references(production(tmp_path))}
    every = check_references(production(tmp_path, more, cut, people))
    return [f"{one.severity.value}: {one}" for one in every if str(one) not in usual]


def refused(tmp_path: Path, more: str = "", cut: str = "") -> list[str]:
    with pytest.raises(ManifestError) as caught:
        production(tmp_path, more, cut)
    return [str(one) for one in caught.value.findings]


# ------------------------------------------------------------------------------------------------------- what is written


def test_names_are_shown_by_word_or_by_list(tmp_path: Path) -> None:
    assert production(tmp_path).film.cuts["forum"].lower_thirds is LowerThirds.NONE
    assert production(tmp_path, cut="lower_thirds: first").film.cuts["forum"].lower_thirds is LowerThirds.FIRST
    (entry,) = (
        production(tmp_path, cut='lower_thirds: [{person: juana, at: "01:00:05:00"}]').film.cuts["forum"].lower_thirds
    )
    assert (entry.person, str(entry.at), entry.seconds) == ("juana", "01:00:05:00", 5)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "all",
            "film.yaml:5:52: cuts.forum.lower_thirds: 'all' does not say whose names are shown; write none or first, or a",
        ),
        ("[{person: x}]", "cuts.forum.lower_thirds.0.at: is missing; add a line such as 'at: \"01:00:05:00\"'"),
        ('[{person: x, at: "1"}]', "cuts.forum.lower_thirds.0.at: '1' is not a timecode"),
        ('[{person: x, at: "01:00:00:00", seconds: 99}]', "cuts.forum.lower_thirds.0.seconds: 99 is out of range"),
        ('[{person: x, at: "01:00:00:00", who: y}]', "cuts.forum.lower_thirds.0.who: there is no key 'who' here"),
    ],
)
def test_a_mistake_in_names_is_one_finding_at_its_place(tmp_path: Path, written: str, said: str) -> None:
    (finding,) = refused(tmp_path, cut=f"lower_thirds: {written}")
    assert said in finding


@pytest.mark.parametrize("written", ['"#e0a030"', '"E0A030"'])
def test_a_colour_may_leave_out_its_sign(tmp_path: Path, written: str) -> None:
    assert production(tmp_path, f"graphics: {{accent: {written}}}\n").film.graphics.accent == "#E0A030"


@pytest.mark.parametrize("written", ["red", "101418", '"#FFF"', '"#GGGGGG"'])
def test_what_is_no_colour_is_refused_in_words(tmp_path: Path, written: str) -> None:
    (finding,) = refused(tmp_path, f"graphics: {{text: {written}}}\n")
    assert "is not a colour; write red, green and blue as six hexadecimal digits in quotation marks" in finding


# -------------------------------------------------------------------------------------------------------- what is checked


def test_a_whole_set_of_graphics_is_in_order(tmp_path: Path) -> None:
    more = (
        "titles:\n"
        "  OPENING: {text: {es: Tres días, en: Three days}}\n"
        "  END: {kind: credits, lines: [{role: {es: Cámara, en: Camera}, names: [Ana]}], thanks: {es: A, en: To}}\n"
    )
    assert found(tmp_path, more, 'lower_thirds: [{person: juana, at: "01:00:05:00"}]') == []


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("INT01: {text: a}", "titles.INT01: in an edit INT01 also stands for reels.INT01"),
        ("still07: {text: a}", "titles.still07: in an edit still07 also stands for stills.STILL07"),
        ("A: {kind: credits}", "titles.A: these credits have no lines; add 'lines:"),
        ("A: {kind: credits, thanks: b, under: c}", "titles.A.under: credits have no small line"),
        ("A: {under: b}", "titles.A: this card has no words; add 'text:'"),
        ("A: {text: {es: ' '}}", "titles.A: this card has no words"),
        ("A: {text: b, thanks: c}", "titles.A.thanks: only credits have thanks; write 'kind: credits'"),
        ("A: {text: b, lines: [{names: [c]}]}", "titles.A.lines: only credits have lines"),
        ("A: {kind: credits, lines: [{role: ''}]}", "titles.A.lines.0: this line is empty"),
    ],
)
def test_a_title_that_makes_no_sense_is_an_error(tmp_path: Path, title: str, said: str) -> None:
    findings = [one for one in found(tmp_path, f"titles:\n  {title}\n") if one.startswith("error")]
    assert len(findings) == 1
    assert "film.yaml:9:" in findings[0]
    assert said in findings[0]


def test_words_that_a_version_lacks_are_warnings(tmp_path: Path) -> None:
    more = "titles:\n  A: {text: {en: Three days}, under: Both}\n"
    assert found(tmp_path, more) == [
        "warning: film.yaml:9:7: titles.A.text: has no text in es: the one in en is shown; add 'es: ...'"
    ]
    role = found(
        tmp_path, cut="lower_thirds: first, versions: {fr: {text: en}}", people="  ana: {name: Ana, role: {es: x}}\n"
    )
    assert any("people.ana.role: has no text in en: the one in es is shown" in one for one in role)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            "person: juan, at: '01:00:05:00'",
            "lower_thirds.0.person: 'juan' is not among the people of footage_manifest.yaml; ",
        ),
        ("person: juana, at: '01:00:05;00'", "lower_thirds.0.at: 01:00:05;00 is a drop-frame timecode"),
        ("person: juana, at: '01:00:05:25'", "lower_thirds.0.at: 01:00:05:25 does not exist at 25 frames a second"),
    ],
)
def test_a_listed_name_that_cannot_be_is_an_error(tmp_path: Path, entry: str, said: str) -> None:
    (finding,) = found(tmp_path, cut=f"lower_thirds: [{{{entry}}}]")
    assert finding.startswith("error: film.yaml:5:")
    assert said in finding


def test_a_name_that_is_kept_back_is_looked_for_in_titles_and_credits(tmp_path: Path) -> None:
    hidden = "  eva: {name: Eva P., consent: {status: granted, uses: [forum], protections: [hide-name]}}\n"
    card = "titles:\n  A: {text: Habla EVA P., under: Evangelina}\n"
    more = f"{card}  B: {{kind: credits, lines: [{{role: x, names: [Ana, Eva P.]}}]}}\n"
    said = "the name of 'eva' stands here, who asked for hide-name; take the name out"
    assert [one for one in found(tmp_path, more, people=hidden) if "hide-name" in one] == [
        f"warning: film.yaml:9:7: titles.A.text: {said}",
        f"warning: film.yaml:10:53: titles.B.lines.0.names.1: {said}",
    ]


@pytest.mark.parametrize("key", ["BL", "AX"])
def test_a_title_cannot_be_called_what_lists_have_for_something_else(tmp_path: Path, key: str) -> None:
    (finding,) = found(tmp_path, f"titles:\n  {key}: {{text: x}}\n")
    assert finding.startswith(f"error: film.yaml:9:3: titles.{key}: in an edit {key} stands for ")


@pytest.mark.parametrize("written", ["José Hid", "Jose\u0301 Hid", "JOSE  HID"])
@pytest.mark.parametrize("more", ["titles:\n  A: {{text: {}}}\n", "profiles: {{r: {{codec: h264, stamp: for {}}}}}\n"])
def test_a_name_that_is_kept_back_is_found_however_it_is_written(tmp_path: Path, more: str, written: str) -> None:
    hidden = "  pepe: {name: José Hid, consent: {status: granted, uses: [forum], protections: [hide-name]}}\n"
    (finding,) = (one for one in found(tmp_path, more.format(written), people=hidden) if "'pepe'" in one)
    assert "the name of 'pepe' stands here, who asked for hide-name" in finding


def test_a_name_of_someone_who_withdrew_is_a_warning_until_a_cut_plays_it(tmp_path: Path) -> None:
    gone = "  eva: {name: Eva P., consent: {status: withdrawn}}\n"
    (finding,) = (one for one in found(tmp_path, "titles:\n  A: {text: Para Eva P.}\n", people=gone) if "'eva'" in one)
    assert finding.startswith("warning: film.yaml:9:7: titles.A.text: the name of 'eva' stands here, who has withdrawn")


def test_colours_without_contrast_and_a_low_bug_are_warnings(tmp_path: Path) -> None:
    (pale,) = found(tmp_path, 'graphics: {text: "#777777", background: "#888888"}\n')
    assert pale.startswith("warning")
    assert "letters of #777777 on #888888 are hard to read (contrast 1.3 to 1)" in pale
    low = "bug: {file: stills/river.jpg, corner: bottom-left}\n"
    assert found(tmp_path, low) == []
    assert "the bug stands where names and subtitles do" in found(tmp_path, low, "burn_in: [es]")[0]


def test_files_of_graphics_are_looked_for(tmp_path: Path) -> None:
    loaded = production(tmp_path, "graphics: {font: fonts/own.ttf}\nbug: {file: stills/bug.png}\n")
    errors = [one for one in check_production(tmp_path / "film0", loaded) if one.severity is Severity.ERROR]
    assert {one.field for one in errors} == {"graphics.font", "bug.file"}


# ---------------------------------------------------------------------------------------------------------- what is asked


def styled(tmp_path: Path, language: str):
    return look(production(tmp_path).film.graphics, (640, 360), language, ("f" * 64,))


def test_a_card_is_asked_for_in_one_language(tmp_path: Path) -> None:
    title = Title.model_validate({"text": {"es": "Tres días", "en": "Three days"}, "under": {"es": "Uno"}})
    asked = card_of(title, styled(tmp_path, "en"), ())
    assert isinstance(asked, CardRequest)
    assert (asked.text, asked.under, asked.chapter) == ("Three days", "Uno", False)


def test_credits_thank_only_under_a_heading(tmp_path: Path) -> None:
    lines = [{"role": {"es": "Cámara", "en": "Camera"}, "names": ["Ana"]}]
    for thanks, expected in (("", ()), ({"es": "Gracias", "en": "Thanks"}, ("Archivo",))):
        title = Title.model_validate({"kind": "credits", "lines": lines, "thanks": thanks})
        asked = card_of(title, styled(tmp_path, "en"), ("Archivo",))
        assert isinstance(asked, CreditsRequest)
        assert asked.entries[0].role == "Camera"
        assert asked.thanked == expected


def test_every_word_that_is_drawn_is_known_by_its_field() -> None:
    given = {"kind": "credits", "text": {"en": "End"}, "lines": [{"role": "x", "names": ["a", "b"]}], "thanks": "t"}
    assert words_of(Title.model_validate(given), "es", ("Archivo",)) == (
        ("text", "End"),
        ("lines.0.role", "x"),
        ("lines.0.names.0", "a"),
        ("lines.0.names.1", "b"),
        ("thanks", "t"),
        ("thanks", "Archivo"),
    )


def test_thanks_name_each_credit_once_in_order_of_first_use() -> None:
    known = manifest(
        RIVER={"file": "r.mov", "kind": "b-roll", "credit": "Archivo"},
        INT02={"file": "i.mp4", "kind": "interview", "people": ["luis"], "credit": "Archivo"},
        MUSIC={"file": "m.wav", "kind": "music", "credit": "Coro"},
    )
    text = """\
001  INT01    V     C        01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00
002  MUSIC    A     C        00:00:00:00 00:00:08:00 01:00:01:00 01:00:09:00
003  RIVER    V     C        00:00:00:00 00:00:02:00 01:00:02:00 01:00:04:00
004  INT02    V     C        00:00:00:00 00:00:02:00 01:00:04:00 01:00:06:00
"""
    assert thanked(build(text, manifest_=known).timeline, known) == ("Coro", "Archivo")


def test_a_roll_needs_four_tenths_of_a_second_a_line() -> None:
    card = DrawnCard(file=Artifact(digest="0" * 64, size=1), width=640, height=360 + 20 * 100, line=20)
    assert frames_to_read(card, (640, 360), Fraction(25)) == 1000
    assert frames_to_read(card, (640, 360), Fraction(50)) == 2000


def test_names_fade_as_long_at_every_rate_and_never_half_their_time() -> None:
    rates = (24, 25, 50, Fraction(60000, 1001))
    assert [fade_frames(Fraction(rate), 100) for rate in rates] == [8, 8, 16, 19]
    assert fade_frames(Fraction(50), 30) == 10
