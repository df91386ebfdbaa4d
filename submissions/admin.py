"""The administrator's pages of this app: layouts of others, from which our workbooks can be filled; and the waivers,
to look at."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from planning.admin import ToLookAt
from planning.registry.lines import Lines
from planning.registry.rounds import RETURNS
from submissions.mappings import COLUMNS, BadMapping, Mapping, check_rows, rows_of, table_of
from submissions.waivers import Waiver


class MappingForm(forms.ModelForm):
    """A mapping with its rows as a table, to paste from a spreadsheet and to copy back into one."""

    return_kind = forms.ChoiceField(label="Return", choices=[(kind, kind.capitalize()) for kind in RETURNS])
    table = forms.CharField(
        label="Rows",
        widget=forms.Textarea(attrs={"rows": 24, "cols": 110, "spellcheck": "false"}),
        help_text=(
            f"Paste from a spreadsheet; the first line names the columns: {', '.join(COLUMNS)}. baseline, outturn and "
            "year are cells (C12), months twelve cells in a row or column (E12:P12), factor what a figure is "
            "multiplied by (0.001 from pounds to £000, -1 to turn a sign)."
        ),
    )

    class Meta:
        model = Mapping
        fields = ("name", "round", "return_kind", "note", "retired")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["table"].initial = table_of(self.instance.rows)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"table", "round", "return_kind"} <= set(cleaned):
            try:
                self.instance.rows = rows_of(cleaned["table"])
                check_rows(self.instance.rows, Lines.load(cleaned["round"].code), cleaned["return_kind"])
            except BadMapping as fault:
                self.add_error("table", str(fault))
        return cleaned


@admin.register(Mapping)
class MappingAdmin(admin.ModelAdmin):
    """Layouts of others by round and return."""

    form = MappingForm
    list_display = ("name", "round", "return_kind", "retired")
    list_filter: ClassVar = ("round", "return_kind", "retired")


@admin.register(Waiver)
class WaiverAdmin(ToLookAt):
    """What was set aside, by whom, why and until when: granted and ended by the ICB, on its own pages."""

    list_display = ("rule", "line", "organisation", "return_kind", "round", "until", "by", "ended_at")
    list_filter: ClassVar = ("round", "return_kind")
    search_fields: ClassVar = ("rule", "organisation__ods", "reason")
