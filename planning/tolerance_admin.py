"""The administrator's page of tolerances: a round's own are set and ended here; a system's are its ICB's to set."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from planning.foundation.typed_yaml import yaml_typed
from planning.plan.tolerances import RuleTolerance
from planning.plan.tolerating import (
    LARGEST,
    NotTolerable,
    check_tolerance,
    end_everywhere,
    tolerate_everywhere,
)
from planning.registry.rounds import Round


class ToleranceForm(forms.ModelForm):
    """What a rule is held to in every system of a round that has none of its own."""

    round = forms.ModelChoiceField(Round.objects.order_by("-code"))
    rule = forms.CharField(max_length=60, help_text="its code, such as T01")
    figures = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60, "spellcheck": "false"}),
        help_text="YAML, one a line: absolute: 10, relative: 0.02 (2%), low, high, or limits.staff: 10 of a limit.",
    )
    text = forms.CharField(max_length=200, help_text="as findings say it: 2% or 10 WTE")
    reason = forms.CharField(
        max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "cols": 90}), help_text="Why."
    )

    class Meta:
        model = RuleTolerance
        fields = ("round", "rule", "text", "reason")

    def clean_figures(self) -> dict[str, Decimal]:
        try:
            given = yaml_typed(self.cleaned_data["figures"])
        except ValueError as error:
            raise forms.ValidationError(f"This is not YAML: {error}") from error
        if not isinstance(given, dict) or not given:
            raise forms.ValidationError("One figure a line, such as absolute: 10.")
        return {str(name): _number(str(name), value) for name, value in given.items()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                check_tolerance(cleaned["round"].code, cleaned["rule"], cleaned["figures"])
            except NotTolerable as error:
                self.add_error("rule" if error.field == "rule" else "figures", str(error))
        return cleaned


def _number(name: str, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise forms.ValidationError(f"{name}: enter a number, without commas.")
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:  # more digits than any figure has
        raise forms.ValidationError(f"{name}: enter a smaller number.") from error
    if not found.is_finite() or abs(found) > LARGEST:
        raise forms.ValidationError(f"{name}: enter a smaller number.")
    return found


@admin.register(RuleTolerance)
class ToleranceAdmin(admin.ModelAdmin):
    """Every row that holds or held, with who and why. Adding one sets the round's own."""

    form = ToleranceForm
    list_display = ("rule", "round", "where", "text", "reason", "by", "at", "ended_by", "ended_at")
    list_filter: ClassVar = ("round", ("ended_at", admin.EmptyFieldListFilter), "system")
    search_fields: ClassVar = ("rule", "reason")
    list_select_related: ClassVar = ("round", "by", "ended_by", "system")
    fields = ("round", "rule", "figures", "text", "reason")
    actions = ("end",)

    @admin.display(description="where")
    def where(self, row: RuleTolerance) -> str:
        return row.system.short_name if row.system is not None else "every system"

    def save_model(self, request: HttpRequest, obj: RuleTolerance, form: Any, change: bool) -> None:
        given, person = form.cleaned_data, request.user
        try:
            made = tolerate_everywhere(
                by=person, round_code=given["round"].code, rule=given["rule"],  # type: ignore[arg-type]
                entry=given["figures"], text=given["text"], reason=given["reason"],
            )  # fmt: skip
        except NotTolerable as error:
            self.message_user(request, f"Nothing was saved. {error}", messages.ERROR)
        else:
            self.message_user(
                request, f"{made.rule} is held to {made.text}. Plans in hand are being judged again."
            )

    @admin.action(description="End: hold the rule to its declaration again")
    def end(self, request: HttpRequest, queryset: QuerySet[RuleTolerance]) -> None:
        for row in queryset.select_related("system"):
            if row.system is not None:
                self.message_user(request, f"{row}: its ICB ends it.", messages.ERROR)
                continue
            try:
                end_everywhere(by=request.user, round_code=row.round_id, rule=row.rule)  # type: ignore[arg-type]
            except NotTolerable as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                self.message_user(request, f"{row.rule} is held to its declaration again.")

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:planning_ruletolerance_changelist"))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The row itself says who and why."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: RuleTolerance | None = None) -> bool:
        return _is_administrator(request) and obj is None  # the list says all there is

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: RuleTolerance | None = None) -> bool:
        """Rows are never changed: another takes their place. The list offers to end them."""
        return _is_administrator(request) and obj is None

    def has_delete_permission(self, request: HttpRequest, obj: RuleTolerance | None = None) -> bool:
        return False


def _is_administrator(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff)
