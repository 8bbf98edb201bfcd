"""Random tracks, and what people and machines do to them, for tests of the merge."""

import random
from dataclasses import replace

from subtitles.cue import Cue

WORDS = (
    "agua",
    "madre",
    "pueblo",
    "frontera",
    "noche",
    "camino",
    "casa",
    "río",
    "neblina",
    "papeles",
    "abuela",
    "tres",
    "días",
    "salimos",
    "cruzar",
    "luego",
    "nadie",
    "sabía",
    "dónde",
    "fuego",
    "maíz",
    "perro",
    "calle",
    "iglesia",
    "sombra",
    "piedra",
    "carta",
    "hermano",
    "siempre",
    "nunca",
    "todavía",
    "entonces",
    "mientras",
)


def track(dice: random.Random, count: int, reel: str = "INT01") -> list[Cue]:
    """Return a track of `count` cues with ids, in order of time, none over another."""
    cues, at = [], dice.randrange(0, 3000, 40)
    for _ in range(count):
        long = dice.randrange(800, 5000, 40)
        cues.append(Cue(id=f"{reel}-{at:08}", start_ms=at, end_ms=at + long, text=sentence(dice)))
        at += long + dice.choice((0, 80, 80, 400, 2000))
    return cues


def sentence(dice: random.Random, marked: str = "") -> str:
    """Return a text of a few words, on one line or two; `marked` words are new ones that nobody else says."""
    words = [f"{marked}{dice.randrange(10**6)}" if marked else dice.choice(WORDS) for _ in range(dice.randint(1, 8))]
    at = dice.randrange(len(words))
    return "\n".join(part for part in (" ".join(words[:at]), " ".join(words[at:])) if part)


def person_edits(dice: random.Random, cues: list[Cue], edits: int, mark: str) -> list[Cue]:
    """Return what a person makes of `cues`: what is typed is marked, times stay apart, ids go (a file has none)."""
    found = [replace(cue, id="") for cue in cues]
    for _ in range(edits):
        if found:
            dice.choice((_reword, _word, _retime, _split, _join, _add, _delete, _swap, _rebreak))(dice, found, mark)
    return sorted(found, key=lambda cue: (cue.start_ms, cue.end_ms))


def machine_draft(dice: random.Random, cues: list[Cue], edits: int) -> list[Cue]:
    """Return a new draft: like a person's changes, with other words, and now and then all of it moved a little."""
    moved = dice.choice((0, 0, 0, 40, -40, 120))
    cues = [
        replace(cue, start_ms=max(0, cue.start_ms + moved), end_ms=cue.end_ms + max(moved, -cue.start_ms))
        for cue in cues
    ]
    return person_edits(dice, cues, edits, "")


def _reword(dice: random.Random, cues: list[Cue], mark: str) -> None:
    at = dice.randrange(len(cues))
    cues[at] = replace(cues[at], text=sentence(dice, mark))


def _word(dice: random.Random, cues: list[Cue], mark: str) -> None:
    at = dice.randrange(len(cues))
    words = cues[at].text.split()
    words[dice.randrange(len(words)) if words else 0 :][:1] = []
    words.insert(dice.randint(0, len(words)), f"{mark}{dice.randrange(10**6)}" if mark else dice.choice(WORDS))
    cues[at] = replace(cues[at], text=" ".join(words))


def _rebreak(dice: random.Random, cues: list[Cue], _mark: str) -> None:
    at = dice.randrange(len(cues))
    words = cues[at].text.split()
    if words:
        place = dice.randrange(len(words))
        lines = (" ".join(words[:place]), " ".join(words[place:]))
        cues[at] = replace(cues[at], text="\n".join(line for line in lines if line))


def _retime(dice: random.Random, cues: list[Cue], _mark: str) -> None:
    cues.sort(key=lambda cue: cue.start_ms)
    at = dice.randrange(len(cues))
    first = cues[at - 1].end_ms if at else 0
    last = cues[at + 1].start_ms if at + 1 < len(cues) else cues[at].end_ms + 3000
    start = min(max(first, cues[at].start_ms + dice.randrange(-600, 601, 20)), cues[at].end_ms - 1)
    end = max(min(last, cues[at].end_ms + dice.randrange(-600, 601, 20)), start + 1)
    if first <= start and end <= last:
        cues[at] = replace(cues[at], start_ms=start, end_ms=end)


def _split(dice: random.Random, cues: list[Cue], _mark: str) -> None:
    at = dice.randrange(len(cues))
    cue, words = cues[at], cues[at].text.split()
    if len(words) > 1 and cue.duration_ms > 400:
        place, middle = dice.randrange(1, len(words)), (cue.start_ms + cue.end_ms) // 2
        cues[at : at + 1] = [
            replace(cue, end_ms=middle, text=" ".join(words[:place])),
            Cue(start_ms=middle, end_ms=cue.end_ms, text=" ".join(words[place:])),
        ]


def _join(dice: random.Random, cues: list[Cue], _mark: str) -> None:
    cues.sort(key=lambda cue: cue.start_ms)
    at = dice.randrange(len(cues))
    if at + 1 < len(cues):
        both = cues[at : at + 2]
        end = max(cue.end_ms for cue in both)
        cues[at : at + 2] = [replace(both[0], end_ms=end, text=f"{both[0].text} {both[1].text}")]


def _add(dice: random.Random, cues: list[Cue], mark: str) -> None:
    cues.sort(key=lambda cue: cue.start_ms)
    at = dice.randrange(len(cues))
    start = cues[at].end_ms
    end = cues[at + 1].start_ms if at + 1 < len(cues) else start + 2000
    if end - start > 200:
        cues.insert(at + 1, Cue(start_ms=start, end_ms=end, text=sentence(dice, mark)))


def _delete(dice: random.Random, cues: list[Cue], _mark: str) -> None:
    del cues[dice.randrange(len(cues))]


def _swap(dice: random.Random, cues: list[Cue], _mark: str) -> None:
    at = dice.randrange(len(cues))
    if at + 1 < len(cues):
        one, two = cues[at : at + 2]
        cues[at : at + 2] = [replace(one, text=two.text), replace(two, text=one.text)]
