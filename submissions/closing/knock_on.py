"""What a change of one line would move in the other two returns, at the body's own ratios."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from planning.foundation import wording
from submissions.closing.options import ALL, BEDS, NOTHING, PAID, PAY, PAY_OF_A_MONTH, REPLACED, size_of
from submissions.closing.yardsticks import BEDS as OPEN_BEDS
from submissions.closing.yardsticks import Yardsticks

Effect = dict[str, Any]  # {return, line, amount, unit, sentence}
OF_STAFF = {"SUB": "staff in post", "BNK": "bank staff", "AGY": "agency staff"}
STAYS = {"E.M.11b": "LOC.LOSNEL", "E.M.10b": "LOC.LOSEL"}
DAYS = 365
STAFF_ARE_THERE = "Nothing else moves: the staff are there already."
MISSING = "The figures that its ratios are made from are not in the returns yet."
NO_RATIO = "No ratio of this plan says what it would move in the other two returns."


def with_knock_on(kept: Sequence[Mapping[str, Any]], ratios: Mapping[str, int]) -> list[dict[str, Any]]:
    """The same options with their effects, and `why` where there are none: no ratio follows from such a line, or the
    figures that make it are not there."""
    return [_told(option, Yardsticks(ratios)) for option in kept]


def _told(option: Mapping[str, Any], own: Yardsticks) -> dict[str, Any]:
    moves, read = option.get("moves", ALL), _of_kind(option["line"], own)
    if moves == NOTHING:
        return {**option, "knock_on": [], "why": "Nothing else moves: the other return has it already."}
    if read is None and own.kept:
        return {**option, "knock_on": [], "why": NO_RATIO}
    every = [] if read is None else list(read(option["line"], Fraction(str(option["amount"])), own))
    found = _those(moves, every, own)
    why = "" if found else STAFF_ARE_THERE if every else MISSING
    return {**option, "knock_on": found, "why": why}


def _those(moves: str, found: list[Effect], own: Yardsticks) -> list[Effect]:
    """Of the effects that such a line has, those that the change has."""
    if moves == PAID:
        return [effect for effect in found if not effect["line"].startswith("F.PAY")]
    if moves == PAY:
        return [effect for effect in found if effect["line"].startswith("F.PAY")]
    if moves == BEDS:
        return [effect for effect in found if effect["unit"] == "beds"]
    if moves == PAY_OF_A_MONTH:
        return [_of_a_month(effect) for effect in found if effect["line"].startswith("F.PAY")]
    return _replaced(found, own) if moves == REPLACED else found


def _of_a_month(effect: Effect) -> Effect:
    money = Fraction(str(effect["amount"])) / 12
    words = f"{size_of(money, '£000')} {_way(-money)} pay in the month, if it follows the staff; the other return stays"
    return _effect(effect["return"], effect["line"], money, effect["unit"], words)


def _replaced(found: list[Effect], own: Yardsticks) -> list[Effect]:
    """Who goes is replaced by staff in post: as many, with their pay, and no work left undone."""
    kind = "SUB"
    kept = [effect for effect in found if effect["return"] != "activity"]
    staff = -sum((Fraction(str(effect["amount"])) for effect in kept if effect["unit"] == "WTE"), Fraction(0))
    words = f"{size_of(staff, 'WTE')} {_fewer(staff)} {OF_STAFF[kind]} in their place"
    return [*kept, _effect("workforce", f"W.{kind}", staff, "WTE", words), *_pay_of(kind, "", staff, own)]


Reader = Callable[[str, Fraction, Yardsticks], Iterator[Effect]]


def _of_kind(line: str, own: Yardsticks) -> Reader | None:
    """The function that a kind of line has; none for activity that weighs nothing."""
    if line.startswith(("W.SUB.", "W.BNK.", "W.AGY.")):
        return _of_staff
    if line.startswith(("F.WTE.SUB", "F.WTE.BNK", "F.WTE.AGY")):
        return _of_staff_paid_for
    if line.startswith(("F.PAY.SUB", "F.PAY.BNK", "F.PAY.AGY")):
        return _of_pay
    if line in OPEN_BEDS:
        return _of_beds
    if line.startswith("F.EFF.") and line.endswith(".PAY"):
        return _of_saving
    if line == "LOC.VWA":
        return _of_elective_value
    return _of_activity if own.weight(line) else None


def _of_staff(line: str, amount: Fraction, own: Yardsticks) -> Iterator[Effect]:
    """Staff in the workforce return: their pay, and what they do."""
    _, kind, group = line.split(".", 2)
    yield from _pay_of(kind, group, amount, own)
    yield from _done_by(amount, own)


def _of_staff_paid_for(line: str, amount: Fraction, own: Yardsticks) -> Iterator[Effect]:
    """Staff of the finance return: the same people in the workforce return, their pay, and what they do."""
    kind = line.removeprefix("F.WTE.")
    words = f"{size_of(amount, 'WTE')} {_fewer(amount)} {OF_STAFF[kind]}: they are the same people"
    yield _effect("workforce", f"W.{kind}", amount, "WTE", words)
    yield from _pay_of(kind, "", amount, own)
    yield from _done_by(amount, own)


def _pay_of(kind: str, group: str, staff: Fraction, own: Yardsticks) -> Iterator[Effect]:
    cost = own.cost(kind, group)
    if cost is None:
        return
    line = (
        f"F.PAY.{kind}.{group}"
        if group and own.figure(f"F.PAY.{kind}.{group}") is not None
        else f"F.PAY.{kind}"
    )
    money = staff * cost
    words = f"{size_of(money, '£000')} {_way(money)} pay, at the plan’s own {wording.pounds(cost)} a WTE"
    yield _effect("finance", line, -money, "£000", words)


def _done_by(staff: Fraction, own: Yardsticks) -> Iterator[Effect]:
    each = own.activity_of_each
    if each is not None:
        words = (
            f"{size_of(staff * each, '')} {_way(staff)} weighted activity, if each still does "
            f"{wording.signed(each, 1)} units a year; none where the work is done otherwise"
        )
        yield _effect("activity", "CWA", staff * each, "weighted units", words)


def _of_pay(line: str, amount: Fraction, own: Yardsticks) -> Iterator[Effect]:
    """Pay: the staff that so much pays for, and what they do. More of the figure is less pay."""
    _, _, kind, *rest = line.split(".", 3)
    cost = own.cost(kind, rest[0] if rest else "")
    if not cost:
        return
    staff = -amount / cost
    group = f"W.{kind}.{rest[0]}" if rest else f"W.{kind}"
    words = (
        f"{size_of(staff, 'WTE')} {_fewer(staff)} {OF_STAFF[kind]}, at the plan’s own {wording.pounds(cost)} a WTE; "
        "none where the same staff cost another amount"
    )
    yield _effect("workforce", group, staff, "WTE", words)
    yield from _done_by(staff, own)


def _of_activity(line: str, amount: Fraction, own: Yardsticks) -> Iterator[Effect]:
    """Activity: the staff that so much weighted activity takes, by group, their pay, and the beds of its stays."""
    weight, each = own.weight(line), own.activity_of_each
    if weight is None or not each:
        return
    staff, thousand = amount * weight / each, 1000 / each
    words = (
        f"{size_of(staff, 'WTE')} {_fewer(staff)} staff, at the plan’s own {wording.signed(thousand, 1)} WTE for 1,000 "
        f"weighted units{_by_group(staff, own)}"
    )
    yield _effect("workforce", "W.AVG", staff, "WTE", words)
    cost = own.pay_of_all
    if cost is not None:
        money = staff * cost
        words = f"{size_of(money, '£000')} {_way(money)} pay, at the plan’s own {wording.pounds(cost)} a WTE"
        yield _effect("finance", "F.PAY.TOTAL", -money, "£000", words)
    yield from _beds_of(line, amount, own)


def _by_group(staff: Fraction, own: Yardsticks) -> str:
    """`: 5.1 RN, 3.0 SUP and 2.2 INF`, the three largest groups in their share of all staff."""
    groups, whole = own.groups(), own.figure("W.AVG")
    if not groups or not whole:
        return ""
    named = [f"{wording.signed(abs(staff) * wte / whole, 1)} {group}" for group, wte in groups[:3]]
    return f": {wording.names(named)} among them"


def _beds_of(line: str, amount: Fraction, own: Yardsticks) -> Iterator[Effect]:
    stay = own.figure(STAYS[line]) if line in STAYS else None
    if stay is not None:
        beds = amount * stay / DAYS
        days = f"at the plan’s own stay of {wording.signed(stay, 1)} days"
        words = f"{size_of(beds, 'beds')} {_fewer(beds)} on average, {days}"
        yield _effect("activity", "E.M.30g", beds, "beds", words)


def _of_beds(line: str, amount: Fraction, own: Yardsticks) -> Iterator[Effect]:
    """Open beds: the nurses that they take, and their pay."""
    each = own.nurses_a_bed
    if each is None:
        return
    nurses = amount * each
    own_rate = f"{wording.signed(each, 2)} WTE of all its nurses for each open bed"
    rate = f"at the plan’s own {own_rate}; a ward alone takes fewer"
    words = f"{size_of(nurses, 'WTE')} {_fewer(nurses)} nurses, {rate}"
    yield _effect("workforce", "W.SUB.RN", nurses, "WTE", words)
    yield from _pay_of("SUB", "RN", nurses, own)


def _of_saving(line: str, amount: Fraction, own: Yardsticks) -> Iterator[Effect]:
    """A saving on pay: the staff that it takes out, and what they do."""
    cost = own.pay_of_all
    if not cost:
        return
    staff = -amount / cost
    rate = f"at the plan’s own {wording.pounds(cost)} a WTE of all staff"
    words = f"{size_of(staff, 'WTE')} {_fewer(staff)} staff, {rate}"
    yield _effect("workforce", "W.EFF", -staff, "WTE", words)
    yield from _done_by(staff, own)


def _of_elective_value(line: str, amount: Fraction, own: Yardsticks) -> Iterator[Effect]:
    share = own.ratio("F.INC.ELEC", "LOC.VWA")
    if share is not None:
        money = f"{size_of(amount * share, '£000')} {_way(amount)} variable income"
        words = f"{money}, at the plan’s own share of its value"
        yield _effect("finance", "F.INC.ELEC", amount * share, "£000", words)


def _effect(return_kind: str, line: str, amount: Fraction, unit: str, sentence: str) -> Effect:
    return {
        "return": return_kind,
        "line": line,
        "amount": float(round(amount, 4)),
        "unit": unit,
        "sentence": f"{sentence[0].upper()}{sentence[1:]}.",
    }


def _way(amount: Fraction) -> str:
    return "more" if amount > 0 else "less"


def _fewer(amount: Fraction) -> str:
    return "more" if amount > 0 else "fewer"
