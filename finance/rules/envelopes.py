"""The indicative envelopes of 2022/23: F-12 on a flat cash basis, F-13 what one body gains another gives."""

from __future__ import annotations

from collections.abc import Iterator

from finance.rules.members import behind, each, named
from planning.plan.array import Plan
from planning.plan.exact import SCALE
from planning.plan.rulebook import Rule
from planning.plan.rules import Breach, agree, figures_at, in_order, judges, pounds, relative_size, subject
from planning.registry import periods

ENVELOPE, HALF, WHOLE, ADJUSTED = "F.ENV", "F.ENV.H2", "F.ENV.FULL", "F.ENV.ADJ"


@judges("F-12")
def the_envelope_is_last_year_s_in_cash(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """`F.ENV = 2 x F.ENV.H2 + F.ENV.ADJ`. Where that holds and the whole of last year leads to another figure, a
    note: the two readings of flat cash agree only where both halves of last year were the same."""
    yield from in_order(breach for o in range(len(plan.members)) for breach in _flat(plan, rule, o))


def _flat(plan: Plan, rule: Rule, o: int) -> Iterator[Breach]:
    found = figures_at(plan, o, (ENVELOPE, HALF, ADJUSTED), periods.YEAR)
    if found is None:
        return
    envelope, half, adjusted = found
    if not agree(envelope, 2 * half + adjusted, rule.tolerance):
        words = f"Twice the second half of last year, {pounds(half)}"
        yield _apart(plan, o, HALF, (envelope, 2 * half, adjusted), words, is_note=False)
        return
    whole = plan.figure(plan.members[o].ods, WHOLE, periods.YEAR)
    if whole is not None and not agree(envelope, whole + adjusted, rule.tolerance):
        words = f"The whole of last year, {pounds(whole)}"
        yield _apart(plan, o, WHOLE, (envelope, whole, adjusted), words, is_note=True)


def _apart(
    plan: Plan, o: int, line: str, found: tuple[int, int, int], words: str, *, is_note: bool
) -> Breach:
    envelope, basis, adjusted = found
    expected, gap = basis + adjusted, pounds(abs(envelope - basis - adjusted))
    sign = "less" if adjusted < 0 else "with"
    return Breach(
        organisation=subject(plan.members[o]),
        line=ENVELOPE,
        period=plan.periods[periods.YEAR],
        actual=envelope / SCALE,
        expected=expected / SCALE,
        gap=abs(envelope - expected) / SCALE,
        unit="£000",
        message=(
            f"The indicative envelope is {pounds(envelope)}. {words}, {sign} {pounds(abs(adjusted))} of adjustment, "
            f"comes to {pounds(expected)}: {gap} apart."
        ),
        inputs=tuple((code, periods.YEAR) for code in (ENVELOPE, line, ADJUSTED)),
        size=relative_size(envelope - expected, expected),
        closes_with=f"{gap} between the envelope and what it is made of",
        numbers=f"{pounds(basis)} + {pounds(adjusted)} = {pounds(expected)}, not {pounds(envelope)}".replace(
            "+ −", "− "
        ),
        is_note=is_note,
    )


@judges("F-13")
def adjustments_come_to_nothing_over_a_system(plan: Plan, rule: Rule) -> Iterator[Breach]:
    """The sum of F.ENV.ADJ over a system's trusts is 0."""
    found = behind(plan)
    net = plan.figure(plan.members[0].ods, ADJUSTED, periods.YEAR)
    if found is None or net is None or agree(net, 0, rule.tolerance):
        return
    rows = each(*found, ADJUSTED)
    gain, give = [row for row in rows if row[1] > 0], [row for row in rows if row[1] < 0]
    gap = pounds(abs(net))
    yield Breach(
        organisation=None,
        line=ADJUSTED,
        period=plan.periods[periods.YEAR],
        actual=net / SCALE,
        expected=0.0,
        gap=abs(net) / SCALE,
        unit="£000",
        message=(
            f"Adjustments of the envelopes come to {pounds(net)} over the system, not to nothing. "
            f"Gain: {named(gain) or 'nobody'}. Give: {named(give) or 'nobody'}."
        ),
        inputs=((ADJUSTED, periods.YEAR),),
        size=1.0,
        closes_with=f"{gap} {'less' if net > 0 else 'more'} in the adjustments together",
        numbers=f"{' + '.join(pounds(figure) for _, figure in rows)} = {pounds(net)}".replace("+ −", "− "),
    )
