"""`load_reference`: organisations, rounds, lines, guidance, targets and rules from the files of the repository."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from planning.registry.files import BadReference
from planning.registry.reference import Changes, loaders


class Command(BaseCommand):
    help = "Loads reference data from the repository's files and prints what changed. Loading again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--overwrite",
            nargs="+",
            default=[],
            metavar="CODE",
            help="take the file's entry for these codes although they were edited in the service",
        )

    def handle(self, *args: Any, overwrite: list[str], **options: Any) -> None:
        try:
            with transaction.atomic():
                changes = load(frozenset(overwrite))
        except BadReference as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        if options["verbosity"]:
            self.stdout.write("\n".join(told(changes)))


def load(overwrite: frozenset[str]) -> dict[str, Changes]:
    """Runs every app's loaders in order. Raises CommandError for a code to overwrite that nothing has."""
    changes = {name: loader(overwrite) for name, loader in loaders()}
    unknown = sorted(overwrite - known_codes())
    if unknown:
        raise CommandError(f"Nothing was loaded. No entry has the code {', '.join(unknown)}.")
    return changes


def known_codes() -> set[str]:
    """The code of everything that is loaded from files, whichever app owns it."""
    codes: set[str] = set()
    for model in apps.get_models():
        names = {field.name for field in model._meta.get_fields()}
        if "loaded_digest" in names:
            codes.update(model._default_manager.values_list("code" if "code" in names else "pk", flat=True))
    return codes


def told(changes: dict[str, Changes]) -> list[str]:
    """One line for each kind of thing and what became of it; "No change." where nothing did."""
    lines = []
    for name, change in changes.items():
        for act in ("added", "changed", "retired", "kept"):
            codes = getattr(change, act)
            if codes:
                lines.append(f"{name}: {len(codes)} {act}: {_listed(codes, act)}")
    return lines or ["No change."]


def _listed(codes: list[str], act: str) -> str:
    """All of them where somebody has to look at each, else the first few."""
    if act == "kept" or len(codes) <= 12:
        return ", ".join(codes)
    return f"{', '.join(codes[:12])} and {len(codes) - 12} more"
