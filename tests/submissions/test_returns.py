"""Whose lines a return holds, and who its partners are."""

from __future__ import annotations

import pytest

from planning.registry.lines import Lines
from planning.registry.organisations import Organisation
from planning.registry.rounds import RETURNS
from submissions.returns import Body, bodies_of_system, body_of, expected_lines, partners_of
from tests.workbooks import ROUND

pytestmark = pytest.mark.django_db


def organisation(ods: str) -> Organisation:
    return Organisation.objects.get(pk=ods)


CONTRACTED = ("E.M.8", "E.M.10", "E.M.11b", "E.M.13D")
ACUTE, MENTAL, AMBULANCE = ("RHW", "RTH", "RXQ"), ("RNU", "RWX"), ("RYE",)


@pytest.mark.parametrize(
    ("ods", "partners"),
    [
        (
            "RTH",
            {
                "icb": ("QU9",),
                "trust": ("RHW", "RNU", "RWX", "RXQ", "RYE"),
                "ac": ("RHW", "RXQ"),
                "mh": MENTAL,
                "am": AMBULANCE,
            },
        ),
        (
            "RYE",  # its host first, then those it serves, and the trusts there: both sides have a row
            {
                "icb": ("QRL", "QNQ", "QU9"),
                "trust": ("RHW", "RNU", "RTH", "RWX", "RXQ"),
                "ac": ACUTE,
                "mh": MENTAL,
                "am": (),
            },
        ),
        (
            "QU9",
            {
                "icb": (),
                "trust": ("RHW", "RNU", "RTH", "RWX", "RXQ", "RYE"),
                "ac": ACUTE,
                "mh": MENTAL,
                "am": AMBULANCE,
            },
        ),
        ("QT6", {"icb": (), "trust": ("REF", "RJ8", "RYF"), "ac": ("REF",), "mh": ("RJ8",), "am": ("RYF",)}),
    ],
)
def test_partners(ods: str, partners: dict[str, tuple[str, ...]]) -> None:
    assert partners_of(organisation(ods)) == partners


def test_trusts_are_partners_of_each_other() -> None:
    trusts = [body for body in bodies_of_system("QU9") if body.kind != "icb"]
    for one in trusts:
        assert set(one.trusts) == {other.ods for other in trusts} - {one.ods}


def test_a_system_is_its_trusts_and_then_its_icb() -> None:
    bodies = bodies_of_system("QU9")
    assert [(body.ods, body.kind) for body in bodies] == [
        ("RHW", "ac"),
        ("RNU", "mh"),
        ("RTH", "ac"),
        ("RWX", "mh"),
        ("RXQ", "ac"),
        ("RYE", "am"),
        ("QU9", "icb"),
    ]
    trusts, types = ("RHW", "RNU", "RTH", "RWX", "RXQ", "RYE"), ("ac", "mh", "ac", "mh", "ac", "am")
    assert bodies[-2:] == [
        Body("RYE", "am", ("QRL", "QNQ", "QU9"), trusts[:-1], types[:-1]),
        Body("QU9", "icb", (), trusts, types),
    ]
    assert bodies == [body_of(organisation(body.ods)) for body in bodies]


def test_expected_lines_are_those_of_the_type_with_partner_rows() -> None:
    lines = Lines.load(ROUND)
    codes = [line.code for line in expected_lines(lines, organisation("QU9"), "finance")]
    assert codes[:10] == [
        "F.ICB.ALLOC",
        "F.ICB.CONV",
        "F.ICB.PROV@RHW",
        "F.ICB.PROV@RNU",
        "F.ICB.PROV@RTH",
        "F.ICB.PROV@RWX",
        "F.ICB.PROV@RXQ",
        "F.ICB.PROV@RYE",
        "F.ICB.PROV@OUT",
        "F.ICB.PMC",
    ]
    given = expected_lines(lines, organisation("QU9"), "finance", {"trust": ("RTH",)})
    assert [line.code for line in given if "@" in line.code] == ["F.ICB.PROV@RTH", "F.ICB.PROV@OUT"]


def partner_rows(ods: str, return_kind: str) -> dict[str, list[str]]:
    """The partners of each partner line, and whether its rows must be filled in: `RYE`, `(OUT)`."""
    found: dict[str, list[str]] = {}
    for line in expected_lines(Lines.load(ROUND), organisation(ods), return_kind):
        base, at, partner = line.code.partition("@")
        if at:
            found.setdefault(base, []).append(f"({partner})" if line.required == "optional" else partner)
    return found


def test_an_acute_trust_has_a_row_for_its_icb_and_its_icb_one_for_it() -> None:
    assert partner_rows("RTH", "activity") == {code: ["QU9", "(OUT)"] for code in CONTRACTED}
    assert partner_rows("QU9", "activity") == {code: [*ACUTE, "(IS)", "(OUT)"] for code in CONTRACTED}
    assert partner_rows("RNU", "activity") == partner_rows("RYE", "activity") == {}


def test_money_between_partners() -> None:
    around = ["(RHW)", "(RNU)", "(RWX)", "(RXQ)", "(RYE)", "(IS)", "(OUT)"]
    assert partner_rows("RTH", "finance") == {
        "F.INC.ICB": ["QU9", "(OUT)"],
        "F.INC.PRT": around,
        "F.EXP.PRT": around,
    }
    assert partner_rows("RYE", "finance")["F.INC.ICB"] == ["QRL", "QNQ", "QU9", "(OUT)"]


def test_a_row_is_part_of_a_whole_only_where_the_whole_is_there() -> None:
    lines = Lines.load(ROUND)
    bought = {line.code: line for line in expected_lines(lines, organisation("QU9"), "activity")}
    sold = {line.code: line for line in expected_lines(lines, organisation("RTH"), "activity")}
    assert (sold["E.M.8@QU9"].of_which, bought["E.M.8@RTH"].of_which) == ("E.M.8", "")


def test_a_line_may_be_optional_for_one_type_alone() -> None:
    lines = Lines.load(ROUND)
    asked = {
        ods: {line.code: line for line in expected_lines(lines, organisation(ods), "activity")}["LOC.UCR2HN"]
        for ods in ("RTH", "RNU")
    }
    assert (asked["RTH"].required, asked["RTH"].outturn) == ("optional", "optional")
    assert (asked["RNU"].required, asked["RNU"].outturn) == ("required", "required")


def test_what_is_reference_stands_in_no_return() -> None:
    lines = Lines.load(ROUND)
    codes = {line.code for kind in RETURNS for line in expected_lines(lines, organisation("QU9"), kind)}
    reference = {line.code for line in lines.values() if line.required == "reference"}
    assert len(reference) == 7 and not codes & reference


@pytest.mark.parametrize(("ods", "queries"), [("RTH", 1), ("QU9", 1)])
def test_expected_lines_ask_once(ods: str, queries: int, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    lines, body = Lines.load(ROUND), organisation(ods)
    with django_assert_num_queries(queries):
        expected_lines(lines, body, "finance")
