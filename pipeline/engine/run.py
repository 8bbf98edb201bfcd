"""Running stages: a result comes from the store, or a tool makes it and it is stored before anyone sees it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pipeline.durable import storage_errors
from pipeline.engine.bench import WorkBench
from pipeline.engine.canonical import as_json, read_back
from pipeline.engine.explain import Cause, Deciders, Decision, Outcome, differences
from pipeline.engine.failures import named_failures
from pipeline.engine.fingerprint import fingerprint
from pipeline.engine.footage_digest import FootageDigests, Source
from pipeline.engine.lock import held
from pipeline.engine.store import Action, Damaged, Store, artifacts_in
from pipeline.engine.timings import Timings
from pipeline.errors import StageError, StoreError
from pipeline.ports.stage import Stage
from pipeline.ports.work import Artifact, Executor, Progress

I = TypeVar("I")  # noqa: E741 - inputs, as the design names them
Q = TypeVar("Q")
R = TypeVar("R")

_MOST_NAMES = 5


class WouldRun(Exception):
    """A dry run has come to the first results that are not there; what follows is decided by them."""

    def __init__(self, stage: str, subjects: Sequence[str]) -> None:
        self.stage = stage
        self.subjects = tuple(subjects)
        more = len(self.subjects) - _MOST_NAMES
        names = ", ".join(self.subjects[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
        super().__init__(f"would run {stage} for {names}; what follows is decided then")

    def __reduce__(self) -> tuple[type["WouldRun"], tuple[str, tuple[str, ...]]]:
        """Keep the fields across process boundaries."""
        return type(self), (self.stage, self.subjects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a run is to be done.

    `jobs` is how many cores it may use. With `dry_run` nothing is carried out and nothing written. Stages in `refresh` are
    carried out again whatever is stored; with `rehash` all footage is read in full. Where `only` is given, no stage beside
    those named is carried out: what they need has to be stored.
    """

    jobs: int = 1
    dry_run: bool = False
    refresh: frozenset[str] = frozenset()
    rehash: bool = False
    only: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One request, ready to be looked up."""

    subject: str
    request: object
    deciders: Deciders
    fingerprint: str


@dataclass(slots=True, kw_only=True)
class _Answers:
    """What is known so far, by fingerprint: what was decided, results, and what has to be carried out, each once."""

    decisions: dict[str, Decision] = field(default_factory=dict)
    results: dict[str, object] = field(default_factory=dict)
    missing: dict[str, _Asked] = field(default_factory=dict)


@contextmanager
def opened(film: Path, progress: Progress, options: Options | None = None) -> Iterator["Engine"]:
    """Give an engine for a film folder, holding its lock while inside; a dry run needs none, and writes nothing.

    Raises BusyError where another run holds the folder, StoreError where the store cannot be written.
    """
    chosen = options or Options()
    store = Store(film)
    if chosen.dry_run:
        yield Engine(store, progress, chosen)
        return
    with storage_errors(f"making {store.root}"):
        store.root.mkdir(exist_ok=True)
    with held(store.root / "lock"):
        store.prepare()
        engine = Engine(store, progress, chosen)
        try:
            yield engine
        finally:
            with suppress(OSError):  # for people, and not worth hiding what went wrong
                engine.timings.write(store.root / "run.json")


class Engine:
    """Carries out stages over one store.

    `decisions` says what became of each request, in order; `timings` what each stage took.
    """

    def __init__(self, store: Store, progress: Progress, options: Options) -> None:
        self.store = store
        self.decisions: list[Decision] = []
        self.timings = Timings()
        self._progress = progress
        self._options = options
        self._sources: dict[str, Source] = {}
        self._artifacts: dict[str, Artifact] = {}
        self._made: set[str] = set()
        self._footage = FootageDigests(
            store.root / "footage.json", progress, rehash=options.rehash, writable=not options.dry_run
        )

    def digests(self, paths: Sequence[Path]) -> tuple[str, ...]:
        """Return the SHA-256 of each of the film's files, in order, and make them known to tools. Raises MediaError."""
        with self.timings.measured("digests"):
            sources = self._footage.sources(paths)
        self._sources.update((source.digest, source) for source in sources)
        return tuple(source.digest for source in sources)

    def remembers(self, paths: Sequence[Path]) -> bool:
        """Return whether the digests of these files are known without reading them in full."""
        return self._footage.remembers(paths)

    def path(self, artifact: Artifact) -> Path:
        """Return where a stored file lies, whole. Raises StoreError where it has been damaged since it was asked for."""
        try:
            return self.store.object_path(artifact)
        except Damaged as error:
            raise StoreError(str(error), "run again: it is made again") from error

    def run(self, stage: Stage[I, Q, R], executor: Executor[Q, R], subject: str, inputs: I) -> R:
        """Return the result of one request: the stored one, or a new one that `executor` makes. Raises as `map`."""
        return self.map(stage, executor, ((subject, inputs),))[0]

    def map(self, stage: Stage[I, Q, R], executor: Executor[Q, R], inputs: Iterable[tuple[str, I]]) -> tuple[R, ...]:
        """Return one result for each (subject, inputs), in order.

        All that is missing is handed to `executor` in one call, equal requests once; each result is stored when it comes.
        Raises StageError, which names stage and subject, where something cannot be done: what was done stays stored. In
        a dry run raises WouldRun where anything is missing.
        """
        with self.timings.measured(stage.name) as time:
            asked = [self._ask(stage, executor, subject, given) for subject, given in inputs]
            time.asked += len(asked)
            answers = self._look_up(stage, asked)
            if answers.missing and self._options.dry_run:
                raise WouldRun(stage.name, [one.subject for one in answers.missing.values()])
            if answers.missing:
                self._require_allowed(stage.name, answers)
                self._carry_out(stage, executor, answers)
                time.carried_out += len(answers.missing)
            if not self._options.dry_run:
                for one in asked:
                    self.store.remember_latest(stage.name, one.subject, one.fingerprint)
            return tuple(answers.results[one.fingerprint] for one in asked)  # type: ignore[misc]

    def _require_allowed(self, stage: str, answers: _Answers) -> None:
        if self._options.only is not None and stage not in self._options.only:
            subjects = ", ".join(one.subject for one in answers.missing.values())
            raise StageError("this is not done yet", "run without --only first", stage=stage, subject=subjects)

    # ------------------------------------------------------------------------------------------------------- looking up

    def _ask(self, stage: Stage[I, Q, R], executor: Executor[Q, R], subject: str, inputs: I) -> _Asked:
        with named_failures(stage.name, lambda: (subject,), self.store):
            request = stage.plan(inputs)
            identity = dict(executor.identity(request))
            deciders = Deciders(version=stage.version, request=as_json(request), identity=identity)
            key = fingerprint(stage.name, stage.version, deciders.request, identity)
        return _Asked(subject=subject, request=request, deciders=deciders, fingerprint=key)

    def _look_up(self, stage: Stage[I, Q, R], asked: Sequence[_Asked]) -> _Answers:
        answers = _Answers()
        for one in asked:
            key = one.fingerprint
            if key not in answers.decisions:
                cause = self._take_stored(stage, one, answers)
                if cause is not None:
                    answers.missing[key] = one
                answers.decisions[key] = self._decision(stage.name, one, cause)
            self.decisions.append(replace(answers.decisions[key], subject=one.subject))
        return answers

    def _take_stored(self, stage: Stage[I, Q, R], one: _Asked, answers: _Answers) -> Cause | None:
        """Take the stored result into `answers`, or return why it has to be made."""
        if stage.name in self._options.refresh and one.fingerprint not in self._made:
            return Cause.REFRESHED
        try:
            action = self.store.action(one.fingerprint)
            if action is None:
                return Cause.FIRST
            answers.results[one.fingerprint] = read_back(stage.result, action.result)
        except (Damaged, ValueError) as damage:
            why = str(damage) if isinstance(damage, Damaged) else "the stored result is not one that this version knows"
            if not self._options.dry_run:
                self._progress.note(f"{stage.name} {one.subject} is made again: {why}")
            return Cause.DAMAGED
        self._artifacts.update((artifact.digest, artifact) for artifact in action.artifacts)
        return None

    def _decision(self, stage: str, one: _Asked, cause: Cause | None) -> Decision:
        if cause is None:
            return Decision(stage=stage, subject=one.subject, outcome=Outcome.STORED)
        outcome = Outcome.WOULD_RUN if self._options.dry_run else Outcome.RAN
        decision = Decision(stage=stage, subject=one.subject, outcome=outcome, cause=cause)
        last_key = self.store.latest_key(stage, one.subject) if cause is Cause.FIRST else None
        if last_key is None:
            return decision
        if last_key == one.fingerprint:
            return replace(decision, cause=Cause.REMOVED)
        last = self.store.action_unchecked(last_key)
        if last is None:
            return decision
        before = Deciders(version=last.version, request=last.request, identity=last.identity)
        return replace(decision, cause=Cause.CHANGED, changes=differences(before, one.deciders))

    # ----------------------------------------------------------------------------------------------------- carrying out

    def _carry_out(self, stage: Stage[I, Q, R], executor: Executor[Q, R], answers: _Answers) -> None:
        todo = tuple(answers.missing.values())
        unfinished = {index: one.subject for index, one in enumerate(todo)}
        with (
            self.store.work_folder(stage.name) as work,
            named_failures(stage.name, lambda: tuple(unfinished.values()), self.store),
        ):
            provenance = dict(executor.provenance())
            results = executor.carry_out([one.request for one in todo], self._bench(work))  # type: ignore[misc]
            try:
                for index, result in results:
                    if index not in unfinished:
                        raise IndexError(f"{stage.name}: result {index} was not asked for, or came twice")
                    self._keep_result(stage, todo[index], result, provenance)
                    answers.results[todo[index].fingerprint] = result
                    del unfinished[index]
            finally:
                _close(results)
            if unfinished:
                raise StageError("no result came back", "see testimonio doctor")

    def _bench(self, work: Path) -> WorkBench:
        return WorkBench(
            work=work,
            jobs=self._options.jobs,
            progress=self._progress,
            store=self.store,
            sources=self._sources,
            artifacts=self._artifacts,
        )

    def _keep_result(self, stage: Stage[I, Q, R], one: _Asked, result: R, provenance: dict[str, str]) -> None:
        written = as_json(result)
        if read_back(stage.result, written) != result:
            raise TypeError(f"{stage.name}: the result would not be read back as it is")
        artifacts = artifacts_in(result)
        for artifact in artifacts:
            self.store.object_path(artifact)  # a result may name only what was kept
        action = Action(
            stage=stage.name,
            version=stage.version,
            subject=one.subject,
            request=one.deciders.request,
            identity=dict(one.deciders.identity),
            result=written,
            artifacts=artifacts,
            provenance=provenance,
        )
        self.store.write(action)
        self._made.add(one.fingerprint)


def _close(results: Iterator[object]) -> None:
    """End a tool's generator now, not when it is collected: it may have programs to stop."""
    close = getattr(results, "close", None)
    if close is not None:
        close()
