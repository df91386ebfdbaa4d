"""Receipts: what was handed over, when and by whom; kept, shown, printed and e-mailed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.core.mail import send_mail
from django.utils import timezone
from django.utils.formats import date_format

from planning.people.access import Scope
from planning.people.person import Person
from submissions.uploads import Receipt, Upload

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another


def make_receipt(*, by: Scope, uploads: Sequence[Upload], at: datetime) -> Receipt:
    """One receipt for versions handed over together, all of one organisation, round and stage."""
    first = uploads[0]
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
            }
            for upload in uploads
        ],
    )


def send(receipt_id: str) -> None:
    """E-mail a receipt to the person who handed over, and tell the people of the ICB that it arrived."""
    receipt = Receipt.objects.select_related("organisation", "by").get(pk=receipt_id)
    subject = f"Returns received: {receipt.organisation.short_name}, {receipt.round_id}, {receipt.reference}"
    to = {receipt.by.email} if receipt.by is not None else set()
    for address in sorted(to | _reviewers(receipt)):
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
        ]
    lines += ["", "What happens next: the ICB reviews these versions and accepts them or sends them back."]
    return "\n".join(lines)


def _reviewers(receipt: Receipt) -> set[str]:
    """The ICB's planning leads whose system counts the organisation."""
    people = Person.objects.filter(
        is_active=True,
        appointments__role="icb_planner",
        appointments__organisation__members__organisation_id=receipt.organisation_id,
        appointments__organisation__members__role="host",
    )
    return set(people.values_list("email", flat=True))
