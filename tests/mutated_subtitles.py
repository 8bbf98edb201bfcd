"""Subtitle files gone wrong: bytes changed, lines swapped, repeated, cut and put together from several files."""

import contextlib
import random
import signal
from collections.abc import Iterator, Sequence

from subtitles.errors import SubtitleError
from subtitles.formats.any import SubtitleFormat, read_any, write_any

NASTY = (
    b"-->", b"\0", b"\xff", b"<", b">", b"&", b"&#x110000;", b"{", b"}", b"\\", b"99999999999999999999", b"-1", b"\r",
    b"\n\n", b"00:00:01,000 --> 00:00:02,000\n", b"<p begin='1s'>", b"</tt>", b"[Events]\n", b"Dialogue: ", b"\xef\xbb\xbf",
    b"timeContainer='seq' ", b"\x8a\x8a", b"NOTE\n", b"WEBVTT\n", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"1e999s", b"0f", b",",
    b"<span tts:ruby='text'>", b"tts:color='#12' ", b"tts:extent='x' ", b"ttp:frameRate='0' ", b"{\\an99}", b"{\\c&H&}",
)  # fmt: skip
SLOWEST_S = 10
KINDS = (SubtitleFormat.SRT, SubtitleFormat.VTT, SubtitleFormat.ASS, SubtitleFormat.TTML)


def mutated(seeds: Sequence[tuple[str, bytes]], seed: int) -> tuple[str, bytes]:
    """A file made from one or two of `seeds`, the same for the same number."""
    chance = random.Random(seed)  # noqa: S311 - the same files for the same number
    name, content = chance.choice(seeds)
    for _ in range(chance.randint(1, 4)):
        content = _changed(chance, content, seeds)
    return name, content


def _changed(chance: random.Random, content: bytes, seeds: Sequence[tuple[str, bytes]]) -> bytes:
    how = chance.randrange(7)
    at = chance.randrange(len(content) + 1)
    if how == 0 and content:
        flipped = bytearray(content)
        for _ in range(chance.randint(1, 8)):
            flipped[chance.randrange(len(flipped))] = chance.randrange(256)
        return bytes(flipped)
    if how == 1:
        return content[:at] + chance.choice(NASTY) + content[at:]
    if how == 2:
        return content[:at] + content[at + chance.randint(1, 40) :]
    if how == 3:
        return content[:at]
    if how == 4:
        other = chance.choice(seeds)[1]
        return content[:at] + other[chance.randrange(len(other) + 1) :]
    lines = content.split(b"\n")
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    if how == 5:
        lines[first], lines[second] = lines[second], lines[first]
    else:
        lines[first:first] = lines[second : second + chance.randint(1, 4)] * chance.randint(1, 3)
    return b"\n".join(lines)


def said_of(name: str, content: bytes) -> str:
    """Read a file and write it again in every format; return "read", or "refused" where each refusal says where.

    Anything but a SubtitleError that names a place passes.
    """
    with _limited():
        try:
            read = read_any(content, file=name)
        except SubtitleError as error:
            _check_places(error, name, content)
            return "refused"
        for kind in KINDS:
            with contextlib.suppress(SubtitleError):
                again = read_any(write_any(read.cues, kind, file=f"x.{kind}", speakers=read.speakers), file=f"x.{kind}")
                assert len(again.cues) == len(read.cues) or not read.cues, kind
    return "read"


def _check_places(error: SubtitleError, name: str, content: bytes) -> None:
    assert error.findings
    for finding in error.findings:
        binary = finding.field.startswith(("block ", "header, "))
        assert finding.line is not None or binary, f"{finding} names no place"
        assert finding.what
        if finding.line is not None:
            assert 1 <= finding.line <= content.count(b"\n") + content.count(b"\r") + 1, str(finding)


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    def too_slow(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"more than {SLOWEST_S} seconds for one file")

    before = signal.signal(signal.SIGALRM, too_slow)
    signal.alarm(SLOWEST_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
