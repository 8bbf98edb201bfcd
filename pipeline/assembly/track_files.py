"""Changing a person's file: what they save while we write is never overwritten, and what was there before is kept.

The new file is written first, out of the way, then the state, then the two files take each other's place at once: a change
that is broken off before its state is written never was, and one that is broken off after it is finished by whoever comes
next. See `track_swap` for editors that save at the same moment, and `track_desk` for what is looked at again afterwards.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from footage_manifest.findings import Finding
from pipeline.assembly.kept_versions import versions
from pipeline.assembly.track_desk import Desk, Late
from pipeline.assembly.track_names import srt_name
from pipeline.assembly.track_states import KnownStates
from pipeline.assembly.track_swap import digest_of
from pipeline.assembly.track_text import new_document, parsed, rewritten
from pipeline.errors import BusyError, StoreError
from subtitles.after_merge import after_people
from subtitles.cue import Cue
from subtitles.errors import EmptySubtitles, SubtitleError
from subtitles.formats.srt import SrtDocument, read_srt
from subtitles.merge import AlignedTrack, align
from subtitles.state import CueStatus, TrackState, complete, restore
from subtitles.three_way import Merged, merge_three

_ROUNDS = 100
_MOST_READ = 4
_STATES = KnownStates()
_LATE = "a save that came while the file was replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTrack:
    """A track as it is on the disk.

    `file` is relative to the film folder `folder`; `digest` is the SHA-256 of its bytes in hex, empty where the file is
    missing, and its cues are then those it would be made again with, if any. `aligned` holds its cues with ids, in SOURCE
    milliseconds, in the file's order.
    """

    folder: Path
    reel: str
    language: str
    file: str
    digest: str
    document: SrtDocument
    aligned: AlignedTrack
    state: TrackState | None

    def known(self, source_language: str | None = None) -> TrackState:
        """Return the state with every cue of the file in it; where there is none, one in which all are people's own.

        `source_language` is that of a state made anew: None where the track's is the spoken one.
        """
        state = self.state or TrackState(reel=self.reel, language=self.language, source_language=source_language)
        return complete(state, self.aligned.plain(), _cut_off(self.aligned))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a track is to be: `cues` are all of them, with ids, in the file's order."""

    cues: tuple[Cue, ...]
    state: TrackState


def open_track(folder: Path, reel: str, language: str) -> OpenTrack | None:
    """Return a track as it is on the disk, None where neither file nor state is there.

    Raises SubtitleError for a file or state that cannot be read, EmptySubtitles for a file that was emptied.
    """
    desk = Desk(folder=folder, reel=reel, language=language)
    if desk.read_state() is None and desk.read() is None:
        return None
    if desk.has_late():
        with desk.locked():
            _take_in_late(desk)
    return _opened(desk, desk.read(), desk.read_state())


def change_track(folder: Path, reel: str, language: str, change: Callable[[OpenTrack], Change]) -> OpenTrack:
    """Apply `change` to a track as it is on the disk now, and return it as it is then.

    `change` is called again, on the newer version, where somebody saves the file meanwhile: it must do nothing else. What it
    raises passes, and file and state are as people left them. A change to what is there writes nothing. The version before
    is kept. With a file that is missing it works on what the file would be made again with; with neither file nor state, on
    a track without cues.

    Raises SubtitleError for what cannot be read, or not be written as SRT, EmptySubtitles for a file that was emptied or
    would be, StoreError where it cannot be written, BusyError where another change does not end.
    """
    desk = Desk(folder=folder, reel=reel, language=language)
    with desk.locked():
        _take_in_late(desk)
        return _change(desk, change)


def require_there(track: OpenTrack) -> None:
    """Raise SubtitleError where a file that was handed over is gone: what stands for it then is only the machine's draft."""
    if track.digest or track.state is None or not track.state.cues:
        return
    kept = versions(track.folder, track.reel, track.language)
    seen = f" ({kept[-1].relative_to(track.folder).as_posix()} is how it was last seen)" if kept else ""
    cure = f"put it back{seen}, or have testimonio run make it again as the machine first wrote it"
    raise SubtitleError((Finding(file=track.file, what="the file is missing, though it was there before", cure=cure),))


def recover(folder: Path, reel: str, language: str) -> bool:
    """Finish or put back what a broken-off change left, and return whether there was any. Raises as `change_track`."""
    desk = Desk(folder=folder, reel=reel, language=language)
    if not desk.has_late():
        return False
    with desk.locked():
        _take_in_late(desk)
    return True


def in_file_order(track: OpenTrack, cues: Sequence[Cue]) -> tuple[Cue, ...]:
    """Return `cues` in the order in which the file has them; those it has not, where they belong in time."""
    places = {cue.id: cue.position for cue in track.aligned.cues}
    ordered = sorted((cue for cue in cues if cue.id in places), key=lambda cue: places[cue.id])
    in_time = all(one.start_ms <= two.start_ms for one, two in pairwise(ordered))
    if in_time:
        return tuple(sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms)))
    for cue in sorted((cue for cue in cues if cue.id not in places), key=lambda cue: (cue.start_ms, cue.end_ms)):
        at = next((at for at, other in enumerate(ordered) if other.start_ms > cue.start_ms), len(ordered))
        ordered.insert(at, cue)
    return tuple(ordered)


def _opened(desk: Desk, content: bytes | None, state_content: bytes | None) -> OpenTrack:
    try:
        document, state, aligned = _read(desk.reel, desk.language, content, state_content)
    except EmptySubtitles as error:
        raise desk.empty(error) from None
    return OpenTrack(
        folder=desk.folder,
        reel=desk.reel,
        language=desk.language,
        file=srt_name(desk.reel, desk.language),
        digest=digest_of(content),
        document=document,
        aligned=aligned,
        state=state,
    )


@lru_cache(maxsize=_MOST_READ)
def _read(
    reel: str, language: str, content: bytes | None, state_content: bytes | None
) -> tuple[SrtDocument, TrackState | None, AlignedTrack]:
    """Return what these contents hold: what one edit wrote is what the next one starts from, and is read once."""
    file = srt_name(reel, language)
    state = None if state_content is None else _STATES.load(state_content, reel, language)
    shown = content if content is not None else restore(state) if state is not None and state.cues else None
    document = new_document(file) if shown is None else parsed(shown, file)
    return document, state, align(document.cues, state, reel=reel, lines=[entry.line for entry in document.entries])


def _change(desk: Desk, change: Callable[[OpenTrack], Change]) -> OpenTrack:
    """Go round until what came out of the file's place is what was expected. The lock is held."""
    state_before = desk.read_state()
    people = in_place = desk.read(wait=state_before is not None)
    state_now = state_before
    for _ in range(_ROUNDS):
        part: Path | None = None
        content = b""
        try:
            track = _opened(desk, people, state_before)
            content, state = _wanted(track, change(track), people, state_before)
            if people is not None and people != content:
                desk.keep(people)
            if content != in_place:
                part = desk.prepare(content, in_place, state)
            if state != state_now:
                desk.write_state(state)
                state_now = state
        except BaseException:
            _give_back(desk, people, in_place)
            _undo(desk, state_before, part, content)
            raise
        if part is None:
            return _opened(desk, content, state)
        try:
            swapped = desk.swap(content, in_place, part)
        except BaseException:
            if desk.read() != content:
                _undo(desk, state_before, part, content)
            raise
        in_place = swapped.in_place
        if in_place == content and swapped.found is None:
            return _opened(desk, content, state)
        people = swapped.found
    raise BusyError(f"a program that saves {desk.file} over and over")


def _undo(desk: Desk, state_before: bytes | None, part: Path | None, content: bytes) -> None:
    """Have the state be as before; where the disk refuses that too, what was prepared stays, to be finished later."""
    with suppress(StoreError):  # what went wrong first is what counts
        if desk.read_state() != state_before:
            desk.write_state(state_before)
        if part is not None:
            desk.withdraw(part, content)


def _wanted(
    track: OpenTrack, made: Change, people: bytes | None, state_before: bytes | None
) -> tuple[bytes, bytes | None]:
    """Return the content of file and state that a change asks for; nothing differs where it asks for what is there."""
    ids = [cue.id for cue in made.cues]
    if not all(ids) or len(set(ids)) != len(ids):
        raise ValueError("every cue of a changed track needs an id of its own")
    same = made.cues == track.aligned.plain()
    if same and people is not None and made.state == track.state:
        return people, state_before
    state = complete(made.state, made.cues, _cut_off(track.aligned))
    places = {cue.id: cue.position for cue in track.aligned.cues}
    content = people if same and people is not None else rewritten(track.document, places, made.cues)
    return content, _STATES.dump(state, track.state)


def _give_back(desk: Desk, people: bytes | None, in_place: bytes | None) -> None:
    """Have the file be what people last saved, where something of ours stands in its place."""
    for _ in range(_ROUNDS):
        if people is None or people == in_place:
            return
        swapped = desk.swap(people, in_place, desk.prepare(people, in_place, None))
        if swapped.found is None and swapped.in_place == people:
            return
        people, in_place = swapped.found, swapped.in_place


def _cut_off(aligned: AlignedTrack) -> dict[str, str]:
    return {cue.id: cue.split_from for cue in aligned.cues if cue.split_from}


def _take_in_late(desk: Desk) -> None:
    """Merge what was saved into a file while it was replaced, and found only now, into the file. The lock is held."""
    for late in desk.lately():
        with suppress(SubtitleError):  # half of a file, or none of ours: it is among the kept versions
            _change(desk, _merging(late))
        late.part.unlink(missing_ok=True)


def _merging(late: Late) -> Callable[[OpenTrack], Change]:
    """Return the change that brings a late save in: before drafts, but behind what people have saved since."""

    def change(track: OpenTrack) -> Change:
        if late.base is None:
            return Change(cues=track.aligned.plain(), state=track.known())
        base = align(read_srt(late.base, file=track.file).cues, track.state, reel=track.reel)
        saved = [replace(cue, id="") for cue in read_srt(late.content, file=track.file).cues]
        merged = _newest(merge_three(base.plain(), saved, track.aligned.plain(), reel=track.reel), track.aligned)
        return Change(cues=in_file_order(track, merged.cues), state=after_people(track.known(), merged, _LATE))

    return change


def _newest(merged: Merged, now: AlignedTrack) -> Merged:
    """Return `merged` with what people wrote in the file as it is now standing in its conflicts."""
    there = now.by_id()
    newer = {
        one.id: there[one.id].cue
        for one in merged.conflicts
        if one.people and one.id in there and there[one.id].status is not CueStatus.DRAFT
    }
    return replace(
        merged,
        cues=tuple(newer.get(cue.id, cue) for cue in merged.cues),
        conflicts=tuple(
            replace(one, people=newer[one.id], other=one.people) if one.id in newer else one for one in merged.conflicts
        ),
    )
