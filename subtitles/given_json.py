"""Transcripts as JSON: what Whisper and WhisperX write, and our own form, which a film keeps.

Our own form is an object with `language`, `times` and `words` of `text`, `start_ms`, `end_ms` (SOURCE time, exclusive),
`confidence` in thousandths, `joins_previous` where no space stands before, and `speaker`, a name as the source has it.
`times` is "passages" where words share those of their passage, "none" where a text has none; left out, they are the
words' own.
"""

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, zip_longest
from typing import Any

from subtitles.transcript import Word

_MOST_MS = 1000 * 3600 * 1000
_LEAST_MS = 1
_LONGEST_NAME = 200
SHARED = 700
"""The confidence of a word whose time is only its share of a passage: less than sure, and not to be underlined."""


class NoTranscriptError(Exception):
    """What is read is no transcript: `args[0]` says why."""


class Times(StrEnum):
    """What is known of when the words of a transcript are said."""

    WORDS = "words"
    PASSAGES = "passages"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A transcript from elsewhere: its words in order. `language` is a code, empty where the file names none.

    Where `times` is PASSAGES, words share those of theirs; where it is NONE, the times that they have mean nothing.
    `speakers` has for each word the name of who says it, empty where the file does not; no names at all where it has none.
    `left_out` is what of the file was taken for no part of what is said.
    """

    language: str
    words: tuple[Word, ...]
    times: Times
    speakers: tuple[str, ...] = ()
    left_out: str = ""


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
        return _own(code, document)
    segments = _listed(document.get("segments"), "segments")
    said: list[tuple[Word, str]] = []
    times = Times.WORDS
    for number, one in enumerate(segments, start=1):
        segment = _object(one, f"segment {number}")
        own = segment.get("words")
        who = _name(segment)
        if isinstance(own, list) and own:
            said += [(word, name or who) for word, name in _words(own, segment, number)]
        else:
            times = Times.PASSAGES
            begin, end = _time(segment, "start", number), _time(segment, "end", number)
            text = str(segment.get("text", ""))
            said += [(word, who) for word in spread(text, begin, max(end, begin + _LEAST_MS))]
    return given_of(code, in_order(said), times)


def given_of(language: str, said: Sequence[tuple[Word, str]], times: Times) -> Given:
    """Return a transcript of words, each with who says it. Raises NoTranscriptError for signs that are no text."""
    for number, (word, name) in enumerate(said, start=1):
        if any(map(_is_no_text, f"{word.text}{name}")):
            raise NoTranscriptError(f"word {number} or its speaker holds signs that are no text")
    names = tuple(name for _, name in said)
    return Given(
        language=language, words=tuple(word for word, _ in said), times=times, speakers=names if any(names) else ()
    )


def _is_no_text(sign: str) -> bool:
    """Return whether a sign controls a terminal, is half of a letter, or is none: subtitle files cannot carry it."""
    return unicodedata.category(sign) in {"Cc", "Cs"} or ord(sign) & 0xFFFE == 0xFFFE


def in_order(said: Sequence[tuple[Word, str]]) -> list[tuple[Word, str]]:
    """Return words, each with who says it, in order of time; one that joins the word before it stays behind it."""
    groups: list[list[tuple[Word, str]]] = []
    for one in said:
        if one[0].joins_previous and groups:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [one for group in sorted(groups, key=lambda group: group[0][0].start_ms) for one in group]


def write_own(language: str, given: Given) -> bytes:
    """Return a transcript in our own form, a word a line; `language` is the one that it is in."""
    rows = [
        {
            "text": word.text,
            **({} if given.times is Times.NONE else {"start_ms": word.start_ms, "end_ms": word.end_ms}),
            **({} if given.times is Times.NONE else {"confidence": word.confidence}),
            **({"joins_previous": True} if word.joins_previous else {}),
            **({"speaker": name} if name else {}),
        }
        for word, name in zip_longest(given.words, given.speakers, fillvalue="")
        if isinstance(word, Word)
    ]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    times = "" if given.times is Times.WORDS else f', "times": {json.dumps(given.times)}'
    return f'{{"language": {json.dumps(language)}{times}, "words": [\n{lines}\n]}}\n'.encode()


def _own(language: str, document: Mapping[str, Any]) -> Given:
    kind = document.get("times", Times.WORDS)
    if kind not in {*Times}:
        raise NoTranscriptError('"times" is none of "words", "passages" and "none"')
    times = Times(kind)
    said: list[tuple[Word, str]] = []
    before = 0
    for number, row in enumerate(_listed(document["words"], "words"), start=1):
        one = _object(row, f"word {number}")
        word = _own_word(one, number, times)
        if word.start_ms < before:
            raise NoTranscriptError(f"word {number} ({word.text[:40]}): its times are not behind those before it")
        before = word.start_ms
        said.append((word, _name(one)))
    return given_of(language, said, times)


def _own_word(one: Mapping[str, Any], number: int, times: Times) -> Word:
    text = one.get("text")
    if not isinstance(text, str) or not text.strip() or len(text) > 1000:
        raise NoTranscriptError(f"word {number} has no text")
    bare, joins = " ".join(text.split()), one.get("joins_previous", False) is True
    if times is Times.NONE:
        return untimed(bare, joins_previous=joins)
    begin, end = (_whole(one.get(name), f"word {number}, {name}", _MOST_MS) for name in ("start_ms", "end_ms"))
    if end <= begin:
        raise NoTranscriptError(f"word {number} ({bare[:40]}): its times are not behind those before it")
    confidence = _whole(one.get("confidence", 1000), f"word {number}, confidence", 1000)
    return Word(text=bare, start_ms=begin, end_ms=end, confidence=confidence, joins_previous=joins)


def untimed(text: str, *, joins_previous: bool = False) -> Word:
    """Return a word of which nobody knows when it is said."""
    return Word(text=text, start_ms=0, end_ms=_LEAST_MS, confidence=SHARED, joins_previous=joins_previous)


def _name(one: Mapping[str, Any]) -> str:
    """Return who a row says is speaking, as a name in one line; empty where it does not."""
    name = one.get("speaker")
    return " ".join(name.split())[:_LONGEST_NAME] if isinstance(name, str) else ""


def _words(rows: Sequence[Any], segment: Mapping[str, Any], number: int) -> list[tuple[Word, str]]:
    """Return the words of a segment of Whisper or WhisperX; a word without times takes its share between its neighbours.

    Each comes with who says it, as WhisperX has it.
    """
    said = [_object(row, f"segment {number}, word {at}") for at, row in enumerate(rows, start=1)]
    texts = [str(one.get("word", one.get("text", ""))) for one in said]
    spaced = any(text[:1].isspace() for text in texts)
    begin, end = _time(segment, "start", number), _time(segment, "end", number)
    starts = [_time(one, "start", number) if "start" in one else None for one in said]
    ends = [_time(one, "end", number) if "end" in one else None for one in said]
    befores = list(accumulate(ends, lambda known, one: known if one is None else one, initial=begin))
    behinds = list(accumulate(reversed(starts), lambda known, one: known if one is None else one, initial=end))[-2::-1]
    words: list[tuple[Word, str]] = []
    for at, text in enumerate(texts):
        bare = " ".join(text.split())
        if not bare:
            continue
        before, behind = befores[at], behinds[at]
        start, stop = starts[at], ends[at]
        known = start is not None and stop is not None
        first = start if start is not None else before
        last = stop if stop is not None else max(first + _LEAST_MS, behind)
        sure = said[at].get("probability", said[at].get("score"))
        confidence = round(sure * 1000) if known and isinstance(sure, int | float) and 0 <= sure <= 1 else SHARED
        joins = spaced and bool(words) and not text[:1].isspace()
        word = Word(
            text=bare,
            start_ms=first,
            end_ms=max(last, first + _LEAST_MS),
            confidence=confidence,
            joins_previous=joins,
        )
        words.append((word, _name(said[at])))
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
