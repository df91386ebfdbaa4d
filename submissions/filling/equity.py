"""Synthetic breakdowns: of some whole, who is under 18, who lives in the most deprived fifth of areas, and which
ethnic group they are of. Parts of one kind never exceed their whole."""

from __future__ import annotations

from collections.abc import Iterable

from planning.registry import periods
from planning.registry.lines import Line
from submissions.filling.profiles import Dice, Row, Rows, counts

# By the ending of a breakdown's code. The ethnic groups leave a tenth of the whole: records that match nobody's.
_PORTIONS = {
    "U18": 0.14,
    "IMD1": 0.17,
    "ETHA": 0.065,
    "ETHB": 0.03,
    "ETHM": 0.02,
    "ETHO": 0.02,
    "ETHW": 0.69,
    "ETHN": 0.075,
}


def breakdowns(seed: int, ods: str, lines: Iterable[Line], rows: Rows) -> Rows:
    """A row for each line that is such a part of a line in `rows`."""
    made: Rows = {}
    for line in lines:
        ending = next((name for name in _PORTIONS if line.code.endswith(name)), None)
        if ending and line.of_which in rows and line.required == "optional":
            made[line.code] = _part(Dice(seed, ods, line.code), rows[line.of_which], _PORTIONS[ending])
    return made


def _part(dice: Dice, whole: Row, portion: float) -> Row:
    """Rounded down, so that parts that leave some of the whole do so in the smallest month too."""
    portion = dice.about(portion, 0.02)
    return [None, *(int(figure * portion) for figure in counts(whole)), *[None] * (periods.COUNT - 14)]
