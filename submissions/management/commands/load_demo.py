"""`manage.py load_demo`: the demo people and synthetic plans, in a database that is empty of returns."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from submissions import demo


class Command(BaseCommand):
    help = "Load the demo: people for each role and synthetic plans of two systems for 2023/24."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--signins", action="store_true", help="print who can sign in, load nothing")
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there are returns already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["signins"]:
            if demo.is_loaded():
                self.stdout.write("\n".join(demo.sign_ins()))
            return
        if not demo.is_empty():
            if options["if_empty"]:
                return
            raise CommandError(
                "There are returns in this database already: the demo loads into an empty one only."
            )
        demo.load(lambda text: self.stdout.write(f"  {text}"))
        self.stdout.write("The demo is loaded.")
