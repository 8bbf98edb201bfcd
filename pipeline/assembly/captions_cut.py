"""What the subtitles of one cut are made from, in every language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from footage_manifest.findings import Finding
from footage_manifest.subtitle_tracks import SubtitleKind, burned_in
from pipeline.assembly.captions_model import ReelWords
from pipeline.assembly.captions_speakers import Speaker, VoiceTurn
from pipeline.assembly.edits import ReadyCut
from pipeline.timeline.apart import Moved
from pipeline.timeline.heard import Run, runs
from pipeline.timeline.lower_thirds import Named
from pipeline.timeline.own_cues import OwnTrack
from pipeline.timeline.picture_cuts import picture_cuts
from pipeline.timeline.retime import ReelTrack, move
from subtitles import merge
from subtitles.style import SubtitleStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What a cut adds to its reels' subtitles: files of its own by language (`es`, `es.sdh`), and who speaks, by reel.

    `voices` are the turns of reels in which several are told apart. `names` are the people whose names the picture shows,
    and when. `findings` are what was noticed when the files were read.
    """

    tracks: Mapping[str, OwnTrack] = field(default_factory=dict)
    speakers: Mapping[str, Speaker] = field(default_factory=dict)
    voices: Mapping[str, tuple[VoiceTurn, ...]] = field(default_factory=dict)
    names: tuple[Named, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CutWords:
    """What the languages of one cut are made from. `spoken` are the cues of each reel's own language, moved."""

    ready: ReadyCut
    heard: tuple[Run, ...]
    words: Mapping[str, ReelWords]
    style: SubtitleStyle
    own: Own
    kinds: frozenset[SubtitleKind]
    spoken: tuple[Moved, ...]
    picture_cuts: tuple[int, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the reels with speech that are heard."""
        return tuple(sorted({run.key for run in self.heard} & set(self.words)))


def cut_words(ready: ReadyCut, words: Mapping[str, ReelWords], style: SubtitleStyle, own: Own) -> CutWords:
    """Return what the subtitles of a cut are made from."""
    heard = runs(ready.timeline)
    keys = sorted({run.key for run in heard} & set(words))
    tracks = {key: _spoken_track(words[key]) for key in keys}
    burned = {burned_in(written)[1] for written in ready.cut.burn_in}
    return CutWords(
        ready=ready,
        heard=heard,
        words=words,
        style=style,
        own=own,
        kinds=frozenset({*ready.cut.subtitles.tracks, *burned}),
        spoken=move(heard, tracks, ready.timeline.rate).moved,
        picture_cuts=picture_cuts(ready.timeline),
    )


def reel_tracks(language: str, keys: Sequence[str], words: Mapping[str, ReelWords]) -> dict[str, ReelTrack]:
    """Return the tracks in a language of those of the reels that have one, as `retime` wants them."""
    return {key: _reel_track(words[key], language) for key in keys if language in words[key].tracks}


def _spoken_track(reel: ReelWords) -> ReelTrack:
    """Return what is heard in a reel, in one language or in two."""
    tracks = [(reel.tracks[one], reel.heard_in(one)) for one in reel.transcript.languages if one in reel.tracks]
    if len(tracks) < 2:
        return _reel_track(reel, reel.language)
    heard = (cue for track, own in tracks for cue in track.cues if cue.id in own)
    cues = tuple(sorted(heard, key=lambda cue: (cue.start_ms, cue.end_ms)))
    return ReelTrack(file=tracks[0][0].file, cues=cues, words=reel.transcript.words, spoken={})


def _reel_track(reel: ReelWords, language: str) -> ReelTrack:
    track, source = reel.tracks[language], reel.source_of(language)
    if source is None:
        return ReelTrack(file=track.file, cues=track.cues, words=reel.transcript.words, spoken={})
    return ReelTrack(
        file=track.file,
        cues=track.cues,
        translated=True,
        spoken=merge.sources_of(track.aligned, source.aligned),
        spoken_words=reel.transcript.words,
        as_heard=reel.heard_in(language),
    )
