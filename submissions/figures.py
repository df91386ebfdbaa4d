"""How a cell becomes a figure: by a whitelist, exactly, and telling whenever it was not plain. Never `float()`.

Blank, 0 and n/a are three answers. What cannot be read for certain is a fault, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from planning.plan.exact import LARGEST, SCALE, scaled
from submissions import workbook
from submissions.workbook import Cell

NOT_APPLICABLE = frozenset({"n/a", "na", "n.a.", "n.a", "n\\a", "not applicable"})
_ERRORS = frozenset({"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!", "#CALC!"})
_EXCEL = Context(prec=15, rounding=ROUND_HALF_EVEN)  # Excel's own precision; the digits after it are noise
TOO_LARGE = Decimal(10) ** 11  # fifteen digits no longer hold four decimals, and sums of sums might not fit
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_SPACES = "\u00a0\u2007\u2009\u202f"
_TEXT_NUMBER = re.compile(
    r"(?P<open>\()?(?P<sign>[-+])?£?(?P<inner>[-+])?"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)?"
    r"(?P<part>\.[0-9]+)?(?P<after>-)?(?P<close>\))?"
)


@dataclass(frozen=True)
class Answer:
    """What a cell says. `state` v (with `figure`, ten-thousandths), b or n; "" where it cannot be read,
    and then `rule` and `problem` say why. `told` is how it was read, where that was not plain."""

    state: str
    figure: int | None = None
    told: str = ""
    rule: str = ""
    problem: str = ""


BLANK = Answer("b")


def answer_of(cell: Cell) -> Answer:
    """The answer in an input cell. A formula counts with its cached value; without one it is a fault."""
    if cell.kind == workbook.BLANK:
        return _blank_or_unvalued(cell)
    if cell.kind == workbook.NUMBER:
        return _number(Decimal(cell.raw))
    if cell.kind == workbook.TEXT:
        return _of_text(cell.raw)
    if cell.kind == workbook.DASH:
        return Answer("v", 0, "0")
    if cell.kind == workbook.ERROR:
        return _error(cell.raw)
    if cell.kind in (workbook.PERCENT, workbook.SCALED):
        return _shown_as_another(cell)
    what = "TRUE or FALSE" if cell.kind == workbook.BOOLEAN else "a date"
    return _fault("V03", f"is {what}, not a number. Type the number with a plain number format, 0, or n/a.")


def _blank_or_unvalued(cell: Cell) -> Answer:
    if not cell.formula:
        return BLANK
    return _fault(
        "V08", "is a formula without a saved value. Open and save the file in Excel, or type the number."
    )


def _error(raw: str) -> Answer:
    return _fault("V04", f"holds the error {raw}. Put the formula right, or type the number.")


def _shown_as_another(cell: Cell) -> Answer:
    """Whether the eye or the file is right, only the sender knows."""
    if cell.kind == workbook.PERCENT:
        how, what = (
            f"as a percentage ({_as_percentage(cell.raw)})",
            "Percentages are worked out from two lines. ",
        )
    else:
        how, what = "in thousands or millions", ""
    return _fault(
        "V03",
        f"is shown {how} by the cell's number format, so what you see is not what the cell holds. "
        f"{what}Give the cell a plain number format and type the number itself.",
    )


def _as_percentage(raw: str) -> str:
    value = _EXCEL.plus(Decimal(raw)) * 100
    return f"{value.normalize():f}%" if -5 < value.adjusted() < 15 else f"{value.normalize():.3g}%"


def _fault(rule: str, problem: str) -> Answer:
    return Answer("", rule=rule, problem=problem)


def total_of(cell: Cell) -> Answer:
    """The answer in a computed cell, whatever its number format shows; a total may be larger than a figure."""
    if cell.kind in (workbook.NUMBER, workbook.PERCENT, workbook.SCALED):
        return _number(Decimal(cell.raw), LARGEST)
    return answer_of(cell)


def _number(value: Decimal, too_large: Decimal | int = TOO_LARGE) -> Answer:
    if (value and value.adjusted() > 15) or abs(value) >= too_large:
        return _fault(
            "V03", "is too large to be a figure of a plan. Check the unit and type the right number."
        )
    if len(value.as_tuple().digits) > 15:
        value = _EXCEL.plus(value)
    figure = scaled(value)
    told = "" if Decimal(figure) == value * SCALE else shown(figure)
    return Answer("v", figure, told)


def shown(figure: int) -> str:
    """A stored figure as people write it: `1234.5`."""
    return f"{(Decimal(figure) / SCALE).normalize():f}"


def _of_text(raw: str) -> Answer:
    text = raw.translate(_INVISIBLE)
    for space in _SPACES:
        text = text.replace(space, " ")
    text = text.strip().replace("−", "-")
    if not text:
        return BLANK
    if text.casefold() in NOT_APPLICABLE:
        return Answer("n")
    if text.upper() in _ERRORS:
        return _error(text)
    value = _plain_number(text)
    if value is None:
        return _fault("V03", _why_not(text))
    read = _number(value)
    return read if read.rule else Answer("v", read.figure, shown(read.figure or 0))


def _plain_number(text: str) -> Decimal | None:
    """£, thousands separators, one sign or brackets round it; nothing else. None where it is not that."""
    match = _TEXT_NUMBER.fullmatch(re.sub(r"(?<=[£(+-]) +| +(?=[)-])", "", text))
    if match is None or not (match["whole"] or match["part"]) or bool(match["open"]) != bool(match["close"]):
        return None
    signs = [mark for mark in (match["open"], match["sign"], match["inner"], match["after"]) if mark]
    if len(signs) > 1 or len(text) > 40:
        return None
    value = Decimal(re.sub("[, ]", "", match["whole"] or "0") + (match["part"] or ""))
    return -value if signs and signs[0] in ("(", "-") else value


def _why_not(text: str) -> str:
    if set(text) <= set("-–—"):
        return "is a dash, which could mean 0 or nothing. Type 0, leave it blank, or type n/a."
    if text.endswith("%"):
        return "is a percentage. Type the number itself; percentages are worked out from two lines."
    return "is text, not a number. Type the number alone, or 0 for none."
