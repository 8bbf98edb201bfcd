"""Names that cues keep: one id joins a spoken word, its cue in each language, its event in a cut and its quote."""

import hashlib
import unicodedata
from collections.abc import Collection

from subtitles.cue import Cue


def new_id(reel: str, start_ms: int, taken: Collection[str] = ()) -> str:
    """Return an id for a cue that begins at `start_ms` of source time: `INT01-00012340`.

    It is a name, made once and then kept by the state: it does not change when the cue is retimed or reworded. The same
    words give the same ids again, and one cue more or less changes no other's. Where `taken` has the id already, letters
    are added: `b`, `c`, and so on.
    """
    plain = f"{reel}-{start_ms:08}"
    name, count = plain, 1
    while name in taken:
        name = f"{plain}{_letters(count)}"
        count += 1
    return name


def normal_text(text: str) -> str:
    """Return `text` with what an editor changes by itself taken out: spaces at the ends of lines, forms of one letter."""
    lines = unicodedata.normalize("NFC", text).split("\n")
    return "\n".join(line.strip() for line in lines).strip("\n")


def text_hash(*texts: str) -> str:
    """Return a short hash of what `texts` say, in order: 16 hex digits, the same however their lines are broken."""
    said = "\0".join(" ".join(unicodedata.normalize("NFC", text).split()) for text in texts)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def content_hash(cue: Cue) -> str:
    """Return a short hash of a cue as it stands: times, text and line breaks. 16 hex digits."""
    whole = f"{cue.start_ms} {cue.end_ms}\n{normal_text(cue.text)}"
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def same_cue(first: Cue, second: Cue) -> bool:
    """Return whether two cues are equal in times and text, ids and editors' traces apart."""
    times = (first.start_ms, first.end_ms) == (second.start_ms, second.end_ms)
    return times and (first.text == second.text or normal_text(first.text) == normal_text(second.text))


def _letters(count: int) -> str:
    letters = ""
    while count >= 0:
        letters = chr(ord("a") + count % 26) + letters
        count = count // 26 - 1
    return letters
