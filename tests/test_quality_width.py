from fractions import Fraction

from pipeline.assembly.subtitle_check import widths_for
from subtitles.cue import Cue
from subtitles.quality import Fault, LineWidths, check
from subtitles.style import BBC, OURS

HALF_EM = LineWidths(advances=dict.fromkeys(range(32, 127), 500), size=Fraction(1, 25))


def test_a_line_is_as_wide_as_its_letters():
    assert HALF_EM.permille("a" * 34) == 680
    assert HALF_EM.permille("<i>" + "a" * 34 + "</i>") == 680
    assert HALF_EM.permille("世") == 40


def test_only_rules_with_a_width_ask_for_it():
    cue = Cue(start_ms=0, end_ms=6000, text="a" * 35)
    faults = {
        style.name: [
            (one.fault, one.measured, one.limit)
            for one in check([cue], language="en", style=style, rate=Fraction(25), widths=HALF_EM)
        ]
        for style in (BBC, OURS)
    }
    assert faults == {"bbc": [(Fault.LINE_TOO_WIDE, 700, 680)], "ours": []}


def test_the_shipped_font_is_measured_at_the_size_it_is_drawn_in():
    widths = widths_for(BBC)
    assert widths is not None
    assert widths_for(OURS) is None
    # An eighteenth of 1080 lines is 60 pixels: 37 capital Ws are wider than the picture allows, 37 i are not.
    assert widths.permille("W" * 37) > 680 > widths.permille("i" * 37)
