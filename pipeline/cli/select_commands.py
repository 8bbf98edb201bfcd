"""`testimonio marks`, `stringout` and `words`: passages chosen, strung together, counted."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from pipeline.assembly.cut_export import ExportOptions, Format, export
from pipeline.assembly.mark_list import MarkedPassage, MarksShown, listed_marks, mark_passage, unmark_passage
from pipeline.assembly.search import Where
from pipeline.assembly.stringout import Choice, StringOut, string_out
from pipeline.assembly.word_counts import By, CountChoice, WordCounts, count_words
from pipeline.cli.answer import Answer, Job
from pipeline.cli.printing import printable
from pipeline.cli.show_cut import exported
from pipeline.ports.work import Progress

marks_app = typer.Typer(no_args_is_help=True, help="Mark passages: what they are about, how good they are.")

_Film = Annotated[
    Path, typer.Option("--film", "-C", metavar="DIR", help="The film folder; the current one if left out.")
]
_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
_Speaker = Annotated[str | None, typer.Option("--speaker", metavar="NAME", help="A name, or a key of people.")]
_Programme = Annotated[str | None, typer.Option("--programme", metavar="P", help="Only this programme.")]
_Reel = Annotated[str | None, typer.Option("--reel", metavar="R", help="Only this reel.")]


@marks_app.command("add")
def add(  # noqa: PLR0913 - the options of the command
    reel: Annotated[str, typer.Argument(metavar="REEL", help="The reel.")],
    start: Annotated[str, typer.Argument(metavar="FROM", help="Its timecode where the passage begins.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="Its timecode where the passage ends, not included.")],
    tags: Annotated[list[str], typer.Argument(metavar="TAG...", help='What it is: rescue, "best take".')],
    *,
    note: Annotated[str, typer.Option("--note", help="Anything to add.")] = "",
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who marks it.")] = "",
    film: _Film = Path(),
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Mark a passage, in transcripts/marks.csv."""
    return Job(lambda _progress: _marks(mark_passage(film, reel, (start, end), tuple(tags), by=by, note=note)))


@marks_app.command("remove")
def remove(
    reel: Annotated[str, typer.Argument(metavar="REEL", help="The reel.")],
    start: Annotated[str, typer.Argument(metavar="FROM", help="Where the mark begins, as marks list shows it.")],
    end: Annotated[str, typer.Argument(metavar="TO", help="Where it ends, as marks list shows it.")],
    tags: Annotated[
        list[str] | None, typer.Argument(metavar="[TAG...]", help="Its tags, where several are there.")
    ] = None,
    *,
    film: _Film = Path(),
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Take a mark out of transcripts/marks.csv; the file as it was is kept in .testimonio/kept."""
    return Job(lambda _progress: _marks(unmark_passage(film, reel, (start, end), tuple(tags or ()))))


@marks_app.command("list")
def list_marks(
    *,
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Only marks with this tag.")] = None,
    film: _Film = Path(),
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Show the passages that were marked."""
    return Job(lambda _progress: _marks(listed_marks(film, tag)))


def stringout(  # noqa: PLR0913 - the options of the command
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called: cuts/NAME.md is written.")],
    *,
    find: Annotated[
        list[str] | None, typer.Option("--find", metavar="WORDS", help="What was said; several: in one passage.")
    ] = None,
    tag: Annotated[str | None, typer.Option("--tag", metavar="TAG", help="Only what is marked so.")] = None,
    theme: Annotated[
        str | None, typer.Option("--theme", metavar="T", help="What is marked so, or reels of this theme.")
    ] = None,
    speaker: _Speaker = None,
    programme: _Programme = None,
    reel: _Reel = None,
    lemma: Annotated[bool, typer.Option("--lemma", help="Other forms of the words too: go, goes, went.")] = False,
    fuzzy: Annotated[bool, typer.Option("--fuzzy", help="Misheard and misspelt words too.")] = False,
    to: Annotated[Format | None, typer.Option("--to", help="A list or timeline of it as well, written here.")] = None,
    film: _Film = Path(),
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Write what was said or marked as a paper edit to cut down: whole sentences, nothing twice."""
    where = Where(reel=reel, speaker=speaker, theme=theme, programme=programme)
    choice = Choice(folder=film, name=name, phrases=tuple(find or ()), where=where, tag=tag, lemma=lemma, fuzzy=fuzzy)
    return Job(lambda progress: _strung_to(choice, to, progress))


def words(  # noqa: PLR0913 - the options of the command
    *,
    by: Annotated[By, typer.Option("--by", help="What is counted apart.")] = By.SPEAKER,
    speaker: _Speaker = None,
    theme: Annotated[str | None, typer.Option("--theme", metavar="T", help="Only reels of this theme.")] = None,
    programme: _Programme = None,
    reel: _Reel = None,
    language: Annotated[
        str | None, typer.Option("--language", "-l", metavar="CODE", help="The translation into this language.")
    ] = None,
    lemma: Annotated[bool, typer.Option("--lemma", help="Count the forms of a word as one: go, goes, went.")] = False,
    most: Annotated[int, typer.Option("--most", min=0, metavar="N", help="How many words are shown; 0 for all.")] = 20,
    film: _Film = Path(),
    as_json: _AsJson = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Count what is said, by speaker, programme or reel. `testimonio find` shows where, with the words around."""
    where = Where(reel=reel, speaker=speaker, theme=theme, programme=programme, language=language)
    choice = CountChoice(folder=film, by=by, where=where, lemma=lemma, most=most)
    return Job(lambda progress: _counted(count_words(choice, progress)))


def _marks(found: MarksShown) -> Answer:
    lines = [line for one in found.marks for line in _mark(one)] or ["nothing is marked"]
    return Answer(
        text=printable("\n".join([*lines, *(f"warning: {one}" for one in found.problems)])),
        problems=found.problems,
        document={"marks": [asdict(one) for one in found.marks]},
    )


def _mark(one: MarkedPassage) -> Iterator[str]:
    who = f"  ({one.by})" if one.by else ""
    yield f"{one.reel} {one.start} {one.end}  {'; '.join(one.tags)}{who}"
    yield from ([f"    {one.note}"] if one.note else [])


def _strung_to(choice: Choice, to: Format | None, progress: Progress) -> Answer:
    """Return what was strung together and, where a format is asked for, what was written of it in that one."""
    strung = _strung(string_out(choice, progress))
    if to is None or to is Format.MD:
        return strung
    file = choice.folder / str(strung.document["file"])
    written = exported(export(ExportOptions(what=str(file), to=to, folder=choice.folder), progress))
    return replace(
        strung, text=f"{strung.text}\n{written.text}", document={**strung.document, "exported": written.document}
    )


def _strung(found: StringOut) -> Answer:
    problems = (*(str(finding) for finding in found.findings), *found.problems)
    name = Path(found.file).stem
    lines = [
        f"{found.file}: {_count(found.passages)} of {', '.join(found.reels)}, {found.ms / 1000:.1f} s",
        f"to play it, add to cuts in film.yaml: {name}: {{source: {found.file}, audience: ...}}",
        f"to finish it elsewhere: testimonio cut convert {name} --to edl",
        *(f"warning: {one}" for one in problems),
    ]
    document = {"file": found.file, "passages": found.passages, "reels": list(found.reels), "ms": found.ms}
    return Answer(text=printable("\n".join(lines)), problems=problems, document=document)


def _count(passages: int) -> str:
    return "1 passage" if passages == 1 else f"{passages} passages"


def _counted(found: WordCounts) -> Answer:
    lines = []
    for one in found.counts:
        lines.append(f"{one.name}: {one.words} words, {one.different} different")
        lines += ["    " + ", ".join(f"{word} {count}" for word, count in one.commonest)]
    lines += [f"warning: {problem}" for problem in found.problems]
    document = {"counts": [asdict(one) for one in found.counts]}
    text = "\n".join(lines or ["nothing is said here that was written down"])
    return Answer(text=printable(text), problems=found.problems, document=document)
