"""deliver: what goes into one film, and the sound that stands alone or in a mezzanine."""

from dataclasses import dataclass
from fractions import Fraction

from footage_manifest.subtitle_tracks import SubtitleKind
from pipeline.ports.delivery import Muxed, MuxRequest, PcmRequest, TextTrack
from pipeline.ports.picture import Joined, VideoEncoding
from pipeline.ports.sound import MIX_SAMPLE_RATE, EncodedSound, Mixed
from pipeline.ports.stage import Stage
from pipeline.timeline.model import Timeline
from subtitles.cue import Cue

_TITLES = {SubtitleKind.FULL: "Full", SubtitleKind.FORCED: "Forced", SubtitleKind.SDH: "SDH"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MuxInputs:
    """One film of a cut: its picture, its sound, its subtitles by language, and which of them are burned in.

    `further` are the tracks that are not everything said, by kind and language.
    """

    timeline: Timeline
    picture: Joined
    sound: EncodedSound
    subtitles: tuple[tuple[str, tuple[Cue, ...]], ...]
    burned_in: tuple[str, ...]
    further: tuple[tuple[SubtitleKind, str, tuple[Cue, ...]], ...] = ()
    title: str
    sound_language: str | None
    container: str = "mp4"
    timecode: str = ""
    encoding: VideoEncoding | None = None


def plan_mux(inputs: MuxInputs) -> MuxRequest:
    """Return the film's contents. In a version without burn-in the first track is shown by default (rule 18).

    Where there are several kinds of tracks, each is named after its kind: players show it beside the language.
    """
    full = tuple((SubtitleKind.FULL, language, cues) for language, cues in inputs.subtitles)
    tracks = (*full, *inputs.further)
    named = any(kind is not SubtitleKind.FULL for kind, _, _ in tracks)
    texts = tuple(
        TextTrack(
            language=language,
            cues=cues,
            default=index == 0 and not inputs.burned_in,
            title=_TITLES[kind] if named else "",
            kind=kind,
        )
        for index, (kind, language, cues) in enumerate(tracks)
    )
    return MuxRequest(
        rate=inputs.timeline.rate,
        picture=inputs.picture,
        sound=inputs.sound,
        texts=texts,
        title=inputs.title,
        sound_language=inputs.sound_language,
        container=inputs.container,
        timecode=inputs.timecode,
        encoding=inputs.encoding if inputs.timecode else None,
    )


MUX = Stage(name="deliver", version=3, plan=plan_mux, result=Muxed)


@dataclass(frozen=True, slots=True, kw_only=True)
class PcmInputs:
    """The mix of a cut, and at what time of day it begins, in seconds from midnight by the cut's own labels."""

    mix: Mixed
    starts_at: Fraction


def plan_pcm(inputs: PcmInputs) -> PcmRequest:
    """Return the uncompressed mix; its start as a whole sample (EBU Tech 3285, TimeReference)."""
    return PcmRequest(mix=inputs.mix, start=round(inputs.starts_at * MIX_SAMPLE_RATE))


PCM = Stage(name="encode-pcm", version=1, plan=plan_pcm, result=EncodedSound)
