"""The same cut made by `testimonio run`: a film folder, and the command with its check decode timed."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.workload import RATE, SOURCES, Event

HERE = Path(__file__).resolve()
CUT = "bench"
_KEPT = ("film.yaml", "footage_manifest.yaml", "footage", "cuts")


def film(folder: Path, sources: Path, cut: Sequence[Event], size: tuple[int, int], picture: str = "encode") -> Path:
    """Write a film folder whose one cut is `cut`, with that `picture:`; sources are linked, not copied."""
    for name in ("footage", "cuts"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        target = folder / "footage" / source.name
        if not target.exists():
            target.hardlink_to(sources / source.name)
    (folder / "film.yaml").write_text(
        f"title: Bench\nlanguages: [en]\ntimeline: {{rate: {RATE}, size: {size[0]}x{size[1]}}}\n"
        f"cuts:\n  {CUT}: {{source: cuts/{CUT}.edl, audience: internal, picture: {picture}}}\n"
    )
    reels = "".join(
        f"  R{k}: {{file: footage/{source.name}, kind: b-roll, people: [], timecode_rate: {RATE}, channels: stereo}}\n"
        for k, source in enumerate(SOURCES)
    )
    (folder / "footage_manifest.yaml").write_text(f"reels:\n{reels}")
    write_list(folder, cut)
    return folder


def write_list(folder: Path, cut: Sequence[Event]) -> None:
    """Write the cut's EDL."""
    lines, at = ["TITLE: BENCH", "FCM: NON-DROP FRAME"], 0
    for number, event in enumerate(cut, 1):
        labels = (event.first, event.first + event.frames, at, at + event.frames)
        reel = f"R{SOURCES.index(event.source)}"
        lines.append(f"{number:03} {reel} AA/V C {' '.join(_label(frame) for frame in labels)}")
        at += event.frames
    (folder / "cuts" / f"{CUT}.edl").write_text("\n".join(lines) + "\n")


def forget(folder: Path) -> None:
    """Remove everything that runs have made."""
    for path in folder.iterdir():
        if path.name not in _KEPT:
            shutil.rmtree(path)


def command(folder: Path) -> list[str]:
    """Return what starts a run; it prints the CPU seconds of decoding again to check."""
    return [sys.executable, str(HERE), str(folder)]


def delivered(folder: Path) -> Path:
    """Return the film that a run delivers."""
    return folder / "deliverables" / CUT / f"{CUT}.mp4"


def _label(frame: int) -> str:
    seconds = frame // RATE
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frame % RATE:02}"


def _run(folder: str) -> None:
    import threading  # noqa: PLC0415
    import time  # noqa: PLC0415

    from pipeline.tools import segment_file, segment_join  # noqa: PLC0415

    spent, lock = [0.0], threading.Lock()

    def timed(real):  # noqa: ANN001, ANN202
        def run(*given: object, **named: object) -> object:
            begun = time.thread_time()
            try:
                return real(*given, **named)
            finally:
                with lock:
                    spent[0] += time.thread_time() - begun

        return run

    segment_file.checked = timed(segment_file.checked)
    segment_join._check_joints = timed(segment_join._check_joints)  # noqa: SLF001
    from pipeline.cli.main import main  # noqa: PLC0415

    sys.argv = ["testimonio", "run", folder]
    try:
        main()
    finally:
        print(f"cpu {spent[0]:.3f}")


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent.parent.parent))
    sys.path.insert(0, str(HERE.parent.parent))
    _run(sys.argv[1])
