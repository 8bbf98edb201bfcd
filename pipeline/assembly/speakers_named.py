"""Whose voice it is: what people said, what that says of other voices, and who asks."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.ports.speech import Span
from subtitles.transcript import Word

ASKS_AT_LEAST = 0.4
"""Of an interviewer's sentences at least this share are questions, and twice the share of anybody else's."""


class Known(StrEnum):
    """How it is known whose voice a turn is."""

    SAID = "said"  # somebody said so of this very turn
    SAME_VOICE = "same voice"  # of another turn of this voice, or of another reel
    ONLY_ONE = "only one"  # one voice, one person
    LAST_ONE = "last one"  # all the others are known
    ASKS = "asks"  # this voice asks the questions
    UNKNOWN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One voice from `start_ms` up to, not including, `end_ms`, in SOURCE time; `voice` counts from 0 in the reel.

    `speaker` is a key of people, or `interviewer`, empty where nobody knows.
    """

    start_ms: int
    end_ms: int
    voice: int
    speaker: str = ""
    known: Known = Known.UNKNOWN


def turns_of(windows: Sequence[Span], voices: Sequence[int]) -> tuple[Turn, ...]:
    """Return the turns that windows make: between two of different voices, the middle of what both cover or leave.

    Windows are in order of time. A silence inside of one voice's turn is part of it.
    """
    turns: list[Turn] = []
    for window, voice in zip(windows, voices, strict=True):
        if turns and turns[-1].voice == voice:
            turns[-1] = replace(turns[-1], end_ms=max(turns[-1].end_ms, window.end_ms))
            continue
        start = window.start_ms
        if turns and turns[-1].end_ms > start:
            start = (turns[-1].end_ms + start) // 2
            turns[-1] = replace(turns[-1], end_ms=start)
        turns.append(Turn(start_ms=start, end_ms=max(window.end_ms, start + 1), voice=voice))
    return tuple(turns)


def asking_voice(turns: Sequence[Turn], words: Sequence[Word]) -> int | None:
    """Return the voice whose sentences are questions, where there is one such among several; else None."""
    sentences: Counter[int] = Counter()
    questions: Counter[int] = Counter()
    said: Counter[int] = Counter()
    for word in words:
        turn = turn_at(turns, (word.start_ms + word.end_ms) // 2)
        if turn is None:
            continue
        said[turn.voice] += 1
        text = word.text.rstrip("\"'”’»)]")
        if text.endswith((".", "!", "…", "?")):
            sentences[turn.voice] += 1
            questions[turn.voice] += text.endswith("?")
    shares = {voice: questions[voice] / count for voice, count in sentences.items()}
    if len(said) < 2 or not shares:
        return None
    first, *rest = sorted(shares, key=lambda voice: (-shares[voice], said[voice]))
    clear = shares[first] >= ASKS_AT_LEAST and all(shares[first] >= 2 * shares[one] for one in rest)
    return first if clear and said[first] < sum(said.values()) / 2 else None


def turn_at(turns: Sequence[Turn], ms: int) -> Turn | None:
    """Return the turn that is on at `ms`; in a silence between two the nearer one, None where there is none at all."""
    return min(turns, key=lambda one: max(one.start_ms - ms, ms - one.end_ms + 1, 0), default=None)


def named(turns: Sequence[Turn], by_voice: Mapping[int, tuple[str, Known]]) -> tuple[Turn, ...]:
    """Return turns with the speakers of their voices."""
    found = []
    for turn in turns:
        speaker, known = by_voice.get(turn.voice, ("", Known.UNKNOWN))
        found.append(replace(turn, speaker=speaker, known=known))
    return tuple(found)


def rest_of(
    voices: Iterable[int], by_voice: Mapping[int, tuple[str, Known]], people: Sequence[str], asks: int | None
) -> dict[int, tuple[str, Known]]:
    """Return who the voices are that nobody named, as far as that follows; `people` are the reel's who speak.

    One voice and one person are each other's; the voice that asks is the interviewer where there are more voices than
    people; then a last voice is the last person's.
    """
    found = dict(by_voice)
    open_voices = [voice for voice in voices if voice not in found]
    taken = {speaker for speaker, _ in found.values()}
    open_people = [person for person in people if person not in taken]
    total = len(open_voices) + len(found)
    if asks is not None and asks in open_voices and total > len(people) and "interviewer" not in taken:
        found[asks] = ("interviewer", Known.ASKS)
        open_voices.remove(asks)
    if len(open_voices) == 1 and len(open_people) == 1:
        found[open_voices[0]] = (open_people[0], Known.ONLY_ONE if total == 1 else Known.LAST_ONE)
    return found


def with_said(turns: Sequence[Turn], said: Sequence[tuple[Span, str]]) -> tuple[Turn, ...]:
    """Return turns in which what people said of a stretch holds there, whatever voice was heard."""
    found = list(turns)
    for span, speaker in said:
        cut: list[Turn] = []
        for turn in found:
            start, end = max(turn.start_ms, span.start_ms), min(turn.end_ms, span.end_ms)
            if start >= end:
                cut.append(turn)
                continue
            if turn.start_ms < start:
                cut.append(replace(turn, end_ms=start))
            cut.append(replace(turn, start_ms=start, end_ms=end, speaker=speaker, known=Known.SAID))
            if end < turn.end_ms:
                cut.append(replace(turn, start_ms=end))
        found = cut
    return tuple(found)
