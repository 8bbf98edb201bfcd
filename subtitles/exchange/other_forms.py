"""Files that come back in another form than they were sent in: named for what they are, with what to do about it."""

import re

from subtitles.errors import SubtitleError
from subtitles.exchange.model import error

_PACKED = b"PK\x03\x04"
_FORMS = (
    (re.compile(rb"\{\\rtf"), "it is a file in rich text format", "save it as .docx"),
    (re.compile(rb"%PDF-"), "it is a PDF, which cannot be read back", "send the file that was translated"),
    (re.compile(rb"\s*<(?:!doctype\s+)?html", re.IGNORECASE), "it is a web page", "save it as .docx or CSV"),
    (re.compile(rb"\s*[0-9]+\s+[0-9:]+[,.][0-9]+ +-->|WEBVTT"), "it is a subtitle file", "put it among the film's own"),
)
_MARK = b"\xef\xbb\xbf"


def refuse_others(content: bytes, *, file: str) -> None:
    """Raise SubtitleError where a file is of a well-known form that nothing was sent in; `file` is its name."""
    begin = content[:4000].removeprefix(_MARK)
    for form, what, cure in _FORMS:
        if form.match(begin):
            raise SubtitleError([error(file, what, cure)])
    if not content.startswith(_PACKED):
        return
    if b"mimetypeapplication/vnd.oasis.opendocument" in begin:
        raise SubtitleError(
            [error(file, "it is a file of LibreOffice's own form", "save it as .docx, or a table as CSV")]
        )
    if b"xl/workbook" in content and b"word/document" not in content:
        raise SubtitleError([error(file, "it is an Excel workbook", "save the table as CSV UTF-8")])
