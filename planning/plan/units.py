"""Units as what is multiplied and divided: £000 over WTE is £000 a WTE, and that times WTE is £000 again.

A unit is a sorted tuple of names with their powers; nothing (`SHARE`) is a share or a bare ratio.
"""

from __future__ import annotations

import re

Unit = tuple[tuple[str, int], ...]
SHARE: Unit = ()
_BARE = frozenset({"", "ratio", "weight", "share", "%"})
_PER = re.compile(r" (?:per|an?) ")


def unit_named(text: str) -> Unit:
    """`£000 a WTE` as a unit; a ratio, a weight and a percentage are shares."""
    above, *below = _PER.split(text.strip())
    unit = _one(above)
    for name in below:
        unit = divided(unit, _one(name))
    return unit


def times(left: Unit, right: Unit) -> Unit:
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def divided(left: Unit, right: Unit) -> Unit:
    return times(left, tuple((name, -power) for name, power in right))


def said(unit: Unit) -> str:
    """`£000`, `£000 a WTE`, `a share`."""
    above = " × ".join(name for name, power in unit for _ in range(power))
    below = " × ".join(name for name, power in unit for _ in range(-power))
    if not above and not below:
        return "a share"
    return f"{above or '1'} {_article(below)} {below}" if below else above


def _one(name: str) -> Unit:
    return SHARE if name in _BARE else ((name, 1),)


def _article(name: str) -> str:
    return "an" if name[:1].lower() in "aeio" else "a"
