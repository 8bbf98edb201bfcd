"""What is written for another program says the same when it is read back: random cuts, every rate, every format."""

import random
from fractions import Fraction

import pytest

from footage_manifest.timebase import FrameRange
from footage_manifest.timecode import Clock
from pipeline.timeline.edl import read_edl
from pipeline.timeline.edl_lines import BLACK_REEL
from pipeline.timeline.edl_write import write_edls
from pipeline.timeline.export_fcp7 import write_fcp7
from pipeline.timeline.export_fcpx import write_fcpx
from pipeline.timeline.export_otio import write_otio
from pipeline.timeline.export_plan import Lost, as_listed, clock_of, plan, position
from pipeline.timeline.interchange import read_by_itself, read_interchange
from pipeline.timeline.speed import speed_of

CLOCKS = {
    "23.976": Clock(Fraction(24000, 1001)),
    "24": Clock(Fraction(24)),
    "25": Clock(Fraction(25)),
    "29.97 non-drop": Clock(Fraction(30000, 1001)),
    "29.97 drop": Clock(Fraction(30000, 1001), drop=True),
    "30": Clock(Fraction(30)),
    "50": Clock(Fraction(50)),
    "59.94 drop": Clock(Fraction(60000, 1001), drop=True),
    "60": Clock(Fraction(60)),
}
WRITERS = {".otio": write_otio, ".xml": write_fcp7, ".fcpxml": write_fcpx}
SPEEDS = [(50, 100), (200, 100), (-100, 100), (-50, 100), (0, 100), (110, 100), (-140, 100), (99, 100)]


class RandomList:
    """Writes a random list that may be played: cuts, dissolves, wipes, fades, speeds, gaps, several channels."""

    def __init__(self, seed, clock):
        self.random = random.Random(seed)  # noqa: S311 - cuts, not secrets
        self.clock = clock
        self.lines = ["TITLE: RANDOM", f"FCM: {'DROP FRAME' if clock.drop else 'NON-DROP FRAME'}"]
        self.number = 0
        self.has_wipe = False
        self.has_frozen = False

    def text(self):
        hour = self.random.choice(["00", "01", "10", "23"])
        at = self.clock.frame(self.clock.label(int(hour) * self.clock.nominal * 3600))
        at = self.clock.frames_a_day - self.clock.nominal * 20 if hour == "23" else at
        self._strand("V", at)
        if self.random.random() < 0.7:
            self._strand(self.random.choice(["A", "AA", "A2"]), at)
        if self.random.random() < 0.3:
            self._strand("A4", at)
        return "\n".join(self.lines) + "\n"

    def _strand(self, channels, at):
        before = None
        for _ in range(self.random.randint(2, 7)):
            self.number += 1
            if self.random.random() < 0.2:
                at += self.random.randint(1, 90)
                before = None
            before, at = self._event(channels, at, before)

    def _event(self, channels, at, before):
        length = self.random.randint(2, 120)
        reel = self.random.choice(["INT01", "INT02", "A009_C004_0101KX", "BROLL", "CLIP WITH SPACE"])
        start = self.random.randint(0, self.clock.nominal * 3600 * 2) + self.clock.nominal * 600
        percent, whole = self.random.choice(SPEEDS) if self.random.random() < 0.3 else (100, 100)
        way = self.random.random()
        transition, frames = "C", 0
        if way < 0.45:
            frames = self.random.randint(1, length)
            transition = "D" if way < 0.35 or channels != "V" else "W001"
            room = before is None or frames <= before["length"]
            transition, frames = (transition, frames) if room else ("C", 0)
            self.has_wipe |= transition == "W001"
        if transition != "C":
            self._outgoing(channels, at, before)
        if way > 0.93 and transition == "C":
            reel, percent = "BL", whole
        played = 1 if not percent else -(-length * abs(percent) // whole)
        end = start + (length if percent == whole else played)
        self._line(reel, channels, transition, frames, (start, end), (at, at + length))
        if reel == "BL":
            return {"reel": "BL", "next": 0, "speed": None, "length": length}, at + length
        name = self.random.choice(["", "", "int 01.mp4", "Día uno & <más>", "ÑANDÚ.MOV"])
        if name:
            self.lines.append(f"* {'TO' if transition != 'C' else 'FROM'} CLIP NAME: {name}")
        speed = None
        if percent != whole:
            rate = Fraction(self.clock.nominal * percent, whole)
            speed = f"{float(rate):05.1f}" if rate * 10 % 1 == 0 else f"{float(rate):06.2f}"
            self.lines.append(f"M2   {reel}       {speed}      {self._label(start)}")
        goes_on = start + Fraction(length * percent, whole)
        going = goes_on.numerator if goes_on.denominator == 1 and goes_on >= 0 else None
        return {"reel": reel, "next": going, "speed": speed, "length": length}, at + length

    def _outgoing(self, channels, at, before):
        if before is None or before["next"] is None or before["reel"] == "BL":
            self._line("BL", channels, "C", 0, (0, 0), (at, at))
            return
        self._line(before["reel"], channels, "C", 0, (before["next"],) * 2, (at, at))

    def _label(self, frame):
        return self.clock.label(frame)

    def _line(self, reel, channels, transition, frames, source, record):
        count = f"{frames:03}" if frames else "   "
        labels = " ".join(str(self._label(frame)) for frame in (*source, *record))
        self.lines.append(f"{self.number:03}  {reel:<8} {channels:<5} {transition:<4} {count} {labels}")


def facts(edls, clock, *, wipes, long_black):
    """Return what lists say, strand by strand: what is played when, from where, how fast, how it begins."""
    found = []
    for edl in edls:
        for event in edl.events:
            way = event.transition.code
            if way.startswith("W") and not wipes:
                way = "D"
            if event.incoming.reel == BLACK_REEL and way == "C":
                continue
            record = event.record
            if event.incoming.reel == BLACK_REEL and not long_black:
                record = FrameRange(record.start, record.start + event.transition.frames)
            lanes = (*((0,) if event.channels.picture else ()), *event.channels.sound)
            outgoing = None
            if event.outgoing is not None and event.outgoing.reel != BLACK_REEL:
                outgoing = played(event.outgoing, clock)[:2]
            incoming = played(event.incoming, clock)
            found += [(lane, record, way, event.transition.frames, incoming, outgoing) for lane in lanes]
    return sorted(found, key=repr)


def played(side, clock):
    if side.reel == BLACK_REEL:
        return (BLACK_REEL,)
    medium = as_listed(side, clock)
    speed = speed_of(side.motion, medium.clock)
    out = clock_of(side, clock).frame(side.source_out) if speed == 1 else None
    name = side.names[0] if side.names else side.reel
    return (side.reel, position(side, medium), speed, out, name, str(side.source_in))


@pytest.mark.parametrize("rate", CLOCKS)
@pytest.mark.parametrize("suffix", [".edl", *WRITERS])
def test_what_is_written_is_read_back_as_it_was(rate, suffix):
    check_round_trips(rate, suffix, range(8))


@pytest.mark.slow
@pytest.mark.parametrize("rate", CLOCKS)
@pytest.mark.parametrize("suffix", [".edl", *WRITERS])
def test_what_is_written_is_read_back_as_it_was_hundreds_of_times(rate, suffix):
    check_round_trips(rate, suffix, range(8, 300))


def check_round_trips(rate, suffix, seeds):
    clock = CLOCKS[rate]
    for seed in seeds:
        made = RandomList(f"{rate} {seed}", clock)
        edls = (read_edl(made.text().encode(), file="a.edl", clock=clock),)
        lost = Lost()
        if suffix == ".edl":
            texts = write_edls(edls, title="again", clock=clock, lost=lost)
            assert [one.suffix for one in texts] == [""]
            back, own = (read_edl(texts[0].text.encode(), file="b.edl", clock=clock),), clock
        else:
            data = WRITERS[suffix](plan(edls, clock=clock, media=lambda side: as_listed(side, clock), lost=lost), lost)
            back, own = read_by_itself(data, file=f"b{suffix}")
        assert own == clock
        kept = {"wipes": suffix != ".fcpxml", "long_black": suffix != ".fcpxml"}
        assert facts(back, clock, **kept) == facts(edls, clock, **kept)
        told = any("wipe" in line for line in lost.told())
        assert told == (made.has_wipe and suffix == ".fcpxml")


@pytest.mark.parametrize(("suffix", "adapter"), [(".otio", "otio_json"), (".xml", "fcp_xml"), (".fcpxml", "fcpx_xml")])
def test_openTimelineIO_finds_the_same_clips_in_what_is_written(suffix, adapter):  # noqa: N802 - its name
    import opentimelineio  # noqa: PLC0415 - the oracle

    clock = CLOCKS["25"]
    text = RandomList("25 of theirs", clock).text()
    edls = (read_edl(text.encode(), file="a.edl", clock=clock),)
    planned = plan(edls, clock=clock, media=lambda side: as_listed(side, clock), lost=Lost())
    found = opentimelineio.adapters.read_from_string(WRITERS[suffix](planned, Lost()).decode(), adapter)
    theirs = [clip.name for clip in found.find_clips()] if hasattr(found, "find_clips") else []
    theirs += [clip.name for one in found for clip in one.find_clips()] if not theirs else []
    pieces = [piece for track in planned.tracks for piece in track.pieces if piece.medium]
    if suffix == ".xml":  # a track for each channel
        pieces = [piece for piece in pieces for _ in piece.channels or [0]]
    ours = [piece.medium.names[0] if piece.medium.names else piece.medium.reel for piece in pieces]
    assert sorted(name for name in theirs if name not in {"BL", "Slug"}) == sorted(ours)


@pytest.mark.parametrize("suffix", WRITERS)
def test_where_a_medium_starts_is_carried_with_it(suffix):
    clock = CLOCKS["25"]
    text = b"001 INT01 V C 01:00:10:00 01:00:12:00 10:00:00:00 10:00:02:00\n"
    edls = (read_edl(text, file="a.edl", clock=clock),)

    def medium(side):
        known = as_listed(side, clock)
        return type(known)(reel="INT01", names=("int01.mp4",), clock=clock, start=90000, url="file:///film/int01.mp4")

    lost = Lost()
    back = read_interchange(
        WRITERS[suffix](plan(edls, clock=clock, media=medium, lost=lost), lost), file=f"b{suffix}", clock=clock
    )
    side = back[0].events[0].incoming
    assert side.span == (10, 12)
    assert (side.reel, side.names[0], str(side.source_in)) == ("INT01", "int01.mp4", "01:00:10:00")
    assert lost.told() == ()


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_medium_of_another_rate_keeps_its_own_labels(suffix):
    clock, own = CLOCKS["25"], Clock(Fraction(30000, 1001), drop=True)
    text = b"001 INT01 V C 01:00:10;00 01:00:12;00 10:00:00:00 10:00:02:00\n"
    edls = (read_edl(text, file="a.edl", clock=clock),)

    def medium(side):
        return type(as_listed(side, clock))(reel="INT01", clock=own, start=own.frame(side.source_in) - 300)

    lost = Lost()
    data = WRITERS[suffix](plan(edls, clock=clock, media=medium, lost=lost), lost)
    side = read_interchange(data, file=f"b{suffix}", clock=clock)[0].events[0].incoming
    assert side.span == (300 / own.rate, 300 / own.rate + 2)
    assert str(side.source_in) == "01:00:10;00"
