"""The page of one rule, and its promotion."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from planning.people.access import scope_of
from planning.people.person import Person
from planning.plan.backtests import is_administrator
from planning.plan.rule_editing import Overtaken, promote
from planning.plan.rulebook import RuleVersion
from planning.registry.files import BadReference
from submissions.queries.rule import rule_page
from submissions.queries.rule_history import versions_of
from submissions.views.asking import crumbs

LONGEST_REASON = 300


@require_safe
@login_required
def rule(request: HttpRequest, round: str, code: str) -> HttpResponse:
    """One check or rule in full."""
    versions = versions_or_404(round, code)
    context = _context(versions)
    return render(request, "rule.jinja", {**context, **rule_page(scope_of(request), versions)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def promote_rule(request: HttpRequest, round: str, code: str) -> HttpResponse:
    """Asked first, with a reason; then the rule counts."""
    scope = scope_of(request)
    if not is_administrator(scope):
        raise Http404("Promoting a rule is for administrators.")
    versions = versions_or_404(round, code)
    wrong, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            promote(
                by=person_of(request), round_code=round, code=code, reason=reason, opened=opened_in(request)
            )
        except BadReference as error:
            wrong = sentence(error)
        except Overtaken as error:
            wrong = str(error)
        else:
            messages.success(request, f"{code} counts now. Everybody with results is being judged again.")
            return redirect("rule", round, code)
    context = {
        **_context(versions, (f"Rule {code}", reverse("rule", args=[round, code]))),
        **rule_page(scope, versions),
        "wrong": wrong,
        "errors": [{"text": wrong, "href": "#reason"}] if wrong else [],
        "opened": request.POST.get("opened", versions[0].version),
        "reason": reason,
        "longest": LONGEST_REASON,
    }
    return render(request, "promote_rule.jinja", context, status=422 if wrong else 200)


def versions_or_404(round_code: str, code: str) -> list[RuleVersion]:
    """Every version of a rule, the newest first."""
    found = versions_of(round_code, code)
    if not found:
        raise Http404("The round has no such rule.")
    return found


def sentence(error: BadReference) -> str:
    """What is wrong and what to do, without the name of the field before it."""
    _, colon, rest = error.what.partition(": ")
    said = rest if colon else error.what
    return said[:1].upper() + said[1:]


def opened_in(request: HttpRequest) -> int | None:
    """The version that the form was of, None where it says none."""
    said = request.POST.get("opened", "")
    return int(said) if said.isdecimal() and len(said) < 6 else None


def person_of(request: HttpRequest) -> Person:
    person = request.user
    if not isinstance(person, Person):
        raise Http404("Only people do this.")
    return person


def _context(versions: Sequence[RuleVersion], *steps: tuple[str, str]) -> dict[str, object]:
    place = versions[0].round
    book = ("Rule book", reverse("rule_book", args=[place.pk]))
    return {"round": place, "caption": place.year, "breadcrumbs": crumbs(book, *steps)}
