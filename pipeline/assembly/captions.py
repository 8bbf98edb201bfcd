"""retime: the subtitles of a cut in each language, on record time, and how finished they are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from footage_manifest.findings import Finding, Severity
from footage_manifest.model import Film
from footage_manifest.subtitle_tracks import SubtitleKind, burned_in
from pipeline.assembly.captions_counts import counts, told
from pipeline.assembly.captions_cut import CutWords, Own, cut_words, reel_tracks
from pipeline.assembly.captions_gate import gate_of, hold_to_gate, untranslated
from pipeline.assembly.captions_held import held
from pipeline.assembly.captions_kinds import as_written, faults_of, forced, in_order, with_sdh
from pipeline.assembly.captions_model import Captions, CutCaptions, FilmWords, ReelWords
from pipeline.assembly.captions_names import over_names
from pipeline.assembly.captions_stacked import stacked
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.handover import Track
from pipeline.timeline.apart import apart
from pipeline.timeline.own_cues import Settled, settle
from pipeline.timeline.own_places import Heard
from pipeline.timeline.retime import Movement, Retimed, move, parted
from subtitles.bilingual import Stacked
from subtitles.cue import Cue
from subtitles.style import SubtitleStyle

__all__ = ["Captions", "CutCaptions", "FilmWords", "Own", "ReelWords", "captions", "gate_of", "pairs", "untranslated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Language:
    """One language as it was made: captions, which of them stand apart, findings, and what is known of own files."""

    captions: Captions
    main: tuple[Cue, ...]
    above: tuple[Cue, ...]
    findings: tuple[Finding, ...]
    named: frozenset[str]
    settled: Mapping[str, Settled]


def captions(
    film: Film, ready: ReadyCut, words: Mapping[str, ReelWords], style: SubtitleStyle, own: Own | None = None
) -> CutCaptions:
    """Return the subtitles of a cut in every language of the film, the cut's own files among them.

    Raises GateError where they are less finished than the film's gate asks (rule 19), or missing where a gate is set.
    """
    cut = cut_words(ready, words, style, own or Own())
    found: dict[str, _Language] = {}
    missing: dict[str, tuple[str, ...]] = {}
    made: dict[str, _Language] = {}
    for language in film.languages:
        absent = tuple(key for key in cut.keys if language not in words[key].tracks)
        if (absent or not cut.keys) and language not in cut.own.tracks:
            missing[language] = absent
            continue
        made[language] = _in_language(language, cut)
        if made[language].captions.cues:
            found[language] = made[language]
        else:
            missing[language] = absent
    hold_to_gate(film, ready, {language: one.captions for language, one in made.items()}, missing)
    findings = [*cut.own.findings, *(finding for one in made.values() for finding in one.findings)]
    both: dict[tuple[str, str], Stacked] = {}
    for pair in pairs(film, ready):
        if all(language in found for language in pair):
            both[pair] = _both(pair, found, cut)
            findings.extend(both[pair].findings)
    whole = CutCaptions(
        languages={language: as_written(one.captions) for language, one in found.items()},
        stacked={pair: one.cues for pair, one in both.items()},
        halves={text: half for one in both.values() for text, half in one.halves.items()},
        missing=missing,
        findings=tuple(dict.fromkeys(findings)),
        named=tuple(sorted(frozenset[str]().union(*(one.named for one in found.values())))),
        own_states={name: settled.state for one in found.values() for name, settled in one.settled.items()},
    )
    return replace(whole, findings=(*whole.findings, *over_names(whole, cut.own.names, ready)))


def pairs(film: Film, ready: ReadyCut) -> list[tuple[str, str]]:
    """Return the pairs of languages that are stacked: the film's first two, and what the cut burns in."""
    found = [(film.languages[0], film.languages[1])] if len(film.languages) > 1 else []
    for written in ready.cut.burn_in:
        languages, _ = burned_in(written)
        if len(languages) > 1:
            found.append((languages[0], languages[1]))
    return list(dict.fromkeys(found))


def _in_language(language: str, cut: CutWords) -> _Language:
    rate, tracks = cut.ready.timeline.rate, reel_tracks(language, cut.keys, cut.words)
    movement = move(cut.heard, tracks, rate)
    heard = Heard(
        timeline=cut.ready.timeline,
        runs=cut.heard,
        speech=frozenset(cut.keys),
        tracks=tracks,
        movement=movement,
    )
    names = [language, *([f"{language}.sdh"] if SubtitleKind.SDH in cut.kinds else [])]
    settled = {name: settle(cut.own.tracks[name], heard) for name in names if name in cut.own.tracks}
    own = settled.get(language)
    retimed = _parted(movement, own, cut)
    above, _ = apart(own.above if own else (), rate, cut.style)
    stands = told(language, cut, retimed, own)
    conflicts, silent = held(language, cut, movement, retimed, own)
    one = Captions(
        language=language,
        cues=in_order(retimed.cues, above),
        counts=counts(language, cut, retimed, settled),
        stale=stands.stale,
        untranslated=stands.untranslated,
        made_by={key: _made_by(cut.words[key].tracks[language]) for key in tracks},
        forced=forced(language, cut, retimed, above),
        own=sum(len(one.status) for one in settled.values()),
        held=(*conflicts, *silent),
    )
    faults = [*faults_of(retimed.cues, language, cut), *faults_of(above, language, cut)]
    named: frozenset[str] = frozenset()
    if SubtitleKind.SDH in cut.kinds:
        one, named, seen = with_sdh(one, cut, retimed, settled)
        faults.extend(seen)
    return _Language(
        captions=one,
        main=retimed.cues,
        above=above,
        findings=(
            *(finding for key in tracks for finding in cut.words[key].tracks[language].findings),
            *retimed.findings,
            *(finding for file in settled.values() for finding in file.findings),
            *stands.findings,
            *(replace(one, severity=Severity.WARNING) for one in conflicts),
            *faults,
        ),
        named=named,
        settled=settled,
    )


def _parted(movement: Movement, own: Settled | None, cut: CutWords) -> Retimed:
    return parted(
        movement,
        cut.ready.timeline.rate,
        cut.style,
        own=own.moved if own else (),
        replaced=own.replaced if own else frozenset(),
        picture_cuts=frozenset(cut.picture_cuts),
    )


def _made_by(track: Track) -> str:
    return track.state.made_by if track.state and track.state.made_by else "people"


def _both(pair: tuple[str, str], found: Mapping[str, _Language], cut: CutWords) -> Stacked:
    file = f"{cut.ready.name}.{'+'.join(pair)}.srt"
    first, second = (found[language] for language in pair)
    main = stacked(pair, (first.main, second.main), cut.heard, cut.words, style=cut.style, file=file)
    above = stacked(pair, (first.above, second.above), cut.heard, cut.words, style=cut.style, file=file)
    return Stacked(
        cues=in_order(main.cues, above.cues),
        findings=(*main.findings, *above.findings),
        halves={**above.halves, **main.halves},
    )
