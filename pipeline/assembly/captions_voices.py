"""Who speaks when in the reels of a cut, for viewers who cannot hear it: as far as voices were told apart."""

from footage_manifest.subtitle_tracks import SubtitleKind, burned_in
from pipeline.assembly.captions_speakers import VoiceTurn, speaker_shown
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_reels import ReelsOnDesk
from pipeline.assembly.site import Site
from pipeline.assembly.speakers_desk import SpeakersOnDesk
from pipeline.timeline.heard import runs


def voices(site: Site, ready: ReadyCut) -> dict[str, tuple[VoiceTurn, ...]]:
    """Return the turns of each reel that is heard in a cut and has several voices, by the reel's key.

    A turn of someone who did not agree to the cut's audience, or to be named, has no speaker; nor has the interviewer's.
    Nothing is told of a cut that has no subtitles for viewers who cannot hear.
    """
    burned = (burned_in(written)[1] for written in ready.cut.burn_in)
    if SubtitleKind.SDH not in {*ready.cut.subtitles.tracks, *burned}:
        return {}
    film = FilmOnDesk(site.folder)
    desk = SpeakersOnDesk(film, ReelsOnDesk(film))
    found: dict[str, tuple[VoiceTurn, ...]] = {}
    spoken = {*film.reels()}
    for key in sorted({run.key for narration in (None, *ready.laid) for run in runs(ready.timeline_with(narration))}):
        told = desk.speakers(key) if key in spoken else None
        if told is None or len({turn.speaker or turn.voice for turn in told.turns}) < 2:
            continue
        shown = {turn.speaker: speaker_shown(site, ready, turn.speaker) for turn in told.turns}
        found[key] = tuple(
            VoiceTurn(start_ms=turn.start_ms, end_ms=turn.end_ms, voice=turn.voice, speaker=shown[turn.speaker])
            for turn in told.turns
        )
    return found
