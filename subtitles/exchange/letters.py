"""Letters that XML and spreadsheets cannot hold, written so that they come back as they were."""

import re

_UNHELD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]|<U\\+")
_WRITTEN = re.compile(r"<U\+([0-9A-F]{4,6})>")


def held(text: str) -> str:
    """Return `text` with control letters, which no XML file may hold, as `<U+000B>`; line feeds and tabs stay."""
    return _UNHELD.sub(lambda found: f"<U+{ord(found[0][0]):04X}>{found[0][1:]}", text)


def unheld(text: str) -> str:
    """Return what `held` was given."""
    return _WRITTEN.sub(_letter, text)


def _letter(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return chr(code) if code < 0x110000 else found[0]


def clock(time_ms: int) -> str:
    """Return an instant as people read it: `00:01:02.345`."""
    seconds, rest = divmod(time_ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"
