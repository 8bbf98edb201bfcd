"""A bench for tools under test: a dictionary for a store, a folder for what is kept, and a progress that only counts."""

import hashlib
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.ports.work import Artifact


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class SilentProgress:
    """Shows nothing; keeps what was said so that a test can look at it."""

    def __init__(self) -> None:
        self.totals: dict[str, tuple[int, str]] = {}
        self.done: dict[str, int] = {}
        self.finished: list[str] = []
        self.notes: list[str] = []

    def start(self, task: str, total: int, unit: str) -> None:
        self.totals[task] = (total, unit)

    def advance(self, task: str, done: int) -> None:
        self.done[task] = self.done.get(task, 0) + done

    def finish(self, task: str) -> None:
        self.finished.append(task)

    def note(self, text: str) -> None:
        self.notes.append(text)


class FakeBench:
    """`files` maps digests to paths; kept files are found again by their digest."""

    def __init__(self, tmp_path: Path, files: dict[str, Path] | None = None, jobs: int = 2) -> None:
        self.work = tmp_path / "work"
        self.jobs = jobs
        self.progress = SilentProgress()
        self.files = dict(files or {})
        self._kept = tmp_path / "kept"
        self.work.mkdir(parents=True, exist_ok=True)
        self._kept.mkdir(exist_ok=True)

    def add(self, path: Path) -> str:
        """Make a file known under its digest, which is returned."""
        digest = sha256_of(path)
        self.files[digest] = path.resolve()
        return digest

    def path(self, digest: str) -> Path:
        try:
            return self.files[digest]
        except KeyError:
            raise StoreError(f"no file {digest[:12]} in the store") from None

    def keep(self, path: Path) -> Artifact:
        assert path.is_relative_to(self.work), "only files below the work folder are kept"
        artifact = Artifact(digest=sha256_of(path), size=path.stat().st_size)
        path.replace(self._kept / artifact.digest)
        self.files[artifact.digest] = self._kept / artifact.digest
        return artifact
