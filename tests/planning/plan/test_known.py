"""Reference values in a plan and from their files: where they stand, what a wrong file is told, edits kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from planning.plan import loading_values
from planning.plan.array import NO_RETURN, VALUE
from planning.plan.known import enter_known
from planning.plan.lineage import inputs_of
from planning.plan.loading_values import check_values, load_values, values_from_files
from planning.registry import periods
from planning.registry.catalogue import lines_from_files
from planning.registry.files import BadReference
from planning.registry.reference_values import ReferenceValue, reference_values
from submissions.store import build
from tests.plans import line, member, plan_of, row

ROUNDS = ("2022-23", "2023-24", "2024-25")
KINDS = {"QU9": "icb", "QT6": "icb", "RTH": "ac"}
POPULATION = line("LOC.POP", "annual", "icb", required="reference", unit="people")


def test_they_stand_in_the_year_of_the_icb_whether_it_has_returned_or_not() -> None:
    plan = plan_of([POPULATION], ["RTH", member("QU9", "icb", [])], {})
    enter_known(plan, {("QU9", "LOC.POP"): 18_000_000_000, ("QT6", "LOC.POP"): 1, ("QU9", "LOC.POPA"): 1})
    assert plan.figure("QU9", "LOC.POP", periods.YEAR) == 18_000_000_000
    assert [plan.state("QU9", "LOC.POP", at) for at in range(periods.YEAR)] == [NO_RETURN] * periods.YEAR
    assert plan.state("RTH", "LOC.POP", periods.YEAR) == NO_RETURN
    assert not plan.has_return("QU9", "activity")


def test_a_system_s_plan_adds_them_up() -> None:
    plan = plan_of([POPULATION], [member("RTH", returns=[]), member("QU9", "icb", [])], {})
    enter_known(plan, {("QU9", "LOC.POP"): 50_000})
    whole = plan.system("QU9")
    assert (whole.state("QU9", "LOC.POP", periods.YEAR), whole.figure("QU9", "LOC.POP", periods.YEAR)) == (
        VALUE,
        50_000,
    )


def test_a_plan_from_stored_rows_has_them() -> None:
    catalogue = plan_of([POPULATION, line("E.M.9")], ["RTH"], {("RTH", "E.M.9"): row(1)}).lines
    plan = build(catalogue, [member("QU9", "icb", [])], [], [], {("QU9", "LOC.POP"): 70_000})
    assert plan.figure("QU9", "LOC.POP", periods.YEAR) == 70_000
    assert build(catalogue, [member("QU9", "icb", [])], [], []).figure("QU9", "LOC.POP", periods.YEAR) is None


def test_what_rests_on_one_names_no_return_and_no_cell() -> None:
    plan = plan_of([POPULATION], [member("QU9", "icb")], {})
    enter_known(plan, {("QU9", "LOC.POP"): 50_000})
    assert inputs_of(plan, [("QU9", "LOC.POP", periods.YEAR)]) == [
        {
            "organisation": "QU9",
            "return": "",
            "line": "LOC.POP",
            "label": "LOC.POP",
            "period": "2023/24",
            "value": 5.0,
            "unit": "people",
            "sheet": "",
            "cell": "",
            "upload": "",
            "version": None,
        }
    ]


@pytest.mark.parametrize("round_code", ROUNDS)
def test_people_of_both_systems_in_every_round(round_code: str) -> None:
    found = values_from_files(round_code)
    assert {key: value // 10_000 for key, value in found.items() if key[1].startswith("LOC.")} == {
        ("QU9", "LOC.POP"): 1_800_000,
        ("QU9", "LOC.POPA"): 1_420_000,
        ("QU9", "LOC.POPC"): 380_000,
        ("QT6", "LOC.POP"): 570_000,
        ("QT6", "LOC.POPA"): 465_000,
        ("QT6", "LOC.POPC"): 105_000,
    }
    for ods in ("QU9", "QT6"):
        assert found[ods, "LOC.POP"] == found[ods, "LOC.POPA"] + found[ods, "LOC.POPC"]


@pytest.mark.parametrize("system", ["QU9", "QT6"])
def test_what_a_source_gives_of_what_systems_were_set(system: str) -> None:
    """The agency limit and the capital envelope of a system are published nowhere that was read."""
    found = {
        code: {
            line: value
            for (ods, line), value in values_from_files(code).items()
            if ods == system and "SYS" in line
        }
        for code in ROUNDS
    }
    assert found == {
        "2022-23": {"F.SYS.ERFTGT": 10_400},
        "2023-24": {"F.SYS.EFFREQ": 220, "F.SYS.ERFTGT": 10_300},
        "2024-25": {},
    }


def test_what_holds_for_a_trust_is_its_own_or_its_system_s() -> None:
    """On a plan of it alone too; a served trust's is its host's."""
    known = {("QU9", "F.SYS.EFFREQ"): 220, ("QRL", "F.SYS.EFFREQ"): 100, ("RHW", "F.SYS.EFFREQ"): 1}
    plan = plan_of(
        [line("E.M.9")], ["RTH", "RHW", member("RYE", system="QRL"), member("REF", system="QT6")], {}
    )
    assert plan.set_for("RTH", "F.SYS.EFFREQ") is None
    enter_known(plan, known)
    assert [plan.set_for(ods, "F.SYS.EFFREQ") for ods in ("RTH", "RHW", "RYE", "REF")] == [
        ("QU9", 220),
        ("RHW", 1),
        ("QRL", 100),
        None,
    ]
    assert plan.only(["RTH"]).set_for("RTH", "F.SYS.EFFREQ") == ("QU9", 220)
    assert plan.system("QU9").set_for("QU9", "F.SYS.EFFREQ") == ("QU9", 220)


def test_a_round_without_a_file_has_none() -> None:
    assert values_from_files("2019-20") == {}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"line": "E.M.9"}, "QU9 E.M.9: line: it is not a reference line of the round."),
        ({"line": "LOC.NONE"}, "QU9 LOC.NONE: line: it is not a reference line of the round."),
        ({"organisation": "RTH"}, "RTH LOC.POP: organisation: no body with that line has this code."),
        ({"organisation": "QQQ"}, "QQQ LOC.POP: organisation: no body with that line has this code."),
        ({"value": -1}, "QU9 LOC.POP: value: it is zero or more."),
        ({"value": "many"}, "values.0.value: 'many' is not of type 'number'"),
        ({"source": ""}, "values.0.source: '' should be non-empty"),
        ({"unit": "people"}, "('unit' was unexpected)"),
    ],
)
def test_a_wrong_entry_is_told(change: Mapping[str, Any], fault: str) -> None:
    entry = {"line": "LOC.POP", "organisation": "QU9", "value": 1, "source": "test", **change}
    with pytest.raises(BadReference) as told:
        check_values(
            Path("2023-24.yaml"),
            {"round": "2023-24", "values": [entry]},
            lines_from_files("2023-24"),
            KINDS,
        )
    assert fault in str(told.value)


def test_a_value_stands_once_and_in_the_file_of_its_round() -> None:
    entry = {"line": "LOC.POP", "organisation": "QU9", "value": 1, "source": "test"}
    lines = lines_from_files("2023-24")
    with pytest.raises(BadReference, match=r"QU9 LOC\.POP: stands twice"):
        check_values(Path("2023-24.yaml"), {"round": "2023-24", "values": [entry, dict(entry)]}, lines, KINDS)
    with pytest.raises(BadReference, match="round is the file's name"):
        check_values(Path("2024-25.yaml"), {"round": "2023-24", "values": [entry]}, lines, KINDS)


@pytest.mark.django_db
def test_loaded_they_are_the_file_s_and_loading_again_changes_nothing() -> None:
    assert reference_values("2023-24") == values_from_files("2023-24")
    again = load_values(frozenset())
    assert (again.added, again.changed, again.retired, again.kept) == ([], [], [], [])


@pytest.mark.django_db
def test_an_edited_value_is_kept_until_its_line_is_overwritten() -> None:
    rows = ReferenceValue.objects.filter(round_id="2023-24", organisation_id="QU9", line="LOC.POP")
    rows.update(value=17_000_000_000, loaded_digest="")
    assert load_values(frozenset()).kept == ["QU9 LOC.POP (edited in the service)"]
    assert reference_values("2023-24")["QU9", "LOC.POP"] == 17_000_000_000
    assert load_values(frozenset(["LOC.POP"])).changed == ["QU9 LOC.POP"]
    assert reference_values("2023-24")["QU9", "LOC.POP"] == 18_000_000_000


@pytest.mark.django_db
def test_one_gone_from_the_file_counts_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    read = loading_values.read_reference

    def without_children(file: Path) -> Any:
        content = read(file)
        kept = [entry for entry in content["values"] if entry["line"] != "LOC.POPC"]
        return {**content, "values": kept}

    monkeypatch.setattr(loading_values, "read_reference", without_children)
    assert load_values(frozenset()).retired == ["QT6 LOC.POPC", "QU9 LOC.POPC"] * 3
    assert ("QU9", "LOC.POPC") not in reference_values("2023-24")
