"""Which subtitle tracks film.yaml asks for, and how they look burned in."""

import pytest
from pydantic import ValidationError

from footage_manifest.check import check_references
from footage_manifest.model import Film, Manifest, Production
from footage_manifest.subtitle_tracks import BurnInStyle, CutSubtitles, SubtitleKind, burned_in


@pytest.mark.parametrize(
    ("written", "languages", "kind"),
    [
        ("es", ("es",), SubtitleKind.FULL),
        ("es+en", ("es", "en"), SubtitleKind.FULL),
        ("es-forced", ("es",), SubtitleKind.FORCED),
        ("es-PE-sdh", ("es-PE",), SubtitleKind.SDH),
        ("es+en-forced", ("es", "en-forced"), SubtitleKind.FULL),
        ("sdh", ("sdh",), SubtitleKind.FULL),  # Southern Kurdish
    ],
)
def test_an_entry_of_burn_in_names_languages_and_a_kind(written, languages, kind):
    assert burned_in(written) == (languages, kind)


def findings(*entries: str) -> list[str]:
    film = Film.model_validate(
        {
            "title": "T",
            "languages": ["es", "en"],
            "timeline": {"rate": 25, "size": "64x64"},
            "cuts": {"a": {"source": "a.edl", "audience": "forum", "burn_in": list(entries)}},
        }
    )
    return [one.what for one in check_references(Production(film=film, manifest=Manifest(people={}, reels={})))]


def test_only_a_single_language_of_the_film_has_a_kind():
    assert findings("es", "es+en", "es-forced", "en-sdh") == []
    assert ["not one of the film's languages" in one for one in findings("es+en-forced", "fr-sdh")] == [True, True]


def test_a_cut_has_everything_said_unless_it_says_otherwise():
    assert CutSubtitles().tracks == (SubtitleKind.FULL,)
    assert CutSubtitles.model_validate({"tracks": ["forced"]}).tracks == (SubtitleKind.FORCED,)


@pytest.mark.parametrize("tracks", [[], ["full", "full"], ["cc"], "full", None])
def test_tracks_are_a_list_of_kinds_each_once(tracks):
    with pytest.raises((ValidationError, ValueError)):
        CutSubtitles.model_validate({"tracks": tracks})


@pytest.mark.parametrize(
    "style", [{"size": "huge"}, {"safe_area": 50}, {"safe_area": True}, {"edge": "none"}, {"x": 1}]
)
def test_a_style_is_one_of_a_few(style):
    with pytest.raises(ValidationError):
        BurnInStyle.model_validate(style)
