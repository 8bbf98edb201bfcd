"""A cut's lists become its timeline: relinked, complete and checked against SEMANTICS rules 1 to 11, or refused whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from footage_manifest.findings import Finding, Severity
from footage_manifest.media import MediaFacts
from footage_manifest.model import Cut, Film, Manifest, SoundChoice
from footage_manifest.timecode import TimecodeError
from pipeline.errors import TimelineError
from pipeline.timeline.edl_model import Edl, Event
from pipeline.timeline.extents import extents
from pipeline.timeline.lanes import continued, overlaps
from pipeline.timeline.midnight import on_one_day
from pipeline.timeline.model import Timeline
from pipeline.timeline.picture_track import covering_black, picture_events
from pipeline.timeline.placing import Placer
from pipeline.timeline.sound_track import SoundTracks
from pipeline.timeline.sources import Sources
from pipeline.timeline.wording import rate_text

FILM_FILE = "film.yaml"

Playing = list[tuple[Edl, Event]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A timeline, and what a person should look at before trusting it."""

    timeline: Timeline
    warnings: tuple[Finding, ...]


def build_timeline(
    cut_name: str,
    cut: Cut,
    film: Film,
    manifest: Manifest,
    edls: Sequence[Edl],
    facts: Mapping[str, MediaFacts],
) -> Built:
    """Return the cut with every event on the output's clock and every source in exact seconds.

    `edls` are the cut's lists in the order of `cut.source`, one a track; `facts` are those of the reels, by key. The
    timeline's `record_zero` counts labels of the film's clock. Raises TimelineError with every finding.
    """
    timeline = film.timeline
    stated, findings = _stated_start(cut_name, cut, film)
    edls, stated = on_one_day(edls, stated, timeline.clock)
    playing = _playing(cut_name, film, edls)
    zero = min(event.record.start for _, event in playing) if stated is None else stated
    findings += _misplaced(cut_name, cut, film, playing, zero)
    sound, doubts = _sound_choice(cut_name, cut, playing)
    sources = Sources(timeline=timeline, manifest=manifest, facts=facts, titles=frozenset(film.titles))
    placer = Placer(timeline=timeline, sources=sources, zero=zero, sound=sound)
    placed, broken = continued(placer.place(edls), timeline.rate)
    tracks = SoundTracks(rate=timeline.rate)
    chosen = tracks.chosen(placed)
    findings += [finding for edl in edls for finding in edl.findings]
    findings += [*doubts, *sources.warnings, *placer.findings, *extents(placed, timeline.rate)]
    findings += [*overlaps(placed, timeline.clock), *broken, *covering_black(placed)]
    _raise_errors([*findings, *tracks.findings])

    frames = (max(event.record.end for _, event in playing) - zero) * timeline.frames_a_label
    picture = picture_events(placed, frames=frames, rate=timeline.rate)
    heard = tracks.following(picture, facts) if sound is SoundChoice.FOLLOW_PICTURE else chosen
    findings += tracks.findings
    _raise_errors(findings)
    built = Timeline(cut=cut_name, rate=timeline.rate, frames=frames, record_zero=zero, picture=picture, sound=heard)
    return Built(timeline=built, warnings=tuple(_in_order(findings)))


def _playing(cut_name: str, film: Film, edls: Sequence[Edl]) -> Playing:
    """Return the events that carry a channel, with their lists. Raises TimelineError where there is none to play."""
    timeline = film.timeline
    if timeline.rate % timeline.clock.rate:
        what = f"labels at {rate_text(timeline.clock.rate)} do not divide a timeline of {rate_text(timeline.rate)}"
        cure = "write half the rate, or leave timecode_rate out"
        raise TimelineError([Finding(file=FILM_FILE, field="timeline.timecode_rate", what=what, cure=cure)])
    playing = [(edl, event) for edl in edls for event in edl.events if event.channels.picture or event.channels.sound]
    if not playing:
        what = "no event of the cut carries picture or sound"
        cure = "export the edit again with its channels"
        raise TimelineError([Finding(file=FILM_FILE, field=f"cuts.{cut_name}.source", what=what, cure=cure)])
    return playing


def _stated_start(cut_name: str, cut: Cut, film: Film) -> tuple[int | None, list[Finding]]:
    """Return the record label frame at which film.yaml says that the output begins (rule 5), and what is wrong with it."""
    if cut.start is None:
        return None, []
    field = f"cuts.{cut_name}.start"
    clock = film.timeline.clock
    if cut.start.drop and not clock.drop:
        what, cure = f"{cut.start} is a drop-frame label", "write it with : or set timeline.drop_frame"
        return None, [Finding(file=FILM_FILE, field=field, what=what, cure=cure)]
    try:
        return clock.frame(cut.start), []
    except TimecodeError as error:
        cure = "write a label of the film's clock"
        return None, [Finding(file=FILM_FILE, field=field, what=str(error), cure=cure)]


def _misplaced(cut_name: str, cut: Cut, film: Film, playing: Playing, zero: int) -> list[Finding]:
    """Return a refusal for each event before the stated start, or a doubt about a start that nobody stated (rule 5)."""
    field = f"cuts.{cut_name}.start"
    clock = film.timeline.clock
    if cut.start is None:
        label = clock.label(zero)
        if not (label.minutes or label.seconds or label.frames):
            return []
        what = f"the cut begins at {label}, off the hour: the first frame of the output is the list's first record in"
        cure = 'write where the output begins, such as `start: "01:00:00:00"`, if something stands before'
        return [Finding(severity=Severity.WARNING, file=FILM_FILE, field=field, what=what, cure=cure)]
    cure = f"move the start ({field} in {FILM_FILE}) or take the event out"
    return [
        Finding(
            file=edl.file,
            line=event.line,
            what=f"record in {clock.label(event.record.start)} is before the cut's start {cut.start}",
            cure=cure,
        )
        for edl, event in playing
        if event.record.start < zero
    ]


def _sound_choice(cut_name: str, cut: Cut, playing: Playing) -> tuple[SoundChoice, list[Finding]]:
    """Return whose sound the cut plays (rule 7), and a refusal where neither the lists nor film.yaml say."""
    with_sound = [(edl, event) for edl, event in playing if event.channels.sound]
    field = f"cuts.{cut_name}.sound"
    if cut.sound is None and not with_sound:
        what = "no event of the cut carries sound, and nothing says what should be heard"
        cure = "write `sound: follow-picture` for the sound of what is seen, or `sound: edl` for silence"
        return SoundChoice.EDL, [Finding(file=FILM_FILE, field=field, what=what, cure=cure)]
    if cut.sound is SoundChoice.FOLLOW_PICTURE and with_sound:
        edl, event = with_sound[0]
        what = f"{len(with_sound)} sound events, from here on, are not heard: film.yaml says `sound: follow-picture`"
        cure = f"remove {field} to hear them"
        warning = Finding(severity=Severity.WARNING, file=edl.file, line=event.line, what=what, cure=cure)
        return SoundChoice.FOLLOW_PICTURE, [warning]
    return cut.sound or SoundChoice.EDL, []


def _raise_errors(findings: Sequence[Finding]) -> None:
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        raise TimelineError(_in_order(errors))


def _in_order(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings by file and line, each once."""
    return sorted(dict.fromkeys(findings), key=lambda finding: (finding.file, finding.line or 0))
