"""How the desk says no: what kind of refusal it is, in words, and what goes back to whoever typed."""

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


class Refused(Exception):
    """The desk does not do what was asked for. Nothing has been changed.

    `code` names the sentence, for a page that says it in another language: that of `denied` where it is not given. `mine`
    is what a person wanted, as they sent it; `clash` the cue as it stands now, where that is why.
    """

    def __init__(
        self,
        denied: Denied,
        problem: str,
        cure: str = "",
        *,
        mine: dict[str, object] | None = None,
        clash: dict[str, object] | None = None,
        code: str = "",
    ) -> None:
        self.denied = denied
        self.problem = problem
        self.cure = cure
        self.mine = mine
        self.clash = clash
        self.code = code or denied.value
        super().__init__(f"{problem}; {cure}" if cure else problem)
