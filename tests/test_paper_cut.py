"""Counted by hand at 25 frames a second; INT01 begins at 01:00:00:00 and has 1,000 frames."""

from fractions import Fraction

import pytest

from footage_manifest.graphics import TitleKind
from footage_manifest.model import Cut
from footage_manifest.picture_plan import StillMove
from footage_manifest.timebase import FrameRange
from pipeline.errors import TimelineError
from pipeline.timeline.build import build_timeline
from pipeline.timeline.laid_sound import MUSIC, Under, laid_sound
from pipeline.timeline.paper_cut import PlacedQuote, compile_paper
from pipeline.timeline.paper_points import cut_points
from pipeline.timeline.paper_text import read_paper
from pipeline.timeline.paper_tight import tightened
from subtitles.quotes import judge_quote
from subtitles.said import SaidWord
from tests.edl_film import facts, film, manifest, media

NARRATION = {"NAR01": {"file": "narration/n1.wav", "kind": "narration", "language": "es", "people": []}}


def cut(**more):
    return Cut.model_validate({"source": "cuts/beta.md", "audience": "forum", **more})


def compiled(text, places=None, *, film_=None, cut_=None, facts_=None):
    film_ = film_ or film()
    edit = read_paper(text.encode(), file="cuts/beta.md", languages=film_.languages)
    pieces = {line: PlacedQuote(pieces=pieces) for line, pieces in (places or {}).items()}
    found = facts_ or facts(NAR01=media())
    return compile_paper(edit, pieces, film_, manifest(**NARRATION), found, cut_ or cut())


def played(text, places=None, *, film_=None, cut_=None):
    """Return the compiled paper edit, its timeline, and what is laid under it."""
    film_, cut_ = film_ or film(), cut_ or cut()
    paper = compiled(text, places, film_=film_, cut_=cut_)
    whole, own = paper.film(film_), paper.cut(cut_)
    found = facts(NAR01=media())
    built = build_timeline("beta", own, whole, manifest(**NARRATION), paper.edls, found)
    under = Under(
        cut=own,
        film=whole,
        manifest=manifest(**NARRATION),
        timeline=built.timeline,
        facts=found,
        trimmed={},
        line_of=lambda _: 1,
    )
    assert built.timeline.frames == paper.frames * whole.timeline.frames_a_label
    return paper, built.timeline, laid_sound(under)


def refused(text, places=None, **more):
    with pytest.raises(TimelineError) as caught:
        compiled(text, places, **more)
    return [(finding.line, finding.what) for finding in caught.value.findings]


def seen(timeline):
    return [(one.record.start, one.record.end, one.clip.key or "black", one.clip.source_in) for one in timeline.picture]


def heard(timeline):
    return [(one.record.start, one.record.end, one.clip.key, one.clip.source_in) for one in timeline.sound]


def test_a_quote_plays_its_words_to_the_millisecond_in_and_whole_frames_long():
    # 2.215 s are 55.4 frames: 55.
    _, timeline, _ = played('> INT01: "nos dieron agua"\n', {1: ((10_003, 12_218),)})
    assert seen(timeline) == [(0, 55, "INT01", Fraction(10_003, 1000))]
    assert heard(timeline) == [(0, 55, "INT01", Fraction(10_003, 1000))]
    assert timeline.record_zero == 90_000


SPOKEN = ("Éramos cinco.", "Salimos de madrugada, cuando todavía estaba oscuro, con la neblina.", "Nadie habló.")


def test_a_quote_is_found_padded_and_played_with_every_word_whole():
    texts = " ".join(SPOKEN).split()
    said = [SaidWord(text=text, start_ms=1003 + at * 517, end_ms=1303 + at * 517) for at, text in enumerate(texts)]
    whole, tight = '> INT01: "salimos de madrugada ... con la neblina"\n', '> INT01: "Nadie hablo" tight: 0.1s\n'
    places = {}
    for entry in read_paper((whole + tight).encode(), file="cuts/beta.md", languages=("es",)).entries:
        place = judge_quote(entry.parts, said).place
        points = cut_points(said, place.first, place.end, language="es")
        edges = []
        if entry.tight_ms is not None:
            edges = [edge for piece in tightened(said, place.first, place.end, 100, "es").pieces for edge in piece][
                1:-1
            ]
        edges = [points.in_ms, *edges, points.out_ms]
        places[entry.line] = tuple(zip(edges[::2], edges[1::2], strict=True))
    _, timeline, _ = played(whole + tight, places)
    assert [one.record for one in timeline.sound] == [one.record for one in timeline.picture]
    assert len(timeline.sound) == 3
    spans = [(one.clip.source_in, one.clip.source_in + Fraction(len(one.record), 25)) for one in timeline.sound]
    for at, word in enumerate(said):
        begin, end = Fraction(word.start_ms, 1000), Fraction(word.end_ms, 1000)
        assert any(start <= begin and end <= stop for start, stop in spans) == (at >= 2), word


def test_what_lies_over_a_quote_covers_it_and_its_sound_goes_on():
    text = '> INT01: "nos dieron agua"  over: RIVER 00:00:02:00 1s, STILL07 push-in\n'
    paper, timeline, _ = played(text, {1: ((10_000, 14_000),)})
    assert seen(timeline) == [(0, 25, "RIVER", 2), (25, 100, "STILL07", 0)]
    assert heard(timeline) == [(0, 100, "INT01", 10)]
    assert paper.moves == {"STILL07": StillMove.PUSH_IN}
    _, timeline, _ = played('> INT01: "a b"  over: STILL07 1s\n', {1: ((10_000, 14_000),)})
    assert seen(timeline) == [(0, 25, "STILL07", 0), (25, 100, "INT01", 11)]


def test_left_out_passages_are_jumps_and_two_times_decide():
    _, timeline, _ = played('> INT01: "a [...] b"\n', {1: ((1000, 2000), (5000, 5400))})
    assert seen(timeline) == [(0, 25, "INT01", 1), (25, 35, "INT01", 5)]
    _, timeline, _ = played('> INT01 01:00:03:05-01:00:04:00: "whatever"\n')
    assert seen(timeline) == [(0, 20, "INT01", Fraction(80, 25))]


def test_cards_pictures_chapters_and_their_lengths():
    text = (
        '# Uno\n> INT01: "a"\n## Dos\n![river](RIVER 00:00:01:00 2s)\n![photo](STILL07 1s)\n'
        "Title: OPENING (2s)\n# Tres (0s)\nTitle: Otra vez\n"
    )
    paper, timeline, _ = played(text, {2: ((0, 4000),)}, film_=film(titles=("OPENING",)))
    assert [(start, end, key) for start, end, key, _ in seen(timeline)] == [
        (0, 75, "CARD01"),
        (75, 175, "INT01"),
        (175, 225, "RIVER"),
        (225, 250, "STILL07"),
        (250, 300, "OPENING"),
        (300, 375, "CARD02"),
    ]
    assert [(one.kind, one.text) for one in paper.titles.values()] == [
        (TitleKind.CHAPTER, "Uno"),
        (TitleKind.TITLE, "Otra vez"),
    ]
    assert [(one.texts[0], one.frame, one.frames) for one in paper.chapters] == [
        ("Uno", 0, 300),
        ("Dos", 175, 125),
        ("Tres", 300, 75),
    ]


def test_music_begins_and_ends_where_its_lines_stand():
    text = 'Title: A (1s)\nMusic: MUSIC -18 dB\n> INT01: "a"\nMusic: off\nTitle: B (1s)\nMusic: MUSIC\nTitle: C (1s)\n'
    paper, timeline, laid = played(text, {3: ((0, 4000),)})
    assert [(one.record, one.gain_centibel) for one in laid.events[MUSIC]] == [
        (FrameRange(25, 125), -180),
        (FrameRange(150, 175), 0),
    ]
    assert timeline.frames == 175
    assert paper.findings == ()


def test_recorded_narration_is_laid_over_black_or_pictures_and_the_cut_lasts_as_long():
    text = '> INT01: "a"\nNarration NAR01: "uno dos"  over: STILL07 1s\n'
    _, timeline, laid = played(text, {1: ((0, 1000),), 2: ((2000, 4000),)})
    assert [(start, end, key) for start, end, key, _ in seen(timeline)] == [
        (0, 25, "INT01"),
        (25, 50, "STILL07"),
        (50, 75, "black"),
    ]
    (event,) = laid.events["es"]
    assert (event.record, event.clip.key, event.clip.source_in) == (FrameRange(25, 75), "NAR01", 2)


def test_narration_that_is_not_recorded_holds_its_time_and_says_so():
    # 16 words at 160 a minute: 6 s.
    paper, timeline, _ = played(f'Narration: "{" ".join(["palabra"] * 16)}"\n')
    assert timeline.frames == 150
    (finding,) = paper.findings
    assert (finding.line, finding.what) == (
        1,
        "this narration is not recorded yet: 6s are held for it, in silence",
    )


def test_the_record_begins_at_the_cuts_start_and_counts_labels_of_the_films_clock():
    paper, timeline, _ = played('> INT01: "a"\n', {1: ((0, 1000),)}, cut_=cut(start="10:00:00:00"))
    assert paper.sequence.start == timeline.record_zero == 900_000
    fast = film(rate=50, timecode_rate=25)
    _, timeline, _ = played('> INT01: "a"\nMusic: MUSIC\n![p](STILL07 0.5s)\n', {1: ((0, 1000),)}, film_=fast)
    assert [one.record for one in timeline.picture] == [FrameRange(0, 50), FrameRange(50, 76)]
    ntsc = film(rate="30000/1001", drop_frame=True)
    paper = compiled('> INT01: "a"\n', {1: ((0, 1000),)}, film_=ntsc)
    assert (paper.frames, str(paper.edls[0].events[0].record.start)) == (30, "107892")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('> INT09: "a"', "there is no reel 'INT09' in footage_manifest.yaml"),
        ('> INT01: "a"', "it is not known where this was said"),
        ('> RIVER 00:00:01:00-00:00:02:00: "a"', "reel RIVER has no sound"),
        ('> INT01 01:00:02:00-01:00:01:00: "a"', "01:00:01:00 is not behind 01:00:02:00"),
        ('> INT01 01:00:02:40-01:00:03:00: "a"', "01:00:02:40 does not exist at 25 frames a second: frames go to 24"),
        (
            '> INT01 01:00:02:00-01:00:03:00: "a"  over: STILL07 2s',
            "what lies over it needs 2s, and it lasts 1s",
        ),
        ("![x](MUSIC 1s)", "reel MUSIC has no picture"),
        ("![x](RIVER 1s push-in)", "RIVER is a reel, and only stills move"),
        ("![x](STILL09 1s)", "there is no reel or still 'STILL09' in footage_manifest.yaml"),
        ("Music: THEME", "there is no reel 'THEME' in footage_manifest.yaml"),
        ("Note: nothing else", "the paper edit plays nothing"),
    ],
)
def test_what_cannot_be_played_is_refused_with_its_line(text, what):
    assert (1, what) in refused(text + "\n")


def test_one_still_moves_one_way():
    text = "![x](STILL07 1s push-in)\n![x](STILL07 1s pan-left)\n"
    assert refused(text) == [(2, "STILL07 is shown on line 1 with push-in, and here with pan-left")]
    (finding,) = compiled("![x](STILL07 1s push-in)\n![x](STILL07 1s)\n").findings
    assert finding.line == 2


def test_what_a_reel_does_not_hold_is_refused_when_it_is_built():
    with pytest.raises(TimelineError) as caught:
        played("![x](RIVER 00:00:09:00 2s)\n")
    assert [finding.line for finding in caught.value.findings] == [1]
