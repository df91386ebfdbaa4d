"""Organisations, rounds, lines, targets and rules, as anybody signed in may read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import BASE, Machine

ROUTES = (
    "/api/v1/organisations/",
    "/api/v1/rounds/",
    BASE,
    f"{BASE}lines/",
    f"{BASE}targets/",
    f"{BASE}rules/",
)
LISTS = [address for address in ROUTES if address != BASE]


@pytest.mark.parametrize("address", ROUTES)
@pytest.mark.parametrize("ods", ["RTH", "RHW", "QT6", "QU9", "X24", "Y59"])
def test_everybody_signed_in_may_read_it(machine: Callable[..., Machine], address: str, ods: str) -> None:
    answer = machine(ods).get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize("address", ROUTES)
def test_nobody_else_may(machine: Callable[..., Machine], address: str) -> None:
    answer = machine().get(address)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert answer.json()["code"] == "not_authenticated"


def test_an_organisation_says_whose_member_it_is(machine: Callable[..., Machine]) -> None:
    rows = {row["ods"]: row for row in machine("RTH").get("/api/v1/organisations/").json()["results"]}
    assert rows["RTH"]["kind"] == "ac"
    assert rows["RTH"]["memberships"][0]["system"] == "QU9"
    assert rows["RTH"]["memberships"][0]["role"] == "host"
    assert {row["system"]: row["role"] for row in rows["RYE"]["memberships"]}["QU9"] == "served"


def test_a_round_gives_its_stages_in_order(machine: Callable[..., Machine]) -> None:
    found = machine("RTH").get(BASE).json()
    assert [stage["code"] for stage in found["stages"]] == ["draft", "regional-draft", "final"]
    assert found["stages"][0]["returns"] == ["activity", "workforce"]
    assert found["stages"][0]["due_at"] == "2023-02-20T17:00:00Z"
    assert found["systems"] == ["QT6", "QU9"]


def test_lines_tell_what_a_program_needs(machine: Callable[..., Machine]) -> None:
    rows = machine("RTH").get(f"{BASE}lines/", **{"return": "finance"}).json()["results"]
    assert {row["return"] for row in rows} == {"finance"}
    by_code = {row["code"]: row for row in rows}
    agency, total = by_code["F.PAY.AGY"], by_code["F.PAY.TOTAL"]
    assert agency["unit"] == "£000"
    assert agency["sign"] == "-"
    assert agency["computed"] is None
    assert total["computed"]
    assert total["required_for"] == []


LINE_KEYS = {
    *(
        "code",
        "label",
        "measure_type",
        "unit",
        "decimals",
        "sign",
        "over_time",
        "over_organisations",
        "weight",
    ),
    *(
        "denominator",
        "required",
        "required_for",
        "optional_for",
        "baseline",
        "outturn",
        "types",
        "counted_from",
    ),
    *(
        "partners",
        "computed",
        "computed_for_icb",
        "of_which",
        "return",
        "sheet",
        "section",
        "definition",
        "source",
    ),
    "nhse_ref",
}
TRUSTS = ["ac", "am", "mh"]


@pytest.fixture
def lines(machine: Callable[..., Machine]) -> dict[str, dict[str, object]]:
    rows = machine("RTH").get(f"{BASE}lines/", page_size="1000").json()["results"]
    return {row["code"]: row for row in rows}


def test_a_line_has_all_its_keys(lines: dict[str, dict[str, object]]) -> None:
    assert {frozenset(row) for row in lines.values()} == {frozenset(LINE_KEYS)}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("F.PAY.AGY", {"required_for": TRUSTS, "optional_for": [], "partners": None, "decimals": 1}),
        ("F.PAY.AGY.RN", {"required_for": [], "optional_for": TRUSTS, "of_which": "F.PAY.AGY"}),
        ("F.PAY.TOTAL", {"required": "computed", "required_for": [], "optional_for": []}),
        ("F.AFP", {"computed": "F.SURPLUS + F.ADJ", "computed_for_icb": "F.ICB.ALLOC + F.ICB.EXP"}),
        ("LOC.UCR2HN", {"required": "required", "required_for": ["mh"], "optional_for": ["ac"]}),
        ("LOC.POP", {"required": "reference", "required_for": [], "optional_for": [], "outturn": "none"}),
        ("E.B.23cP", {"over_time": "none", "over_organisations": "none", "baseline": "required"}),
        (
            "E.B.23c",
            {"over_time": "wmean", "weight": "E.B.23cD", "denominator": None, "baseline": "required"},
        ),
        ("E.B.27N", {"denominator": "E.B.27D", "weight": None, "baseline": "none", "outturn": "required"}),
        (
            "E.M.8@",
            {"partners": {"ac": ["icb", "OUT"], "icb": ["ac", "IS", "OUT"]}, "required_for": ["ac", "icb"]},
        ),
        ("LOC.HOT", {"types": ["ac", "am"], "counted_from": ["ac"]}),
        ("F.RISK.NET", {"over_time": "annual", "outturn": "none", "sign": "any"}),
    ],
)
def test_a_line_says_who_gives_it_and_how(
    lines: dict[str, dict[str, object]], code: str, said: dict[str, object]
) -> None:
    assert {key: lines[code][key] for key in said} == said


@pytest.mark.parametrize(("round_code", "count"), [("2022-23", 415), ("2023-24", 424), ("2024-25", 426)])
def test_each_round_has_its_own_lines_and_rules_and_no_target_of_another(
    machine: Callable[..., Machine], round_code: str, count: int
) -> None:
    asker, base = machine("RTH"), f"/api/v1/rounds/{round_code}/"
    rows = asker.get(f"{base}lines/", page_size="1000").json()["results"]
    assert len(rows) == count
    assert ("F.ENV" in {row["code"] for row in rows}) == (round_code == "2022-23")
    rules = {row["code"] for row in asker.get(f"{base}rules/", page_size="1000").json()["results"]}
    assert ("T23" in rules, "T08" in rules) == ((round_code != "2022-23"),) * 2


def numbered(stem: str, last: int, first: int = 1) -> set[str]:
    return {f"{stem}-{number:02}" for number in range(first, last + 1)}


# Every code that a round's documents give, and those of earlier rounds that fall due in it.
OWN = {
    "2022-23": numbered("22", 72) | numbered("B22", 9),
    "2023-24": numbered("23", 59) | numbered("QT6-23", 63),
    "2024-25": numbered("24", 20) | numbered("QU9-24", 13),
}


def codes(asker: Machine, round_code: str, **query: str) -> list[str]:
    answer = asker.get(f"/api/v1/rounds/{round_code}/targets/", page_size="1000", **query)
    assert answer.status_code == 200
    return [row["code"] for row in answer.json()["results"]]


@pytest.mark.parametrize("round_code", list(OWN))
def test_every_target_of_a_round_stands_once(machine: Callable[..., Machine], round_code: str) -> None:
    asker = machine("RTH")
    found = codes(asker, round_code)
    assert len(found) == len(set(found))
    rows = asker.get(f"/api/v1/rounds/{round_code}/targets/", page_size="1000").json()["results"]
    assert {row["code"] for row in rows if row["carried_from"] is None} == OWN[round_code]
    assert all(row["carried_from"] < round_code for row in rows if row["carried_from"])
    assert all(0 < len(row["source"]["quote"].split()) <= 20 for row in rows)


def test_targets_stand_as_published(machine: Callable[..., Machine]) -> None:
    rows = machine("RTH").get(f"{BASE}targets/").json()["results"]
    emergency = next(row for row in rows if row["code"] == "23-01")
    assert (emergency["comparator"], emergency["threshold"], emergency["unit"]) == (">=", 76, "%")
    assert emergency["effect"] == {"kind": "by_month", "from": "2024-03", "to": "2024-03"}
    assert (emergency["status"], emergency["issued_by"], emergency["systems"]) == ("published", "X24", [])
    assert emergency["source"]["version"] == "1.1"


def test_a_version_says_what_stood_in_it(machine: Callable[..., Machine]) -> None:
    asker = machine("RTH")

    def wards(**query: str) -> dict[str, Any]:
        rows = asker.get("/api/v1/rounds/2022-23/targets/", page_size="1000", **query).json()["results"]
        return next(row for row in rows if row["code"] == "22-38")

    assert [wards(version=version)["status"] for version in "123"] == [
        "superseded",
        "superseded",
        "published",
    ]
    assert wards() == wards(version="3")
    assert "wards" in wards(version="1")["unit"]
    assert "22-38" in codes(asker, "2022-23", status="superseded")


def test_what_was_expected_is_superseded_and_a_draft_is_one(machine: Callable[..., Machine]) -> None:
    asker = machine("RTH")
    assert codes(asker, "2024-25", status="draft") == ["24-13"]
    assert {"24-04", "24-05", "24-07"} <= set(codes(asker, "2024-25", status="superseded"))
    rows = asker.get("/api/v1/rounds/2024-25/targets/", page_size="1000").json()["results"]
    waits = next(row for row in rows if row["code"] == "24-04")
    assert (waits["status"], waits["effect"]["to"], waits["supersedes"]) == ("published", "2024-09", "23-10")


def test_targets_are_narrowed(machine: Callable[..., Machine]) -> None:
    asker = machine("RTH")
    assert set(codes(asker, "2023-24", issued_by="QT6")) == numbered("QT6-23", 63)
    assert codes(asker, "2023-24", status="query") == ["QT6-23-12"]
    assert set(codes(asker, "2023-24", version="1.1")) == numbered("23", 59)
    assert codes(asker, "2023-24", version="1.1", issued_by="QT6") == []


@pytest.mark.parametrize("name", ["status", "issued_by", "version"])
def test_an_unknown_value_names_the_parameter(machine: Callable[..., Machine], name: str) -> None:
    answer = machine("RTH").get(f"{BASE}targets/", **{name: "nonsense"})
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["code"] == "bad_parameter"
    assert problem["parameter"] == name
    assert problem["allowed"]


def test_rules_say_how_far_apart_still_agrees(machine: Callable[..., Machine]) -> None:
    rows = {row["code"]: row for row in machine("RTH").get(f"{BASE}rules/").json()["results"]}
    assert {"T01", "T08", "T31", "V01"} <= rows.keys()
    assert rows["T08"]["tolerance"].keys() == {"absolute", "relative", "low", "high", "text"}
    assert rows["T08"]["version"] == 1
    assert rows["T08"]["source"]


@pytest.mark.parametrize(
    "tail", ["", "lines/", "targets/", "rules/", "uploads/", "points/", "evaluations/", "findings/"]
)
def test_an_unknown_round_is_not_found(machine: Callable[..., Machine], tail: str) -> None:
    answer = machine("RTH").get(f"/api/v1/rounds/1999-00/{tail}")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no such round, or it is not yours to see."


@pytest.mark.parametrize(
    "address", [*LISTS, f"{BASE}uploads/", f"{BASE}points/", f"{BASE}evaluations/", f"{BASE}findings/"]
)
def test_an_unknown_parameter_is_refused(machine: Callable[..., Machine], address: str) -> None:
    answer = machine("RTH").get(address, colour="blue")
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["code"] == "unknown_parameter"
    assert problem["parameter"] == "colour"
    assert "cursor" in problem["allowed"]


@pytest.mark.parametrize("address", LISTS)
def test_pages_go_forward_and_back(machine: Callable[..., Machine], address: str) -> None:
    asker = machine("RTH")
    whole = asker.get(address).json()["results"]
    first = asker.get(address, page_size="1").json()
    assert first["previous"] is None
    assert first["results"] == whole[:1]
    if len(whole) == 1:
        assert first["next"] is None
        return
    second = asker.get(first["next"]).json()
    assert second["results"] == whole[1:2]
    assert asker.get(second["previous"]).json()["results"] == whole[:1]


@pytest.mark.parametrize("size", ["0", "1001", "ten", "-1", "１"])
def test_a_page_has_a_size(machine: Callable[..., Machine], size: str) -> None:
    answer = machine("RTH").get("/api/v1/rounds/", page_size=size)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "page_size"


@pytest.mark.parametrize("cursor", ["", "x", "WzAsOTk5OTk5OTk5OTk5XQ", "W10", "bnVsbA", "WzEsbnVsbF0"])
@pytest.mark.parametrize(
    "address", ["/api/v1/rounds/", f"{BASE}points/", f"{BASE}findings/", f"{BASE}uploads/"]
)
def test_a_cursor_is_not_made_up(machine: Callable[..., Machine], cursor: str, address: str) -> None:
    answer = machine("RTH").get(address, cursor=cursor)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "cursor"
