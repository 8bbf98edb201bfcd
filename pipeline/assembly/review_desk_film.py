"""The film as the desk knows it: read again when its files change, and who may be shown of it."""

import threading
from pathlib import Path
from typing import Self

from footage_manifest import consent
from footage_manifest.findings import ManifestError
from footage_manifest.load import load_production
from footage_manifest.model import FILM_FILE, MANIFEST_FILE, Cut, Production, Protection, Reel, ReelKind, in_language
from pipeline.assembly.review_desk_answers import Denied, Problem, Refused, Why
from pipeline.assembly.review_desk_languages import names_of
from pipeline.assembly.review_desk_problems import refused
from subtitles.style import STYLES, SubtitleStyle

_SPOKEN = frozenset({ReelKind.INTERVIEW, ReelKind.NARRATION})


class FilmOnDesk:
    """One film folder's two files and glossary. Safe between threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._stamp: tuple[object, ...] = ()
        self._production: Production | None = None
        self._glossary = "glossary.csv"

    @classmethod
    def loaded(cls, folder: Path) -> Self:
        """Return a film that was read. Raises ManifestError, with all that is wrong, where it cannot be."""
        film = cls(folder)
        with film._lock:
            film._up_to_date()
        return film

    @property
    def production(self) -> Production:
        """Return the film as its files have it now. Raises Refused, with the first problem, where they cannot be read."""
        with self._lock:
            try:
                return self._up_to_date()
            except ManifestError as error:
                raise refused(Denied.BROKEN, error, "mend the film's files; testimonio check shows all") from error

    def _up_to_date(self) -> Production:
        stamp = self.stamp()
        if self._production is None or stamp != self._stamp:
            self._production = None
            self._production = load_production(self.folder).production
            self._stamp = stamp
            if self._production.film.glossary != self._glossary:
                self._glossary = self._production.film.glossary
                self._stamp = self.stamp()
        return self._production

    def stamp(self) -> tuple[object, ...]:
        """Return what tells one state of the film's files from the next."""
        return tuple(_state_of(self.folder / name) for name in (FILM_FILE, MANIFEST_FILE, self._glossary))

    @property
    def style(self) -> SubtitleStyle:
        """Return the film's subtitle rules. Raises Refused where it names none that there are."""
        name = self.production.film.subtitles.style
        style = STYLES.get(name)
        if style is None:
            what, cure = f"there is no subtitle style '{name}'", f"write one of: {', '.join(STYLES)}"
            raise Refused(Denied.BROKEN, what, cure, code=Why.NO_STYLE, fields={"style": name})
        return style

    def reels(self) -> dict[str, Reel]:
        """Return the reels that get subtitles, in the manifest's order."""
        return {key: reel for key, reel in self.production.manifest.reels.items() if reel.kind in _SPOKEN}

    def reel(self, key: str) -> Reel:
        """Return one of them. Raises Refused where there is none of this name."""
        reel = self.reels().get(key)
        if reel is None:
            raise Refused(
                Denied.NOT_THERE, "the film has no such reel with speech", "choose one of the list", code=Why.NO_REEL
            )
        return reel

    def any_reel(self, key: str) -> Reel:
        """Return any reel, spoken or only seen. Raises Refused where there is none of this name."""
        reel = self.production.manifest.reels.get(key)
        if reel is None:
            raise Refused(
                Denied.NOT_THERE, "the film has no such reel", "choose one of the manifest", code=Why.NO_SUCH_REEL
            )
        return reel

    def cut(self, name: str) -> Cut:
        """Return a cut of the film. Raises Refused where there is none of this name."""
        cut = self.production.film.cuts.get(name)
        if cut is None:
            raise Refused(Denied.NOT_THERE, "the film has no such cut", "choose one of the list", code=Why.NO_CUT)
        return cut

    def language(self, code: str) -> str:
        """Return a language of the film. Raises Refused for any other."""
        if code not in self.production.film.languages:
            raise Refused(
                Denied.NOT_THERE,
                "the film has no such language",
                "add it to languages in film.yaml",
                code=Why.NO_LANGUAGE,
            )
        return code

    def withdrawn(self, key: str) -> Problem | None:
        """Return why nobody may work on a reel or still (rule 22: only a withdrawal stops it), None where they may."""
        manifest = self.production.manifest
        people = manifest.people
        media = (manifest.reels.get(key), manifest.stills.get(key))  # of one key: a mistake that shows nobody
        for person in [one for medium in media if medium for one in medium.people or ()]:
            decision = consent.may_process(person, people.get(person))
            if not decision.allowed:
                return Problem(why=Why.WITHDRAWN, text=decision.reason, fields={"person": person})
        return None

    def withdrawn_reels(self) -> tuple[str, ...]:
        """Return the reels that nobody may work on."""
        return tuple(key for key in self.production.manifest.reels if self.withdrawn(key))

    def names_in(self, key: str) -> list[str]:
        """Return the names of the people in a reel, but of those who withdrew or asked for their name to be kept back."""
        people = self.production.manifest.people
        found = []
        for person_key in self.production.manifest.reels[key].people or ():
            person = people.get(person_key)
            protected = (
                person is not None
                and person.consent is not None
                and (Protection.HIDE_NAME in person.consent.protections)
            )
            if person is not None and not protected and consent.may_process(person_key, person).allowed:
                found.append(person.name)
        return found

    def spoken_language(self, key: str) -> str | None:
        """Return the language that the manifest says is spoken in a reel, None where it says none."""
        stated = self.production.manifest.reels[key].language
        return stated[0] if stated else None

    def facts(self, *, read_only: bool, reviewer: str) -> dict[str, object]:
        """Return what the page shows of the film as a whole: titles, languages, rules, terms."""
        film, style = self.production.film, self.style
        rate = film.timeline.rate
        shown = dict.fromkeys((*film.languages, "es", "en"))
        return {
            "id": str(self.folder.stat().st_ino),
            "title": {language: in_language(film.title, language) for language in shown},
            "languages": list(film.languages),
            "language_names": {code: names_of(code) for code in shown},
            "read_only": read_only,
            "reviewer": reviewer,
            "rate": str(rate),
            "style": {
                "name": style.name,
                "max_lines": style.max_lines,
                "max_line_length": style.max_line_length,
                "speeds": {language: style.speed(language) for language in shown},
                "min_ms": style.min_ms,
                "max_ms": style.max_ms,
                "gap_ms": style.gap_ms(rate),
            },
            "glossary": [{"texts": dict(term.texts), "note": term.note} for term in self.production.glossary],
        }


def _state_of(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
