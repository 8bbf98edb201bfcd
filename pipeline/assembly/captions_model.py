"""What is known of a film's speech, and the subtitles of a cut that come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from footage_manifest.findings import Finding
from footage_manifest.subtitle_tracks import SubtitleKind
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.handover import Track
from pipeline.timeline.heard import runs
from subtitles.cue import Cue
from subtitles.cut_state import CutTrackState
from subtitles.errors import SubtitleError
from subtitles.state import CueStatus
from subtitles.transcript import Transcript
from subtitles.two_languages import as_heard


@dataclass(frozen=True, slots=True, kw_only=True)
class ReelWords:
    """What is known of one reel's speech: its words, and its subtitles by language as people have them now."""

    transcript: Transcript
    tracks: Mapping[str, Track]

    @property
    def language(self) -> str:
        """Return the language that is spoken; of two, the one that the manifest lists first."""
        return self.transcript.language

    def source_of(self, language: str) -> Track | None:
        """Return the track that another one is a translation of, None for one that says only what is heard.

        Where two languages are spoken, each of their tracks translates the other one.
        """
        spoken = self.transcript.languages
        if language not in spoken:
            return self.tracks[self.language]
        other = next((one for one in spoken if one != language), None)
        return self.tracks.get(other) if other else None

    def heard_in(self, language: str) -> frozenset[str]:
        """Return the ids of the cues of a language that say what is heard, where two are spoken; none where it is one."""
        if not self.transcript.other_language or language not in self.transcript.languages:
            return frozenset()
        track = self.tracks.get(language)
        return as_heard(track.aligned, language, self.transcript.words) if track else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmWords:
    """What is known of a film's speech by reel; `refused` says whose subtitles cannot be used as they stand, and why."""

    reels: Mapping[str, ReelWords]
    refused: Mapping[str, SubtitleError]

    def require(self, ready: ReadyCut) -> None:
        """Raise SubtitleError, with every finding, where a reel that is heard in a cut is among the refused."""
        needed = sorted({run.key for run in runs(ready.timeline)} & self.refused.keys())
        if needed:
            raise SubtitleError([finding for key in needed for finding in self.refused[key].findings])


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    """One language of one cut, in RECORD milliseconds. `counts` says how many cues of it are how finished.

    `forced` are those of them that a viewer who understands the language needs: what is said in another one, and what stands
    on screen. `sdh` are all of them with speakers' names and the cut's own sounds, empty where nobody asked for them.
    `made_by` names by reel the engine that drafted its subtitles, `people` where it was none (rule 20). `own` is how many
    cues are the cut's own. `held` are errors that keep any gate shut: conflicts, and speech of which nothing is shown.
    """

    language: str
    cues: tuple[Cue, ...]
    counts: Mapping[CueStatus, int]
    stale: int
    untranslated: int
    made_by: Mapping[str, str]
    forced: tuple[Cue, ...] = ()
    sdh: tuple[Cue, ...] = ()
    own: int = 0
    held: tuple[Finding, ...] = ()

    def of_kind(self, kind: SubtitleKind) -> tuple[Cue, ...]:
        """Return the cues of one kind of track."""
        return {SubtitleKind.FULL: self.cues, SubtitleKind.FORCED: self.forced, SubtitleKind.SDH: self.sdh}[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class CutCaptions:
    """All subtitles of a cut: by language, and stacked by pairs of languages; `missing` are languages that are not whole.

    `missing` maps a language to the reels that nobody has translated into it; to none where nothing of it is heard. `named`
    are the keys of the people whose names are shown as speakers. `own_states` is what is known of the cut's own files from
    now on, by language (`es`, `es.sdh`). `halves` are, by the text of a stacked cue, the upper and the lower language of it.
    """

    languages: Mapping[str, Captions]
    stacked: Mapping[tuple[str, str], tuple[Cue, ...]]
    missing: Mapping[str, tuple[str, ...]]
    findings: tuple[Finding, ...]
    named: tuple[str, ...] = ()
    own_states: Mapping[str, CutTrackState] = field(default_factory=dict)
    halves: Mapping[str, tuple[str, str]] = field(default_factory=dict)
