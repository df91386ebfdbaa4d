"""Receipts: what was handed over, when and by whom; kept, shown, printed and e-mailed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.mail import send_mail
from django.utils import timezone
from django.utils.formats import date_format

from planning.foundation import wording
from planning.people.access import Scope
from planning.plan.findings import Finding
from submissions.correspondents import reviewers_of
from submissions.named import named_for
from submissions.uploads import Receipt, Upload

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another


def make_receipt(
    *, by: Scope, uploads: Sequence[Upload], at: datetime, waived: Iterable[Finding] = ()
) -> Receipt:
    """One receipt for versions handed over together, all of one organisation, round and stage; `waived` is what
    was found in them and set aside."""
    first = uploads[0]
    aside = list(waived)
    named = named_for(first.round_id, first.organisation_id, [upload.return_kind for upload in uploads])
    return Receipt.objects.create(
        reference="-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3)),
        round_id=first.round_id,
        organisation_id=first.organisation_id,
        stage=first.stage,
        at=at,
        by=by.person,
        by_client=by.client,
        returns=[
            {
                "return": upload.return_kind,
                "version": upload.number,
                "file_name": upload.file_name,
                "sha256": upload.sha256,
                "upload": str(upload.pk),
                "late": upload.late,
                "waived": _waived(upload, aside),
                "people": named[upload.return_kind],
            }
            for upload in uploads
        ],
    )


def _waived(upload: Upload, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """What is set aside in a version, an entry a waiver: {rule, number, reason, by, until}."""
    entries: dict[str, dict[str, Any]] = {}
    for finding in findings:
        if finding.waived and upload.return_kind in finding.returns:
            kept = {name: finding.waived[name] for name in ("reason", "by", "until")}
            entry = entries.setdefault(finding.waived["id"], {"rule": finding.rule, "number": 0, **kept})
            entry["number"] += 1
    return list(entries.values())


def waived_words(entry: Mapping[str, Any]) -> str:
    """`V05 is set aside until Friday 3 March 2023 by Cara Jones (2 findings): the ward moves.`"""
    day = wording.day(date.fromisoformat(entry["until"]))
    number = wording.count(entry["number"], "finding")
    return f"{entry['rule']} is set aside until {day} by {entry['by']} ({number}): {entry['reason']}"


def send(receipt_id: str) -> None:
    """E-mail a receipt to the person who handed over, and tell the people of the ICB that it arrived."""
    receipt = Receipt.objects.select_related("organisation", "by").get(pk=receipt_id)
    subject = f"Returns received: {receipt.organisation.short_name}, {receipt.round_id}, {receipt.reference}"
    people = [*reviewers_of(receipt.organisation_id), *([receipt.by] if receipt.by is not None else [])]
    for address in sorted({person.email for person in people}):
        send_mail(subject, text_of(receipt), None, [address])


def text_of(receipt: Receipt) -> str:
    """The receipt in plain text."""
    local = timezone.localtime(receipt.at)
    lines = [
        f"Reference: {receipt.reference}",
        f"Organisation: {receipt.organisation.name} ({receipt.organisation_id})",
        f"Round and stage: {receipt.round_id}, {receipt.stage}",
        f"Received: {date_format(local, 'j F Y')} at {local:%H:%M:%S} (Europe/London)",
        f"Handed over by: {receipt.by.name if receipt.by is not None else receipt.by_client}",
        "",
    ]
    for row in receipt.returns:
        late = ", late" if row["late"] else ""
        lines += [
            f"{row['return'].capitalize()} return, version {row['version']}{late}",
            f"  SHA-256 {row['sha256']}",
            *(f"  {waived_words(entry)}" for entry in row.get("waived", ())),
        ]
    lines += ["", "What happens next: the ICB reviews these versions and accepts them or sends them back."]
    return "\n".join(lines)
