"""`load_reference` against a real database: the same twice, edits kept, what is gone retired."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from planning.plan.rulebook import RuleVersion
from planning.registry import loading
from planning.registry.assumptions import AssumptionVersion, load_parameters
from planning.registry.catalogue import line_entries
from planning.registry.files import DATA, BadReference, read_reference
from planning.registry.lines import Lines, LineVersion
from planning.registry.organisations import TRUST_TYPES, Membership, Organisation, Succession
from planning.registry.rounds import Round, Stage, SystemRound
from targets.guidance.documents import GuidanceDocument, TargetVersion

pytestmark = pytest.mark.django_db
ROUND, ROUNDS = "2023-24", ("2022-23", "2023-24", "2024-25")


def load(*overwrite: str) -> str:
    told = StringIO()
    call_command("load_reference", *(["--overwrite", *overwrite] if overwrite else []), stdout=told)
    return told.getvalue()


@pytest.fixture(autouse=True)
def loaded() -> None:
    load()


def edit(code: str) -> LineVersion:
    """What an edit in the service does: a new version that remembers no file."""
    old = LineVersion.objects.get(round_id=ROUND, code=code, is_current=True)
    LineVersion.objects.filter(pk=old.pk).update(is_current=False)
    return LineVersion.objects.create(
        round_id=ROUND,
        code=code,
        version=old.version + 1,
        position=old.position,
        entry={**old.entry, "label": "As people here say"},
    )


def test_loading_again_changes_nothing() -> None:
    before = LineVersion.objects.count(), RuleVersion.objects.count(), TargetVersion.objects.count()
    assert load() == "No change.\n"
    assert (LineVersion.objects.count(), RuleVersion.objects.count(), TargetVersion.objects.count()) == before


def test_catalogue_is_the_file_s() -> None:
    lines = Lines.load("2023-24")
    assert len(lines) == 424
    assert next(iter(lines)) == "E.M.10a"
    assert lines["F.INC.ICB@QU9"].label == "All income from the ICB (QU9)"


def test_an_edited_version_is_kept_and_listed() -> None:
    edit("E.M.9")
    told = load()
    assert told.startswith("lines: 1 kept: E.M.9 (edited ")
    assert Lines.load("2023-24")["E.M.9"].label == "As people here say"


def test_overwrite_takes_the_file_s_entry_as_a_new_version() -> None:
    edit("E.M.9")
    assert load("E.M.9") == "lines: 1 changed: E.M.9\n"
    line = Lines.load("2023-24")["E.M.9"]
    assert (line.label, line.version) == ("Consultant-led follow-up attendances", 3)
    assert load() == "No change.\n"


def test_an_unknown_code_to_overwrite_is_an_error_and_loads_nothing() -> None:
    LineVersion.objects.filter(round_id=ROUND, code="E.M.9").update(loaded_digest="older")
    with pytest.raises(CommandError, match=r"No entry has the code E\.M\.99"):
        load("E.M.99", "E.M.9")
    assert LineVersion.objects.filter(round_id=ROUND, code="E.M.9").count() == 1


def only_in_2023_24(entries: list[dict[str, Any]]) -> Callable[[str], list[dict[str, Any]]]:
    return lambda code: entries if code == ROUND else line_entries(code)


def test_a_changed_entry_makes_a_version_and_one_gone_is_retired(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = line_entries(ROUND)
    shorter = [entry for entry in entries if entry["code"] != "W.GP"]
    shorter[0] = {**shorter[0], "label": "Day cases"}
    monkeypatch.setattr(loading, "line_entries", only_in_2023_24(shorter))
    assert load() == "lines: 1 changed: E.M.10a\nlines: 1 retired: W.GP\n"
    assert "W.GP" not in Lines.load(ROUND)
    monkeypatch.setattr(loading, "line_entries", line_entries)
    load()
    assert Lines.load(ROUND)["W.GP"].version == 2


def test_an_entry_put_in_front_moves_the_others_without_new_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = line_entries(ROUND)
    first = {**entries[0], "code": "LOC.NEW"}
    monkeypatch.setattr(loading, "line_entries", only_in_2023_24([first, *entries]))
    assert load() == "lines: 1 added: LOC.NEW\n"
    assert list(Lines.load(ROUND))[:2] == ["LOC.NEW", "E.M.10a"]


def assumption(code: str, round_code: str = ROUND) -> AssumptionVersion:
    return AssumptionVersion.objects.get(round_id=round_code, code=code, is_current=True)


def test_an_edited_organisation_and_assumption_are_kept_until_overwritten() -> None:
    Organisation.objects.filter(pk="RTH").update(short_name="OUH", loaded_digest="")
    award = assumption("pay_award")
    award.entry = {**award.entry, "value": 0.05}
    award.loaded_digest = ""
    award.save()
    day = f"{award.valid_from:%d %B %Y}"
    assert load() == (
        "organisations: 1 kept: RTH (edited in the service)\n"
        f"rounds: 1 kept: pay_award (edited {day} by somebody)\n"
    )
    assert load_parameters(ROUND)["pay_award"] == Decimal("0.05")
    load("pay_award", "RTH")
    assert load_parameters(ROUND)["pay_award"] == Decimal("0.021")
    assert assumption("pay_award").version == 2
    assert Organisation.objects.get(pk="RTH").short_name == "Oxford University Hospitals"


def test_a_stage_that_somebody_closed_stays_closed() -> None:
    Stage.objects.filter(round_id=ROUND, code="draft").update(is_open=False)
    Round.objects.filter(pk=ROUND).update(loaded_digest="older")
    assert load() == "rounds: 1 changed: 2023-24\n"
    assert not Stage.objects.get(round_id=ROUND, code="draft").is_open


def test_three_rounds_each_with_its_systems_and_open_stages() -> None:
    assert tuple(Round.objects.order_by("code").values_list("code", flat=True)) == ROUNDS
    for code in ROUNDS:
        systems = SystemRound.objects.filter(round_id=code)
        assert set(systems.values_list("system_id", flat=True)) == {"QU9", "QT6"}
        assert all(stage.is_open and stage.source for stage in Stage.objects.filter(round_id=code))


WITHOUT_FINANCE, ALL_THREE = ["activity", "workforce"], ["activity", "workforce", "finance"]


@pytest.mark.parametrize(
    ("round_code", "stages"),
    [
        (
            "2022-23",  # 28 April is in summer time
            [
                ("draft", WITHOUT_FINANCE, "2022-02-21T17:00:00+00:00"),
                ("regional-draft", ALL_THREE, "2022-03-17T17:00:00+00:00"),
                ("final", ALL_THREE, "2022-04-28T16:00:00+00:00"),
            ],
        ),
        (
            "2023-24",
            [
                ("draft", WITHOUT_FINANCE, "2023-02-20T17:00:00+00:00"),
                ("regional-draft", ALL_THREE, "2023-03-17T17:00:00+00:00"),
                ("final", ALL_THREE, "2023-03-30T16:00:00+00:00"),
            ],
        ),
        (
            "2024-25",
            [
                ("draft", ALL_THREE, "2024-02-29T17:00:00+00:00"),
                ("regional-draft", ALL_THREE, "2024-03-14T17:00:00+00:00"),
                ("final", ALL_THREE, "2024-03-28T17:00:00+00:00"),
            ],
        ),
    ],
)
def test_what_each_stage_asks_for_and_when(round_code: str, stages: list[tuple[str, list[str], str]]) -> None:
    rows = Stage.objects.filter(round_id=round_code)
    assert [(stage.code, stage.returns, stage.due_at.isoformat()) for stage in rows] == stages


def test_parameters_are_sourced_or_assumptions() -> None:
    assert all(row.entry["source"] for row in AssumptionVersion.objects.all())
    assert assumption("pay_award").entry["is_assumption"]


RATES = ("pay_award", "price", "erf_rate", "arrs_rate", "agency_ceiling", "agency_amber")


def test_rates_of_each_round() -> None:
    """2022/23 has no share of agency pay; that of 2024/25 was read in the press alone."""
    found = {code: load_parameters(code) for code in ROUNDS}
    number = {code: [float(found[code].get(rate, 0)) for rate in RATES] for code in ROUNDS}
    assert number == {
        "2022-23": [0.03, 1, 0.75, 38.5, 0, 0],
        "2023-24": [0.021, 1, 1, 38.5, 0.037, 0.04],
        "2024-25": [0.021, 1, 1, 38.5, 0.032, 0.035],
    }
    assert assumption("agency_ceiling", "2024-25").entry["is_assumption"]


BANK_HOLIDAYS = """
2022-04-15 2022-04-18 2022-05-02 2022-06-02 2022-06-03 2022-08-29 2022-09-19 2022-12-26 2022-12-27 2023-01-02
2023-04-07 2023-04-10 2023-05-01 2023-05-08 2023-05-29 2023-08-28 2023-12-25 2023-12-26 2024-01-01 2024-03-29
2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26 2025-01-01
"""


@pytest.mark.parametrize(
    ("round_code", "in_the_year"), [("2022-23", 251), ("2023-24", 250), ("2024-25", 254)]
)
def test_working_days_are_weekdays_that_are_no_bank_holiday(round_code: str, in_the_year: int) -> None:
    rows = AssumptionVersion.objects.filter(round_id=round_code, code__startswith="working_days.")
    found = {row.code.removeprefix("working_days."): int(row.entry["value"]) for row in rows}
    first = date(int(round_code[:4]), 4, 1)
    year = [first + timedelta(days) for days in range((first.replace(year=first.year + 1) - first).days)]
    working = [day for day in year if day.weekday() < 5 and day.isoformat() not in BANK_HOLIDAYS.split()]
    assert found == Counter(day.isoformat()[:7] for day in working)
    assert sum(found.values()) == in_the_year


@pytest.mark.parametrize("round_code", ROUNDS)
def test_weights_of_activity_are_the_same_in_each_round(round_code: str) -> None:
    rows = AssumptionVersion.objects.filter(round_id=round_code, code__startswith="weight.")
    assert {row.code.removeprefix("weight."): float(row.entry["value"]) for row in rows} == {
        "E.M.8": 1,
        "E.M.9": 0,
        "E.M.10a": 5,
        "E.M.10b": 20,
        "E.M.11a": 4,
        "E.M.11b": 16,
        "E.M.13D": 1,
        "E.B.26": 0.6,
    }


def test_rules_of_other_rounds() -> None:
    """2022/23 names no share of agency pay and paid for follow-ups; the share of 2024/25 is on trial. The balance
    is net of bodies in 2023/24, flat cash was 2022/23's, running costs and COVID-19 are of 2024/25."""
    current = RuleVersion.objects.filter(is_current=True, retired=False)
    codes = {code: set(current.filter(round_id=code).values_list("code", flat=True)) for code in ROUNDS}
    of_the_year = {"F-02", "F-04", "F-05"}
    assert codes["2023-24"] - codes["2022-23"] == {"T08", "T23", *of_the_year}
    assert codes["2022-23"] - codes["2023-24"] == {"F-01", "F-07", "F-12", "F-13"}
    assert codes["2023-24"] - codes["2024-25"] == of_the_year
    assert codes["2024-25"] - codes["2023-24"] == {"F-01", "F-07", "F-16", "F-18"}
    later = current.get(round_id="2024-25", code="T08").entry
    assert (later["title"], later["trial"]) == ("Agency pay is at most 3.2% of the whole pay bill.", True)


def test_every_round_has_its_guidance() -> None:
    assert set(TargetVersion.objects.values_list("round_id", flat=True)) == set(ROUNDS)


def test_memberships_count_every_trust_once() -> None:
    trusts = Organisation.objects.filter(kind__in=TRUST_TYPES)
    hosted = Membership.objects.filter(role="host")
    assert sorted(hosted.values_list("organisation_id", flat=True)) == sorted(
        trusts.values_list("ods", flat=True)
    )
    assert all(row.counts_for == ["everything"] for row in hosted)


def test_a_served_system_shows_the_ambulance_target_only() -> None:
    served = Membership.objects.filter(role="served")
    assert {(row.organisation_id, row.system_id) for row in served.filter(system__in=("QU9", "QT6"))} == {
        ("RYE", "QU9"),
        ("RYF", "QT6"),
    }
    codes = set(TargetVersion.objects.values_list("code", flat=True))
    assert {code for row in served for code in row.counts_for} <= codes


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda content: content["memberships"].pop(0), "RTH: a trust has one host system, this one has 0"),
        (lambda content: content["organisations"].append(content["organisations"][0]), "X24: stands twice"),
        (lambda content: content["memberships"][0].update(system="RHW"), "a trust belongs to an ICB"),
        (lambda content: content["organisations"][4].update(region="QU9"), "QU9 is not a region"),
        (lambda content: content["organisations"][4].update(kind="gp"), "'gp' is not one of"),
        (
            lambda content: content["successions"][0].update(successor="RBZ"),
            "RBZ: it has a successor of another code",
        ),
        (
            lambda content: content["successions"][0].update(since="last April"),
            "since a date such as 2022-04-01",
        ),
        (lambda content: content["successions"].append(content["successions"][0]), "RBZ: stands twice"),
    ],
)
def test_a_wrong_organisation_file_stops_the_load(
    change: Callable[[dict[str, Any]], object], fault: str
) -> None:
    path = Path("data/organisations/organisations.yaml")
    content = read_reference(DATA / "organisations" / "organisations.yaml")
    change(content)
    with pytest.raises(BadReference, match=fault):
        loading.check_organisations(path, content)


def test_successions_follow_the_file() -> None:
    Succession.objects.filter(predecessor="RBZ").update(since=date(2021, 4, 1))
    Succession.objects.filter(predecessor="RA3").delete()
    Succession.objects.create(predecessor="RZ9", successor="RTH", since=date(2021, 4, 1))
    assert load() == (
        "organisations: 1 added: RA3 became RA7\n"
        "organisations: 1 changed: RBZ became RH8\n"
        "organisations: 1 retired: RZ9 became RTH\n"
    )
    assert Succession.objects.get(predecessor="RBZ").since == date(2022, 4, 1)
    assert load() == "No change.\n"


def test_a_file_that_is_not_yaml_stops_the_load(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("lines: [", encoding="utf-8")
    with pytest.raises(BadReference, match=r"broken\.yaml: this is not YAML"):
        read_reference(tmp_path / "broken.yaml")


def test_a_fault_rolls_everything_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(code: str) -> list[dict[str, object]]:
        raise BadReference("data/lines/2023-24", "E.M.10", "is wrong.")

    Organisation.objects.filter(pk="RTH").update(loaded_digest="older", short_name="OUH")
    monkeypatch.setattr(loading, "line_entries", fails)
    with pytest.raises(CommandError, match=r"Nothing was loaded\. lines/2023-24, E\.M\.10: is wrong\."):
        load()
    assert Organisation.objects.get(pk="RTH").short_name == "OUH"


def test_guidance_is_issued_by_a_body() -> None:
    document = GuidanceDocument.objects.get(pk="23-24-guidance-v1.1")
    assert (document.version, document.published_on.isoformat(), document.issued_by_id) == (
        "1.1",
        "2023-01-27",
        "X24",
    )
