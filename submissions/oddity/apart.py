"""Which of three stands apart from the other two, decided exactly, and said in words. Never a guess: where something
is missing, or two answers are as near, it says so."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from planning.foundation import wording
from submissions.oddity.declared import Allowed
from submissions.oddity.voices import Voice, level

ACTIVITY = "activity"
WHOLE = "whole"  # beside the two sides of a contract: it tells them apart, and is no side itself


def agree(first: Voice, second: Voice, allowed: Allowed) -> bool:
    """Whether two statements agree; exactly at what is allowed they do. Not where either cannot be said."""
    if first.index is None or second.index is None:
        return False
    if second.key == ACTIVITY:
        first, second = second, first
    ahead = (first.index or Fraction(0)) - (second.index or Fraction(0))
    if first.key == ACTIVITY:
        return -allowed.behind <= ahead <= allowed.ahead
    return abs(ahead) <= allowed.within


def odd_one(voices: Sequence[Voice], allowed: Allowed) -> Voice | None:
    """The one that agrees with neither of the others, where these agree with each other. None where none is so, or
    where one of the three cannot be said."""
    if any(voice.index is None for voice in voices):
        return None
    for place, voice in enumerate(voices):
        first, second = (other for at, other in enumerate(voices) if at != place)
        if agree(first, second, allowed) and not any(
            agree(voice, other, allowed) for other in (first, second)
        ):
            return voice
    return None


def told(voices: Sequence[Voice], allowed: Allowed) -> dict[str, Any]:
    """What is kept of three voices: {return, by, unit, amount, amount_unit, organisation, sentence, allowed, indices}.
    `by` is how far it is from the middle of the other two. `return` is empty, and `by` none, where no one of them is
    out of step; the sentence then says why."""
    odd = odd_one(voices, allowed)
    if odd is not None and odd.key == WHOLE:
        odd = None
    found: dict[str, Any] = {
        "return": "",
        "by": None,
        "unit": "points",
        "allowed": allowed.text,
        "indices": {voice.key: voice.points for voice in voices},
    }
    if odd is None:
        return {**found, "sentence": _nobody(voices, allowed)}
    others = [voice for voice in voices if voice is not odd]
    away = (odd.index or Fraction(0)) - sum(
        ((voice.index or Fraction(0)) for voice in others), Fraction(0)
    ) / 2
    amount = away * (odd.before or 0)
    found |= {
        "return": odd.of,
        "by": float(round(away * 100, 4)),
        "sentence": _sentence(odd, others, away, amount),
    }
    found |= {"amount": float(round(amount, 4)), "amount_unit": odd.unit}
    return {**found, "organisation": odd.body} if odd.body else found


def _sentence(odd: Voice, others: Sequence[Voice], away: Fraction, amount: Fraction) -> str:
    size = f"{_points(away)}{_amount(amount, odd.unit)}"
    rest = wording.names([_said(voice, odd) for voice in others])
    return f"The {_owner(odd)} is out of step by {size}: {_said(odd)}, while {rest}."


def _nobody(voices: Sequence[Voice], allowed: Allowed) -> str:
    missing = [voice.why for voice in voices if voice.index is None]
    known = [voice for voice in voices if voice.index is not None]
    if missing:
        said = f" What can be said: {wording.names([_said(voice) for voice in known])}." if known else ""
        return f"Which of the three is out of step cannot be told: {'; '.join(dict.fromkeys(missing))}.{said}"
    rest = wording.names([_said(voice) for voice in voices])
    if all(agree(one, other, allowed) for one, other in combinations(voices, 2)):
        return f"No one of the three is out of step with the others: {rest}."
    why = (
        "The two sides are nearer to each other than to the whole."
        if (one := odd_one(voices, allowed)) is not None and one.key == WHOLE
        else "No two of them agree with the third apart from both."
    )
    return f"Which of the three is out of step cannot be told: {rest}. {why}"


def _said(voice: Voice, beside: Voice | None = None) -> str:
    """`average staff are 1.0% above their outturn`; whose, where what stands beside it has the same name."""
    comma = "," if "," in voice.what else ""
    if beside is not None and voice.what.partition(",")[0] == beside.what.partition(",")[0]:
        return f"those of the {_owner(voice)} are {level(_index(voice)).replace('its', 'their')}"
    verb = "are" if is_plural(voice.what) else "is"
    return f"{voice.what}{comma} {verb} {level(_index(voice)).replace('its', _its(voice))}"


def _index(voice: Voice) -> Fraction:
    return voice.index if voice.index is not None else Fraction(1)


def _its(voice: Voice) -> str:
    return "their" if is_plural(voice.what) else "its"


_PLURAL = ("staff", "spells", "nurses", "beds")


def is_plural(what: str) -> bool:
    """Whether its head word is many: what stands before `of` or a comma."""
    head = what.partition(",")[0]
    for word in (" of ", " for ", " that ", " in ", " paid "):
        head = head.partition(word)[0]
    return head.endswith(_PLURAL)


def _owner(voice: Voice) -> str:
    return f"{voice.of} return{' of ' + voice.body if voice.body else ''}"


def _points(share: Fraction) -> str:
    return f"{wording.signed(abs(share) * 100, 1)} points"


def _amount(amount: Fraction, unit: str) -> str:
    if unit == "£000":
        return f" ({wording.pounds(amount)})"
    return f" ({wording.signed(abs(amount), 1 if unit == 'WTE' else 0)} {unit})" if unit else ""
