"""A cut by its name or a file by its own, paper edits included, which only a film can make sense of."""

from contextlib import suppress
from pathlib import Path

from footage_manifest.findings import ManifestError
from footage_manifest.load import load_production
from footage_manifest.model import FILM_FILE, Cut, Production
from footage_manifest.wording import shown
from pipeline.assembly import road, survey
from pipeline.assembly.cut_files import CutFile, content, is_file, read_cut, read_edit
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.paper import SUFFIX, is_paper, stored_paper_cut
from pipeline.assembly.paper_places import paper_bytes
from pipeline.assembly.paper_stored import looked_at, named_reels, stored_site
from pipeline.errors import PipelineError, TimelineError, UsageError
from pipeline.ports.work import Progress
from pipeline.timeline.paper_text import read_paper


def read_any_cut(what: str, *, rate: str | None, folder: Path, progress: Progress) -> CutFile:
    """Return a cut as `read_cut`; a paper edit, by its cut's name or its own file, as its film makes it.

    Its reels are looked at where nobody did yet; else what is stored is used. Raises as `read_cut` and
    `stored_paper_cut`; UsageError for a paper edit outside of its film.
    """
    path = Path(what)
    if path.suffix.lower() == SUFFIX and (is_file(path) or not _is_film(folder)):
        return _paper_file(path, what, rate, folder, progress)
    if _is_film(folder) and not (path.suffix and is_file(path)):
        production = load_production(folder).production
        cut = production.film.cuts.get(what)
        if cut is not None and is_paper(cut):
            _no_rate(rate)
            if len(cut.source) > 1:
                what_is_wrong = "a paper edit is a whole cut, and stands here beside other edits"
                cure = "let it stand alone, and write a cut of its own for the rest"
                raise TimelineError([production.finding(FILM_FILE, f"cuts.{what}.source", what_is_wrong, cure)])
            return _paper(what, cut.source[0], production, folder, progress)
    return read_cut(what, rate=rate, folder=folder)


def read_in_film(what: str, *, folder: Path, progress: Progress) -> CutFile:
    """Return a cut of the film, or a file as if it were one, with default options; raises as `read_any_cut`.

    A file that alone is the source of a cut is that cut.
    """
    path = Path(what)
    if not _is_film(folder):
        cure = "name the film's folder with -C DIR"
        raise UsageError(f"a paper edit names the reels of a film, and there is no {FILM_FILE} in {folder}", cure)
    if not (path.suffix and is_file(path)) or path.suffix.lower() == SUFFIX:
        return read_any_cut(what, rate=None, folder=folder, progress=progress)
    production = load_production(folder).production
    own = _inside(path, folder)
    name = next((name for name, cut in production.film.cuts.items() if own is not None and cut.source == (own,)), None)
    if name is not None:
        return read_cut(name, rate=None, folder=folder)
    edls = read_edit(content(path, what), file=own or what, clock=production.film.timeline.clock)
    heard = any(event.channels.sound for edl in edls for event in edl.events)
    stated = {} if heard else {"sound": "edl"}
    cut = Cut.model_validate({"source": "cuts/cut.edl", "audience": "internal", **stated})
    return CutFile(
        name=what,
        edls=edls,
        clock=production.film.timeline.clock,
        folder=folder.resolve(),
        production=_with(production, what, cut),
        listed=False,
    )


def _paper_file(path: Path, what: str, rate: str | None, folder: Path, progress: Progress) -> CutFile:
    if not _is_film(folder):
        cure = "name the film's folder with -C DIR"
        raise UsageError(f"{shown(what)} is a paper edit, and there is no {FILM_FILE} in {folder}", cure)
    _no_rate(rate)
    own = _inside(path, folder)
    if own is None:
        raise UsageError(f"{shown(what)} lies outside of the film in {folder}", "copy it into the film's folder cuts")
    production = load_production(folder).production
    name = next((name for name, cut in production.film.cuts.items() if cut.source == (own,)), None)
    return _paper(name or what, own, production, folder, progress, listed=name is not None)


def _paper(
    name: str, file: str, production: Production, folder: Path, progress: Progress, *, listed: bool = True
) -> CutFile:
    _look(file, production, folder, progress)
    paper = stored_paper_cut(folder, production, file, progress, cut=name if listed else None)
    cut = production.film.cuts[name] if listed else Cut.model_validate({"source": file, "audience": "internal"})
    film = paper.compiled.film(production.film)
    whole = production.model_copy(update={"film": film})
    return CutFile(
        name=name,
        edls=paper.compiled.edls,
        clock=film.timeline.clock,
        folder=folder.resolve(),
        production=_with(whole, name, cut),
        listed=listed,
        paper=paper,
    )


def _look(file: str, production: Production, folder: Path, progress: Progress) -> None:
    """Look at the reels that a paper edit names where nobody did yet; what is wrong with them is said where it is read."""
    edit = read_paper(paper_bytes(folder, file), file=file, languages=production.film.languages)
    with stored_site(folder, production, progress) as site:
        _, missing = looked_at(site, edit)
    if missing:
        keys = dict.fromkeys(key for _, key in named_reels(production, edit))
        with (
            suppress(PipelineError, ManifestError),
            road.opened(RunOptions(folder=folder, to=Step.PROBE), progress) as site,
        ):
            survey.survey(site, keys, ())


def _with(production: Production, name: str, cut: Cut) -> Production:
    film = production.film
    return production.model_copy(update={"film": film.model_copy(update={"cuts": {**film.cuts, name: cut}})})


def _is_film(folder: Path) -> bool:
    return is_file(folder / FILM_FILE)


def _inside(path: Path, folder: Path) -> str | None:
    """Return a file as the film names it, None where it lies elsewhere."""
    with suppress(ValueError, OSError):
        return path.resolve().relative_to(folder.resolve()).as_posix()
    return None


def _no_rate(rate: str | None) -> None:
    if rate is not None:
        raise UsageError("--rate is for an edit without a film, and a paper edit has one", "leave --rate out")
