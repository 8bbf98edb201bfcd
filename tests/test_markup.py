from hypothesis import given
from hypothesis import strategies as st

from pipeline.tools.markup import Run, plain_text, runs_of


def test_italics_and_bold_become_styles() -> None:
    assert runs_of("a <i>b <B>c</b></i>\nd") == (
        Run(text="a "),
        Run(text="b ", italic=True),
        Run(text="c", italic=True, bold=True),
        Run(text="\nd"),
    )


def test_what_players_take_for_formatting_is_dropped() -> None:
    assert plain_text('{\\an8}<font color="#fff"><u>yes</u></font>') == "yes"


def test_other_brackets_are_text() -> None:
    text = "<3 {sic} <ñ> <3> a < b > c \\N"
    assert plain_text(text) == text


def test_a_tag_that_is_not_closed_holds_to_the_end() -> None:
    assert runs_of("<i>a\nb") == (Run(text="a\nb", italic=True),)


def test_nothing_is_left_of_tags_alone() -> None:
    assert runs_of("<i></i>") == ()


@given(st.text())
def test_no_control_character_but_the_line_feed_is_shown(text: str) -> None:
    assert all(character == "\n" or character >= " " for character in plain_text(text))
