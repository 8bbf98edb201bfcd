"""What a film says of its graphics, compared with itself and with the manifest: cards, credits, lower thirds, the bug."""

from collections.abc import Iterator, Mapping

from footage_manifest.fields import Localised
from footage_manifest.findings import Finding, Severity
from footage_manifest.graphics import Corner, LowerThirds, Title, TitleKind
from footage_manifest.model import FILM_FILE, MANIFEST_FILE, ConsentStatus, Cut, Production, Protection
from footage_manifest.naming import prints_name
from footage_manifest.timecode import TimecodeError
from footage_manifest.wording import choose, listed, shown

_LOW = frozenset({Corner.BOTTOM_LEFT, Corner.BOTTOM_RIGHT})
_TAKEN = {"BL": "black", "AX": "any source without a reel name"}
"""The reel names that CMX3600 lists have for something of their own (rule 9)."""
_LEAST_CONTRAST = 3.0
"""WCAG 2.2, success criterion 1.4.3, for large letters."""


def check_graphics(production: Production) -> Iterator[Finding]:
    """Yield what does not fit together in titles, lower thirds, colours and the bug; the disk is not looked at."""
    yield from _title_keys(production)
    for key, title in production.film.titles.items():
        yield from _title(production, f"titles.{key}", title)
    yield from _languages(production)
    for name, cut in production.film.cuts.items():
        yield from _listed(production, f"cuts.{name}.lower_thirds", cut)
    yield from _kept_back(production)
    yield from _contrast(production)
    yield from _bug(production)


def _title_keys(production: Production) -> Iterator[Finding]:
    """Find titles whose key an edit could take for a reel or a still."""
    manifest = production.manifest
    owners: dict[str, str] = {}
    for kind, media in (("reels", manifest.reels), ("stills", manifest.stills)):
        for key, medium in media.items():
            for name in (key, *medium.names):
                owners.setdefault(name.casefold(), f"{kind}.{key}")
    for key in production.film.titles:
        owner = owners.get(key.casefold())
        if owner is not None:
            what = f"in an edit {key} also stands for {owner} of {MANIFEST_FILE}"
            yield production.finding(FILM_FILE, f"titles.{key}", what, "give the title another key")
        elif key in _TAKEN:
            what = f"in an edit {key} stands for {_TAKEN[key]}"
            yield production.finding(FILM_FILE, f"titles.{key}", what, "give the title another key")


def _title(production: Production, field: str, title: Title) -> Iterator[Finding]:
    rolls = title.kind is TitleKind.CREDITS
    if rolls and not title.lines and not title.thanks:
        cure = "add 'lines: [{role: Camera, names: [...]}]', or 'thanks:' with a heading"
        yield production.finding(FILM_FILE, field, "these credits have no lines", cure)
    if rolls and title.under:
        yield production.finding(
            FILM_FILE, f"{field}.under", "credits have no small line", "make it one of their lines"
        )
    if not rolls and not _texts(title.text):
        yield production.finding(FILM_FILE, field, "this card has no words", "add 'text:'")
    for part in () if rolls else ("lines", "thanks"):
        if getattr(title, part):
            what = f"only credits have {part}"
            yield production.finding(FILM_FILE, f"{field}.{part}", what, "write 'kind: credits', or take it out")
    for number, line in enumerate(title.lines):
        if not _texts(line.role) and not any(name.strip() for name in line.names):
            yield production.finding(FILM_FILE, f"{field}.lines.{number}", "this line is empty", "take it out")


def _languages(production: Production) -> Iterator[Finding]:
    """Find words that a version would show in another language than its own."""
    film = production.film
    versions = {version.text for cut in film.cuts.values() for version in cut.versions.values()}
    needed = sorted(versions | {film.languages[0]})
    for key, title in film.titles.items():
        yield from _untold(production, FILM_FILE, f"titles.{key}.text", title.text, needed)
        yield from _untold(production, FILM_FILE, f"titles.{key}.under", title.under, needed)
        yield from _untold(production, FILM_FILE, f"titles.{key}.thanks", title.thanks, needed)
        for number, line in enumerate(title.lines):
            yield from _untold(production, FILM_FILE, f"titles.{key}.lines.{number}.role", line.role, needed)
    if any(_names_people(cut) for cut in film.cuts.values()):
        for key, person in production.manifest.people.items():
            yield from _untold(production, MANIFEST_FILE, f"people.{key}.role", person.role, needed)


def _untold(production: Production, file: str, field: str, text: Localised, languages: list[str]) -> Iterator[Finding]:
    absent = [one for one in languages if isinstance(text, Mapping) and not text.get(one, "").strip()]
    if absent and isinstance(text, Mapping):
        what = f"has no text in {listed(absent)}: the one in {next(iter(text))} is shown"
        yield production.finding(file, field, what, f"add '{absent[0]}: ...'", Severity.WARNING)


def _listed(production: Production, field: str, cut: Cut) -> Iterator[Finding]:
    if isinstance(cut.lower_thirds, LowerThirds):
        return
    people, clock = production.manifest.people, production.film.timeline.clock
    for number, entry in enumerate(cut.lower_thirds):
        place = f"{field}.{number}"
        person = people.get(entry.person)
        if person is None:
            what = f"{shown(entry.person)} is not among the people of {MANIFEST_FILE}"
            cure = f"{choose(entry.person, people)} (or add them under people)" if people else "add them under people"
            yield production.finding(FILM_FILE, f"{place}.person", what, cure)
        elif not person.name.strip():
            what = f"{entry.person} has no name to show"
            yield production.finding(MANIFEST_FILE, f"people.{entry.person}.name", what, "write it")
        if entry.at.drop and not clock.drop:
            what = f"{entry.at} is a drop-frame timecode, and the timeline is not drop-frame"
            yield production.finding(FILM_FILE, f"{place}.at", what, "write ':' before the frames")
            continue
        try:
            clock.frame(entry.at)
        except TimecodeError as error:
            yield production.finding(FILM_FILE, f"{place}.at", str(error), "correct it")


def _kept_back(production: Production) -> Iterator[Finding]:
    """Find words that would show the name of someone who asked that it be kept back, or who has withdrawn consent.

    Titles and credits only warn here: the cut that plays them is refused for it, for want of consent.
    """
    for key, person in production.manifest.people.items():
        if person.consent is None:
            continue
        hidden = Protection.HIDE_NAME in person.consent.protections
        if not hidden and person.consent.status is not ConsentStatus.WITHDRAWN:
            continue
        why = "asked for hide-name" if hidden else "has withdrawn consent"
        for file, field, text in _words(production):
            if any(prints_name(one, person.name) for one in _texts(text)):
                played = field.startswith("titles.") or field.endswith(".credit")
                severity = Severity.ERROR if hidden and not played else Severity.WARNING
                what = f"the name of '{key}' stands here, who {why}"
                yield production.finding(file, field, what, "take the name out", severity)


def _words(production: Production) -> Iterator[tuple[str, str, Localised]]:
    """Yield (file, field, text) of everything that graphics may show, and of what a delivered file says of itself."""
    yield FILM_FILE, "title", production.film.title
    for name, profile in production.film.profiles.items():
        yield FILM_FILE, f"profiles.{name}.stamp", profile.stamp or ""
    for key, title in production.film.titles.items():
        field = f"titles.{key}"
        yield from ((FILM_FILE, f"{field}.{part}", getattr(title, part)) for part in ("text", "under", "thanks"))
        for number, line in enumerate(title.lines):
            yield FILM_FILE, f"{field}.lines.{number}.role", line.role
            for index, name in enumerate(line.names):
                yield FILM_FILE, f"{field}.lines.{number}.names.{index}", name
    manifest = production.manifest
    for key, person in manifest.people.items():
        yield MANIFEST_FILE, f"people.{key}.role", person.role
    yield from ((MANIFEST_FILE, f"reels.{key}.credit", reel.credit) for key, reel in manifest.reels.items())
    yield from ((MANIFEST_FILE, f"stills.{key}.credit", still.credit) for key, still in manifest.stills.items())


def _contrast(production: Production) -> Iterator[Finding]:
    style = production.film.graphics
    lighter, darker = sorted((_luminance(style.text), _luminance(style.background)), reverse=True)
    ratio = (lighter + 0.05) / (darker + 0.05)
    if ratio < _LEAST_CONTRAST:
        what = f"letters of {style.text} on {style.background} are hard to read (contrast {ratio:.1f} to 1)"
        yield production.finding(FILM_FILE, "graphics", what, "choose colours that differ more", Severity.WARNING)


def _luminance(colour: str) -> float:
    """Return the relative luminance of `#RRGGBB` (WCAG 2.2)."""
    linear = []
    for start in (1, 3, 5):
        value = int(colour[start : start + 2], 16) / 255
        linear.append(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _bug(production: Production) -> Iterator[Finding]:
    bug = production.film.bug
    cuts = production.film.cuts.values()
    if bug is not None and bug.corner in _LOW and any(cut.burn_in or _names_people(cut) for cut in cuts):
        what = "the bug stands where names and subtitles do"
        yield production.finding(FILM_FILE, "bug", what, "write 'corner: top-right'", Severity.WARNING)


def _names_people(cut: Cut) -> bool:
    return bool(cut.lower_thirds) and cut.lower_thirds is not LowerThirds.NONE


def _texts(text: Localised) -> list[str]:
    every = [text] if isinstance(text, str) else list(text.values())
    return [one for one in every if one.strip()]
