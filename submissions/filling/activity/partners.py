"""Synthetic partner rows of the activity return: what a trust does for its own ICB is what the ICB has from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from submissions.filling.profiles import Dice, Row, Rows, counts, row
from submissions.filling.setting import Setting

_PER_PARTNER = ("E.M.8", "E.M.10", "E.M.11b", "E.M.13D")
# Of a trust's activity, its first ICB's; of the rest, each further ICB's. NHS England pays for some that no row has.
_OWN, _OTHERS = 0.86, 0.3
_ELSEWHERE = {"IS": {"E.M.8": 0.05, "E.M.10": 0.09}, "OUT": dict.fromkeys(_PER_PARTNER, 0.035)}


def of_trust(setting: Setting, rows: Rows) -> Rows:
    """For each of its ICBs, and some of the rest for ICBs of which it makes no row."""
    made: Rows = {}
    for code in _PER_PARTNER if setting.boards else ():
        dice, left = setting.dice(f"{code}@"), counts(rows[code])
        for at, board in enumerate(setting.boards):
            portion = dice.about(_OTHERS if at else _OWN, 0.02)
            ours = [round(figure * portion) for figure in left]
            left = [figure - own for figure, own in zip(left, ours, strict=True)]
            made[f"{code}@{board}"] = row(None, ours[0], ours[1:])
        outside = [round(figure * _OTHERS) for figure in left]
        made[f"{code}@OUT"] = row(None, outside[0], outside[1:])
    return made


def of_board(setting: Setting, trusts: Sequence[str], made: Mapping[str, Rows]) -> Rows:
    """What each acute trust says it does for this ICB; the independent sector and trusts elsewhere beside them."""
    rows: Rows = {}
    for code in _PER_PARTNER:
        named = dict.fromkeys(trusts, f"{code}@{setting.ods}")
        from_trusts = {ods: made[ods][key] for ods, key in named.items() if key in made[ods]}
        rows |= {f"{code}@{ods}": list(figures) for ods, figures in from_trusts.items()}
        for where, portions in _ELSEWHERE.items():
            if code in portions and from_trusts:
                rows[f"{code}@{where}"] = _beside(
                    setting.dice(f"{code}@{where}"), list(from_trusts.values()), portions[code]
                )
    return rows


def _beside(dice: Dice, rows: Sequence[Row], portion: float) -> Row:
    sums = [sum(column) for column in zip(*(counts(figures) for figures in rows), strict=True)]
    outturn, *months = [round(total * dice.about(portion, 0.03)) for total in sums]
    return row(None, outturn, months)
