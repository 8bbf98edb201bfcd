"""A paper edit becomes a cut: its clips, cards and pictures one after the other, what lies over them, music and narration.

Every boundary is a whole frame of the film's clock; a clip's source begins at its exact millisecond, and its length is the
nearest whole number of frames.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from footage_manifest.findings import Finding, Severity
from footage_manifest.graphics import Title
from footage_manifest.media import MediaFacts
from footage_manifest.model import Cut, Film, Manifest, SoundChoice
from footage_manifest.picture_plan import StillMove
from footage_manifest.sound_plan import LaidSound
from footage_manifest.timecode import Label, TimecodeError
from pipeline.errors import TimelineError
from pipeline.timeline.edl_model import Edl
from pipeline.timeline.interchange_events import lists
from pipeline.timeline.interchange_model import Remarks, Sequence, Track
from pipeline.timeline.paper_media import PaperMedia
from pipeline.timeline.paper_model import PaperEdit
from pipeline.timeline.paper_tracks import Layout

_FIRST = Label(1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedQuote:
    """What of a reel a quote or a recorded narration plays: SOURCE milliseconds, ends exclusive, padded, in playing order.

    Several pieces where something was left out (`[...]`, `tight:`).
    """

    pieces: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperChapter:
    """A chapter from the heading on `line`: from `frame` of the cut on for `frames`, counted on the film's clock."""

    line: int
    level: int
    texts: tuple[str, ...]
    frame: int
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledPaper:
    """A paper edit as a cut. `edls` are its tracks, pictures from the lowest up, then sound.

    `titles` are the cards that its lines make, by keys that nothing else has; `music` and `narration` (by language) are laid
    under the cut, `moves` are those of its stills. `frames` is how long it is, on the film's clock. `findings` are warnings.
    """

    sequence: Sequence
    edls: tuple[Edl, ...]
    titles: Mapping[str, Title]
    music: tuple[LaidSound, ...]
    narration: Mapping[str, tuple[LaidSound, ...]]
    moves: Mapping[str, StillMove]
    chapters: tuple[PaperChapter, ...]
    frames: int
    findings: tuple[Finding, ...] = field(default=())

    def film(self, film: Film) -> Film:
        """Return the film with the cards among its titles."""
        return film.model_copy(update={"titles": {**film.titles, **self.titles}})

    def cut(self, cut: Cut) -> Cut:
        """Return the cut with music, narration and moves beside its own; silence, where nothing is heard, is meant."""
        languages = dict.fromkeys([*cut.narration, *self.narration])
        narration = {one: (*cut.narration.get(one, ()), *self.narration.get(one, ())) for one in languages}
        return cut.model_copy(
            update={
                "music": (*cut.music, *self.music),
                "narration": narration,
                "moves": {**cut.moves, **self.moves},
                "sound": cut.sound or SoundChoice.EDL,
            }
        )


def compile_paper(
    edit: PaperEdit,
    places: Mapping[int, PlacedQuote],
    film: Film,
    manifest: Manifest,
    facts: Mapping[str, MediaFacts],
    cut: Cut,
) -> CompiledPaper:
    """Return the paper edit as a cut that `build_timeline` plays with `film()` and `cut()` of what comes back.

    `places` holds, by its line, what each quote and recorded narration plays, but for quotes with two times, which decide.
    The record begins at the cut's `start`, else at 01:00:00:00. Raises TimelineError with every finding.
    """
    clock = film.timeline.clock
    findings: list[Finding] = []
    try:
        zero = clock.frame(cut.start or _FIRST)
    except TimecodeError as error:
        findings.append(Finding(file=edit.file, line=1, what=str(error), cure="correct the cut's start in film.yaml"))
        zero = clock.frame(_FIRST)
    media = PaperMedia(file=edit.file, film=film, manifest=manifest, facts=facts, findings=findings)
    layout = Layout(media=media, pieces={line: one.pieces for line, one in places.items()}, zero=zero)
    for entry in edit.entries:
        layout.add(entry)
    layout.finish()
    if not layout.at:
        what = "the paper edit plays nothing"
        findings.append(Finding(file=edit.file, line=1, what=what, cure='add a line such as > INT01: "words"'))
    _raise_errors(findings)
    tracks = (
        Track(sound=False, pieces=tuple(layout.below), name="V1"),
        *((Track(sound=False, pieces=tuple(layout.above), name="V2"),) if layout.above else ()),
        *((Track(sound=True, pieces=tuple(layout.heard), name="A1"),) if layout.heard else ()),
    )
    title = film.title if isinstance(film.title, str) else next(iter(film.title.values()), "")
    sequence = Sequence(title=title, clock=clock, start=zero, tracks=tracks)
    remarks = Remarks(file=edit.file)
    edls = lists(sequence, clock=clock, remarks=remarks)
    _raise_errors([*findings, *remarks.errors])
    return CompiledPaper(
        sequence=sequence,
        edls=edls,
        titles=layout.titles,
        music=tuple(layout.music),
        narration={language: tuple(laid) for language, laid in layout.narration.items()},
        moves=media.moves,
        chapters=_chapters(layout),
        frames=layout.at,
        findings=tuple(sorted([*edit.findings, *findings, *remarks.warnings], key=lambda one: one.line or 0)),
    )


def _chapters(layout: Layout) -> tuple[PaperChapter, ...]:
    """Return the chapters, each as long as until the next of its level or above."""
    found = []
    for number, (entry, frame) in enumerate(layout.chapters):
        behind = (at for other, at in layout.chapters[number + 1 :] if other.level <= entry.level)
        end = next(behind, layout.at)
        found.append(
            PaperChapter(line=entry.line, level=entry.level, texts=entry.texts, frame=frame, frames=end - frame)
        )
    return tuple(found)


def _raise_errors(findings: list[Finding]) -> None:
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        raise TimelineError(sorted(dict.fromkeys(errors), key=lambda finding: finding.line or 0))
