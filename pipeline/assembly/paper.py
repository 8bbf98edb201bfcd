"""A paper edit as a cut of its film: its quotes found where they were said, kept there, and laid on tracks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from footage_manifest import consent
from footage_manifest.findings import Finding, Severity
from footage_manifest.model import Cut, Production
from footage_manifest.wording import listed
from pipeline.assembly.options import Step
from pipeline.assembly.paper_find import Sought, left_out_of
from pipeline.assembly.paper_places import PlacedLine, keep_places, load_places, paper_bytes
from pipeline.assembly.paper_placing import Placing
from pipeline.assembly.paper_sources import Sources, quiet
from pipeline.assembly.paper_stored import looked_at, stored_site
from pipeline.assembly.paper_words import withdrawn_people
from pipeline.assembly.site import Site
from pipeline.errors import ConsentError, TimelineError
from pipeline.ports.work import Progress
from pipeline.stages.media import Media
from pipeline.timeline.paper_cut import CompiledPaper, PlacedQuote, compile_paper
from pipeline.timeline.paper_model import Narration, PaperEdit, Quote
from pipeline.timeline.paper_points import Joint, JointRemark
from pipeline.timeline.paper_text import read_paper
from pipeline.timeline.paper_tight import LeftOut
from pipeline.timeline.paper_tracks import spoken_seconds

SUFFIX = ".md"
_LISTEN = "listen to it, or choose more words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a quote or a recorded narration, on `line`, plays of its `reel`.

    `words` are those that were chosen, as they were when they were found, ` [...] ` where a passage is left out; `before`
    and `after` are the words around them. `pieces` are SOURCE milliseconds, padded, ends exclusive, in playing order;
    `labels` the first and the last (exclusive) on the reel's own clock. `left_out` is what `tight:` takes out,
    `tightened_ms` how much shorter that makes it. `spoken` are from when to when the words of each part are said.
    """

    line: int
    reel: str
    words: str
    before: str
    after: str
    pieces: tuple[tuple[int, int], ...]
    labels: tuple[str, str]
    remarks: tuple[JointRemark, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    tightened_ms: int = 0
    spoken: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCut:
    """A paper edit with what its quotes play. `findings` are warnings: of its lines, its joints, and what it lays down.

    `unheard` names the reels that nobody has listened to yet: until a run does, their quotes have the length that reading
    them aloud takes, from the reel's first frame.
    """

    edit: PaperEdit
    compiled: CompiledPaper
    chosen: tuple[Chosen, ...]
    findings: tuple[Finding, ...]
    unheard: tuple[str, ...] = ()


def is_paper(cut: Cut) -> bool:
    """Return whether a cut is a paper edit."""
    return any(source.lower().endswith(SUFFIX) for source in cut.source)


def paper_cut(  # noqa: PLR0913 - what a cut of a film is
    site: Site, media: Media, name: str, cut: Cut, file: str, data: bytes, *, may_make: bool, again: bool = False
) -> PaperCut:
    """Return the paper edit `data` of `file` as the film's cut `name`.

    With `may_make` the quoted reels are listened to where that was not done yet, and the places of the quotes are kept; else
    only what is stored is used, and nothing written. With `again` the quotes are looked for anew. Raises TimelineError with
    every finding, ConsentError where a quote is of someone who has withdrawn, or whose reel would have to be listened to
    without their agreement, WouldRun in a dry run that comes to work, ManifestError as `heard_in_reels`.
    """
    edit = read_paper(data, file=file, languages=site.production.film.languages)
    _refuse_withdrawn(site.production, edit)
    sources = Sources(site=site if may_make else quiet(site), media=media, may_make=may_make)
    placing = _placing(site, edit, sources, again=again)
    if may_make and site.options.reaches(Step.CLEAR):
        _refuse_unagreed(site, name, edit, placing.needs_hearing())
    placing.settle()
    found = _made(placing, cut)
    if may_make and not site.options.dry_run:
        keep_places(site.folder, file, placing.kept)
    return found


def stored_paper_cut(  # noqa: PLR0913 - as the page and the command line have it
    folder: Path,
    production: Production,
    file: str,
    progress: Progress,
    *,
    data: bytes | None = None,
    cut: str | None = None,
    keep: bool = False,
) -> PaperCut:
    """Return the paper edit `file` (relative to the film folder) as it would be cut, making nothing, without the run's lock.

    `data` is its text where that is not saved yet. `cut` names the film's cut it belongs to; without it, the first that has
    it as its source, else one of its own. With `keep` the places of the quotes are kept. Raises as `paper_cut`.
    """
    text = paper_bytes(folder, file) if data is None else data
    edit = read_paper(text, file=file, languages=production.film.languages)
    _refuse_withdrawn(production, edit)
    with stored_site(folder, production, progress) as site:
        media, findings = looked_at(site, edit)
        placing = _placing(site, edit, Sources(site=site, media=media, may_make=False))
        placing.findings += findings
        placing.settle()
        found = _made(placing, _cut_of(production, file, cut))
        if keep:
            keep_places(site.folder, file, placing.kept)
        return found


def _placing(site: Site, edit: PaperEdit, sources: Sources, *, again: bool = False) -> Placing:
    """Return what finds the quotes, with the places that were kept, but for those of people who withdrew."""
    production = site.production
    kept = {
        key: line
        for key, line in load_places(site.folder, edit.file).items()
        if key.reel in production.manifest.reels and not withdrawn_people(production, key.reel)
    }
    return Placing(production=production, edit=edit, sources=sources, kept=kept, again=again)


def _cut_of(production: Production, file: str, name: str | None) -> Cut:
    cuts = production.film.cuts
    if name is not None:
        return cuts[name]
    own = next((cut for cut in cuts.values() if file in cut.source), None)
    return own or Cut.model_validate({"source": file, "audience": "internal"})


# ----------------------------------------------------------------------------------------------------------------- consent


def _quoting(edit: PaperEdit) -> Iterable[Quote | Narration]:
    return (entry for entry in edit.entries if isinstance(entry, Quote | Narration) and entry.reel)


def _refuse_withdrawn(production: Production, edit: PaperEdit) -> None:
    """Raise ConsentError where what people said is quoted who have withdrawn: it is not even looked for (rule 22)."""
    findings = []
    for entry in _quoting(edit):
        people = withdrawn_people(production, entry.reel) if entry.reel in production.manifest.reels else ()
        if people:
            what = f"{entry.reel} is quoted, and {listed(people)} withdrew consent: nothing of it is used"
            findings.append(Finding(file=edit.file, line=entry.line, what=what, cure="take the line out"))
    if findings:
        raise ConsentError(findings)


def _refuse_unagreed(site: Site, name: str, edit: PaperEdit, keys: Sequence[str]) -> None:
    """Raise ConsentError before a reel is listened to for a cut that its people have not agreed to."""
    cut, manifest = site.production.film.cuts[name], site.production.manifest
    on = cut.date or site.options.today
    findings = []
    for entry in _quoting(edit):
        for person in (manifest.reels[entry.reel].people or ()) if entry.reel in keys else ():
            decision = consent.decide(person, manifest.people.get(person), cut.audience, on)
            if not decision.allowed:
                what = f"{person} is heard in {entry.reel}, and this cut is for the audience '{cut.audience}'"
                finding = Finding(
                    file=edit.file,
                    line=entry.line,
                    field=f"people.{person}",
                    what=f"{what}: {decision.reason}",
                    cure=decision.cure,
                )
                findings.append(finding)
    if findings:
        raise ConsentError(findings)


# ---------------------------------------------------------------------------------------------------------------- the cut


def _made(placing: Placing, cut: Cut) -> PaperCut:
    """Return the cut that the places make. Raises TimelineError with all that is wrong with its lines."""
    edit, film, manifest = placing.edit, placing.production.film, placing.production.manifest
    pieces = {line: PlacedQuote(pieces=_pieces(one)) for line, one in placing.lines.items()}
    for one in (*placing.refused, *(one for own in placing.unheard.values() for one in own)):
        pieces[one.line] = PlacedQuote(pieces=_guessed(placing, one))  # so that the other lines are judged as well
    exact = {
        entry.line
        for entry in _quoting(edit)
        if isinstance(entry, Quote) and entry.source_out is not None and entry.tight_ms is None
    }
    given = {line: one for line, one in pieces.items() if line not in exact}
    facts = placing.sources.media.reels
    errors = [one for one in placing.findings if one.severity is Severity.ERROR]
    try:
        compiled = compile_paper(edit, given, film, manifest, facts, cut)
    except TimelineError as error:
        told = {one.line for one in errors}
        errors += [one for one in error.findings if one.line not in told]
        raise TimelineError(sorted(dict.fromkeys(errors), key=lambda one: one.line or 0)) from None
    if errors:
        raise TimelineError(errors)
    chosen = tuple(_chosen(placing, line, one) for line, one in sorted(placing.lines.items()))
    warnings = [*compiled.findings, *placing.findings, *_unheard(placing), *_of_joints(edit, chosen), *_unread(placing)]
    return PaperCut(
        edit=edit,
        compiled=compiled,
        chosen=chosen,
        findings=tuple(sorted(dict.fromkeys(warnings), key=lambda one: one.line or 0)),
        unheard=tuple(placing.unheard),
    )


def _pieces(line: PlacedLine) -> tuple[tuple[int, int], ...]:
    return line.tight.pieces if line.tight is not None else line.whole


def _guessed(placing: Placing, one: Sought) -> tuple[tuple[int, int], ...]:
    seconds = spoken_seconds(" ".join(one.parts), placing.production.film.languages[0])
    return ((0, max(1, int(seconds * 1000))),)


def _chosen(placing: Placing, number: int, line: PlacedLine) -> Chosen:
    pieces, key = _pieces(line), line.key.reel
    whole_ms = sum(end - begin for begin, end in line.whole)
    return Chosen(
        line=number,
        reel=key,
        words=" [...] ".join(part.words for part in line.parts),
        before=line.parts[0].before,
        after=line.parts[-1].after,
        pieces=pieces,
        labels=(str(placing.label(key, pieces[0][0])), str(placing.label(key, pieces[-1][1], end=True))),
        remarks=tuple(JointRemark(joint=Joint[one.joint], at_ms=one.at_ms, words=one.words) for one in line.remarks),
        left_out=left_out_of(line),
        tightened_ms=whole_ms - sum(end - begin for begin, end in pieces),
        spoken=tuple((part.from_ms, part.to_ms) for part in line.parts),
    )


def _unheard(placing: Placing) -> list[Finding]:
    return [
        Finding(
            severity=Severity.WARNING,
            file=placing.edit.file,
            line=own[0].line,
            what=f"nobody has listened to {key} yet, so it is not known where "
            f"{'this was' if len(own) == 1 else f'{len(own)} of its quotes were'} said",
            cure="testimonio run listens to it, and finds them",
        )
        for key, own in placing.unheard.items()
    ]


def _of_joints(edit: PaperEdit, chosen: Iterable[Chosen]) -> list[Finding]:
    return [
        Finding(severity=Severity.WARNING, file=edit.file, line=one.line, what=str(remark), cure=_LISTEN)
        for one in chosen
        for remark in one.remarks
    ]


def _unread(placing: Placing) -> list[Finding]:
    """Return what is wrong with people's subtitles of the reels that were looked through."""
    return [finding for said in placing.sources.said() for finding in said.findings]
