"""The commands by name. Only the module of the one that is asked for is loaded: a search does not wait for a renderer."""

from collections.abc import Sequence
from importlib import import_module

import typer
from typer.core import TyperGroup

_COMMANDS = {  # in the order in which a newcomer needs them
    "new": "film_commands:new",
    "check": "film_commands:check",
    "run": "film_commands:run",
    "find": "search_commands:find",
    "words": "select_commands:words",
    "stringout": "select_commands:stringout",
    "preview": "review_commands:preview",
    "review": "page_commands:review",
    "status": "film_commands:show_status",
    "doctor": "film_commands:doctor",
    "schema": "film_commands:schema",
    "cut": "cut_commands:cut_app",
    "subtitles": "subtitle_commands:subtitles_app",
    "remarks": "review_commands:remarks_app",
    "marks": "select_commands:marks_app",
    "transcripts": "transcript_commands:transcripts_app",
    "speakers": "speaker_commands:speakers_app",
}


class InOrder(TyperGroup):
    """Lists commands in the order in which a newcomer needs them."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002 - the library's signature
        """Return the command names as they were written down."""
        return list(_COMMANDS)


def app_for(arguments: Sequence[str]) -> typer.Typer:
    """Return the program with the command that `arguments` begin with; with all of them where they begin with none."""
    app = typer.Typer(
        cls=InOrder,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="From filmed interviews to a subtitled documentary.",
    )
    app.callback()(_nothing)  # a program of one command would be that command, and not ask for its name
    asked = [name for name in arguments[:1] if name in _COMMANDS]
    for name in asked or _COMMANDS:
        module, _, attribute = _COMMANDS[name].partition(":")
        found = getattr(import_module(f"pipeline.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name=name)(found)
    return app


def _nothing() -> None:
    pass
