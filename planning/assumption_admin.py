"""The administrator's pages of a round's planning assumptions: an edit makes a version and judges everybody again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from planning.plan.assuming import LONGEST_REASON, SaidMeanwhile, set_value
from planning.registry.assumption_values import plain, value_fault, value_of, value_said
from planning.registry.assumptions import AssumptionVersion, StatedAssumption
from planning.registry.files import BadReference

WORDS = ("label", "owner", "source")


def _line(**more: Any) -> forms.CharField:
    return forms.CharField(widget=forms.TextInput(attrs={"size": 100}), **more)


class AssumptionForm(forms.ModelForm):
    """A round's value with where it comes from and who answers for it, and why it changes."""

    label = _line(max_length=200)
    value = forms.DecimalField(
        max_digits=18, decimal_places=6, help_text="as in the round's file: a ratio of 0.021 is 2.1%"
    )
    owner = _line(max_length=100, help_text="a role or team")
    source = _line(max_length=300)
    is_assumption = forms.BooleanField(
        required=False, label="Our assumption", help_text="it stands in no document"
    )
    opened = forms.IntegerField(widget=forms.HiddenInput)
    reason = _line(max_length=LONGEST_REASON, help_text="Why it changes.")

    class Meta:
        model = AssumptionVersion
        fields: tuple[str, ...] = ()

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        entry = self.instance.entry
        for name in (*WORDS, "is_assumption"):
            self.fields[name].initial = entry.get(name)
        self.fields["value"].initial = plain(value_of(entry))
        self.fields["opened"].initial = self.instance.version
        self.fields["reason"].initial = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("opened") != self.instance.version:
            raise ValidationError("This form is of another version. Open the assumption again.")
        value = cleaned.get("value")
        if value is not None and (wrong := value_fault(self.instance.entry, value.normalize())):
            self.add_error("value", f"{wrong}.")
        if value is not None and not self.errors and self._entry(cleaned) == self.instance.entry:
            raise ValidationError("Nothing differs from what holds.")
        return cleaned

    def _entry(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        said = {name: cleaned[name].strip() for name in WORDS}
        return {**self.instance.entry, **said, **_own(cleaned, self.instance.entry)}

    @property
    def entry(self) -> dict[str, Any]:
        return self._entry(self.cleaned_data)


def _own(cleaned: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """The value as a file has it (1, not 1.0 or 1.000000), and whether it is ours."""
    typed: Decimal = cleaned["value"]
    value: int | float = int(typed) if typed == typed.to_integral_value() else float(plain(typed))
    if typed == value_of(before):
        value = before["value"]
    ours = {"is_assumption": True} if cleaned.get("is_assumption") else {}
    return {"value": value, **(ours or ({"is_assumption": False} if before.get("is_assumption") else {}))}


@admin.register(AssumptionVersion)
class AssumptionAdmin(admin.ModelAdmin):
    """Planning assumptions by round. Saving makes a version; the old one stays for what was judged by it."""

    form = AssumptionForm
    list_display = ("code", "round", "label", "value", "version", "edited", "is_current")
    list_filter: ClassVar = ("round", "is_current")
    search_fields: ClassVar = ("code", "reason")
    list_select_related: ClassVar = ("round", "by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AssumptionVersion]:
        return super().get_queryset(request).order_by("round_id", "position", "code", "-version")

    @admin.display(description="assumption")
    def label(self, row: AssumptionVersion) -> str:
        return str(row.entry["label"])

    @admin.display(description="value")
    def value(self, row: AssumptionVersion) -> str:
        return value_said(row.entry, value_of(row.entry))

    @admin.display(description="edited")
    def edited(self, row: AssumptionVersion) -> str:
        return f"{row.by}: {row.reason}" if row.by else "as in the file"

    def save_model(self, request: HttpRequest, obj: AssumptionVersion, form: Any, change: bool) -> None:
        """Never writes the row that was opened: what was judged by it cites it."""
        try:
            _, asked = set_value(
                by=request.user,  # type: ignore[arg-type]
                round_code=obj.round_id,
                entry=form.entry,
                reason=form.cleaned_data["reason"],
                opened=form.cleaned_data["opened"],
            )
        except (SaidMeanwhile, BadReference) as error:
            self.message_user(request, f"Nothing was saved. {error}", level="ERROR")
            return
        link = reverse("rejudgement", args=[obj.round_id, asked.pk])
        said = format_html('Everybody is judged again: <a href="{}">who newly fails</a>.', link)
        self.message_user(request, said, level=messages.INFO)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AssumptionVersion | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AssumptionVersion | None = None) -> bool:
        """Only the current version: those before it are the record."""
        return super().has_change_permission(request, obj) and (obj is None or obj.is_current)


@admin.register(StatedAssumption)
class StatedAssumptionAdmin(admin.ModelAdmin):
    """What organisations say of assumptions, to look at: they answer on the page of assumptions."""

    list_display = ("code", "organisation", "round", "value", "of_version", "by", "at", "is_current")
    list_filter: ClassVar = ("round", "is_current")
    search_fields: ClassVar = ("code", "organisation__ods")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: StatedAssumption | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: StatedAssumption | None = None) -> bool:
        return False
