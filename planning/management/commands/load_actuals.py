"""`load_actuals FILE.csv`: published actuals, which pre-fill blank returns and which the outturn is held against."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from planning.plan.published import COLUMNS, OPTIONAL, BadActuals, load_published

MOST_FAULTS = 20  # said at once; a file with more of them has one cause


class Command(BaseCommand):
    help = (
        "Loads published actuals from a CSV file with the columns "
        f"{', '.join(COLUMNS)} and, where it is not the round of the period, {OPTIONAL}. "
        "A figure with the same organisation, line and period is replaced."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            counts = load_published(file)
        except BadActuals as error:
            raise CommandError(_told(error.faults)) from error
        except OSError as error:
            raise CommandError(f"'{file}' cannot be read: {error.strerror or error}.") from error
        self.stdout.write(f"{counts.added} added, {counts.replaced} replaced, {counts.unchanged} unchanged.")


def _told(faults: tuple[str, ...]) -> str:
    more = len(faults) - MOST_FAULTS
    listed = [*faults[:MOST_FAULTS], *([f"And {more} more lines."] if more > 0 else [])]
    return "\n".join(["Nothing was loaded.", *listed])
