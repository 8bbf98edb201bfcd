"""`scripts/bench conform`: one job, done by us and by others in turn, as ratios."""

import argparse
import dataclasses
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import ours, rivals
from benchmarks.measuring import Measured, measured
from benchmarks.reading import Read, read
from benchmarks.workload import SOURCES, Event, events, make_sources, stretches

_GRAPH = "ffmpeg graph"
_US = "testimonio"
_LIMIT = "encoder alone"
_MANY = (400, 2000)
_COPIED_FRAMES = (50, 125, 250)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--folder", type=Path, help="where to keep the sources between runs")
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--events", type=int, default=40)
    parser.add_argument("--frames", type=int, default=50, help="frames of each event")
    parser.add_argument("--many-frames", type=int, default=2, help="frames of each of the 400 and 2,000 short events")
    parser.add_argument("--runs", type=int, default=1, help="how often each is measured; medians are printed")
    parser.add_argument("--skip", default="", help="names left out, such as melt,moviepy,many,changed,copied")


@dataclasses.dataclass(frozen=True)
class _Yard:
    """Where the sources lie, where films are made, and their size."""

    sources: Path
    work: Path
    size: tuple[int, int]

    def film(self, name: str, cut: Sequence[Event]) -> Path:
        return ours.film(self.work / name, self.sources, cut, self.size)


def conform(arguments: argparse.Namespace) -> None:
    """Measure, and print the tables."""
    left_out = set(arguments.skip.split(","))
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        width, _, height = arguments.size.partition("x")
        yard = _Yard(folder / f"sources-{arguments.size}", folder / "work", (int(width), int(height)))
        make_sources(yard.sources, yard.size)
        shutil.rmtree(yard.work, ignore_errors=True)
        yard.work.mkdir()
        cut = events(arguments.events, arguments.frames)
        whole = _one_job(cut, yard, left_out, arguments.runs)
        if "changed" not in left_out:
            _one_change(cut, yard, whole)
        if "many" not in left_out:
            _many_events(yard, arguments.many_frames)
        if "copied" not in left_out:
            _copied(yard)


def _one_job(cut: Sequence[Event], yard: _Yard, left_out: set[str], runs: int) -> Measured:
    """Print the table of all who make one cut, and return what it cost us."""
    starters = {
        _GRAPH: rivals.graph,
        "a process an event": rivals.each,
        "moviepy": rivals.moviepy,
        "melt": rivals.melt,
        "plain PyAV, no sound": rivals.pyav,
        _LIMIT: rivals.encoder,
    }
    if shutil.which("melt") is None:
        print("melt is not here (apt-get install melt): left out")
        left_out = left_out | {"melt"}
    starters = {name: starter for name, starter in starters.items() if name.split(",")[0] not in left_out}
    seen: dict[str, list[Measured]] = {name: [] for name in (_US, *starters)}
    came: dict[str, Read] = {}
    film = yard.film("film", cut)
    for _ in range(runs):
        for name, starter in starters.items():
            made = yard.work / f"{name.split()[0]}.mp4"
            seen[name].append(_said(name, measured(starter(cut, yard.sources, made))))
            came[name] = read(made, cut)
        ours.forget(film)
        seen[_US].append(_said(_US, measured(ours.command(film))))
        came[_US] = read(ours.delivered(film), cut)
    middle = {name: _middle(each) for name, each in seen.items()}
    _print_table(middle, came, len(cut))
    return middle[_US]


def _said(name: str, cost: Measured) -> Measured:
    print(f"{name}: {cost.cpu:.1f} s of CPU in {cost.wall:.1f} s", file=sys.stderr, flush=True)
    return cost


def _middle(runs: Sequence[Measured]) -> Measured:
    cpu, wall, mib = (statistics.median(getattr(run, name) for run in runs) for name in ("cpu", "wall", "mib"))
    said = [run.said for run in runs if run.said is not None]
    return Measured(cpu=cpu, wall=wall, mib=int(mib), said=statistics.median(said) if said else None)


def _print_table(seen: dict[str, Measured], came: dict[str, Read], count: int) -> None:
    if _LIMIT in seen:
        alone = seen[_LIMIT]
        seen[_LIMIT] = dataclasses.replace(alone, cpu=alone.said or alone.cpu)
    print(f"\n{count} events{'':22} CPU s  ratio   wall s  ratio     MiB  frames  wrong  by >1  lag")
    base = seen.get(_GRAPH, seen[_US])
    for name, cost in seen.items():
        out = came[name]
        print(
            f"{name:30} {cost.cpu:7.1f} {cost.cpu / base.cpu:6.2f}  {cost.wall:7.1f} {cost.wall / base.wall:6.2f} "
            f"{cost.mib:7} {out.frames:7} {out.wrong:6} {out.far:6} {out.lag if out.lag is not None else '-':>4}"
        )
    us = seen[_US]
    check = us.said or 0.0
    print(
        f"\n{_US} without the check decode: CPU {us.cpu - check:.1f} s, of the graph {(us.cpu - check) / base.cpu:.2f}"
    )
    if _LIMIT in seen:
        print(f"{_US} without the check decode, over the encoder alone: {(us.cpu - check) / seen[_LIMIT].cpu:.2f}")
    if "moviepy" in seen:
        print(f"{_US} over moviepy: wall {us.wall / seen['moviepy'].wall:.2f}, CPU {us.cpu / seen['moviepy'].cpu:.2f}")


def _one_change(cut: Sequence[Event], yard: _Yard, whole: Measured) -> None:
    """Change one event of the film that was made last, and run again."""
    film = yard.work / "film"
    middle = len(cut) // 2
    changed = dataclasses.replace(cut[middle], first=cut[middle].first + 3)
    ours.write_list(film, [*cut[:middle], changed, *cut[middle + 1 :]])
    again = _said("one event changed", measured(ours.command(film)))
    nothing = _said("nothing changed", measured(ours.command(film)))
    print(
        f"\none event of {len(cut)} changed: CPU {again.cpu:.1f} s, {again.cpu / whole.cpu:.3f} of the whole"
        f" ({nothing.cpu:.1f} s with nothing changed)"
    )


def _copied(yard: _Yard) -> None:
    """Make a cut out of the one source that can be copied, key frames every two seconds, by copying and by the graph."""
    source = SOURCES[0]
    for frames in _COPIED_FRAMES:
        cut = stretches(source, frames)
        made = yard.work / "copied.mp4"
        graph = measured(rivals.graph(cut, yard.sources, made))
        film = ours.film(yard.work / f"copied{frames}", yard.sources, cut, yard.size, "copy-where-possible")
        cost = measured(ours.command(film))
        out = read(ours.delivered(film), cut)
        print(
            f"\ncopied where possible, {len(cut)} events of {frames} frames, a key frame every {source.gop}: CPU"
            f" {cost.cpu:.1f} s, of the graph {cost.cpu / graph.cpu:.2f}; {out.wrong} frames wrong, lag {out.lag}"
        )


def _many_events(yard: _Yard, frames: int) -> None:
    print(f"\n{frames} frames an event   CPU s   wall s     MiB   CPU an event   wrong  lag")
    costs = []
    for count in _MANY:
        cut = events(count, frames)
        film = yard.film(f"film{count}", cut)
        cost = measured(ours.command(film))
        out = read(ours.delivered(film), cut)
        costs.append(cost.cpu / count)
        each = f"{1000 * cost.cpu / count:.1f} ms"
        print(
            f"{count:5} events        {cost.cpu:7.1f}  {cost.wall:7.1f} {cost.mib:7} {each:>14} {out.wrong:7} {out.lag:4}"
        )
    print(f"cost of an event at {_MANY[1]:,} over {_MANY[0]}: {costs[1] / costs[0]:.2f}")
