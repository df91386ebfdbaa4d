"""Setting a check aside for a return, and ending that: by a person of the ICB, with a reason and a last day."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from planning.foundation import wording
from planning.people.access import NotAllowed, Scope
from planning.people.roles import WAIVE
from planning.people.telling import tell
from planning.plan.rulebook import Rule, load_rules
from planning.registry.organisations import Organisation
from submissions.correspondents import board_of, preparers_of, reviewers_of
from submissions.queued import check_again
from submissions.uploads import READ, Upload
from submissions.waivers import NEVER, Waiver, in_force
from submissions.wording import RETURN_NAMES

LONGEST = timedelta(days=366)
MOST_LETTERS = 2000  # of a reason


class NotWaivable(ValueError):
    """Why a check cannot be set aside so. `field` is what was given wrong."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def waivable(round_code: str, return_kind: str) -> list[Rule]:
    """The checks and rules that draw on a return and may be set aside for it. Targets are none of them."""
    rules = load_rules(round_code, {})
    return [
        rule
        for rule in rules
        if return_kind in rule.returns and "organisation" in rule.levels and rule.code not in NEVER
    ]


def waive(*, by: Scope, upload: Upload, rule: str, line: str, reason: str, until: date) -> Waiver:
    """Set a check aside for the return of that version, for one line of it or all (""), to the end of a day.

    What was found is still shown, as waived; the latest version is checked again. Raises NotAllowed,
    NotWaivable.
    """
    by.must(WAIVE, board_of(upload.organisation_id))
    words = _words(reason)
    _must_be_waivable(upload, rule)
    _must_be_a_last_day(until)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=upload.organisation_id)
        _must_be_anothers(by, upload, rule)
        _must_be_new(upload, rule, line)
        waiver = Waiver.objects.create(
            round_id=upload.round_id,
            organisation_id=upload.organisation_id,
            return_kind=upload.return_kind,
            rule=rule,
            line=line,
            reason=words,
            until=until,
            by=by.person,
        )
        _check_again(waiver)
        _tell(waiver, f"Set aside: {_name(waiver)}", f"{by.name} set it aside {_until(until)}: {words}", by)
    return waiver


def end_waiver(*, by: Scope, waiver: Waiver) -> None:
    """The check counts again from now on. Raises NotAllowed; NotWaivable where it had ended already."""
    by.must(WAIVE, board_of(waiver.organisation_id))
    with transaction.atomic():
        if not _end(waiver, by):
            raise NotWaivable("waiver", "This had ended already: the check counts.")
        _tell(
            waiver,
            f"Counts again: {_name(waiver)}",
            f"{by.name} ended the waiver. Its reason was: {waiver.reason}",
            by,
        )


def end_lapsed() -> int:
    """End the waivers whose last day has passed, and have their returns checked again. Says how many; may run
    twice."""
    ended = 0
    for waiver in Waiver.objects.filter(ended_at=None, until__lt=timezone.localdate()):
        with transaction.atomic():
            if _end(waiver):
                ended += 1
                text = f"The waiver ended with {wording.day(waiver.until)}. Its reason was: {waiver.reason}"
                _tell(waiver, f"Counts again: {_name(waiver)}", text)
    return ended


def latest_version(waiver: Waiver) -> Upload | None:
    """The return's latest version that was read and still stands."""
    rows = Upload.objects.filter(
        round_id=waiver.round_id,
        organisation_id=waiver.organisation_id,
        return_kind=waiver.return_kind,
        state__in=READ,
    )
    return rows.order_by("-received_at").first()


def _end(waiver: Waiver, by: Scope | None = None) -> bool:
    """Whether this call ended it: of two at once one does."""
    standing = Waiver.objects.filter(pk=waiver.pk, ended_at=None)
    if not standing.update(ended_at=timezone.now(), ended_by=by.person if by is not None else None):
        return False
    _check_again(waiver)
    return True


def _check_again(waiver: Waiver) -> None:
    check_again(waiver.round_id, waiver.organisation_id, waiver.return_kind)


def _tell(waiver: Waiver, subject: str, text: str, by: Scope | None = None) -> None:
    people = [*preparers_of(waiver.organisation_id), *reviewers_of(waiver.organisation_id)]
    version = latest_version(waiver)
    address = reverse("upload_result", args=[version.pk]) if version is not None else ""
    tell(people, subject=subject, text=text, address=address, but=by.person if by is not None else None)


def _name(waiver: Waiver) -> str:
    """`V05, RTH finance return, line F.PAY.AGY`."""
    line = f", line {waiver.line}" if waiver.line else ""
    return f"{waiver.rule}, {waiver.organisation_id} {RETURN_NAMES[waiver.return_kind].lower()} return{line}"


def _until(until: date) -> str:
    return f"until the end of {wording.day(until)}"


def _words(reason: str) -> str:
    words = reason.strip()
    if not words:
        raise NotWaivable("reason", "Say why the check is set aside: everybody who sees the result sees it.")
    if len(words) > MOST_LETTERS:
        raise NotWaivable("reason", f"The reason must be {MOST_LETTERS:,} characters or fewer.")
    return words


def _must_be_waivable(upload: Upload, rule: str) -> None:
    if rule in NEVER:
        raise NotWaivable("rule", f"{rule} cannot be set aside. {NEVER[rule]}")
    if rule not in {known.code for known in waivable(upload.round_id, upload.return_kind)}:
        raise NotWaivable("rule", "Choose a check or a rule of this return. Targets cannot be set aside.")


def _must_be_a_last_day(until: date) -> None:
    today = timezone.localdate()
    if until < today:
        raise NotWaivable("until", "The last day must be today or later.")
    if until > today + LONGEST:
        raise NotWaivable("until", f"The last day must be no later than {wording.day(today + LONGEST)}.")


def _must_be_anothers(by: Scope, upload: Upload, rule: str) -> None:
    """Nobody sets a check aside for what they uploaded themselves: of an ICB's own return another person does."""
    if by.person is not None and _uploaders(upload, rule) & {by.person.pk}:
        raise NotAllowed(
            "Another person of the ICB must set a check aside than the one who uploaded the return."
        )


def _uploaders(upload: Upload, rule: str) -> set[object]:
    """Who uploaded the latest versions of the returns that the rule draws on."""
    known = {one.code: one.returns for one in load_rules(upload.round_id, {})}
    rows = Upload.objects.filter(
        round_id=upload.round_id,
        organisation_id=upload.organisation_id,
        return_kind__in=known.get(rule, ()),
        state__in=READ,
    )
    return set(dict(rows.order_by("received_at").values_list("return_kind", "uploaded_by_id")).values())


def _must_be_new(upload: Upload, rule: str, line: str) -> None:
    """A second waiver over the first would only hide which of them holds."""
    held = in_force().filter(
        Q(line="") | Q(line=line),
        round_id=upload.round_id,
        organisation_id=upload.organisation_id,
        return_kind=upload.return_kind,
        rule=rule,
    )
    first = held.first()
    if first is not None:
        raise NotWaivable("rule", f"{rule} is set aside already, {_until(first.until)}. End that first.")
