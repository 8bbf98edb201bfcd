"""The two files of a new film, with comments that teach; they load as they stand."""

from collections.abc import Sequence
from fractions import Fraction

from footage_manifest.yaml_scalars import plain_value

_FILM = """\
# film.yaml says what is to be made. Lines that begin with # are notes for people; everything else counts.
# Keys that belong together begin in the same column. Indent with spaces, never with tabs.

title: {title}

# The languages of the subtitles, the one that is mostly spoken first.
languages: [{languages}]

# Every cut has this clock and this picture size. Set both before you edit, and as your editing program has them:
# 25 in Europe, 30000/1001 (29.97) in much of the Americas, 24000/1001 (23.976) for cinema cameras.
timeline:
  rate: {rate}
  size: {size}
  # drop_frame: true                # only with a rate of 30000/1001 or 60000/1001

# One entry for each cut. Export it from the editing program as a CMX 3600 EDL, put that into cuts/, and take the # away.
# audience is for whom it is: public, forum, training, internal, book or web. Whoever is seen or heard must have
# agreed to exactly that (see footage_manifest.yaml).
cuts:
  # forum:
  #   source: cuts/forum.edl
  #   audience: forum
  #   burn_in: [{burn_in}]            # copies of the film with subtitles drawn into the picture

# Who listens, and how well: tiny, base, small, medium, large-v3. Larger ones hear better and take longer.
transcription:
  engine: faster-whisper
  model: base

# Who drafts translations; people correct them in subtitles/. auto takes the best that is installed.
translation:
  engine: auto
"""

_MANIFEST = """\
# footage_manifest.yaml says what was filmed, who is in it, and what they agreed to.
# Take the # away from a line, and change it, or write new ones like it. Indent with spaces, never with tabs.

# Everyone who can be recognised, by a short key of your own (letters, digits, - and _). name is what the film shows.
# status: granted, restricted (granted, but only for what uses names), pending or withdrawn. Without a consent record it
# is pending. uses permits what it names and nothing else; until is the last day on which it holds.
people:
  # ana:
  #   name: Ana
  #   role: {es: Testimonio, en: Testimony}
  #   consent: {status: granted, uses: [forum, training], until: 2030-12-31}

# Everything filmed or recorded, by the reel name that the EDL uses. kind: interview, b-roll, music or narration.
# file is seen from this folder. people is required for interviews and narration; people: [] says that no one can be
# recognised. start is the timecode of the first frame, in quotation marks, where the file does not hold it itself.
reels:
  # INT01: {file: footage/int01.mp4, kind: interview, language: es, people: [ana]}
  # BROLL01: {file: footage/river.mov, kind: b-roll, people: []}

# Photographs, by the name that the EDL uses.
stills:
  # STILL01: {file: stills/river.jpg, credit: "Photo: Ana", people: []}
"""


def film_yaml(
    title: str = "My film",
    *,
    languages: Sequence[str] = ("es", "en"),
    rate: Fraction = Fraction(25),
    size: tuple[int, int] = (1920, 1080),
) -> str:
    """Return the text of a film.yaml for a film without cuts yet; any `title` is quoted as YAML needs it."""
    return (
        _FILM.replace("{title}", quoted(title))
        .replace("{languages}", ", ".join(_plain(language) for language in languages))
        .replace("{rate}", str(rate))
        .replace("{size}", f"{size[0]}x{size[1]}")
        .replace("{burn_in}", "+".join(languages[:2]))
    )


def footage_manifest_yaml() -> str:
    """Return the text of a footage_manifest.yaml for a film of which nothing is written down yet."""
    return _MANIFEST


def _plain(word: str) -> str:
    """Return `word` without quotation marks where every program reads it as text: `no` for Norwegian is not."""
    return word if isinstance(plain_value(word)[0], str) and plain_value(word)[1] is None else quoted(word)


def quoted(text: str) -> str:
    """Return `text` as a double-quoted YAML scalar on one line."""
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    if sign.isprintable():
        return sign
    code = ord(sign)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
