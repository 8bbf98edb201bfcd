"""`testimonio stringout`: what was searched for or marked, one passage after the other, as a paper edit."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from footage_manifest.fields import NAME_PATTERN
from footage_manifest.findings import Finding
from footage_manifest.load import load_production
from footage_manifest.model import MANIFEST_FILE, Production
from footage_manifest.timecode import TimecodeError
from footage_manifest.wording import choose, shown
from pipeline.assembly.marks import Mark, read_marks
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.paper_sources import Sources
from pipeline.assembly.paper_stored import looked_at, stored_site
from pipeline.assembly.paper_words import reel_said
from pipeline.assembly.passages import Passage, Wanted, passages
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.search import Asked, Where, find, reels_where
from pipeline.assembly.search_clock import LabelledReel, labelled_reel
from pipeline.durable import storage_errors, sync_folder
from pipeline.errors import TimelineError, UsageError
from pipeline.ports.work import Progress
from pipeline.timeline.paper_from_cut import quoted, readable, wordless
from pipeline.timeline.paper_model import Entry, Heading, PaperEdit, Picture, Quote
from pipeline.timeline.paper_write import paper_of
from subtitles.quote_words import folded

FOLDER = "cuts"
_SHOWN = 64
_ANYWHERE = Where()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is strung together: places where `phrases` were said, else marks; `tag` is one that a mark must have.

    `where.theme` is a theme of a reel, or a tag of a mark. `name` is what the paper edit is called.
    """

    folder: Path
    name: str
    phrases: tuple[str, ...] = ()
    where: Where = _ANYWHERE
    tag: str | None = None
    lemma: bool = False
    fuzzy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StringOut:
    """What was written: the file (relative to the film), how many passages from which reels, how long in all."""

    file: str
    passages: int
    reels: tuple[str, ...]
    ms: int
    findings: tuple[Finding, ...]
    problems: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Marked:
    """The marks that are asked for, in SOURCE milliseconds, by reel."""

    by_reel: Mapping[str, tuple[tuple[Mark, int, int], ...]]
    findings: tuple[Finding, ...]


def string_out(choice: Choice, progress: Progress) -> StringOut:
    """Write the paper edit `cuts/NAME.md`, and return what is in it. Nothing that is there is written over.

    Raises ManifestError and UsageError as `find`, UsageError where nothing was found or the file is there, SubtitleError for
    marks that cannot be read, TimelineError for reels that nobody has looked at, StoreError where it cannot be written.
    """
    folder = choice.folder.absolute()
    production = load_production(folder).production
    file = _file(folder, choice.name)
    film = FilmOnDesk(folder)
    reels = reels_where(production, film, replace(choice.where, theme=None))
    marks = read_marks(folder, production)
    _require_known(choice, production, marks.marks, reels)
    problems: tuple[str, ...] = ()
    hits: list[tuple[str, int, int]] = []
    if choice.phrases:
        where = replace(choice.where, theme=None)
        asked = Asked(folder=folder, phrases=choice.phrases, where=where, most=0, context=0)
        found = find(replace(asked, lemma=choice.lemma, fuzzy=choice.fuzzy), progress)
        hits, problems = [(one.reel, one.start_ms, one.end_ms) for one in found.hits], found.problems
    keys = [key for key in reels if any(one[0] == key for one in hits) or any(one.reel == key for one in marks.marks)]
    with stored_site(folder, production, progress) as site:
        media, missing = looked_at(site, PaperEdit(file=file, entries=tuple(Picture(key=key, ms=1) for key in keys)))
        if missing:
            raise TimelineError([replace(one, file=MANIFEST_FILE, line=None) for one in missing])
        clock = production.film.timeline.clock
        clocks = {key: labelled_reel(key, production.manifest.reels[key], media.reels[key], clock) for key in keys}
        marked = _marked(choice, production, [one for one in marks.marks if one.reel in clocks], clocks)
        wanted = _wanted(choice, production, keys, hits, marked)
        sources = Sources(site=site, media=media, may_make=False)
        found_in = {key: _passages(sources, key, own) for key, own in wanted.items() if own}
    if not any(found_in.values()):
        raise UsageError("nothing was found to string together", "search for other words, or mark passages first")
    _write(folder, file, _text(production, found_in, clocks))
    every = [one for own in found_in.values() for one in own]
    return StringOut(
        file=file,
        passages=len(every),
        reels=tuple(key for key, own in found_in.items() if own),
        ms=sum(one.to_ms - one.from_ms for one in every),
        findings=(*marks.findings, *marked.findings),
        problems=problems,
    )


def _file(folder: Path, name: str) -> str:
    """Return the file that is to be written. Raises UsageError for a name that is none, or that is there."""
    bare = name.removesuffix(".md")
    if re.fullmatch(NAME_PATTERN, bare) is None:
        what = f"{shown(name if len(name) <= _SHOWN else f'{name[:_SHOWN]}...')} is no name of a cut"
        raise UsageError(what, "write letters without accents, digits, _ and -, at most 64, such as water")
    file = f"{FOLDER}/{bare}.md"
    if (folder / file).exists() or (folder / file).is_symlink():
        raise UsageError(f"{file} is there already", "choose another name, or move it away")
    return file


def _require_known(choice: Choice, production: Production, marks: Iterable[Mark], reels: Sequence[str]) -> None:
    """Raise UsageError for a tag or theme that nobody uses."""
    own = [one for one in marks if one.reel in reels]
    tags = {tag for one in own for tag in one.tags}
    themes = {theme for key in reels for theme in production.manifest.reels[key].themes}
    for what, asked, known in (("tag", choice.tag, tags), ("theme", choice.where.theme, tags | themes)):
        if asked is not None and not any(folded(asked) == folded(one) for one in known):
            raise UsageError(f"there is no {what} {shown(asked)}", choose(asked, sorted(known)))


def _marked(
    choice: Choice, production: Production, marks: Iterable[Mark], clocks: Mapping[str, LabelledReel]
) -> _Marked:
    by_reel: dict[str, list[tuple[Mark, int, int]]] = {}
    findings: list[Finding] = []
    for mark in marks:
        try:
            begin, end = clocks[mark.reel].ms(mark.start), clocks[mark.reel].ms(mark.end)
        except TimecodeError as error:
            findings.append(Finding(file="transcripts/marks.csv", line=mark.line, what=str(error), cure="correct it"))
            continue
        if not 0 <= begin < end:
            what = f"{mark.start} to {mark.end} is no stretch of {mark.reel}"
            findings.append(Finding(file="transcripts/marks.csv", line=mark.line, what=what, cure="correct the times"))
        elif _is_meant(choice, production, mark):
            by_reel.setdefault(mark.reel, []).append((mark, begin, end))
    return _Marked(by_reel={key: tuple(own) for key, own in by_reel.items()}, findings=tuple(findings))


def _is_meant(choice: Choice, production: Production, mark: Mark) -> bool:
    tags = [folded(tag) for tag in mark.tags]
    themes = [folded(theme) for theme in production.manifest.reels[mark.reel].themes]
    by_tag = choice.tag is None or folded(choice.tag) in tags
    return by_tag and (choice.where.theme is None or folded(choice.where.theme) in (*tags, *themes))


def _wanted(
    choice: Choice, production: Production, keys: Iterable[str], hits: Iterable[tuple[str, int, int]], marked: _Marked
) -> dict[str, list[Wanted]]:
    """Return the stretches by reel: what was found, within the marks where a tag is asked for; else the marks."""
    if not choice.phrases:
        return {
            key: [Wanted(from_ms=begin, to_ms=end, whole=False) for _, begin, end in marked.by_reel.get(key, ())]
            for key in keys
        }
    found: dict[str, list[Wanted]] = {key: [] for key in keys}
    for key, begin, end in hits:
        in_mark = any(begin < to_ms and from_ms < end for _, from_ms, to_ms in marked.by_reel.get(key, ()))
        themes = [folded(theme) for theme in production.manifest.reels[key].themes]
        by_theme = choice.tag is None and choice.where.theme is not None and folded(choice.where.theme) in themes
        if in_mark or by_theme or (choice.tag is None and choice.where.theme is None):
            found[key].append(Wanted(from_ms=begin, to_ms=end, whole=True))
    return found


def _passages(sources: Sources, key: str, wanted: Sequence[Wanted]) -> tuple[Passage, ...]:
    reel, site = sources.stored_reel(key), sources.site
    known = reel.said if reel is not None else reel_said(site.folder, site.production, key, None)
    said = sorted(known.spoken, key=lambda one: (one.start_ms, one.end_ms))
    return passages(wanted, said, language=known.language, reel_ms=known.reel_ms)


def _text(production: Production, found: Mapping[str, Sequence[Passage]], clocks: Mapping[str, LabelledReel]) -> str:
    languages = production.film.languages
    entries: list[Entry] = []
    for key, own in found.items():
        if own:
            entries.append(Heading(level=2, texts=(key,), ms=0))
        for one in own:
            words = quoted(one.words) or wordless(languages)
            times = clocks[key].label(one.from_ms), clocks[key].label(one.to_ms, end=True)
            quote = Quote(reel=key, parts=(words,), source_in=times[0], source_out=times[1])
            entries.append(readable(quote, languages))
    return paper_of(entries, languages)


def _write(folder: Path, file: str, text: str) -> None:
    own_folder(folder, FOLDER)
    with storage_errors(f"writing {file}"):
        (folder / FOLDER).mkdir(exist_ok=True)
        try:
            with (folder / file).open("xb") as made:
                made.write(text.encode())
        except FileExistsError:
            raise UsageError(f"{file} is there already", "choose another name, or move it away") from None
        sync_folder(folder / FOLDER)
