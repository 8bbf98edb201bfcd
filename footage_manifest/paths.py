"""Paths that people write into a film: always a plain file inside the film folder, whatever a name looks like.

Names are data. They are opened by absolute path and never handed to a shell or to a protocol, so a leading hyphen, quotes,
percent signs, colons, right-to-left marks and emoji are all fine; what could lead out of the folder is refused by name.
"""

import os
import re
import stat
import unicodedata
from pathlib import Path

from footage_manifest.wording import Refusal, nearest, shown

STORE_FOLDER = ".testimonio"

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9.+-]*)(?:,[^/]*)?:")
# What ffmpeg and browsers take for an address. A colon after any other word is part of a name.
_PROTOCOLS = frozenset({
    "async", "bluray", "cache", "concat", "concatf", "crypto", "data", "dict", "fd", "ffrtmpcrypt", "ffrtmphttp",
    "file", "ftp", "ftps", "gopher", "gophers", "hls", "http", "httpproxy", "https", "icecast", "ipfs", "ipns",
    "jar", "javascript", "lavfi", "ldap", "libsmbclient", "libssh", "mailto", "md5", "mms", "mmsh", "mmst", "pipe",
    "prompeg", "rist", "rtmp", "rtmpe", "rtmps", "rtmpt", "rtmpte", "rtmpts", "rtp", "rtsp", "sctp", "sftp", "smb",
    "srt", "srtp", "ssh", "subfile", "tcp", "tee", "telnet", "tls", "udp", "udplite", "unix", "ws", "wss", "zmq",
})  # fmt: skip
_MOST_COMPARED = 300
_UNUSABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def check_text(text: str) -> str:
    """Return `text` unchanged if it can name a file inside a film folder, without looking at the disk.

    Raises Refusal for an empty or absolute path, `~`, `..`, a protocol or drive letter, a backslash, control characters,
    names longer than 255 bytes, and the store's own folder.
    """
    if not text.strip():
        raise Refusal("the path is empty", "write where the file is, seen from the film folder")
    _refuse_characters(text)
    _refuse_addresses(text)
    parts = text.split("/")
    if text.startswith("/"):
        raise Refusal(f"{shown(text)} is an absolute path", _BRING_IN)
    if parts[0].startswith("~"):
        raise Refusal(f"{shown(text)} starts in a home folder", _BRING_IN)
    if ".." in parts:
        raise Refusal(f"{shown(text)} leads out of the film folder", _BRING_IN)
    if STORE_FOLDER in parts:
        raise Refusal(
            f"{shown(text)} lies in {STORE_FOLDER}/, which may be deleted at any time", "keep the file elsewhere"
        )
    if any(len(part.encode()) > 255 for part in parts) or len(text.encode()) > 4000:
        raise Refusal(f"the name {shown(text)} is too long for a disk", "give the file a name of at most 255 bytes")
    return text


_BRING_IN = (
    "write a path inside the film folder, such as footage/int01.mp4 (files on another drive: copy them in, or mount the "
    "drive inside the folder with mount --bind)"
)


def _refuse_characters(text: str) -> None:
    for sign in text:
        if unicodedata.category(sign) in _UNUSABLE:
            raise Refusal(f"the path {shown(text)} holds the control character U+{ord(sign):04X}", "rename the file")


def _refuse_addresses(text: str) -> None:
    if re.match(r"[A-Za-z]:", text):
        raise Refusal(f"{shown(text)} starts with a drive letter", _BRING_IN)
    if "\\" in text:
        raise Refusal(f"{shown(text)} holds a backslash", "put / between folder and file names, on every system")
    match = _SCHEME.match(text)
    if match is None:
        return
    scheme = match[1].lower()
    if scheme.split("+")[0] in _PROTOCOLS or text[match.end() :].startswith("//"):
        raise Refusal(
            f"{shown(text)} is an address ({scheme}:), not a file in the film folder",
            "copy the file into the film folder and write its path",
        )


def inside(folder: Path, text: str) -> Path:
    """Return the absolute path, links resolved, of the plain file that `text` names inside the film folder.

    An accented name is found whichever way its accents are stored (composed or not). A link is followed if it stays in the
    folder. Raises Refusal, with what is wrong and the cure, for everything else.
    """
    check_text(text)
    root = Path(os.path.realpath(folder))
    written = _as_stored(root, text)
    try:
        real = Path(os.path.realpath(written, strict=True))
        kind = real.stat().st_mode
    except FileNotFoundError:
        raise Refusal(f"there is no file {shown(text)}", _near_miss(root, text)) from None
    except NotADirectoryError:
        raise Refusal(
            f"there is no file {shown(text)}: part of its path is a file, not a folder", "correct it"
        ) from None
    except OSError as error:
        raise Refusal(
            f"{shown(text)} cannot be reached: {error.strerror}", "see to its links and permissions"
        ) from None
    if not real.is_relative_to(root):
        raise Refusal(f"{shown(text)} is a link that leads out of the film folder", _BRING_IN)
    if STORE_FOLDER in real.relative_to(root).parts:
        raise Refusal(
            f"{shown(text)} is a link into {STORE_FOLDER}/, which may be deleted at any time", "copy the file"
        )
    if not stat.S_ISREG(kind):
        name = next((name for is_kind, name in _KINDS if is_kind(kind)), "not a plain file")
        raise Refusal(f"{shown(text)} is {name}, not a file", "write the path of the file itself")
    return real


def _as_stored(root: Path, text: str) -> Path:
    """Return the path of `text` below `root`, each part spelled as the disk spells it where only accents differ."""
    found = root
    for part in text.split("/"):
        exact = found / part
        if not exact.is_symlink() and not exact.exists() and not part.isascii():
            same = [name for name in _names_in(root, found) if _composed(name) == _composed(part)]
            exact = found / same[0] if len(same) == 1 else exact
        found = exact
    return found


def _near_miss(root: Path, text: str) -> str:
    folder, _, name = text.rpartition("/")
    there = _names_in(root, root / folder)
    same = [other for other in there if other.casefold() == name.casefold()]
    # Comparing with every name of a card full of clips, for each of many missing files, would take minutes.
    near = same[0] if same else nearest(name, there if len(there) <= _MOST_COMPARED else ())
    if near is None:
        return "put the file there, or correct the path"
    return f"did you mean {shown(f'{folder}/{near}' if folder else near)}?"


def _names_in(root: Path, folder: Path) -> list[str]:
    """Return the names in `folder`, sorted; none where it cannot be listed or a link has led out of the film folder."""
    try:
        return (
            sorted(path.name for path in folder.iterdir())
            if Path(os.path.realpath(folder)).is_relative_to(root)
            else []
        )
    except OSError:
        return []


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)
