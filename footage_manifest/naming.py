"""Whether a text prints a person's name, however it is written."""

import re
import unicodedata


def prints_name(text: str, name: str) -> bool:
    """Return whether `name` stands in `text` as whole words: accents, capitals and double spaces make no difference.

    An empty name stands nowhere.
    """
    sought = _bare(name)
    return bool(sought) and re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", _bare(text)) is not None


def _bare(text: str) -> str:
    """Return a text as names are compared: without accents, capitals and double spaces, which people leave out."""
    letters = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return " ".join(letters.casefold().split())
