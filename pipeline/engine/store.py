"""The store: what was made, under what it was made from. It may be deleted at any time and costs only time.

    objects/<2>/<sha256>         files that tools made, read-only, named by their content
    actions/<fingerprint>.json   a request and its result, written last: it stands for something whole
    latest/<stage>/<subject>     the fingerprint last used for a subject; for explanations, never for results
    work/                        unfinished things, emptied whenever a run starts

Everything gets its final name by a rename after an fsync, and is checked against its digest when it is read: an action
that is damaged, or whose files are, counts as not there and is made again.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from pipeline.durable import TEMPORARY, move_whole, storage_errors, sync_folder, write_whole
from pipeline.engine.canonical import Json, encoded
from pipeline.engine.fingerprint import fingerprint
from pipeline.errors import StoreError
from pipeline.ports.work import Artifact

FOLDER = ".testimonio"
_FORMAT = 1
_PARTS = ("objects", "actions", "latest", "work")
_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# What testimonio made on its way; may be deleted, costs only time.\n"
_NAME_BYTES = 200


class Damaged(Exception):
    """Something in the store is not what its name says; the text says what. It is to be made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A request that was carried out: what decided the result, the result, the files it names, and for the record how."""

    stage: str
    version: int
    subject: str
    request: Json
    identity: dict[str, str]
    result: Json
    artifacts: tuple[Artifact, ...] = ()
    provenance: dict[str, str]

    @property
    def fingerprint(self) -> str:
        """Return the key the action is stored under."""
        return fingerprint(self.stage, self.version, self.request, self.identity)


class Store:
    """The store of one film folder. Nothing is written before something has to be."""

    def __init__(self, film: Path) -> None:
        self.root = film.absolute() / FOLDER
        self._whole: set[str] = set()
        for path in (self.root, *(self.root / part for part in _PARTS)):
            _refuse_link(path)

    def prepare(self) -> None:
        """Make the folders and remove what a run that was ended left unfinished. The caller holds the lock."""
        with storage_errors(f"preparing {self.root}"):
            for part in _PARTS:
                (self.root / part).mkdir(parents=True, exist_ok=True)
            if not (self.root / "CACHEDIR.TAG").exists():  # https://bford.info/cachedir/ - backup programs pass it over
                write_whole(self.root / "CACHEDIR.TAG", _TAG)
            for left in (*(self.root / "work").iterdir(), *self.root.glob(f"{TEMPORARY}*")):
                shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()

    @contextmanager
    def work_folder(self, stage: str) -> Iterator[Path]:
        """Give a folder of the caller's own, on the store's file system, for as long as the caller is inside."""
        with storage_errors(f"making a work folder in {self.root}"):
            folder = Path(tempfile.mkdtemp(prefix=f"{stage}-", dir=self.root / "work"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)  # what cannot be removed now goes when the next run starts

    # ------------------------------------------------------------------------------------------------------- objects

    def keep(self, path: Path) -> Artifact:
        """Move a finished file into the store and return its name there. Raises StoreError."""
        with storage_errors(f"storing {path.name}"):
            digest, size = digest_of(path)
            target = self._object(digest)
            if _make_own(target.parent):
                sync_folder(target.parent.parent)
            path.chmod(0o444)
            move_whole(path, target)
        self._whole.add(digest)
        return Artifact(digest=digest, size=size)

    def object_path(self, artifact: Artifact) -> Path:
        """Return where a stored file lies, after reading it against its digest once a run. Raises Damaged."""
        path = self._object(artifact.digest)
        try:
            size = path.stat().st_size
            whole = size == artifact.size and (artifact.digest in self._whole or digest_of(path)[0] == artifact.digest)
        except OSError as error:
            raise Damaged(f"the stored file {artifact.digest[:12]} cannot be read: {error.strerror}") from error
        if not whole:
            self._whole.discard(artifact.digest)
            raise Damaged(f"the stored file {artifact.digest[:12]} has changed")
        self._whole.add(artifact.digest)
        return path

    def _object(self, digest: str) -> Path:
        return self.root / "objects" / digest[:2] / digest

    # ------------------------------------------------------------------------------------------------------- actions

    def action(self, key: str) -> Action | None:
        """Return the action stored under the fingerprint `key`, its files checked, or None. Raises Damaged, StoreError."""
        path = self._action(key)
        with storage_errors(f"reading {path.name}"):
            try:
                text = path.read_bytes()
            except FileNotFoundError:
                return None
        action = _action_of(text)
        if action.fingerprint != key:
            raise Damaged(f"the stored result {key[:12]} stands under another's name")
        for artifact in action.artifacts:
            self.object_path(artifact)
        return action

    def write(self, action: Action) -> None:
        """Store an action whose files are stored already. Raises StoreError."""
        named = ((field.name, getattr(action, field.name)) for field in fields(action))
        body = encoded({**dict(named), "artifacts": [asdict(artifact) for artifact in action.artifacts]})
        digest = hashlib.sha256(body).hexdigest().encode("ascii")
        with storage_errors(f"storing the result of {action.stage} {action.subject}"):
            text = b'{"action":%b,"format":%d,"sha256":"%b"}\n' % (body, _FORMAT, digest)
            write_whole(self._action(action.fingerprint), text, partial=self.root / "work")

    def _action(self, key: str) -> Path:
        return self.root / "actions" / f"{key}.json"

    # -------------------------------------------------------------------------------------------------------- latest

    def latest_key(self, stage: str, subject: str) -> str | None:
        """Return the fingerprint last used for a subject, or None where none is noted."""
        try:
            return self._latest(stage, subject).read_text("ascii").strip() or None
        except (OSError, ValueError):
            return None

    def action_unchecked(self, key: str) -> Action | None:
        """Return an action without looking at its files, or None where it is not there or damaged."""
        try:
            return _action_of(self._action(key).read_bytes())
        except (OSError, ValueError, Damaged):
            return None

    def remember_latest(self, stage: str, subject: str, key: str) -> None:
        """Note that `key` is what was last used for a subject. Raises StoreError."""
        path = self._latest(stage, subject)
        with storage_errors(f"noting the result of {stage} {subject}"):
            if path.is_file() and path.read_bytes() == key.encode("ascii"):
                return
            _make_own(path.parent)
            write_whole(path, key.encode("ascii"), partial=self.root / "work", durable=False)

    def forget(self, stage: str, unwanted: Callable[[str], bool]) -> int:
        """Remove the results of a stage whose subject is `unwanted`, older ones too, and return how many there were.

        The whole store is looked through only where such a subject is among those last used. Raises StoreError.
        """
        with storage_errors(f"removing results of {stage}"):
            folder = self.root / "latest" / _file_name(stage)
            listed = list(folder.iterdir()) if folder.is_dir() else []
            gone = [path for path in listed if unwanted(unquote(path.name))]
            removed = 0
            for path in (self.root / "actions").glob("*.json") if gone else ():
                action = self.action_unchecked(path.stem)
                if action is not None and action.stage == stage and unwanted(action.subject):
                    path.unlink(missing_ok=True)
                    removed += 1
            for path in gone:
                path.unlink(missing_ok=True)
        return removed

    def _latest(self, stage: str, subject: str) -> Path:
        return self.root / "latest" / _file_name(stage) / _file_name(subject)


def _make_own(folder: Path) -> bool:
    """Make a folder of the store; return whether it is new. Raises StoreError where a link stands there, OSError."""
    _refuse_link(folder)
    if folder.is_dir():
        return False
    folder.mkdir(exist_ok=True)
    return True


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise StoreError(f"{path} is a link, and may lead out of the film folder", "replace it by a folder")


def digest_of(path: Path) -> tuple[str, int]:
    """Return a file's SHA-256 in hex and its size in bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()


def _file_name(text: str) -> str:
    """Return `text` as a file name that differs for different texts and cannot leave its folder."""
    name = quote(text, safe=" +,=@", errors="surrogatepass") or "%"
    if name.startswith("."):
        name = f"%2E{name[1:]}"
    return name if len(name) <= _NAME_BYTES else f"%{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _action_of(text: bytes) -> Action:
    """Return the action that `text` holds. Raises Damaged."""
    try:
        sheet: Any = json.loads(text)
        body, said, form = sheet["action"], sheet["sha256"], sheet["format"]
        if form != _FORMAT or hashlib.sha256(encoded(body)).hexdigest() != said:
            raise Damaged("a stored result has changed")
        artifacts = tuple(Artifact(**artifact) for artifact in body.pop("artifacts"))
        return Action(artifacts=artifacts, **body)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged("a stored result cannot be read") from error


def artifacts_in(value: object) -> tuple[Artifact, ...]:
    """Return every file that a result names, each once, in order."""
    found: dict[Artifact, None] = {}
    _collect(value, found)
    return tuple(found)


def _collect(value: object, found: dict[Artifact, None]) -> None:
    if isinstance(value, Artifact):
        found[value] = None
    elif isinstance(value, tuple):
        for item in value:
            _collect(item, found)
    elif isinstance(value, Mapping):
        for item in value.values():
            _collect(item, found)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            _collect(getattr(value, name), found)
