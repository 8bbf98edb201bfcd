"""What report.json says of a paper edit, and the pictures of its joints: chapters, the words that were chosen, narration."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from footage_manifest.model import Production
from pipeline.assembly.edits import ReadyCut
from pipeline.assembly.paper import Chosen, PaperCut
from pipeline.assembly.paper_unnamed import unnamed_paper
from pipeline.assembly.search_clock import labelled_reel
from pipeline.assembly.site import Site
from pipeline.stages.media import Media
from pipeline.stages.sound_levels import SOUND_LEVELS, Around
from pipeline.timeline.paper_joint import joint_picture
from pipeline.timeline.paper_model import Narration
from pipeline.timeline.paper_points import Joint, JointRemark, Levels
from pipeline.timeline.paper_tracks import spoken_seconds

_BEFORE = frozenset({Joint.BEGINS_INSIDE, Joint.NO_PAUSE_BEFORE})


@dataclass(frozen=True, slots=True, kw_only=True)
class _DrawnJoint:
    """A joint that is worth a look: `remarks` are all that is said of it, `file` its picture among the deliverables."""

    chosen: Chosen
    remarks: tuple[JointRemark, ...]
    file: str

    @property
    def begins(self) -> bool:
        """Return whether words begin here, so that what lies behind it is heard."""
        return self.remarks[0].joint in _BEFORE


def paper_facts(production: Production, ready: ReadyCut) -> dict[str, object]:
    """Return what the report says of a cut's paper edit, nothing for another cut. Times are labels of the reels' clocks."""
    if ready.paper is None:
        return {}
    paper, language = unnamed_paper(production, ready.paper), production.film.languages[0]
    joints = _joints(ready.name, paper)
    return {
        "paper": {
            "file": paper.edit.file,
            "chapters": _chapters(production, paper),
            "quotes": [_quote(one, joints) for one in paper.chosen],
            "narration": [
                {
                    "line": entry.line,
                    "reel": entry.reel,
                    "words": len(entry.text.split()),
                    "estimated_s": _seconds(spoken_seconds(entry.text, language)),
                }
                for entry in paper.edit.entries
                if isinstance(entry, Narration)
            ],
        }
    }


def joint_pictures(site: Site, ready: ReadyCut, media: Media) -> dict[str, bytes]:
    """Return the waveform of each joint that a finding is about, by the name of its file. Raises as `Engine.map`."""
    joints = _joints(ready.name, unnamed_paper(site.production, ready.paper)) if ready.paper is not None else []
    manifest, clock = site.production.manifest, site.production.film.timeline.clock
    asked = [
        (f"{one.chosen.reel} {span[0]}", _around(site, media, one, span)) for one in joints for span in [_span(one)]
    ]
    levels = site.engine.map(SOUND_LEVELS, site.tools.level_meter, asked)
    pictures = {}
    for one, found in zip(joints, levels, strict=True):
        key, remark = one.chosen.reel, one.remarks[0]
        labelled = labelled_reel(key, manifest.reels[key], media.reels[key], clock)
        pictures[one.file] = joint_picture(
            Levels(start_ms=found.start_ms, centibels=found.centibels),
            remark,
            heard_behind=one.begins,
            title=f"{key}, line {one.chosen.line}: {'; '.join(said.joint.value for said in one.remarks)}",
            label=str(labelled.label(remark.at_ms)),
        )
    return pictures


def _joints(cut: str, paper: PaperCut) -> list[_DrawnJoint]:
    """Return the joints with remarks, in order; several remarks of one place are one joint."""
    found: list[_DrawnJoint] = []
    for chosen in paper.chosen:
        for at in dict.fromkeys((one.at_ms, one.joint in _BEFORE) for one in chosen.remarks):
            own = tuple(one for one in chosen.remarks if (one.at_ms, one.joint in _BEFORE) == at)
            file = f"{cut}.joint-{len(found) + 1}.svg"
            found.append(_DrawnJoint(chosen=chosen, remarks=own, file=file))
    return found


def _span(one: _DrawnJoint) -> tuple[int, int]:
    """Return when the words beside a joint are said, as they were listened to when they were placed."""
    at, edge = one.remarks[0].at_ms, 0 if one.begins else 1
    return min(one.chosen.spoken, key=lambda span: abs(span[edge] - at))


def _around(site: Site, media: Media, one: _DrawnJoint, span: tuple[int, int]) -> Around:
    reel = site.production.manifest.reels[one.chosen.reel]
    return Around(parts=media.sounds_of(one.chosen.reel, reel), from_ms=span[0], to_ms=span[1])


def _chapters(production: Production, paper: PaperCut) -> list[dict[str, object]]:
    clock = production.film.timeline.clock
    return [
        {
            "line": one.line,
            "level": one.level,
            "words": list(one.texts),
            "starts_at": str(clock.label(paper.compiled.sequence.start + one.frame)),
            "frames": one.frames,
            "seconds": _seconds(one.frames / clock.rate),
        }
        for one in paper.compiled.chapters
    ]


def _quote(one: Chosen, joints: list[_DrawnJoint]) -> dict[str, object]:
    return {
        "line": one.line,
        "reel": one.reel,
        "from": one.labels[0],
        "to": one.labels[1],
        "words": one.words,
        "before": one.before,
        "after": one.after,
        "source_ms": [list(piece) for piece in one.pieces],
        "left_out": [{"from_ms": left.from_ms, "to_ms": left.to_ms, "words": left.words} for left in one.left_out],
        "shorter_by_ms": one.tightened_ms,
        "joints": list(_said_of(joints, one)),
    }


def _said_of(joints: list[_DrawnJoint], chosen: Chosen) -> Iterator[dict[str, object]]:
    for one in joints:
        if one.chosen is chosen:
            yield {
                "at_ms": one.remarks[0].at_ms,
                "findings": [str(remark) for remark in one.remarks],
                "picture": one.file,
            }


def _seconds(seconds: Fraction) -> float:
    return round(float(seconds), 2)
