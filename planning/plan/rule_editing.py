"""Editing rules in the service: an edit is a new version with who and why, and everybody whom the rule may touch is
judged again. A new rule, or one that compares something else than before, is on trial until somebody promotes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from planning.people.access import NotAllowed
from planning.people.person import Person
from planning.plan.pairs import with_pairs
from planning.plan.rejudgements import RULE, ask_for
from planning.plan.rule_checks import SCHEMA, check_entry
from planning.plan.rulebook import Rule, RuleVersion
from planning.registry.assumptions import units_of
from planning.registry.files import BadReference, check_shape
from planning.registry.lines import Lines
from planning.registry.rounds import Round

FORM = "the form"  # where an entry comes from that stands in no file
OWN_CODE = re.compile(r"L[0-9]{2,3}")  # analysts' own rules; T, F, V and C belong to the project
FIRST_PLACE = 5000  # of them in the rule book: behind every rule of the files
LONGEST_REASON = 300
# What decides which plans break a rule, beside its figures: changed, it is tried again before it counts.
JUDGED_BY = ("comparisons", "returns", "types", "levels", "missing", "each_return")
# What a function reads or is found by: it changes with the code alone.
OF_FUNCTIONS = (
    "function",
    "kind",
    "wider",
    "each_return",
    "each_pair",
    "comparisons",
    "returns",
    "types",
    "levels",
    "reads",
)


class Overtaken(Exception):
    """Somebody else has edited the rule since it was opened."""


def check_rule(round_code: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Hold an entry to all that a stored one must hold; gives it with its pairs written out. Three queries.

    Raises BadReference, whose `what` begins with the field: `comparisons.0.left: E.B.99 is not a line …`.
    """
    lines = Lines.load(round_code)
    if "pairs" in entry:  # they are written out by their shape
        check_shape(Path(FORM), entry, SCHEMA)
    written = with_pairs(entry, lines)
    check_entry(FORM, written, lines, units_of(round_code))
    current = RuleVersion.objects.filter(round_id=round_code, code=written["code"], is_current=True).first()
    if current is None:
        _check_new(written)
    else:
        _check_kept(current.entry, written)
    return written


def save_rule(
    *, by: Person, round_code: str, entry: Mapping[str, Any], reason: str, opened: int | None
) -> RuleVersion:
    """Keep a new rule (`opened` None) or a new version of the one whose version `opened` was looked at.

    Everybody who has results in the round is judged again. Raises NotAllowed, Overtaken, and BadReference for
    an entry, a code or a reason that is wrong.
    """
    words = _allowed(by, entry.get("code", "?"), reason)
    written = check_rule(round_code, entry)
    with transaction.atomic():
        current = _current(round_code, written["code"])
        if opened is None and current is not None:
            raise BadReference(FORM, written["code"], f"code: {_taken(round_code, current)}")
        _check_overtaken(current, opened)
        return _keep(by, round_code, current, _on_trial(current, written), words)


def promote(*, by: Person, round_code: str, code: str, reason: str, opened: int | None) -> RuleVersion:
    """Let a rule on trial count: the declaration of the version `opened` that was read, no longer on trial. Raises
    NotAllowed, Overtaken, BadReference."""
    words = _allowed(by, code, reason)
    with transaction.atomic():
        current = _current(round_code, code)
        if current is None or current.retired or not current.entry.get("trial"):
            raise BadReference(FORM, code, "trial: is not on trial, so there is nothing to promote.")
        _check_overtaken(current, opened)
        entry = {name: value for name, value in current.entry.items() if name != "trial"}
        return _keep(by, round_code, current, entry, words)


def retire(*, by: Person, round_code: str, code: str, reason: str, opened: int | None) -> RuleVersion:
    """Take a rule out of the rule book; what cites it still does, and saving it again brings it back. Raises
    NotAllowed, Overtaken, BadReference."""
    words = _allowed(by, code, reason)
    with transaction.atomic():
        current = _current(round_code, code)
        if current is None or current.retired:
            raise BadReference(FORM, code, "code: is no rule of the round, or was retired before.")
        if current.entry.get("kind") == "check":
            raise BadReference(
                FORM, code, "code: is a check of the workbook itself, which cannot be retired."
            )
        _check_overtaken(current, opened)
        return _keep(by, round_code, current, current.entry, words, retired=True)


def next_code(round_code: str) -> str:
    """The first of the analysts' own codes that is free in the round; one query."""
    used = set(RuleVersion.objects.filter(round_id=round_code).values_list("code", flat=True))
    return next(code for number in range(1, 1000) if (code := f"L{number:02d}") not in used)


def returns_alone(entry: Mapping[str, Any]) -> list[str]:
    """The returns that are checked again by themselves when a rule changes: those that alone are enough for it."""
    rule = Rule.from_entry(entry, 1, {})
    return [] if rule.is_across else sorted(rule.returns)


# --- within a transaction ------------------------------------------------------------------------------
def _current(round_code: str, code: str) -> RuleVersion | None:
    """The version in force or retired last; edits of a round wait for each other."""
    Round.objects.select_for_update().get(pk=round_code)
    return RuleVersion.objects.filter(round_id=round_code, code=code, is_current=True).first()


def _check_overtaken(current: RuleVersion | None, opened: int | None) -> None:
    if (current.version if current else None) == opened:
        return
    if current is None:
        raise Overtaken("The rule is no longer there. Nothing was saved.")
    who = current.by or "A new file"
    raise Overtaken(
        f"{who} changed {current.code} meanwhile, to version {current.version}. Nothing was saved: open it again."
    )


def _keep(
    by: Person,
    round_code: str,
    current: RuleVersion | None,
    entry: Mapping[str, Any],
    reason: str,
    retired: bool = False,
) -> RuleVersion:
    rows = RuleVersion.objects.filter(round_id=round_code, code=entry["code"])
    latest = max(rows.values_list("version", flat=True), default=0)
    rows.filter(is_current=True).update(is_current=False)
    made = RuleVersion.objects.create(
        round_id=round_code,
        code=entry["code"],
        version=latest + 1,
        position=current.position if current else FIRST_PLACE,
        entry=dict(entry),
        retired=retired,
        by=by,
        reason=reason,
    )
    alone = {*returns_alone(entry), *(returns_alone(current.entry) if current else ())}
    ask_for(round_code=round_code, why=RULE, about=made.code, reason=reason, by=by, returns=alone)
    return made


def _on_trial(current: RuleVersion | None, entry: dict[str, Any]) -> dict[str, Any]:
    """The entry as it is kept: on trial where it is new, judges by something else, or was on trial before."""
    before = current.entry if current is not None and not current.retired else None
    is_other = before is None or any(entry.get(name) != before.get(name) for name in JUDGED_BY)
    if is_other:
        return {**entry, "trial": True}
    if before is not None and before.get("trial") and not entry.get("trial"):
        raise BadReference(
            FORM,
            entry["code"],
            "trial: leave it on trial here; promoting it is an act of its own, with its reason.",
        )
    return entry


# --- what is refused -----------------------------------------------------------------------------------
def _allowed(by: Person, code: Any, reason: str) -> str:
    """The reason, tidied. Raises NotAllowed for anybody but an administrator, BadReference without a reason."""
    if not by.administers:
        raise NotAllowed("Editing rules is for administrators.")
    words = " ".join(reason.split())
    if not words:
        raise BadReference(FORM, str(code), "reason: say why the rule changes.")
    if len(words) > LONGEST_REASON:
        raise BadReference(FORM, str(code), f"reason: must be {LONGEST_REASON} characters or fewer.")
    return words


def _check_new(entry: Mapping[str, Any]) -> None:
    code = entry["code"]
    if not OWN_CODE.fullmatch(code):
        raise BadReference(
            FORM, code, "code: rules of your own are L01, L02 and so on; other letters belong to the project."
        )
    if not entry.get("comparisons"):
        raise BadReference(FORM, code, "comparisons: say what is compared: left, operator, right and grain.")
    for name in ("function", "wider", "kind", "each_pair"):
        if name in entry:
            raise BadReference(
                FORM, code, f"{name}: is for rules that the project's own code judges: leave it out."
            )


def _check_kept(before: Mapping[str, Any], entry: Mapping[str, Any]) -> None:
    """What an edit may not change: how a function is found and what it reads; and that a check that stops a
    return does."""
    code = entry["code"]
    if before.get("comparisons"):
        fixed: tuple[str, ...] = ("function", "kind", "wider", "each_pair")
        if not entry.get("comparisons"):
            raise BadReference(
                FORM, code, "comparisons: say what is compared: left, operator, right and grain."
            )
    else:
        fixed = OF_FUNCTIONS
        _check_figures(code, before, entry)
    for name in fixed:
        if entry.get(name) != before.get(name):
            raise BadReference(
                FORM, code, f"{name}: is fixed, since code of its own judges this rule: leave it as it was."
            )
    weaker = entry.get("severity") != "block" or entry.get("trial")
    if before.get("kind") == "check" and before.get("severity") == "block" and weaker:
        raise BadReference(
            FORM, code, "severity: a check of the workbook that stops a return keeps stopping it."
        )


def _check_figures(code: str, before: Mapping[str, Any], entry: Mapping[str, Any]) -> None:
    """The code reads each bound by its name."""
    for field in ("tolerance", "limits"):
        wanted, given = set(before.get(field, {})) - {"text"}, set(entry.get(field, {})) - {"text"}
        if wanted != given:
            names = ", ".join(sorted(wanted)) or "no figures"
            raise BadReference(FORM, code, f"{field}: keeps its figures ({names}); only their values change.")


def _taken(round_code: str, current: RuleVersion) -> str:
    return (
        f"{current.code} is taken: {current.entry['title']} The next that is free is {next_code(round_code)}."
    )
