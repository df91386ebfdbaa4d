"""Synthetic answers to the form on a return's Cover. The submission event stays open: a filled return may be sent at
any stage, and whoever sends it says which."""

from __future__ import annotations

from planning.registry import periods
from submissions.filling.profiles import Dice
from submissions.layout.cover import NOTES, STATEMENTS, YES_OR_NO

_NAMES = ("Amara Bell", "Ben Okafor", "Carys Lloyd", "Dev Sharma", "Ellen Frost", "Farid Khan", "Gwen Tully")
_ROLES = {
    "Complete": "Planning lead",
    "Agreed": "Director of finance",
    "Triangulated": "Director of strategy",
}
_CONTACT, _TELEPHONE = "Head of planning", "01632 960{:03d}"  # a range that is kept for fiction


def cover_answers(seed: int, round_code: str, ods: str) -> dict[str, str]:
    """By label. People, addresses and telephone numbers are made up; days lie in the February before the year."""
    dice = Dice(seed, ods, "cover")
    contact, *certifying = _people(dice, 1 + len(STATEMENTS))
    answers = {
        "Contact name": contact,
        "Contact role": _CONTACT,
        "Contact e-mail": f"planning.{ods.lower()}@demo.example",
        "Contact telephone": _TELEPHONE.format(int(dice.between(0, 1_000))),
        NOTES[0]: "Every figure, name and number in this return is made up.",
    }
    for (statement, _), name in zip(STATEMENTS, certifying, strict=True):
        answers[f"{statement}: yes or no"] = YES_OR_NO[0]
        answers[f"{statement}: name"] = name
        answers[f"{statement}: job title"] = _ROLES[statement]
        answers[f"{statement}: date"] = f"{periods.first_year(round_code)}-02-{int(dice.between(6, 17)):02d}"
    return answers


def _people(dice: Dice, number: int) -> list[str]:
    """So many different people."""
    first = int(dice.between(0, len(_NAMES)))
    return [_NAMES[(first + at) % len(_NAMES)] for at in range(number)]
