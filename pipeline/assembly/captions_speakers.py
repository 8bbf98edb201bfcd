"""Who speaks, for viewers who cannot hear it: names where the voice changes, as far as people agreed to be named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from footage_manifest import consent
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.site import Site
from pipeline.timeline.apart import Moved
from pipeline.timeline.heard import Run, runs
from pipeline.timeline.lower_thirds import hides_name
from subtitles.breaks import is_dash
from subtitles.lines import break_lines, split_words
from subtitles.style import SubtitleStyle
from subtitles.tags import plain, position_of, width, without_position

_OTHER_VOICE = {"en": "other voice", "es": "otra voz", "fr": "autre voix", "pt": "outra voz"}

_SEVERAL = "several"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Someone whose voice is heard: the key in the manifest, and the name as it is shown."""

    person: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceTurn:
    """One voice of a reel from `start_ms` up to, not including, `end_ms`, SOURCE time; no `speaker` who may not be named."""

    start_ms: int
    end_ms: int
    voice: int
    speaker: Speaker | None


def speakers(site: Site, ready: ReadyCut) -> dict[str, Speaker]:
    """Return who speaks in each reel that is heard in a cut, by the reel's key; where that is not sure, it is left out.

    That is the one person of the reel who speaks, who agreed to the cut's audience and did not ask for `hide-name`.
    """
    manifest = site.production.manifest
    found: dict[str, Speaker] = {}
    for key in sorted({run.key for narration in (None, *ready.laid) for run in runs(ready.timeline_with(narration))}):
        reel = manifest.reels[key]
        people = [(name, manifest.people.get(name)) for name in reel.people or ()]
        speaking = [(name, person) for name, person in people if person is None or person.speaker]
        one = speaker_shown(site, ready, speaking[0][0]) if len(speaking) == 1 else None
        if one is not None:
            found[key] = one
    return found


def speaker_shown(site: Site, ready: ReadyCut, name: str) -> Speaker | None:
    """Return someone as a cut may name them; None for who did not agree to its audience, or asked for `hide-name`."""
    person = site.production.manifest.people.get(name)
    if person is None or hides_name(person) or not person.name.strip():
        return None
    on = ready.cut.date or site.options.today
    if not consent.decide(name, person, ready.cut.audience, on).allowed:
        return None
    return Speaker(person=name, name=" ".join(person.name.split()))


def with_names(
    moved: Sequence[Moved],
    heard: Sequence[Run],
    who: Mapping[str, Speaker],
    *,
    language: str,
    style: SubtitleStyle,
    voices: Mapping[str, tuple[VoiceTurn, ...]] | None = None,
) -> tuple[tuple[Moved, ...], frozenset[str]]:
    """Return cues in order with the speaker's name where the voice changes, and the keys of the people who are named.

    Names stand in brackets before what is said. A voice that may not be named, or of which it is not known whose it is, is
    marked as another one, so that nobody's words are taken for those of the person named before. `who` says who speaks in a
    reel, `voices` what is known of those in which several do.
    """
    named: list[Moved] = []
    people: set[str] = set()
    before: str | None = None
    for one in sorted(moved, key=lambda one: (one.start, one.end, one.cue.id)):
        if one.run < 0 or is_dash(plain(one.cue.text)):  # no voice, or turns of several
            named.append(one)
            before = before if one.run < 0 else _SEVERAL
            continue
        key = heard[one.run].key
        turn = _turn(one, (voices or {}).get(key, ()))
        speaker = turn.speaker if turn else who.get(key)
        other = f"reel {key} voice {turn.voice}" if turn else f"reel {key}"
        voice = f"person {speaker.person}" if speaker else other
        label = "" if voice == before else _label(speaker, language, first=before is None)
        named.append(replace(one, cue=replace(one.cue, text=_labelled(one.cue.text, label, language, style))))
        if speaker and label:
            people.add(speaker.person)
        before = voice
    return tuple(named), frozenset(people)


def _turn(one: Moved, turns: tuple[VoiceTurn, ...]) -> VoiceTurn | None:
    """Return the turn that most of a cue is in; None where there is none near."""

    def shared(turn: VoiceTurn) -> int:
        return min(turn.end_ms, one.cue.end_ms) - max(turn.start_ms, one.cue.start_ms)

    return max(turns, key=shared, default=None)


def _label(speaker: Speaker | None, language: str, *, first: bool) -> str:
    if speaker:
        return f"[{speaker.name}]"
    return "" if first else f"[{_OTHER_VOICE.get(language.partition('-')[0], '?')}]"


def _labelled(text: str, label: str, language: str, style: SubtitleStyle) -> str:
    """Return a text with a label before it: on its first line, else on a line of its own, else all of it broken anew."""
    if not label:
        return text
    position = position_of(text)
    said = without_position(text)
    lines = said.split("\n")
    if width(f"{label} {lines[0]}") <= style.max_line_length:
        lines[0] = f"{label} {lines[0]}"
    elif len(lines) < style.max_lines:
        lines.insert(0, label)
    else:
        lines = break_lines(" ".join(split_words(f"{label} {said}")), language, style).split("\n")
    return (f"{{\\an{position}}}" if position else "") + "\n".join(lines)
