"""What may be printed: text for a terminal, findings as data."""

from collections.abc import Iterable
from dataclasses import asdict

from footage_manifest.findings import Finding


def printable(text: str) -> str:
    """Return `text` with what a terminal would act on, instead of showing it, made visible."""
    return "".join(sign if sign.isprintable() or sign in "\n\t" else f"<U+{ord(sign):04X}>" for sign in text)


def findings_as_data(found: Iterable[Finding]) -> list[dict[str, object]]:
    """Return findings as plain data."""
    return [asdict(one) for one in found]
