"""What is asked of a codec's syntax, so that H.264 and HEVC are copied by one piece of code."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Protocol


class SetKind(StrEnum):
    """The kinds of parameter sets: of a video (HEVC), a sequence, a picture."""

    VPS = "vps"
    SPS = "sps"
    PPS = "pps"


class Unfit(StrEnum):
    """Why pictures with certain parameter sets are not copied."""

    PROFILE = "its codec profile is not one that every player knows"
    KIND = "it is coded as fields, or in a way that few players know"
    FRAME = "its pictures are stored in a larger frame than the film's"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSet:
    """One parameter set: its number, the number of the set that it refers to, and its unit."""

    kind: SetKind
    number: int
    refers: int
    unit: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """A film's rate, and by how many frames its decoding runs ahead of its showing at most."""

    rate: Fraction
    frames: int


class Syntax(Protocol):
    """One codec's units. All of it raises UnreadableError for units that are not what the standard says."""

    @property
    def sps_numbers(self) -> int:
        """How many sequence sets a file can carry, numbered from 0."""

    @property
    def pps_numbers(self) -> int:
        """The highest number that a picture set can have."""

    @property
    def last_pps_read(self) -> int:
        """The highest number of a source's picture set for which there is room when several sources are joined."""

    def set_of(self, unit: bytes) -> ParameterSet | None:
        """Return the parameter set that a unit is, None for any other unit."""

    def is_picture(self, unit: bytes) -> bool:
        """Return whether a unit is a part of a picture, False where it may be left out; raises for other kinds."""

    def may_start(self, unit: bytes) -> bool:
        """Return whether decoding may begin with the picture of this unit."""

    def is_leading(self, unit: bytes) -> bool:
        """Return whether a picture may refer to what was before the start that it follows, and is shown before it."""

    def pps_of(self, unit: bytes) -> int:
        """Return the number of the picture set that a picture's unit names."""

    def with_pps(self, unit: bytes, number: int) -> bytes:
        """Return a picture's unit that names another picture set; not one bit of the picture itself is touched."""

    def as_first(self, unit: bytes) -> bytes:
        """Return a unit of the picture that begins a copy, marked as a beginning."""

    def unfit(self, sps: ParameterSet, pps: ParameterSet, size: tuple[int, int]) -> Unfit | None:
        """Return why pictures of these sets are not copied into a film of `size`, None where they may be."""

    def drops_earlier(self, unit: bytes, sps: ParameterSet, pps: ParameterSet) -> bool:
        """Return whether a start tells decoders to throw away frames that they have not shown yet."""

    def set_as(self, one: ParameterSet, number: int, refers: int, delay: Delay) -> bytes:
        """Return a set's unit under another number, referring to set number `refers`, for a film of this delay."""

    def sets_in(self, extradata: bytes) -> tuple[int, list[bytes]]:
        """Return how many bytes a unit's length has, and the sets, of a codec's box in MP4."""

    def extradata(self, sets: Sequence[bytes]) -> bytes:
        """Return the content of a codec's box in MP4 for these sets."""
