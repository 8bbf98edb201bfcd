"""`testimonio cut place`: where the quotes of a paper edit lie, found anew where that is asked for."""

from dataclasses import dataclass
from pathlib import Path

from footage_manifest.wording import shown
from pipeline.assembly import road, survey
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.paper import Chosen, PaperCut, is_paper, paper_cut
from pipeline.assembly.paper_places import load_places, paper_bytes, places_name
from pipeline.errors import UsageError
from pipeline.ports.work import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOptions:
    """What is asked for: a cut of the film in `folder`; `again` looks for its quotes whatever was kept."""

    folder: Path
    cut: str
    again: bool = False
    jobs: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCut:
    """The cut with its places, and the file that keeps them; `moved` are quotes that did not lie there before."""

    cut: str
    file: str
    paper: PaperCut
    moved: tuple[Chosen, ...]


def place(options: PlaceOptions, progress: Progress) -> PlacedCut:
    """Return where the quotes of a paper edit lie; the reels it quotes are listened to where that was not done yet.

    Raises UsageError for a cut that is no paper edit; else as `road.opened` and `paper_cut`.
    """
    asked = RunOptions(folder=options.folder, cuts=(options.cut,), jobs=options.jobs, to=Step.TRANSCRIBE)
    with road.opened(asked, progress) as site:
        manifest, cut = site.production.manifest, site.production.film.cuts[options.cut]
        if not is_paper(cut):
            what = f"{shown(options.cut)} is no paper edit: its edit says where its clips lie"
            raise UsageError(what, f"testimonio cut show {options.cut} lists them")
        (file,) = cut.source
        data = paper_bytes(site.folder, file)
        before = {piece for one in load_places(site.folder, file).values() for piece in one.whole}
        media = survey.survey(site, manifest.reels, manifest.stills)
        paper = paper_cut(site, media, options.cut, cut, file, data, may_make=True, again=options.again)
        after = load_places(site.folder, file)
        kept = {one.key: set(one.whole) <= before for one in after.values()}
        new = {(one.key.reel, one.parts[0].from_ms) for one in after.values() if not kept[one.key]} if before else set()
        moved = tuple(one for one in paper.chosen if one.spoken and (one.reel, one.spoken[0][0]) in new)
        return PlacedCut(cut=options.cut, file=places_name(file), paper=paper, moved=moved)
