"""The administrator's pages of guidance: documents, and their targets, where an edit makes a version."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import yaml
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from planning.admin import ToLookAt
from planning.foundation.typed_yaml import yaml_typed
from planning.registry.files import BadReference
from targets.assurance.attestations import Attestation
from targets.guidance.documents import AssuranceVersion, GuidanceDocument, TargetVersion
from targets.guidance.editing import Overtaken, as_in_file, check_entry, edit
from targets.local.figures import LocalFigure

NOTES = ("slip", "provenance", "change")  # the kinds of notes on a document
OFTEN = ("title", "comparator", "threshold", "threshold_high", "note")  # fields of their own in the form


class TargetForm(forms.ModelForm):
    """What is edited most often as fields, the rest of the declaration as in a file; why, and from when."""

    title = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"size": 90}))
    comparator = forms.CharField(required=False, help_text="such as >=, <=, reduce_by, increase_toward")
    threshold = forms.FloatField(
        required=False, help_text="in the target's unit; percentages in points (76 is 76%)"
    )
    threshold_high = forms.FloatField(required=False, help_text="the upper end of a range")
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3, "cols": 90}))
    rest = forms.CharField(
        label="The rest of the declaration",
        widget=forms.Textarea(attrs={"rows": 22, "cols": 90, "spellcheck": "false"}),
        help_text="YAML, as in the guidance files.",
    )
    opened = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        max_length=300, widget=forms.TextInput(attrs={"size": 90}), help_text="Why it changes."
    )

    class Meta:
        model = TargetVersion
        fields = ("effective_from", "effective_to")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        entry = as_in_file(self.instance.entry)
        for name in OFTEN:
            self.fields[name].initial = entry.get(name)
        rest = {name: value for name, value in entry.items() if name not in OFTEN}
        self.fields["rest"].initial = yaml.safe_dump(rest, sort_keys=False, allow_unicode=True, width=100)
        self.fields["opened"].initial = self.instance.version
        self.fields["reason"].initial = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("effective_from"), cleaned.get("effective_to")
        if begins and ends and ends <= begins:
            self.add_error("effective_to", "It must come after the first day.")
        if "rest" not in cleaned:
            return cleaned
        try:
            self.entry = _entry_of(cleaned)
            check_entry(self.instance, self.entry)
        except ValueError as error:
            self.add_error("rest", f"This is not YAML: {error}")
        except BadReference as error:
            self.add_error(_field_of(error), error.what)
        if cleaned.get("opened") != self.instance.version:
            raise ValidationError(f"Somebody made version {self.instance.version} meanwhile. Open it again.")
        return cleaned


def _entry_of(cleaned: dict[str, Any]) -> dict[str, Any]:
    """The declaration that the form says. Raises ValueError; BadReference where it is no mapping."""
    rest = yaml_typed(cleaned["rest"])
    if not isinstance(rest, dict):
        raise BadReference("the form", "", "rest: name and value a line, as in a guidance file.")
    often = {name: cleaned[name] for name in OFTEN if cleaned.get(name) not in (None, "")}
    return {**rest, **{name: _whole(value) for name, value in often.items()}}


def _whole(value: Any) -> Any:
    """76, not 76.0: the same as in a file."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _field_of(error: BadReference) -> str:
    name = error.what.partition(":")[0]
    return name if name in OFTEN else "rest"


@admin.register(TargetVersion)
class TargetAdmin(admin.ModelAdmin):
    """Targets as the documents have them. Saving makes a version; the old one stays for what cites it."""

    form = TargetForm
    list_display = ("code", "round", "document", "title", "version", "effective_from", "edited", "is_current")
    list_filter: ClassVar = ("round", "is_current", "document")
    search_fields: ClassVar = ("code", "reason")
    list_select_related: ClassVar = ("document", "round", "by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TargetVersion]:
        return super().get_queryset(request).order_by("round_id", "position", "code", "-version")

    @admin.display(description="title")
    def title(self, row: TargetVersion) -> str:
        return str(row.entry["title"])

    @admin.display(description="edited")
    def edited(self, row: TargetVersion) -> str:
        return f"{row.by}: {row.reason}" if row.by else "as in the file"

    def save_model(self, request: HttpRequest, obj: TargetVersion, form: Any, change: bool) -> None:
        opened = TargetVersion.objects.get(pk=obj.pk)
        try:
            edit(
                by=request.user,  # type: ignore[arg-type]
                opened=opened,
                entry=form.entry,
                reason=form.cleaned_data["reason"],
                effective_from=form.cleaned_data["effective_from"],
                effective_to=form.cleaned_data["effective_to"],
            )
        except Overtaken as error:
            self.message_user(request, f"Nothing was saved. {error}", level="ERROR")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TargetVersion | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: TargetVersion | None = None) -> bool:
        """Only the current version: those before it are the record."""
        return super().has_change_permission(request, obj) and (obj is None or obj.is_current)


class DocumentForm(forms.ModelForm):
    """From when until when a document holds, and the notes on it, held to what those of a file are."""

    class Meta:
        model = GuidanceDocument
        fields = ("valid_from", "valid_to", "notes")

    def clean_notes(self) -> list[dict[str, str]]:
        notes = self.cleaned_data["notes"] or []
        if not isinstance(notes, list) or not all(_is_note(note) for note in notes):
            raise ValidationError(
                f"A list: each note has a kind ({', '.join(NOTES)}) and a text, nothing else."
            )
        return notes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("valid_from"), cleaned.get("valid_to")
        if begins and ends and ends <= begins:
            self.add_error("valid_to", "It must come after the first day.")
        elif begins and (other := self._overlapped(begins, ends)):
            self.add_error("valid_from", f"It overlaps {other.code}, another version of it.")
        return cleaned

    def _overlapped(self, begins: date, ends: date | None) -> GuidanceDocument | None:
        """The version of the same document that would hold at once; one that names no end gives way to the next."""
        others = GuidanceDocument.objects.filter(series=self.instance.series, retired=False)
        for other in others.exclude(pk=self.instance.pk):
            first, last = sorted(
                [(begins, ends), (other.valid_from, other.valid_to)], key=lambda days: days[0]
            )
            if first[0] == last[0] or (first[1] is not None and first[1] > last[0]):
                return other
        return None


def _is_note(note: Any) -> bool:
    return (
        isinstance(note, dict)
        and set(note) == {"kind", "text"}
        and note["kind"] in NOTES
        and isinstance(note["text"], str)
    )


@admin.register(GuidanceDocument)
class DocumentAdmin(admin.ModelAdmin):
    """Documents: until when they hold, and what is known of their slips. The rest is their file's."""

    form = DocumentForm
    fields = ("valid_from", "valid_to", "notes")
    list_display = ("code", "title", "version", "standing", "valid_from", "valid_to")
    list_filter: ClassVar = ("round", "standing")

    def save_model(self, request: HttpRequest, obj: GuidanceDocument, form: Any, change: bool) -> None:
        obj.loaded_digest = ""  # edited here: loading again keeps it
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: GuidanceDocument | None = None) -> bool:
        return False


@admin.register(AssuranceVersion)
class AssuranceAdmin(ToLookAt):
    """Key actions and supporting plans, to look at: they change in their file."""

    list_display = ("code", "round", "document", "version", "is_current")
    list_filter: ClassVar = ("round", "document")
    search_fields: ClassVar = ("code",)


@admin.register(Attestation)
class AttestationAdmin(ToLookAt):
    """What leads have answered, to look at: they answer on the page of assurances."""

    list_display = ("subject", "organisation", "group", "state", "lead", "by", "at", "is_current")
    list_filter: ClassVar = ("round", "state", "is_current")
    search_fields: ClassVar = ("subject", "organisation__ods")


@admin.register(LocalFigure)
class LocalFigureAdmin(ToLookAt):
    """What is set for single systems and trusts, to look at: their ICB sets it on the target's page."""

    list_display = ("target", "organisation", "round", "source", "by", "at", "is_current")
    list_filter: ClassVar = ("round", "is_current")
    search_fields: ClassVar = ("target", "organisation__ods")
