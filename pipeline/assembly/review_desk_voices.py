"""Who speaks in a reel, as the page shows it and as whoever sits there says it."""

from pipeline.assembly.review_desk_answers import Denied, Refused, Why
from pipeline.assembly.review_desk_film import FilmOnDesk
from pipeline.assembly.review_desk_problems import refused
from pipeline.assembly.review_desk_reels import ReelsOnDesk
from pipeline.assembly.review_desk_work import Worker
from pipeline.assembly.speakers_desk import SpeakersOnDesk, shown_names
from pipeline.assembly.speakers_sheet import INTERVIEWER
from pipeline.errors import PipelineError
from subtitles.errors import SubtitleError


class VoicesOnDesk:
    """The speakers of one film at the desk."""

    def __init__(self, film: FilmOnDesk, reels: ReelsOnDesk, worker: Worker) -> None:
        self._film = film
        self._worker = worker
        self._speakers = SpeakersOnDesk(film, reels)

    def turns(self, key: str) -> list[dict[str, object]]:
        """Return who speaks when; a name is empty where nobody knows or nobody may say it."""
        told = self._speakers.speakers(key)
        names = shown_names(self._film, key)
        return [
            {
                "start_ms": turn.start_ms,
                "end_ms": turn.end_ms,
                "voice": turn.voice + 1,
                "speaker": turn.speaker,
                "name": names.get(turn.speaker, ""),
                "known": turn.known.value,
            }
            for turn in (told.turns if told else ())
        ]

    def people(self, key: str) -> list[dict[str, str]]:
        """Return who a voice of the reel may be: its people who may be named, and the interviewer, who has no name."""
        if self._film.withdrawn(key):
            return []
        people = [{"key": one, "name": name} for one, name in shown_names(self._film, key).items()]
        return [*people, {"key": INTERVIEWER, "name": ""}]

    def say(self, key: str, span: tuple[int, int], speaker: str) -> list[dict[str, object]]:
        """Note who speaks in a stretch, in SOURCE time, and return who speaks where. Raises Refused."""
        if self._worker.read_only:
            raise Refused(
                Denied.READ_ONLY, "this page is for reading", "ask whoever started it", code=Why.PAGE_READ_ONLY
            )
        why = self._film.withdrawn(key)
        if why:
            raise Refused(Denied.READ_ONLY, why.text, code=why.why, fields=why.fields)
        known = {one["key"] for one in self.people(key)}
        if speaker not in known or span[0] >= span[1]:
            raise Refused(
                Denied.UNUSABLE, "the reel has nobody of this name", "choose one of the list", code=Why.NO_SPEAKER
            )
        try:
            self._speakers.say(key, *span, speaker)
        except (SubtitleError, PipelineError) as error:
            raise refused(Denied.BROKEN, error) from error
        return self.turns(key)
