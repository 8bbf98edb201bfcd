"""What is known of heard words beside the hearing: where voices begin and cease, and what is to be doubted."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.assembly.near_names import marked, near_names
from pipeline.assembly.options import Step
from pipeline.assembly.site import Site
from pipeline.engine.run import WouldRun
from pipeline.ports.speech import Recognised
from pipeline.stages.doubts import Circle, doubted
from pipeline.stages.transcribe import ChunkToHear
from pipeline.stages.voices import VOICES, with_starts
from subtitles.transcript import Transcript


def with_word_starts(
    site: Site, asked: Sequence[tuple[str, str, ChunkToHear]], answers: Sequence[Recognised]
) -> tuple[Recognised, ...]:
    """Return the answers to what was `asked` (reel, subject, chunk), each word starting where it is heard to start.

    A dry run that comes to voices that nobody looked for yet takes the words as the recogniser timed them, and goes on: a
    film that was transcribed before stays readable.
    """
    spoken = [at for at, answer in enumerate(answers) if answer.words]
    try:
        found = site.engine.map(VOICES, site.tools.voice_finder, [asked[at][1:] for at in spoken])
    except WouldRun as ahead:
        if site.options.reaches(Step.DRAFT):
            site.progress.note(f"would also run {ahead.stage}: words are shown as the recogniser timed them")
        return tuple(answers)
    better = dict(zip(spoken, found, strict=True))
    return tuple(with_starts(one, better[at]) if at in better else one for at, one in enumerate(answers))


def with_doubts(site: Site, key: str, heard: Transcript) -> Transcript:
    """Return a reel's transcript with what is doubtful marked, and say where the hearing went in circles.

    What may be a name or a term heard wrongly is marked too; `check` and `status` name it.
    """
    words, circles = doubted(heard.words)
    for circle in () if site.options.dry_run else circles:
        site.progress.note(f"{key}: {said_of(circle)}")
    doubtful = replace(heard, words=words)
    return replace(doubtful, words=marked(words, near_names(site.production, key, doubtful)))


def said_of(circle: Circle) -> str:
    """Return where a hearing goes in circles and what became of it, as a line for people; seconds of the reel's time."""
    where = f"from {circle.start_ms / 1000:.1f} to {circle.end_ms / 1000:.1f} s"
    left = (
        f"the first {circle.kept} are kept, marked as doubtful" if circle.kept < circle.turns else "marked as doubtful"
    )
    return f"{where} '{circle.text[:60]}' was heard {circle.turns} times in a row ({left}): listen to it"
