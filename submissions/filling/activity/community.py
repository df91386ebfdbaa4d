"""Synthetic community services: lists that shorten, and urgent response within two hours."""

from __future__ import annotations

from submissions.filling.profiles import Rows, grown, part, path, stock
from submissions.filling.setting import Setting


def trust(setting: Setting) -> Rows:
    """Waiting lists and urgent community response of a trust that provides them."""
    dice, scale = setting.dice("community"), setting.scale
    rows: Rows = {
        "E.T.2a": stock(dice, dice.about(9_800 * scale, 0.1), dice.between(-0.09, -0.06)),
        "E.T.2b": stock(dice, dice.about(26_000 * scale, 0.1), dice.between(-0.09, -0.06)),
        "E.T.9": stock(dice, dice.about(1_300 * scale, 0.1), dice.between(-0.4, -0.3)),
    }
    return rows | urgent_response(setting, scale)


def urgent_response(setting: Setting, scale: float) -> Rows:
    """At least seven in ten within two hours in every month, of a demand that grows."""
    dice, days = setting.dice("urgent response"), setting.year.days
    crisis = grown(dice, dice.about(26_000 * scale, 0.08), 0.05, days)
    return {
        "LOC.UCR2HD": crisis,
        "LOC.UCR2HN": part(crisis, 0.72, path(dice, 0.745, 0.8, 0.004)),
        "E.T.8": grown(dice, dice.about(34_000 * scale, 0.05), 0.06, days),
    }


def discharges(setting: Setting) -> Rows:
    """Who leaves hospital by which pathway, for an ICB: home alone, home with help, to a bed, to a care home."""
    dice, days, each = setting.dice("discharges"), setting.year.days, setting.people / 1_000
    sizes = {"a": 62.0, "b": 9.0, "c": 2.6, "d": 1.4}
    return {
        f"E.T.3{name}": grown(dice, dice.about(size * each, 0.08), 0.015, days)
        for name, size in sizes.items()
    }
