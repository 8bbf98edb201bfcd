"""Run as a program of its own: waits until its parent is gone, then kills every process group the parent left behind.

The parent writes `+GROUP` before a program starts and `-GROUP` when it has been waited for, one a line, to standard
input. End of input means that the parent is gone, however it ended; a program's own children (the pipeline inside a
shell script, for one) do not carry the program's death signal, and only their group still names them.
"""

import os
import signal
import sys
from collections.abc import Iterable


def groups_left(lines: Iterable[bytes]) -> set[int]:
    """Return the groups that were announced and not taken back; lines that say neither are passed over."""
    left: set[int] = set()
    for line in lines:
        sign, number = line[:1], line[1:].strip()
        if not number.isdigit() or int(number) < 2:  # 0 and 1 would name our own group, or everything
            continue
        if sign == b"+":
            left.add(int(number))
        elif sign == b"-":
            left.discard(int(number))
    return left


def main() -> None:
    """Wait for the end of standard input, then kill what is left."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    for group in groups_left(sys.stdin.buffer):
        try:
            os.killpg(group, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


if __name__ == "__main__":
    main()
