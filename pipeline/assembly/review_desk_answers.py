"""How the desk says no: what kind of refusal it is, in words, and what goes back to whoever typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Denied(StrEnum):
    """Why something was not done."""

    NOT_THERE = "not-there"
    READ_ONLY = "read-only"
    CLASH = "clash"
    UNUSABLE = "unusable"
    NO_MATCH_GIVEN = "no-match-given"
    BROKEN = "broken"
    BUSY = "busy"
    NO_MEDIA = "no-media"


class Why(StrEnum):
    """Every sentence that the desk may say to whoever sits at the page, which has it in each of its languages."""

    # what was asked for is not there
    NO_REEL = "no-reel"
    NO_SUCH_REEL = "no-such-reel"
    NO_STILL = "no-still"
    NO_PICTURE = "no-picture"
    NO_SPEAKER = "no-speaker"
    NO_CUT = "no-cut"
    NO_PAPER = "no-paper"
    NO_WORDS = "no-words"
    NO_QUOTE = "no-quote"
    BAD_MARK = "bad-mark"
    MARK_CHANGED = "mark-changed"
    NO_LANGUAGE = "no-language"
    NO_TRACK = "no-track"
    NO_SUBTITLES = "no-subtitles"
    CUE_GONE = "cue-gone"
    NO_WAVEFORM = "no-waveform"
    NOT_MADE = "not-made"
    # it cannot be changed, or not like this
    PAGE_READ_ONLY = "page-read-only"
    CLASH = "clash"
    NO_MATCH_GIVEN = "no-match-given"
    CUT_OUTSIDE = "cut-outside"
    ANOTHER_NEXT = "another-next"
    ONE_IN_CONFLICT = "one-in-conflict"
    IN_CONFLICT = "in-conflict"
    EMPTY = "empty"
    SETTLE_FIRST = "settle-first"
    BAD_COMMENT = "bad-comment"
    ENDS_EARLY = "ends-early"
    NO_LETTERS = "no-letters"
    UNWRITABLE = "unwritable"
    # people
    WITHDRAWN = "withdrawn"
    NOT_AGREED = "not-agreed"
    NOBODY_KNOWS_WHO = "nobody-knows-who"
    NO_LONGER_LISTED = "no-longer-listed"
    # files and programs
    FILE_PROBLEM = "file-problem"
    FILE_PROBLEMS = "file-problems"
    NO_STYLE = "no-style"
    NOT_LOOKED_AT = "not-looked-at"
    MEDIA_PROBLEM = "media-problem"
    PROGRAM_PROBLEM = "program-problem"
    DISK_PROBLEM = "disk-problem"
    TRACK_BUSY = "track-busy"
    UNFORESEEN = "not-foreseen"


FIELDS: Mapping[Why, frozenset[str]] = {
    Why.WITHDRAWN: frozenset({"person"}),
    Why.NOT_AGREED: frozenset({"person", "audience"}),
    Why.NO_LONGER_LISTED: frozenset({"key"}),
    Why.FILE_PROBLEM: frozenset({"place", "detail"}),
    Why.FILE_PROBLEMS: frozenset({"place", "detail", "more"}),
    Why.NO_STYLE: frozenset({"style"}),
    Why.NOT_LOOKED_AT: frozenset({"stage"}),
    Why.MEDIA_PROBLEM: frozenset({"subject", "detail"}),
    Why.PROGRAM_PROBLEM: frozenset({"detail"}),
    Why.DISK_PROBLEM: frozenset({"detail"}),
    Why.UNFORESEEN: frozenset({"detail"}),
}
"""What a sentence is filled in with. A `detail` is what the program says in English, for whoever minds the film."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One of those sentences, with what it is filled in with, and the same in English; ValueError for other fields."""

    why: Why
    text: str
    fields: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """See that the page can say it."""
        if self.fields.keys() != FIELDS.get(self.why, frozenset()):
            raise ValueError(f"'{self.why}' is filled in with {sorted(FIELDS.get(self.why, ()))}")

    def __str__(self) -> str:
        """Return it in English."""
        return self.text

    def document(self) -> dict[str, object]:
        """Return it as the page gets it."""
        return {"code": self.why.value, "fields": dict(self.fields), "problem": self.text}


class Refused(Exception):
    """The desk does not do what was asked for. Nothing has been changed.

    `code` names the sentence, and `fields` what it is filled in with, for a page that says it in another language. `mine`
    is what a person wanted, as they sent it; `clash` the cue as it stands now, where that is why.
    """

    def __init__(  # noqa: PLR0913 - data of one refusal, all named
        self,
        denied: Denied,
        problem: str,
        cure: str = "",
        *,
        code: Why,
        fields: Mapping[str, str] | None = None,
        mine: dict[str, object] | None = None,
        clash: dict[str, object] | None = None,
    ) -> None:
        self.denied = denied
        self.problem = problem
        self.cure = cure
        self.mine = mine
        self.clash = clash
        self.said = Problem(why=code, text=f"{problem}; {cure}" if cure else problem, fields=fields or {})
        super().__init__(self.said.text)
