"""The rules of a round once more, in plain figures and apart from the service's own judges: what filled returns
must hold, also where no rule of the service asks for it yet. T: triangulation; F: finance; else targets."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Any

from planning.registry import periods
from planning.registry.lines import Line
from submissions.layout.totals import complete

BASELINE, OUTTURN, MARCH, YEAR = periods.BASELINE, periods.OUTTURN, periods.MARCH, periods.YEAR
MONTHS = range(periods.APRIL, YEAR)
GROUPS = ("MD.CON", "MD.OTH", "RN", "MID", "AHP", "STT", "AMB", "SUP", "INF", "OTH")
BEDS = ("E.M.30g", "E.M.30h", "E.M.30i", "E.M.30j")
TRUSTS = ("ac", "mh", "am")


@dataclass
class Books:
    """One organisation's figures of all returns, or a system's sums, with totals computed. Asking for a figure
    that is not there is a KeyError."""

    ods: str
    kind: str
    round: str
    rates: Mapping[str, Any]
    lines: dict[str, Line] = field(default_factory=dict)
    rows: dict[str, list[Any]] = field(default_factory=dict)

    def __call__(self, code: str, place: int = YEAR) -> Fraction:
        """A figure; spend counts by its size."""
        figure = self.rows[code][place]
        if figure is None or isinstance(figure, str):
            raise KeyError(f"{self.ods} {code} {place}: {figure}")
        exact = Fraction(str(figure))
        return abs(exact) if self.lines[code].sign == "-" else exact

    def signed(self, code: str, place: int = YEAR) -> Fraction:
        return -self(code, place) if self.lines[code].sign == "-" else self(code, place)

    def sum(self, codes: Iterable[str], place: int = YEAR) -> Fraction:
        return sum((self(code, place) for code in codes), Fraction(0))

    def share(self, code: str, place: int = YEAR) -> Fraction:
        return self(f"{code}N", place) / self(f"{code}D", place)

    def growth(self, code: str) -> Fraction:
        return self(code) / self(code, OUTTURN) - 1

    def rate(self, code: str) -> Fraction:
        return Fraction(str(self.rates[code]))

    def family(self, prefix: str) -> list[str]:
        return [code for code in self.rows if code.startswith(prefix)]

    def staff(self, kind: str, place: int) -> Fraction:
        return self.sum((f"W.{kind}.{group}" for group in GROUPS), place)

    def weighted(self, place: int) -> Fraction:
        """Cost-weighted activity."""
        codes = [code.removeprefix("weight.") for code in self.rates if code.startswith("weight.")]
        return sum((self.rate(f"weight.{code}") * self(code, place) for code in codes), Fraction(0))


def books_of(
    ods: str,
    kind: str,
    round_code: str,
    rates: Mapping[str, Any],
    returns: Iterable[tuple[Sequence[Line], Mapping[str, Sequence[Any]]]],
) -> Books:
    books = Books(ods, kind, round_code, rates)
    for lines, figures in returns:
        books.lines |= {line.code: line for line in lines}
        books.rows |= complete(list(lines), kind, figures)
    return books


def system_of(members: Sequence[Books]) -> Books:
    """Sums of the members that count; a line is there where one of those that are counted has it."""
    whole = Books("system", "system", members[0].round, members[0].rates)
    for member in members:
        for code, row in member.rows.items():
            line = member.lines[code]
            if line.over_organisations != "sum" or member.kind not in line.counted_from:
                continue
            whole.lines[code] = line
            before = whole.rows.setdefault(code, [None] * periods.COUNT)
            whole.rows[code] = [_plus(one, other) for one, other in zip(before, row, strict=True)]
    return whole


def _plus(one: Any, other: Any) -> Any:
    if isinstance(other, str) or other is None:
        return one
    return Fraction(str(other)) + (one or 0)


def near(one: Fraction, other: Fraction, absolute: float = 0, relative: float = 0) -> bool:
    return abs(one - other) <= max(Fraction(str(absolute)), Fraction(str(relative)) * abs(other))


Rule = Callable[[Books], bool]
RULES: dict[str, tuple[tuple[str, ...], Rule]] = {}


def rule(code: str, *kinds: str) -> Callable[[Rule], Rule]:
    def keep(judge: Rule) -> Rule:
        RULES[code] = (kinds, judge)
        return judge

    return keep


def broken(books: Books) -> Iterator[str]:
    for code, (kinds, judge) in RULES.items():
        if books.kind in kinds and not judge(books):
            yield f"{code} {books.ods}"


# --- across returns ---------------------------------------------------------------------------------------


@rule("T01", *TRUSTS)
def _(b: Books) -> bool:
    return near(b("W.TOT", MARCH), b("F.WTE.TOT", MARCH), 5, 0.005)


@rule("T02", *TRUSTS)
def _(b: Books) -> bool:
    return all(
        near(b.staff(kind, at), b(f"F.WTE.{kind}", at), 2, 0.01)
        for kind in ("SUB", "BNK", "AGY")
        for at in MONTHS
    )


@rule("T03", *TRUSTS)
def _(b: Books) -> bool:
    expected = (1 + b.growth("F.WTE.TOT")) * (1 + b.rate("pay_award")) - 1
    return near(b.growth("F.PAY.TOTAL"), expected, 0.015)


@rule("T04", *TRUSTS)
def _(b: Books) -> bool:
    large = [group for group in GROUPS if b(f"W.AVG.{group}") >= 5]
    cost = {at: [b(f"F.PAY.SUB.{g}", at) / b(f"W.AVG.{g}", at) for g in large] for at in (YEAR, OUTTURN)}
    expected = [lately * (1 + b.rate("pay_award")) for lately in cost[OUTTURN]]
    return all(near(now, then, 0, 0.05) for now, then in zip(cost[YEAR], expected, strict=True))


@rule("T05", *TRUSTS)
def _(b: Books) -> bool:
    now, then = (b("F.PAY.AGY", at) / b("F.WTE.AGY", at) for at in (YEAR, OUTTURN))
    return near(now, then, 0, 0.15)


@rule("T06", *TRUSTS)
def _(b: Books) -> bool:
    pairs = [("F.PAY.AGY", "F.WTE.AGY", "F.PAY.SUB", "F.WTE.SUB")]
    pairs += [
        (f"F.PAY.AGY.{g}", f"W.AGY.{g}", f"F.PAY.SUB.{g}", f"W.AVG.{g}") for g in GROUPS if b(f"W.AGY.{g}")
    ]
    return all(1 <= (b(paid) / b(people)) / (b(pay) / b(staff)) <= 3 for paid, people, pay, staff in pairs)


@rule("T07", *TRUSTS)
def _(b: Books) -> bool:
    whole = [
        (b(f"F.PAY.{k}", at), b(f"F.WTE.{k}", at), b.staff(k, at)) for k in ("AGY", "BNK") for at in MONTHS
    ]
    parts = [
        (b(f"F.PAY.{k}.{g}", at), b(f"W.{k}.{g}", at))
        for k in ("AGY", "BNK")
        for g in GROUPS
        for at in MONTHS
    ]
    return all(len({bool(figure) for figure in found}) == 1 for found in [*whole, *parts])


@rule("T08", *TRUSTS, "system")
def _(b: Books) -> bool:
    ceiling = Fraction("0.032") if b.round == "2024-25" else Fraction("0.037")
    return b("F.PAY.AGY") / b("F.PAY.TOTAL") <= ceiling


@rule("T09", *TRUSTS)
def _(b: Books) -> bool:
    people, paid = b.growth("F.WTE.AGY"), (1 + b.growth("F.PAY.AGY")) / (1 + b.rate("pay_award")) - 1
    return people * paid >= 0 or min(abs(people), abs(paid)) <= Fraction("0.01")


@rule("T10", "ac")
def _(b: Books) -> bool:
    own = [b("F.WTE.SUB", at) + b("F.WTE.BNK", at) for at in (YEAR, OUTTURN)]
    return not (
        b.growth("F.WTE.AGY") < Fraction("-0.01")
        and own[0] <= own[1]
        and b.weighted(YEAR) > b.weighted(OUTTURN)
    )


@rule("T11", "ac")
def _(b: Books) -> bool:
    more = b.weighted(YEAR) / b.weighted(OUTTURN) / (1 + b.growth("W.AVG")) - 1
    return Fraction("-0.01") <= more <= Fraction("0.03")


@rule("T12", "ac")
def _(b: Books) -> bool:
    now, then = (b.weighted(at) / b("W.AVG", at) for at in (YEAR, BASELINE))
    return Fraction("-0.2") <= now / then - 1 <= Fraction("0.1")


@rule("T13", "ac")
def _(b: Books) -> bool:
    now, then = (b.sum(("W.AVG.MD.CON", "W.AVG.MD.OTH", "W.AVG.RN"), at) for at in (YEAR, OUTTURN))
    return not (b.growth("E.M.10") > 0 and now < then)


@rule("T14", "ac")
def _(b: Books) -> bool:
    income = b("F.INC.ELEC") + b("F.INC.ERF") / b.rate("erf_rate")
    return Fraction("0.97") <= income / (b("LOC.VWA") * b.rate("price")) <= Fraction("1.03")


@rule("T15", "ac")
def _(b: Books) -> bool:
    target = Fraction("1.04" if b.round == "2022-23" else "1.03")
    over = b("LOC.VWA") - target * b("LOC.VWA", BASELINE)
    worth = b("LOC.VWA") * b.rate("price")
    return near(b("F.INC.ERF"), over * b.rate("price") * b.rate("erf_rate"), float(worth) * 0.02)


@rule("T18", "ac")
def _(b: Books) -> bool:
    now, then = (b.sum(("W.AVG.RN", "W.BNK.RN", "W.AGY.RN"), at) / b.sum(BEDS, at) for at in (YEAR, OUTTURN))
    return near(now, then, 0, 0.1)


@rule("T19", "ac", "mh")
def _(b: Books) -> bool:
    return b("E.T.5D", MARCH) <= b("E.T.5D", OUTTURN) or (b("W.VW") > 0 and b("F.MEMO.VW") > 0)


@rule("T20", "ac")
def _(b: Books) -> bool:
    return all(
        b(f"F.CAP.{k}") == 0 or (b.sum([f"LOC.{k}ACT"], MARCH) > 0 and 1 <= b(f"F.CAP.{k}GO") <= 12)
        for k in ("CDC", "HUB")
    )


@rule("T21", *TRUSTS)
def _(b: Books) -> bool:
    fewer = b("F.WTE.BNK") + b("F.WTE.AGY") < b("F.WTE.BNK", OUTTURN) + b("F.WTE.AGY", OUTTURN)
    return b("W.EFF") > 0 or fewer


@rule("T22", *TRUSTS)
def _(b: Books) -> bool:
    saved = b("F.EFF.REC.PAY") + b("F.EFF.NR.PAY")
    fewer = max(Fraction(0), b("F.WTE.AGY", OUTTURN) - b("F.WTE.AGY"))
    dearer = b("F.PAY.AGY") / b("F.WTE.AGY") - b("F.PAY.SUB") / b("F.WTE.SUB")
    explained = b("W.EFF") * b("F.PAY.TOTAL") / b("F.WTE.TOT") + fewer * dearer
    return saved > 0 and near(explained, saved, 0, 0.2)


@rule("T23", *TRUSTS)
def _(b: Books) -> bool:
    return b("F.INC.OPFUV") == 0


@rule("T24", "mh")
def _(b: Books) -> bool:
    return b("W.AVG") >= b("W.AVG", OUTTURN)


@rule("T25", "icb")
def _(b: Books) -> bool:
    mean = sum(b("W.ARRS", at) for at in MONTHS) / 12
    return near(mean * b.rate("arrs_rate"), b("F.ICB.ARRS"), 0, 0.1)


@rule("T26", *TRUSTS)
def _(b: Books) -> bool:
    change = b.staff("SUB", MARCH) - b.staff("SUB", OUTTURN)
    return near(change, b("W.BR.JOIN") - b("W.BR.LEAV") + b("W.BR.TRF"), 1)


@rule("T27", *TRUSTS, "icb")
def _(b: Books) -> bool:
    return near(b.sum(b.family("F.BR.")), b("F.AFP"), 50) and near(b("F.BR.OUT"), b("F.AFP", OUTTURN), 50)


# --- within activity --------------------------------------------------------------------------------------


@rule("T28", "ac")
def _(b: Books) -> bool:
    waiting = {at: b("E.B.3a", at) for at in (OUTTURN, *MONTHS)}
    flows = {at: b("E.M.20", at) - b.sum(("E.M.18", "E.M.19", "LOC.RTTREM"), at) for at in MONTHS}
    return all(near(waiting[at - 1] + flows[at], waiting[at], 0, 0.01) for at in MONTHS)


@rule("T29", "ac", "am")
def _(b: Books) -> bool:
    chains = [("LOC.HO15", "LOC.HO30", "LOC.HOT")]
    if b.kind == "ac":
        chains.append(("LOC.RTT104", "LOC.RTT78", "E.B.20", "E.B.18", "E.B.3a"))
    nested = all(
        b(inner, at) <= b(outer, at) for chain in chains for inner, outer in pairwise(chain) for at in MONTHS
    )
    quick = all(b("LOC.HO60", at) <= b("LOC.HOT", at) - b("LOC.HO30", at) for at in MONTHS)
    cohorts = (
        {"52": "E.B.18", "65": "E.B.20", "78": "LOC.RTT78", "104": "LOC.RTT104"} if b.kind == "ac" else {}
    )
    return (
        nested
        and quick
        and all(
            b.sum(b.family(f"LOC.RTT{weeks}X"), at) <= b(code, at)
            for weeks, code in cohorts.items()
            for at in MONTHS
        )
    )


@rule("T30", *TRUSTS, "icb")
def _(b: Books) -> bool:
    apart = ("E.M.30", "E.M.29", "E.T.5", "E.D.24", "E.K.1")
    pairs = [
        (code, line.denominator)
        for code, line in b.lines.items()
        if line.denominator in b.rows and not code.startswith(apart)
    ]
    if b.kind in ("mh", "icb"):
        pairs.append(("LOC.IAPT6N", "LOC.IAPT18N"))
    late = b.kind != "ac" or all(
        b("LOC.ED12N", at) <= b("E.M.13D", at) - b("E.M.13N", at) for at in (OUTTURN, *MONTHS)
    )
    return late and all(_no_more(b, *pair) for pair in pairs)


@rule("T31", *TRUSTS, "icb")
def _(b: Books) -> bool:
    parts = {code: line.of_which for code, line in b.lines.items() if line.of_which in b.rows}
    ethnic = [code for code in parts if ".ETH" in code]
    sums = {
        whole: [code for code in ethnic if parts[code] == whole] for whole in {parts[code] for code in ethnic}
    }
    sums |= {
        whole: found
        for whole in {code.partition("@")[0] for code in parts if "@" in code and b.kind != "icb"}
        if (found := [code for code in parts if code.startswith(f"{whole}@")])
    }
    wholes = all(
        abs(b.sum(found, at)) <= abs(b(parts[found[0]], at)) for found in sums.values() for at in MONTHS
    )
    groups = all(
        near(b.sum((f"F.PAY.{k}.{g}" for g in GROUPS), at), b(f"F.PAY.{k}", at), 1)
        for k in ("BNK", "AGY")
        for at in MONTHS
        if b.kind in TRUSTS
    )
    listed = b.kind != "ac" or all(
        b.sum((f"E.B.28{kind}{end}" for kind in "abcdefghk"), at) == b(f"E.B.28{end}", at)
        for end in "ND"
        for at in (OUTTURN, *MONTHS)
    )
    seen = b.kind != "ac" or all(b("E.M.8", at) + b("E.M.9", at) <= b("E.M.32", at) for at in range(YEAR))
    return wholes and groups and listed and seen and all(_no_more(b, *pair) for pair in parts.items())


def _no_more(b: Books, part: str, whole: str) -> bool:
    pairs = [(b.rows[part][at], b.rows[whole][at]) for at in range(periods.COUNT)]
    known = [pair for pair in pairs if not any(one is None or isinstance(one, str) for one in pair)]
    return all(abs(Fraction(str(one))) <= abs(Fraction(str(other))) for one, other in known)


@rule("T32", "ac")
def _(b: Books) -> bool:
    return all(
        b("E.M.30a", at) <= b.sum(BEDS[:2], at)
        and b("E.M.30b", at) <= b.sum(BEDS[2:], at)
        and b("E.M.26bN", at) <= b("E.M.26bD", at)
        and b("E.M.29N", at) <= b("E.M.30a", at)
        and b("E.T.5N", at) <= b("E.T.5D", at)
        for at in MONTHS
    )


@rule("T33", "ac")
def _(b: Books) -> bool:
    needed = b("E.M.11b") * b("LOC.LOSNEL") + b("E.M.10b") * b("LOC.LOSEL")
    return needed <= Fraction("1.05") * sum(b.sum(BEDS, at) * days for at, days in _days(b).items())


@rule("T34", "ac")
def _(b: Books) -> bool:
    needed = b("E.B.28D", OUTTURN) + b("LOC.DXREF") - b("E.B.28D", MARCH)
    return b("E.B.26") >= needed * Fraction("0.95")


PLANNED = ("E.M.8", "E.M.9", "E.M.10a", "E.M.10b", "E.M.18", "E.M.19", "E.M.20", "E.B.26")


@rule("T35", *TRUSTS, "icb")
def _(b: Books) -> bool:
    """For all flows, those of ratios too, although a rule may ask it of counts alone."""
    working = dict(zip(MONTHS, _working_days(b), strict=True))
    for code in _flows(b, ("sum", "ratio"), 600):
        days = working if code in PLANNED or code.startswith("E.B.26") else _days(b)
        each = {at: b(code, at) / days[at] for at in MONTHS}
        mean = b(code) / sum(days.values())
        for at in MONTHS:
            if abs(each[at] / mean - 1) > (Fraction("0.35") if at - 2 in (0, 4, 8) else Fraction("0.25")):
                return False
    return True


@rule("T36", *TRUSTS, "icb")
def _(b: Books) -> bool:
    return all(len({b(code, at) for at in MONTHS}) > 1 for code in _flows(b, ("sum", "ratio"), 100))


def _flows(b: Books, kinds: Sequence[str], least: int) -> list[str]:
    return [
        code
        for code, line in b.lines.items()
        if line.return_kind == "activity"
        and line.over_time in kinds
        and not isinstance(b.rows[code][YEAR], str | None)
        and b(code) >= least
    ]


def _days(b: Books) -> dict[int, int]:
    months = [code.split("-") for code in periods.codes(b.round)[periods.MONTHS]]
    return {
        at: calendar.monthrange(int(year), int(month))[1]
        for at, (year, month) in zip(MONTHS, months, strict=True)
    }


def _working_days(b: Books) -> list[Fraction]:
    return [b.rate(f"working_days.{code}") for code in periods.codes(b.round)[periods.MONTHS]]


@rule("T38", "ac")
def _(b: Books) -> bool:
    return b("E.M.34") <= b("E.M.32") / 4 and 0 <= 100 * b("E.M.33") / b("E.M.8") <= 60


# --- within workforce and finance -------------------------------------------------------------------------


@rule("T39", *TRUSTS)
def _(b: Books) -> bool:
    large = [group for group in GROUPS if b(f"W.EST.{group}", MARCH) >= 5]
    vacant = [1 - b(f"W.SUB.{group}", MARCH) / b(f"W.EST.{group}", MARCH) for group in large]
    return all(Fraction("-0.05") <= part <= Fraction("0.25") for part in vacant)


@rule("T40", *TRUSTS)
def _(b: Books) -> bool:
    return 0 < b.share("W.KPI.SICK") <= Fraction("0.15") and 0 < b.share("W.KPI.TURN") <= Fraction("0.4")


@rule("T42", *TRUSTS, "icb")
def _(b: Books) -> bool:
    total, once = b("F.EFF.TOTAL"), b.sum(b.family("F.EFF.NR."))
    saved = total > 0 and near(b.sum(b.family("F.EFF.STAT.")), total, 1)
    sound = b("F.EFF.STAT.unid") < total * Fraction("0.2") and once <= total * Fraction("0.3")
    cash = b.kind == "icb" or all(b("F.CASH", at) >= 0 for at in MONTHS)
    apart = (
        "F.AFP",
        "F.ENV",
        "F.ADJ",
        "F.UND",
        "F.INC.ERF",
        "F.EFF.NR",
        "F.INC.NR",
        "F.NROTH",
        "F.BR",
        "F.CAP",
    )
    ratios = [
        b(code) / b(code, OUTTURN)
        for code, line in b.lines.items()
        if line.return_kind == "finance"
        and line.unit == "£000"
        and not code.startswith(apart)
        and not isinstance(b.rows[code][OUTTURN], str | None)
        and abs(b(code, OUTTURN)) >= 1000
    ]
    usual = all(Fraction("0.2") <= ratio <= 5 for ratio in [*ratios, median(ratios)])
    return saved and sound and cash and usual


# --- finance rules ----------------------------------------------------------------------------------------


@rule("F-01", "system", *TRUSTS, "icb")
def _(b: Books) -> bool:
    return b("F.AFP") >= 0


@rule("F-03", "system")
def _(b: Books) -> bool:
    return b("F.EXP.TOTAL") + b("F.FIN") - b("F.ADJ") <= b("F.INC.TOTAL") and b("F.ICB.EXP") <= b(
        "F.ICB.ALLOC"
    )


@rule("F-04", *TRUSTS, "system")
def _(b: Books) -> bool:
    spent = b("F.EXP.TOTAL")
    if b.kind == "system":
        spent += b("F.ICB.EXP") - b.sum(code for code in b.family("F.ICB.PROV@") if code != "F.ICB.PROV@OUT")
    return b("F.EFF.TOTAL") / spent >= Fraction("0.022")


@rule("F-06", "icb")
def _(b: Books) -> bool:
    return b("F.ICB.MHIS") / b("F.ICB.MHISB") > b("F.ICB.ALLOC") / b("F.ICB.ALLOC", OUTTURN)


@rule("F-07", "icb")
def _(b: Books) -> bool:
    return b("F.ICB.BCF") >= b("F.ICB.BCFMIN")


@rule("F-12", *TRUSTS)
def _(b: Books) -> bool:
    if b.round != "2022-23":
        return not b.family("F.ENV")
    envelope, adjusted = b("F.ENV"), b("F.ENV.ADJ")
    return envelope == 2 * b("F.ENV.H2") + adjusted == b("F.ENV.FULL") + adjusted


@rule("F-13", "system")
def _(b: Books) -> bool:
    return b.round != "2022-23" or b("F.ENV.ADJ") == 0


@rule("F-16", *TRUSTS)
def _(b: Books) -> bool:
    return b.round != "2024-25" or b("F.INC.COVID") == 0


@rule("F-18", "icb")
def _(b: Books) -> bool:
    return b("F.ICB.RUN") <= b("F.ICB.RUNLIM")


@rule("F-19", *TRUSTS, "icb")
def _(b: Books) -> bool:
    once = b.sum([*b.family("F.EFF.NR."), "F.NROTH"]) + (0 if b.kind == "icb" else b("F.INC.NR"))
    return near(b("F.UND"), b("F.AFP") - once, 50) and b("F.UND") >= 0


@rule("F-20", *TRUSTS, "icb")
def _(b: Books) -> bool:
    return b("F.UND", MARCH) >= 0


# --- the partners' two sides ------------------------------------------------------------------------------


def disagreeing(members: Sequence[Books]) -> Iterator[str]:
    """T16, T17, and what trusts say that they pay each other: exactly equal."""
    by_ods = {member.ods: member for member in members}
    mirrors = {"F.ICB.PROV": "F.INC.ICB", "F.INC.PRT": "F.EXP.PRT"}
    for member in members:
        for code in member.rows:
            base, _, other = code.partition("@")
            if other not in by_ods or (member.kind != "icb" and base != "F.INC.PRT"):
                continue
            theirs = by_ods[other].rows[f"{mirrors.get(base, base)}@{member.ods}"]
            if member.rows[code][1:] != _mirrored(theirs[1:], base in mirrors):
                yield f"{code} {member.ods}"


def _mirrored(figures: Sequence[Any], turned: bool) -> list[Any]:
    return [-figure if turned and figure is not None else figure for figure in figures]
