"""The bench: all that a tool may touch while it carries requests out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.engine.footage_digest import Source
from pipeline.engine.store import Damaged, Store
from pipeline.errors import StoreError
from pipeline.ports.work import Artifact, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkBench:
    """A bench over a store (see `pipeline.ports.work.Bench`).

    `sources` are the film's files by digest, `artifacts` the stored files that this run may use, by digest.
    """

    work: Path
    jobs: int
    progress: Progress
    store: Store
    sources: Mapping[str, Source]
    artifacts: dict[str, Artifact]

    def path(self, digest: str) -> Path:
        """Return where the file with this digest lies.

        Raises MediaError where a source has changed since it was read, StoreError where the digest is not known or the
        stored file has been damaged since it was asked for.
        """
        source = self.sources.get(digest)
        if source is not None:
            source.require_unchanged()
            return source.path
        artifact = self.artifacts.get(digest)
        if artifact is None:
            raise StoreError(f"no file with the digest {digest[:12]} is known to this run", "run the whole film again")
        try:
            return self.store.object_path(artifact)
        except Damaged as error:
            raise StoreError(str(error), "run again: it is made again") from error

    def keep(self, path: Path) -> Artifact:
        """Move a finished file from `work` into the store and return its name there. Raises StoreError."""
        if not path.is_file() or path.is_symlink() or not path.resolve().is_relative_to(self.work.resolve()):
            raise StoreError(f"{path.name} is not a finished file of this piece of work")
        artifact = self.store.keep(path)
        self.artifacts[artifact.digest] = artifact
        return artifact
