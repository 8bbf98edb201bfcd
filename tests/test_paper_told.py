"""What is wrong with the lines of a paper edit has a code, by which the page says it in its own language."""

import json
import re
from pathlib import Path

import pytest

from footage_manifest.findings import Finding
from pipeline.assembly import road, survey
from pipeline.assembly.options import RunOptions, Step
from pipeline.assembly.paper_told import CODES, fields_of, told
from tests.fake_bench import SilentProgress
from tests.page_film import at_work
from tests.paper_film import FILE, Hearing, make_film

PAGE = Path(__file__).parents[1] / "pipeline" / "review" / "page"
SPANISH = json.loads((PAGE / "texts.es.json").read_text("utf-8"))
BLANK = re.compile(r"\{(\w+)\}")
READ = {  # each refused where its line is read
    '> INT01: "Salimos': "not-closed",
    '> INT01: "Salimos" soon': "behind-quotation",
    "> Salimos de madrugada": "no-quote",
    '> INT01: "..."': "no-words",
    '> INT01: "Salimos [...] "': "part-no-words",
    "#Uno": "heading",
    "## Uno (4s)": "heading-card",
    "![river]": "picture",
    "![river](RIVER)": "picture-length",
    "Title: (0s)": "title",
    "Narration: Salimos": "narration",
    'Narration: "Salimos"  tight: 0.3s': "narration-tight",
    "Music: RIVER loud": "music",
    "Music: off -3 dB": "music-off",
    "Music: RIVER 90 dB": "music-level",
    "over: RIVER 2s": "stray-option",
    "**Title:** Uno": "other-style",
    '> INT01: "Salimos"  tight: soon': "no-length",
    '> INT01: "Salimos"  tight: 11s': "length-bounds",
    '> INT01: "Salimos"  over: ,': "shot-key",
    '> INT01: "Salimos"  over: RIVER slowly': "not-understood",
    '> INT01: "Salimos"  over: RIVER silent': "over-silent",
    '> INT01: "Salimos"  tight: 1s tight: 1s': "option-twice",
    "# Uno /  / One": "words-missing",
    "# Uno / One / Un": "texts-count",
    "```": "open-block",
    "Note: <!-- for Ana": "open-comment",
}
LAID = {  # each refused, or told, where the cut is laid
    '> INT01: "nos dieron agua"': "was-said-often",
    '> INT01: "Salimos de madruga"': "not-found-like",
    '> INT01: "zanahoria sempiterna"': "not-found",
    '> RIVER: "Salimos"': "not-listened",
    '> INT09: "Salimos"': "no-reel-near",
    '> ZZZZ: "Salimos"': "no-reel",
    "![what](BOATX 4s)": "no-key",
    "![river](RIVE 4s)": "no-key-near",
    "![river](RIVER 4s)": "no-picture",
    "![river](RIVER 4s push-in)": "reel-moves",
    "![dark](BL 4s push-in)": "black",
    '> INT01: "Salimos de madrugada"  over: BL 90s': "over-too-long",
    '> INT01 00:00:01:00: "Salimos de madrugada"': "before-reel",
    '> INT01 01:00:05:00-01:00:02:00: "Salimos"': "times-swapped",
    'Narration: "Salimos de madrugada"': "unrecorded",
    '> INT01: "Salimos de madrugada"\n\nMusic: INT02': "music-nothing",
}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_film(tmp_path_factory.mktemp("told") / "film")
    (folder / FILE).write_text("Note: begin\n", "utf-8")
    with road.opened(RunOptions(folder=folder, to=Step.PROBE), SilentProgress()) as site:
        survey.survey(site, site.production.manifest.reels, ())
    return folder


@pytest.mark.parametrize(("line", "code"), list({**READ, **LAID}.items()))
def test_what_is_wrong_with_a_line_has_a_code(
    film: Path, monkeypatch: pytest.MonkeyPatch, line: str, code: str
) -> None:
    Hearing(monkeypatch)
    (film / FILE).write_text(f"{line}\n", "utf-8")
    answer = at_work(film).get("/api/papers/beta").json()
    assert code in [one["code"] for one in answer["findings"]], answer["findings"]
    [found] = [one for one in answer["findings"] if one["code"] == code]
    assert found["fields"].keys() == fields_of(code)


def test_every_code_has_spanish_words_that_use_its_fields_alone() -> None:
    assert {key.removeprefix("rule.paper-") for key in SPANISH if key.startswith("rule.paper-")} == CODES
    for code in CODES:
        assert set(BLANK.findall(SPANISH[f"rule.paper-{code}"])) <= fields_of(code), code


def test_a_sentence_that_nobody_knows_has_no_code() -> None:
    assert told(Finding(file=FILE, line=1, what="something else", cure="see to it")) == ("", {})
