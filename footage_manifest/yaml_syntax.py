"""What is wrong with a YAML file's form, in plain words: tabs, brackets, quotation marks, indentation."""

import re

from ruamel.yaml.error import MarkedYAMLError

from footage_manifest.findings import Finding

_TAB = re.compile(r"[ ]*\t")
# The parser's time grows with the square of a tag's length, so what cannot be a word is refused before it is parsed.
_ENDLESS_TAG = re.compile(r"![^\s]{300}")

_UNCLOSED = "a quotation mark is opened here and never closed"

# What the parser says (its fixed wording, or a part of it), what it means, and what to do. The first that fits is taken.
_PLAIN_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "a colon is not expected here",
        "put text that contains ': ' in quotation marks, and begin keys that belong together in the same column",
    ),
    (
        "expected <block end>",
        "this line does not line up with the lines above it",
        "begin keys and list items that belong together in the same column, indented with spaces",
    ),
    ("could not find expected ':'", "a key without a colon", "write 'key: value', with a space after the colon"),
    ("found unexpected end of stream", _UNCLOSED, "close it"),
    ("found unexpected document separator", _UNCLOSED, "close it"),
    (
        "expected ',' or '}'",
        "the { opened in line {opened} is not closed before this, or a comma is missing",
        "add } or ,",
    ),
    (
        "expected ',' or ']'",
        "the [ opened in line {opened} is not closed before this, or a comma is missing",
        "add ] or ,",
    ),
    ("cannot start any token", "a text cannot begin with this character", "put the text in quotation marks"),
    ("escape", "a backslash means something else inside double quotation marks", "use single quotation marks"),
    ("but found '-'", "a list item is not expected here", "begin list items in one column, in lines of their own"),
    ("sequence entries are not allowed", "a list item is not expected here", "begin list items in lines of their own"),
    ("alias", "an alias (*) without a name", "write the value out"),
    ("anchor", "an anchor (&) without a name", "put the text in quotation marks"),
    ("undefined tag handle", "a tag (!) is not used here", "put the text in quotation marks"),
    ("tag", "a tag (!) is not used here", "put the text in quotation marks"),
    ("directive", "a line that begins with % is not used here", "delete it"),
    ("YAML", "a line that begins with % is not used here", "delete it"),
    ("expected the node content", "a value is missing", "write it, or take out the comma or bracket before it"),
    ("block scalar", "text after | or > belongs in the lines below it", "indent it there, with spaces"),
    ("chomping or indentation", "text after | or > belongs in the lines below it", "indent it there, with spaces"),
    (
        "expected '<document start>'",
        "something follows after the end of the film",
        "check the indentation and brackets",
    ),
)
_UNKNOWN = ("cannot be read as YAML from here", "check the quotation marks, brackets, colons and indentation around it")


def in_plain_words(file: str, error: MarkedYAMLError, reached: tuple[int, int]) -> Finding:
    """Return the finding for what the YAML parser could not read, where it gave up, or at `reached` if it does not say."""
    said = f"{error.context or ''} {error.problem or ''}"
    what, cure = next(((what, cure) for part, what, cure in _PLAIN_WORDS if part in said), _UNKNOWN)
    opened, gave_up = error.context_mark, error.problem_mark
    mark = opened if what is _UNCLOSED else gave_up or opened
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else reached
    what = what.replace("{opened}", str(opened.line + 1 if opened is not None else line))
    return Finding(file=file, line=line, column=column, what=what, cure=cure)


def before_parsing(file: str, text: str) -> tuple[Finding, ...]:
    """Return what must be mended before the file can be parsed: tabs in indentation, endless tags."""
    return _tabs(file, text) + _endless_tags(file, text)


def _tabs(file: str, text: str) -> tuple[Finding, ...]:
    indented = [(number, match) for number, line in enumerate(_lines(text), 1) if (match := _TAB.match(line))]
    if not indented:
        return ()
    line, match = indented[0]
    more = f" (and {len(indented) - 1} more)" if len(indented) > 1 else ""
    what = f"the line is indented with a tab{more}"
    return (Finding(file=file, line=line, column=match.end(), what=what, cure="indent with spaces"),)


def _endless_tags(file: str, text: str) -> tuple[Finding, ...]:
    found = _ENDLESS_TAG.search(text)
    if found is None:
        return ()
    before = _lines(text[: found.start()] + "x")
    what = "a word of more than 300 signs begins with an exclamation mark here"
    return (Finding(file=file, line=len(before), column=len(before[-1]), what=what, cure="take it out"),)


def _lines(text: str) -> list[str]:
    return re.split("\r\n|\r|\n", text)
