"""Points, evaluations and findings: what each asker is given, their filters, formats and pages."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

from planning.plan.reasons import Reason
from planning.registry.rounds import RETURNS
from submissions.uploads import Upload
from targets.api.evaluations import lines_of
from tests.api.conftest import ACTORS, BASE, Machine, World, make_evaluation, make_finding, make_run
from tests.plans import target

BULK = ("points", "evaluations", "findings")
POINTS_OF = {
    "own": {"counts"},
    "sibling": {"accepted"},
    "other board": {"other system"},
    "board": {"counts", "accepted", "served"},
    "national": {"accepted"},
}
EVALUATIONS_OF = {
    "own": {"own"},
    "sibling": set(),
    "other board": {"other system"},
    "board": {"own", "system", "served"},
    "national": {"accepted"},
}
FINDINGS_OF = {
    "own": {"own", "check"},
    "sibling": set(),
    "other board": {"other system"},
    "board": {"own", "check", "system"},
    "national": {"accepted"},
}


def rows_of(machine: Machine, what: str, **query: str) -> list[dict[str, Any]]:
    answer = machine.get(f"{BASE}{what}/", page_size="1000", **query)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


@pytest.mark.parametrize("what", BULK)
@pytest.mark.parametrize("form", ["json", "csv", "jsonl", "csvw"])
def test_nobody_reads_without_signing_in(machine: Callable[..., Machine], what: str, form: str) -> None:
    assert machine().get(f"{BASE}{what}/", format=form).status_code == 401


@pytest.mark.parametrize("actor", ACTORS)
def test_each_asker_gets_their_points(world: World, machine: Callable[..., Machine], actor: str) -> None:
    rows = rows_of(machine(ACTORS[actor]), "points")
    assert {row["upload"] for row in rows} == {str(world.uploads[which].pk) for which in POINTS_OF[actor]}


@pytest.mark.parametrize("actor", ACTORS)
def test_each_asker_gets_their_evaluations(world: World, machine: Callable[..., Machine], actor: str) -> None:
    # Shortfalls of the served trust are shown for the targets that it serves the system for, and no others.
    rows = rows_of(machine(ACTORS[actor]), "evaluations")
    assert {row["id"] for row in rows} == {
        str(world.evaluations[which].pk) for which in EVALUATIONS_OF[actor]
    }


@pytest.mark.parametrize("actor", ACTORS)
def test_each_asker_gets_their_findings(world: World, machine: Callable[..., Machine], actor: str) -> None:
    rows = rows_of(machine(ACTORS[actor]), "findings")
    assert {row["id"] for row in rows} == {str(world.findings[which].pk) for which in FINDINGS_OF[actor]}


@pytest.mark.parametrize("what", BULK)
@pytest.mark.parametrize("actor", ACTORS)
def test_every_format_holds_the_same_rows(
    world: World, machine: Callable[..., Machine], what: str, actor: str
) -> None:
    asker = machine(ACTORS[actor])
    count = len(rows_of(asker, what))
    assert len(table(asker, what)) == count
    assert len(lines(asker, what)) == count


def table(machine: Machine, what: str, **query: str) -> list[dict[str, str]]:
    answer = machine.get(f"{BASE}{what}/", format="csv", **query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="2023-24-{what}.csv"'
    text = b"".join(answer.streaming_content).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def lines(machine: Machine, what: str) -> list[dict[str, Any]]:
    answer = machine.get(f"{BASE}{what}/", format="jsonl")
    assert answer["Content-Type"] == "application/jsonl; charset=utf-8"
    return [json.loads(line) for line in b"".join(answer.streaming_content).decode().splitlines()]


# --- points ---------------------------------------------------------------------------------------
def test_a_point_leads_to_its_cell(world: World, machine: Callable[..., Machine]) -> None:
    rows = rows_of(machine("RTH"), "points", line="F.PAY.AGY", period="2023-04")
    assert rows == [
        {
            "organisation": "RTH",
            "return": "finance",
            "line": "F.PAY.AGY",
            "period": "2023-04",
            "value": -8.25,
            "state": "value",
            "unit": "£000",
            "sheet": "Finance",
            "cell": "G21",
            "upload": str(world.uploads["counts"].pk),
        }
    ]


def test_a_computed_point_has_no_cell_and_a_blank_no_value(
    world: World, machine: Callable[..., Machine]
) -> None:
    rows = {row["period"]: row for row in rows_of(machine("RTH"), "points", line="F.PAY.TOTAL")}
    assert rows["2023-04"]["value"] == -170
    assert rows["2023-04"]["cell"] is None
    assert rows["2023-04"]["sheet"] is None
    assert (rows["2024-03"]["value"], rows["2024-03"]["state"]) == (None, "blank")


def test_a_version_that_blocks_gives_no_points(world: World, machine: Callable[..., Machine]) -> None:
    rows = rows_of(machine("RTH"), "points")
    assert str(world.uploads["blocks"].pk) not in {row["upload"] for row in rows}
    assert str(world.uploads["counts"].pk) in {row["upload"] for row in rows}


def test_a_stage_gives_what_was_handed_over_at_it(world: World, machine: Callable[..., Machine]) -> None:
    asker = machine("QU9")
    assert {row["organisation"] for row in rows_of(asker, "points", stage="regional-draft")} == {"RHW"}
    assert rows_of(asker, "points", stage="draft") == []
    Upload.objects.filter(pk=world.uploads["counts"].pk).update(state="submitted")
    assert {row["organisation"] for row in rows_of(asker, "points", stage="draft")} == {"RTH"}


@pytest.mark.parametrize("size", ["1", "4", "7", "15", "16"])
def test_points_are_paged_forward_and_back(world: World, machine: Callable[..., Machine], size: str) -> None:
    asker = machine("QU9")
    whole, pages = rows_of(asker, "points"), []
    page = asker.get(f"{BASE}points/", page_size=size).json()
    assert page["previous"] is None
    while True:
        pages.append(page)
        if page["next"] is None:
            break
        assert len(page["results"]) == int(size)
        page = asker.get(page["next"]).json()
    assert [row for each in pages for row in each["results"]] == whole
    for before, here in itertools.pairwise(pages):
        assert asker.get(here["previous"]).json()["results"] == before["results"]


@pytest.mark.parametrize(
    ("query", "organisations"),
    [
        ({"system": "QU9"}, {"RTH", "RHW", "RYE"}),
        ({"system": "QT6"}, set()),
        ({"organisation": "RHW"}, {"RHW"}),
        ({"return": "activity"}, {"RYE"}),
        ({"line": "F.PAY.AGY"}, {"RTH", "RHW"}),
        ({"line": "F.INC.ICB@"}, set()),
    ],
)
def test_points_are_narrowed(
    world: World, machine: Callable[..., Machine], query: dict[str, str], organisations: set[str]
) -> None:
    assert {row["organisation"] for row in rows_of(machine("QU9"), "points", **query)} == organisations


# --- evaluations ----------------------------------------------------------------------------------
def test_an_evaluation_leads_to_its_cells(world: World, machine: Callable[..., Machine]) -> None:
    upload = str(world.uploads["counts"].pk)
    assert rows_of(machine("RTH"), "evaluations") == [
        {
            "id": str(world.evaluations["own"].pk),
            "target": "23-43",
            "title": "Agency spend",
            "organisation": "RTH",
            "system": "QU9",
            "group": None,
            "outcome": "not_met",
            "for_information": False,
            "planned": 4.1,
            "threshold": 3.7,
            "unit": "%",
            "gap": 0.4,
            "gap_units": 1200,
            "gap_unit": "£000",
            "first_failing_period": "2023/24",
            "rag": "red",
            "why": None,
            "so_far": None,
            "parts": [],
            "attested": None,
            "inputs": [
                {
                    "organisation": "RTH",
                    "return": "finance",
                    "line": "F.PAY.AGY",
                    "period": "2023-04",
                    "value": -8.25,
                    "unit": "£000",
                    "sheet": "Finance",
                    "cell": "G21",
                    "upload": upload,
                }
            ],
            "missing": [],
            "basis": "latest",
        }
    ]


def test_a_systems_own_row_has_no_organisation(world: World, machine: Callable[..., Machine]) -> None:
    row = next(row for row in rows_of(machine("QU9"), "evaluations") if row["organisation"] is None)
    assert (row["system"], row["outcome"], row["missing"], row["planned"]) == (
        "QU9",
        "not_assessable",
        ["RXQ"],
        None,
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"system": "QU9"}, {"own", "system", "served"}),
        ({"system": "QT6"}, set()),
        ({"organisation": "RTH"}, {"own"}),
        ({"target": "23-43"}, {"own", "system"}),
        ({"return": "finance"}, {"own", "system"}),
        ({"return": "activity"}, {"served"}),
        ({"line": "F.PAY.AGY"}, {"own", "system"}),
        ({"period": "2023/24"}, {"own", "system", "served"}),
        ({"period": "2023-04"}, set()),
        ({"outcome": "not_assessable"}, {"system"}),
        ({"stage": "final"}, set()),
        ({"group": "QU9-cancer-alliance"}, set()),
    ],
)
def test_evaluations_are_narrowed(
    world: World, machine: Callable[..., Machine], query: dict[str, str], expected: set[str]
) -> None:
    rows = rows_of(machine("QU9"), "evaluations", **query)
    assert {row["id"] for row in rows} == {str(world.evaluations[which].pk) for which in expected}


def test_those_of_a_group_come_where_they_are_asked_for(
    world: World, machine: Callable[..., Machine]
) -> None:
    group, run = "QU9-cancer-alliance", world.evaluations["system"].run
    grouped = make_evaluation(run, None, "QU9", group_id=group)
    assert str(grouped.pk) not in {row["id"] for row in rows_of(machine("QU9"), "evaluations")}
    rows = rows_of(machine("QU9"), "evaluations", group=group)
    assert [(row["id"], row["group"]) for row in rows] == [(str(grouped.pk), group)]
    assert rows_of(machine("QT6"), "evaluations", group=group) == []
    assert rows_of(machine("QU9"), "evaluations", group="QU9-maternity-system") == []
    assert machine("QU9").get(f"{BASE}evaluations/", group="QU9-club").status_code == 400


def test_those_of_several_systems_come_where_they_are_asked_for(
    world: World, machine: Callable[..., Machine]
) -> None:
    several = {
        code: str(make_evaluation(make_run("region", code, "accepted"), None, code).pk)
        for code in ("Y59", "X24")
    }
    assert {row["system"] for row in rows_of(machine("X24"), "evaluations")} == {"QU9"}
    for code, key in several.items():
        assert [row["id"] for row in rows_of(machine("X24"), "evaluations", system=code)] == [key]
    assert rows_of(machine("X24"), "evaluations", system="Y58") == []
    for ods in ("RTH", "QU9", "QT6"):
        assert rows_of(machine(ods), "evaluations", system="Y59") == []
        assert rows_of(machine(ods), "evaluations", system="X24") == []
    refused = machine("X24").get(f"{BASE}evaluations/", system="Y60")
    assert (refused.status_code, refused.json()["allowed"]) == (400, ["QT6", "QU9", "X24", "Y58", "Y59"])
    assert machine("X24").get(f"{BASE}findings/", system="Y59").status_code == 400


def test_a_line_that_a_measure_takes_off_is_a_line_of_it() -> None:
    share = target("23-44", {"numerator": "F.EFF", "denominator": ["F.EXP", "-F.ICB.PROV@*"]}, ">=", 2.2)
    assert lines_of(share) == {"F.EFF", "F.EXP", "F.ICB.PROV@"}


def test_the_basis_is_named(world: World, machine: Callable[..., Machine]) -> None:
    assert [row["basis"] for row in rows_of(machine("X24"), "evaluations")] == ["accepted"]


# --- findings -------------------------------------------------------------------------------------
def test_a_finding_leads_to_its_cells(world: World, machine: Callable[..., Machine]) -> None:
    row = next(row for row in rows_of(machine("RTH"), "findings") if row["rule"] == "T08")
    assert row["id"] == str(world.findings["own"].pk)
    assert (row["severity"], row["trial"], row["organisation"], row["system"]) == (
        "explain",
        False,
        "RTH",
        "QU9",
    )
    assert (row["line"], row["period"]) == ("F.PAY.AGY", "2023/24")
    assert (row["actual"], row["expected"], row["gap"], row["unit"]) == (4.1, 3.7, 0.4, "%")
    assert row["message"] == "Agency pay is 4.1% of all pay, 0.4 points over the ceiling of 3.7%."
    assert row["closes_with"] == "Lower agency pay by £1,200k."
    assert row["inputs"][0]["cell"] == "G21"
    assert row["inputs"][0]["upload"] == str(world.uploads["counts"].pk)
    assert row["explanation"] == {"status": "needed", "text": None, "by": None, "at": None}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"system": "QU9"}, {"own", "check", "system"}),
        ({"organisation": "RTH"}, {"own", "check"}),
        ({"rule": "V03"}, {"check"}),
        ({"severity": "explain"}, {"own", "system"}),
        ({"period": "2023-05"}, {"check"}),
        ({"return": "finance"}, {"own", "check", "system"}),
        ({"return": "activity"}, set()),
        ({"line": "F.PAY.AGY"}, {"own", "check", "system"}),
        ({"target": "23-01"}, set()),
        ({"stage": "draft"}, set()),
    ],
)
def test_findings_are_narrowed(
    world: World, machine: Callable[..., Machine], query: dict[str, str], expected: set[str]
) -> None:
    rows = rows_of(machine("QU9"), "findings", **query)
    assert {row["id"] for row in rows} == {str(world.findings[which].pk) for which in expected}


def test_findings_are_paged_forward_and_back(world: World, machine: Callable[..., Machine]) -> None:
    asker = machine("QU9")
    whole = rows_of(asker, "findings")
    first = asker.get(f"{BASE}findings/", page_size="2").json()
    rest = asker.get(first["next"]).json()
    assert first["results"] + rest["results"] == whole
    assert rest["next"] is None
    back = asker.get(rest["previous"]).json()
    assert (back["results"], back["previous"]) == (first["results"], None)


def test_a_reason_is_given_and_shown(world: World, machine: Callable[..., Machine]) -> None:
    asker, finding = machine("RTH"), world.findings["own"]
    answer = asker.post(f"/api/v1/findings/{finding.pk}/explanation/", {"text": " A ward opened late. "})
    assert answer.status_code == 200
    given = answer.json()
    assert (given["status"], given["text"], given["by"]) == (
        "given",
        "A ward opened late.",
        "RTH planning system",
    )
    assert given["at"]
    shown = next(row for row in rows_of(asker, "findings") if row["id"] == str(finding.pk))
    assert shown["explanation"] == given
    flat = next(row for row in table(asker, "findings") if row["id"] == str(finding.pk))
    assert (flat["explanation_status"], flat["explanation_text"]) == ("given", "A ward opened late.")


@pytest.mark.parametrize("answer", ["accepted", "asked_again"])
def test_what_the_icb_made_of_a_reason_is_told_and_not_its_note(
    answer: str, world: World, machine: Callable[..., Machine]
) -> None:
    asker, finding = machine("RTH"), world.findings["own"]
    asker.post(f"/api/v1/findings/{finding.pk}/explanation/", {"text": "A ward opened late."})
    Reason.objects.update(review=answer, review_note="Between us.")
    shown = next(row["explanation"] for row in rows_of(asker, "findings") if row["id"] == str(finding.pk))
    assert (shown["status"], shown["text"]) == (answer, "A ward opened late.")
    assert set(shown) == {"status", "text", "by", "at"}


@pytest.mark.parametrize(
    ("ods", "which", "expected"),
    [
        ("", "own", 401),
        ("RTH", "own", 200),
        ("RTH", "check", 403),
        ("RTH", "system", 404),
        ("RHW", "own", 404),
        ("QT6", "own", 404),
        ("QU9", "own", 403),
        ("QU9", "system", 200),
        ("X24", "own", 404),
        ("X24", "accepted", 403),
    ],
)
def test_one_gives_reasons_for_ones_own(
    world: World, machine: Callable[..., Machine], ods: str, which: str, expected: int
) -> None:
    address = f"/api/v1/findings/{world.findings[which].pk}/explanation/"
    assert machine(ods).post(address, {"text": "A ward opened late."}).status_code == expected


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, None, "a\x00b"])
def test_a_reason_has_words(world: World, machine: Callable[..., Machine], text: str | None) -> None:
    answer = machine("RTH").post(f"/api/v1/findings/{world.findings['own'].pk}/explanation/", {"text": text})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "expected"),
    [(b"[" * 60_000, 400), (b'{"text": "\\ud800"}', 400), (b"x" * 70_000, 413), (b"[]", 400), (b"", 400)],
)
def test_a_body_that_is_no_form_is_refused(
    world: World, machine: Callable[..., Machine], body: bytes, expected: int
) -> None:
    asker, address = machine("RTH"), f"/api/v1/findings/{world.findings['own'].pk}/explanation/"
    headers = {"Authorization": f"Bearer {asker.token}"}
    answer = asker.http.post(address, body, content_type="application/json", headers=headers)
    assert answer.status_code == expected
    assert answer["Content-Type"] == "application/problem+json"


# --- formats --------------------------------------------------------------------------------------
def test_text_that_a_spreadsheet_would_run_is_quoted(world: World, machine: Callable[..., Machine]) -> None:
    row = next(row for row in table(machine("RTH"), "findings") if row["rule"] == "V03")
    assert row["message"] == "'=cmd|'/c calc'!A1 is text where a number is needed."


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n-1", "\u00a0+1", "\u200b=1", "＝1"]
)
def test_no_reason_reaches_a_spreadsheet_as_a_formula(
    world: World, machine: Callable[..., Machine], text: str
) -> None:
    from planning.foundation.tables import cell

    assert cell(text) == f"'{text}"


def test_negative_numbers_stay_numbers(world: World, machine: Callable[..., Machine]) -> None:
    rows = table(machine("RTH"), "points", line="F.PAY.AGY")
    values = {row["period"]: row["value"] for row in rows}
    assert values["2023-04"] == "-8.25"
    assert values["2023/24"] == "-99"


@pytest.mark.parametrize("what", BULK)
def test_the_description_fits_the_csv(world: World, machine: Callable[..., Machine], what: str) -> None:
    asker = machine("RTH")
    answer = asker.get(f"{BASE}{what}/", format="csvw", organisation="RTH")
    assert answer["Content-Type"] == "application/csvm+json"
    described = json.loads(answer.content)
    assert described["@context"][0] == "http://www.w3.org/ns/csvw"
    assert described["url"] == f"http://testserver{BASE}{what}/?format=csv&organisation=RTH"
    names = [column["name"] for column in described["tableSchema"]["columns"]]
    data = asker.get(described["url"])
    assert b"".join(data.streaming_content).decode().splitlines()[0].split(",") == names
    link = f"<http://testserver{BASE}{what}/?format=csvw&organisation=RTH>"
    assert data["Link"] == f'{link}; rel="describedby"; type="application/csvm+json"'
    assert set(described["tableSchema"]["primaryKey"]) <= set(names)


@pytest.mark.parametrize("what", BULK)
@pytest.mark.parametrize(
    ("form", "code"), [("parquet", "format_not_offered"), ("xml", "bad_parameter"), ("", "bad_parameter")]
)
def test_another_format_is_refused(machine: Callable[..., Machine], what: str, form: str, code: str) -> None:
    answer = machine("RTH").get(f"{BASE}{what}/", format=form)
    assert answer.status_code == 400
    problem = answer.json()
    assert (problem["code"], problem["parameter"]) == (code, "format")
    assert problem["allowed"] == ["json", "csv", "jsonl", "csvw"]


@pytest.mark.parametrize("what", BULK)
@pytest.mark.parametrize("name", ["system", "organisation", "return", "line", "period", "stage"])
def test_an_unknown_filter_value_names_the_parameter(
    machine: Callable[..., Machine], what: str, name: str
) -> None:
    answer = machine("RTH").get(f"{BASE}{what}/", **{name: "nonsense"})
    assert answer.status_code == 400
    problem = answer.json()
    assert (problem["code"], problem["parameter"]) == ("bad_parameter", name)
    assert "nonsense" in problem["detail"]
    if name == "return":
        assert problem["allowed"] == list(RETURNS)


# --- how many queries -----------------------------------------------------------------------------
SIGNING_IN = 3  # the token, its client, the members of its system
NARROW = {
    "organisation": "RTH",
    "system": "QU9",
    "line": "F.PAY.AGY",
    "return": "finance",
    "period": "2023/24",
}


@pytest.mark.parametrize(
    ("what", "query", "expected"),
    [
        ("points", {}, 4),
        ("points", NARROW, 6),
        ("evaluations", {}, 2),
        ("evaluations", {**NARROW, "stage": "draft", "target": "23-43"}, 6),
        ("findings", {}, 3),
        ("findings", {**NARROW, "rule": "T08"}, 8),
        ("uploads", {}, 4),
        ("uploads", {"organisation": "RTH", "stage": "draft", "current": "true"}, 5),
    ],
)
def test_a_page_asks_so_many_queries_and_no_more(
    world: World,
    machine: Callable[..., Machine],
    django_assert_num_queries: Any,
    what: str,
    query: dict[str, str],
    expected: int,
) -> None:
    for extra in range(3):
        make_finding(make_run("organisation", "RXQ", return_kind=str(extra)), "RXQ", "QU9", rule="T03")
    asker = machine("QU9")
    asker.get(f"{BASE}{what}/", **query)
    with django_assert_num_queries(SIGNING_IN + expected):
        assert asker.get(f"{BASE}{what}/", **query).status_code == 200


@pytest.mark.parametrize(("what", "expected"), [("lines/", 2), ("targets/", 2), ("rules/", 2), ("", 3)])
def test_reference_data_asks_few_queries(
    machine: Callable[..., Machine], django_assert_num_queries: Any, what: str, expected: int
) -> None:
    asker = machine("QU9")
    with django_assert_num_queries(1 + expected):  # the token: reference data is everybody's
        assert asker.get(f"{BASE}{what}").status_code == 200
