"""What a command does and what it says: words for people, data for `--json`, an exit code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipeline.errors import ExitCode
from pipeline.ports.work import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a command ended. `text` is for people; without it its `problems`, one a line, are what there is to say."""

    code: ExitCode = ExitCode.OK
    text: str = ""
    problems: tuple[str, ...] = ()
    document: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for, read but not begun: done outside of the library that reads arguments."""

    act: Callable[[Progress], Answer]

    def __call__(self, progress: Progress) -> Answer:
        """Do it."""
        return self.act(progress)
