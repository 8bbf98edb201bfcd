"""What a cut is delivered as: pure planning, from film.yaml to every film and sound file by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from footage_manifest.delivery import BUILT_IN, MAIN, Codec, Profile
from footage_manifest.findings import Finding, ManifestError
from footage_manifest.model import FILM_FILE, Cut, Film, Production
from footage_manifest.wording import choose, listed, nearest
from pipeline.ports.picture import VideoEncoding

_QUALITY = {Codec.H264: 20, Codec.HEVC: 22}
_PRESET = "medium"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One language version of a cut (rule 12); `name` is empty where the cut has none, `narration` None for no narration."""

    name: str
    text: str
    narration: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One file of a delivery.

    `burn_in` are the languages drawn into the picture, such as `es` or `es+en`, empty for a clean one. `profile` is the
    name of its form in film.yaml, `form` what stands there.
    """

    file: str
    version: Version
    burn_in: str
    profile: str
    form: Profile

    @property
    def stamped(self) -> bool:
        """Return whether it is a review copy, which names its own version."""
        return self.form.stamp is not None


def versions(production: Production, cut_name: str) -> tuple[Version, ...]:
    """Return the versions of a cut in film.yaml's order; one without a name where it says none.

    Raises ManifestError, with every finding, for a narration that the cut does not have, and for several narrations where
    nothing says which film has which.
    """
    film, cut = production.film, production.film.cuts[cut_name]
    field = f"cuts.{cut_name}"
    if cut.versions:
        findings = [
            production.finding(
                FILM_FILE,
                f"{field}.versions.{name}.narration",
                f"there is no narration in '{one.narration}' in this cut",
                f"write it under {field}.narration, or take the line out",
            )
            for name, one in cut.versions.items()
            if one.narration is not None and one.narration not in cut.narration
        ]
        if findings:
            raise ManifestError(tuple(findings))
        return tuple(Version(name=name, text=one.text, narration=one.narration) for name, one in cut.versions.items())
    if len(cut.narration) > 1:
        spoken = tuple(cut.narration)
        what = f"there is narration in {listed(spoken)}, and nothing says which film has which"
        lines = ", ".join(f"{language}: {{text: {language}, narration: {language}}}" for language in spoken)
        raise ManifestError(
            (production.finding(FILM_FILE, f"{field}.narration", what, f"write versions: {{{lines}}}"),)
        )
    return (Version(name="", text=film.languages[0], narration=next(iter(cut.narration), None)),)


def outputs(production: Production, cut_name: str) -> tuple[Output, ...]:
    """Return every film and sound file of a cut, the main film of each version first.

    `<cut>.mp4`, `<cut>.burn-es.mp4` and `<cut>.<profile>.<suffix>`; with versions `<cut>.<version>.mp4` and so on. Raises
    ManifestError, with every finding, for a deliverable that nobody has described and for what `versions` refuses.
    """
    film = production.film
    cut = film.cuts[cut_name]
    forms = {**BUILT_IN, **film.profiles}
    findings = tuple(_refused(production, cut_name, cut, forms))
    if findings:
        raise ManifestError(findings)
    found = [
        output for version in versions(production, cut_name) for output in _of_version(cut_name, cut, version, forms)
    ]
    twice = sorted({one.file for one in found if sum(other.file == one.file for other in found) > 1})
    if twice:
        what = f"two deliverables would be called {listed(twice)}"
        cure = "give the version or the profile another name"
        raise ManifestError((production.finding(FILM_FILE, f"cuts.{cut_name}", what, cure),))
    return tuple(found)


def encoding_of(form: Profile, encoder: str) -> VideoEncoding:
    """Return how pictures are encoded in a form, by the encoder that libav calls `encoder`."""
    if form.codec is Codec.PRORES:
        options: tuple[tuple[str, str], ...] = (("profile", "hq"), ("vendor", "apl0"))
        return VideoEncoding(codec=encoder, pixels="yuv422p10le", options=options, container="mov")
    if form.codec is Codec.DNXHR:
        return VideoEncoding(codec=encoder, pixels="yuv422p", options=(("profile", "dnxhr_hq"),), container="mov")
    quality = str(_QUALITY[form.codec] if form.quality is None else form.quality)
    preset = form.preset or _PRESET
    if encoder in {"libx264", "libx265"}:
        return VideoEncoding(codec=encoder, options=(("preset", preset), ("crf", quality)))
    return VideoEncoding(codec=encoder, pixels="nv12", options=_hardware_options(encoder, quality))


def sidecar(cut_name: str, version: Version, film: Film, rest: str) -> str:
    """Return the name of a subtitle file: with the version in it only where narration makes versions differ."""
    heard = {one.narration for one in film.cuts[cut_name].versions.values()}
    return f"{cut_name}.{version.name}.{rest}" if len(heard) > 1 else f"{cut_name}.{rest}"


def _of_version(cut_name: str, cut: Cut, version: Version, forms: Mapping[str, Profile]) -> Iterator[Output]:
    stem = f"{cut_name}.{version.name}" if version.name else cut_name
    main = forms[MAIN]
    yield Output(file=f"{stem}.mp4", version=version, burn_in="", profile=MAIN, form=main)
    for burned in cut.burn_in:
        yield Output(file=f"{stem}.burn-{burned}.mp4", version=version, burn_in=burned, profile=MAIN, form=main)
    for name in dict.fromkeys(cut.deliverables):
        if name != MAIN:
            form = forms[name]
            file = f"{stem}.{name}.{form.codec.suffix}"
            yield Output(file=file, version=version, burn_in="", profile=name, form=form)


def _refused(production: Production, cut_name: str, cut: Cut, forms: Mapping[str, Profile]) -> Iterator[Finding]:
    for number, name in enumerate(cut.deliverables):
        if name not in forms:
            what = f"there is no deliverable '{name}'"
            near = nearest(name, forms)
            known = f"there are {listed(forms)}; forms of your own are described under profiles"
            known = f"did you mean '{near}'? {known}" if near else known
            yield production.finding(FILM_FILE, f"cuts.{cut_name}.deliverables.{number}", what, known)
    for key in cut.moves.keys() - production.manifest.stills.keys():
        cure = choose(key, production.manifest.stills)
        yield production.finding(FILM_FILE, f"cuts.{cut_name}.moves.{key}", f"there is no still '{key}'", cure)
    main = forms[MAIN]
    if main.codec not in {Codec.H264, Codec.HEVC} or main.stamp is not None:
        what = "the main film is H.264 or HEVC, without a stamp"
        yield production.finding(FILM_FILE, f"profiles.{MAIN}", what, "give this profile another name")


def _hardware_options(encoder: str, quality: str) -> tuple[tuple[str, str], ...]:
    """Return constant quality in the words of the encoder's maker."""
    if encoder.endswith("_nvenc"):
        return (("preset", "p5"), ("rc", "vbr"), ("cq", quality), ("b", "0"), ("no-scenecut", "1"))
    if encoder.endswith("_videotoolbox"):  # its scale runs from 1, worst, to 100
        return (("q:v", str(max(1, 100 - 2 * int(quality)))), ("allow_sw", "0"))
    return (("global_quality", quality),)
