import pytest

from footage_manifest.model import Manifest
from pipeline.timeline.model import MediaKind
from pipeline.timeline.relink import Link, Relinker, Unlinked


def relinker(stills=None, **reels):
    return Relinker(
        Manifest.model_validate(
            {
                "reels": {
                    key: {"kind": "b-roll", "file": f"footage/{key.lower()}.mov"} | more for key, more in reels.items()
                },
                "stills": stills or {},
            }
        )
    )


def reel(key):
    return Link(MediaKind.REEL, key)


def test_the_exact_key_comes_before_every_other_way():
    found = relinker(INT01={}, OTHER={"names": ["INT01"]}, INT01_LONG={}).find("INT01", ("other",))
    assert found == reel("INT01")


def test_names_come_before_a_truncation():
    assert relinker(INTERVIEW_A={}, B={"names": ["INTERVIE"]}).find("INTERVIE", ()) == reel("B")


def test_a_unique_truncation_to_eight_characters_is_enough():
    assert relinker(INTERVIEW_A={}).find("INTERVIE", ()) == reel("INTERVIEW_A")
    assert relinker(A={"names": ["INTERVIEW_A"]}).find("INTERVIE", ()) == reel("A")
    assert isinstance(relinker(INTERVIEW_A={}).find("INTERVI", ()), Unlinked)


@pytest.mark.parametrize("clip", ["int01", "The First", "INT01.MP4", "Day One.MOV", "day one"])
def test_clip_names_are_compared_with_key_names_file_and_stem(clip):
    linker = relinker(INT01={"file": ["a/int01.mp4", "b/Day One.mov"], "names": ["the first"]}, B={})
    assert linker.find("AX", (clip,)) == reel("INT01")
    assert linker.find("UNKNOWN", (clip,)) == reel("INT01")


def test_reel_keys_and_names_are_compared_exactly():
    assert isinstance(relinker(INT01={}).find("int01", ()), Unlinked)


def test_stills_are_found_the_same_way():
    linker = relinker({"STILL07": {"file": "stills/river.jpg"}}, INT01={})
    assert linker.find("STILL07", ()) == linker.find("AX", ("River.jpg",)) == Link(MediaKind.STILL, "STILL07")


def test_black_is_black_whatever_the_manifest_holds():
    assert relinker(BL={}).find("BL", ("INT01",)) == Link(MediaKind.BLACK)


def test_two_candidates_are_refused_and_the_line_that_is_offered_cures_it():
    clips = ("river.mov",)
    found = relinker(A={"file": "one/river.mov"}, B={"file": "two/river.mov"}).find("AX", clips)
    assert found == Unlinked(
        what="clip 'river.mov' can be any of reels.A, reels.B",
        cure='write `names: ["river.mov"]` under the one that is meant, and under no other, in footage_manifest.yaml',
    )
    cured = relinker(A={"file": "one/river.mov"}, B={"file": "two/river.mov", "names": ["river.mov"]})
    assert cured.find("AX", clips) == reel("B")


def test_two_truncations_are_refused_and_the_line_that_is_offered_cures_it():
    found = relinker(INTERVIEW_A={}, INTERVIEW_B={}).find("INTERVIE", ())
    assert isinstance(found, Unlinked)
    assert found.what == "reel 'INTERVIE' can be any of reels.INTERVIEW_A, reels.INTERVIEW_B"
    cured = relinker(INTERVIEW_A={}, INTERVIEW_B={"names": ["INTERVIE"]})
    assert cured.find("INTERVIE", ()) == reel("INTERVIEW_B")


def test_one_medium_that_is_found_in_several_ways_is_no_doubt():
    assert relinker(RIVER={"file": "b/river.mov"}).find("AX", ("river", "river.mov")) == reel("RIVER")


def test_two_clip_names_that_mean_two_media_are_refused():
    assert isinstance(relinker(A={}, B={}).find("AX", ("a.mov", "b.mov")), Unlinked)


def test_none_is_refused_with_what_is_near():
    found = relinker(RIVER_WIDE={}, INT01={}).find("AX", ("river_wid",))
    assert found == Unlinked(
        what="reel 'AX' with clip name 'river_wid' is no reel, still or title of the film",
        cure='write `names: ["river_wid"]` under what is meant in footage_manifest.yaml; near: reels.RIVER_WIDE',
    )


def test_ax_without_a_clip_name_says_what_to_export():
    found = relinker(INT01={}).find("AX", ())
    assert isinstance(found, Unlinked)
    assert found.cure == "export the list with clip names as comments"


def test_the_line_that_is_offered_is_yaml_on_one_line_whatever_the_name_holds():
    found = relinker(INT01={}).find("AX", ('a "b" \\ \u202e',))
    assert isinstance(found, Unlinked)
    assert '["a \\"b\\" \\\\ \\U0000202e"]' in found.cure


def test_a_title_is_found_by_its_key_and_never_before_a_reel_of_that_key():
    linker = Relinker(
        Manifest.model_validate({"reels": {"INT01": {"kind": "b-roll", "file": "a.mov"}}}), ["CARD", "INT01"]
    )
    title = Link(MediaKind.TITLE, "CARD")
    assert linker.find("CARD", ()) == linker.find("AX", ("card",)) == title
    assert linker.find("INT01", ()) == Unlinked(
        what="reel 'INT01' can be any of reels.INT01, titles.INT01", cure="give all but one of them another key"
    )
