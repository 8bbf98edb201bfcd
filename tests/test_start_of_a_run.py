"""What every run loads: nothing that only some of them need."""

import subprocess
import sys

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


def test_libraries_for_some_runs_only_are_not_loaded_by_all():
    modules = "pipeline.cli.main, pipeline.cli.commands, pipeline.assembly.road"
    script = f"import sys, {modules}; print(*sorted(name for name in {LARGE} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
