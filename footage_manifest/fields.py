"""The kinds of value that a film's files hold: exact rates, sizes, labels, dates, names, and texts in several languages.

Each kind says for itself what it accepts, in words a person can act on, and what an editor should offer (JSON Schema).
"""

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from footage_manifest.paths import check_text
from footage_manifest.timebase import STANDARD_RATES
from footage_manifest.timecode import Label, TimecodeError
from footage_manifest.wording import Refusal, listed, shown


class FrozenModel(BaseModel):
    """What every noun of a film folder is: unchangeable, and closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"
BURN_IN_PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*(\+[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$"
_LABEL_PATTERN = r"^[0-9]{2}:[0-9]{2}[:;][0-9]{2}[:;.,][0-9]{2,3}$"
_RATE = re.compile(r"[0-9]{1,6}(/[0-9]{1,6}|\.[0-9]{1,6})?")
_SIZE = re.compile(r"([0-9]{1,5})[xX]([0-9]{1,5})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# How the trade shortens the rates that are not whole: nothing else can be meant.
_SHORT_RATES = {
    Decimal(short): Fraction(exact)
    for short, exact in {
        "23.976": "24000/1001",
        "23.98": "24000/1001",
        "29.97": "30000/1001",
        "59.94": "60000/1001",
    }.items()
}
_FASTEST = 240
_LARGEST = 8192

LanguageCode = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)]
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
"""A key that becomes part of file names: letters, digits, `_`, `.` and `-`, at most 64."""
BurnIn = Annotated[str, StringConstraints(pattern=BURN_IN_PATTERN)]


def _rate(value: object) -> object:
    """Return the exact rate that is meant. Raises Refusal for what is no rate or not exact."""
    if isinstance(value, Fraction):
        return _plausible(value)
    text = str(value).strip()
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str) or not _RATE.fullmatch(text):
        raise Refusal(f"{shown(text)} is not a rate", "write a number such as 25 or a fraction such as 30000/1001")
    if "." in text:
        number = Decimal(text)
        exact = _SHORT_RATES.get(number) or (Fraction(number) if number % 1 == 0 else None)
        if exact is None:
            raise Refusal(f"{shown(text)} is not an exact rate", "write it as a fraction, such as 30000/1001")
        return _plausible(exact)
    try:
        return _plausible(Fraction(text))
    except ZeroDivisionError:
        raise Refusal(f"{shown(text)} divides by zero", "write a fraction such as 30000/1001") from None


def _plausible(rate: Fraction) -> Fraction:
    if not 1 <= rate <= _FASTEST:
        raise Refusal(f"{rate} frames a second is no rate that film is shot at", f"write one from 1 to {_FASTEST}")
    return rate


def _timeline_rate(rate: Fraction) -> Fraction:
    if rate not in STANDARD_RATES:
        known = listed((str(known) for known in STANDARD_RATES), "or")
        raise Refusal(f"a timeline cannot run at {rate} frames a second", f"choose {known}")
    return rate


def _size(value: object) -> object:
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is not None:
        value = (int(match[1]), int(match[2]))
    if not (isinstance(value, tuple) and len(value) == 2 and all(isinstance(side, int) for side in value)):
        raise Refusal(f"{shown(value)} is not a picture size", "write WIDTHxHEIGHT, such as 1920x1080")
    for name, side in zip(("width", "height"), value, strict=True):
        if side % 2 or not 16 <= side <= _LARGEST:
            cure = f"H.264 wants even numbers of pixels, from 16 to {_LARGEST}"
            raise Refusal(f"a picture cannot have a {name} of {side}", cure)
    return value


def _label(value: object) -> object:
    if isinstance(value, Label):
        return value
    try:
        return Label.parse(str(value))
    except TimecodeError:
        cure = 'write hours, minutes, seconds and frames in quotation marks, such as "01:00:00:00"'
        raise Refusal(f"{shown(value)} is not a timecode", cure) from None


def _date(value: object) -> object:
    if isinstance(value, dt.date):
        return value
    text = str(value).strip()
    try:
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"{shown(text)} is not in the calendar", "write year-month-day, such as 2026-11-30") from None
    raise Refusal(f"{shown(text)} is not a date", "write year-month-day, such as 2026-11-30")


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _localised(value: object) -> object:
    """Let through a text or one text for each language; both halves of a union would otherwise complain at once."""
    if isinstance(value, str):
        return value
    if not isinstance(value, dict) or not value:
        each = "one for each language: {es: Tres días, en: Three days}"
        container = isinstance(value, dict | list | tuple)
        raise Refusal(_not_text(value), f"write a text, or {each}" if container else _put_in_quotes(value))
    for language, text in value.items():
        if not isinstance(language, str) or not re.fullmatch(LANGUAGE_PATTERN[1:-1], language):
            raise Refusal(
                f"{shown(language)} is not a language code", "write a code of two or three letters, such as es"
            )
        if not isinstance(text, str):
            raise Refusal(f"under {language}, {_not_text(text)}", _put_in_quotes(text))
    return value


def _not_text(value: object) -> str:
    if isinstance(value, dict | list | tuple):
        return "a text is meant here"
    return (
        f"{shown(_as_written(value))} is read as {'true or false' if isinstance(value, bool) else 'a number'}, not text"
    )


def _put_in_quotes(value: object) -> str:
    return (
        "write one text"
        if isinstance(value, dict | list | tuple)
        else f'write "{_as_written(value)}" in quotation marks'
    )


def _as_written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _channel(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _sync(value: object) -> object:
    if value in {"timecode", "waveform"} if isinstance(value, str) else type(value) is int:
        return value
    raise Refusal(
        f"{shown(_as_written(value))} is not a way to lay sound under picture",
        "write timecode, waveform, or how many milliseconds later the sound starts, such as 1250",
    )


def _schema(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


_RATE_CHOICES: list[int | str] = [
    rate.numerator if rate.denominator == 1 else f"{rate.numerator}/{rate.denominator}" for rate in STANDARD_RATES
]
_RATE_SCHEMA = _schema(
    anyOf=[
        {"enum": [*_RATE_CHOICES, *(float(short) for short in _SHORT_RATES)]},
        {"type": "number", "minimum": 1, "maximum": _FASTEST},
        {"type": "string", "pattern": r"^[0-9]{1,6}(/[0-9]{1,6}|\.[0-9]{1,6})?$"},
    ]
)
_NAMES_SCHEMA = _schema(anyOf=[{"type": "string"}, {"type": "array", "items": {"type": "string"}}])
_FILES_SCHEMA = _schema(
    anyOf=[
        {"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
    ]
)

ExactRate = Annotated[Fraction, BeforeValidator(_rate), PlainSerializer(str), _RATE_SCHEMA]
TimelineRate = Annotated[
    Fraction,
    BeforeValidator(_rate),
    AfterValidator(_timeline_rate),
    PlainSerializer(str),
    _schema(enum=[*_RATE_CHOICES, *(float(short) for short in _SHORT_RATES)]),
]
PictureSize = Annotated[
    tuple[int, int], BeforeValidator(_size), _schema(type="string", pattern="^[0-9]{2,4}[xX][0-9]{2,4}$")
]
TimecodeLabel = Annotated[
    Label, BeforeValidator(_label), PlainSerializer(str), _schema(type="string", pattern=_LABEL_PATTERN)
]
CalendarDate = Annotated[dt.date, BeforeValidator(_date), _schema(type="string", format="date")]
Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_more), _NAMES_SCHEMA]
Languages = Annotated[
    tuple[LanguageCode, ...],
    BeforeValidator(_one_or_more),
    Field(min_length=1),
    _schema(
        anyOf=[
            {"type": "string", "pattern": LANGUAGE_PATTERN},
            {"type": "array", "items": {"type": "string", "pattern": LANGUAGE_PATTERN}, "minItems": 1},
        ]
    ),
]
FilePath = Annotated[str, AfterValidator(check_text)]
"""A path inside the film folder, with `/` between its parts."""
FilePaths = Annotated[tuple[FilePath, ...], BeforeValidator(_one_or_more), Field(min_length=1), _FILES_SCHEMA]
Localised = Annotated[
    str | dict[LanguageCode, str],
    BeforeValidator(_localised),
    _schema(
        anyOf=[
            {"type": "string"},
            {
                "type": "object",
                "patternProperties": {LANGUAGE_PATTERN: {"type": "string"}},
                "additionalProperties": False,
                "minProperties": 1,
            },
        ]
    ),
]
"""A text, or one text for each language."""
SoundSync = Annotated[
    Literal["timecode", "waveform"] | int,
    BeforeValidator(_sync),
    _schema(anyOf=[{"enum": ["timecode", "waveform"]}, {"type": "integer"}]),
]
CHANNEL_NUMBERS = BeforeValidator(_channel)
"""Lets a channel be written as a number."""
CHANNEL_SCHEMA = _schema(enum=["mix", "stereo", 1, 2, "1", "2"])


def in_language(text: Localised, language: str) -> str:
    """Return `text` in `language`, or in the first language it has."""
    if isinstance(text, str):
        return text
    return text.get(language) or next(iter(text.values()), "")
