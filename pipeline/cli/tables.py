"""Tables as text."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.printing import printable


def cell(text: str) -> Text:
    """Return text that came from files for a table."""
    return Text(printable(text))  # not markup: what stands in brackets is part of a name


def drawn(*tables: Table) -> str:
    """Return tables as text."""
    console = Console()
    with console.capture() as captured:
        console.print(*tables)
    return captured.get().rstrip("\n")
