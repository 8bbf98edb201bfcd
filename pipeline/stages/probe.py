"""probe: what is asked about each file."""

from footage_manifest.media import MediaFacts, StillFacts
from pipeline.ports.media import ProbeRequest
from pipeline.ports.stage import Stage


def _same(request: ProbeRequest) -> ProbeRequest:
    return request


PROBE = Stage(name="probe", version=1, plan=_same, result=MediaFacts)
PROBE_STILL = Stage(name="probe-still", version=1, plan=_same, result=StillFacts)
