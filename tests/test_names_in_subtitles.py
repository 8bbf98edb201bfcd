"""A cut whose subtitles print a name that may not be named is refused before anything of it is delivered."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from footage_manifest.load import load_production
from pipeline.assembly.captions_model import Captions, CutCaptions
from pipeline.assembly.printed_names import require_unspoken
from pipeline.errors import ConsentError
from subtitles.cue import Cue
from tests.film_folder import write_film

MANIFEST = """\
people:
  juana: {name: Juana R., consent: {status: granted, uses: [forum]}}
  eva: {name: Eva Secreta Peña, consent: {status: granted, uses: [forum], protections: [hide-name]}}
  luis: {name: Luis Quispe, consent: {status: withdrawn}}
  ana: {name: Ana Olmo}
reels:
  INT01: {file: footage/int01.mp4, kind: interview, language: es, people: [juana]}
stills: {}
"""


def cue(text: str) -> tuple[Cue, ...]:
    return (Cue(id="INT01-00002000@0", start_ms=2_000, end_ms=4_000, text=text),)


def refused(folder: Path, text: str, place: str) -> str:
    """Return why a cut with a text in one place is refused, empty where it is not."""
    write_film(folder, manifest=MANIFEST)
    of_kind = {kind: cue(text) if kind == place else () for kind in ("cues", "forced", "sdh")}
    one = Captions(language="es", counts={}, stale=0, untranslated=0, made_by={}, **of_kind)
    both = {("es", "en"): cue(text)} if place == "stacked" else {}
    captions = CutCaptions(languages={"es": one}, stacked=both, missing={}, findings=())
    site = SimpleNamespace(production=load_production(folder).production)
    try:
        require_unspoken(site, SimpleNamespace(name="small"), [captions])  # type: ignore[arg-type]
    except ConsentError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("place", ["cues", "forced", "sdh", "stacked"])
def test_a_protected_name_in_any_kind_of_track_refuses_the_cut(tmp_path: Path, place: str) -> None:
    said = refused(tmp_path, "Me ayudó Eva Secreta Peña.", place)
    assert "'eva', who asked for hide-name" in said
    assert "at 2 s" in said
    assert "Secreta" not in said


@pytest.mark.parametrize("text", ["<i>EVA</i> secreta\npena", "Eva Secreta Pen\u0303a", "- Luis Quispe vino."])
def test_it_is_found_however_it_is_written(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, text, "cues")


@pytest.mark.parametrize("text", ["Juana R. vino.", "Ana Olmo vino.", "Eva vino.", "El río."])
def test_others_may_be_spoken_of(tmp_path: Path, text: str) -> None:
    assert refused(tmp_path, text, "cues") == ""
