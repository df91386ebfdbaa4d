"""The administrator's pages: people and their appointments, API clients, dates and open stages; and to look at,
organisations, their groups, who took over whom, what was published and what the service knows of itself."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.db import models
from django.http import HttpRequest

from planning import assumption_admin, rule_admin, tolerance_admin  # noqa: F401 - their pages register themselves
from planning.people.person import ApiClient, Appointment, Person
from planning.plan.exact import SCALE
from planning.registry.actuals import Actual
from planning.registry.groups import Group, GroupMember
from planning.registry.organisations import Organisation, Succession
from planning.registry.reference_values import ReferenceValue
from planning.registry.rounds import Stage


class NewPersonForm(BaseUserCreationForm):
    """A person, their address and a first password."""

    class Meta:
        model = Person
        fields = ("email", "name")


class AppointmentInline(admin.TabularInline):
    model = Appointment
    extra = 1


@admin.register(Person)
class PersonAdmin(UserAdmin):
    """People. What they may do is their appointments: a role at an organisation."""

    add_form = NewPersonForm
    inlines: ClassVar = [AppointmentInline]
    list_display = ("email", "name", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "appointments__role")
    search_fields = ("email", "name")
    ordering = ("email",)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("May sign in, and administer", {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)
    filter_horizontal = ()


class StageForm(forms.ModelForm):
    """What an administrator changes of a stage: its date, whether it is open, whether reasons may wait."""

    class Meta:
        model = Stage
        fields = ("due_at", "is_open", "needs_reasons")


@admin.register(Stage)
class StageAdmin(admin.ModelAdmin):
    """Stages of a round. A passed deadline marks an upload late; only a person closes a stage."""

    form = StageForm
    list_display = ("round", "name", "due_at", "is_open", "needs_reasons")
    list_display_links = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Stage | None = None) -> bool:
        return False


class ToLookAt(admin.ModelAdmin):
    """Rows to look at, and to change nowhere here: they come from a file, or are the record of an act."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Organisation)
class OrganisationAdmin(ToLookAt):
    """Organisations, to look at: they are reference data and change in their file."""

    list_display = ("ods", "name", "kind", "region")
    list_filter = ("kind",)
    search_fields = ("ods", "name")


@admin.register(Succession)
class SuccessionAdmin(ToLookAt):
    """Who took over whom, to look at: reference data that changes in its file."""

    list_display = ("predecessor", "successor", "since", "kept_code")
    search_fields = ("predecessor", "successor")


class GroupMemberInline(admin.TabularInline):
    model = GroupMember
    extra = 0


@admin.register(Group)
class GroupAdmin(ToLookAt):
    """Groups of organisations and places with their dated members, to look at: they change in their file."""

    inlines: ClassVar = [GroupMemberInline]
    list_display = ("code", "name", "kind", "system", "lead")
    list_filter = ("kind", "system")
    search_fields = ("code", "name")


@admin.register(ReferenceValue)
class ReferenceValueAdmin(ToLookAt):
    """Populations and what else the service knows of itself, to look at: they change in their file."""

    list_display = ("line", "organisation", "round", "figure", "source")
    list_filter = ("round", "line")

    @admin.display(description="figure", ordering="value")
    def figure(self, known: ReferenceValue) -> str:
        return f"{Decimal(known.value) / SCALE:,f}"


@admin.register(Actual)
class ActualAdmin(ToLookAt):
    """Published actuals with their sources; `load_actuals` replaces them."""

    list_display = ("organisation", "line", "period", "figure", "source", "round", "loaded_at")
    list_filter = ("round", "period")
    search_fields = ("organisation", "line", "source")

    @admin.display(description="figure", ordering="value")
    def figure(self, actual: Actual) -> str:
        return f"{Decimal(actual.value) / SCALE:,f}"


@admin.register(ApiClient)
class ApiClientAdmin(admin.ModelAdmin):
    """API clients by organisation. `create_api_client` makes one; deleting it here shuts it out."""

    list_display = ("application", "organisation")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ApiClient | None = None) -> bool:
        return False
