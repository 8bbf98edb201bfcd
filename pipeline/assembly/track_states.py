"""What state files hold, remembered by their content: what was just written is not read again from its first letter."""

import threading
from collections import OrderedDict
from dataclasses import replace

from pipeline.assembly.track_names import state_name
from subtitles.errors import SubtitleError
from subtitles.state import TrackState
from subtitles.state_file import dump_state, load_state

_MOST = 8


class KnownStates:
    """The last few states, by the content of their files: other content is always read. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str, bytes], TrackState] = OrderedDict()

    def load(self, content: bytes, reel: str, language: str) -> TrackState:
        """Return what `content` holds. Raises as `load_state`."""
        key = (reel, language, content)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        state = load_state(content, file=state_name(reel, language), of=(reel, language))
        self._keep(key, state)
        return state

    def dump(self, state: TrackState, before: TrackState | None) -> bytes:
        """Return `state` as the content of its file, and remember what it holds where that is sure.

        `before` was read from a file: only the cues that differ from it are read back. Where they do not come back as they
        are, nothing is remembered, and whoever reads the content finds out what is wrong with it.
        """
        content = dump_state(state)
        known = before.by_id() if before else {}
        part = replace(state, cues=tuple(cue for cue in state.cues if known.get(cue.id) != cue))
        try:
            same = load_state(dump_state(part), file="", of=(state.reel, state.language)) == part
        except SubtitleError:
            same = False
        ordered = sorted(state.cues, key=lambda cue: (cue.base.start_ms, cue.id))
        if same and len({cue.id for cue in state.cues}) == len(state.cues) and ordered == list(state.cues):
            self._keep((state.reel, state.language, content), state)
        return content

    def _keep(self, key: tuple[str, str, bytes], state: TrackState) -> None:
        with self._lock:
            self._known[key] = state
            self._known.move_to_end(key)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
