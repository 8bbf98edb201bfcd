"""`testimonio subtitles check`: files and films held against a set of rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from footage_manifest.film import Gate
from footage_manifest.findings import Finding, ManifestError, Severity
from footage_manifest.load import load_production
from footage_manifest.model import FILM_FILE, Production, ReelKind
from pipeline.assembly.handover import Track, read_track, srt_name
from pipeline.assembly.handover_both import translations_in
from pipeline.assembly.known_reels import KnownReel, stored, with_shots, withdrawn
from pipeline.assembly.people_files import content_of
from pipeline.assembly.subtitle_files import language_in
from pipeline.errors import ExitCode, UsageError
from pipeline.ports.work import Progress
from pipeline.tools.ass_script import Page
from pipeline.tools.fonts import find_font
from subtitles.bilingual import stack
from subtitles.errors import SubtitleError
from subtitles.formats.any import read_any
from subtitles.glossary import check_terms, spelled
from subtitles.merge import staleness
from subtitles.quality import CueFinding, LineWidths, Surroundings, check_among
from subtitles.style import STYLES, SubtitleStyle

UNKNOWN_LANGUAGE = "und"
_PICTURE = (1920, 1080)
"""The shape of picture that line widths are measured on: 16:9, as the guides say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """How files are checked: which rules (None: the film's, or `ours`), in which language, at which rate.

    With `shots` the shot changes of a film are looked for where that was not done yet.
    """

    rules: str | None = None
    language: str | None = None
    rate: Fraction = Fraction(25)
    encoding: str | None = None
    shots: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One rule that one place of a file breaks; `measured` and `limit` are None where nothing is measured."""

    rule: str
    finding: Finding
    start_ms: int | None = None
    measured: int | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """One file: what it is held against, how many cues it has, and what was found. `refused`: it cannot be read."""

    file: str
    language: str
    rules: str
    rate: str
    cues: int = 0
    found: tuple[Broken, ...] = ()
    refused: bool = False

    @property
    def errors(self) -> tuple[Broken, ...]:
        """Return what refuses the file."""
        return tuple(one for one in self.found if one.finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Broken, ...]:
        """Return the rules that are broken; notes left out."""
        return tuple(one for one in self.found if one.finding.severity is Severity.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSubtitles:
    """All files that were asked for. `asked` says whether a broken rule refuses them: the film's gate, or `--strict`."""

    files: tuple[CheckedFile, ...]
    asked: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """Return 5 where a file cannot be read, or breaks a rule and that was asked about; else 0."""
        wrong = any(one.refused or (self.asked and one.warnings) for one in self.files)
        return ExitCode.SUBTITLES if wrong else ExitCode.OK


def rule_set(name: str) -> SubtitleStyle:
    """Return the set of rules with a name. Raises UsageError, naming those there are."""
    if name not in STYLES:
        raise UsageError(f"there are no subtitle rules '{name}'", f"there are: {', '.join(STYLES)}")
    return STYLES[name]


def film_rules(production: Production, options: CheckOptions) -> SubtitleStyle:
    """Return the rules that a film's subtitles are held against.

    Raises UsageError for a name that there is not, ManifestError where film.yaml names it.
    """
    own = production.film.subtitles.style
    if options.rules is None and own not in STYLES:
        what, cure = f"there is no subtitle style '{own}'", f"write one of: {', '.join(STYLES)}"
        raise ManifestError((production.finding(FILM_FILE, "subtitles.style", what, cure),))
    return rule_set(options.rules or own)


def widths_for(style: SubtitleStyle) -> LineWidths | None:
    """Return how wide letters are drawn, in the font that is shipped, where the rules have a limit for that."""
    if style.line_width_permille is None:
        return None
    font = find_font()
    page = Page(*_PICTURE, language="", font=font)
    return LineWidths(advances=font.advances, size=Fraction(page.size, 1000 * _PICTURE[0]))


def check_file(path: Path, options: CheckOptions) -> CheckedFile:
    """Return what is wrong with a subtitle file of any format, without a film; one that cannot be read says why."""
    style = rule_set(options.rules or "ours")
    name = str(path)
    about = CheckedFile(
        file=name,
        language=options.language or language_in(path, ()) or UNKNOWN_LANGUAGE,
        rules=style.name,
        rate=str(options.rate),
    )
    try:
        read = read_any(content_of(path), file=name, encoding=options.encoding, rate=options.rate)
    except SubtitleError as error:
        return replace(about, refused=True, found=_as_found("reading", error.findings))
    language = options.language or read.language or about.language
    known = Surroundings(widths=widths_for(style))
    faults = check_among(read.cues, language=language, style=style, rate=options.rate, known=known)
    found = (*_as_found("reading", read.findings), *_as_broken(faults, name, read.lines))
    return replace(about, language=language, cues=len(read.cues), found=found)


def gate_asks(production: Production) -> bool:
    """Return whether the film's gate refuses subtitles that are not finished (rule 19), for any of its cuts."""
    film = production.film
    if film.subtitles.gate is not None:
        return film.subtitles.gate is not Gate.NONE
    return any(cut.audience == "public" for cut in film.cuts.values())


def check_film(folder: Path, options: CheckOptions, progress: Progress) -> CheckedSubtitles:
    """Return what is wrong with every track of the film in `folder`.

    Words that were heard, and shot changes that were found, are taken into account where they are stored. Raises
    ManifestError where the film cannot be loaded, UsageError for unknown rules; with `shots` as `with_shots`.
    """
    production = load_production(folder).production
    style = film_rules(production, options)
    keys = spoken_keys(production, progress)
    look = with_shots if options.shots else stored
    known = look(folder, production, keys, progress)
    film = _FilmCheck(folder, production, style, known)
    files = tuple(one for key in keys for one in film.reel(key))
    return CheckedSubtitles(files=files, asked=gate_asks(production))


def spoken_keys(production: Production, progress: Progress) -> tuple[str, ...]:
    """Return the reels that may have subtitles, those of people who withdrew left out, which is said."""
    spoken = {ReelKind.INTERVIEW, ReelKind.NARRATION}
    found = []
    for key, reel in production.manifest.reels.items():
        if reel.kind not in spoken:
            continue
        people = withdrawn(production, key)
        if people:
            progress.note(f"{key} is left out: {', '.join(people)} withdrew consent")
        else:
            found.append(key)
    return tuple(found)


class _FilmCheck:
    """One film's tracks, held against one set of rules."""

    def __init__(
        self, folder: Path, production: Production, style: SubtitleStyle, known: Mapping[str, KnownReel]
    ) -> None:
        self._folder, self._production, self._style, self._known = folder, production, style, known
        self._widths = widths_for(style)

    def reel(self, key: str) -> Iterator[CheckedFile]:
        """Yield what is wrong with each track of a reel, and with its two languages together."""
        tracks: dict[str, Track] = {}
        for language in self._production.film.languages:
            about = CheckedFile(
                file=srt_name(key, language),
                language=language,
                rules=self._style.name,
                rate=str(self._production.film.timeline.rate),
            )
            try:
                track = read_track(self._folder, key, language)
            except SubtitleError as error:
                yield replace(about, refused=True, found=_as_found("reading", error.findings))
                continue
            if track is not None:
                tracks[language] = track
                yield replace(about, cues=len(track.cues), found=tuple(self._track(key, track, tracks)))
        yield from self._together(key, tracks)

    def _track(self, key: str, track: Track, tracks: Mapping[str, Track]) -> Iterator[Broken]:
        yield from _as_found("reading", (replace(one, severity=Severity.WARNING) for one in track.findings))
        of = self._source(key, track, tracks)
        known = self._known.get(key, KnownReel())
        surroundings = Surroundings(
            shots_ms=known.shots_ms,
            words=known.words,
            terms=spelled(self._production.glossary, track.language),
            widths=self._widths,
        )
        rate = self._production.film.timeline.rate
        faults = check_among(track.cues, language=track.language, style=self._style, rate=rate, known=surroundings)
        lines = {one.id: one.line for one in track.aligned.cues}
        yield from _as_broken(faults, track.file, [lines.get(cue.id) for cue in track.cues])
        if of is None:
            return
        yield from _as_found("translation", staleness(track.aligned, of.aligned, file=track.file))
        terms = check_terms(
            of.cues,
            translations_in(track, of),
            self._production.glossary,
            languages=(of.language, track.language),
            file=track.file,
            lines={name: line for name, line in lines.items() if line is not None},
        )
        yield from _as_found("glossary", terms)

    def _source(self, key: str, track: Track, tracks: Mapping[str, Track]) -> Track | None:
        """Return the track that another translates, None for one in the spoken language or without a source."""
        if track.source_language is None or track.source_language == track.language:
            return None
        if track.source_language in tracks:
            return tracks[track.source_language]
        try:
            return read_track(self._folder, key, track.source_language)
        except SubtitleError:
            return None  # its own row says why

    def _together(self, key: str, tracks: Mapping[str, Track]) -> Iterator[CheckedFile]:
        """Yield what two languages at once have wrong (rule 18); a note, unless a cut is delivered with both in it."""
        burned = {one for cut in self._production.film.cuts.values() for one in cut.burn_in}
        for first, second in self._pairs(tracks):
            names = (tracks[first].language, tracks[second].language)
            both = f"{key}.{first}+{second}"
            found = stack(tracks[first].cues, tracks[second].cues, languages=names, style=self._style, file=both)
            shown = bool(burned & {f"{first}+{second}", f"{second}+{first}"})
            level = Severity.WARNING if shown else Severity.NOTE
            starts = {cue.id: cue.start_ms for cue in found.cues}
            yield CheckedFile(
                file=both,
                language=f"{first}+{second}",
                rules=self._style.name,
                rate=str(self._production.film.timeline.rate),
                cues=len(found.cues),
                found=tuple(
                    Broken(rule="two-languages", finding=replace(one, severity=level), start_ms=starts.get(one.field))
                    for one in found.findings
                ),
            )

    def _pairs(self, tracks: Mapping[str, Track]) -> Iterator[tuple[str, str]]:
        """Yield the film's first two languages, the spoken one first."""
        pair = self._production.film.languages[:2]
        if len(pair) < 2 or any(language not in tracks for language in pair):
            return
        translates = tracks[pair[0]].source_language == pair[1] and tracks[pair[1]].source_language != pair[0]
        yield (pair[1], pair[0]) if translates else (pair[0], pair[1])


def _as_found(rule: str, findings: Iterator[Finding] | Sequence[Finding]) -> tuple[Broken, ...]:
    return tuple(Broken(rule=rule, finding=one) for one in findings)


def _as_broken(faults: Sequence[CueFinding], file: str, lines: Sequence[int | None]) -> Iterator[Broken]:
    for one in faults:
        line = lines[one.position] if one.position < len(lines) else None
        counted = bool(one.measured or one.limit)
        yield Broken(
            rule=one.fault.value,
            finding=one.in_file(file, line),
            start_ms=one.cue.start_ms,
            measured=one.measured if counted else None,
            limit=one.limit if counted else None,
        )
