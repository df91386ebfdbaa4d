"""What England is asked in the benchmark, written out by hand for the references: thirteen rules and the twenty
targets that trusts are held to and returns answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

RULES = ("T01", "T02", "T05", "T06", "T08", "T09", "T28", "T29", "T30", "T31", "T32", "T39", "T40")
COMPARED = ("T01", "T02", "T29", "T30", "T31", "T32")  # one signed sum against another
TRUSTS = ("ac", "mh", "am")
BASELINE, OUTTURN, APRIL, MARCH, YEAR = 0, 1, 2, 13, 14
MONTHS = tuple(range(APRIL, YEAR))
GRAINS = {"month": MONTHS, "march": (MARCH,), "all": tuple(range(15))}
PERIODS = (
    "2019/20",
    "2022/23",
    *(f"2023-{month:02d}" for month in range(4, 13)),
    *(f"2024-{month:02d}" for month in range(1, 4)),
    "2023/24",
)


@dataclass(frozen=True)
class Comparison:
    """`left operator right` in some periods, within a tolerance in ten-thousandths or a share of the larger."""

    rule: str
    left: str
    operator: str
    right: str
    places: Sequence[int]
    kinds: frozenset[str]
    zero: bool  # a blank counts as nothing beside a figure
    absolute: int
    relative: tuple[int, int]  # numerator and denominator


@dataclass(frozen=True)
class Goal:
    """A target of trusts: `top` over `bottom`, held to so many per cent, or against its own past."""

    code: str
    kinds: tuple[str, ...]
    top: tuple[str, ...]
    bottom: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    way: str = ">="  # or <=, =, rises, falls, grows by, shrinks by
    goal: tuple[int, int] = (0, 1)  # per cent, numerator and denominator
    when: str = "march"  # march, each, year, mean
    past: int = OUTTURN
    inverted: bool = False
    optional: tuple[str, ...] = ()  # the types that may leave all of it blank
    mean: bool = False


AC, MH, AM = ("ac",), ("mh",), ("am",)
GOALS = (
    Goal("23-01", AC, ("E.M.13N",), ("E.M.13D",), goal=(76, 1)),
    Goal("23-02", AM, ("E.B.23c",), ("E.B.23cD",), way="<=", goal=(30, 1), when="year", mean=True),
    Goal("23-03", AC, ("E.M.30a",), ("E.M.30g", "E.M.30h"), way="<=", goal=(92, 1), when="mean"),
    Goal("23-04", (*AC, *MH), ("LOC.UCR2HN",), ("LOC.UCR2HD",), goal=(70, 1), when="each", optional=AC),
    Goal("23-10", AC, ("E.B.20",), less=("LOC.RTT65XC", "LOC.RTT65XS"), way="="),
    Goal("23-12", AC, ("LOC.CAN62BL",), way="falls"),
    Goal("23-13", AC, ("E.B.27N",), ("E.B.27D",), goal=(75, 1)),
    Goal("23-15", AC, ("E.B.28N",), ("E.B.28D",), way="rises", goal=(95, 1), inverted=True),
    Goal("23-18", AC, ("W.SUB.MID",), ("W.EST.MID",), way="rises", goal=(0, 0)),
    Goal("23-23", MH, ("E.H.31",), way="grows by", goal=(5, 1)),
    Goal("23-24", MH, ("E.A.5",), way="falls"),
    Goal("23-34", AC, ("E.M.9",), way="shrinks by", goal=(25, 1), when="year", past=BASELINE),
    Goal("23-35", AC, ("E.M.10a",), ("E.M.10",), goal=(85, 1), when="year"),
    Goal("23-36", AC, ("LOC.THEATREN",), ("LOC.THEATRED",), goal=(85, 1), when="year"),
    Goal("23-42", TRUSTS, ("F.EFF.TOTAL",), ("F.EXP.TOTAL",), goal=(22, 10), when="year"),
    Goal("23-43", TRUSTS, ("F.PAY.AGY",), ("F.PAY.TOTAL",), way="<=", goal=(37, 10), when="year"),
    Goal("23-51", AC, ("E.M.9",), ("E.M.8",), way="falls", when="year"),
    Goal("23-52", AC, ("E.M.29N",), way="falls", when="mean"),
    Goal("23-53", AC, ("LOC.HO60",), way="falls", when="year"),
    Goal("23-54", (*AC, *MH), ("E.T.8",), way="rises", goal=(0, 0), when="year", optional=AC),
)
NOT_APPLICABLE, NOT_ASSESSABLE, MET, NOT_MET = "not_applicable", "not_assessable", "met", "not_met"
Findings = set[tuple[str, str, str, str]]  # rule, organisation, line, period
Outcomes = set[tuple[str, str, str]]  # target, organisation, outcome
