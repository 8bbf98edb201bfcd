"""Cards, credits, lower thirds and the bug of a cut, drawn in one language and placed on its frames."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from footage_manifest.fields import in_language
from footage_manifest.findings import Finding, ManifestError, Severity
from footage_manifest.graphics import LowerThirds, TitleKind
from footage_manifest.media import StillFacts
from footage_manifest.model import FILM_FILE, MANIFEST_FILE
from footage_manifest.timebase import FrameRange
from footage_manifest.wording import Refusal
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.printed_names import require_nameable
from pipeline.assembly.site import Site
from pipeline.errors import ConsentError, TimelineError
from pipeline.ports.drawing import BugRequest, Drawn, DrawnCard, LowerThirdRequest
from pipeline.stages.conform import Card, Shown
from pipeline.stages.draw import Box
from pipeline.stages.graphics import (
    CARD,
    OVERLAY,
    card_of,
    fade_frames,
    frames_to_read,
    look,
    thanked,
    words_of,
)
from pipeline.stages.media import Media
from pipeline.timeline.laid_sound import MUSIC
from pipeline.timeline.lower_thirds import Named, Names, Setting, first_speaking, listed_names
from pipeline.timeline.model import Clip, MediaKind, Timeline
from pipeline.timeline.wording import seconds_text


@dataclass(frozen=True, slots=True)
class _Words:
    """A text to be drawn, and the file and field that it stands in."""

    file: str
    field: str
    text: str


def cards(site: Site, ready: ReadyCut, media: Media, language: str) -> Mapping[str, Card]:
    """Return the drawn titles that the cut plays, by key, with their words in `language`.

    Raises ManifestError where a character is in no font. A roll that nobody could read is said.
    """
    del media
    film = site.production.film
    keys = tuple(dict.fromkeys(clip.key for clip in _titles(ready.timeline)))
    credited = thanked(_with_sound(ready, language), site.production.manifest)
    words = {
        key: [
            _Words(FILM_FILE, f"titles.{key}.{field}", text)
            for field, text in words_of(film.titles[key], language, credited)
        ]
        for key in keys
    }
    fonts = _fonts(site, [one for texts in words.values() for one in texts])
    asked = []
    for key in keys:
        needed = _together(fonts, [one.text for one in words[key]])
        style = look(film.graphics, film.timeline.size, language, needed)
        asked.append((f"{ready.name}/{key}.{language}", card_of(film.titles[key], style, credited)))
    drawn = dict(zip(keys, site.engine.map(CARD, site.tools.card_painter, asked), strict=True))
    for finding in _too_fast(site, ready, drawn):
        site.progress.note(str(finding))
    return {key: _card(card, rolls=film.titles[key].kind is TitleKind.CREDITS) for key, card in drawn.items()}


def laid(site: Site, ready: ReadyCut, media: Media, language: str) -> tuple[Shown, ...]:
    """Return what is laid over the picture before any subtitle: the bug, then lower thirds in `language`.

    Raises as `names`, and ManifestError where a character is in no font.
    """
    del media
    return (*_bug(site, ready), *_lower_thirds(site, ready, language))


def name_boxes(site: Site, ready: ReadyCut, language: str) -> tuple[Box, ...]:
    """Return where the lower thirds of a cut lie over the picture, and when. Raises as `laid`."""
    return tuple(Box(record=one.record, ink=drawn.ink) for one, drawn in _drawn_names(site, ready, language))


def names(site: Site, ready: ReadyCut) -> Names:
    """Return whose names the cut shows when, with warnings and notes that know their lines.

    Raises ConsentError where a person is listed who may not be named, or cards or credits print such a name; TimelineError
    where a name would stand under someone else's face, outside the cut, or over another.
    """
    require_nameable(site, ready)
    film = site.production.film
    on = ready.cut.date or site.options.today
    setting = Setting(name=ready.name, cut=ready.cut, film=film, manifest=site.production.manifest, on=on)
    chosen = ready.cut.lower_thirds
    if chosen is LowerThirds.NONE:
        return Names()
    if isinstance(chosen, LowerThirds):
        found = first_speaking(ready.timeline, setting)
    else:
        found = listed_names(ready.timeline, chosen, setting)
    if found.consent:
        raise ConsentError([_placed(site, finding) for finding in found.consent])
    errors = [_placed(site, finding) for finding in found.findings if finding.severity is Severity.ERROR]
    if errors:
        raise TimelineError(errors)
    return replace(found, findings=tuple(_placed(site, finding) for finding in found.findings))


def _titles(timeline: Timeline) -> tuple[Clip, ...]:
    clips = (clip for event in timeline.picture for clip in (event.clip, event.outgoing) if clip is not None)
    return tuple(clip for clip in clips if clip.kind is MediaKind.TITLE)


def _with_sound(ready: ReadyCut, language: str) -> Timeline:
    under = (*ready.laid.get(MUSIC, ()), *ready.laid.get(language, ()))
    return replace(ready.timeline, sound=(*ready.timeline.sound, *under))


def _card(drawn: DrawnCard, *, rolls: bool) -> Card:
    facts = StillFacts(digest=drawn.file.digest, format="PNG", width=drawn.width, height=drawn.height)
    return Card(facts=facts, rolls=rolls)


def _too_fast(site: Site, ready: ReadyCut, drawn: Mapping[str, DrawnCard]) -> list[Finding]:
    """Return a warning for each roll, once, whose event is too short to read it."""
    film, rate = site.production.film, ready.timeline.rate
    shortest: dict[str, int] = {}
    for clip in _titles(ready.timeline):
        shortest[clip.key] = min(clip.length, shortest.get(clip.key, clip.length))
    findings = []
    for key, length in shortest.items():
        needed = frames_to_read(drawn[key], film.timeline.size, rate)
        if film.titles[key].kind is TitleKind.CREDITS and length < needed:
            what = f"these credits roll by in {seconds_text(length / rate)}: nobody can read them so fast"
            cure = f"give them {seconds_text(needed / rate)} or more in the edit"
            findings.append(site.production.finding(FILM_FILE, f"titles.{key}", what, cure, Severity.WARNING))
    return findings


def _lower_thirds(site: Site, ready: ReadyCut, language: str) -> tuple[Shown, ...]:
    return tuple(
        Shown(
            picture=picture.file.digest,
            record=one.record,
            fade=fade_frames(ready.timeline.rate, len(one.record)),
        )
        for one, picture in _drawn_names(site, ready, language)
    )


def _drawn_names(site: Site, ready: ReadyCut, language: str) -> tuple[tuple[Named, Drawn], ...]:
    found = names(site, ready)
    if not found.shown:
        return ()
    film, people = site.production.film, site.production.manifest.people
    above = site.tools.subtitle_top(film.timeline.size, language)
    roles = {one.person: in_language(people[one.person].role, language) for one in found.shown}
    words = [_Words(MANIFEST_FILE, f"people.{key}.name", people[key].name) for key in roles]
    fonts = _fonts(site, [*words, *(_Words(MANIFEST_FILE, f"people.{key}.role", role) for key, role in roles.items())])
    asked = []
    for one in found.shown:
        name, role = people[one.person].name, roles[one.person]
        style = look(film.graphics, film.timeline.size, language, _together(fonts, (name, role)))
        request = LowerThirdRequest(look=style, name=name.strip(), role=role.strip(), above=above)
        asked.append((f"{ready.name}/{one.person}.{language}", request))
    return tuple(zip(found.shown, site.engine.map(OVERLAY, site.tools.overlay_painter, asked), strict=True))


def _bug(site: Site, ready: ReadyCut) -> tuple[Shown, ...]:
    film = site.production.film
    bug = film.bug
    if bug is None:
        return ()
    (digest,) = site.engine.digests([site.file(bug.file)])
    width, height = film.timeline.size
    request = BugRequest(
        picture=digest,
        width=width,
        height=height,
        corner=bug.corner,
        height_percent=bug.height_percent,
        opacity_percent=bug.opacity_percent,
    )
    drawn = site.engine.run(OVERLAY, site.tools.overlay_painter, "bug", request)
    return (Shown(picture=drawn.file.digest, record=FrameRange(0, ready.timeline.frames)),)


def _fonts(site: Site, words: Sequence[_Words]) -> dict[str, tuple[str, ...]]:
    """Return for each text the digests of the fonts it needs, under the empty text the film's own font.

    Raises ManifestError with every text that has a character that no font has.
    """
    found: dict[str, tuple[Path, ...]] = {}
    findings = []
    for one in (_Words(FILM_FILE, "graphics", ""), *words):
        try:
            found.setdefault(one.text, site.tools.graphics_fonts(one.text))
        except Refusal as refusal:
            findings.append(site.production.finding(one.file, one.field, refusal.what, refusal.cure))
    if findings:
        raise ManifestError(tuple(findings))
    paths = list(dict.fromkeys(path for chosen in found.values() for path in chosen))
    digests = dict(zip(paths, site.engine.digests(paths), strict=True))
    return {text: tuple(digests[path] for path in chosen) for text, chosen in found.items()}


def _together(fonts: Mapping[str, tuple[str, ...]], texts: Sequence[str]) -> tuple[str, ...]:
    """Return the fonts of several texts, each once, the film's own first."""
    return tuple(dict.fromkeys(digest for text in ("", *texts) for digest in fonts[text]))


def _placed(site: Site, finding: Finding) -> Finding:
    """Return a finding about film.yaml with its line, which the timeline does not know."""
    line, column = site.production.place(finding.file, finding.field)
    return replace(finding, line=line, column=column)
