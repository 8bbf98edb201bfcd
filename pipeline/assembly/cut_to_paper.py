"""`testimonio cut convert --to md`: a cut of a film as a paper edit, with what is said in each event."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from footage_manifest.model import Cut, Production, ReelKind, SoundChoice
from footage_manifest.timecode import Label
from pipeline.assembly import road, survey
from pipeline.assembly.cut_additions import list_additions, markers
from pipeline.assembly.cut_files import CutFile
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.paper_sources import SPOKEN_KINDS, Sources
from pipeline.assembly.paper_stored import looked_at, stored_site
from pipeline.assembly.paper_words import reel_said, withdrawn_people
from pipeline.ports.work import Progress
from pipeline.stages.media import Media
from pipeline.timeline.build import build_timeline
from pipeline.timeline.export_markers import Marker
from pipeline.timeline.export_plan import Lost
from pipeline.timeline.model import MediaKind, Timeline
from pipeline.timeline.paper_alike import Alike, alike
from pipeline.timeline.paper_cut import compile_paper
from pipeline.timeline.paper_from_cut import paper_from_cut
from pipeline.timeline.paper_labels import ReelLabels
from pipeline.timeline.paper_model import Entry, Heading, Note, PaperEdit, Picture
from pipeline.timeline.paper_text import read_paper
from pipeline.timeline.paper_write import paper_of
from pipeline.timeline.relink import Link, Relinker
from subtitles.said import SaidWord

_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")
_HOUR = Label(1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperText:
    """A cut as a paper edit. `same` says how far it differs from the cut when it is read back, frame by frame."""

    text: str
    same: Alike


def paper_text(cut: CutFile, lost: Lost, progress: Progress) -> PaperText:
    """Return a film's cut as a paper edit, and add to `lost` what that does not carry.

    The film's files are looked at where nobody did yet; words are those that are stored. Raises TimelineError where the cut
    cannot be built, ManifestError and StageError where its media cannot be used.
    """
    production, folder = cut.production, cut.folder
    assert production is not None  # noqa: S101 - `read_in_film` gives one
    assert folder is not None  # noqa: S101 - likewise
    keys = _reels(cut, production)
    media, words = _known(cut, keys, progress)
    own = production.film.cuts[cut.name]
    film, manifest = production.film, production.manifest
    timeline = build_timeline(cut.name, own, film, manifest, cut.edls, media.reels).timeline
    labels = ReelLabels(film=film, manifest=manifest, facts=media.reels, lost=lost)
    made = paper_from_cut(timeline, own, words, labels)
    _say_unheard(production, keys, words, lost)
    _say_start(cut, own, timeline, lost)
    list_additions(cut, lost, held=frozenset({"moves", "sound", "start"}))
    entries = [_heading(cut, production), *_with_notes(made.entries, markers(cut, lost), cut, timeline)]
    text = paper_of(entries, film.languages)
    return PaperText(text=text, same=_read_back(cut, own, timeline, media, text))


def _reels(cut: CutFile, production: Production) -> tuple[str, ...]:
    """Return the reels that a cut plays, in order."""
    relinker = Relinker(production.manifest, production.film.titles)
    sides = [side for edl in cut.edls for event in edl.events for side in (event.incoming, event.outgoing) if side]
    links = dict.fromkeys(relinker.find(side.reel, side.names) for side in sides)
    return tuple(link.key for link in links if isinstance(link, Link) and link.kind is MediaKind.REEL)


def _known(cut: CutFile, keys: Sequence[str], progress: Progress) -> tuple[Media, Mapping[str, tuple[SaidWord, ...]]]:
    """Return the facts of reels, looked at now where nobody did yet, and the words that are stored of them."""
    folder, production = cut.folder, cut.production
    assert folder is not None  # noqa: S101 - as in `paper_text`
    assert production is not None  # noqa: S101 - likewise
    asked = PaperEdit(file="", entries=tuple(Picture(key=key, ms=1) for key in keys))
    with stored_site(folder, production, progress) as site:
        media, missing = looked_at(site, asked)
    if missing:
        with road.opened(RunOptions(folder=folder, to=Step.PROBE), progress) as site:
            media = survey.survey(site, keys, ())
    with stored_site(folder, production, progress) as site:
        sources = Sources(site=site, media=media, may_make=False)
        words = {key: _said(sources, key) for key in keys if _is_spoken(production, key)}
    return media, {key: said for key, said in words.items() if said is not None}


def _said(sources: Sources, key: str) -> tuple[SaidWord, ...] | None:
    """Return what is said in a reel, None where that is known neither from listening nor from people's subtitles."""
    reel, site = sources.stored_reel(key), sources.site
    if reel is not None:
        return reel.said.spoken
    return reel_said(site.folder, site.production, key, None).spoken or None


def _is_spoken(production: Production, key: str) -> bool:
    return production.manifest.reels[key].kind in SPOKEN_KINDS and not withdrawn_people(production, key)


def _say_unheard(
    production: Production, keys: Sequence[str], words: Mapping[str, Sequence[SaidWord]], lost: Lost
) -> None:
    for key in keys:
        if withdrawn_people(production, key):
            lost.add("what is said by people who withdrew consent is not written", key)
        elif _is_spoken(production, key) and key not in words:
            lost.add("words of reels that nobody has listened to (testimonio run --to transcribe does that)", key)


def _say_start(cut: CutFile, own: Cut, timeline: Timeline, lost: Lost) -> None:
    """Say what of the cut's entry in film.yaml does not suit a paper edit."""
    clock = cut.clock
    if own.sound is SoundChoice.FOLLOW_PICTURE:
        lost.add("sound: follow-picture: leave it out where the paper edit is the source, whose quotes are then heard")
    if timeline.record_zero != clock.frame(own.start or _HOUR):
        label = clock.label(timeline.record_zero)
        lost.add(f'where the cut begins: write start: "{label}" where the paper edit is its source')


def _heading(cut: CutFile, production: Production) -> Heading:
    """Return the film's title as a chapter without a card, the cut's name for a film that has none."""
    film = production.film
    titles = [film.title] if isinstance(film.title, str) else [film.title.get(one, "") for one in film.languages]
    texts = [" ".join(_UNSEEN.sub(" ", title).split()) for title in titles]
    if not all(texts):
        texts = [next((text for text in texts if text), cut.name)]
    return Heading(level=1, texts=tuple(texts), ms=0)


def _with_notes(
    entries: Sequence[tuple[int, Entry]], remarks: Sequence[Marker], cut: CutFile, timeline: Timeline
) -> Iterator[Entry]:
    """Yield the entries, in front of each what reviewers said of it."""
    waiting = sorted(remarks, key=lambda one: one.frame)
    edges = [at for at, _ in entries[1:]]
    for (_, entry), end in zip(entries, [*edges, timeline.frames], strict=True):
        while waiting and (waiting[0].frame - timeline.record_zero < end or end == timeline.frames):
            one = waiting.pop(0)
            said = f"{one.name}: {one.text}".removeprefix(": ")
            said = " ".join(_UNSEEN.sub(" ", said).split()).replace("<!--", "<! --")
            yield Note(text=f"Note: {cut.clock.label(one.frame)} {said}")
        yield entry


def _read_back(cut: CutFile, own: Cut, timeline: Timeline, media: Media, text: str) -> Alike:
    """Return how the paper edit differs from the cut when it is read and built again."""
    production = cut.production
    assert production is not None  # noqa: S101 - as in `paper_text`
    film, manifest = production.film, production.manifest
    start = cut.clock.label(timeline.record_zero)
    again = own.model_copy(
        update={"source": ("cuts/cut.md",), "start": start, "sound": None, "music": (), "narration": {}}
    )
    edit = read_paper(text.encode(), file="cuts/cut.md", languages=film.languages)
    paper = compile_paper(edit, {}, film, manifest, media.reels, again)
    built = build_timeline(cut.name, paper.cut(again), paper.film(film), manifest, paper.edls, media.reels)
    tunes = frozenset(key for key, reel in manifest.reels.items() if reel.kind is ReelKind.MUSIC)
    return alike(timeline, built.timeline, media.reels, leave_out=tunes)
