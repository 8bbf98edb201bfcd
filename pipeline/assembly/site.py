"""The place where one run happens: the film as loaded, the engine over its store, the tools, and where progress is said."""

from dataclasses import dataclass
from pathlib import Path

from footage_manifest.model import Production
from footage_manifest.paths import inside
from footage_manifest.wording import Refusal
from pipeline.assembly.options import RunOptions
from pipeline.assembly.toolbox import Toolbox
from pipeline.engine.run import Engine
from pipeline.errors import MediaError
from pipeline.ports.work import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What every part of the road needs. `folder` is absolute."""

    folder: Path
    production: Production
    options: RunOptions
    engine: Engine
    tools: Toolbox
    progress: Progress

    def file(self, text: str) -> Path:
        """Return the absolute path of a file that the film names, spelled as the disk spells it.

        Raises MediaError where it is not there, not any more or leads out of the film folder.
        """
        try:
            return inside(self.folder, text)
        except Refusal as error:
            raise MediaError(error.what, error.cure) from error
