"""What every run loads: nothing that only some of them need."""

import subprocess
import sys

import pytest

from pipeline.cli.commands import app_for

LARGE = (
    "faster_whisper",
    "ctranslate2",
    "onnxruntime",
    "whisper",
    "torch",
    "moviepy",
    "pydub",
    "opentimelineio",
    "fastapi",
    "scipy",
)
OF_MEDIA = ("av", "numpy", "PIL", "fontTools", "pipeline.assembly.toolbox", "pipeline.assembly.road")


def loaded(script: str, of: tuple[str, ...]) -> list[str]:
    script = f"import sys; {script}; print(*sorted(name for name in {of} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_libraries_for_some_runs_only_are_not_loaded_by_all():
    assert loaded("import pipeline.cli.main, pipeline.cli.film_commands, pipeline.assembly.road", LARGE) == []


def test_a_search_loads_nothing_that_works_on_media():
    asked = "from pipeline.cli.commands import app_for; app_for(['find', 'x'])"
    assert loaded(asked, (*LARGE, *OF_MEDIA)) == []
    assert loaded(asked.replace("find", "run"), OF_MEDIA) != []  # these names are what a run loads


@pytest.mark.parametrize("asked", [[], ["--help"], ["fnd"]])
def test_all_commands_are_known_where_none_is_asked_for(asked):
    app = app_for(asked)
    named = {one.name for one in (*app.registered_commands, *app.registered_groups)}
    assert {"new", "run", "find", "review", "cut", "subtitles", "speakers"} <= named
