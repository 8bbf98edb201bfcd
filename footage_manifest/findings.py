"""What a check found: data first, one line of plain words when shown."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error refuses, a warning does not, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found in a person's file, with where it is and what to do about it.

    `file` is relative to the film folder; `line` and `column` count from 1, None where the file as a whole is meant.
    `field` is the dotted path or column that is meant, empty where the line says it all.
    """

    severity: Severity = Severity.ERROR
    file: str
    line: int | None = None
    column: int | None = None
    field: str = ""
    what: str
    cure: str = ""

    def __str__(self) -> str:
        """Return `file:line:column: field: what; cure` on one line, parts that are missing left out."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        text = f"{place}: {self.field}: {self.what}" if self.field else f"{place}: {self.what}"
        return " ".join(f"{text}; {self.cure}".split() if self.cure else text.split())


class ManifestError(Exception):
    """The film or its manifest cannot be used as it stands: every finding of the pass at once.

    Raised by `footage_manifest.load`; maps to exit code 3.
    """

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("\n".join(str(finding) for finding in findings))

    def __reduce__(self) -> tuple[type["ManifestError"], tuple[tuple[Finding, ...]]]:
        """Keep the findings across process boundaries."""
        return type(self), (self.findings,)
