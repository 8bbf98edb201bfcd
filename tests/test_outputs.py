"""What a cut is delivered as: the names, the forms, and what is refused."""

import pytest

from footage_manifest.delivery import Codec, Profile
from footage_manifest.findings import ManifestError
from footage_manifest.model import Film, Manifest, Production
from pipeline.assembly.outputs import encoding_of, outputs, sidecar, versions

NARRATION = {"es": ({"reel": "N", "at": "01:00:00:00"},), "en": ({"reel": "N", "at": "01:00:00:00"},)}


def production(profiles: dict | None = None, **cut: object) -> Production:
    film = Film.model_validate(
        {
            "title": "T",
            "languages": ["es", "en"],
            "timeline": {"rate": 25, "size": "640x360"},
            "cuts": {"forum": {"source": "cuts/a.edl", "audience": "forum", **cut}},
            "profiles": profiles or {},
        }
    )
    return Production(film=film, manifest=Manifest.model_validate({"people": {}, "reels": {}}))


def names(made: Production) -> list[str]:
    return [one.file for one in outputs(made, "forum")]


def refused(made: Production) -> str:
    with pytest.raises(ManifestError) as caught:
        outputs(made, "forum")
    return str(caught.value)


def test_a_plain_cut_is_one_film() -> None:
    assert names(production()) == ["forum.mp4"]


def test_burn_ins_and_further_deliverables_follow_the_main_film() -> None:
    made = production(burn_in=["es", "es+en"], deliverables=["hevc", "prores", "dnxhr", "audio", "review"])
    assert names(made) == [
        "forum.mp4",
        "forum.burn-es.mp4",
        "forum.burn-es+en.mp4",
        "forum.hevc.mp4",
        "forum.prores.mov",
        "forum.dnxhr.mov",
        "forum.audio.wav",
        "forum.review.mp4",
    ]


def test_every_version_has_every_form() -> None:
    made = production(
        versions={"es": {"text": "es"}, "en": {"text": "en"}}, burn_in=["es+en"], deliverables=["hevc", "hevc"]
    )
    assert names(made) == [
        f"forum.{version}.{rest}" for version in ("es", "en") for rest in ("mp4", "burn-es+en.mp4", "hevc.mp4")
    ]


def test_own_profiles_are_named_after_themselves_and_may_replace_those_that_are_built_in() -> None:
    own = {
        "press": {"codec": "prores-422-hq"},
        "podcast": {"codec": "aac"},
        "review": {"codec": "hevc", "stamp": "Ana"},
    }
    made = production(own, deliverables=["press", "podcast", "review"])
    found = outputs(made, "forum")
    assert [one.file for one in found] == ["forum.mp4", "forum.press.mov", "forum.podcast.m4a", "forum.review.mp4"]
    assert [one.stamped for one in found] == [False, False, False, True]
    assert found[3].form.codec is Codec.HEVC


def test_an_unknown_deliverable_is_refused_with_those_that_there_are() -> None:
    said = refused(production(deliverables=["pro-res", "review", "4k"]))
    assert "there is no deliverable 'pro-res'; did you mean 'prores'?" in said
    assert "'4k'" in said
    assert "mp4, hevc, prores, dnxhr, audio and review" in said


def test_the_main_film_stays_a_film_that_plays_everywhere() -> None:
    assert "the main film is H.264 or HEVC" in refused(production({"mp4": {"codec": "dnxhr-hq"}}))
    assert outputs(production({"mp4": {"codec": "h264", "quality": 16}}), "forum")[0].form.quality == 16


def test_two_files_of_one_name_are_refused() -> None:
    twice = production(
        {"x": {"codec": "h264"}}, versions={"a": {"text": "es"}, "a.x": {"text": "en"}}, deliverables=["x"]
    )
    assert "two deliverables would be called forum.a.x.mp4" in refused(twice)


def test_a_move_of_a_still_that_there_is_not_is_refused() -> None:
    assert "there is no still 'RIVER'" in refused(production(moves={"RIVER": "push-in"}))


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        ({"versions": {"fr": {"text": "fr", "narration": "fr"}}, "narration": NARRATION}, "no narration in 'fr'"),
        ({"narration": NARRATION}, "narration in es and en, and nothing says which film has which"),
    ],
)
def test_narration_is_never_guessed(cut: dict, said: str) -> None:
    assert said in refused(production(**cut))


def test_one_narration_needs_no_versions() -> None:
    (only,) = versions(production(narration={"en": NARRATION["en"]}), "forum")
    assert (only.name, only.text, only.narration) == ("", "es", "en")


def test_subtitles_are_named_by_version_only_where_narration_makes_them_differ() -> None:
    for narrated, name in ((True, "forum.en.es.srt"), (False, "forum.es.srt")):
        said = {key: {"text": key, **({"narration": key} if narrated else {})} for key in ("es", "en")}
        made = production(versions=said, narration=NARRATION)
        assert sidecar("forum", versions(made, "forum")[1], made.film, "es.srt") == name


def test_a_profile_says_only_what_its_codec_knows() -> None:
    for said in (
        {"codec": "prores-422-hq", "quality": 3},
        {"codec": "audio", "stamp": "x"},
        {"codec": "dnxhr-hq", "hardware": "auto"},
        {"codec": "h264", "preset": "warp"},
    ):
        with pytest.raises(ValueError, match=r"has no (quality|stamp|hardware)|no preset 'warp'"):
            Profile.model_validate(said)


def test_quality_and_preset_reach_the_encoder() -> None:
    form = Profile(codec=Codec.HEVC, quality=28, preset="fast")
    assert encoding_of(form, "libx265").options == (("preset", "fast"), ("crf", "28"))
    assert encoding_of(Profile(codec=Codec.H264), "libx264").options == (("preset", "medium"), ("crf", "20"))
    assert dict(encoding_of(form, "hevc_nvenc").options)["cq"] == "28"
