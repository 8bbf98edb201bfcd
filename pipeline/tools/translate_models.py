"""Finding converted translation models, and what each kind of them wants to be told: OPUS-MT, NLLB, M2M-100, MADLAD-400.

A model is looked for in this order: a path in the film or anywhere; the model folders (`TESTIMONIO_MODELS`, the checkout's
`.models`, the user's data folder) by its name, an owner's slash written as `--`; the local cache of the hub. It is never
fetched: a run that hears people's words asks no one outside for anything.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from pipeline.errors import ToolError, ToolMissing
from pipeline.tools.language_tags import track_language
from pipeline.tools.weights import digest_of_all, model_folders

HOW_TO_GET = (
    "put a model converted by ctranslate2 (ct2-transformers-converter) and its sentencepiece files at one of these places,"
    " or write the folder's path as translation.model in film.yaml"
)

_WEIGHTS = ("model.bin", "config.json")
_VOCABULARIES = ("shared_vocabulary", "source_vocabulary", "target_vocabulary")
_OPUS = ("source.spm", "target.spm")
_ONE_PIECES = ("sentencepiece.bpe.model", "spiece.model", "sentencepiece.model")
_OPUS_NAME = re.compile(r"(?:^|[-_/])([a-z]{2,3})-([a-z]{2,3})(?:[-_](?:ct2|int8|float16|float32)[-_\w]*)?$")
_SHOWN = 8


class Family(StrEnum):
    """What kind of model, which decides how a text and its languages are put to it."""

    OPUS = "OPUS-MT"
    NLLB = "NLLB"
    M2M = "M2M-100"
    MADLAD = "MADLAD-400"


@dataclass(frozen=True, kw_only=True)
class TranslationModel:
    """A converted model as found: its folder and family. `name` is what film.yaml calls it."""

    name: str
    folder: Path
    family: Family
    tokens: frozenset[str]

    @property
    def pieces(self) -> tuple[Path, Path]:
        """Return the sentencepiece files of the source and of the target."""
        if self.family is Family.OPUS:
            return self.folder / _OPUS[0], self.folder / _OPUS[1]
        one = next(self.folder / name for name in _ONE_PIECES if (self.folder / name).is_file())
        return one, one

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256, in hex, of everything in the folder that decides a translation."""
        files = {self.folder / name for name in _WEIGHTS} | set(self.pieces)
        return digest_of_all(files | {file for name in _VOCABULARIES for file in self.folder.glob(f"{name}.*")})

    @cached_property
    def ends_sources(self) -> bool:
        """Return whether the library itself puts the end token after a source."""
        config = _read_json(self.folder / "config.json")
        return isinstance(config, dict) and config.get("add_source_eos") is True

    @cached_property
    def stated(self) -> tuple[str, str] | None:
        """Return the direction that an OPUS-MT model's tokenizer or its folder's name states; None where neither does."""
        config = _read_json(self.folder / "tokenizer_config.json")
        said = (config.get("source_lang"), config.get("target_lang")) if isinstance(config, dict) else (None, None)
        if isinstance(said[0], str) and isinstance(said[1], str):
            return said[0], said[1]
        match = next((found for text in (self.name, self.folder.name) if (found := _OPUS_NAME.search(text))), None)
        return (match[1], match[2]) if match else None

    def token(self, language: str) -> str | None:
        """Return the token by which the model is told a language; None where it knows none for it."""
        spelled = _spellings(language)
        if self.family is Family.MADLAD:
            return self._first(f"<2{one}>" for one in spelled)
        if self.family is Family.M2M:
            return self._first(f"__{one}__" for one in spelled)
        if self.family is Family.OPUS:
            return self._first(f">>{one}<<" for one in spelled)
        return self._flores(language)

    def covers(self, source: str, target: str, *, stated: bool = False) -> bool:
        """Return whether the model translates from `source` to `target`; `stated` where film.yaml itself says so.

        Raises ToolError for an OPUS-MT model of which nothing says what it translates.
        """
        if _primary(source) == _primary(target):
            return False
        if self.family in {Family.NLLB, Family.M2M}:
            return self.token(source) is not None and self.token(target) is not None
        if self.family is Family.MADLAD:  # it is told only what to translate into
            return self.token(target) is not None
        if any(token.startswith(">>") for token in self.tokens) and self.token(target) is None:
            return False
        return self._opus_covers(source, target, stated=stated)

    def _opus_covers(self, source: str, target: str, *, stated: bool) -> bool:
        if self.stated is None:
            if stated:
                return True
            what = f"nothing says which languages {self.folder} translates between"
            raise ToolError(what, f"write it under pairs: 'pairs: {{{source}-{target}: {{engine: ctranslate2, ...}}}}'")
        sides = zip(self.stated, (source, target), strict=True)
        return all(said in _spellings(language) or _is_group(said, stated=stated) for said, language in sides)

    def _first(self, tokens: Iterator[str]) -> str | None:
        return next((token for token in tokens if token in self.tokens), None)

    def _flores(self, language: str) -> str | None:
        """Return the language's token as NLLB writes it: ISO 639-3 and the script, `spa_Latn`."""
        letters = {track_language(language), _MACRO.get(_primary(language), "")}
        script = next((part.title() for part in language.split("-")[1:] if len(part) == 4), "")
        found = sorted(token for token in self.tokens if _FLORES.fullmatch(token) and token[:3] in letters)
        usual = _USUAL_SCRIPT.get(_primary(language), "Latn")
        return next((token for wanted in (script, usual, "") for token in found if token.endswith(wanted)), None)


_FLORES = re.compile(r"[a-z]{3}_[A-Z][a-z]{3}")
_MACRO: dict[str, str] = dict(
    re.findall(
        r"(\w\w):(\w\w\w)",
        "ar:arb ay:ayr az:azj et:est fa:pes gn:grn ku:kmr lv:lvs mg:plt mn:khk ms:zsm ne:npi no:nob om:gaz or:ory ps:pbt "
        "qu:quy sq:als sw:swh uz:uzn yi:ydd",
    )
)
"""The member that NLLB has of a language that ISO 639 counts as a group (the list of FLORES-200)."""

_USUAL_SCRIPT = {"zh": "Hans", "sr": "Cyrl", "ks": "Arab"}


def find_translation_model(model: str, *, film: Path | None = None) -> TranslationModel:
    """Return the converted model that `model` names, looked for as this module's heading says.

    Raises ToolMissing, saying every place, where it is in none; ToolError where a folder that was found is no whole model.
    """
    named = _by_path(model, film)
    folders = [folder / model.replace("/", "--") for folder in model_folders()] if _is_name(model) else []
    found = named or next((folder for folder in folders if folder.is_dir()), None) or _cached(model)
    if found is None:
        places = ", ".join(["a path of that name", *map(str, folders), "the hub's cache"])
        raise ToolMissing(f"there is no translation model {model!r}: looked for {places}", HOW_TO_GET)
    return read_model(model, found)


def read_model(name: str, folder: Path) -> TranslationModel:
    """Return the model in `folder`. Raises ToolError, naming what is missing, where it is not a whole one."""
    lacking = [file for file in _WEIGHTS if not (folder / file).is_file()]
    tokens = frozenset(_tokens(folder))
    if not tokens:
        lacking.append(f"{_VOCABULARIES[0]}.json")
    family = _family(folder, tokens)
    if family is None:
        lacking.append(f"{' and '.join(_OPUS)} (OPUS-MT) or {' or '.join(_ONE_PIECES[:2])} (NLLB, MADLAD)")
    if lacking or family is None:
        raise ToolError(f"{folder} is not a translation model: {', '.join(lacking[:_SHOWN])} missing", HOW_TO_GET)
    return TranslationModel(name=name, folder=folder, family=family, tokens=tokens)


def models_here() -> Iterator[TranslationModel]:
    """Yield the translation models in the model folders."""
    for place in model_folders():
        for weights in sorted(place.glob("*/model.bin")) if place.is_dir() else ():
            if any((weights.parent / name).is_file() for name in (*_OPUS, *_ONE_PIECES)):
                try:
                    yield read_model(weights.parent.name, weights.parent)
                except ToolError:  # half a model is none
                    continue


def _family(folder: Path, tokens: frozenset[str]) -> Family | None:
    if all((folder / name).is_file() for name in _OPUS):
        return Family.OPUS
    if not any((folder / name).is_file() for name in _ONE_PIECES):
        return None
    patterns = ((Family.NLLB, _FLORES), (Family.M2M, re.compile(r"__\w+__")), (Family.MADLAD, re.compile(r"<2\w+>")))
    return next((family for family, shape in patterns if any(shape.fullmatch(token) for token in tokens)), None)


def _tokens(folder: Path) -> Iterator[str]:
    for name in _VOCABULARIES:
        listed = _read_json(folder / f"{name}.json")
        yield from (token for token in listed if isinstance(token, str)) if isinstance(listed, list) else ()
        lines = folder / f"{name}.txt"
        if lines.is_file():
            yield from lines.read_text("utf-8", "replace").splitlines()


def _read_json(path: Path) -> object:
    try:
        found: object = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise ToolError(f"{path} cannot be read: {error}", "convert the model again") from error
    return found


def _by_path(model: str, film: Path | None) -> Path | None:
    try:
        path = (film or Path.cwd()) / Path(model).expanduser()
    except RuntimeError:  # there is no such user
        return None
    return path.resolve() if path.is_dir() else None


def _is_name(model: str) -> bool:
    return re.fullmatch(r"[\w.-]+(/[\w.-]+)?", model) is not None and ".." not in model


def _cached(model: str) -> Path | None:
    """Return where the hub's local cache has the model; nothing is fetched."""
    if not _is_name(model) or "/" not in model:
        return None
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - takes 0.2 s, where a model is named by the hub's name
    from huggingface_hub.errors import LocalEntryNotFoundError  # noqa: PLC0415 - as above

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (LocalEntryNotFoundError, OSError, ValueError):
        return None


def _spellings(language: str) -> tuple[str, ...]:
    """Return the codes by which models may call a language: as it is written, in two letters, in three."""
    written = language.replace("-", "_")
    return tuple(dict.fromkeys((language, written, _primary(language), track_language(language))))


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()


def _is_group(said: str, *, stated: bool) -> bool:
    """Return whether `said` is no language but a group of them ("ROMANCE", "mul"), and film.yaml names the direction."""
    return stated and (said.isupper() or said in _GROUPS)


_GROUPS: Sequence[str] = (
    "mul",
    "itc",
    "roa",
    "ine",
    "gem",
    "sla",
    "tc-big",
    "inc",
    "cel",
    "sem",
    "zle",
    "zls",
    "zlw",
    "gmw",
)
