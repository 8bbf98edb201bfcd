"""What can go wrong with a subtitle file.

    SubtitleError       a file cannot be read or written as it stands: every finding of the pass
      EmptySubtitles    a file holds nothing at all, which is taken for an accident

Both carry their findings and survive pickling.
"""

from collections.abc import Sequence

from footage_manifest.findings import Finding


class SubtitleError(Exception):
    """A subtitle file cannot be read or written as it stands; `findings` says where and what to do."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))

    def __reduce__(self) -> tuple[type["SubtitleError"], tuple[tuple[Finding, ...]]]:
        """Keep the findings across process boundaries."""
        return type(self), (self.findings,)


class EmptySubtitles(SubtitleError):
    """A file holds no text at all, or only a byte order mark or blank lines: an editor's accident more likely than a wish.

    Whoever reads must go on with the text it had before, or stop; never deliver empty subtitles.
    """
