"""Where the quotes of a paper edit lie, kept in `state/<name>.json` beside it, so that no spelling moves a clip later on.

The file travels with the film. Lost, it is made again; damaged, it is refused, never guessed at. Times are SOURCE
milliseconds, ends exclusive.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import Field, ValidationError

from footage_manifest.fields import FrozenModel
from footage_manifest.findings import Finding
from footage_manifest.paths import inside
from footage_manifest.wording import Refusal
from pipeline.assembly.own_folder import own_folder
from pipeline.assembly.people_files import MOST_BYTES, content_of, read_own
from pipeline.durable import storage_errors, write_whole
from pipeline.errors import TimelineError
from subtitles.errors import SubtitleError
from subtitles.quote_words import part_of

_MOST = 20_000
_MOST_MS = 1000 * 3600 * 1000
"""No reel is longer than 1,000 hours."""
_CURE = "put it back from a copy, or take the file away: the quotes are looked for again"


class QuoteKey(FrozenModel, strict=True):
    """Which quote is meant: what its line says, apart from case, accents and punctuation.

    `parts` are the folded words of each part, runs between `...` apart. `near` and `until` are the times that stand in the
    line, empty for none. Lines that say the same are the same passage.
    """

    reel: str
    parts: tuple[tuple[str, ...], ...] = Field(strict=False)
    near: str = ""
    until: str = ""


class PlacedPart(FrozenModel, strict=True):
    """One part of a quote: its first word begins at `from_ms`, its last ends at `to_ms`, and it is cut at the other two.

    `words` are those that were said there, as they were when it was found, `before` and `after` those around them.
    """

    from_ms: int = Field(ge=0, le=_MOST_MS)
    to_ms: int = Field(ge=0, le=_MOST_MS)
    in_ms: int = Field(ge=0, le=_MOST_MS)
    out_ms: int = Field(ge=0, le=_MOST_MS)
    words: str
    before: str = ""
    after: str = ""


class KeptRemark(FrozenModel, strict=True):
    """A joint that is worth a look; `joint` is the name of a `Joint`."""

    joint: Literal["BEGINS_INSIDE", "ENDS_INSIDE", "NO_PAUSE_BEFORE", "NO_PAUSE_AFTER"]
    at_ms: int
    words: str


class KeptTight(FrozenModel, strict=True):
    """What is left with pauses of at most `tight_ms`: pieces, and (from, to, words) of what is left out."""

    tight_ms: int
    pieces: tuple[tuple[int, int], ...] = Field(strict=False, min_length=1)
    left_out: tuple[tuple[int, int, str], ...] = Field(default=(), strict=False)


class PlacedLine(FrozenModel, strict=True):
    """Where one quote lies. `listened` says whether its pauses were listened to for their quiet places."""

    key: QuoteKey
    parts: tuple[PlacedPart, ...] = Field(strict=False, min_length=1)
    remarks: tuple[KeptRemark, ...] = Field(default=(), strict=False)
    listened: bool
    tight: KeptTight | None = None

    @property
    def whole(self) -> tuple[tuple[int, int], ...]:
        """Return its pieces without any tightening."""
        return tuple((part.in_ms, part.out_ms) for part in self.parts)


class _PlacesFile(FrozenModel, strict=True):
    version: Literal[1] = 1
    quotes: tuple[PlacedLine, ...] = Field(default=(), strict=False, max_length=_MOST)


def places_name(file: str) -> str:
    """Return the name of the file that keeps the places of a paper edit, both relative to the film folder."""
    path = PurePosixPath(file)
    return str(path.parent / "state" / f"{path.stem}.json")


def quote_key(reel: str, parts: Iterable[str], near: object = None, until: object = None) -> QuoteKey:
    """Return which quote a line means; `near` and `until` are labels or None."""
    return QuoteKey(
        reel=reel,
        parts=tuple(tuple(" ".join(run) for run in part_of(part).runs) for part in parts),
        near="" if near is None else str(near),
        until="" if until is None else str(until),
    )


def load_places(folder: Path, file: str) -> dict[QuoteKey, PlacedLine]:
    """Return the places that are kept for the paper edit `file`; none where no file is there.

    Raises TimelineError for a file that cannot be read, or is not one of places as they are written.
    """
    name = places_name(file)
    try:
        content = read_own(folder, name)
        found = _PlacesFile() if content is None else _PlacesFile.model_validate_json(content)
    except SubtitleError as error:
        raise TimelineError(error.findings) from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"]))
        what = f"this is not a file of places as it was written ({first['msg']})"
        raise TimelineError([Finding(file=name, field=field, what=what, cure=_CURE)]) from None
    wrong = next((one for one in found.quotes if not _in_order(one)), None)
    if wrong is not None:
        what = f"a quote of {wrong.key.reel} ends before it begins"
        raise TimelineError([Finding(file=name, what=what, cure=_CURE)])
    return {one.key: one for one in found.quotes}


def keep_places(folder: Path, file: str, placed: Mapping[QuoteKey, PlacedLine]) -> None:
    """Write the places of a paper edit, whole; a file that says the same is left alone. Raises StoreError.

    Those that are not used any more stay, for a line that comes back; whoever calls leaves out what may not be kept.
    """
    name = places_name(file)
    kept = tuple(sorted(placed.values(), key=lambda one: one.key.model_dump_json()))[:_MOST]
    content = f"{_PlacesFile(quotes=kept).model_dump_json(indent=1)}\n".encode()
    try:
        if read_own(folder, name) == content or (not kept and read_own(folder, name) is None):
            return
    except SubtitleError:
        pass  # what is wrong with it is told where it is read
    own_folder(folder, str(PurePosixPath(name).parent))
    with storage_errors(f"writing {name}"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(folder / name, content)


def paper_bytes(folder: Path, file: str) -> bytes:
    """Return the text of a paper edit of the film. Raises TimelineError where it cannot be read."""
    try:
        return content_of(inside(folder, file), name=file, most_bytes=MOST_BYTES)
    except Refusal as error:
        raise TimelineError([Finding(file=file, what=error.what, cure=error.cure)]) from None
    except SubtitleError as error:
        raise TimelineError(error.findings) from None


def _in_order(line: PlacedLine) -> bool:
    pieces = (*line.whole, *(line.tight.pieces if line.tight else ()))
    words = ((part.from_ms, part.to_ms) for part in line.parts)
    return all(first < last for first, last in pieces) and all(first <= last for first, last in words)
