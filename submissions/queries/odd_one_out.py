"""Which of the three returns is out of step, as pages say it from what runs keep: nothing is worked out here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planning.foundation import wording
from planning.foundation.lines_drawn import Lines, drawn
from planning.people.access import Scope
from planning.plan.findings import Finding
from planning.plan.runs import Run
from planning.registry.periods import MONTHS, headers
from planning.registry.place import Place
from planning.registry.rounds import RETURNS
from submissions.visible import basis_for, current_runs
from targets.queries.bodies import Body

NAMES = {"activity": "Activity", "workforce": "Staff", "finance": "Pay"}
UNIT = "outturn = 100"
# Rules of one return alone that are about staff and their pay: there the other two returns have something to say.
STAFF_AND_PAY = frozenset({"T03", "T05", "T06", "T08", "T09"})


def run_of_body(scope: Scope, finding: Finding) -> Run | None:
    """The run that keeps the three indices and the ratios of whom the finding is about; one query where that is not the
    finding's own. A trust that a system's run names has its own: what the system keeps is not for it."""
    if finding.kind == "check":
        return None
    is_own = finding.run.scope == (Run.ORGANISATION if finding.organisation_id else Run.SYSTEM)
    if is_own and finding.run.subject == (finding.organisation_id or finding.system_id):
        return finding.run
    rows = current_runs(scope, finding.round_id, basis=basis_for(scope))
    found = rows.filter(scope=Run.ORGANISATION, subject=finding.organisation_id).first()
    return None if found is None else found.run


def odd_part(place: Place, finding: Finding, run: Run | None) -> dict[str, Any]:
    """The sentence that names the return that is out of step, how that is known, and the three lines by month with
    their table; empty for a finding that the three have nothing to do with."""
    own = finding.working.get("odd")
    indices = run.indices if run is not None else {}
    odd = own or (indices.get("odd") if finding.rule in STAFF_AND_PAY else None)
    if not odd:
        return {"odd": None}
    return {
        "odd": {"sentence": odd["sentence"], "allowed": odd.get("allowed", "")},
        **three_lines(place, indices),
    }


def three_lines(place: Place, indices: Mapping[str, Any]) -> dict[str, Any]:
    """{three: {picture, title, rows, labels}}: the picture with its table; none where no month is known."""
    returns = indices.get("returns") or {}
    labels = list(headers(place.round.code)[MONTHS])
    series = [(NAMES[key], list(returns[key]["months"])) for key in RETURNS if key in returns]
    if not any(value is not None for _, months in series for value in months):
        return {"three": None}
    odd = NAMES.get(_standing_apart(indices), "")
    return {
        "three": {
            "picture": drawn(Lines(labels, series, UNIT, 100.0, odd)),
            "title": title_of(indices),
            "labels": [name for name, _ in series],
            "rows": [_month(label, [months[at] for _, months in series]) for at, label in enumerate(labels)],
        }
    }


def _month(label: str, values: Sequence[float | None]) -> dict[str, Any]:
    return {"month": label, "values": [index(value) for value in values]}


def index(value: float | None) -> str:
    """`103.1`, and in words where it cannot be said."""
    return "not known" if value is None else wording.signed(value, 1)


def _standing_apart(indices: Mapping[str, Any]) -> str:
    return str((indices.get("odd") or {}).get("return", ""))


def title_of(indices: Mapping[str, Any]) -> str:
    """The finding of the picture: `Pay is out of step: 106.0 against activity 102.7 and staff 101.3`."""
    returns, odd = indices.get("returns") or {}, _standing_apart(indices)
    said = {key: f"{NAMES[key].lower()} {index(returns[key]['index'])}" for key in RETURNS if key in returns}
    if odd in said:
        others = wording.names([words for key, words in said.items() if key != odd])
        return f"{NAMES[odd]} {_is(odd)} out of step: {index(returns[odd]['index'])} against {others}"
    if all(row["index"] is not None for row in returns.values()):
        apart = "No one of the three stands out" if _agrees(indices) else "All three differ"
        return f"{apart}: {wording.names(list(said.values()))}"
    return "Activity, staff and pay as far as they have been returned"


def _is(key: str) -> str:
    return "are" if key == "workforce" else "is"


def _agrees(indices: Mapping[str, Any]) -> bool:
    return str((indices.get("odd") or {}).get("sentence", "")).startswith("No one")


def standing_of(indices: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a table of bodies: the three indices, and in words which is out of step, by how much."""
    returns, odd = indices.get("returns") or {}, indices.get("odd") or {}
    values = [returns[key]["index"] if key in returns else None for key in RETURNS]
    return {
        "values": [index(value) for value in values],
        "odd": _words(odd, returns),
        "is_odd": bool(odd.get("return")),
        "sentence": odd.get("sentence", ""),
    }


def _words(odd: Mapping[str, Any], returns: Mapping[str, Any]) -> str:
    if odd.get("return"):
        return f"{NAMES[odd['return']]}, by {wording.signed(abs(odd['by']), 1)} points"
    missing = [row["why"] for row in returns.values() if row.get("why")]
    if missing or not returns:
        return f"Cannot be told: {'; '.join(missing)}" if missing else "Not worked out yet"
    return "None" if str(odd.get("sentence", "")).startswith("No one") else "Cannot be told: all three differ"


def on_outturn(
    place: Place, whole: Run | None, bodies: Sequence[Body], runs: Mapping[str, Run]
) -> dict[str, Any]:
    """Activity, staff and pay on their outturn: three lines of a system, and a row for it and for each trust. From what
    the runs keep, by ODS code."""
    indices = whole.indices if whole is not None else {}
    names = {body.ods: body.name for body in bodies}
    held = [(body.name, runs[body.ods].indices) for body in bodies if body.ods in runs]
    rows = [{"name": name, **standing_of(kept)} for name, kept in held if kept.get("returns")]
    left_out = [(row["organisation"], row["why"]) for row in indices.get("left_out", ())]
    return {
        **three_lines(place, indices),
        "on_outturn": rows,
        "on_outturn_whole": standing_of(indices) if indices.get("returns") else None,
        "out_of_step": [f"{row['name']}: {row['odd']}" for row in rows if row["is_odd"]],
        "left_out": wording.names([f"{names.get(ods, ods)} ({why})" for ods, why in left_out]),
        "allowed": indices.get("allowed", ""),
    }
