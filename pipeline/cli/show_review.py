"""How previews and remarks read: a line of what came of it, and a table."""

from collections.abc import Mapping
from dataclasses import asdict

from rich.table import Table

from pipeline.assembly.preview import Previewed
from pipeline.assembly.remarks_sheet import Remark
from pipeline.assembly.review import Added
from pipeline.cli.answer import Answer
from pipeline.cli.printing import printable
from pipeline.cli.tables import cell, drawn


def previewed(made: Previewed) -> Answer:
    """Say where a preview lies, and how much faster than real time it was made."""
    times = made.film_ms / max(1, made.took_ms)
    text = (
        f"{made.path}\n{made.film_ms / 1000:.1f} s of film in {made.took_ms / 1000:.1f} s: {times:.1f} times real time"
    )
    document = {**asdict(made), "path": str(made.path), "size": list(made.size), "times_real_time": round(times, 2)}
    return Answer(text=printable(text), document=document)


def added(outcome: Added) -> Answer:
    """Say what came of a reviewer's file."""
    known = f", {outcome.known} stood there already" if outcome.known else ""
    return Answer(text=f"{outcome.new} remarks are new in {outcome.file}{known}", document=asdict(outcome))


def listed(found: Mapping[str, tuple[Remark, ...]]) -> Answer:
    """Show the remarks on each cut, by timecode."""
    table = Table("cut", "timecode", "version", "name", "remark", title="Remarks")
    for cut, remarks in found.items():
        for one in sorted(remarks, key=lambda remark: remark.frame):
            version = "" if one.version is None else f"v{one.version}"
            table.add_row(cell(cut), cell(one.timecode), version, cell(one.name), cell(one.text))
    document = {"cuts": {cut: [asdict(one) for one in remarks] for cut, remarks in found.items()}}
    total = sum(map(len, found.values()))
    return Answer(text=drawn(table) if total else "there are no remarks", document=document)
