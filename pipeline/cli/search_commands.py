"""`testimonio find`: where something was said."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipeline.assembly.search import MOST_HITS, Asked, Found, Hit, Where
from pipeline.assembly.search import find as search
from pipeline.cli.answer import Answer, Job
from pipeline.cli.printing import printable

_Film = Annotated[
    Path, typer.Option("--film", "-C", metavar="DIR", help="The film folder; the current one if left out.")
]


def find(  # noqa: PLR0913 - the options of the command
    phrases: Annotated[
        list[str],
        typer.Argument(metavar="WORDS...", help='A phrase such as "three days"; several: all in one passage.'),
    ],
    *,
    film: _Film = Path(),
    speaker: Annotated[
        str | None, typer.Option("--speaker", metavar="NAME", help="A name, a key of people, or interviewer.")
    ] = None,
    theme: Annotated[str | None, typer.Option("--theme", metavar="T", help="Only reels of this theme.")] = None,
    programme: Annotated[str | None, typer.Option("--programme", metavar="P", help="Only this programme.")] = None,
    reel: Annotated[str | None, typer.Option("--reel", metavar="R", help="Only this reel.")] = None,
    language: Annotated[
        str | None, typer.Option("--language", "-l", metavar="CODE", help="Only what is written in this language.")
    ] = None,
    lemma: Annotated[bool, typer.Option("--lemma", help="Other forms of the words too: go, goes, went.")] = False,
    fuzzy: Annotated[bool, typer.Option("--fuzzy", help="Misheard and misspelt words too.")] = False,
    context: Annotated[int, typer.Option("--context", min=0, max=200, metavar="N", help="How many words around.")] = 8,
    most: Annotated[
        int, typer.Option("--most", min=0, metavar="N", help="How many places are shown; 0 for all.")
    ] = MOST_HITS,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,  # noqa: ARG001 - read where the answer is given
) -> Job:
    """Say where something was said, in the language it was said in or a translation."""
    where = Where(reel=reel, speaker=speaker, theme=theme, programme=programme, language=language)
    asked = Asked(
        folder=film, phrases=tuple(phrases), where=where, lemma=lemma, fuzzy=fuzzy, context=context, most=most
    )
    return Job(lambda progress: _answer(search(asked, progress)))


def _answer(found: Found) -> Answer:
    return Answer(
        text=printable("\n".join(_lines(found))),
        problems=found.problems,
        document={"hits": [_document(one) for one in found.hits], "total": found.total},
    )


def _lines(found: Found) -> Iterator[str]:
    for one in found.hits:
        who = f"  {', '.join(one.speakers)}" if one.speakers else ""
        kind = "" if one.spoken else " (translation)"
        yield f"{one.reel} {one.start}  {one.language}{kind}{who}"
        yield f"    {' '.join(f'[{text.text}]' if text.hit else text.text for text in one.texts)}"
        yield from ([f"    {one.link}"] if one.link else [])
    yield from (f"warning: {problem}" for problem in found.problems)
    if not found.total:
        yield "this was said nowhere that could be searched"
        return
    places = "1 place" if found.total == 1 else f"{found.total} places"
    yield places if found.total == len(found.hits) else f"the first {len(found.hits)} of {places}; --most 0 shows all"
    if any(one.link for one in found.hits):
        yield "the links open where testimonio review is at work"


def _document(hit: Hit) -> dict[str, object]:
    return {**asdict(hit), "start": str(hit.start), "end": str(hit.end), "texts": [asdict(one) for one in hit.texts]}
