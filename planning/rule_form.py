"""The administrator's form of a rule: what is often changed as fields, the rest as in a file, and which act it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from django import forms
from django.core.exceptions import ValidationError

from planning.foundation.typed_yaml import yaml_typed
from planning.plan.rule_checks import field_of
from planning.plan.rule_editing import check_rule, next_code
from planning.plan.rulebook import RuleVersion
from planning.registry.files import BadReference
from planning.registry.rounds import Round

WORDS = ("title", "formula", "instruction", "why", "source")
OFTEN = (*WORDS, "severity", "needs_acceptance", "trial")
TOLERANCE = ("absolute", "relative", "low", "high", "text")
SAVE, PROMOTE, RETIRE = "save", "promote", "retire"
SEVERITIES = (
    ("explain", "explain: needs a reason"),
    ("note", "note: is only said"),
    ("block", "block: stops the return"),
)
EXAMPLE = """returns: [finance]
types: [ac, mh, am]
levels: [organisation]
comparisons:
  - {left: F.PAY.AGY / F.PAY.TOTAL, operator: <=, right: 4%, grain: year}
"""
HOW = (
    "YAML, as in the rule files. A side is a sum of lines (A + B), one sum over another (A + B) / C, growth g(A), each "
    "also times a number or an assumption (1.1 x A), or on the right a number or an assumption alone."
)


def _line(**more: Any) -> forms.CharField:
    return forms.CharField(widget=forms.TextInput(attrs={"size": 100}), **more)


class RuleForm(forms.ModelForm):
    """What is edited most often as fields, the rest of the declaration as in a file; which act, and why."""

    act = forms.ChoiceField(widget=forms.RadioSelect, initial=SAVE)
    title = _line(max_length=200, help_text="the sentence that must hold, with its full stop")
    formula = _line(help_text="as people read it; what is judged stands in comparisons")
    severity = forms.ChoiceField(choices=SEVERITIES)
    needs_acceptance = forms.BooleanField(
        required=False, help_text="the ICB accepts the reason before the gateway"
    )
    trial = forms.BooleanField(
        required=False, label="On trial", help_text="judged and shown, and counts nowhere"
    )
    absolute = forms.FloatField(
        required=False, min_value=0, help_text="in the unit of the sides; a share: 0.015 is 1.5 points"
    )
    relative = forms.FloatField(required=False, min_value=0, help_text="of the larger side: 0.02 is 2%")
    low = forms.FloatField(required=False, help_text="the lower end of a range")
    high = forms.FloatField(required=False, help_text="the upper end")
    text = _line(required=False, label="Tolerance as it is said", help_text="such as 2% or 5 WTE")
    instruction = _line(help_text="what to do about a finding")
    why = _line(required=False, help_text="why it matters")
    source = _line()
    rest = forms.CharField(
        label="The rest of the declaration",
        widget=forms.Textarea(attrs={"rows": 18, "cols": 110, "spellcheck": "false"}),
        help_text=HOW,
    )
    opened = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = _line(max_length=300, help_text="Why it changes.")

    class Meta:
        model = RuleVersion
        fields: tuple[str, ...] = ()

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        entry = dict(self.instance.entry or {})
        self.fields["act"].choices = list(self._acts(entry))  # type: ignore[attr-defined]
        tolerance = dict(entry.pop("tolerance", {}))
        shown = {name: entry.pop(name, None) for name in (*OFTEN, "code")}
        for name, value in shown.items():
            if name in self.fields and entry:
                self.fields[name].initial = value
        for name in TOLERANCE:
            self.fields[name].initial = tolerance.pop(name, None)
        rest = {**entry, **({"tolerance": tolerance} if tolerance else {})}
        written = yaml.safe_dump(rest, sort_keys=False, allow_unicode=True, width=110)
        self.fields["rest"].initial = written if rest else EXAMPLE
        self.fields["rest"].required = not self.instance.pk or bool(rest)
        self.fields["opened"].initial = self.instance.version if self.instance.pk else None
        self.initial["reason"] = ""  # why it changes now, not why it changed last

    def _acts(self, entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
        again = self.instance.retired
        yield SAVE, "Save: bring it back" if again else "Save as a new version" if entry else "Save, on trial"
        if entry and not again:
            if entry.get("trial"):
                yield PROMOTE, "Promote: as it stands, it counts from now on"
            if entry.get("kind") != "check":
                yield RETIRE, "Retire: it is judged no more"

    @property
    def rule_code(self) -> str:
        return str(self.cleaned_data.get("code") or self.instance.code)

    @property
    def round_code(self) -> str:
        return str(self.instance.round_id)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk and cleaned.get("opened") != self.instance.version:
            raise ValidationError("This form is of another version. Open the rule again.")
        if "rest" in cleaned and not self.errors:
            self._check_entry(cleaned)
        return cleaned

    def _check_entry(self, cleaned: dict[str, Any]) -> None:
        try:
            self.entry = self._entry_of(cleaned)
            if cleaned.get("act") in (PROMOTE, RETIRE):
                self._check_alone()
            else:
                check_rule(self.round_code, self.entry)
                if not self.instance.pk:
                    self._check_free()
        except BadReference as error:
            field = {"tolerance": "text"}.get(field_of(error), field_of(error))
            self.add_error(field if field in self.fields else "rest", error.what)

    def _check_alone(self) -> None:
        """Promoting and retiring take the rule as it stands."""
        before = self.instance.entry
        names = [name for name in {**before, **self.entry} if self.entry.get(name) != before.get(name)]
        if names:
            self.add_error(
                None, f"Change the rule, or promote or retire it, one at a time: {', '.join(names)} differs."
            )

    def _check_free(self) -> None:
        if RuleVersion.objects.filter(round_id=self.round_code, code=self.rule_code).exists():
            free = next_code(self.round_code)
            raise BadReference(
                "the form",
                self.rule_code,
                f"code: {self.rule_code} is taken; the next that is free is {free}.",
            )

    def _entry_of(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """The declaration that the form says. Raises BadReference where it is no mapping of names to values."""
        rest = self._rest(cleaned["rest"]) if cleaned["rest"].strip() else {}
        if not isinstance(rest, dict) or not isinstance(rest.get("tolerance", {}), dict):
            raise BadReference("the form", self.rule_code, "rest: name and value a line, as in a rule file.")
        for name in (*OFTEN, "code"):
            if name in rest:
                raise BadReference("the form", self.rule_code, f"rest: {name} stands in its own field above.")
        tolerance = {**rest.pop("tolerance", {}), **_given(cleaned, TOLERANCE)}
        flags = {name: True for name in ("needs_acceptance", "trial") if cleaned.get(name)}
        words = {name: " ".join(text.split()) for name, text in _given(cleaned, WORDS).items()}
        found = {"code": self.rule_code, **words, "severity": cleaned["severity"], **flags, **rest}
        before = self.instance.entry or {}
        for name in ("needs_acceptance", "trial"):  # a file may say no outright
            if before.get(name) is False and name not in found:
                found[name] = False
        return {**found, **({"tolerance": tolerance} if tolerance else {})}

    def _rest(self, text: str) -> Any:
        try:
            return yaml_typed(text)
        except ValueError as error:
            raise BadReference("the form", self.rule_code, f"rest: This is not YAML: {error}") from error


class NewRuleForm(RuleForm):
    """A rule that an analyst adds: its code beside the rest."""

    round = forms.ModelChoiceField(Round.objects.order_by("-code"))
    code = forms.CharField(max_length=10, help_text="L01, L02 …: your own")

    class Meta(RuleForm.Meta):
        fields = ("round",)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        newest = Round.objects.order_by("-code").first()
        self.fields["round"].initial = newest
        self.fields["code"].initial = next_code(newest.code) if newest else "L01"
        self.fields["severity"].initial = "explain"

    @property
    def round_code(self) -> str:
        found = self.cleaned_data.get("round")
        return found.code if found is not None else ""


def _given(cleaned: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _whole(cleaned[name]) for name in names if cleaned.get(name) not in (None, "")}


def _whole(value: Any) -> Any:
    """5, not 5.0: the same as in a file."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
