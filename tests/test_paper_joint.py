from defusedxml import ElementTree

from pipeline.timeline.paper_joint import joint_picture
from pipeline.timeline.paper_points import Joint, JointRemark, Levels

SVG = "{http://www.w3.org/2000/svg}"
LEVELS = Levels(start_ms=0, centibels=(-200,) * 200 + (-600,) * 200)


def drawn(*, heard_behind=True, at_ms=2000, words="Vendemos en | y <los> & jueves", levels=LEVELS, title='"A" & <B>'):
    remark = JointRemark(joint=Joint.BEGINS_INSIDE, at_ms=at_ms, words=words)
    return ElementTree.fromstring(
        joint_picture(levels, remark, heard_behind=heard_behind, title=title, label="01:00:02:00")
    )


def bars(root):
    return [(float(one.get("x")), int(one.get("height")), one.get("fill")) for one in list(root.iter(f"{SVG}rect"))[1:]]


def test_what_is_heard_has_another_colour_than_what_is_not_and_louder_is_higher():
    before, after = bars(drawn())[:150], bars(drawn())[150:]
    assert len(after) == 150
    assert {fill for _, _, fill in before} & {fill for _, _, fill in after} == set()
    assert {fill for _, _, fill in bars(drawn(heard_behind=False))[:150]} == {fill for _, _, fill in after}
    assert {height for _, height, _ in before} == {107 - 107 % 2}
    assert max(height for _, height, _ in after) < 30
    assert max(x for x, _, _ in before) < 450 <= min(x for x, _, _ in after)


def test_words_are_text_whatever_they_hold():
    texts = [one.text for one in drawn().iter(f"{SVG}text")]
    assert texts[:3] == ['"A" & <B>', "Vendemos en", "y <los> & jueves"]
    assert "01:00:02:00" in texts


def test_a_long_title_is_set_smaller_and_keeps_every_word():
    short, long = (next(drawn(title=title).iter(f"{SVG}text")) for title in ("INT01", "word " * 60 + "end"))
    assert (float(short.get("font-size")), long.text) == (15, "word " * 60 + "end")
    assert float(long.get("font-size")) * 0.6 * len(long.text) <= 900


def test_a_joint_at_the_reels_beginning_has_bars_only_where_there_is_sound():
    found = bars(drawn(at_ms=0))
    assert len(found) == 150
    assert min(x for x, _, _ in found) >= 450


def test_the_same_joint_is_the_same_picture():
    remark = JointRemark(joint=Joint.ENDS_INSIDE, at_ms=700, words="a | b")
    pictures = {joint_picture(LEVELS, remark, heard_behind=False, title="t", label="l") for _ in range(2)}
    assert len(pictures) == 1
