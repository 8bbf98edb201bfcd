"""Changes of a track of three cues, for tests of what is on the disk afterwards.

    python -m tests.redrafts FOLDER

brings new drafts into the track INT01.es of the film in FOLDER until it is ended, and writes a line for each.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.assembly.track_files import Change, OpenTrack, change_track, in_file_order
from subtitles.after_merge import after_machine, held
from subtitles.cue import Cue
from subtitles.three_way import merge_three

CUES = [
    Cue(id="INT01-00001000", start_ms=1000, end_ms=2900, text="Salimos de madrugada."),
    Cue(id="INT01-00003000", start_ms=3000, end_ms=4900, text="lo primero"),
    Cue(id="INT01-00005000", start_ms=5000, end_ms=6900, text="En la frontera\nnos quitaron todo."),
]
IDS = [cue.id for cue in CUES]


def saying(name: str, text: str) -> Callable[[OpenTrack], Change]:
    """Return the change that has one cue say something else."""

    def change(track: OpenTrack) -> Change:
        cues = tuple(replace(cue, text=text) if cue.id == name else cue for cue in track.aligned.plain())
        return Change(cues=cues, state=track.known())

    return change


def redrafted(number: int) -> Callable[[OpenTrack], Change]:
    """Return the change that brings a new draft in: other words each time, now and then another length."""

    def change(track: OpenTrack) -> Change:
        state = track.known()
        draft = [
            replace(cue, id="", text=f"{cue.text.split()[0]} borrador {number}")
            for cue in CUES
            if number % 3 or cue != CUES[1]
        ]
        merged = merge_three(state.machine(), track.aligned.plain(), draft, held=held(state), reel="INT01")
        return Change(cues=in_file_order(track, merged.cues), state=after_machine(state, merged))

    return change


def main() -> None:
    """Bring drafts in without end."""
    number = 0
    while True:
        number += 1
        change_track(Path(sys.argv[1]), "INT01", "es", redrafted(number))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
