"""Synthetic diagnostics: nine kinds of test, and a list on which fewer wait over six weeks."""

from __future__ import annotations

from submissions.filling.profiles import Row, Rows, counts, flow, grown, part, path, row, share, together
from submissions.filling.setting import Setting

_TESTS = {
    "a": 58_000,
    "b": 104_000,
    "c": 118_000,
    "d": 9_200,
    "e": 3_400,
    "f": 9_600,
    "g": 24_000,
    "h": 8_100,
    "k": 12_500,
}
_LISTED = 0.94  # of tests, those whose patients stood on the list before


def tests(setting: Setting) -> Rows:
    """Tests grow, and some of them move to community diagnostic centres."""
    dice, days, scale = setting.dice("tests"), setting.year.working_days, setting.scale
    growth, multiple = dice.between(0.028, 0.034), dice.between(*setting.aims.tests)
    rows: Rows = {
        f"E.B.26{kind}": grown(dice, dice.about(size * scale, 0.06), growth, days, multiple)
        for kind, size in _TESTS.items()
    }
    rows["E.B.26"] = together(*rows.values())
    rows["LOC.CDCACT"] = part(rows["E.B.26"], 0.075, path(dice, 0.08, 0.098, 0.01))
    return rows | _waiting(setting, rows)


def _waiting(setting: Setting, rows: Rows) -> Rows:
    """By kind, in proportion to the tests; the whole list is their sum."""
    dice, (lately, soon) = setting.dice("diagnostic list"), setting.aims.over_six_weeks
    lately, soon = dice.about(lately, 0.06), soon * dice.between(0.94, 1.0)
    start = lately + (soon - lately) * 0.1
    made: Rows = {}
    for kind in _TESTS:
        listed = round(counts(rows[f"E.B.26{kind}"])[0] * dice.between(0.036, 0.042))
        wobbles = dice.wobbles(0.005)
        every = [round(listed * factor * (1 - 0.004 * at)) for at, factor in enumerate(wobbles)]
        late = share(every, path(dice, start, soon * 0.97, 0.004))
        made[f"E.B.28{kind}D"] = row(None, listed, every)
        made[f"E.B.28{kind}N"] = row(None, round(listed * lately), late)
    for end in "ND":
        made[f"E.B.28{end}"] = together(*(made[f"E.B.28{kind}{end}"] for kind in _TESTS))
    for figures in made.values():
        figures[0] = None
    return made | _requests(setting, rows["E.B.26"])


def _requests(setting: Setting, done: Row) -> Rows:
    """Requests that the tests can meet."""
    dice, (outturn, *months) = setting.dice("requests"), counts(done)
    planned = flow(dice, sum(months) * _LISTED, setting.year.working_days)
    return {"LOC.DXREF": row(None, round(outturn * (_LISTED + 0.01)), planned)}
