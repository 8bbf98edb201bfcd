"""Words are 300 ms long, one every half second from 1,000 ms on, with 200 ms of a quiet room between them."""

import json
import shutil
import unicodedata

import pytest

from pipeline.errors import ConsentError, TimelineError
from pipeline.timeline.paper_points import Joint
from tests.paper_film import FILE, Hearing, at_ms, cut_of, make_film, stored_cut, transcript
from tests.small_film import answered, answered_json

PLACES = "cuts/state/beta.json"
QUOTE = '> INT01: "salimos de madrugada ... con la neblina"\n'


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_film(tmp_path_factory.mktemp("paper") / "film")


@pytest.fixture
def film(made, tmp_path):
    return shutil.copytree(made, tmp_path / "film")


@pytest.fixture
def hearing(monkeypatch):
    return Hearing(monkeypatch)


def refused(error=TimelineError, **asked):
    with pytest.raises(error) as caught:
        cut_of(**asked)
    return [(finding.line, finding.what) for finding in caught.value.findings]


def correct(film, old, new, late_ms=0):
    """Write people's subtitles of INT01 with one correction, each cue of three words, all a little late."""
    heard = transcript("INT01", change=(old, new), late_ms=late_ms).words
    lines = []
    for number in range(0, len(heard), 3):
        three = heard[number : number + 3]
        times = " --> ".join(f"00:00:{ms // 1000:02},{ms % 1000:03}" for ms in (three[0].start_ms, three[-1].end_ms))
        lines.append(f"{number // 3 + 1}\n{times}\n{' '.join(word.text for word in three)}\n")
    (film / "subtitles").mkdir(exist_ok=True)
    (film / "subtitles" / "INT01.es.srt").write_text("\n".join(lines), "utf-8")


def test_a_quote_is_found_cut_in_its_pauses_and_shown_with_timecodes(film, hearing):
    paper = cut_of(film, QUOTE)
    (chosen,) = paper.chosen
    first, last = at_ms("INT01", "Salimos"), at_ms("INT01", "neblina.") + 300
    ((begin, end),) = chosen.pieces
    assert first - 100 <= begin <= first
    assert last <= end <= last + 100
    assert chosen.words == "Salimos de madrugada, todavía oscuro, con la neblina."
    assert (chosen.before, chosen.after) == ("Éramos cinco.", "Nadie habló. Nos dieron")
    assert chosen.labels == ("01:00:01:23", "01:00:05:22")
    assert paper.compiled.frames == round((end - begin) / 40)
    assert paper.findings == ()


def test_the_pause_is_cut_where_it_is_quietest(film, hearing):
    # Louder in the second half of the pause before "Salimos": the cut keeps out of it.
    path, at = film / "footage" / "int01.wav", at_ms("INT01", "Salimos")
    data = bytearray(path.read_bytes())
    for sample in range((at - 50) * 16, at * 16):
        data[44 + 2 * sample : 46 + 2 * sample] = (3000 if sample % 2 else -3000).to_bytes(2, "little", signed=True)
    path.write_bytes(data)
    ((begin, _),) = cut_of(film, QUOTE).chosen[0].pieces
    assert at - 100 <= begin < at - 50


def test_no_spelling_and_no_new_times_move_a_clip_later(film, hearing):
    before = cut_of(film, QUOTE + '\n> INT01: "Nadie habló."\n')
    correct(film, "neblina", "niebla espesa", late_ms=140)
    hearing.known["INT01"] = transcript("INT01", change=("Salimos de", "Salimos a la"), late_ms=90)
    after = cut_of(film)
    assert [one.pieces for one in after.chosen] == [one.pieces for one in before.chosen]
    assert [one.words for one in after.chosen] == [one.words for one in before.chosen]
    assert after.compiled.edls == before.compiled.edls


def test_looked_for_again_a_quote_follows_the_words(film, hearing):
    before = cut_of(film, '> INT01: "Nadie habló."\n')
    hearing.known["INT01"] = transcript("INT01", late_ms=60)
    assert cut_of(film).chosen == before.chosen
    after = cut_of(film, again=True)
    assert [b - a for a, b in zip(before.chosen[0].spoken[0], after.chosen[0].spoken[0], strict=True)] == [60, 60]
    assert cut_of(film).chosen == after.chosen


def test_a_place_that_is_lost_is_found_again_and_a_line_moved_keeps_its_own(film, hearing):
    before = cut_of(film, QUOTE)
    content = (film / PLACES).read_bytes()
    (film / PLACES).unlink()
    assert cut_of(film, f"# Title\n\n{QUOTE}").chosen[0].pieces == before.chosen[0].pieces
    assert (film / PLACES).read_bytes() == content


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b'{"version": 2, "quotes": []}', b'{"version": 1, "quotes": [{}]}', b"\xff", b"[" * 100_000],
)
def test_a_damaged_places_file_is_refused_and_never_guessed_at(film, hearing, damage):
    cut_of(film, QUOTE)
    (film / PLACES).write_bytes(damage)
    with pytest.raises(TimelineError) as caught:
        cut_of(film)
    (finding,) = caught.value.findings
    assert finding.file == PLACES
    assert "take the file away" in finding.cure
    assert (film / PLACES).read_bytes() == damage


def test_times_that_cannot_be_in_a_places_file_are_refused(film, hearing):
    cut_of(film, QUOTE)
    whole = json.loads((film / PLACES).read_text())
    for change in ({"in_ms": 9000, "out_ms": 10}, {"from_ms": -1}, {"to_ms": 1.5}, {"words": 7}, {"out_ms": 10**12}):
        broken = json.loads(json.dumps(whole))
        broken["quotes"][0]["parts"][0] |= change
        (film / PLACES).write_text(json.dumps(broken))
        assert refused(folder=film)


def test_words_as_people_corrected_them_are_looked_through_first_then_those_heard(film, hearing):
    correct(film, "orilla", "orilla")
    correct(film, "neblina", "bruma")
    both = cut_of(film, '> INT01: "con la bruma"\n> INT01: "con la neblina"\n')
    assert both.chosen[0].spoken == both.chosen[1].spoken
    assert both.chosen[0].words == "con la bruma."


def test_a_translation_is_quoted_for_what_is_spoken_meanwhile(film, hearing):
    (film / "subtitles").mkdir()
    (film / "subtitles" / "INT02.en.srt").write_text(
        "1\n00:00:01,000 --> 00:00:03,300\nI found him on the bank.\n\n2\n00:00:03,500 --> 00:00:06,400\nHe was cold.\n"
    )
    (chosen,) = cut_of(film, '> INT02: "he was cold"\n').chosen
    assert chosen.words == "Tenía frío, y nadie dijo nada."


def test_quotes_that_are_ambiguous_or_missing_are_refused_with_line_and_candidates(film, hearing):
    text = '\n> INT01: "nos dieron agua"\n\n> INT01: "nos dieron fruta fresca y agua fría"\n\n> INT01: "zzz"\n'
    (several, near, missing) = refused(folder=film, text=text)
    assert several[0] == 2
    assert "was said 2 times: 01:00:0" in several[1]
    assert several[1].count("Nos dieron agua,") + several[1].count("nos dieron agua.") == 2
    assert near[0] == 4
    assert "was not found; most like it are: 01:00:0" in near[1]
    assert missing == (6, "INT01: 'zzz' was not found, and nothing like it")


def test_a_time_in_the_line_chooses_among_equals_and_one_far_away_is_told(film, hearing):
    first = cut_of(film, '> INT01 01:00:07:00: "nos dieron agua"\n')
    second = cut_of(film, '> INT01 01:00:10:00: "nos dieron agua"\n')
    assert first.chosen[0].spoken[0][0] == at_ms("INT01", "Nos")
    assert second.chosen[0].spoken[0][0] == at_ms("INT01", "nos")
    assert not [one for one in second.findings if "from the time" in one.what]
    far = cut_of(film, '> INT01 01:00:14:00: "Éramos cinco"\n')
    assert any("was said at 01:00:01:00, 13 s from the time" in one.what for one in far.findings)


def test_joints_inside_a_sentence_are_told_with_the_words_around(film, hearing):
    paper = cut_of(film, '> INT01: "todavía oscuro"\n')
    assert [remark.joint for remark in paper.chosen[0].remarks] == [Joint.BEGINS_INSIDE, Joint.ENDS_INSIDE]
    assert [(one.line, one.what) for one in paper.findings] == [
        (1, "the quote begins in the middle of a sentence: cinco. Salimos de madrugada, | todavía oscuro, con la"),
        (1, "the quote ends in the middle of a sentence: de madrugada, todavía oscuro, | con la neblina. Nadie"),
    ]


def test_left_out_passages_are_jumps(film, hearing):
    (chosen,) = cut_of(film, '> INT01: "Éramos cinco. [...] Eso no se olvida."\n').chosen
    assert len(chosen.pieces) == 2
    assert chosen.words == "Éramos cinco. [...] Eso no se olvida."


def test_tight_is_a_view_of_a_place_that_stays(film, hearing):
    loose = cut_of(film, '> INT01: "Nadie habló."\n')
    tight = cut_of(film, '> INT01: "Nadie habló." tight: 0.1s\n')
    assert (loose.chosen[0].tightened_ms, tight.chosen[0].tightened_ms) == (0, 100)
    assert [len(one.chosen[0].pieces) for one in (loose, tight)] == [1, 2]
    hearing.known["INT01"] = transcript("INT01", late_ms=77)
    assert cut_of(film).chosen == tight.chosen
    assert cut_of(film, '> INT01: "Nadie habló."\n').chosen == loose.chosen


def test_two_times_decide_and_are_tightened_when_that_is_asked_for(film, hearing):
    plain = cut_of(film, '> INT01 01:00:01:00-01:00:03:00: "whatever is written"\n')
    assert plain.chosen[0].pieces == ((1000, 3000),)
    assert plain.chosen[0].words == "Éramos cinco. Salimos de"
    assert not (film / PLACES).exists()
    tight = cut_of(film, '> INT01 01:00:01:00-01:00:03:00: "whatever is written" tight: 0.1s\n')
    assert tight.chosen[0].pieces[0][0] == 1000
    assert tight.chosen[0].pieces[-1][1] == 3000
    assert tight.chosen[0].tightened_ms == 300


def test_only_interviews_and_narration_can_be_quoted_by_their_words(film, hearing):
    ((line, what),) = refused(folder=film, text='> RIVER: "agua"\n')
    assert (line, what) == (1, "RIVER is b-roll, and only interviews and narration are listened to")
    assert "RIVER" not in hearing.asked


def test_everything_wrong_is_told_at_once_by_line(film, hearing):
    text = '> INT01: "zzz"\n\n![x](NOWHERE 4s)\n\n> INT09: "agua"\n\nMusic: THEME\n'
    assert [line for line, _ in refused(folder=film, text=text)] == [1, 3, 5, 7]


def test_what_was_said_by_somebody_who_withdrew_is_not_even_looked_for(film, hearing):
    cut_of(film, QUOTE + '> INT02: "Tenía frío"\n')
    manifest = film / "footage_manifest.yaml"
    manifest.write_text(
        manifest.read_text().replace("Juana R., consent: {status: granted", "J., consent: {status: withdrawn")
    )
    hearing.asked.clear()
    ((line, what),) = refused(ConsentError, folder=film)
    assert (line, what) == (1, "INT01 is quoted, and juana withdrew consent: nothing of it is used")
    assert not hearing.asked
    cut_of(film, '> INT02: "Tenía frío"\n')
    assert "madrugada" not in (film / PLACES).read_text("utf-8")


def test_nobody_is_listened_to_for_an_audience_they_did_not_agree_to(film, hearing):
    manifest = film / "footage_manifest.yaml"
    manifest.write_text(manifest.read_text().replace("uses: [forum]", "uses: [book]", 1))
    ((line, what),) = refused(ConsentError, folder=film, text=QUOTE)
    assert line == 1
    assert what.startswith("juana is heard in INT01, and this cut is for the audience 'forum'")
    assert not hearing.asked


def test_before_anybody_has_listened_a_check_says_so_and_goes_on(film, hearing):
    hearing.stored = False
    (film / FILE).write_text(QUOTE + '> INT01: "Nadie habló."\n', "utf-8")
    done = answered("check", film, "--json")
    (finding,) = [one for one in json.loads(done.stdout)["findings"] if one["line"] == 1]
    assert (done.returncode, finding["severity"]) == (0, "warning")
    assert finding["what"] == "nobody has listened to INT01 yet, so it is not known where 2 of its quotes were said"
    assert not (film / PLACES).exists()
    (film / FILE).write_text(QUOTE + "![x](NOWHERE 4s)\n", "utf-8")
    assert answered("check", film).returncode == 4


def test_a_dry_run_says_what_it_would_hear_and_writes_nothing(film, hearing):
    (film / FILE).write_text(QUOTE, "utf-8")
    answered("check", film)
    hearing.stored = False
    status, document = answered_json(film, "--dry-run")
    assert (status, document["would_run"]) == (0, ["transcribe INT01"])
    assert not (film / PLACES).exists()


def test_a_paper_edit_stands_alone(film, hearing):
    text = (film / "film.yaml").read_text().replace("cuts/beta.md,", "[cuts/beta.md, cuts/other.edl],")
    (film / "film.yaml").write_text(text)
    (film / FILE).write_text(QUOTE, "utf-8")
    (film / "cuts" / "other.edl").write_text("TITLE: X\n")
    done = answered("check", film)
    assert done.returncode == 3
    assert "cuts/beta.md' is a paper edit, which is a whole cut with all its tracks" in done.stdout + done.stderr


def test_looking_makes_nothing_and_a_text_that_is_not_saved_is_seen(film, hearing):
    (film / FILE).write_text(QUOTE, "utf-8")
    with pytest.raises(TimelineError, match="nobody has looked at INT01 yet"):
        stored_cut(film)
    answered("check", film)
    shown = stored_cut(film)
    assert shown.chosen[0].spoken == ((at_ms("INT01", "Salimos"), at_ms("INT01", "neblina.") + 300),)
    other = stored_cut(film, data='> INT02: "Tenía frío"\n'.encode())
    assert other.chosen[0].reel == "INT02"
    assert not (film / PLACES).exists()


def test_places_kept_before_the_sound_was_listened_to_are_brought_to_the_quiet_later(film, hearing):
    (film / FILE).write_text('> INT01: "Nadie habló."\n', "utf-8")
    answered("check", film)
    kept = stored_cut(film, keep=True).chosen[0]
    assert not json.loads((film / PLACES).read_text())["quotes"][0]["listened"]
    later = cut_of(film).chosen[0]
    assert later.spoken == kept.spoken
    assert json.loads((film / PLACES).read_text())["quotes"][0]["listened"]
    assert stored_cut(film).chosen[0] == later


def test_nothing_said_in_a_reel_is_told_as_a_missing_quote(film, hearing):
    hearing.known["INT01"] = transcript("RIVER")
    assert refused(folder=film, text=QUOTE) == [
        (1, f"INT01: {QUOTE[9:-1]!r} was not found, and nothing like it".replace('"', ""))
    ]


def test_a_file_from_another_editor_is_the_same_paper_edit(film, hearing):
    plain = cut_of(film, QUOTE)
    text = unicodedata.normalize("NFD", QUOTE).replace("\n", "\r\n")
    (film / FILE).write_bytes(b"\xef\xbb\xbf" + text.replace("salimos", "SALÍMOS").encode())
    again = cut_of(film)
    assert again.chosen[0].pieces == plain.chosen[0].pieces
    assert len(json.loads((film / PLACES).read_text())["quotes"]) == 1
    (film / FILE).write_bytes(text.encode("utf-16"))
    assert refused(folder=film)[0][1].startswith("the text is not UTF-8")


def test_places_are_never_written_outside_the_film(film, hearing, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (film / "cuts" / "state").symlink_to(tmp_path / "elsewhere")
    (film / FILE).write_text(QUOTE, "utf-8")
    done = answered("cut", "place", "beta", "-C", film)
    assert done.returncode == 4
    assert "cuts/state/beta.json: it is a link that leads out of the film folder" in done.stderr
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_kept_place_behind_the_end_of_its_reel_is_refused_with_its_line(film, hearing):
    cut_of(film, QUOTE)
    whole = json.loads((film / PLACES).read_text())
    whole["quotes"][0]["parts"][0] |= {"from_ms": 90_000, "to_ms": 91_000, "in_ms": 90_000, "out_ms": 91_000}
    (film / PLACES).write_text(json.dumps(whole))
    done = answered("check", film)
    assert done.returncode == 4
    assert f"{FILE}:1:" in done.stdout
