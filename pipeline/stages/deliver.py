"""deliver: what goes into one MP4."""

from dataclasses import dataclass

from pipeline.ports.delivery import Muxed, MuxRequest, TextTrack
from pipeline.ports.picture import Joined
from pipeline.ports.sound import EncodedSound
from pipeline.ports.stage import Stage
from pipeline.timeline.model import Timeline
from subtitles.cue import Cue


@dataclass(frozen=True, slots=True, kw_only=True)
class MuxInputs:
    """One version of a cut: its picture, its sound, its subtitles by language, and which of them are burned in."""

    timeline: Timeline
    picture: Joined
    sound: EncodedSound
    subtitles: tuple[tuple[str, tuple[Cue, ...]], ...]
    burned_in: tuple[str, ...]
    title: str
    sound_language: str | None


def plan_mux(inputs: MuxInputs) -> MuxRequest:
    """Return the MP4's contents. In a version without burn-in the first language is shown by default (rule 18)."""
    texts = tuple(
        TextTrack(language=language, cues=cues, default=index == 0 and not inputs.burned_in)
        for index, (language, cues) in enumerate(inputs.subtitles)
    )
    return MuxRequest(
        rate=inputs.timeline.rate,
        picture=inputs.picture,
        sound=inputs.sound,
        texts=texts,
        title=inputs.title,
        sound_language=inputs.sound_language,
    )


MUX = Stage(name="deliver", version=1, plan=plan_mux, result=Muxed)
