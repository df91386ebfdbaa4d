"""The formulas of computed cells. They say what the plan says: a total with a required part blank is blank,
n/a counts as nothing, and a total of n/a alone is n/a."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from planning.registry import periods
from planning.registry.lines import Line
from submissions.layout.places import Places, parts_of


def formula_of(line: Line, kind: str, place: int, lines: Mapping[str, Line], places: Places) -> str:
    """The formula of one computed cell: the sum of its parts, or the year from its months."""
    computed = bool(line.formula_for(kind))
    if not computed or (place == periods.YEAR and not _year_is_a_sum_of_parts(line)):
        return _year(line, places)
    parts = parts_of(line, kind, lines)
    return _sum_of(parts, line, place, places) if parts else '="n/a"'


def _year_is_a_sum_of_parts(line: Line) -> bool:
    return line.formula_scope == "all" and (line.is_annual or line.over_time in ("sum", "ratio"))


def _sum_of(parts: Sequence[tuple[int, Line]], line: Line, place: int, places: Places) -> str:
    def cells(wanted: Sequence[Line]) -> list[str]:
        return places.ranges([part.code for part in wanted], place, place, line.sheet)

    required = [part for _, part in parts if part.required != "optional"]
    needed = cells(required)
    taken = cells([part for sign, part in parts if sign < 0])
    total = (
        f"SUM({','.join(cells([part for sign, part in parts if sign > 0]))})"
        if len(taken) < len(parts)
        else ""
    )
    total += f"-SUM({','.join(taken)})" if taken else ""
    every = cells([part for _, part in parts])
    none = '"n/a"' if len(required) == len(parts) else f'IF({_blanks(every)}>0,"","n/a")'
    known = f"IF(COUNT({','.join(every)})=0,{none},{total})"
    return f'=IF({_blanks(needed)}>0,"",{known})' if needed else f"={known}"


def _blanks(ranges: Sequence[str]) -> str:
    return "+".join(f"COUNTBLANK({cells})" for cells in ranges)


def _year(line: Line, places: Places) -> str:
    months = places.ranges([line.code], periods.APRIL, periods.MARCH, line.sheet)[0]
    if line.over_time in ("last", "ratio_last"):
        march = places.ranges([line.code], periods.MARCH, periods.MARCH, line.sheet)[0]
        return f'=IF({march}="","",{march})'
    if line.over_time == "wmean":
        return _weighted(months, places.ranges([line.weight], periods.APRIL, periods.MARCH, line.sheet)[0])
    total = "AVERAGE" if line.over_time in ("avg", "ratio_avg") else "SUM"
    return f'=IF(COUNTBLANK({months})>0,"",IF(COUNT({months})=0,"n/a",{total}({months})))'


def _weighted(months: str, weights: str) -> str:
    unweighted = f"SUMPRODUCT(ISNUMBER({months})*ISNUMBER({weights}))<COUNT({months})"
    weight = f"SUMPRODUCT(ISNUMBER({months})*1,{weights})"
    mean = f'IF({weight}<=0,"",SUMPRODUCT({months},{weights})/{weight})'
    known = f'IF(COUNT({months})=0,"n/a",{mean})'
    return f'=IF(COUNTBLANK({months})>0,"",IF({unweighted},"",{known}))'
