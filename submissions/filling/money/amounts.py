"""Thirteen figures in £000, outturn and twelve months, one decimal: what the parts of the finance return add up."""

from __future__ import annotations

from collections.abc import Sequence

from submissions.filling.profiles import Dice, Row, Rows, added, known
from submissions.filling.staff import GROUPS

Months = list[float]

PAY_LINES = (*(f"F.PAY.SUB.{group}" for group in GROUPS), "F.PAY.BNK", "F.PAY.AGY", "F.PAY.OTH")
INCOME_LINES = tuple(f"F.INC.{name}" for name in ("ICB", "ELEC", "SPEC", "ERF", "SDF", "NR", "OTH"))
NON_PAY_LINES = tuple(f"F.NP.{name}" for name in ("DRG", "CSS", "PHC", "PRM", "CNST", "DEP", "OTH"))
BOARD_LINES = tuple(f"F.ICB.{name}" for name in ("PMC", "CHC", "RX", "IS", "DIS", "RUN", "OTH"))


def as_row(figures: Sequence[float]) -> Row:
    """Thirteen figures as fifteen: the finance return has no 2019/20, and its year is computed."""
    return [None, *figures, None]


def spread(dice: Dice, of: Sequence[float], part: float, wobble: float = 0.01) -> Months:
    """About that share of each figure."""
    return [tidy(value * part * dice.about(1, wobble)) for value in of]


def tidy(value: float) -> float:
    """To one decimal, without a negative zero."""
    return round(value, 1) or 0.0


def total(rows: Rows, codes: Sequence[str]) -> Months:
    """The lines of those codes that there are, added up."""
    return added([known(rows[code]) for code in codes if code in rows])


def afp_of(rows: Rows) -> Months:
    """The position that is judged: of a trust all that it earns and spends, of an ICB its allocation less spend."""
    codes = (*INCOME_LINES, *PAY_LINES, *NON_PAY_LINES, "F.FIN", "F.ADJ", "F.ICB.ALLOC", *BOARD_LINES)
    return total(rows, [*codes, *(code for code in rows if code.startswith("F.ICB.PROV@"))])


def year_of(figures: Sequence[float]) -> float:
    """The twelve months together."""
    return round(sum(figures[1:]), 1)
