"""`make_return ROUND RETURN ODS OUT.xlsx [--fill SEED]`: the blank return of an organisation, or a filled one."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from planning.registry.assumptions import load_parameters
from planning.registry.lines import Lines
from planning.registry.organisations import ICB, TRUST_TYPES, Organisation
from planning.registry.rounds import RETURNS, Round
from submissions.filling import cover_answers, fill_system
from submissions.issuing import NothingToIssue, Parts
from submissions.layout import Figures
from submissions.returns import bodies_of_system, body_of


class Command(BaseCommand):
    help = "Write an organisation's blank return, or with --fill one with plausible synthetic figures."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("round", help="such as 2023-24")
        parser.add_argument("return_kind", metavar="RETURN", help="activity, workforce or finance")
        parser.add_argument("ods", metavar="ODS", help="the organisation's ODS code, such as RTH")
        parser.add_argument("out", metavar="OUT.xlsx", type=Path)
        parser.add_argument(
            "--fill", metavar="SEED", type=int, help="fill in figures; the same seed, the same figures"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = _organisation(options["ods"])
        lines = _catalogue(options["round"])
        parts = _parts(lines, organisation, options["return_kind"])
        if options["fill"] is None:
            content = parts.write()
        else:  # synthetic through and through: what is published would not agree with it
            figures = _figures(options["fill"], organisation, options["return_kind"], lines)
            cover = cover_answers(options["fill"], lines.round, organisation.ods)
            content = parts.write(figures=figures, published={}, cover=cover)
        _write(options["out"], content)
        self.stdout.write(str(options["out"]))


def _catalogue(round_code: str) -> Lines:
    if not Round.objects.filter(pk=round_code).exists():
        known = (
            ", ".join(Round.objects.values_list("code", flat=True)) or "none is loaded: run load_reference"
        )
        raise CommandError(f"There is no round '{round_code}' (rounds: {known}).")
    return Lines.load(round_code)


def _organisation(ods: str) -> Organisation:
    organisation = Organisation.objects.filter(pk=ods).first()
    if organisation is None:
        raise CommandError(f"There is no organisation with the ODS code '{ods}'.")
    if organisation.kind not in {*TRUST_TYPES, ICB}:
        raise CommandError(f"{organisation.name} ({ods}) makes no returns: only trusts and ICBs do.")
    return organisation


def _parts(lines: Lines, organisation: Organisation, return_kind: str) -> Parts:
    if return_kind not in RETURNS:
        raise CommandError(f"There is no return '{return_kind}' (returns: {', '.join(RETURNS)}).")
    try:
        return Parts.of(organisation, lines.round, return_kind)
    except NothingToIssue as error:
        raise CommandError(
            f"{organisation.name} has no lines in the {return_kind} return of {lines.round}."
        ) from error


def _figures(seed: int, organisation: Organisation, return_kind: str, lines: Lines) -> Figures:
    """A trust's figures need nobody else's; an ICB's pay what its trusts say they receive."""
    members = bodies_of_system(organisation.ods) if organisation.kind == ICB else [body_of(organisation)]
    filled = fill_system(seed, lines.round, members, lines, load_parameters(lines.round))
    return filled[organisation.ods, return_kind]


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise CommandError(f"'{out}' cannot be written: {error.strerror or error}.") from error
