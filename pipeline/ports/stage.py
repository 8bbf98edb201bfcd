"""A stage of the road: a name, a version, and how its inputs become the request that is fingerprinted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

I = TypeVar("I")  # noqa: E741 - inputs, as the design names them
Q = TypeVar("Q")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Generic[I, Q, R]):
    """What is done, before anything is done: `plan` is pure and returns the frozen request.

    `version` is raised when the same request must give a new result. `result` is what a stored result is read back as.
    """

    name: str
    version: int
    plan: Callable[[I], Q]
    result: type[R]
