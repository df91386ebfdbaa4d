"""England by hand, as an analyst would in pandas: the stored rows made long, pivoted to a column a line, each rule an
expression over the columns, and what was found stored. Figures are whole ten-thousandths in floats, exact to 2**53."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
from django.db import connection

from benchmarks.reference import england_asked as asked
from benchmarks.reference.england_arrays import keep
from benchmarks.reference.england_asked import Comparison, Findings, Goal, Outcomes

TERM = re.compile(r"([+-]?)\s*([A-Z][\w.@*]*)")
PLACES = [f"p{place:02d}" for place in range(15)]
Frame = pd.DataFrame
Column = pd.Series


class England:
    """`wide`: organisations and periods down, lines across; NaN where there is no value. `asked_for`: whether the
    return holds the line. `kind` by organisation."""

    def __init__(self, rows: Frame) -> None:
        rows["base"] = rows["line"].str.replace(r"@.*", "@", regex=True)
        self.kind = rows.drop_duplicates("ods").set_index("ods")["kind"].sort_index()
        partners = rows[rows["base"].str.endswith("@")]
        self.firsts = partners.groupby(["base", "ods"])["line"].min()
        long = rows.melt(id_vars=["ods", "base"], value_vars=PLACES, var_name="place", value_name="figure")
        long["place"] = long["place"].str[1:].astype(int)
        long["figure"] = long["figure"].astype(float)
        self.wide = long.groupby(["ods", "place", "base"])["figure"].sum(min_count=1).unstack("base")
        self.asked_for = (
            rows.drop_duplicates(["ods", "base"])
            .assign(there=True)
            .pivot(index="ods", columns="base", values="there")
            .notna()
        )
        self.blank = (
            rows.assign(blank=rows["states"] == "b" * 15)
            .drop_duplicates(["ods", "base"])
            .pivot(index="ods", columns="base", values="blank")
        )
        letters = rows.drop_duplicates(["ods", "base"])[["ods", "base", "states"]]
        self.letters = letters.pivot(index="ods", columns="base", values="states")
        self.codes = sorted(str(code) for code in self.wide.columns)
        self.by_place: dict[Any, Frame] = {
            place: part.droplevel("place") for place, part in self.wide.groupby(level="place")
        }

    def at(self, code: str, place: int) -> Column:
        frame = self.by_place[place]
        return frame[code] if code in frame else pd.Series(float("nan"), index=frame.index)


def run(bodies: Sequence[str], comparisons: Sequence[Comparison]) -> tuple[Findings, Outcomes]:
    """Read, pivot, judge, store."""
    england = England(_read(bodies))
    found = {*_compared(england, comparisons), *_by_hand(england)}
    outcomes = {row for goal in asked.GOALS for row in _judged(england, goal)}
    keep(found, outcomes)
    return found, outcomes


def _read(bodies: Sequence[str]) -> Frame:
    holes = ", ".join(["%s"] * len(bodies))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT u.organisation_id, o.kind, v.line, v.states, {', '.join(PLACES)} FROM submissions_value v "  # noqa: S608
            f"JOIN submissions_upload u ON u.id = v.upload_id JOIN planning_organisation o "
            f"ON o.ods = u.organisation_id WHERE u.organisation_id IN ({holes})",
            list(bodies),
        )
        return pd.DataFrame(cursor.fetchall(), columns=["ods", "kind", "line", "states", *PLACES])


def _compared(england: England, comparisons: Sequence[Comparison]) -> Findings:
    firsts: dict[tuple[str, str, str], str] = {}
    trusts = england.kind.reindex(england.wide.index.get_level_values("ods")).to_numpy()
    places = england.wide.index.get_level_values("place")
    for one in comparisons:
        left, line = _side(england, one.left, one.zero)
        right, _ = _side(england, one.right, one.zero)
        share = one.relative[0] / one.relative[1]
        leeway = (left.abs().where(left.abs() > right.abs(), right.abs()) * share).clip(lower=one.absolute)
        apart = (left - right).abs() if one.operator == "=" else left - right
        wrong = (
            (apart > leeway) & pd.Series(trusts, left.index).isin(one.kinds) & places.isin(list(one.places))
        )
        broken = wrong[wrong].reset_index().groupby("ods")["place"].min()
        for ods, place in broken.items():
            code = england.firsts.get((line, ods), line)
            firsts.setdefault((one.rule, str(ods), str(code)), asked.PERIODS[int(place)])
    return {(*key, period) for key, period in firsts.items()}


def _side(england: England, text: str, zero: bool) -> tuple[Column, str]:
    terms: list[tuple[int, str]] = []
    for sign, term in TERM.findall(text):
        stem = term[:-1]
        is_family = term.endswith("*") and not stem.endswith("@")
        codes = [code for code in england.codes if code.startswith(stem)] if is_family else [term.rstrip("*")]
        terms += [(-1 if sign == "-" else 1, code) for code in sorted(codes)]
    known = [sign * england.wide[code] for sign, code in terms if code in england.wide]
    if not known or len(known) < len(terms):
        return pd.Series(float("nan"), england.wide.index), ""
    parts = pd.concat(known, axis=1)
    total = parts.sum(axis=1, min_count=1 if zero else len(terms))
    if zero:
        held = england.asked_for[[code for _, code in terms]].all(axis=1)
        total = total.where(held.reindex(total.index.get_level_values("ods")).to_numpy())
    return total, terms[0][1]


def _by_hand(england: England) -> Findings:
    year, before, march = asked.YEAR, asked.OUTTURN, asked.MARCH
    at, found = england.at, Findings()
    is_trust = england.kind.isin(asked.TRUSTS)

    def add(rule: str, wrong: Column, line: str, place: int = year) -> None:
        found.update((rule, str(ods), line, asked.PERIODS[place]) for ods in wrong.index[wrong & is_trust])

    spend, staff = at("F.PAY.AGY", year), at("F.WTE.AGY", year)
    spent, staffed = at("F.PAY.AGY", before), at("F.WTE.AGY", before)
    now, was = spend.abs() / staff, spent.abs() / staffed
    larger = now.where(now > was, was)
    add("T05", (staff >= 10_000) & (staffed >= 10_000) & ((now - was).abs() > 0.15 * larger), "F.PAY.AGY")
    pay, post = at("F.PAY.SUB", year), at("F.WTE.SUB", year)
    times = now / (pay.abs() / post)
    counted = (staff != 0) & (pay != 0) & (post != 0) & times.notna()
    add("T06", counted & ~times.between(1, 3), "F.PAY.AGY")
    all_pay = at("F.PAY.TOTAL", year)
    add("T08", (all_pay != 0) & (1000 * spend.abs() > 37 * all_pay.abs()), "F.PAY.AGY")
    real, people = spend / spent / 1.021 - 1, staff / staffed - 1
    opposite = (real * people < 0) & (real.abs() > 0.01) & (people.abs() > 0.01)
    add("T09", opposite & (spent != 0) & (staffed != 0), "F.PAY.AGY")
    found.update(_waiting_list(england))
    for code in [code for code in england.codes if code.startswith("W.EST.")]:
        posts, held = at(code, march), at(f"W.SUB.{code[6:]}", march)
        counts = ((posts >= 50_000) | (held >= 50_000)) & (posts != 0)
        vacant = posts - held
        add("T39", counts & ((20 * vacant < -posts) | (4 * vacant > posts)), code, march)
    for code, most in (("W.KPI.SICK", 15), ("W.KPI.TURN", 40)):
        part, whole = at(f"{code}N", year), at(f"{code}D", year)
        add("T40", (whole > 0) & ((part <= 0) | (100 * part > most * whole)), f"{code}N")
    return found


def _waiting_list(england: England) -> Iterator[tuple[str, str, str, str]]:
    done: set[str] = set()
    for place in asked.MONTHS:
        listed = england.at("E.B.3a", place)
        made = england.at("E.B.3a", place - 1) + england.at("E.M.20", place)
        for code in ("E.M.18", "E.M.19", "LOC.RTTREM"):
            made = made - england.at(code, place)
        wrong = (100 * (listed - made).abs() > listed.abs()) & (england.kind == "ac")
        for ods in wrong.index[wrong]:
            if ods not in done:
                done.add(ods)
                yield "T28", str(ods), "E.B.3a", asked.PERIODS[place]


def _judged(england: England, goal: Goal) -> Outcomes:
    windows = [(place,) for place in asked.MONTHS] if goal.when == "each" else [_places(goal.when)]
    codes = [code for code in (*goal.top, *goal.bottom, *goal.less) if code in england.blank]
    out = england.blank[codes].eq(True).all(axis=1) & england.kind.isin(goal.optional)
    applies, known, met = england.kind.isin(goal.kinds) & ~out, ~out | out, ~out | out
    for window in windows:
        top, bottom = _measure(england, goal, window)
        past = _measure(england, goal, (goal.past,))
        is_moved = goal.way in ("rises", "falls", "grows by", "shrinks by")
        known &= top.notna() & bottom.notna() & (bottom != 0)
        if is_moved:
            known &= past[0].notna() & (past[1] != 0)
        met &= _holds(goal, top, bottom, past, len(window) if goal.when == "mean" else 1)
    return {
        (
            goal.code,
            str(ods),
            (asked.MET if met[ods] else asked.NOT_MET)
            if applies[ods] and known[ods]
            else (asked.NOT_ASSESSABLE if applies[ods] else asked.NOT_APPLICABLE),
        )
        for ods in england.kind.index
    }


def _places(when: str) -> tuple[int, ...]:
    return (asked.MARCH,) if when == "march" else asked.MONTHS


def _measure(england: England, goal: Goal, window: Sequence[int]) -> tuple[Column, Column]:
    one = pd.Series(1.0, england.kind.index)
    top = sum((_total(england, code, window) for code in goal.top), 0 * one)
    for code in goal.less:
        top = top - _total(england, code, window, exempt=True)
    bottom = sum((_total(england, code, window) for code in goal.bottom), 0 * one) if goal.bottom else one
    return (bottom - top if goal.inverted else top), bottom


def _total(england: England, code: str, window: Sequence[int], exempt: bool = False) -> Column:
    parts = pd.concat([england.at(code, place) for place in window], axis=1)
    total = parts.sum(axis=1, min_count=len(window))
    if exempt and code in england.letters:
        is_exempt = england.letters[code].str[window[0]] == "n"
        total = total.where(~is_exempt, 0)
    return total


def _holds(goal: Goal, top: Column, bottom: Column, past: tuple[Column, Column], months: int) -> Column:
    percent, of = goal.goal
    was, under = past
    if goal.bottom:
        top, bottom, was, under = top.abs(), bottom.abs(), was.abs(), under.abs()
    if goal.way == "grows by":
        return (top - was) * 100 * of >= percent * was
    if goal.way == "shrinks by":
        return (was - top) * 100 * of >= percent * was
    if goal.way in ("rises", "falls"):
        now, then = top / bottom, was * months / under
        there = (100 * of * top >= percent * bottom) & bool(of)
        return (now > then) | there if goal.way == "rises" else (now < then) | (top <= 0)
    left, right = (100 * of * top, percent * bottom) if goal.bottom else (top, 0 * top)
    return {">=": left >= right, "<=": left <= right, "=": left == right}[goal.way]
