"""Two people's changes to one paper edit: nothing that either wrote is lost, and untouched lines keep their bytes."""

import random

import pytest

from pipeline.errors import TimelineError
from pipeline.timeline.paper_blocks import BlockKind, blocks_of
from pipeline.timeline.paper_merge import MergedPaper, merge_papers

LANGUAGES = ("es", "en")
BASE = (
    "# Three days\n"
    "\n"
    '> INT01: "Salimos de madrugada, con la neblina"\n'
    "\n"
    "A note for Ana\n"
    "and one more\n"
    "\n"
    '> INT02: "We walked for three days ... and then the river"\n'
    ">  over: STILL07 4s\n"
    "\n"
    "![the river at dawn](STILL07 4s push-in)\n"
    "\n"
    'Narration: "They came home in the spring"\n'
    "\n"
    "Music: MUS01 -18 dB\n"
)


def merge(mine: str, theirs: str, base: str = BASE) -> MergedPaper:
    return merge_papers(base, mine, theirs, languages=LANGUAGES)


def test_the_texts_of_the_blocks_are_the_file() -> None:
    for text in (
        BASE,
        BASE.replace("\n", "\r\n"),
        "\n\n" + BASE,
        "\ufeff" + BASE,
        BASE.rstrip(),
        "",
        "\n",
        '> INT01: "no end',
    ):
        blocks, _ = blocks_of(text, file="cuts/words.md", languages=LANGUAGES)
        assert "".join(block.text for block in blocks) == text


def test_blocks_say_what_they_are() -> None:
    blocks, findings = blocks_of("\n" + BASE + '\n> INT03: "never closed\n', file="cuts/words.md", languages=LANGUAGES)
    kinds = ["blank", "heading", "quote", "note", "note", "quote", "picture", "narration", "music", "broken"]
    assert [block.kind for block in blocks] == [BlockKind(kind) for kind in kinds]
    assert (blocks[5].line, blocks[5].last_line) == (9, 10)
    assert blocks[5].text.endswith("STILL07 4s\n\n")
    assert [finding.line for finding in findings] == [blocks[-1].line]


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(TimelineError, match="does not belong"):
        merge("\0", BASE + "\nMore\n")


def test_one_sided_changes_are_that_side_exactly() -> None:
    changed = BASE.replace("dawn", "dusk").rstrip() + "  "
    assert merge(changed, BASE) == MergedPaper(text=changed)
    assert merge(BASE, changed) == MergedPaper(text=changed)
    assert merge(changed, changed) == MergedPaper(text=changed)


def test_changes_of_different_blocks_are_both_there() -> None:
    mine = BASE.replace("Three days\n", "Four days\n").replace("neblina", "niebla")
    theirs = BASE.replace("-18 dB", "-20 dB").replace("dawn", "dusk")
    both = mine.replace("-18 dB", "-20 dB").replace("dawn", "dusk")
    assert merge(mine, theirs) == MergedPaper(text=both)


def test_a_moved_quote_takes_the_other_sides_new_words_along() -> None:
    quote = '> INT01: "Salimos de madrugada, con la neblina"\n\n'
    mine = BASE.replace(quote, "").replace("Music:", quote + "Music:")
    theirs = BASE.replace("neblina", "niebla")
    assert merge(mine, theirs) == MergedPaper(text=mine.replace("neblina", "niebla"))
    assert merge(theirs, mine) == MergedPaper(text=mine.replace("neblina", "niebla"))


def test_both_versions_stay_where_both_changed_the_words() -> None:
    merged = merge(BASE.replace("neblina", "niebla"), BASE.replace("neblina", "bruma"))
    assert '> INT01: "Salimos de madrugada, con la niebla"\n<!-- ' in merged.text
    assert '\n> INT01: "Salimos de madrugada, con la bruma"\n-->\n\nA note' in merged.text
    [conflict] = merged.conflicts
    assert (conflict.line, conflict.base.split()[-1], conflict.mine.split()[-1], conflict.theirs.split()[-1]) == (
        3,
        'neblina"',
        'niebla"',
        'bruma"',
    )
    blocks, findings = blocks_of(merged.text, file="", languages=LANGUAGES)
    assert not findings
    assert [block.kind for block in blocks[1:3]] == [BlockKind.QUOTE, BlockKind.NOTE]


def test_a_clash_over_a_comment_stays_a_note() -> None:
    base = "# One\n\n<!-- ask\nher -->\n\n# Two\n"
    merged = merge(base.replace("ask", "ask me"), base.replace("ask", "ask you"), base)
    blocks, findings = blocks_of(merged.text, file="", languages=LANGUAGES)
    assert not findings
    assert [block.kind.value for block in blocks] == ["heading", "note", "note", "heading"]
    assert "ask me" in blocks[1].text
    assert "ask you" in blocks[2].text


def test_words_that_one_changed_are_kept_though_the_other_took_them_out() -> None:
    without, changed = BASE.replace("![the river at dawn](STILL07 4s push-in)\n\n", ""), BASE.replace("dawn", "dusk")
    for mine, theirs in ((without, changed), (changed, without)):
        merged = merge(mine, theirs)
        assert merged.text == changed
        assert len(merged.conflicts) == 1


def test_what_one_took_out_is_gone() -> None:
    without = BASE.replace("![the river at dawn](STILL07 4s push-in)\n\n", "")
    for mine, theirs in ((without, BASE + "\nMore\n"), (BASE + "\nMore\n", without)):
        assert merge(mine, theirs) == MergedPaper(text=without + "\nMore\n")


def test_the_same_addition_is_there_once() -> None:
    added = BASE.replace("Music:", "# The end\n\nMusic:")
    assert merge(added.replace("dawn", "dusk"), added) == MergedPaper(text=added.replace("dawn", "dusk"))


def test_the_line_ends_are_the_files() -> None:
    theirs = ("\ufeff" + BASE.replace("-18", "-20")).replace("\n", "\r\n")
    mine = BASE.replace("dawn", "dusk\r\n").replace("dusk\r\n", "dusk")
    merged = merge_papers(BASE, mine, theirs, languages=LANGUAGES)
    assert merged.text == theirs.replace("dawn", "dusk")


def test_an_addition_behind_the_last_line_without_an_end_is_a_block_of_its_own() -> None:
    merged = merge(BASE.rstrip() + "\n\n# Mine\n", BASE.rstrip().replace("-18", "-20"), BASE.rstrip())
    assert merged.text.endswith("Music: MUS01 -20 dB\n\n# Mine\n")


def changed(lines: list[str], dice: random.Random, who: str) -> list[str]:
    """Return blocks with a few of them changed, moved, taken out or added; what `who` writes carries their name."""
    blocks = list(lines)
    for number in range(dice.randint(1, 6)):
        at = dice.randrange(len(blocks)) if blocks else 0
        match dice.choice(("edit", "move", "drop", "add")):
            case "edit" if blocks:
                blocks[at] = blocks[at].replace("said", f"said {who}{number}", 1)
            case "move" if blocks:
                blocks.insert(dice.randint(0, len(blocks) - 1), blocks.pop(at))
            case "drop" if len(blocks) > 1:
                blocks.pop(at)
            case _:
                blocks.insert(at, f'> INT0{dice.randint(1, 9)}: "they said {who} new {number}"\n\n')
    return blocks


@pytest.mark.parametrize("seed", range(150))
def test_no_words_of_either_side_are_lost(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a repeatable throw
    base = [f'> INT0{n % 4}: "what was said at place {n}, {dice.random()}"\n\n' for n in range(dice.randint(1, 12))]
    mine, theirs = changed(base, dice, "mine"), changed(base, dice, "theirs")
    merged = merge("".join(mine), "".join(theirs), "".join(base))
    for line in {line for block in (*mine, *theirs) for line in block.splitlines() if line} - {
        line for block in base for line in block.splitlines()
    }:
        assert merged.text.count(line) >= 1
    for block in base:
        in_both = block in mine and block in theirs
        assert merged.text.count(block) == int(in_both)
    blocks, findings = blocks_of(merged.text, file="", languages=LANGUAGES)
    assert not findings
    assert "".join(block.text for block in blocks) == merged.text
