"""Translation by Apertium, from Debian's packages: by rules, in milliseconds, the same on every machine."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.errors import ToolError, ToolMissing
from pipeline.ports.translation import Passage, Translated, TranslateRequest
from pipeline.ports.work import Bench
from pipeline.tools.process import run_program
from pipeline.tools.programs import Program, apertium_pairs, find_apertium
from pipeline.tools.translate_glossary import shield, unshield
from pipeline.tools.translate_laying import gathered, lay, says_something, whole
from pipeline.tools.translate_signs import with_opening_signs

TASK = "translate"
"""The name under which progress is shown, in passages."""

HOW_TO_GET = "apt-get install apertium apertium-eng-spa, or write `translation: {engine: auto}` in film.yaml"

_TIMEOUT_S = 300
_CODES = {"es": "spa", "en": "eng", "ca": "cat", "pt": "por", "fr": "fra", "it": "ita", "gl": "glg", "eu": "eus"}
"""Two letters as films write them, three as Apertium names its data (ISO 639-3)."""

_APART = re.compile(r"</?[a-zA-Z][^<>]*>|[\\\[\]{}^$/@<>*#+~]+")
"""Tags, and signs that mean something in Apertium's stream: both pass through it untouched, as what it calls blanks."""


class ApertiumTranslator:
    """Translates with the pairs that are installed; `film` is a folder from which no program is ever taken."""

    name = "apertium"
    service = ""

    def __init__(self, *, film: Path | None = None) -> None:
        self._program = find_apertium(film=film)
        self._pairs = apertium_pairs(self._program) if self._program else ()

    @property
    def installed(self) -> bool:
        """Return whether Apertium is installed at all."""
        return self._program is not None

    def covers(self, source: str, target: str) -> bool:
        """Return whether the pair's data is installed."""
        return self._pair(source, target) is not None

    def identity(self, request: TranslateRequest) -> Mapping[str, str]:
        """Return the digest of the data that the direction uses. Raises ToolMissing where it is not installed."""
        program, pair = self._needed(request)
        return {
            "engine": self.name,
            "pair": pair,
            "data": _data_digest(program, pair),
            "options": "null flush; terms; ¿¡",
        }

    def provenance(self) -> Mapping[str, str]:
        """Return Apertium's version and where it lies."""
        program = self._program
        return {"apertium": program.version, "path": str(program.path)} if program else {}

    def carry_out(self, requests: Sequence[TranslateRequest], bench: Bench) -> Iterator[tuple[int, Translated]]:
        """Yield (index, the translation of a request), in order. Raises ToolMissing or ToolError."""
        bench.progress.start(TASK, sum(len(request.passages) for request in requests), "passages")
        for index, request in enumerate(requests):
            program, pair = self._needed(request)
            yield index, _translate(request, program, pair, bench.work)
            bench.progress.advance(TASK, len(request.passages))
        bench.progress.finish(TASK)

    def _pair(self, source: str, target: str) -> str | None:
        for said in (_codes(source, target), (source, target)):
            if "-".join(said) in self._pairs:
                return "-".join(said)
        return None

    def _needed(self, request: TranslateRequest) -> tuple[Program, str]:
        if self._program is None:
            raise ToolMissing("Apertium is not installed", HOW_TO_GET)
        pair = self._pair(request.source, request.target)
        if pair is None:
            has = ", ".join(self._pairs) or "none"
            what = f"Apertium has no data here for {request.source} into {request.target} (it has: {has})"
            raise ToolMissing(what, f"install Debian's package of that pair (apt-cache search apertium); {HOW_TO_GET}")
        return self._program, pair


def _codes(source: str, target: str) -> tuple[str, str]:
    primary = (source.partition("-")[0].lower(), target.partition("-")[0].lower())
    return (_CODES.get(primary[0], primary[0]), _CODES.get(primary[1], primary[1]))


def _translate(request: TranslateRequest, program: Program, pair: str, work: Path) -> Translated:
    asked = [passage for passage in request.passages if says_something(passage)]
    shielded = [shield(whole(passage), request.terms, request.target) for passage in asked]
    answers = iter(_run(program, pair, [one.text for one in shielded], work))
    shields = iter(shielded)

    def said(passage: Passage) -> str:
        if not says_something(passage):
            return whole(passage)
        text = unshield(next(answers), next(shields))
        return with_opening_signs(text) if request.target.partition("-")[0] == "es" else text

    return gathered([lay(passage, said(passage), request) for passage in request.passages])


def _run(program: Program, pair: str, texts: Sequence[str], work: Path) -> list[str]:
    """Return one translation a text: each is flushed by itself, so that nothing crosses from one into the next."""
    if not texts:
        return []
    stream = "".join(f"{_to_stream(text)}[][\n]\0" for text in texts)
    argv = (str(program.path), "-u", "-z", "-f", "none", pair)
    done = run_program(argv, stdin=stream.encode("utf-8"), env=_environment(program, work), timeout_s=_TIMEOUT_S)
    answers = done.stdout.decode("utf-8", "replace").split("\0")
    if len(answers) < len(texts):
        raise ToolError(
            f"apertium gave {len(answers) - 1} of {len(texts)} sentences back",
            "run it again; if it stays so, write `translation: {engine: whisper}` in film.yaml",
            argv=argv,
            stderr_tail=done.stderr.decode("utf-8", "replace")[-500:],
        )
    return [_from_stream(answer) for answer in answers[: len(texts)]]


_BEFORE_SIGN = re.compile(r"(?<=\w) (?=[,.;:!?…](?:\s|$))")
"""The space that Apertium leaves where it drops a word before a sign, as in "To the second day finished us , I said"."""


def _to_stream(text: str) -> str:
    """Return `text` in Apertium's stream format: what is no word of a language goes through as a blank."""
    return _APART.sub(lambda match: "[" + re.sub(r"([\\\[\]{}^$/@<>])", r"\\\1", match[0]) + "]", text)


def _from_stream(answer: str) -> str:
    """Return the text of a stream: blanks opened, escapes undone, runs of white space made one."""
    opened = re.sub(r"\\(.)|[\[\]]", lambda match: match[1] or "", answer, flags=re.DOTALL)
    return _BEFORE_SIGN.sub("", " ".join(opened.split()))


def _environment(program: Program, work: Path) -> dict[str, str]:
    """Return what Apertium's script needs: its own programs, a UTF-8 locale, and our folder for what it leaves."""
    kept = {name: os.environ[name] for name in ("APERTIUM_PATH", "APERTIUM_DATADIR", "HOME") if name in os.environ}
    path = os.pathsep.join((str(program.path.parent), "/usr/local/bin", "/usr/bin", "/bin"))
    return {**kept, "PATH": path, "LANG": "C.UTF-8", "TMPDIR": str(work)}


def _data_digest(program: Program, pair: str) -> str:
    """Return a digest of the pair's steps and of every data file they name, wherever they lie."""
    named = os.environ.get("APERTIUM_DATADIR")
    folder = Path(named) if named else program.path.resolve().parent.parent / "share" / "apertium"
    mode = folder / "modes" / f"{pair}.mode"
    if not mode.is_file():
        return program.digest
    steps = mode.read_text("utf-8")
    total = hashlib.sha256(re.sub(r"'[^']*/", "'", steps).encode())
    for path in re.findall(r"'(/[^']+)'", steps):
        if Path(path).is_file():
            total.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return total.hexdigest()
