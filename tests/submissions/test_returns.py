"""Whose lines a return holds, and who its partners are."""

from __future__ import annotations

import pytest

from planning.registry.lines import Lines
from planning.registry.organisations import Organisation
from submissions.returns import Body, bodies_of_system, body_of, expected_lines, partners_of
from tests.workbooks import ROUND

pytestmark = pytest.mark.django_db


def organisation(ods: str) -> Organisation:
    return Organisation.objects.get(pk=ods)


@pytest.mark.parametrize(
    ("ods", "partners"),
    [
        ("RTH", {"icb": ("QU9",)}),
        ("RYE", {"icb": ("QRL", "QNQ", "QU9")}),  # its host first, then those it serves
        ("QU9", {"trust": ("RHW", "RNU", "RTH", "RWX", "RXQ", "RYE")}),
        ("QT6", {"trust": ("REF", "RJ8", "RYF")}),
    ],
)
def test_partners(ods: str, partners: dict[str, tuple[str, ...]]) -> None:
    assert partners_of(organisation(ods)) == partners


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
    assert bodies[-2:] == [
        Body("RYE", "am", ("QRL", "QNQ", "QU9")),
        Body("QU9", "icb", ("RHW", "RNU", "RTH", "RWX", "RXQ", "RYE")),
    ]
    assert bodies[2] == body_of(organisation("RTH"))


def test_expected_lines_are_those_of_the_type_with_partner_rows() -> None:
    lines = Lines.load(ROUND)
    codes = [line.code for line in expected_lines(lines, organisation("QU9"), "finance")]
    assert codes[:8] == [
        "F.ICB.ALLOC",
        "F.ICB.PROV@RHW",
        "F.ICB.PROV@RNU",
        "F.ICB.PROV@RTH",
        "F.ICB.PROV@RWX",
        "F.ICB.PROV@RXQ",
        "F.ICB.PROV@RYE",
        "F.ICB.PMC",
    ]
    given = expected_lines(lines, organisation("QU9"), "finance", {"trust": ("RTH",)})
    assert [line.code for line in given if "@" in line.code] == ["F.ICB.PROV@RTH"]


@pytest.mark.parametrize(("ods", "queries"), [("RTH", 1), ("QU9", 1)])
def test_expected_lines_ask_once(ods: str, queries: int, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    lines, body = Lines.load(ROUND), organisation(ods)
    with django_assert_num_queries(queries):
        expected_lines(lines, body, "finance")
