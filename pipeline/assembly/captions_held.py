"""What no gate lets pass, however finished the rest is: conflicts that nobody settled, and speech that shows nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from footage_manifest.findings import Finding
from pipeline.assembly.captions_cut import CutWords, reel_tracks
from pipeline.timeline.apart import Moved
from pipeline.timeline.own_cues import Settled
from pipeline.timeline.retime import Movement, Retimed, move
from subtitles.cue import Cue
from subtitles.cut_state import Side
from subtitles.merge import AlignedCue, AlignedTrack
from subtitles.tags import plain


def held(
    language: str, cut: CutWords, movement: Movement, retimed: Retimed, own: Settled | None
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return an error for each conflict in a language of a cut, and one for each reel of which nothing is shown.

    A conflict counts where its cue is shown, or, where that was deleted, where it would be: not where the cut's own cue
    stands for it. A reel counts where its own language is spoken without a single cue, and the cut's own file has none over
    it either: one without a text says that nothing is to be read there.
    """
    return tuple(_conflicts(language, cut, retimed, own)), tuple(_silent(language, cut, movement, own))


def _conflicts(language: str, cut: CutWords, retimed: Retimed, own: Settled | None) -> Iterator[Finding]:
    rate = cut.ready.timeline.rate
    for key in cut.keys:
        track = cut.words[key].tracks.get(language)
        if track is None:
            continue
        starts: dict[str, int] = {}
        for one in retimed.moved:
            if one.file == track.file:
                starts.setdefault(one.cue.id.rpartition("@")[0], one.start)
        for one in _deleted(language, cut, key, track.aligned):
            if own is None or not any(_mostly_at_once(one, other) for other in own.moved):
                starts.setdefault(one.cue.id.rpartition("@")[0], one.start)
        for cue in (*track.aligned.cues, *track.aligned.unsettled()):
            if cue.in_conflict and cue.id in starts:
                yield _conflict(cue, track.file, key, Fraction(starts[cue.id]) / rate)


def _deleted(language: str, cut: CutWords, key: str, aligned: AlignedTrack) -> tuple[Moved, ...]:
    """Return where deleted cues would be shown that another side changed, as that side has them."""
    theirs = [replace(one.known.theirs, id=one.id) for one in aligned.unsettled() if one.known and one.known.theirs]
    if not theirs:
        return ()
    reel = cut.words[key]
    sources = (reel.source_of(language) or reel.tracks[reel.language]).aligned.by_id()
    spoken = {
        one.id: tuple(sources[name].cue for name in one.known.source_ids if name in sources)
        for one in aligned.unsettled()
        if one.known
    }
    track = replace(reel_tracks(language, (key,), cut.words)[key], cues=tuple(theirs), spoken=spoken)
    return move(cut.heard, {key: track}, cut.ready.timeline.rate).moved


def _mostly_at_once(one: Moved, other: Moved) -> bool:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared > 0 and 2 * shared >= min(one.end - one.start, other.end - other.start)


def _conflict(cue: AlignedCue, file: str, key: str, at: Fraction) -> Finding:
    theirs = cue.known.theirs if cue.known else None
    return Finding(
        file=file,
        line=cue.line,
        field=cue.id,
        what=(
            f"a conflict waits for somebody to settle it, at {float(at):.3f} s of the cut: {_says(cue.cue)} here, "
            f"{_says(theirs)} on the other side"
        ),
        cure=(
            "choose on the page of testimonio review, or keep what the file says: "
            f"testimonio subtitles approve DIR {key} --cue {cue.id}"
        ),
    )


def _says(cue: Cue | None) -> str:
    said = plain(cue.text) if cue else ""
    if not said:
        return "nothing"
    return f"'{said if len(said) <= 60 else f'{said[:59]}…'}'"


def _silent(language: str, cut: CutWords, movement: Movement, own: Settled | None) -> Iterator[Finding]:
    shown = {cut.heard[one.run].key for one in movement.moved}
    covered = _covered(own)
    told: set[str] = set()
    for number, finding in sorted(movement.silent.items()):
        run = cut.heard[number]
        here = cut.words[run.key].language == language and run.speed > 0
        if not here or run.key in shown or run.key in covered or run.key in told:
            continue
        told.add(run.key)
        cure = f"{finding.cure}; if nothing is to be read there, give the cut's own file an empty subtitle over it"
        yield Finding(file=finding.file, what=finding.what, cure=cure)


def _covered(own: Settled | None) -> frozenset[str]:
    """Return the reels over whose sound the cut's own file has a cue, with a text or without."""
    if own is None:
        return frozenset()
    found: Mapping[str, object] = own.status
    return frozenset(one.anchor.key for one in own.state.cues if one.id in found and one.anchor.side is Side.SOUND)
