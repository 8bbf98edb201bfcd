"""XML that we write: its head, and text without what XML cannot hold."""

import xml.etree.ElementTree as ET


def as_bytes(root: ET.Element, doctype: str) -> bytes:
    """Return a document, indented, in UTF-8."""
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {doctype}>\n{text}\n'.encode()


def clean(text: str) -> str:
    """Return text without the characters that XML 1.0 has no way to write; line breaks become spaces."""
    return " ".join("".join(sign for sign in text if _is_written(ord(sign))).split())


def _is_written(code: int) -> bool:
    if code < 0x20:
        return code in {0x09, 0x0A, 0x0D}
    return not (0xD800 <= code < 0xE000 or code in {0xFFFE, 0xFFFF})
