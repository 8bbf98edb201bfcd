"""How the engine hands a request to a tool, and what comes back.

A request is frozen data without paths: files are named by digest and found through the bench. A result is frozen data;
files it made are given to the bench, which moves them into the store, and are named in the result as `Artifact`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

Q_contra = TypeVar("Q_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file in the store: SHA-256 of its bytes in hex, and its size in bytes."""

    digest: str
    size: int


class Progress(Protocol):
    """Where a stage says how far it is: shown as a bar, plain lines or JSON by who listens. Safe to call from threads."""

    def start(self, task: str, total: int, unit: str) -> None:
        """Announce `task`, which will do `total` of `unit` ("frames", "seconds", "files")."""

    def advance(self, task: str, done: int) -> None:
        """Say that `done` more of `task` are done."""

    def finish(self, task: str) -> None:
        """Say that `task` is done, whatever was counted."""

    def note(self, text: str) -> None:
        """Say one plain line that a person should see; the same line once, however many steps come upon it."""


class Bench(Protocol):
    """What a tool may touch while it carries a request out."""

    @property
    def work(self) -> Path:
        """A folder of this call's own, removed afterwards; on the store's file system."""

    @property
    def jobs(self) -> int:
        """How many cores the run may use; at least 1."""

    @property
    def progress(self) -> Progress:
        """Where to say how far this is."""

    def path(self, digest: str) -> Path:
        """Return the absolute path of the source file or stored artifact with this digest. Raises StoreError if unknown."""

    def keep(self, path: Path) -> Artifact:
        """Move a finished file from `work` into the store (fsync, rename) and return its name there."""


class Executor(Protocol[Q_contra, R_co]):
    """A tool that carries requests out.

    `identity` goes into the key: digests of weights, fonts and programs, and options that change results, for this request.
    `provenance` is recorded beside the result and never compared: versions, threads, host.
    """

    def identity(self, request: Q_contra) -> Mapping[str, str]:
        """Return what, beside the request, decides the result. Raises ToolMissing where the tool is not to be had."""

    def provenance(self) -> Mapping[str, str]:
        """Return versions and settings for the record."""

    def carry_out(self, requests: Sequence[Q_contra], bench: Bench) -> Iterator[tuple[int, R_co]]:
        """Yield (index of the request, its result) in any order, each as soon as it is whole: each is stored at once.

        Raises a StageError for what cannot be done; what was yielded before stays stored.
        """
