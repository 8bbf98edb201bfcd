"""A person's editor, as a program of its own: saves a subtitle file over and over, in the ways that editors do.

    python -m tests.editor_at_work FILE SAVES SEED

Each save puts `guardado N` in the place of what the second cue said, on what the file holds at that moment.
"""

import os
import random
import re
import sys
import time
from pathlib import Path

WAYS = ("rename", "truncate", "in pieces", "remove")


def save(path: Path, content: bytes, way: str) -> None:
    """Save as an editor does: another file renamed over it, the file itself written anew, or removed and made again."""
    if way in {"rename", "remove"}:
        other = path.with_name(f"~{path.name}")
        other.write_bytes(content)
        if way == "remove":
            path.unlink(missing_ok=True)
        other.rename(path)
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        half = len(content) // 2 if way == "in pieces" else len(content)
        for piece in (content[:half], content[half:]):
            os.write(descriptor, piece)
            if way == "in pieces":
                time.sleep(0.002)
    finally:
        os.close(descriptor)


def main() -> None:
    """Save as often as asked."""
    path, saves, dice = Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))  # noqa: S311 - dice for a test
    for number in range(saves):
        content = path.read_bytes()
        edited = re.sub(rb"(guardado|lo primero) ?\d*", b"guardado %d" % number, content, count=1)
        way = dice.choice(WAYS)
        save(path, edited, way)
        sys.stdout.write(f"{way} {number}\n")
        sys.stdout.flush()
        time.sleep(dice.choice((0, 0.001, 0.004, 0.01)))


if __name__ == "__main__":
    main()
