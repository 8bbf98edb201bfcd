"""What a result is stored under."""

import hashlib
from collections.abc import Mapping

from pipeline.engine.canonical import Json, encoded


def fingerprint(stage: str, version: int, request: Json, identity: Mapping[str, str]) -> str:
    """Return the key of a result: SHA-256, in hex, of the stage, its version, the request and the tool's identity.

    Nothing else decides it: not where the film lies, who runs it, on how many cores, nor the order of the identity.
    """
    key: Json = {"stage": stage, "version": version, "request": request, "identity": dict(identity)}
    return hashlib.sha256(encoded(key)).hexdigest()
