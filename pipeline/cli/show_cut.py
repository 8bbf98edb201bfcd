"""How edits read: a table of events, what differs between two, what was written."""

from collections.abc import Sequence
from fractions import Fraction

from rich.console import Console
from rich.table import Table

from pipeline.assembly.cut_export import Exported
from pipeline.assembly.cut_files import CutFile
from pipeline.assembly.cut_tight import Tightening
from pipeline.cli.answer import Answer
from pipeline.cli.printing import findings_as_data, printable
from pipeline.cli.show_paper_cut import paper_data, paper_lines, tight_lines, tightening_data
from pipeline.cli.tables import cell
from pipeline.errors import UsageError
from pipeline.timeline.cut_diff import Change, Kind, compare
from pipeline.timeline.cut_flat import flattened
from pipeline.timeline.cut_listing import Row, SideRow
from pipeline.timeline.paper_alike import Alike
from pipeline.timeline.wording import rate_text

_WIDEST = 400


def shown_cut(cut: CutFile, tight: Sequence[Tightening] = ()) -> Answer:
    """Show the events of a cut, and of a paper edit what was chosen, with what `tight` says is left out."""
    rows = cut.rows()
    tracks = len({row.track for row in rows}) > 1
    head = (*(["track"] if tracks else []), "event", "reel", "channels", "", "source in", "source out")
    table = Table(*head, "record in", "record out", "frames", "speed", "clip", box=None, pad_edge=False)
    for row in rows:
        cells = [*([str(row.track)] if tracks else []), row.number, row.side.reel, row.channels, _way(row)]
        cells += [str(row.side.source_in), str(row.side.source_out), str(row.record_in), str(row.record_out)]
        table.add_row(*map(cell, [*cells, str(row.length), _speed(row.side.speed), row.side.clip_name]))
    counted = "drop-frame" if cut.clock.drop else "non-drop"
    rate = rate_text(cut.clock.rate)
    foot = f"{len(rows)} events at {rate} frames a second{f', {counted}' if cut.clock.rate.denominator > 1 else ''}"
    warnings = [f"warning: {finding}" for finding in cut.warnings]
    return Answer(
        text="\n".join([_drawn(table), foot, *map(printable, [*paper_lines(cut, tight), *warnings])]),
        document={
            "rate": str(cut.clock.rate),
            "drop_frame": cut.clock.drop,
            "title": next((edl.title for edl in cut.edls if edl.title), ""),
            "tracks": len(cut.edls),
            "events": [_as_data(row) for row in rows],
            **paper_data(cut, tight),
            "findings": findings_as_data(cut.warnings),
        },
    )


def _drawn(table: Table) -> str:
    """Return a table as wide as it needs to be: a timecode that is cut short to fit a terminal cannot be used."""
    console = Console(width=_WIDEST)
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().rstrip("\n").split("\n"))


def _way(row: Row) -> str:
    return f"{row.transition} {row.transition_frames:03}" if row.transition_frames else row.transition


def _speed(speed: Fraction) -> str:
    return "" if speed == 1 else f"{float(speed * 100):g} %"


def _as_data(row: Row) -> dict[str, object]:
    data: dict[str, object] = {
        "track": row.track,
        "number": row.number,
        **_side(row.side),
        "channels": row.channels,
        "transition": row.transition,
        "transition_frames": row.transition_frames,
        "record_in": str(row.record_in),
        "record_out": str(row.record_out),
        "record_in_frame": row.record_in_frame,
        "record_out_frame": row.record_out_frame,
        "line": row.line,
        "file": row.file,
        "outgoing": None if row.outgoing is None else _side(row.outgoing),
    }
    if row.delay:
        data["sound_delay" if row.delay > 0 else "picture_delay"] = abs(row.delay)
    return data


def _side(side: SideRow) -> dict[str, object]:
    speed = side.speed
    return {
        "reel": side.reel,
        "clip_name": side.clip_name,
        "source_in": str(side.source_in),
        "source_out": str(side.source_out),
        "source_in_frame": side.source_in_frame,
        "source_out_frame": side.source_out_frame,
        "source_rate": str(side.rate),
        "speed": speed.numerator if speed.denominator == 1 else float(speed),
    }


def difference(before: CutFile, after: CutFile, tight: tuple[Sequence[Tightening], Sequence[Tightening]]) -> Answer:
    """Say what differs between two cuts, and in what their quotes leave out, which `tight` says of both.

    Raises UsageError where they count at different rates.
    """
    if before.clock.rate != after.clock.rate:
        rates = [rate_text(cut.clock.rate) for cut in (before, after)]
        what = f"{before.name} counts {rates[0]} frames a second, and {after.name} {rates[1]}"
        raise UsageError(what, "compare cuts of one rate")
    rows = [before.rows(), after.rows()]
    notes = list(tight_lines(*tight))
    if (before.paper is None) is not (after.paper is None):
        # A paper edit lays the same cut out on other tracks than a list does.
        rows = [flattened(cut.rows(), cut.clock) for cut in (before, after)]
        if before.follows_picture or after.follows_picture:
            rows = [tuple(row for row in own if row.channels == "V") for own in rows]
            notes.append("the sound is not compared: that of one of the cuts follows its picture")
    changes = compare(*rows)
    counts = {kind.value: sum(1 for one in changes if one.kind is kind) for kind in Kind}
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count) or "the two cuts play the same"
    return Answer(
        text=printable("\n".join([*(_told(one) for one in changes), *notes, said])),
        document={
            "rate": str(after.clock.rate),
            "before": before.name,
            "after": after.name,
            "same": not changes,
            "changes": [_change(one) for one in changes],
            "notes": notes,
            "tightened_before": [tightening_data(one) for one in tight[0]],
            "tightened_after": [tightening_data(one) for one in tight[1]],
        },
    )


def _change(change: Change) -> dict[str, object]:
    return {
        "change": change.kind.value,
        "events_before": [_where(row) for row in change.before],
        "events_after": [_where(row) for row in change.after],
        "moved_frames": change.moved,
        "head_frames": change.head,
        "tail_frames": change.tail,
        "length_frames": change.length,
        "parts": list(change.parts),
        "text": _told(change),
    }


def _where(row: Row) -> dict[str, object]:
    return {
        "track": row.track,
        "number": row.number,
        "line": row.line,
        "reel": row.side.reel,
        "record_in": str(row.record_in),
        "record_in_frame": row.record_in_frame,
        "record_out_frame": row.record_out_frame,
    }


def _told(change: Change) -> str:
    """Return a change in one line."""
    row = (change.after or change.before)[0]
    name = f"event {row.number}" if row.number else f"line {row.line}"
    what = f"{row.side.reel} at {row.record_in} ({name}, {row.channels})"
    if change.kind is Kind.MOVED:
        count = len(change.after)
        if count == 1:
            return f"moved {change.moved:+} frames: {what}"
        last = change.after[-1]
        return f"moved {change.moved:+} frames: {count} events, from {what} to {last.side.reel} at {last.record_in}"
    if change.kind is Kind.REPLACED:
        return f"replaced: {change.before[0].side.reel} by {what}, {_frames(change)}"
    if change.kind in {Kind.ADDED, Kind.REMOVED}:
        return f"{change.kind}: {what}, {row.length} frames"
    said = [*change.parts, *_trims(change)]
    return f"{change.kind}: {what}: {', '.join(said)}"


def _trims(change: Change) -> list[str]:
    said = []
    for where, frames in (("start", change.head), ("end", change.tail)):
        if frames:
            said.append(f"{abs(frames)} source frames {'off' if frames > 0 else 'more'} at its {where}")
    if change.length:
        said.append(_frames(change))
    if change.moved:
        said.append(f"begins {change.moved:+} frames")
    return said


def _frames(change: Change) -> str:
    return f"{change.length:+} frames long" if change.length else "as long"


def exported(done: Exported) -> Answer:
    """Say what was written, and what was not."""
    lines = [f"{'is as it was' if path in done.unchanged else 'written'}: {path}" for path in done.files]
    lines += [] if done.same is None else [_sameness(done.same)]
    return Answer(
        text=printable("\n".join([*lines, *(f"not carried: {one}" for one in done.not_carried)])),
        document={
            "files": [str(path) for path in done.files],
            "unchanged": [str(path) for path in done.unchanged],
            "events": done.events,
            "not_carried": list(done.not_carried),
            **({} if done.same is None else {"same": _same(done.same)}),
        },
    )


def _sameness(same: Alike) -> str:
    """Return how far a cut that was written differs from what it was made of, in words."""
    if same.first is None:
        return f"plays the same, frame for frame ({same.frames} frames)"
    what = f"{same.pictures} of {same.frames} frames show another picture, {same.sounds} another sound"
    return f"{what}; the first is frame {same.first} of the cut"


def _same(same: Alike) -> dict[str, object]:
    return {
        "frames": same.frames,
        "other_picture_frames": same.pictures,
        "other_sound_frames": same.sounds,
        "first_other_frame": same.first,
    }
