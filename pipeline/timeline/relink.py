"""Which reel, still or title an EDL means (SEMANTICS rule 9): in a fixed order, and never by a guess."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath

from footage_manifest.model import Manifest, Reel, Still
from footage_manifest.wording import shown
from pipeline.timeline.edl_lines import BLACK_REEL
from pipeline.timeline.model import MediaKind

AUXILIARY_REEL = "AX"
"""What programs write where a source has no reel name: any number of sources share it."""
_TRUNCATED = 8
_MOST_NEAR = 3
_MOST_COMPARED = 100_000
"""Near candidates are looked for until so many names were compared: each search goes through all of the manifest."""
MANIFEST_FILE = "footage_manifest.yaml"


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """What a side of an event plays; `key` is empty for black."""

    kind: MediaKind
    key: str = ""

    def __str__(self) -> str:
        """Return where it stands in the manifest or in film.yaml, such as `reels.INT01` or `titles.opening`."""
        return f"{self.kind}s.{self.key}" if self.key else "black"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlinked:
    """Why a side has no media, or more than one, and what to write where."""

    what: str
    cure: str


class Relinker:
    """Finds media by reel and clip names. Answers are remembered, so that a long list costs no more than its names."""

    def __init__(self, manifest: Manifest, titles: Iterable[str] = ()) -> None:
        self._keys: dict[str, set[Link]] = defaultdict(set)
        self._names: dict[str, set[Link]] = defaultdict(set)
        self._truncated: dict[str, set[Link]] = defaultdict(set)
        self._loose_names: dict[str, set[Link]] = defaultdict(set)
        self._loose: dict[str, set[Link]] = defaultdict(set)
        self._answers: dict[tuple[str, tuple[str, ...]], Link | Unlinked] = {}
        self._compared = 0
        for key, reel in manifest.reels.items():
            self._enter(Link(MediaKind.REEL, key), reel)
        for key, still in manifest.stills.items():
            self._enter(Link(MediaKind.STILL, key), still)
        for key in titles:
            self._enter_key(Link(MediaKind.TITLE, key), ())

    def find(self, reel: str, clip_names: tuple[str, ...]) -> Link | Unlinked:
        """Return what is meant by an EDL's reel column and its side's clip names, or why there is not one such thing."""
        asked = (reel, clip_names)
        if asked not in self._answers:
            self._answers[asked] = self._look_up(reel, clip_names)
        return self._answers[asked]

    def _enter(self, link: Link, medium: Reel | Still) -> None:
        files = (medium.file,) if isinstance(medium.file, str) else medium.file
        self._enter_key(link, medium.names)
        for name in medium.names:
            self._names[name].add(link)
            self._loose_names[name.casefold()].add(link)
        for file in files:
            self._loose[PurePosixPath(file).name.casefold()].add(link)
            self._loose[PurePosixPath(file).stem.casefold()].add(link)

    def _enter_key(self, link: Link, names: tuple[str, ...]) -> None:
        self._keys[link.key].add(link)
        self._loose[link.key.casefold()].add(link)
        for name in (link.key, *names):
            if len(name) > _TRUNCATED:
                self._truncated[name[:_TRUNCATED]].add(link)

    def _look_up(self, reel: str, clip_names: tuple[str, ...]) -> Link | Unlinked:
        if reel == BLACK_REEL:
            return Link(MediaKind.BLACK)
        by_reel = [self._keys.get(reel), self._names.get(reel)]
        if reel != AUXILIARY_REEL:
            by_reel.append(self._truncated.get(reel))
        for candidates in by_reel:
            if candidates:
                return _one(candidates, "reel", reel)
        # A name that a person gave in the manifest decides before keys and files do: it is what cures a doubt.
        for index in (self._loose_names, self._loose):
            found = {link for name in clip_names for link in index.get(name.casefold(), ())}
            if found:
                return _one(found, "clip", clip_names[0])
        return self._nothing(reel, clip_names)

    def _nothing(self, reel: str, clip_names: tuple[str, ...]) -> Unlinked:
        name = clip_names[0] if clip_names else reel
        near = self._near(name)
        if clip_names:
            what = f"reel {shown(reel)} with clip name {shown(name)} is no reel, still or title of the film"
        else:
            what = f"reel {shown(reel)} is no reel, still or title of the film"
        if not clip_names and reel == AUXILIARY_REEL:
            return Unlinked(
                what=f"{what}, and no clip name says more", cure="export the list with clip names as comments"
            )
        line = f"write `names: [{_yaml(name)}]` under what is meant in {MANIFEST_FILE}"
        return Unlinked(what=what, cure=f"{line}; near: {', '.join(map(str, near))}" if near else line)

    def _near(self, name: str) -> list[Link]:
        if self._compared > _MOST_COMPARED:
            return []
        known = [*self._loose, *self._loose_names]
        self._compared += len(known)
        close = get_close_matches(name.casefold()[:100], known, n=_MOST_NEAR, cutoff=0.6)
        found = {link for text in close for link in self._loose.get(text, set()) | self._loose_names.get(text, set())}
        return sorted(found)[:_MOST_NEAR]


def _one(candidates: set[Link], column: str, name: str) -> Link | Unlinked:
    if len(candidates) == 1:
        return next(iter(candidates))
    listed = ", ".join(map(str, sorted(candidates)[:5]))
    what = f"{column} {shown(name)} can be any of {listed}"
    if all(link.key == name for link in candidates):
        return Unlinked(what=what, cure="give all but one of them another key")
    return Unlinked(
        what=what,
        cure=f"write `names: [{_yaml(name)}]` under the one that is meant, and under no other, in {MANIFEST_FILE}",
    )


def _yaml(name: str) -> str:
    """Return the name as a YAML double-quoted scalar, on one line."""
    escaped = "".join(
        character if character.isprintable() and character not in '"\\' else _escape(character) for character in name
    )
    return f'"{escaped}"'


def _escape(character: str) -> str:
    return "\\" + character if character in '"\\' else f"\\U{ord(character):08x}"
