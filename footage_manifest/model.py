"""The nouns of a film folder, frozen and typed: both files and the glossary, as one production.

`footage_manifest.load` reads the files and reports every problem with its place; the models only say what is allowed.
"""

from pydantic import Field

from footage_manifest.fields import (
    ExactRate,
    FrozenModel,
    LanguageCode,
    Localised,
    Name,
    Names,
    PictureSize,
    TimecodeLabel,
    in_language,
)
from footage_manifest.film import (
    Cut,
    Film,
    Gate,
    Loudness,
    SoundChoice,
    SubtitleSettings,
    Timeline,
    Transcription,
    Version,
)
from footage_manifest.findings import Finding, Severity
from footage_manifest.footage import (
    ChannelChoice,
    Consent,
    ConsentStatus,
    Manifest,
    Person,
    Protection,
    Reel,
    ReelKind,
    SeparateSound,
    Still,
)
from footage_manifest.translation import Translation

__all__ = [
    "FILM_FILE", "MANIFEST_FILE", "ChannelChoice", "Consent", "ConsentStatus", "Cut", "ExactRate", "Film", "Gate",
    "LanguageCode", "Localised", "Loudness", "Manifest", "Name", "Names", "Person", "PictureSize", "Production",
    "Protection", "Reel", "ReelKind", "SeparateSound", "SoundChoice", "Still", "SubtitleSettings", "Term",
    "TimecodeLabel", "Timeline", "Transcription", "Translation", "Version", "in_language",
]  # fmt: skip

FILM_FILE = "film.yaml"
MANIFEST_FILE = "footage_manifest.yaml"


class Term(FrozenModel):
    """One line of the glossary: a term that is heard, spelled and translated one way.

    `texts` maps a language code to the term in that language; codes without a text are absent.
    """

    texts: dict[LanguageCode, str]
    note: str = ""
    line: int


class Production(FrozenModel):
    """A film folder as loaded: both files, the glossary, and where each key stood (`film.yaml` path to line and column)."""

    film: Film
    manifest: Manifest
    glossary: tuple[Term, ...] = ()
    places: dict[str, tuple[int, int]] = Field(default_factory=dict, repr=False)
    """`"film.yaml#cuts.forum.source"` to its (line, column), both from 1."""

    def place(self, file: str, field: str) -> tuple[int, int] | tuple[None, None]:
        """Return where `field` stands in `file`; where it is not written, the place of what would hold it."""
        while field:
            found = self.places.get(f"{file}#{field}")
            if found is not None:
                return found
            field = field.rpartition(".")[0]
        return None, None

    def finding(self, file: str, field: str, what: str, cure: str = "", severity: Severity = Severity.ERROR) -> Finding:
        """Return a finding about `field` of `file` (`cuts.forum.source.0` of film.yaml) that knows its place.

        An entry of a list that was written as a single value is shown as the field itself.
        """
        line, column = self.place(file, field)
        if field.rpartition(".")[2].isdigit() and f"{file}#{field}" not in self.places:
            field = field.rpartition(".")[0]
        return Finding(severity=severity, file=file, line=line, column=column, field=field, what=what, cure=cure)
