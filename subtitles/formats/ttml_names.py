"""The namespaces of TTML, and the encoding that an XML declaration names: known without reading any XML."""

import re

TT = "http://www.w3.org/ns/ttml"
TTP = f"{{{TT}#parameter}}"
TTS = f"{{{TT}#styling}}"
TTM = f"{{{TT}#metadata}}"
XML = "{http://www.w3.org/XML/1998/namespace}"

_DECLARED = re.compile(rb"^(\s*<\?xml[^>]*?encoding\s*=\s*[\"'])([A-Za-z0-9._-]{1,40})(?=[\"'])")


def declared_encoding(content: bytes) -> str | None:
    """Return the encoding that an XML declaration names, where the bytes before it are ASCII; otherwise None."""
    match = _DECLARED.match(content[:400])
    return match[2].decode() if match else None


def declaring_utf_8(content: bytes) -> bytes:
    """Return XML that is in UTF-8 with a declaration, if it has one, that says so."""
    declared = declared_encoding(content)
    if declared is None or declared.lower() in {"utf-8", "utf8"}:
        return content
    return _DECLARED.sub(rb"\g<1>UTF-8", content, count=1)
