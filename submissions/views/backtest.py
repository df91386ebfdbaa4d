"""A rule run over plans in hand before it counts: asked for on a form, waited for, read, and made the rule."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from planning.people.access import Scope, scope_of
from planning.plan.backtests import (
    EVERY,
    TooManyWaiting,
    ask,
    is_administrator,
    may_try,
    systems_tried_by,
    visible_trials,
)
from planning.plan.rule_editing import Overtaken, save_rule
from planning.plan.rule_trials import RuleTrial
from planning.plan.rulebook import Rule, RuleVersion, version_in_force
from planning.registry.files import BadReference
from planning.registry.rounds import Round
from submissions.in_hand import plans_in_hand
from submissions.proposing import NotAProposal, check_proposal, proposed
from submissions.queries.backtest import form_page, result_page, without_trial
from submissions.queries.rule import is_triable
from submissions.views.asking import crumbs
from submissions.views.rule import LONGEST_REASON, opened_in, person_of, sentence


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def backtest(request: HttpRequest, round: str, code: str) -> HttpResponse:
    """Whom would this rule hit, as it stands or with what the form changes?"""
    scope = scope_of(request)
    row = _rule_or_404(scope, round, code)
    if request.method != "POST":
        return _form(request, scope, row, request.GET)
    try:
        trial = _ask(scope, row, request.POST)
    except NotAProposal as error:
        return _form(request, scope, row, request.POST, error.faults)
    return redirect("backtest_result", round, code, trial.pk)


@require_safe
@login_required
def backtest_result(request: HttpRequest, round: str, code: str, trial: UUID) -> HttpResponse:
    """What came of one trial, or how far it is."""
    scope = scope_of(request)
    found = _trial_or_404(scope, round, code, trial)
    context = _context(found.round, round, code, step="Try it out")
    return render(request, "backtest_result.jinja", {**context, **result_page(scope, found)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def make_rule(request: HttpRequest, round: str, code: str, trial: UUID) -> HttpResponse:
    """An administrator keeps what was tried as the rule, on trial: asked first, with a reason."""
    scope = scope_of(request)
    if not is_administrator(scope):
        raise Http404("Making a rule is for administrators.")
    found = _trial_or_404(scope, round, code, trial)
    current = version_in_force(round, code)
    wrong, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        entry = {**found.entry, "trial": True}
        try:
            save_rule(
                by=person_of(request), round_code=round, entry=entry, reason=reason,
                opened=opened_in(request),
            )  # fmt: skip
        except BadReference as error:
            wrong = sentence(error)
        except Overtaken as error:
            wrong = str(error)
        else:
            messages.success(
                request, f"{code} is on trial as it was tried. It counts nowhere until it is promoted."
            )
            return redirect("rule", round, code)
    context = {
        **_context(found.round, round, code, step="Try it out"),
        **result_page(scope, found),
        "opened": request.POST.get("opened", current.version if current is not None else ""),
        "wrong": wrong,
        "errors": [{"text": wrong, "href": "#reason"}] if wrong else [],
        "reason": reason,
        "longest": LONGEST_REASON,
    }
    return render(request, "make_rule.jinja", context, status=422 if wrong else 200)


def _ask(scope: Scope, row: RuleVersion, given: Any) -> RuleTrial:
    """Raises NotAProposal with what to put right."""
    plans, system = given.get("plans", row.round_id), given.get("system", "")
    everywhere = is_administrator(scope)
    if not Round.objects.filter(pk=plans).exists():
        raise NotAProposal({"plans": "Choose a round from the list"})
    if not (everywhere or system in systems_tried_by(scope)):
        raise NotAProposal({"system": "Choose one of your own systems"})
    entry = check_proposal(row.round_id, plans, proposed(row.entry, given))
    hand = plans_in_hand(plans, row.code, None if system == EVERY else [system])
    if not hand.versions:
        raise NotAProposal(
            {"plans": f"No plans of {plans.replace('-', '/')} are in hand there: choose another round"}
        )
    stands = version_in_force(plans, row.code)
    differs = stands is None or without_trial(stands.entry) != without_trial(entry)
    try:
        return ask(
            by=scope,
            of=row.round_id,
            plans=plans,
            system=system,
            entry=entry,
            differs=differs,
            in_hand=hand.digest,
        )
    except TooManyWaiting as error:
        raise NotAProposal({"plans": str(error)}) from error


def _form(
    request: HttpRequest, scope: Scope, row: RuleVersion, given: Any, faults: dict[str, str] | None = None
) -> HttpResponse:
    wrong = faults or {}
    context = {
        **_context(row.round, row.round_id, row.code),
        **form_page(scope, row, given),
        "wrong": wrong,
        "errors": [{"text": text, "href": f"#{field}"} for field, text in wrong.items()],
    }
    return render(request, "backtest.jinja", context, status=422 if wrong else 200)


def _rule_or_404(scope: Scope, round_code: str, code: str) -> RuleVersion:
    """The rule in force, for those who may try it; there is nothing here for anybody else."""
    if not may_try(scope):
        raise Http404("Trying rules is for ICBs.")
    rows = RuleVersion.objects.filter(is_current=True, retired=False).select_related("round")
    row = get_object_or_404(rows, round_id=round_code, code=code)
    if not is_triable(Rule.from_entry(row.entry, row.version, {})):
        raise Http404("A check of the workbook itself looks at the file, not at plans in hand.")
    return row


def _trial_or_404(scope: Scope, round_code: str, code: str, trial: UUID) -> RuleTrial:
    rows = visible_trials(scope).select_related("round", "system", "by")
    found = get_object_or_404(rows, pk=trial, rule=code)
    if found.result.get("of") != round_code:
        raise Http404("The trial is of another round's rule.")
    return found


def _context(place: Round, of: str, code: str, *, step: str = "") -> dict[str, Any]:
    steps = [
        ("Rule book", reverse("rule_book", args=[of])),
        (f"Rule {code}", reverse("rule", args=[of, code])),
    ]
    if step:
        steps.append((step, reverse("backtest", args=[of, code])))
    return {"round": place, "caption": place.year, "breadcrumbs": crumbs(*steps)}
