"""Voice prints of people who withdrew go from the store, and those of reels that the film has no more."""

from pathlib import Path

from footage_manifest.model import Production
from pipeline.assembly.known_reels import withdrawn
from pipeline.engine.store import FOLDER as STORE
from pipeline.engine.store import Store
from pipeline.stages.speakers import VOICE_PRINTS


def forget_prints(folder: Path, production: Production) -> int:
    """Remove the stored voice prints that nobody may keep, and return how many parts that were. Raises StoreError.

    Looking through the store takes as long as it has results; so that is done only where one is listed.
    """
    if not (folder / STORE).is_dir():
        return 0
    store = Store(folder)
    reels = production.manifest.reels
    kept = {key for key in reels if not withdrawn(production, key)}
    return store.forget(VOICE_PRINTS.name, lambda subject: subject.partition(" ")[0] not in kept)
