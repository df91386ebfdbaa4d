"""Organisations, rounds, lines, targets and rules, as anybody signed in may read them."""

from __future__ import annotations

from collections.abc import Callable

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


def test_targets_stand_as_published(machine: Callable[..., Machine]) -> None:
    rows = machine("RTH").get(f"{BASE}targets/").json()["results"]
    codes = [row["code"] for row in rows]
    assert len(codes) == len(set(codes))
    emergency = next(row for row in rows if row["code"] == "23-01")
    assert emergency["threshold"] == 76
    assert emergency["effect"].keys() == {"kind", "from", "to"}
    assert len(emergency["source"]["quote"].split()) <= 20


def test_targets_are_narrowed(machine: Callable[..., Machine]) -> None:
    asker = machine("RTH")
    every = asker.get(f"{BASE}targets/").json()["results"]
    version = every[0]["source"]["version"]
    some = asker.get(
        f"{BASE}targets/", version=version, issued_by=every[0]["issued_by"], status=every[0]["status"]
    )
    assert some.status_code == 200
    assert {row["source"]["version"] for row in some.json()["results"]} == {version}


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
