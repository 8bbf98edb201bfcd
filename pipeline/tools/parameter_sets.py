"""Several sources' parameter sets side by side in one film, each under numbers of its own.

A player reads them all from the film's index before its first frame; no picture brings its own. The numbers are chosen so
that where a picture names its set, it becomes longer by whole bytes: the picture itself is carried over bit by bit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

from pipeline.errors import ToolError
from pipeline.tools.copy_run import syntax_of
from pipeline.tools.nal_syntax import Delay, ParameterSet, SetKind, Syntax
from pipeline.tools.nal_units import UnreadableError, packed, same_length, units_of

MOST_HEADERS = 12
"""How many different sources' sets, beside the encoder's own, surely find numbers in one film."""

_LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """The codec's box that holds all sets, and under which numbers the pictures of each kind of headers name theirs."""

    syntax: Syntax
    extradata: bytes
    numbers: Mapping[str, Mapping[int, int]]

    def packet(self, data: bytes, headers: str) -> bytes:
        """Return a packet of segments with such headers as it stands in the film. Raises ToolError for a broken one."""
        numbers = self.numbers[headers]
        if all(old == new for old, new in numbers.items()):
            return data
        try:
            return packed(self._renumbered(unit, numbers) for unit in units_of(data, _LENGTH_BYTES))
        except (UnreadableError, KeyError, IndexError):
            raise ToolError("a segment holds a picture that cannot be joined with others") from None

    def _renumbered(self, unit: bytes, numbers: Mapping[int, int]) -> bytes:
        if not self.syntax.is_picture(unit):
            return unit
        return self.syntax.with_pps(unit, numbers[self.syntax.pps_of(unit)])


def side_by_side(codec: str, headers: Mapping[str, bytes], size: tuple[int, int], delay: Delay) -> SideBySide:
    """Return the sets of `headers` (a codec's box each) together; the first ones keep their numbers.

    Raises ToolError where they are of other codecs, sizes or kinds, or more than one film can carry.
    """
    try:
        syntax = syntax_of(codec)
        groups = {name: _sets(syntax, box, size) for name, box in headers.items()}
        made: list[tuple[SetKind, bytes]] = []
        taken: dict[SetKind, list[int]] = {kind: [] for kind in SetKind}
        numbers = {name: _numbered(syntax, sets, taken, made, delay) for name, sets in groups.items()}
    except (KeyError, IndexError, UnreadableError):
        raise ToolError(
            "segments with different codec headers cannot be joined", "run again with one set of tools"
        ) from None
    units = [unit for wanted in SetKind for kind, unit in made if kind is wanted]
    return SideBySide(syntax=syntax, extradata=syntax.extradata(units), numbers=numbers)


def _sets(syntax: Syntax, box: bytes, size: tuple[int, int]) -> list[ParameterSet]:
    length_bytes, units = syntax.sets_in(box)
    sets = [one for unit in units if (one := syntax.set_of(unit)) is not None]
    by_number = {one.number: one for one in sets if one.kind is SetKind.SPS}
    all_pps = [one for one in sets if one.kind is SetKind.PPS]
    if length_bytes != _LENGTH_BYTES or not all_pps:
        raise UnreadableError
    if any(syntax.unfit(by_number[pps.refers], pps, size) is not None for pps in all_pps):
        raise UnreadableError
    return sets


def _numbered(
    syntax: Syntax,
    sets: list[ParameterSet],
    taken: dict[SetKind, list[int]],
    made: list[tuple[SetKind, bytes]],
    delay: Delay,
) -> dict[int, int]:
    """Add one group's sets to `made` under free numbers, and return the picture sets' new numbers by their old ones."""
    new: dict[tuple[SetKind, int], int] = {}
    for one in sorted(sets, key=lambda one: list(SetKind).index(one.kind)):
        if one.kind is SetKind.PPS:
            number = same_length(one.number, taken[one.kind], syntax.pps_numbers)
        else:
            number = next(free for free in count() if free not in taken[one.kind])
            if number >= syntax.sps_numbers:
                raise UnreadableError
        referred = {SetKind.PPS: SetKind.SPS, SetKind.SPS: SetKind.VPS}.get(one.kind)
        refers = new.get((referred, one.refers), 0) if referred else 0
        new[one.kind, one.number] = number
        taken[one.kind].append(number)
        made.append((one.kind, syntax.set_as(one, number, refers, delay)))
    return {old: number for (kind, old), number in new.items() if kind is SetKind.PPS}
