"""`testimonio subtitles convert`: one subtitle file made from another, without a film."""

import os
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from footage_manifest.fields import TimelineRate
from footage_manifest.findings import Finding, Severity
from pipeline.cli.answer import Answer, Job
from pipeline.cli.printing import findings_as_data, printable
from pipeline.durable import storage_errors, write_whole
from pipeline.errors import UsageError
from pipeline.ports.work import Progress
from subtitles.errors import SubtitleError
from subtitles.formats.any import ReadSubtitles, SubtitleFormat, format_by_name, lost, read_any, write_any
from subtitles.formats.text import in_utf_8
from subtitles.formats.ttml_names import declared_encoding, declaring_utf_8

MAX_BYTES = 512 * 1024 * 1024
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_ONLY_LASTING = {SubtitleFormat.VTT, SubtitleFormat.TTML, SubtitleFormat.STL}
_KNOWN = ".srt, .vtt, .ass, .ssa, .ttml, .xml, .dfxp or .stl"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertOptions:
    """What is converted into what: two files, the encoding and the rate where the first does not say, the language."""

    source: Path
    target: Path
    encoding: str | None = None
    rate: Fraction | None = None
    language: str | None = None
    replace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """What was read, how many cues were written, and what to know about it."""

    read: ReadSubtitles
    written: int
    format: SubtitleFormat
    findings: tuple[Finding, ...]


def convert_one(  # noqa: PLR0913 - the options of the command
    source: Annotated[Path, typer.Argument(metavar="IN", help="The subtitle file to read.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help=f"The file to write: {_KNOWN}.")],
    *,
    encoding: Annotated[
        str | None, typer.Option("--encoding", metavar="NAME", help="The encoding of IN, such as windows-1252.")
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(
            "--rate",
            metavar="R",
            help="Frames a second, where IN counts frames and does not say; those of OUT where that is .stl (25).",
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="CODE", help="The language of the subtitles: es, en ...")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--replace", help="Write OUT even if there is one.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Make a subtitle file of another format, and say what it cannot carry."""

    def act(_progress: Progress) -> Answer:
        options = ConvertOptions(
            source=source,
            target=target,
            encoding=encoding,
            rate=None if rate is None else _rate(rate),
            language=language,
            replace=overwrite,
        )
        return _said(options, convert(options))

    return Job(act)


def convert(options: ConvertOptions) -> Converted:
    """Read one file and write the other, whole or not at all.

    Where the format stays, only the encoding changes (to UTF-8): every character stays where it is. Otherwise the cues are
    written in order of their times. Raises UsageError for files that are not there, or there already, SubtitleError for a
    file that cannot be read or a text that the format cannot hold, and StoreError where the disk refuses.
    """
    kind = format_by_name(options.target.name)
    if kind is None:
        raise UsageError(f"{options.target}: what to write is told by its ending", f"end it in {_KNOWN}")
    if options.language is not None and not _LANGUAGE.fullmatch(options.language):
        raise UsageError(f"--language: '{options.language}' is no language code", "write one such as es or en")
    if options.target.exists() and not options.replace:
        raise UsageError(f"{options.target} is there already", "name another file, or add --replace")
    content = _content(options.source)
    name = str(options.source)
    read = read_any(content, file=name, encoding=options.encoding, rate=options.rate)
    written, carried, findings = _written(content, read, kind, options)
    _write(options, written)
    return Converted(read=read, written=len(carried.cues), format=kind, findings=(*read.findings, *findings))


def _written(
    content: bytes, read: ReadSubtitles, kind: SubtitleFormat, options: ConvertOptions
) -> tuple[bytes, ReadSubtitles, tuple[Finding, ...]]:
    """Return OUT's bytes, what of IN they were made from, and what to know about it."""
    name, file = str(options.source), str(options.target)
    same_kind = options.source.suffix.lower() == options.target.suffix.lower() or kind is not SubtitleFormat.ASS
    if kind is read.format and kind is not SubtitleFormat.STL and same_kind:
        encoding = options.encoding
        if kind is SubtitleFormat.TTML:
            encoding = encoding or declared_encoding(content)
            return declaring_utf_8(in_utf_8(content, file=name, encoding=encoding)), read, ()
        return in_utf_8(content, file=name, encoding=encoding), read, ()
    ordered, notes = _in_order(*_lasting(read, kind, name), name)
    language = options.language or read.language
    try:
        written = write_any(
            ordered.cues,
            kind,
            file=file,
            language=language if language and _LANGUAGE.fullmatch(language) else None,
            rate=options.rate,
            speakers=ordered.speakers,
        )
    except SubtitleError as error:
        raise SubtitleError([_placed(one, ordered, name) for one in error.findings]) from None
    return written, ordered, (*lost(ordered, kind, file=name), *notes)


def _placed(finding: Finding, read: ReadSubtitles, name: str) -> Finding:
    """Return a finding about a cue that cannot be written with the line on which the cue was read."""
    number = re.fullmatch(r"cue (\d+)", finding.field)
    return replace(finding, file=name, line=read.lines[int(number[1]) - 1], field="") if number else finding


def _lasting(read: ReadSubtitles, kind: SubtitleFormat, name: str) -> tuple[ReadSubtitles, tuple[Finding, ...]]:
    """Return what was read without cues that are never seen, where the format has none such, and a warning for each."""
    if kind not in _ONLY_LASTING:
        return read, ()
    silent = [at for at, cue in enumerate(read.cues) if cue.start_ms == cue.end_ms]
    what = f"this cue lasts nothing, which {kind.upper()} does not allow; left out"
    cure = "correct its times if it is meant to be seen"
    warnings = tuple(
        Finding(severity=Severity.WARNING, file=name, line=read.lines[at], what=what, cure=cure) for at in silent
    )
    gone = set(silent)
    return _chosen(read, [at for at in range(len(read.cues)) if at not in gone]) if gone else read, warnings


def _chosen(read: ReadSubtitles, places: list[int]) -> ReadSubtitles:
    return replace(
        read,
        cues=tuple(read.cues[at] for at in places),
        lines=tuple(read.lines[at] for at in places),
        speakers=tuple(read.speakers[at] for at in places) if read.speakers else (),
    )


def _in_order(
    read: ReadSubtitles, warnings: tuple[Finding, ...], name: str
) -> tuple[ReadSubtitles, tuple[Finding, ...]]:
    """Return what was read with its cues in order of their times, and the warnings with a note where they were not."""
    order = sorted(range(len(read.cues)), key=lambda at: (read.cues[at].start_ms, read.cues[at].end_ms))
    out_of_place = next((at for at, place in enumerate(order) if at != place), None)
    if out_of_place is None:
        return read, warnings
    what = "the cues are not in order of their times here; they are written in it"
    note = Finding(severity=Severity.NOTE, file=name, line=read.lines[out_of_place], what=what)
    return _chosen(read, order), (*warnings, note)


def _said(options: ConvertOptions, done: Converted) -> Answer:
    count = done.written
    encoding = f" in {done.read.encoding}" if done.read.encoding else ""
    first = f"{options.target}: {count} {'cue' if count == 1 else 'cues'}, read as {done.read.format.upper()}{encoding}"
    lines = [first, *(f"{one.severity.value}: {one}" for one in done.findings)]
    document: dict[str, object] = {
        "source": str(options.source),
        "target": str(options.target),
        "read_as": done.read.format.value,
        "encoding": done.read.encoding,
        "written_as": done.format.value,
        "cues": count,
        "findings": findings_as_data(done.findings),
    }
    return Answer(text=printable("\n".join(lines)), document=document)


def _content(path: Path) -> bytes:
    """Return a file's bytes. Raises UsageError where there is none, SubtitleError where it is far too long."""
    try:
        if not path.is_file():
            raise UsageError(f"there is no file {path}", "name the subtitle file to read")
        if path.stat().st_size > MAX_BYTES:
            what = f"the file has more than {MAX_BYTES // 1024 // 1024} MiB"
            raise SubtitleError((Finding(file=str(path), what=what, cure="see whether it is a subtitle file"),))
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{path} cannot be read ({why})", "name a subtitle file that can") from None


def _write(options: ConvertOptions, content: bytes) -> None:
    """Write OUT whole. Without --replace its name is claimed first, so that a file that has just come is not lost."""
    with storage_errors(f"writing {options.target}"):
        if options.replace:
            write_whole(options.target, content)
            return
        try:
            os.close(os.open(options.target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
        except FileExistsError:
            raise UsageError(f"{options.target} is there already", "name another file, or add --replace") from None
        try:
            write_whole(options.target, content)
        except BaseException:
            options.target.unlink(missing_ok=True)
            raise


def _rate(text: str) -> Fraction:
    try:
        return TypeAdapter(TimelineRate).validate_python(text)
    except ValidationError:
        raise UsageError(f"--rate: '{text}' is no frame rate", "write 24, 25, 23.976, 29.97 or 30000/1001") from None
