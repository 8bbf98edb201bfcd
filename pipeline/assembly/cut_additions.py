"""What a film says of a cut beyond its edit: remarks, which become markers, and what no export holds."""

from collections.abc import Iterator

from footage_manifest.film import Cut, Loudness, SoundChoice
from footage_manifest.graphics import LowerThirds
from footage_manifest.model import Film, Manifest
from footage_manifest.picture_plan import Fit, StillMove
from footage_manifest.timecode import TimecodeError
from pipeline.assembly.cut_files import CutFile
from pipeline.assembly.review import read_remarks
from pipeline.timeline.export_markers import Marker
from pipeline.timeline.export_plan import Lost
from pipeline.timeline.interchange_model import ClockedSide
from pipeline.timeline.model import MediaKind
from pipeline.timeline.paper_model import Music, Narration
from pipeline.timeline.relink import Link, Relinker
from pipeline.timeline.wording import rate_text


def markers(cut: CutFile, lost: Lost) -> tuple[Marker, ...]:
    """Return the remarks on a film's cut as markers, none for a file that is no cut's.

    Those outside of the edit are added to `lost`. Raises as `read_remarks`.
    """
    events = [event for edl in cut.edls for event in edl.events]
    if cut.folder is None or not cut.listed or not events:
        return ()
    first, end = min(event.record.start for event in events), max(event.record.end for event in events)
    made = []
    for remark in read_remarks(cut.folder, cut.name):
        at = (remark.frame - first) % cut.clock.frames_a_day  # the cut may run past midnight
        if at >= end - first:
            lost.add(
                "remarks before or after the edit's events are left out", f"{remark.timecode} (line {remark.line})"
            )
            continue
        version = "" if remark.version is None else f"v{remark.version}"
        name = f"{remark.name} ({version})" if remark.name and version else remark.name or version
        made.append(Marker(frame=first + at, name=name, text=remark.text))
    return tuple(made)


def list_additions(cut: CutFile, lost: Lost, *, held: frozenset[str] = frozenset()) -> None:
    """Add to `lost` what film.yaml and the manifest add to a film's cut and no export holds: a line each, by field.

    `held` are fields of the cut that this export does hold.
    """
    if cut.production is None:
        return
    film, manifest = cut.production.film, cut.production.manifest
    links = _links(cut)
    said = [*_of_cut(film.cuts[cut.name]), *_start(cut, film.cuts[cut.name])]
    lines = [(f"cuts.{cut.name}.{field}", what) for field, what in said if cut.listed and field not in held]
    for field, what in (*lines, *_of_film(film, film.cuts[cut.name], links), *_of_media(manifest, links)):
        lost.add(f"{field} ({what})")


def list_paper(cut: CutFile, lost: Lost) -> None:
    """Add to `lost` what a paper edit lays under its cut and no export holds, and the cards that its lines make."""
    if cut.paper is None:
        return
    compiled = cut.paper.compiled
    for entry in cut.paper.edit.entries:
        if isinstance(entry, Music) and entry.reel:
            lost.add("music of the paper edit", f"{entry.reel} (line {entry.line})")
        elif isinstance(entry, Narration):
            lost.add("narration of the paper edit", f"{entry.reel or 'not recorded'} (line {entry.line})")
    if compiled.moves:
        lost.add("how stills move", ", ".join(compiled.moves))
    for key, title in compiled.titles.items():
        text = title.text if isinstance(title.text, str) else next(iter(title.text.values()), "")
        lost.add("words of the paper edit's cards (to play them from this, write them under titles)", f"{key} {text}")


def list_rates(cut: CutFile, lost: Lost) -> None:
    """Add to `lost` the reels whose labels do not count at the film's rate, which a list has no word for."""
    if cut.production is None:
        return
    relinker = Relinker(cut.production.manifest, cut.production.film.titles)
    for edl in cut.edls:
        for event in edl.events:
            for side in (event.incoming, event.outgoing):
                link = None if side is None else relinker.find(side.reel, side.names)
                if isinstance(side, ClockedSide) or not isinstance(link, Link) or link.kind is not MediaKind.REEL:
                    continue  # a side with a clock of its own is told where it is written
                rate = cut.production.manifest.reels[link.key].timecode_rate
                if rate is not None and rate != cut.clock.rate:
                    lost.add(
                        f"source labels of reel {link.key} count at {rate_text(rate)}, which an EDL does not say: "
                        "state its timecode_rate where it is read"
                    )


def _links(cut: CutFile) -> tuple[Link, ...]:
    """Return what of the film the cut plays, in the order of keys."""
    assert cut.production is not None  # noqa: S101 - the caller has one
    relinker = Relinker(cut.production.manifest, cut.production.film.titles)
    sides = [side for edl in cut.edls for event in edl.events for side in (event.incoming, event.outgoing) if side]
    found = {relinker.find(side.reel, side.names) for side in sides}
    return tuple(sorted(link for link in found if isinstance(link, Link)))


def _of_cut(cut: Cut) -> Iterator[tuple[str, str]]:
    """Yield what one cut of film.yaml adds: the field, and what it does."""
    fields = (
        (cut.music, "music", "music laid under the cut"),
        (cut.narration, "narration", "narration laid over the cut"),
        (cut.ducking, "ducking", "music that gives way to speech"),
        (cut.sound is SoundChoice.FOLLOW_PICTURE, "sound", "the sound of what is seen; the edit's own is written"),
        (cut.level_dialogue, "level_dialogue", "speakers brought to one level"),
        (cut.loudness is not Loudness.NONE, "loudness", "the loudness profile"),
        ("join_fade_ms" in cut.model_fields_set and cut.join_fade_ms, "join_fade_ms", "fades at cuts in the sound"),
        (cut.lower_thirds != LowerThirds.NONE and cut.lower_thirds, "lower_thirds", "names under people"),
        (cut.moves, "moves", "how stills move"),
        (cut.fit, "fit", "how pictures of another shape fill the frame"),
        (cut.burn_in, "burn_in", "subtitles drawn into the picture"),
        ("subtitles" in cut.model_fields_set, "subtitles", "which subtitle tracks it is delivered with"),
        (cut.versions, "versions", "versions in several languages"),
    )
    yield from ((field, what) for is_there, field, what in fields if is_there)


def _start(cut: CutFile, own: Cut) -> Iterator[tuple[str, str]]:
    """Yield where the cut begins, if that is not with its first event."""
    first = min((event.record.start for edl in cut.edls for event in edl.events), default=None)
    if own.start is None or first is None:
        return
    try:
        begins = cut.clock.frame(own.start)
    except TimecodeError:
        begins = -1  # no label of the film's: the check says so
    if begins != first:
        yield "start", "where the cut begins; what is written begins with the first event"


def _of_film(film: Film, cut: Cut, links: tuple[Link, ...]) -> Iterator[tuple[str, str]]:
    """Yield what film.yaml says for all cuts."""
    cards = [link for link in links if link.kind is MediaKind.TITLE]
    if film.fit is not Fit.FIT and cut.fit is None:
        yield "fit", "how pictures of another shape fill the frame"
    if film.bug is not None:
        yield "bug", "the picture in a corner"
    for link in cards:
        yield str(link), "the drawing of the card; a clip under its key stands for it"
    if "graphics" in film.model_fields_set and (cards or (cut.lower_thirds and cut.lower_thirds != LowerThirds.NONE)):
        yield "graphics", "how cards and names look"


def _of_media(manifest: Manifest, links: tuple[Link, ...]) -> Iterator[tuple[str, str]]:
    """Yield what the manifest says of the reels and stills that the cut plays."""
    for link in links:
        if link.kind is MediaKind.REEL:
            reel = manifest.reels[link.key]
            if reel.sound is not None:
                yield f"{link}.sound", "sound recorded apart from the picture"
            if reel.channels is not None:
                yield f"{link}.channels", "which sound channels are used where the edit does not say"
        if link.kind is MediaKind.STILL and manifest.stills[link.key].move is not StillMove.NONE:
            yield f"{link}.move", "how the still moves"
        medium = manifest.reels.get(link.key) if link.kind is MediaKind.REEL else manifest.stills.get(link.key)
        if medium is not None and medium.fit is not None:
            yield f"{link}.fit", "how its picture fills the frame"
