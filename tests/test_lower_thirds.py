import datetime as dt

import pytest

from footage_manifest.findings import Severity
from footage_manifest.graphics import LowerThird
from footage_manifest.model import Cut, Manifest
from footage_manifest.timebase import FrameRange
from pipeline.timeline.lower_thirds import Named, Names, Setting, first_speaking, listed_names
from tests.edl_film import build, facts, film, manifest, media

TALK = """\
001  INT01    B     C        01:00:00:00 01:00:08:00 01:00:00:00 01:00:08:00
002  RIVER    V     C        00:00:00:00 00:00:04:00 01:00:08:00 01:00:12:00
003  INT01    A     C        01:00:08:00 01:00:12:00 01:00:08:00 01:00:12:00
004  INT02    B     C        00:00:00:00 00:00:03:00 01:00:12:00 01:00:15:00
"""
ALLOWED = {"status": "granted", "uses": ["forum"]}


def people(**more):
    found = {"juana": {"name": "Juana R.", "consent": ALLOWED}, "luis": {"name": "Luis M.", "consent": ALLOWED}}
    return {**found, "eva": {"name": "Eva P.", "consent": ALLOWED}, **more}


def film_with(persons=None, **reels) -> Manifest:
    known = manifest().model_dump(mode="json", exclude_defaults=True)
    return Manifest.model_validate({**known, "people": persons or people(), "reels": {**known["reels"], **reels}})


def setting(entries=(), manifest_=None, film_=None) -> Setting:
    chosen = [{"person": person, "at": at, "seconds": seconds} for person, at, seconds in entries] or "first"
    cut = Cut.model_validate({"source": "cuts/v1.edl", "audience": "forum", "lower_thirds": chosen})
    return Setting(
        name="forum", cut=cut, film=film_ or film(), manifest=manifest_ or film_with(), on=dt.date(2026, 5, 1)
    )


def first(text: str, manifest_=None, **more) -> Names:
    return first_speaking(build(text, manifest_=manifest_, **more).timeline, setting(manifest_=manifest_))


def in_list(*entries, manifest_=None, text=TALK, **more) -> Names:
    asked = setting(entries, manifest_, more.get("film_"))
    assert isinstance(asked.cut.lower_thirds, tuple)
    return listed_names(build(text, manifest_=manifest_, **more).timeline, asked.cut.lower_thirds, asked)


def named(person: str, start: int, end: int) -> Named:
    return Named(person=person, record=FrameRange(start, end))


def test_everyone_is_named_once_half_a_second_into_their_first_shot() -> None:
    assert first(TALK).shown == (named("juana", 13, 138), named("luis", 313, 375))


def test_a_name_never_outlasts_its_shot() -> None:
    text = """\
001  INT01    B     C        01:00:00:00 01:00:03:00 01:00:00:00 01:00:03:00
002  RIVER    V     C        00:00:00:00 00:00:04:00 01:00:03:00 01:00:07:00
003  INT01    A     C        01:00:03:00 01:00:07:00 01:00:03:00 01:00:07:00
"""
    assert first(text).shown == (named("juana", 13, 75),)


def test_in_a_shot_of_two_seconds_the_name_comes_at_once_and_in_a_shorter_one_not_at_all() -> None:
    line = "001  INT01    B     C        01:00:00:00 01:00:0{0} 01:00:00:00 01:00:0{0}\n"
    assert first(line.format("2:00")).shown == (named("juana", 0, 50),)
    assert first(line.format("1:24")).shown == ()


def test_who_is_only_heard_or_only_seen_is_not_named() -> None:
    only_heard = TALK.replace("INT01    B", "INT01    A").replace(
        "01:00:00:00 01:00:08:00 01:00:00", "01:00:00:00 01:00:08:00 01:00:00"
    )
    assert [one.person for one in first(only_heard).shown] == ["luis"]
    only_seen = TALK.replace("INT01    B", "INT01    V")
    assert [one.person for one in first(only_seen).shown] == ["luis"]


def test_voice_from_another_place_of_the_reel_is_not_speaking() -> None:
    text = """\
001  INT01    V     C        01:00:00:00 01:00:08:00 01:00:00:00 01:00:08:00
002  INT01    A     C        01:00:09:00 01:00:17:00 01:00:00:00 01:00:08:00
"""
    assert first(text).shown == ()


def test_a_bladed_shot_is_one_shot_and_a_jump_cut_is_two() -> None:
    bladed = """\
001  INT01    B     C        01:00:00:00 01:00:01:10 01:00:00:00 01:00:01:10
002  INT01    B     C        01:00:01:10 01:00:09:00 01:00:01:10 01:00:09:00
"""
    assert first(bladed).shown == (named("juana", 13, 138),)
    jumped = """\
001  INT01    B     C        01:00:00:00 01:00:01:10 01:00:00:00 01:00:01:10
002  INT01    B     C        01:00:02:00 01:00:09:15 01:00:01:10 01:00:09:00
"""
    assert first(jumped).shown == (named("juana", 48, 173),)


def test_a_name_waits_until_a_dissolve_is_over() -> None:
    text = """\
001  RIVER    V     C        00:00:00:00 00:00:04:00 01:00:00:00 01:00:04:00
002  RIVER    V     C        00:00:04:00 00:00:04:00 01:00:04:00 01:00:04:00
002  INT01    V     D    020 01:00:00:00 01:00:08:00 01:00:04:00 01:00:12:00
003  INT01    A     C        01:00:00:00 01:00:08:00 01:00:04:00 01:00:12:00
"""
    assert first(text).shown == (named("juana", 100 + 20 + 13, 100 + 20 + 13 + 125),)


def test_a_reel_that_names_several_people_names_none_and_says_so() -> None:
    pair = film_with(INT01={"file": "a.mp4", "kind": "interview", "people": ["juana", "eva"], "start": "01:00:00:00"})
    found = first(TALK, pair)
    assert [one.person for one in found.shown] == ["luis"]
    (note,) = found.findings
    assert note.severity is Severity.NOTE
    assert "INT01 names juana and eva, and nothing says who of them is seen" in str(note)


def test_who_asked_for_hide_name_is_never_named() -> None:
    hidden = people(juana={"name": "Juana R.", "consent": {**ALLOWED, "protections": ["hide-name"]}})
    found = first(TALK, film_with(hidden))
    assert [one.person for one in found.shown] == ["luis"]
    assert "'juana' asked for hide-name and is not named" in str(found.findings[0])
    listed = in_list(("juana", "01:00:01:00", 3), manifest_=film_with(hidden))
    assert "cuts.forum.lower_thirds.0.person: 'juana' asked for hide-name and may not be named" in str(
        listed.consent[0]
    )


def test_who_does_not_speak_is_not_named() -> None:
    silent = people(juana={"name": "Juana R.", "speaker": False, "consent": ALLOWED})
    assert [one.person for one in first(TALK, film_with(silent)).shown] == ["luis"]


def test_frames_scale_with_the_rate() -> None:
    fifty = {"film_": film(rate=50), "facts_": facts(INT01=media(2000, rate=50))}
    timeline = build("001  INT01    B     C        01:00:00:00 01:00:08:00 01:00:00:00 01:00:08:00\n", **fifty).timeline
    assert first_speaking(timeline, setting(film_=film(rate=50))).shown == (named("juana", 25, 275),)


def test_labels_may_count_every_second_frame() -> None:
    doubled = {"film_": film(rate=50, timecode_rate=25), "facts_": facts(INT01=media(2000, rate=50))}
    text = "001  INT01    B     C        01:00:00:00 01:00:08:00 01:00:00:00 01:00:08:00\n"
    known = film_with(INT01={"file": "a.mp4", "kind": "interview", "people": ["juana"], "start": "01:00:00:00"})
    found = in_list(("juana", "01:00:01:10", 2), text=text, manifest_=known, **doubled)
    assert (found.shown, found.findings) == ((named("juana", 70, 170),), ())


def test_a_list_says_where_and_how_long() -> None:
    found = in_list(("luis", "01:00:12:10", 2), ("juana", "01:00:01:00", 5))
    assert found == Names(shown=(named("juana", 25, 150), named("luis", 310, 360)))


def test_a_name_under_another_face_is_refused_at_the_frame_where_it_would_stand() -> None:
    found = in_list(("luis", "01:00:01:00", 5))
    (finding,) = found.findings
    assert str(finding) == (
        "film.yaml: cuts.forum.lower_thirds.0: at 01:00:01:00 the picture is INT01, whose people do not include 'luis'; "
        "move it, show it for less time, or add luis to the people of INT01 if they are seen there"
    )
    assert found.findings[0].severity is Severity.ERROR


def test_a_name_that_reaches_into_the_next_shot_is_refused_there() -> None:
    (finding,) = in_list(("juana", "01:00:06:00", 5)).findings
    assert "at 01:00:08:00 the picture is RIVER" in str(finding)


def test_a_name_over_pictures_of_no_one_is_a_warning() -> None:
    empty = film_with(RIVER={"file": "r.mov", "kind": "b-roll", "people": []})
    (finding,) = in_list(("juana", "01:00:09:00", 2), manifest_=empty).findings
    assert finding.severity is Severity.WARNING
    assert "in which no one can be recognised" in finding.what


def test_a_name_in_a_shot_of_several_people_is_a_warning() -> None:
    pair = film_with(INT01={"file": "a.mp4", "kind": "interview", "people": ["juana", "eva"], "start": "01:00:00:00"})
    (finding,) = in_list(("juana", "01:00:01:00", 2), manifest_=pair).findings
    assert finding.severity is Severity.WARNING
    assert "INT01 may show juana and eva" in finding.what


@pytest.mark.parametrize(
    ("consent", "reason"),
    [
        (None, "has no consent record"),
        ({"status": "withdrawn"}, "has withdrawn consent"),
        ({"status": "granted", "uses": ["book"]}, "is not for 'forum'"),
        ({"status": "granted", "uses": ["forum"], "until": "2026-04-30"}, "ended on 2026-04-30"),
    ],
)
def test_a_name_needs_its_persons_consent_even_where_no_face_is_seen(consent, reason: str) -> None:
    person = {"name": "Eva P."} if consent is None else {"name": "Eva P.", "consent": consent}
    empty = film_with(people(eva=person), RIVER={"file": "r.mov", "kind": "b-roll", "people": []})
    found = in_list(("eva", "01:00:09:00", 2), manifest_=empty)
    assert reason in str(found.consent[0])


def test_a_timecode_outside_the_cut_is_refused_and_the_last_name_ends_with_it() -> None:
    found = in_list(("luis", "01:00:14:00", 30), ("juana", "01:00:15:00", 2), ("juana", "00:59:59:00", 2))
    assert found.shown == (named("luis", 350, 375),)
    assert [str(one) for one in found.findings] == [
        f"film.yaml: cuts.forum.lower_thirds.{number}.at: {at} is not in the cut, which goes from "
        "01:00:00:00 to 01:00:14:24; write a record timecode of the cut"
        for number, at in ((1, "01:00:15:00"), (2, "00:59:59:00"))
    ]


def test_two_names_at_once_are_refused() -> None:
    (finding,) = in_list(("juana", "01:00:01:00", 3), ("juana", "01:00:03:00", 3)).findings
    assert "the name of 'juana' comes at 01:00:03:00, while that of 'juana' is still shown" in finding.what


def test_a_title_under_a_name_is_a_warning() -> None:
    gap = TALK.replace("01:00:12:00 01:00:15:00", "01:00:13:00 01:00:16:00")
    (finding,) = in_list(("luis", "01:00:12:10", 3), text=gap).findings
    assert (finding.severity, "while no one is seen" in finding.what) == (Severity.WARNING, True)


def test_listed_entries_count_seconds_of_five_when_nothing_is_said() -> None:
    entry = LowerThird.model_validate({"person": "juana", "at": "01:00:01:00"})
    timeline = build(TALK).timeline
    assert listed_names(timeline, (entry,), setting()).shown == (named("juana", 25, 150),)
