"""`testimonio subtitles`: files checked, repaired, converted, brought up to date and sent to translators and back."""

import typer

from pipeline.cli.subtitle_check import check_some, repair_some
from pipeline.cli.subtitle_convert import convert_one
from pipeline.cli.subtitle_cut import start_cut
from pipeline.cli.subtitle_exchange import export_one, import_some
from pipeline.cli.subtitle_sync import approve_some, merge_one, sync_one

subtitles_app = typer.Typer(no_args_is_help=True, help="Subtitle files: check, repair, convert, merge, exchange.")
subtitles_app.command(name="check")(check_some)
subtitles_app.command(name="repair")(repair_some)
subtitles_app.command(name="convert")(convert_one)
subtitles_app.command(name="cut")(start_cut)
subtitles_app.command(name="export")(export_one)
subtitles_app.command(name="import")(import_some)
subtitles_app.command(name="sync")(sync_one)
subtitles_app.command(name="merge")(merge_one)
subtitles_app.command(name="approve")(approve_some)
