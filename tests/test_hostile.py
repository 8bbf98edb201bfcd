"""What may stand in a film folder, or happen around it, that wishes us ill: refused by name, or without any effect."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from PIL import Image

from pipeline.cli.answering import answer
from tests.small_film import cli, copy_of, run_json, sums

COMMAND = (sys.executable, "-c", "from pipeline.cli.main import main; main()")
SHELL = "/bin/sh"


def seen(film: Path) -> dict[str, tuple[str, int]]:
    """Return digest and date of every file that is not ours to write: all but the store, subtitles and deliverables."""
    ours = (".testimonio", "subtitles", "deliverables")
    files = (path for path in film.rglob("*") if path.is_file() and path.relative_to(film).parts[0] not in ours)
    return {
        str(path.relative_to(film)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in files
    }


def words(done: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done.stdout + done.stderr


# --------------------------------------------------------------------------------------------------------------- names

PLAIN = [f"clip{number:02}.mp4" for number in range(16)]
STRANGE = [
    "-lead.mp4",
    "12:30 interview.mp4",
    "a'b.mp4",
    'a"b.mp4',
    "a;b.mp4",
    "$(touch canary).mp4",
    "%d%03d.mp4",
    "[x],y=z.mp4",
    "trailing space .mp4",
    "\u202efdp.mp4",
    unicodedata.normalize("NFD", "entrevista-é.mp4"),
    "n" * 251 + ".mp4",
    "🎬.mp4",
    "con.mp4",
    "a&b|c>d`e`.mp4",
    " #!{a: *b}.mp4",
]
STILLS = (("one.png", "two.png"), ("%d.png", "[a]{b},c*?.png"))


def film_of(folder: Path, clip: Path, names: list[str], stills: tuple[str, str]) -> Path:
    """Write a film whose cut shows half a second of each of 16 clips and two stills, under the given file names."""
    (folder / "footage").mkdir(parents=True)
    (folder / "cuts").mkdir()
    reels, events = [], ["TITLE: NAMES", "FCM: NON-DROP FRAME"]
    for number, name in enumerate(names):
        # A box that players pass over makes each file another one, with the same pictures and sound.
        (folder / "footage" / name).write_bytes(clip.read_bytes() + (9).to_bytes(4, "big") + b"free" + bytes([number]))
        file = quoted(f"footage/{unicodedata.normalize('NFC', name)}")
        reels.append(f"  R{number:02}: {{file: {file}, kind: b-roll, people: []}}")
        events.append(event(number, f"R{number:02}", "B"))
    for number, name in enumerate(stills):
        Image.new("RGB", (320, 180), (90 * number, 40, 80)).save(folder / "footage" / name)
        events.append(event(16 + number, f"S{number}", "V"))
    listed = [f"  S{number}: {{file: {quoted(f'footage/{name}')}, people: []}}" for number, name in enumerate(stills)]
    film = ["title: Names", "languages: [es]", "timeline: {rate: 25, size: 320x180}"]
    film.append("cuts: {names: {source: cuts/names.edl, audience: forum}}")
    (folder / "film.yaml").write_text("\n".join([*film, ""]), "utf-8")
    manifest = ["people: {}", "reels:", *reels, "stills:", *listed, ""]
    (folder / "footage_manifest.yaml").write_text("\n".join(manifest), "utf-8")
    (folder / "cuts" / "names.edl").write_text("\n".join([*events, ""]), "utf-8")
    return folder


def quoted(name: str) -> str:
    """Return a name as a YAML double-quoted scalar, which is JSON's with letters as they are."""
    return json.dumps(name, ensure_ascii=False)


def event(number: int, reel: str, tracks: str) -> str:
    first, last = number * 12, number * 12 + 12
    record = " ".join(f"00:00:{frame // 25:02}:{frame % 25:02}" for frame in (first, last))
    return f"{number + 1:03}  {reel}  {tracks}  C  00:00:01:00 00:00:01:12 {record}"


def test_strange_names_give_the_same_bytes_as_plain_ones(small_film, tmp_path):
    clip = small_film / "footage" / "int01.mp4"
    delivered = []
    for folder, names, stills in (("plain", PLAIN, STILLS[0]), ("strange", STRANGE, STILLS[1])):
        film = film_of(tmp_path / folder, clip, names, stills)
        before = seen(film)
        status, document = run_json(film)
        assert status == 0, document
        assert seen(film) == before
        delivered.append((film / "deliverables" / "names" / "SHA256SUMS").read_bytes())
    assert delivered[0] == delivered[1]
    assert not list(tmp_path.rglob("canary"))


REFUSED = [
    "../../etc/passwd",
    "/etc/passwd",
    "~/x.mp4",
    "file:///etc/passwd",
    "C:\\x.mp4",
    "footage/../../x.mp4",
    "concat:footage/a.mp4|footage/b.mp4",
    "footage/new\nline.mp4",
    "footage/tab\there.mp4",
    "footage/esc\x1b[2J.mp4",
    "footage/nul\0.mp4",
    "",
    ".testimonio/objects/x.mp4",
    "footage/" + "n" * 256,
]
NO_FILES = ["footage", "footage/pipe.mp4", "footage/out.mp4", "footage/loop.mp4", "footage/missing.mp4"]


@pytest.mark.parametrize("names", [REFUSED, NO_FILES], ids=["by the path", "by what is there"])
def test_every_path_that_leads_elsewhere_is_refused_with_its_line(small_film, tmp_path, names):
    film = copy_of(small_film, tmp_path / "film")
    os.mkfifo(film / "footage" / "pipe.mp4")
    (film / "footage" / "out.mp4").symlink_to("/etc/passwd")
    (film / "footage" / "loop.mp4").symlink_to("loop.mp4")
    lines = [f"  X{number:02}: {{file: {json.dumps(name)}, kind: b-roll}}" for number, name in enumerate(names)]
    manifest = film / "footage_manifest.yaml"
    manifest.write_text("\n".join([manifest.read_text("utf-8").rstrip(), *lines, ""]), "utf-8")
    first = manifest.read_text("utf-8").split("\n").index(lines[0]) + 1
    done = cli("check", film, "--json")
    assert done.returncode == 3
    assert "\x1b" not in words(done)
    found = {one["line"] for one in json.loads(done.stdout)["findings"] if one["severity"] == "error"}
    assert found >= set(range(first, first + len(names)))


# ---------------------------------------------------------------------------------------------------------------- YAML

ATTACKS = {
    "alias bomb": b"a: &a [x, x, x, x, x, x, x, x, x]\n"
    + b"".join(b"%c: &%c [%s]\n" % (98 + n, 98 + n, b", ".join([b"*%c" % (97 + n)] * 9)) for n in range(9)),
    "object": b'title: !!python/object/apply:os.system ["touch canary"]\n',
    "module": b"title: !!python/module:canary\n",
    "duplicate keys": b"title: one\ntitle: two\n",
    "typed surprise": b"title: no\nlanguages: [no]\n",
    "unknown key": b"titel: x\n",
    "tab": b"title: x\n\tlanguages: [es]\n",
    "large": b"title: " + b"x" * 100_000_000,
    "deep": b"title: " + b"[" * 100_000,
    "deep json": b'{"title": ' + b'{"a":' * 100_000,
    "nan": b"title: x\ntimeline: {rate: .nan, size: 320x180}\n",
    "not utf-8": b"title: \xff\xfe\n",
    "nul": b"title: a\0b\n",
    "empty": b"",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_yaml_is_refused_at_once_with_its_line(small_film, tmp_path, capsys, name):
    film = copy_of(small_film, tmp_path / "film")
    (film / "film.yaml").write_bytes(ATTACKS[name])
    began = time.monotonic()
    assert answer(["run", str(film)]) == 3
    assert time.monotonic() - began < 5
    said = capsys.readouterr()
    assert said.err.startswith("film.yaml:")
    assert "Traceback" not in said.err
    assert not list(tmp_path.rglob("canary"))
    assert not (film / ".testimonio").exists()


# --------------------------------------------------------------------------------------------------------------- media


def test_half_a_file_is_refused_by_name(small_film, tmp_path):
    film = copy_of(small_film, tmp_path / "film")
    river = film / "footage" / "river.mp4"
    river.write_bytes(river.read_bytes()[: river.stat().st_size // 2])
    done = cli("run", film)
    assert done.returncode in {1, 3}
    assert "river.mp4" in words(done)
    assert not (film / "deliverables").exists()


def test_a_source_that_goes_after_it_was_read_is_named_with_the_lines_that_need_it(
    heard_film, delivered_film, tmp_path
):
    film = copy_of(heard_film, tmp_path / "film")
    river, away = film / "footage" / "river.mp4", tmp_path / "river.mp4"
    with subprocess.Popen(
        [*COMMAND, "run", str(film)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stderr is not None
        while "reading footage: done" not in (line := child.stderr.readline()):
            assert line
        river.rename(away)
        assert child.stdout is not None
        said = child.stdout.read() + child.stderr.read()
        assert child.wait() == 1
    assert "'footage/river.mp4'" in said
    assert "cuts/small.edl:5" in said
    assert "picture: started" not in said
    away.rename(river)
    assert run_json(film)[0] == 0
    assert sums(film) == sums(delivered_film)


# ----------------------------------------------------------------------------------------------- links, pipes, programs


def led_out(film: Path) -> None:
    (film / "subtitles" / "INT01.es.srt").unlink()
    (film / "subtitles" / "INT01.es.srt").symlink_to("/etc/passwd")


def piped(film: Path) -> None:
    (film / "subtitles" / "INT01.es.srt").unlink()
    os.mkfifo(film / "subtitles" / "INT01.es.srt")


def folder_instead(film: Path) -> None:
    (film / "subtitles" / "INT01.es.srt").unlink()
    (film / "subtitles" / "INT01.es.srt").mkdir()


def broken_state(film: Path) -> None:
    (film / "subtitles" / "state" / "INT01.es.json").write_text('{"cues": [' * 10_000, "utf-8")


@pytest.mark.parametrize("harm", [led_out, piped, folder_instead, broken_state])
def test_subtitles_that_are_no_plain_files_of_the_film_are_refused(delivered_film, tmp_path, harm):
    film = copy_of(delivered_film, tmp_path / "film")
    harm(film)
    before = sums(film)
    done = cli("run", film)
    assert done.returncode == 5
    assert "INT01.es" in words(done)
    assert "root:" not in words(done)
    assert sums(film) == before


@pytest.mark.parametrize("name", ["deliverables", "subtitles", ".testimonio", "deliverables/small"])
def test_nothing_is_written_through_a_link_that_leads_out(heard_film, tmp_path, name):
    film, outside = copy_of(heard_film, tmp_path / "film"), tmp_path / "outside"
    outside.mkdir()
    place = film / name
    if place.exists():
        shutil.rmtree(place)
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(outside)
    done = cli("run", film, *(("--to", "handover") if name == "subtitles" else ()))
    assert done.returncode in {1, 5}
    assert name.rpartition("/")[2] in words(done)
    assert not list(outside.iterdir())


def test_programs_that_a_film_brings_along_are_never_started(heard_film, delivered_film, tmp_path):
    film = copy_of(heard_film, tmp_path / "film")
    canary = tmp_path / "canary"
    for folder in (film, film / "bin"):
        folder.mkdir(exist_ok=True)
        for name in ("ffmpeg", "ffprobe", "apertium", "python3", "sh"):
            (folder / name).write_text(f'#!/bin/sh\necho "$0" >> {canary}\n', "utf-8")
            (folder / name).chmod(0o755)
    before = seen(film)
    root = Path(__file__).parents[1]
    path = os.pathsep.join(["", ".", str(film / "bin"), str(film), os.environ["PATH"]])
    done = subprocess.run(
        [*COMMAND, "run"],
        cwd=film,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(root), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, words(done)
    assert not canary.exists()
    assert sums(film) == sums(delivered_film)
    assert seen(film) == before


# ---------------------------------------------------------------------------- disks and networks, in namespaces of our own


def namespaces() -> list[str]:
    """Return where mounts and networks of our own can be had: where an unprivileged user may have none, nowhere."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    tried = subprocess.run([unshare, "-rmn", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    return [unshare] if tried.returncode == 0 else []


def inside(
    unshare: str, script: str, *arguments: str | Path, network: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run a shell script with mounts, or a network, of its own; `$testimonio` starts the command."""
    start = "testimonio() { " + f'"{COMMAND[0]}" -c "{COMMAND[2]}" "$@"; ' + "}\n"
    return subprocess.run(
        [unshare, "-rn" if network else "-rm", SHELL, "-c", start + script, "sh", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("unshare", namespaces())
def test_where_the_disk_of_the_deliverables_is_full_the_old_ones_stay_until_there_is_room(
    delivered_film, tmp_path, unshare
):
    film = copy_of(delivered_film, tmp_path / "film")
    spanish = film / "subtitles" / "INT01.es.srt"
    spanish.write_text(spanish.read_text("utf-8").replace("noche", "madrugada"), "utf-8")
    size = sum(path.stat().st_size for path in (film / "deliverables").rglob("*") if path.is_file())
    done = inside(
        unshare,
        f"""
        cp -r "$1/deliverables/small" "$2"
        mount -t tmpfs -o size={size * 3 // 2} none "$1/deliverables"
        cp -r "$2" "$1/deliverables/small"
        testimonio run "$1"; echo "first $?"
        cd "$1/deliverables/small" && sha256sum --check --quiet SHA256SUMS && echo "old ones whole"; cd - >/dev/null
        mount -o remount,size=64m "$1/deliverables"
        testimonio run "$1" && grep -c madrugada "$1/deliverables/small/small.es.srt"; echo "second $?"
        """,
        film,
        tmp_path / "old",
    )
    said = words(done)
    assert "first 1\nold ones whole\n" in said
    assert "small: not delivered" in said
    assert "the disk is full" in said
    assert "1\nsecond 0" in said


@pytest.mark.slow
@pytest.mark.parametrize("unshare", namespaces())
def test_where_the_disk_of_the_film_is_full_it_is_said_and_a_later_run_goes_on(heard_film, tmp_path, unshare):
    done = inside(
        unshare,
        """
        mkdir "$2" && mount -t tmpfs -o size=64m none "$2" && cp -r "$1/." "$2"
        mount -o remount,size=$(( $(du -sk "$2" | cut -f1) + 120 ))k "$2"
        testimonio run "$2"; echo "first $?"
        mount -o remount,size=64m "$2"
        testimonio run "$2"; echo "second $?"
        """,
        heard_film,
        tmp_path / "film",
    )
    said = words(done)
    first, _, second = said.partition("first 1\n")
    assert "second 0" in second
    assert "the disk is full" in said or "no space left on device; the disk that holds" in said
    assert first


@pytest.mark.parametrize("unshare", namespaces())
def test_a_folder_that_may_not_be_written_is_named_and_its_status_can_be_seen(delivered_film, tmp_path, unshare):
    film = copy_of(delivered_film, tmp_path / "film")
    done = inside(
        unshare,
        """
        mount --bind "$1" "$1" && mount -o remount,ro,bind "$1"
        testimonio run "$1"; echo "run $?"
        testimonio status "$1" --json; echo "status $?"
        """,
        film,
    )
    said = words(done)
    assert "run 1" in said
    assert "may not be written" in said
    assert "status 0" in said


@pytest.mark.slow
@pytest.mark.parametrize("unshare", namespaces())
def test_without_any_network_everything_works(heard_film, delivered_film, tmp_path, unshare):
    film = copy_of(heard_film, tmp_path / "film")
    done = inside(unshare, 'testimonio run "$1" --refresh transcribe', film, network=True)
    assert done.returncode == 0, words(done)
    assert sums(film) == sums(delivered_film)


# --------------------------------------------------------------------------------------------------------- protection


def test_a_name_that_a_person_asked_to_hide_stands_nowhere_but_in_the_manifest(small_film, tmp_path):
    film = copy_of(small_film, tmp_path / "film")
    manifest = film / "footage_manifest.yaml"
    text = manifest.read_text("utf-8").replace("Juana R.", "Zenobia Quispe")
    manifest.write_text(text.replace("uses: [forum]", "uses: [forum], protections: [hide-name]"), "utf-8")
    done = cli("run", film)
    assert done.returncode == 6
    assert "hide-name" in words(done)
    for path in film.rglob("*"):
        if path.is_file() and path != manifest:
            assert b"Zenobia" not in path.read_bytes(), path
    assert "Zenobia" not in words(done)
    assert not (film / "deliverables").exists()
