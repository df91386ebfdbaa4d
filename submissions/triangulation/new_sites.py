"""New sites: T20, capital that opens a diagnostic centre or a surgical hub in the year brings activity with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, in_order, judges, months_of, pounds, subject
from planning.registry import periods


@dataclass(frozen=True)
class Site:
    """A kind of site: its capital, the month in which it opens (1 is April), what is then done there."""

    capital: str
    opens: str
    activity: str
    words: str
    done: str


SITES = (
    Site("F.CAP.CDC", "F.CAP.CDCGO", "LOC.CDCACT", "a community diagnostic centre", "tests"),
    Site("F.CAP.HUB", "F.CAP.HUBGO", "LOC.HUBACT", "a surgical hub", "elective spells"),
)


@judges("T20")
def a_site_that_opens_in_the_year_has_activity(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """Capital of the year over 0 and an opening month of the year imply activity from that month to March. A month
    that is blank, n/a or none of the twelve asks for nothing: the site opens later, or nobody has said."""
    yield from in_order(
        breach for o in range(len(plan.members)) for site in SITES for breach in _judge(plan, o, site)
    )


def _judge(plan: Plan, o: int, site: Site) -> Iterator[Breach]:
    ods = plan.members[o].ods
    capital, opens = (plan.figure(ods, code, periods.YEAR) for code in (site.capital, site.opens))
    if not capital or capital < 0 or opens is None or opens not in range(SCALE, 12 * SCALE + 1, SCALE):
        return
    first = periods.APRIL + opens // SCALE - 1
    done = _done(plan, ods, site.activity, range(first, periods.YEAR))
    if done is not None and sum(done) <= 0:
        yield _breach(plan, o, site, capital, first)


def _done(plan: Plan, ods: str, code: str, places: Iterable[int]) -> list[int] | None:
    """The line's exact figures, None where one is missing."""
    found = [plan.figure(ods, code, place) for place in places]
    known = [figure for figure in found if figure is not None]
    return known if len(known) == len(found) else None


def _breach(plan: Plan, o: int, site: Site, capital: int, first: int) -> Breach:
    month, march = (periods.month_label(plan.periods[place]) for place in (first, periods.MARCH))
    until = f"in {month}" if first == periods.MARCH else f"from then to {march}"
    return Breach(
        organisation=subject(plan.members[o]),
        line=site.activity,
        period=plan.periods[first],
        actual=0.0,
        expected=None,
        gap=None,
        unit=plan.lines[site.activity].unit,
        message=(
            f"{pounds(capital)} of capital ({site.capital}) pays for {site.words} that opens in {month}, but no "
            f"{site.done} ({site.activity}) are planned in it {until}."
        ),
        inputs=(
            (site.capital, periods.YEAR),
            (site.opens, periods.YEAR),
            *((site.activity, place) for place in range(first, periods.YEAR)),
        ),
        size=1.0,
        closes_with=f"{site.done.capitalize()} in it from {month} on, or n/a for its month if it opens later",
        numbers=f"capital {pounds(capital)} > £0; {site.done} from {month} on: 0",
        months=months_of(plan, o, site.activity),
    )
