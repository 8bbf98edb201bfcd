"""The same cut made by other means, each as people use it: what to start, as an argument list.

The job is the same for all, so x264 is told the same: preset, crf, key frames, and how far to look ahead.
"""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from benchmarks.workload import RATE, Event

RECIPE = {"preset": "medium", "crf": "20", "rc-lookahead": "16"}
KEYFRAMES = 2 * RATE
_OPTIONS = [part for name, value in RECIPE.items() for part in (f"-{name}", value)]
X264 = ("-c:v", "libx264", *_OPTIONS, "-g", str(KEYFRAMES), "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "192k", "-ar", "48000")
Starter = Callable[[Sequence[Event], Path, Path], list[str]]
HERE = Path(__file__).resolve()


def ffmpeg() -> str:
    """Return the ffmpeg program."""
    found = shutil.which("ffmpeg")
    if found:
        return found
    import imageio_ffmpeg  # noqa: PLC0415 - only where there is no other

    return str(imageio_ffmpeg.get_ffmpeg_exe())


def graph(cut: Sequence[Event], sources: Path, made: Path) -> list[str]:
    """One ffmpeg with an input an event and the concat filter."""
    command = [ffmpeg(), "-v", "error", "-nostdin", "-y"]
    steps, joined = [], []
    for k, event in enumerate(cut):
        command += ["-ss", f"{float(event.start):.6f}", "-t", f"{float(event.length):.6f}"]
        command += ["-i", str(sources / event.source.name)]
        # At the end of an input, fps goes on repeating its last frame while sound is left in a buffer: trim ends that.
        steps.append(f"[{k}:v]fps={RATE}:start_time=0,trim=end_frame={event.frames},setsar=1[v{k}]")
        joined.append(f"[v{k}][{k}:a]")
    steps.append("".join(joined) + f"concat=n={len(cut)}:v=1:a=1[v][a]")
    script = made.with_suffix(".graph")
    script.write_text(";\n".join(steps))
    return [*command, "-filter_complex_script", str(script), "-map", "[v]", "-map", "[a]", *X264, *AAC, str(made)]


def each(cut: Sequence[Event], sources: Path, made: Path) -> list[str]:
    """A process an event, then a join by copying."""
    return [sys.executable, str(HERE), "each", str(sources), str(made), _spelled(cut)]


def moviepy(cut: Sequence[Event], sources: Path, made: Path) -> list[str]:
    """moviepy's concatenation."""
    return [sys.executable, str(HERE), "moviepy", str(sources), str(made), _spelled(cut)]


def pyav(cut: Sequence[Event], sources: Path, made: Path) -> list[str]:
    """A plain loop over PyAV: seek, decode, encode in one file; no sound."""
    return [sys.executable, str(HERE), "pyav", str(sources), str(made), _spelled(cut)]


def encoder(cut: Sequence[Event], sources: Path, made: Path) -> list[str]:
    """The encoder alone on one thread, its own CPU counted: the limit."""
    return [sys.executable, str(HERE), "encoder", str(sources), str(made), _spelled(cut)]


def melt(cut: Sequence[Event], sources: Path, made: Path) -> list[str]:
    """melt (MLT), what Kdenlive and Shotcut render with."""
    names = sorted({event.source.name for event in cut})
    producers = "".join(
        f"<producer id={quoteattr(name)}><property name='resource'>{sources / name}</property></producer>"
        for name in names
    )
    entries = "".join(
        f"<entry producer={quoteattr(event.source.name)} in='{event.first}' out='{event.first + event.frames - 1}'/>"
        for event in cut
    )
    profile = f"<profile frame_rate_num='{RATE}' frame_rate_den='1' width='{{w}}' height='{{h}}' progressive='1' "
    profile += (
        "sample_aspect_num='1' sample_aspect_den='1' display_aspect_num='16' display_aspect_den='9' colorspace='709'/>"
    )
    width, height = _size(sources / names[0])
    text = f"<mlt>{profile.format(w=width, h=height)}{producers}<playlist id='cut'>{entries}</playlist></mlt>"
    script = made.with_suffix(".mlt")
    script.write_text(text)
    x264 = [f"{name}={value}" for name, value in RECIPE.items()]
    recipe = ["vcodec=libx264", *x264, f"g={KEYFRAMES}", "acodec=aac", "ab=192k", "ar=48000"]
    return ["melt", "-silent", str(script), "-consumer", f"avformat:{made}", *recipe, f"threads={os.cpu_count()}"]


def _size(path: Path) -> tuple[int, int]:
    import av  # noqa: PLC0415

    with av.open(str(path)) as container:
        return container.streams.video[0].width, container.streams.video[0].height


def _spelled(cut: Sequence[Event]) -> str:
    return f"{len(cut)}x{cut[0].frames}"


# --------------------------------------------------------------------------------- what runs in a process of its own


def _read(spelled: str) -> Sequence[Event]:
    from benchmarks.workload import events  # noqa: PLC0415

    count, frames = spelled.split("x")
    return events(int(count), int(frames))


def _run_each(cut: Sequence[Event], sources: Path, made: Path) -> None:
    import subprocess  # noqa: PLC0415

    parts = []
    for k, event in enumerate(cut):
        part = made.with_name(f"part{k}.mp4")
        window = ["-ss", f"{float(event.start):.6f}", "-t", f"{float(event.length):.6f}"]
        command = [ffmpeg(), "-v", "error", "-nostdin", "-y", *window, "-i", str(sources / event.source.name)]
        limit = ["-vf", f"fps={RATE}:start_time=0", "-frames:v", str(event.frames)]
        subprocess.run([*command, *limit, *X264, *AAC, str(part)], check=True)
        parts.append(f"file '{part}'")
    listing = made.with_suffix(".txt")
    listing.write_text("\n".join(parts))
    join = ["-f", "concat", "-safe", "0", "-i", str(listing), "-c", "copy", str(made)]
    subprocess.run([ffmpeg(), "-v", "error", "-nostdin", "-y", *join], check=True)


def _run_moviepy(cut: Sequence[Event], sources: Path, made: Path) -> None:
    from moviepy import VideoFileClip, concatenate_videoclips  # noqa: PLC0415

    opened = {event.source.name: VideoFileClip(str(sources / event.source.name)) for event in cut}
    clips = [
        opened[event.source.name].subclipped(float(event.start), float(event.start + event.length)) for event in cut
    ]
    whole = concatenate_videoclips(clips)
    whole.write_videofile(
        str(made),
        fps=RATE,
        codec="libx264",
        preset=RECIPE["preset"],
        ffmpeg_params=[*_OPTIONS, "-g", str(KEYFRAMES)],
        audio_codec="aac",
        logger=None,
    )


def _run_pyav(cut: Sequence[Event], sources: Path, made: Path) -> None:
    import av  # noqa: PLC0415

    with av.open(str(made), "w") as container:
        stream = _stream(container, sources / cut[0].source.name)
        done = 0
        for event in cut:
            for frame in _frames(event, sources):
                frame.pts, frame.time_base, frame.pict_type = done, 1 / stream.average_rate, 0
                container.mux(stream.encode(frame))
                done += 1
        container.mux(stream.encode(None))


def _run_encoder(cut: Sequence[Event], sources: Path, made: Path) -> None:
    import time  # noqa: PLC0415

    import av  # noqa: PLC0415

    spent, done = 0.0, 0
    with av.open(str(made), "w") as container:
        stream = _stream(container, sources / cut[0].source.name)
        stream.codec_context.thread_count = 1
        for event in cut:
            for frame in list(_frames(event, sources)):
                frame.pts, frame.time_base, frame.pict_type = done, 1 / stream.average_rate, 0
                begun = time.thread_time()
                packets = stream.encode(frame)
                spent += time.thread_time() - begun
                container.mux(packets)
                done += 1
        begun = time.thread_time()
        packets = stream.encode(None)
        spent += time.thread_time() - begun
        container.mux(packets)
    print(f"cpu {spent:.3f}")


def _stream(container, like: Path):  # noqa: ANN001, ANN202
    stream = container.add_stream("libx264", rate=RATE)
    stream.width, stream.height = _size(like)
    stream.pix_fmt = "yuv420p"
    stream.codec_context.gop_size = KEYFRAMES
    stream.options = dict(RECIPE)
    return stream


def _frames(event: Event, sources: Path):  # noqa: ANN202
    """Yield the frame on display at each of an event's instants."""
    import av  # noqa: PLC0415

    instants = [event.start + k * event.length / event.frames for k in range(event.frames)]
    with av.open(str(sources / event.source.name)) as container:
        stream = container.streams.video[0]
        container.seek(int(instants[0] / stream.time_base), stream=stream)
        decoded = container.decode(stream)
        shown, coming = None, next(decoded)
        for instant in instants:
            while coming is not None and coming.pts * stream.time_base <= instant:
                shown, coming = coming, next(decoded, None)
            yield shown


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent.parent))
    what, folder, target, spelled = sys.argv[1:]
    globals()[f"_run_{what}"](_read(spelled), Path(folder), Path(target))
