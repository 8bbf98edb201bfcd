"""The place where one run happens: the film as loaded, the engine over its store, the tools, and where progress is said."""

from dataclasses import dataclass
from pathlib import Path

from footage_manifest.model import Production
from pipeline.assembly.options import RunOptions
from pipeline.assembly.toolbox import Toolbox
from pipeline.engine.run import Engine
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
