"""A cut as the desk reads it: its events and captions at record time, without rendering them."""

from collections.abc import Iterable
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from footage_manifest.findings import ManifestError
from footage_manifest.model import Film, Gate
from pipeline.assembly import cut_subtitles, edits, outputs, ready_cuts, survey
from pipeline.assembly.captions import ReelWords, captions
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.handover import read_track
from pipeline.assembly.heard_reels import spoken_pair
from pipeline.assembly.review_desk_answers import Denied, Refused, Why
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_problems import refused
from pipeline.assembly.review_desk_reels import ReelsOnDesk
from pipeline.assembly.site import Site
from pipeline.engine.run import WouldRun
from pipeline.errors import PipelineError
from pipeline.timeline.model import MediaKind, PictureEvent, Timeline
from subtitles.cue import Cue
from subtitles.errors import SubtitleError
from subtitles.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Mapping

_RUN_FIRST = "run testimonio run --to probe on the film, and load the page again"


class CutsOnDesk:
    """The cuts of one film."""

    def __init__(self, film: FilmOnDesk, reels: ReelsOnDesk) -> None:
        self._film = film
        self._reels = reels

    def facts(self, name: str) -> dict[str, object]:
        """Return a cut's rate, length, events and captions by language.

        Raises Refused where it cannot be read as written, or shows or names a person who did not agree to its audience.
        """
        self._film.cut(name)
        try:
            with self._reels.site(dry=True) as site:
                ready = _ready(site, name)
                site = edits.site_of(site, ready)  # noqa: PLW2901 - from here on as the cut sees it
                narration = outputs.versions(site.production, name)[0].narration
                timeline = ready.timeline_with(narration)
                said = self._captions(site, ready, timeline)
        except WouldRun as ahead:
            what = f"{ahead.stage} has something to do first"
            fields = {"stage": ahead.stage}
            raise Refused(Denied.BROKEN, what, _RUN_FIRST, code=Why.NOT_LOOKED_AT, fields=fields) from ahead
        except (ManifestError, PipelineError, SubtitleError) as error:
            raise refused(Denied.BROKEN, error, "mend it; testimonio check shows all") from error
        return {
            "key": name,
            "rate": str(timeline.rate),
            "duration_ms": _ms(timeline.frames, timeline.rate),
            "events": [_event(event, timeline.rate) for event in timeline.picture],
            "captions": {language: [_caption(cue, timeline) for cue in cues] for language, cues in said.items()},
        }

    def _captions(self, site: Site, ready: ReadyCut, timeline: Timeline) -> "Mapping[str, tuple[Cue, ...]]":
        whole = ReadyCut(
            name=ready.name,
            cut=ready.cut,
            timeline=timeline,
            laid=ready.laid,
            warnings=ready.warnings,
            undeclared=ready.undeclared,
        )
        film = _ungated(site.production.film)
        heard = {event.clip.key for event in timeline.sound if event.clip.kind is MediaKind.REEL}
        spoken = (key for key in self._film.reels() if key in heard and not self._film.withdrawn(key))
        words = {key: found for key in spoken if (found := self._words(site, key)) is not None}
        own = cut_subtitles.own_subtitles(site, ready)
        made = captions(film, whole, words, self._film.style, own)
        return {language: one.cues for language, one in made.languages.items()}

    def _words(self, site: Site, key: str) -> ReelWords | None:
        """Return a reel's words and its subtitles as people have them; without stored words, the subtitles alone."""
        tracks = {
            language: track
            for language in site.production.film.languages
            if (track := read_track(site.folder, key, language)) is not None
        }
        heard = self._reels.transcript(key)
        language = heard.language if heard else self._film.spoken_language(key)
        if language is None or language not in tracks:
            return None
        both = spoken_pair(site.production, key)
        unheard = Transcript(language=language, other_language=both[1] if both else "")
        return ReelWords(transcript=heard or unheard, tracks=tracks)


def _ready(site: Site, name: str) -> ReadyCut:
    manifest = site.production.manifest
    media = survey.survey(site, manifest.reels, manifest.stills)
    return ready_cuts.ready(site, name, media)


def _ungated(film: Film) -> Film:
    """Return the film without a gate: what is not finished is what people come to read."""
    return film.model_copy(update={"subtitles": film.subtitles.model_copy(update={"gate": Gate.NONE})})


def _event(event: PictureEvent, rate: Fraction) -> dict[str, object]:
    clip = event.clip
    out = clip.source_at(len(event.record), rate)
    return {
        "number": event.number,
        "reel": clip.key,
        "kind": clip.kind.value,
        "record_in_ms": _ms(event.record.start, rate),
        "record_out_ms": _ms(event.record.end, rate),
        "source_in_ms": floor(clip.source_in * 1000),
        "source_out_ms": floor(out * 1000),
    }


def _caption(cue: Cue, timeline: Timeline) -> dict[str, object]:
    source, _, _ = cue.id.rpartition("@")
    reels = _reels_heard(timeline, cue)
    mine = next((key for key in reels if source.startswith(f"{key}-")), reels[0] if reels else "")
    return {
        "id": cue.id,
        "reel": mine,
        "cue_id": source or cue.id,
        "start_ms": cue.start_ms,
        "end_ms": cue.end_ms,
        "text": cue.text,
    }


def _reels_heard(timeline: Timeline, cue: Cue) -> list[str]:
    """Return the reels that are heard while a caption is on screen."""
    found: Iterable[str] = (
        event.clip.key
        for event in timeline.sound
        if event.clip.kind is MediaKind.REEL
        and _ms(event.record.start, timeline.rate) < cue.end_ms
        and _ms(event.record.end, timeline.rate) > cue.start_ms
    )
    return list(dict.fromkeys(found))


def _ms(frames: int, rate: Fraction) -> int:
    return floor(frames * 1000 / rate)
