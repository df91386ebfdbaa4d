"""What a side of a comparison says, and where a text is none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from planning.plan.expressions import Expression, Unreadable, assumptions_read, parse

A, B, C = (1, "A"), (1, "B"), (1, "C")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("W.SUB.* - E.M.10@*", {"terms": ((1, "W.SUB.*"), (-1, "E.M.10@*"))}),
        ("-F.PAY.AGY.RN", {"terms": ((-1, "F.PAY.AGY.RN"),)}),
        ("E.B.3a+F.INC.ICB@QU9", {"terms": ((1, "E.B.3a"), (1, "F.INC.ICB@QU9"))}),
        ("A − B", {"terms": (A, (-1, "B"))}),
        ("A / B", {"terms": (A,), "over": (B,)}),
        ("(A + B) / (C)", {"terms": (A, B), "over": (C,)}),
        ("-(A - B) / C", {"terms": ((-1, "A"), (1, "B")), "over": (C,)}),
        ("g(A + B)", {"terms": (A, B), "grows": True}),
        ("1.1 x A", {"terms": (A,), "factor": Fraction(11, 10)}),
        ("(A + B) × pay_award x 50%", {"terms": (A, B), "factor": Fraction(1, 2), "assumptions": ("pay_award",)}),
        ("-1.5 x g(A)", {"terms": (A,), "grows": True, "factor": Fraction(-3, 2)}),
        ("4%", {"factor": Fraction(1, 25), "is_percentage": True}),
        ("-0.037", {"factor": Fraction(-37, 1000)}),
        ("working_days.2023-04", {"assumptions": ("working_days.2023-04",)}),
        ("weight.E.M.8 x E.M.8", {"terms": ((1, "E.M.8"),), "assumptions": ("weight.E.M.8",)}),
    ],
)  # fmt: skip
def test_a_side_is_read(text: str, meant: dict[str, object]) -> None:
    assert parse(text) == Expression(text, **meant)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "at", "what"),
    [
        ("", 1, "nothing stands here"),
        ("A + B / C", 1, "put brackets round the sum that is multiplied or divided"),
        ("1.1 x A + B", 7, "put brackets round the sum"),
        ("A / B + C", 7, "put brackets round the sum that divides"),
        ("A / B / C", 7, "divides once"),
        ("A / 2", 5, "divide by lines only"),
        ("A / g(B)", 5, "divide by lines only"),
        ("A x B", 5, "one sum, ratio or growth"),
        ("A * B", 3, "write x to multiply"),
        ("A ÷ B", 3, "write / to divide"),
        ("1,000", 1, "numbers such as 1000"),
        ("A + 1", 5, "only lines are added"),
        ("A + pay_award", 5, "only lines are added"),
        ("A +", 4, "ends where a line's code should stand"),
        ("(A + B", 7, "the bracket opened at character 1 is not closed"),
        ("g(A", 4, "the bracket opened at character 1 is not closed"),
        ("A)", 2, "no bracket is open"),
        ("A B", 3, "'B' is one too many"),
        ("£5", 1, "'£' is not understood"),
        ("9" * 16, 1, "at most 15 digits"),
        ("A + " * 600 + "A", 2000, "at most 2000 characters"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_character(text: str, at: int, what: str) -> None:
    with pytest.raises(Unreadable, match=what) as told:
        parse(text)
    assert told.value.at == at
    assert str(told.value).startswith(f"at character {at}: ")


def test_which_assumptions_comparisons_draw_on() -> None:
    comparisons = [
        {"left": "g(A)", "right": "pay_award", "if": {"left": "A", "right": "least x B"}},
        {"left": "A + ", "right": "4%"},
    ]
    assert assumptions_read(comparisons) == {"pay_award", "least"}
