"""Guidance documents and the targets they set, as versioned data."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from planning.registry.reference import VersionedEntry

PUBLISHED, DRAFT, EXPECTED, LOCAL = "published", "draft", "expected", "local"
SUPERSEDED = "superseded"  # how an entry stands that another has taken the place of; no document's standing
STANDINGS = [
    (PUBLISHED, "Published"),
    (DRAFT, "Draft"),
    (EXPECTED, "Expected"),
    (LOCAL, "Local"),
]


class GuidanceDocument(models.Model):
    """One version of one document: its day, who issued it, and how it stands.

    Versions of the same document share a `series`; of the published ones, the latest that is valid on a day
    governs on it. `in_part` says that only some of it is known here: what it does not list is not gone.
    """

    code = models.CharField(max_length=60, primary_key=True)  # 23-24-guidance-v1.1
    round = models.ForeignKey("planning.Round", models.CASCADE, related_name="+")
    series = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    version = models.CharField(max_length=40)
    issued_by = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="+")
    standing = models.CharField(max_length=10, choices=STANDINGS)
    published_on = models.DateField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="the first day on which it holds no more")
    in_part = models.BooleanField(default=False)
    # What a body's own paper does with national targets: {same: [codes], omits: [codes]}
    adopts = models.JSONField(default=dict)
    notes = models.JSONField(default=list, blank=True)  # [{kind: slip | provenance | change, text}]
    position = models.PositiveSmallIntegerField(default=0)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["round_id", "position", "valid_from", "code"]

    def __str__(self) -> str:
        return f"{self.title}, {self.version}"


class DocumentEntry(VersionedEntry):
    """What one document says under one code: versions of it within that document, one of them current."""

    document = models.ForeignKey(GuidanceDocument, models.CASCADE, related_name="+")
    effective_from = models.DateField(null=True, blank=True, help_text="empty: from its document's first day")
    effective_to = models.DateField(
        null=True, blank=True, help_text="the first day on which it holds no more"
    )

    class Meta(VersionedEntry.Meta):
        abstract = True


def once_a_document(name: str) -> list[models.BaseConstraint]:
    """The constraints of such a table: a version once, one current version a code and document."""
    return [
        models.UniqueConstraint(fields=["document", "code", "version"], name=f"{name}_version_once"),
        models.UniqueConstraint(
            fields=["document", "code"], condition=models.Q(is_current=True), name=f"{name}_one_current"
        ),
    ]


class TargetVersion(DocumentEntry):
    """A target's declaration as stored; `Target.from_entry` makes the object that the code works with."""

    class Meta(DocumentEntry.Meta):
        abstract = False
        constraints: ClassVar = once_a_document("target")


class AssuranceVersion(DocumentEntry):
    """A key action or a supporting plan that a document asks for, answered by attestation."""

    class Meta(DocumentEntry.Meta):
        abstract = False
        constraints: ClassVar = once_a_document("assurance")
