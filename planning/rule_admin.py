"""The administrator's pages of rules: an edit makes a version, a new rule starts on trial, promoting and retiring are
acts with a reason."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from planning.people.access import NotAllowed
from planning.plan.rejudgements import Rejudgement
from planning.plan.rule_editing import Overtaken, promote, retire, save_rule
from planning.plan.rulebook import RuleVersion
from planning.registry.files import BadReference
from planning.rule_form import PROMOTE, RETIRE, SAVE, TOLERANCE, NewRuleForm, RuleForm


class Standing(admin.SimpleListFilter):
    """What stands in the rule book, unless asked for what went before."""

    title, parameter_name = "standing", "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("trial", "On trial"),
            ("own", "Edited here"),
            ("retired", "Retired"),
            ("all", "Every version"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[RuleVersion]) -> QuerySet[RuleVersion]:
        current = queryset.filter(is_current=True)
        chosen = {
            "trial": current.filter(retired=False, entry__trial=True),
            "own": current.filter(by__isnull=False),
            "retired": current.filter(retired=True),
            "all": queryset,
        }
        return chosen.get(self.value() or "", current.filter(retired=False))


@admin.register(RuleVersion)
class RuleAdmin(admin.ModelAdmin):
    """The rule book of each round. Saving makes a version; the old one stays for what cites it."""

    form = RuleForm
    list_display = ("code", "of_round", "title", "severity", "trial", "version", "edited", "valid_from")
    list_filter: ClassVar = ("round", Standing)
    search_fields: ClassVar = ("code", "reason")
    list_select_related: ClassVar = ("by",)
    actions = None
    fieldsets: ClassVar = (
        (None, {"fields": ("act", "reason")}),
        ("What must hold", {"fields": ("title", "formula", "rest")}),
        ("How strictly", {"fields": ("severity", "needs_acceptance", "trial", *TOLERANCE)}),
        ("In words", {"fields": ("instruction", "why", "source", "opened")}),
    )

    def get_form(
        self, request: HttpRequest, obj: RuleVersion | None = None, change: bool = False, **named: Any
    ) -> Any:
        return super().get_form(request, obj, change, **{**named, "form": RuleForm if obj else NewRuleForm})

    def get_fieldsets(self, request: HttpRequest, obj: RuleVersion | None = None) -> Any:
        if obj is not None:
            return self.fieldsets
        return ((None, {"fields": ("round", "code", "act", "reason")}), *self.fieldsets[1:])

    def get_queryset(self, request: HttpRequest) -> QuerySet[RuleVersion]:
        return super().get_queryset(request).order_by("-round_id", "position", "code", "-version")

    @admin.display(description="round", ordering="round")
    def of_round(self, row: RuleVersion) -> str:
        return str(row.round_id)

    @admin.display(description="title")
    def title(self, row: RuleVersion) -> str:
        return str(row.entry["title"])

    @admin.display(description="severity")
    def severity(self, row: RuleVersion) -> str:
        return str(row.entry["severity"])

    @admin.display(description="on trial", boolean=True)
    def trial(self, row: RuleVersion) -> bool:
        return bool(row.entry.get("trial"))

    @admin.display(description="by and why")
    def edited(self, row: RuleVersion) -> str:
        return f"{row.by}: {row.reason}" if row.by else "as in the file"

    def save_model(self, request: HttpRequest, obj: RuleVersion, form: Any, change: bool) -> None:
        person: Any = request.user
        reason, opened = form.cleaned_data["reason"], form.cleaned_data["opened"] if change else None
        named = {"by": person, "round_code": form.round_code, "reason": reason}
        try:
            if form.cleaned_data["act"] == PROMOTE:
                kept = promote(**named, code=form.rule_code, opened=opened)
            elif form.cleaned_data["act"] == RETIRE:
                kept = retire(**named, code=form.rule_code, opened=opened)
            else:
                kept = save_rule(**named, entry=form.entry, opened=opened)
        except (Overtaken, NotAllowed) as error:
            self.message_user(request, f"Nothing was saved. {error}", messages.ERROR)
        except BadReference as error:
            self.message_user(request, f"Nothing was saved. {error.what}", messages.ERROR)
        else:
            self._say(request, kept, form.cleaned_data["act"])

    def _say(self, request: HttpRequest, kept: RuleVersion, act: str) -> None:
        asked = (
            Rejudgement.objects.filter(round_id=kept.round_id, about=kept.code).order_by("-asked_at").first()
        )
        done = {PROMOTE: "counts from now on", RETIRE: "is retired"}.get(act, f"is version {kept.version}")
        trial = ", on trial" if kept.entry.get("trial") and act == SAVE else ""
        address = reverse("rejudgement", args=[kept.round_id, asked.pk]) if asked else ""
        link = format_html(' <a href="{}">See who newly fails</a>.', address) if address else ""
        said = format_html("{} {}{}. Plans in hand are being judged again.{}", kept.code, done, trial, link)
        self.message_user(request, said, messages.SUCCESS)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:planning_ruleversion_changelist"))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:planning_ruleversion_changelist"))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Every version of the rule with who and why."""
        row = RuleVersion.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        query = f"?standing=all&round__code__exact={row.round_id}&q={row.code}" if row else ""
        return HttpResponseRedirect(reverse("admin:planning_ruleversion_changelist") + query)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The version itself says who and why."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The version itself says who and why."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: RuleVersion | None = None) -> bool:
        return _is_administrator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: RuleVersion | None = None) -> bool:
        """Only the current version: those before it are the record."""
        return _is_administrator(request) and (obj is None or obj.is_current)

    def has_delete_permission(self, request: HttpRequest, obj: RuleVersion | None = None) -> bool:
        return False


def _is_administrator(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff)
