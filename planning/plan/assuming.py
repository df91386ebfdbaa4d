"""What organisations say of planning assumptions, and what an administrator makes of a round's: each judges again
whom it touches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from planning.people.access import NotAllowed, Scope
from planning.people.person import Person
from planning.people.roles import ASSUME
from planning.plan.assumptions_read import readers, returns_that_read
from planning.plan.rejudgements import ASSUMPTION, Rejudgement, ask_for, judged_bodies
from planning.registry.assumption_values import value_fault, value_of, value_said
from planning.registry.assumptions import AssumptionVersion, StatedAssumption
from planning.registry.files import BadReference
from planning.registry.organisations import Organisation
from planning.registry.rounds import Round

FORM = "the form"
LONGEST_REASON = 300


class NotStated(ValueError):
    """Why an organisation cannot say that of an assumption. `field` is what was given wrong."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class SaidMeanwhile(Exception):
    """Somebody else has answered, or the round's value is another, since the page was opened."""


def may_state(entry: Mapping[str, Any]) -> bool:
    """Whether organisations answer for it: not where one figure holds for all."""
    return bool(entry.get("stated", True))


def confirm(*, by: Scope, round_code: str, organisation: str, seen: Mapping[str, int]) -> Rejudgement | None:
    """Say that an organisation plans with the round's own values of some assumptions, all or none.

    `seen` is the version of each that was looked at, by its code. Its plans are judged again where it planned with
    another value before. Raises NotAllowed, NotStated, SaidMeanwhile.
    """
    by.must(ASSUME, organisation)
    if not seen:
        raise NotStated("codes", "Tick the assumptions that you confirm")
    with transaction.atomic():
        rows = _begin(by, round_code, organisation, seen)
        before = _answers(round_code, organisation, rows)
        fresh = [code for code in rows if not _confirms(before.get(code), rows[code])]
        _end(before[code] for code in fresh if code in before)
        StatedAssumption.objects.bulk_create(
            [_answer(by, rows[code], organisation, None, "") for code in fresh]
        )
        moved = [code for code in fresh if code in before and before[code].value is not None]
        return _judge(by, round_code, organisation, moved, "Plans with the round's own value again")


def state(
    *, by: Scope, round_code: str, organisation: str, code: str, value: Decimal, reason: str, seen: int,
    standing: str = "",
) -> Rejudgement | None:  # fmt: skip
    """Plan with a value of one's own, and why; the organisation is judged by it. A ratio is 0.025 for 2.5%.

    `seen` is the version of the round's that was looked at, `standing` the id of the answer that stood, "" for
    none. Raises NotAllowed, NotStated, SaidMeanwhile.
    """
    words = _reason(reason)
    with transaction.atomic():
        row = _begin(by, round_code, organisation, {code: seen})[code]
        before = _answers(round_code, organisation, [code])
        if str(before[code].pk if code in before else "") != standing:
            raise SaidMeanwhile(_meanwhile(before.get(code), row))
        if wrong := value_fault(row.entry, value):
            raise NotStated("value", wrong)
        if value == value_of(row.entry):
            raise NotStated("value", "That is the round’s own value: confirm it instead")
        _end(before.values())
        _answer(by, row, organisation, value, words).save()
        same = code in before and before[code].value == value
        return None if same else _judge(by, round_code, organisation, [code], words)


def take_back(
    *, by: Scope, round_code: str, organisation: str, code: str, standing: str
) -> Rejudgement | None:
    """Take an answer back: the round's value holds for the organisation again, unanswered. Raises NotAllowed,
    NotStated, SaidMeanwhile."""
    with transaction.atomic():
        _begin(by, round_code, organisation, {})
        before = _answers(round_code, organisation, [code]).get(code)
        if before is None or str(before.pk) != standing:
            raise SaidMeanwhile("The answer was changed meanwhile. Nothing of yours was saved.")
        _end([before])
        moved = [code] if before.value is not None else []
        return _judge(by, round_code, organisation, moved, "Took its own value back")


def set_value(
    *, by: Person, round_code: str, entry: Mapping[str, Any], reason: str, opened: int
) -> tuple[AssumptionVersion, Rejudgement]:
    """Keep a new version of a round's assumption; everybody with results is judged again. What organisations
    confirmed of the version before stays, to be confirmed anew.

    Raises NotAllowed, SaidMeanwhile where `opened` is not the version in force, and BadReference.
    """
    if not by.administers:
        raise NotAllowed("Changing a round’s assumptions is for administrators.")
    code, words = str(entry["code"]), " ".join(reason.split())
    if not words or len(words) > LONGEST_REASON:
        raise BadReference(FORM, code, f"reason: say why it changes, in at most {LONGEST_REASON} characters.")
    if wrong := value_fault(entry, value_of(entry)):
        raise BadReference(FORM, code, f"value: {wrong}")
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round_code)
        rows = AssumptionVersion.objects.select_related("by")
        current = rows.get(round_id=round_code, code=code, is_current=True)
        if current.version != opened:
            raise SaidMeanwhile(_changed_by(current))
        AssumptionVersion.objects.filter(pk=current.pk).update(is_current=False)
        made = AssumptionVersion.objects.create(
            round_id=round_code,
            code=code,
            version=current.version + 1,
            position=current.position,
            entry=dict(entry),
            by=by,
            reason=words,
        )
        returns = returns_that_read(readers(round_code, [code])[code])
        asked = ask_for(
            round_code=round_code, why=ASSUMPTION, by=by, about=code, reason=words, returns=returns
        )
    return made, asked


# --- within a transaction ------------------------------------------------------------------------------
def _begin(
    by: Scope, round_code: str, organisation: str, seen: Mapping[str, int]
) -> dict[str, AssumptionVersion]:
    """The round's assumptions that are answered for, by code, held to the versions that were looked at; answers of
    an organisation wait for each other."""
    by.must(ASSUME, organisation)
    Organisation.objects.select_for_update().get(pk=organisation)
    rows = AssumptionVersion.objects.filter(
        round_id=round_code, code__in=list(seen), is_current=True, retired=False
    )
    found = {row.code: row for row in rows.select_related("by")}
    for code, version in seen.items():
        row = found.get(code)
        if row is None or not may_state(row.entry):
            raise NotStated("codes", f"{code} is no assumption that organisations answer for")
        if row.version != version:
            raise SaidMeanwhile(f"{_changed_by(row)} Read it, then answer.")
    return found


def _answers(round_code: str, organisation: str, codes: Iterable[str]) -> dict[str, StatedAssumption]:
    rows = StatedAssumption.objects.filter(
        round_id=round_code, organisation_id=organisation, code__in=list(codes), is_current=True
    )
    return {row.code: row for row in rows.select_related("by")}


def _confirms(answer: StatedAssumption | None, row: AssumptionVersion) -> bool:
    """Whether it says already what a confirmation would say."""
    return answer is not None and answer.value is None and answer.of_version == row.version


def _answer(
    by: Scope, row: AssumptionVersion, organisation: str, value: Decimal | None, reason: str
) -> StatedAssumption:
    return StatedAssumption(
        round_id=row.round_id,
        code=row.code,
        organisation_id=organisation,
        value=value,
        of_version=row.version,
        reason=reason,
        by=by.person,
        at=timezone.now(),
    )


def _end(answers: Iterable[StatedAssumption]) -> None:
    StatedAssumption.objects.filter(pk__in=[row.pk for row in answers]).update(is_current=False)


def _judge(
    by: Scope, round_code: str, organisation: str, codes: Sequence[str], reason: str
) -> Rejudgement | None:
    """Judge the organisation again where it has results and a rule reads what changed; else nothing is touched."""
    read = readers(round_code, codes) if codes else {}
    rules = [rule for of in read.values() for rule in of]
    if not rules or organisation not in judged_bodies(round_code):
        return None
    return ask_for(
        round_code=round_code,
        why=ASSUMPTION,
        by=by.person,
        about=codes[0] if len(codes) == 1 else "",
        reason=reason,
        bodies=[organisation],
        returns=returns_that_read(rules),
    )


def _reason(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise NotStated("reason", "Say why you plan with another value")
    if len(words) > LONGEST_REASON:
        raise NotStated("reason", f"The reason must be {LONGEST_REASON} characters or fewer")
    return words


def _meanwhile(answer: StatedAssumption | None, row: AssumptionVersion) -> str:
    if answer is None:
        return "The answer was taken back meanwhile. Nothing of yours was saved."
    who = answer.by.name if answer.by is not None else "Somebody"
    said = "confirmed the round’s value" if answer.value is None else value_said(row.entry, answer.value)
    verb = "" if answer.value is None else "stated "
    return f"{who} {verb}{said} meanwhile. Nothing of yours was saved. Read it, then answer."


def _changed_by(row: AssumptionVersion) -> str:
    who = row.by.name if row.by is not None else "A new file"
    return f"{who} changed the round’s value meanwhile, to {value_said(row.entry, value_of(row.entry))}."
