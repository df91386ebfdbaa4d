"""Plans written by hand: a few lines, a few organisations, three figures that matter.

`line("E.M.9", types="ac")` declares; `plan_of(lines, members, {("RTH", "E.M.9"): row(months=10)})` makes the plan
and computes it. Figures are numbers in the line's unit, None for blank, "n/a" for not applicable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from planning.plan.array import Member, Origin, Plan
from planning.plan.exact import scaled
from planning.plan.rulebook import Rule
from planning.registry.lines import Line, Lines
from targets.guidance.target import Target

ROUND = "2023-24"
COLUMNS = tuple("EFGHIJKLMNOPQRS")
RETURNS = ("activity", "workforce", "finance")
Figure = float | int | str | None


def line(code: str, over_time: str = "sum", types: str = "ac", **more: Any) -> Line:
    """A line; its return follows its code (W. workforce, F. finance, else activity)."""
    kind = {"W": "workforce", "F": "finance"}.get(code[0], "activity")
    if partner := more.pop("partner", ""):  # the same partners for every type
        more["partners"] = {held_by: [partner] for held_by in types.split()}
    entry = {
        "code": code,
        "label": more.pop("label", code),
        "return": kind,
        "sheet": "Figures",
        "section": "Figures",
        "measure_type": "Count",
        "unit": more.pop("unit", {"W": "WTE", "F": "£000"}.get(code[0], "patients")),
        "over_time": over_time,
        "types": types.split(),
        **more,
    }
    return Line.from_entry(entry)


def lines(*found: Line) -> Lines:
    return Lines(ROUND, found)


def row(
    months: Figure | Sequence[Figure] = None,
    outturn: Figure = None,
    baseline: Figure = None,
    year: Figure = None,
    **at: Figure,
) -> list[Figure]:
    """Fifteen figures: one figure for all months or twelve; `may=5` sets one month (apr … mar)."""
    twelve = list(months) if isinstance(months, list | tuple) else [months] * 12
    names = ("apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "jan", "feb", "mar")
    for name, figure in at.items():
        twelve[names.index(name)] = figure
    return [baseline, outturn, *twelve, year]


def member(ods: str, kind: str = "ac", returns: Iterable[str] = RETURNS, **more: Any) -> Member:
    uploads = {name: {"upload": f"{ods}-{name}", "version": 1, "sha256": "0"} for name in returns}
    return Member(ods, kind, more.pop("system", "QU9"), more.pop("name", ods), uploads=uploads, **more)


def plan_of(
    catalogue: Lines | Sequence[Line],
    members: Sequence[Member | str],
    figures: Mapping[tuple[str, str], Sequence[Figure]],
    codes: Iterable[str] = (),
) -> Plan:
    """A computed plan. Members given by code are acute trusts with all three returns."""
    found = catalogue if isinstance(catalogue, Lines) else lines(*catalogue)
    axis = [code for code in found if not code.endswith("@")] + list(codes)
    plan = Plan(found, [m if isinstance(m, Member) else member(m) for m in members], axis)
    for at, ((ods, code), given) in enumerate(figures.items()):
        plan.enter(ods, code, [_exact(figure) for figure in given], "".join(map(_letter, given)), origin(at))
    plan.compute()
    return plan


def origin(at: int) -> Origin:
    return Origin("Figures", at + 6, COLUMNS)


def _exact(figure: Figure) -> int | None:
    return None if figure is None or figure == "n/a" else scaled(Decimal(str(figure)))


def _letter(figure: Figure) -> str:
    return "b" if figure is None else "n" if figure == "n/a" else "v"


def rule(code: str, returns: str = "finance", **more: Any) -> Rule:
    """A rule with the round's parameters; tolerance as a file gives it."""
    parameters = {name: Decimal(str(value)) for name, value in more.pop("parameters", {}).items()}
    entry = {
        "code": code,
        "title": f"{code} holds.",
        "formula": code,
        "severity": "explain",
        "returns": returns.split(),
        "types": ["ac", "mh", "am"],
        "instruction": "Put it right.",
        "source": "test",
        **more,
    }
    return Rule.from_entry(entry, 1, parameters)


def target(
    code: str, measure: Mapping[str, Any], comparator: str, threshold: float | None, **more: Any
) -> Target:
    entry = {
        "code": code,
        "title": more.pop("title", code),
        "area": "Area",
        "metric": "metric",
        "type": "quantified",
        "measure": measure,
        "comparator": comparator,
        "threshold": threshold,
        "unit": "%",
        "gap_unit": "attendances",
        "effect": {"kind": "by_month", "from": "2024-03", "to": "2024-03"},
        "levels": ["trust", "system"],
        "types": ["ac"],
        "status": "published",
        "issued_by": "X24",
        "source": {},
        **more,
    }
    return Target.from_entry(entry)
