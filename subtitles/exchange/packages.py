"""Office files (OPC packages, ECMA-376 part 2) opened with care: what they hold is bounded before anything is unpacked."""

import io
import struct
import zipfile
import zlib

from subtitles.errors import SubtitleError
from subtitles.exchange.model import error
from subtitles.exchange.xml_parts import MOST_BYTES

_MOST_PARTS = 2000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How old .doc files begin, and files with a password."""

_NOT_WHOLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What the library raises for damaged packages, depending on where the damage is."""


def read_parts(content: bytes, names: tuple[str, ...], *, file: str) -> dict[str, bytes]:
    """Return those parts of an office file among `names` that it has; `file` is its name for messages.

    Raises SubtitleError for what is no such file, has a password or macros, or holds more than a text would.
    """
    if content.startswith(_OLE):
        what = "it is an old Word file, or has a password"
        raise _refused(file, what, "save it as .docx, without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            known = {entry.filename: entry for entry in package.infolist()}
            _look_over(list(known.values()), file)
            return {name: _read(package, known[name], file) for name in names if name in known}
    except _NOT_WHOLE as problem:
        text = " ".join(str(problem).split()) or type(problem).__name__
        raise _refused(file, f"it is no whole .docx file: {text}", "have it saved and sent again") from None


def _look_over(entries: list[zipfile.ZipInfo], file: str) -> None:
    if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > 4 * MOST_BYTES:
        raise _refused(file, "it holds far more than a text", "check that it is the right file")
    if any(entry.filename.lower().endswith(("vbaproject.bin", "vbadata.xml")) for entry in entries):
        raise _refused(file, "it holds macros", "save it as .docx, without macros")
    if any(entry.flag_bits & 1 for entry in entries):
        raise _refused(file, "it has a password", "save it without one")
    if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
        raise _refused(file, "it is packed as no office program packs", "have it saved and sent again")


def _read(package: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str) -> bytes:
    """Return a part; what it declares of its size is not believed."""
    with package.open(entry) as part:
        content = part.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _refused(file, f"its part {entry.filename} is larger than {MOST_BYTES >> 20} MiB", "send the text alone")
    return content


def _refused(file: str, what: str, cure: str) -> SubtitleError:
    return SubtitleError([error(file, what, cure)])
