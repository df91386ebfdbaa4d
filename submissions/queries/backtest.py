"""What the pages of a rule's trial show: the form that it is asked for with, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from planning.foundation import wording
from planning.foundation.wording import count, moment, names
from planning.people.access import Scope
from planning.plan.backtests import EVERY, is_administrator, systems_tried_by, visible_trials
from planning.plan.rule_trials import RuleTrial
from planning.plan.rulebook import Rule, RuleVersion, version_in_force
from planning.plan.runs import LATEST, CurrentRun
from planning.registry.organisations import Organisation
from planning.registry.periods import month_label
from submissions.proposing import form_of
from submissions.queries.rule_entries import system_name

MOST_LISTED = 10  # trials of a rule
MOST_SHOWN = 200  # hits on a page; the numbers of bodies are exact
ORGANISATION, SYSTEM = "organisation", "system"


# --- the form ------------------------------------------------------------------------------------------
def rounds_to_try(asked: str) -> list[dict[str, Any]]:
    """The rounds that have plans in hand, the newest first; one query."""
    rows = CurrentRun.objects.filter(basis=LATEST).order_by("-round_id").values_list("round_id", flat=True)
    return [
        {"value": code, "text": code.replace("-", "/"), "selected": code == asked} for code in rows.distinct()
    ]


def systems_to_try(scope: Scope, asked: str) -> list[dict[str, Any]]:
    """The systems on whose plans the asker may try a rule; every one of them at once for an administrator. One
    query."""
    rows = Organisation.objects.filter(rounds__isnull=False).distinct().order_by("ods")
    everywhere = is_administrator(scope)
    found = rows if everywhere else rows.filter(ods__in=systems_tried_by(scope))
    listed = [{"value": row.ods, "text": system_name(row), "selected": row.ods == asked} for row in found]
    first = [{"value": EVERY, "text": "Every system", "selected": asked == EVERY}] if everywhere else []
    return [*first, *listed]


def form_page(scope: Scope, row: RuleVersion, given: Mapping[str, str]) -> dict[str, Any]:
    """The form, filled with the declaration as it stands or as it was typed. Four queries."""
    rule = Rule.from_entry(row.entry, row.version, {})
    systems = sorted(systems_tried_by(scope))
    system = given.get("system", EVERY if is_administrator(scope) or not systems else systems[0])
    trials = visible_trials(scope).filter(rule=row.code).select_related("system", "by")
    return {
        "rule": rule,
        "form": form_of(row.entry, given),
        "rounds": rounds_to_try(given.get("plans", row.round_id)),
        "systems": systems_to_try(scope, system),
        "tried": [listed(trial) for trial in trials[:MOST_LISTED]],
    }


def listed(trial: RuleTrial) -> dict[str, Any]:
    """One trial among others."""
    found = Outcome.of(trial)
    done = trial.state == RuleTrial.DONE
    return {
        "address": address_of(trial),
        "plans": trial.round_id.replace("-", "/"),
        "whose": whose(trial),
        "declaration": "Edited" if trial.differs else "As in force",
        "by": trial.by.name if trial.by else "",
        "at": moment(trial.asked_at),
        "words": found.words if done else {"waiting": "Being run", "failed": "Could not be run"}[trial.state],
    }


def whose(trial: RuleTrial) -> str:
    return system_name(trial.system) if trial.system else "Every system"


def address_of(trial: RuleTrial) -> str:
    return reverse("backtest_result", args=[trial.result.get("of", trial.round_id), trial.rule, trial.pk])


# --- what came of it -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Outcome:
    """How many bodies of one level a trial hit, of how many that could be judged."""

    hit: int
    judged: int
    waiting: int
    systems_hit: int
    systems_judged: int

    @classmethod
    def of(cls, trial: RuleTrial) -> Outcome:
        states = Counter((row["level"], row["state"]) for row in trial.result.get("bodies", ()))
        hit, whole = states[ORGANISATION, "hit"], states[SYSTEM, "hit"]
        return cls(
            hit, hit + states[ORGANISATION, "assessed"], states[ORGANISATION, "waiting"],
            whole, whole + states[SYSTEM, "assessed"],
        )  # fmt: skip

    @property
    def words(self) -> str:
        """`4 of 11 organisations and 1 of 1 system`."""
        said = []
        if self.judged:
            said.append(f"{self.hit:,} of {count(self.judged, 'organisation')}")
        if self.systems_judged:
            said.append(f"{self.systems_hit:,} of {count(self.systems_judged, 'system')}")
        return names(said) or "nobody: no plan in hand could be judged"

    @property
    def share(self) -> int:
        """Per hundred judged, for a bar."""
        judged = self.judged + self.systems_judged
        return round(100 * (self.hit + self.systems_hit) / judged) if judged else 0


def result_page(scope: Scope, trial: RuleTrial) -> dict[str, Any]:
    """What one trial found. Three queries."""
    result = trial.result
    hits, released = result.get("hits", []), result.get("released", [])
    found = Outcome.of(trial)
    of = str(result.get("of", trial.round_id))
    current = version_in_force(of, trial.rule)
    new = [row for row in hits if not row["already"]]
    return {
        "trial": trial,
        "of": of,
        "plans": trial.round_id.replace("-", "/"),
        "whose": whose(trial),
        "title": trial.entry["title"],
        "formula": trial.entry["formula"],
        "tolerance": trial.entry.get("tolerance", {}).get("text", ""),
        "headline": f"Would hit {found.words}",
        "share": found.share,
        "new": [hit_row(row) for row in new[:MOST_SHOWN]],
        "already": [hit_row(row) for row in hits if row["already"]][:MOST_SHOWN],
        "released": [hit_row(row) for row in released[:MOST_SHOWN]],
        "newly": count(_bodies(new), "organisation or system", "organisations and systems")
        if new
        else "nobody",
        "in_force": result.get("in_force"),
        "own_tolerance": result.get("own_tolerance", False),
        "waiting": _waiting(result.get("bodies", ())),
        "versions": result.get("versions", []),
        "by_organisation": _versions(result.get("versions", ())),
        "as_at": moment(datetime.fromisoformat(result["as_at"])) if "as_at" in result else "",
        "progress": f"{result['done']} of {count(result['systems'], 'system')} so far."
        if "done" in result
        else "",
        "rounds": other_rounds(scope, trial),
        "is_administrator": is_administrator(scope),
        "differs_from_own": current is not None
        and without_trial(current.entry) != without_trial(trial.entry),
        "on_trial": current is not None and bool(current.entry.get("trial")),
    }


def hit_row(hit: Mapping[str, Any]) -> dict[str, str]:
    return {
        "who": hit["name"],
        "message": hit["message"],
        "line": hit["line"],
        "period": month_label(hit["period"]) if hit["period"] else "",
        "gap": wording.gap(hit["gap"], hit["unit"]),
    }


def _bodies(hits: Sequence[Mapping[str, Any]]) -> int:
    return len(
        {
            (hit["organisation"], hit["system"]) if not hit["organisation"] else hit["organisation"]
            for hit in hits
        }
    )


def _waiting(bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    rows = sorted((row for row in bodies if row["state"] == "waiting"), key=lambda row: str(row["name"]))
    return [{"who": row["name"], "waits": names(list(row["waits"]))} for row in rows]


def _versions(versions: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """`RTH: activity 2, finance 1`, one a row."""
    found: dict[str, list[str]] = {}
    for row in versions:
        found.setdefault(row["organisation"], []).append(f"{row['return']} version {row['version']}")
    return [{"who": ods, "versions": names(said)} for ods, said in sorted(found.items())]


def other_rounds(scope: Scope, trial: RuleTrial) -> list[dict[str, Any]]:
    """The same declaration on the plans of several rounds, the last trial of each; none where there is only one.
    One query."""
    rows = visible_trials(scope).filter(rule=trial.rule, state=RuleTrial.DONE, system_id=trial.system_id)
    latest: dict[str, RuleTrial] = {}
    for row in rows.order_by("finished_at"):
        if without_trial(row.entry) == without_trial(trial.entry):
            latest[row.round_id] = row
    if len(latest) < 2:
        return []
    outcomes = [(code, latest[code], Outcome.of(latest[code])) for code in sorted(latest)]
    return [
        {
            "round": code.replace("-", "/"),
            "words": found.words,
            "share": found.share,
            "address": address_of(row),
            "is_this": row.pk == trial.pk,
        }
        for code, row, found in outcomes
    ]


def without_trial(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "trial"}
