"""Uploads: every file received for a return, kept as it came, and the receipts given for what was handed over."""

from __future__ import annotations

import uuid
from operator import attrgetter
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

RECEIVED, HELD, PROCESSING, REJECTED, CHECKED = "received", "held", "processing", "rejected", "checked"
SUBMITTED, SENT_BACK, ACCEPTED, WITHDRAWN, FAILED = (
    "submitted",
    "sent_back",
    "accepted",
    "withdrawn",
    "failed",
)
STATES = (RECEIVED, HELD, PROCESSING, REJECTED, CHECKED, SUBMITTED, SENT_BACK, ACCEPTED, WITHDRAWN, FAILED)
READ = (CHECKED, SUBMITTED, SENT_BACK, ACCEPTED)  # states whose version has been read and still stands
HANDED_OVER = (SUBMITTED, ACCEPTED)


class Upload(models.Model):
    """One file received for one return. `number` is its version, given when it has been read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey("planning.Round", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="uploads")
    return_kind = models.CharField(max_length=10)
    stage = models.CharField(max_length=20)
    number = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=10, default=RECEIVED)
    step = models.CharField(max_length=40, blank=True)  # what the worker is doing now, for the progress page
    file = models.FileField(upload_to="returns/%Y/%m/")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    late = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_by_client = models.CharField(max_length=120, blank=True)
    idempotency_key = models.CharField(max_length=120, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    review_note = models.TextField(blank=True)
    review_cells = models.JSONField(default=list)  # what the note is about: submissions/sending_back.py
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawal = models.TextField(blank=True)  # why it was withdrawn
    blocked = models.BooleanField(default=False)  # something stops it: it never counts
    counts = models.JSONField(default=dict)  # {block, explain, note} of its own return, exact
    figures = models.JSONField(default=dict)  # {value, blank, not_applicable}: what was read
    columns = models.JSONField(default=dict)  # {sheet: [fifteen column letters]}: cell = column + row
    notes = models.JSONField(default=list)  # "we read it as": [{sheet, cell, seen, read_as}]
    cover = models.JSONField(default=dict)  # {label: answer} of the Cover's form
    rule_counts = models.JSONField(default=dict)  # {rule: faults found}, exact though rows are capped
    fault_list = models.FileField(
        upload_to="faults/%Y/%m/", blank=True
    )  # every fault, where rows were capped
    made_from = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+"
    )  # corrected in the browser
    corrections: Any = models.JSONField(default=list)  # [{sheet, cell, line, period, before, after}] of that
    same_as = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="+"
    )  # figures identical to it
    answers_digest = models.CharField(max_length=64, blank=True)  # of its figures, states and comments
    changes = models.JSONField(default=dict)  # {upload, version, cells} since the last version with figures
    marked = models.FileField(upload_to="marked/%Y/%m/", blank=True)  # the workbook marked up, once asked for
    marked_for = models.CharField(max_length=64, blank=True)  # digest of the findings that it shows
    run = models.ForeignKey("planning.Run", models.PROTECT, null=True, related_name="+")  # of its own checks
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-received_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "organisation", "return_kind", "number"], name="upload_version_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["round", "organisation", "return_kind", "-number"], name="upload_latest")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.return_kind} {self.round_id} version {self.number or '-'}"

    @property
    def uploader(self) -> str:
        return self.uploaded_by.name if self.uploaded_by is not None else self.uploaded_by_client

    @property
    def download_name(self) -> str:
        """Always a workbook's, so that nothing opens what we kept as a page or a program."""
        return self.file_name if self.file_name.lower().endswith(".xlsx") else f"{self.file_name}.xlsx"

    @property
    def is_waiting(self) -> bool:
        return self.state in (RECEIVED, HELD, PROCESSING)


class Value(models.Model):
    """One line of one version, wide: fifteen exact values (ten-thousandths of the unit) and their states.

    A blank or n/a value is NULL, and its letter in `states` says which: v value, b blank, n n/a.
    """

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="values")
    line = models.CharField(max_length=60)
    sheet = models.CharField(
        max_length=60, blank=True
    )  # blank on computed lines that have no row of their own
    row = models.PositiveIntegerField(null=True)
    p00 = models.BigIntegerField(null=True)  # baseline
    p01 = models.BigIntegerField(null=True)  # outturn
    p02 = models.BigIntegerField(null=True)  # April
    p03 = models.BigIntegerField(null=True)
    p04 = models.BigIntegerField(null=True)
    p05 = models.BigIntegerField(null=True)
    p06 = models.BigIntegerField(null=True)
    p07 = models.BigIntegerField(null=True)
    p08 = models.BigIntegerField(null=True)
    p09 = models.BigIntegerField(null=True)
    p10 = models.BigIntegerField(null=True)
    p11 = models.BigIntegerField(null=True)
    p12 = models.BigIntegerField(null=True)
    p13 = models.BigIntegerField(null=True)  # March
    p14 = models.BigIntegerField(null=True)  # year
    states = models.CharField(max_length=15)
    comment = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["upload", "line"], name="value_line_once")]

    def __str__(self) -> str:
        return f"{self.line} of {self.upload_id}"

    @property
    def figures(self) -> list[int | None]:
        return list(_FIGURES(self))


PERIOD_FIELDS: tuple[str, ...] = tuple(f"p{place:02d}" for place in range(15))
_FIGURES = attrgetter(*PERIOD_FIELDS)


class Receipt(models.Model):
    """What was handed over, when, by whom: shown, printed and e-mailed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=20, unique=True)
    round = models.ForeignKey("planning.Round", models.PROTECT, related_name="+")
    organisation = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="+")
    stage = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_client = models.CharField(max_length=120, blank=True)
    returns: Any = models.JSONField(default=list)  # [{return, version, sha256, upload, late}]

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return self.reference
