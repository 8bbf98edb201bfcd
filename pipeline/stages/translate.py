"""translate: cues become passages of whole sentences, in batches that stay the same when something else is edited."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from footage_manifest.model import Manifest, Person, Protection, Term
from pipeline.ports.speech import SoundOfReel, Span
from pipeline.ports.stage import Stage
from pipeline.ports.translation import Passage, TermPair, Translated, TranslateRequest
from pipeline.stages.media import SoundPart
from subtitles.cue import Cue
from subtitles.lines import break_lines
from subtitles.passages import passages
from subtitles.style import SubtitleStyle
from subtitles.tags import plain

PASSAGES_A_BATCH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """What is translated: passages of one reel, from one language into another, with the terms that hold between them."""

    source: str
    target: str
    passages: tuple[Passage, ...]
    terms: tuple[TermPair, ...]


def batches(
    cues: Sequence[Cue],
    languages: tuple[str, str],
    terms: Sequence[Term],
    sound: SoundOfReel | None,
    names: Sequence[str] = (),
) -> tuple[Translation, ...]:
    """Return the translation of `cues` (SOURCE milliseconds, in order) in batches; every cue in exactly one passage.

    `languages` are the codes it is from and into. `sound` is what was said, for engines that listen. `names` are people's,
    as they may be said: they stay as they are (Flores is not flowers).
    """
    source, target = languages
    pairs = (*term_pairs(terms, source, target), *(TermPair(name, name) for name in dict.fromkeys(names)))
    all_passages = [
        Passage(
            texts=tuple(" ".join(plain(cues[at].text).split()) for at in group),
            spans=tuple(Span(cues[at].start_ms, cues[at].end_ms) for at in group),
            sound=sound,
        )
        for group in passages(cues, language=source)
    ]
    return tuple(
        Translation(source=source, target=target, passages=tuple(all_passages[at : at + PASSAGES_A_BATCH]), terms=pairs)
        for at in range(0, len(all_passages), PASSAGES_A_BATCH)
    )


def by_parts(batch: Translation, sounds: tuple[SoundPart, ...]) -> Translation:
    """Return a batch whose passages name the file that each is heard in, where a reel's sound has several."""
    if len(sounds) < 2:
        return batch
    passages = []
    for passage in batch.passages:
        before = [part for part in sounds if part.start * 1000 <= passage.spans[0].start_ms]
        passages.append(replace(passage, sound=(before[-1] if before else sounds[0]).sound))
    return replace(batch, passages=tuple(passages))


def names_said(manifest: Manifest) -> tuple[str, ...]:
    """Return the words of people's names that may be said, except names that are protected: `Juana` of `Juana R.`."""
    people = (person for person in manifest.people.values() if not _name_is_protected(person))
    words = (word for person in people for word in person.name.split())
    return tuple(dict.fromkeys(word for word in words if word.isalpha() and word[0].isupper() and len(word) > 1))


def _name_is_protected(person: Person) -> bool:
    return person.consent is not None and Protection.HIDE_NAME in person.consent.protections


def term_pairs(terms: Sequence[Term], source: str, target: str) -> tuple[TermPair, ...]:
    """Return the glossary's terms that have a text in both languages, longest first."""
    pairs = [
        TermPair(term.texts[source], term.texts[target])
        for term in terms
        if term.texts.get(source) and term.texts.get(target)
    ]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair.source), pair.source)))


def plan_batch(inputs: Translation) -> TranslateRequest:
    """Return the translation of one batch."""
    return TranslateRequest(source=inputs.source, target=inputs.target, passages=inputs.passages, terms=inputs.terms)


TRANSLATE = Stage(name="translate", version=1, plan=plan_batch, result=Translated)


def translated(
    cues: Sequence[Cue], results: Sequence[Translated], language: str, style: SubtitleStyle
) -> tuple[Cue, ...]:
    """Return `cues` with their translations into `language`, ids and times kept, lines broken as the style has them.

    Raises ValueError unless there is one text a cue.
    """
    texts = [text for result in results for passage in result.passages for text in passage]
    return tuple(replace(cue, text=break_lines(text, language, style)) for cue, text in zip(cues, texts, strict=True))
