"""Given transcripts without times of their own: each word where it is heard; a run's notes say what does not fit."""

from collections.abc import Mapping, Sequence

from footage_manifest.findings import Finding, ManifestError
from pipeline.assembly.site import Site
from pipeline.assembly.track_names import given_file
from subtitles.given_json import Given, Times
from subtitles.given_places import Stretch, placed
from subtitles.transcript import Transcript, Word

LEAST_SHARE = 0.25
"""A text of which less is heard as it is written is another one.

Measured with Whisper base: .02 of another interview's text, .08 of the same words thrown together, .83 of the right text
read by a voice that is heard badly (one word in five wrong), .57 of it with three words in ten changed.
"""

_SHOWN_STRETCHES = 5
_SHOWN_WORDS = 8
_WORTH_SAYING = 5
"""So many words in a row that are heard and not written: fewer are a slip of the hearing, or left out on purpose."""


def on_the_sound(site: Site, given: Mapping[str, Given], heard: Mapping[str, Transcript]) -> dict[str, Transcript]:
    """Return the transcripts that were given of reels, words without times of their own where they are heard.

    Where too little of a text is heard, passages keep their times; so they do where nobody could listen (`heard` lacks the
    reel). Raises ManifestError where a text has none.
    """
    transcripts: dict[str, Transcript] = {}
    findings: list[Finding] = []
    for key, one in given.items():
        words: tuple[Word, ...] | None = one.words
        if one.times is not Times.WORDS:
            words = _placed(site, key, one, heard.get(key))
        if words is None:
            file = given_file(key, one.language)
            what = f"hardly any of it is heard in {key}, so nobody knows when it is said"
            findings.append(Finding(file=file, what=what, cure=f"see that it is the text of {key}, or take it away"))
            continue
        transcripts[key] = Transcript(language=one.language, words=words)
    if findings:
        raise ManifestError(tuple(findings))
    return transcripts


def _placed(site: Site, key: str, given: Given, heard: Transcript | None) -> tuple[Word, ...] | None:
    """Return the words where they are heard, with their passages' times where they are not; None where there are none."""
    if heard is None and given.times is Times.PASSAGES:
        return given.words
    found = placed(given.words, heard.words if heard else ())
    file = given_file(key, given.language)
    if found.share < LEAST_SHARE:
        if given.times is Times.NONE:
            return None
        _say(site, f"{file}: hardly any of it is heard in {key}: its words share the times of their passages")
        return given.words
    _say_stretches(site, f"{file}: not heard", found.unheard, least=1)
    _say_stretches(site, f"{file}: heard, and not in the text", found.unwritten, least=_WORTH_SAYING)
    return found.words


def _say_stretches(site: Site, what: str, stretches: Sequence[Stretch], *, least: int) -> None:
    """Say where something is missing, first places first; a stretch of fewer than `least` words is not worth a line."""
    told = [one for one in stretches if len(one.words) >= least]
    for one in told[:_SHOWN_STRETCHES]:
        more = " ..." if len(one.words) > _SHOWN_WORDS else ""
        where = f"at {one.start_ms / 1000:.1f} s" if one.end_ms - one.start_ms < 1000 else ""
        where = where or f"from {one.start_ms / 1000:.1f} to {one.end_ms / 1000:.1f} s"
        _say(site, f"{what}, {where}: '{' '.join(one.words[:_SHOWN_WORDS])}{more}': listen to it")
    if len(told) > _SHOWN_STRETCHES:
        rest = told[_SHOWN_STRETCHES:]
        _say(site, f"{what}: {sum(len(one.words) for one in rest)} more words in {len(rest)} places")


def _say(site: Site, text: str) -> None:
    if not site.options.dry_run:
        site.progress.note(text)
