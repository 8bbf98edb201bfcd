"""The command `scripts/bench`."""

import argparse

from benchmarks import conform, search, transcribe


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("conform", help=conform.__doc__)
    conform.add_arguments(command)
    command.set_defaults(run=conform.conform)
    command = commands.add_parser("search", help=search.__doc__)
    search.add_arguments(command)
    command.set_defaults(run=search.search)
    command = commands.add_parser("transcribe", help=transcribe.__doc__)
    transcribe.add_arguments(command)
    command.set_defaults(run=transcribe.transcribe)
    arguments = parser.parse_args()
    arguments.run(arguments)


main()
