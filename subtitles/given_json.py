"""Transcripts as JSON: what Whisper and WhisperX write, and our own form, which a film keeps.

Our own form is an object with `language`, and `words` of `text`, `start_ms`, `end_ms` (SOURCE time, exclusive), `confidence`
in thousandths, and `joins_previous` where no space stands before.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from subtitles.transcript import Word

_MOST_MS = 1000 * 3600 * 1000
_LEAST_MS = 1
SHARED = 700
"""The confidence of a word whose time is only its share of a passage: less than sure, and not to be underlined."""


class NoTranscriptError(Exception):
    """What is read is no transcript: `args[0]` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A transcript from elsewhere: its words in order of time. `language` is a code, empty where the file names none.

    `timed` says whether the words have times of their own; else they share those of their passage.
    """

    language: str
    words: tuple[Word, ...]
    timed: bool


def spread(text: str, start_ms: int, end_ms: int) -> Iterator[Word]:
    """Yield the words of a text that is said from `start_ms` to `end_ms`, each for as long as its letters."""
    words = text.split()
    letters = sum(len(word) for word in words)
    at = 0
    for word in words:
        begin = start_ms + (end_ms - start_ms) * at // letters
        at += len(word)
        end = start_ms + (end_ms - start_ms) * at // letters
        yield Word(text=word, start_ms=begin, end_ms=max(end, begin + _LEAST_MS), confidence=SHARED)


def read_json(text: str) -> Given:
    """Return the transcript in a JSON text. Raises NoTranscriptError."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoTranscriptError(f"it is not JSON: {str(error).splitlines()[0]}") from None
    document = read if isinstance(read, dict) else {"segments": read}
    language = document.get("language")
    code = language.strip().lower() if isinstance(language, str) else ""
    if "words" in document and "segments" not in document:
        return Given(language=code, words=tuple(_own(_listed(document["words"], "words"))), timed=True)
    segments = _listed(document.get("segments"), "segments")
    words: list[Word] = []
    timed = True
    for number, one in enumerate(segments, start=1):
        segment = _object(one, f"segment {number}")
        own = segment.get("words")
        if isinstance(own, list) and own:
            words += _words(own, segment, number)
        else:
            timed = False
            begin, end = _time(segment, "start", number), _time(segment, "end", number)
            words += spread(str(segment.get("text", "")), begin, max(end, begin + _LEAST_MS))
    return Given(language=code, words=in_order(words), timed=timed)


def in_order(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return words in order of time; one that joins the word before it stays behind it."""
    groups: list[list[Word]] = []
    for word in words:
        if word.joins_previous and groups:
            groups[-1].append(word)
        else:
            groups.append([word])
    return tuple(word for group in sorted(groups, key=lambda one: one[0].start_ms) for word in group)


def write_own(language: str, words: Sequence[Word]) -> bytes:
    """Return a transcript in our own form, a word a line."""
    rows = [
        {
            "text": word.text,
            "start_ms": word.start_ms,
            "end_ms": word.end_ms,
            "confidence": word.confidence,
            **({"joins_previous": True} if word.joins_previous else {}),
        }
        for word in words
    ]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f'{{"language": {json.dumps(language)}, "words": [\n{lines}\n]}}\n'.encode()


def _own(rows: Sequence[Any]) -> Iterator[Word]:
    before = 0
    for number, row in enumerate(rows, start=1):
        one = _object(row, f"word {number}")
        text = one.get("text")
        if not isinstance(text, str) or not text.strip() or len(text) > 1000:
            raise NoTranscriptError(f"word {number} has no text")
        begin, end = (_whole(one.get(name), f"word {number}, {name}", _MOST_MS) for name in ("start_ms", "end_ms"))
        if end <= begin or begin < before:
            raise NoTranscriptError(f"word {number} ({text.strip()[:40]}): its times are not behind those before it")
        before = begin
        confidence = _whole(one.get("confidence", 1000), f"word {number}, confidence", 1000)
        joins = one.get("joins_previous", False) is True
        yield Word(text=" ".join(text.split()), start_ms=begin, end_ms=end, confidence=confidence, joins_previous=joins)


def _words(rows: Sequence[Any], segment: Mapping[str, Any], number: int) -> list[Word]:
    """Return the words of a segment of Whisper or WhisperX; a word without times takes its share between its neighbours."""
    said = [_object(row, f"segment {number}, word {at}") for at, row in enumerate(rows, start=1)]
    texts = [str(one.get("word", one.get("text", ""))) for one in said]
    spaced = any(text[:1].isspace() for text in texts)
    begin, end = _time(segment, "start", number), _time(segment, "end", number)
    starts = [_time(one, "start", number) if "start" in one else None for one in said]
    ends = [_time(one, "end", number) if "end" in one else None for one in said]
    words: list[Word] = []
    for at, text in enumerate(texts):
        bare = " ".join(text.split())
        if not bare:
            continue
        before = next((one for one in reversed(ends[:at]) if one is not None), begin)
        behind = next((one for one in starts[at + 1 :] if one is not None), end)
        start, stop = starts[at], ends[at]
        known = start is not None and stop is not None
        first = start if start is not None else before
        last = stop if stop is not None else max(first + _LEAST_MS, behind)
        sure = said[at].get("probability", said[at].get("score"))
        confidence = round(sure * 1000) if known and isinstance(sure, int | float) and 0 <= sure <= 1 else SHARED
        joins = spaced and bool(words) and not text[:1].isspace()
        words.append(
            Word(
                text=bare,
                start_ms=first,
                end_ms=max(last, first + _LEAST_MS),
                confidence=confidence,
                joins_previous=joins,
            )
        )
    return words


def _listed(read: Any, name: str) -> list[Any]:
    if not isinstance(read, list):
        raise NoTranscriptError(f"it has no list of {name}")
    return read


def _object(read: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(read, dict):
        raise NoTranscriptError(f"{what} is no object")
    return read


def _time(one: Mapping[str, Any], name: str, number: int) -> int:
    """Return a time in seconds as milliseconds."""
    value = one.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MOST_MS // 1000:
        return round(value * 1000)
    raise NoTranscriptError(f"segment {number}: {name} is no time in seconds")


def _whole(value: Any, what: str, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise NoTranscriptError(f"{what} is no whole number from 0 to {most}")
    return value
