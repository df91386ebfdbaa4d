"""`check_return FILE.xlsx [--json]`: reads and checks a return, stores nothing."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

BLOCKED, NOT_OURS, OUR_FAULT = 1, 2, 3


class Command(BaseCommand):
    help = "Read and check a return, storing nothing. Exit 0: nothing blocks; 1: something does; 2: not a return."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", dest="as_json", help="one line of JSON")

    def handle(self, *, file: Path, as_json: bool, **_: Any) -> None:
        from submissions.reader import ReaderFailed
        from submissions.refusals import Refused
        from submissions.trying import try_return

        if not file.is_file():
            self._refuse("not_a_workbook", f"There is no file {file}.", as_json)
        try:
            verdict = try_return(file)
        except Refused as refusal:
            self._refuse(refusal.code, refusal.message, as_json)
        except ReaderFailed as fault:
            raise CommandError(str(fault), returncode=OUR_FAULT) from fault
        except DatabaseError as fault:
            raise CommandError(
                f"Run migrate and load_reference first: {fault}", returncode=OUR_FAULT
            ) from fault
        else:
            self._say(verdict, as_json)

    def _refuse(self, code: str, message: str, as_json: bool) -> NoReturn:
        if as_json:
            self._line({"error": {"code": code, "message": message}})
        else:
            self.stdout.write(f"Not read ({code}). {message}")
        sys.exit(NOT_OURS)

    def _say(self, verdict: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self._line(verdict)
        else:
            self._table(verdict)
        if any(finding["severity"] == "block" for finding in verdict["findings"]):
            sys.exit(BLOCKED)

    def _line(self, document: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(document, ensure_ascii=False))
        self.stdout.flush()

    def _table(self, verdict: dict[str, Any]) -> None:
        self.stdout.write(f"{verdict['organisation']} {verdict['return']} {verdict['round']}")
        for finding in verdict["findings"]:
            place = " ".join(part for part in (finding["sheet"], finding["cell"]) if part)
            self.stdout.write(f"{finding['severity']:<8}{finding['rule']:<5}{place}: {finding['message']}")
        listed = Counter(finding["rule"] for finding in verdict["findings"])
        for rule, number in verdict["rule_counts"].items():
            if number > listed[rule]:
                self.stdout.write(f"{rule}: {number - listed[rule]:,} more")
        self.stdout.write(", ".join(f"{number} {name}" for name, number in verdict["counts"].items()))
