"""T1, T2: how long England takes, as ratios to the references and to itself with four times the data."""

from __future__ import annotations

from benchmarks.england import keep_england
from benchmarks.england_judged import England, judged_in_full, judged_in_part, must_agree
from benchmarks.pairs import Measured, Work, compare, said
from benchmarks.reference import england_arrays, england_pandas

SYSTEMS = 42  # 210 trusts
ONCE, FOUR_TIMES = 10, 40  # systems
ARRAYS, PANDAS, GROWTH = 2.0, 0.5, 5.0
PAIRS = 3  # each takes long enough to be steady


def run() -> list[str]:
    """What was measured, a line each. Raises AssertionError where the references come to other results."""
    codes = keep_england(SYSTEMS)
    england, once, four = England.of(codes), England.of(codes[:ONCE]), England.of(codes[:FOUR_TIMES])
    for reference in (england_arrays.run, england_pandas.run):
        must_agree(england, reference)
    by_hand, comparisons = england.trusts, england.comparisons

    def arrays() -> object:
        return england_arrays.run(by_hand, comparisons)

    def pandas() -> object:
        return england_pandas.run(by_hand, comparisons)

    def service() -> object:
        return judged_in_part(england)

    return [
        f"England: {len(england.members)} trusts of {len(codes)} systems; the references know {len(england.rules)} "
        f"rules ({len(comparisons)} comparisons) and {len(england.targets)} targets, and name the same results",
        said("T1 those rules and targets / in arrays by hand", _timed(service, arrays), ARRAYS),
        said("T1 those rules and targets / in pandas by hand", _timed(service, pandas), PANDAS),
        said(
            "T2 those, four times the data / once",
            _timed(lambda: judged_in_part(four), lambda: judged_in_part(once)),
            GROWTH,
        ),
        said(
            f"T1 all {len(england.book.rules)} rules, {len(england.book.targets)} targets, trusts, boards and systems "
            "/ in arrays by hand",
            _timed(lambda: judged_in_full(england), arrays),
        ),
    ]


def _timed(work: Work, reference: Work) -> Measured:
    return compare(work, reference, PAIRS)
