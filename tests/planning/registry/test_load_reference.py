"""`load_reference` against a real database: the same twice, edits kept, what is gone retired."""

from collections.abc import Callable
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from planning.plan.rulebook import RuleVersion
from planning.registry import loading
from planning.registry.catalogue import line_entries
from planning.registry.files import DATA, BadReference, read_reference
from planning.registry.lines import Lines, LineVersion
from planning.registry.organisations import TRUST_TYPES, Membership, Organisation
from planning.registry.rounds import Parameter, Round, Stage, SystemRound
from targets.guidance import GuidanceDocument, TargetVersion

pytestmark = pytest.mark.django_db


def load(*overwrite: str) -> str:
    told = StringIO()
    call_command("load_reference", *(["--overwrite", *overwrite] if overwrite else []), stdout=told)
    return told.getvalue()


@pytest.fixture(autouse=True)
def loaded() -> None:
    load()


def edit(code: str) -> LineVersion:
    """What an edit in the service does: a new version that remembers no file."""
    old = LineVersion.objects.get(code=code, is_current=True)
    LineVersion.objects.filter(pk=old.pk).update(is_current=False)
    return LineVersion.objects.create(
        round_id="2023-24",
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
    assert len(lines) == 201
    assert next(iter(lines)) == "E.M.10a"
    assert lines["F.INC.ICB@QU9"].label == "Income from the ICB of the system (QU9)"


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
    LineVersion.objects.filter(code="E.M.9").update(loaded_digest="older")
    with pytest.raises(CommandError, match=r"No entry has the code E\.M\.99"):
        load("E.M.99", "E.M.9")
    assert LineVersion.objects.filter(code="E.M.9").count() == 1


def test_a_changed_entry_makes_a_version_and_one_gone_is_retired(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = line_entries("2023-24")
    shorter = [entry for entry in entries if entry["code"] != "W.GP"]
    shorter[0] = {**shorter[0], "label": "Day cases"}
    monkeypatch.setattr(loading, "line_entries", lambda code: shorter)
    assert load() == "lines: 1 changed: E.M.10a\nlines: 1 retired: W.GP\n"
    assert "W.GP" not in Lines.load("2023-24")
    monkeypatch.setattr(loading, "line_entries", lambda code: entries)
    load()
    assert Lines.load("2023-24")["W.GP"].version == 2


def test_an_entry_put_in_front_moves_the_others_without_new_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = line_entries("2023-24")
    first = {**entries[0], "code": "LOC.NEW"}
    monkeypatch.setattr(loading, "line_entries", lambda code: [first, *entries])
    assert load() == "lines: 1 added: LOC.NEW\n"
    assert list(Lines.load("2023-24"))[:2] == ["LOC.NEW", "E.M.10a"]


def test_an_edited_organisation_and_parameter_are_kept_until_overwritten() -> None:
    Organisation.objects.filter(pk="RTH").update(short_name="OUH", loaded_digest="")
    Parameter.objects.filter(code="pay_award").update(value="0.05", loaded_digest="")
    assert load() == (
        "organisations: 1 kept: RTH (edited in the service)\nrounds: 1 kept: pay_award (edited in the service)\n"
    )
    assert Parameter.objects.get(code="pay_award").value == Decimal("0.05")
    load("pay_award", "RTH")
    assert Parameter.objects.get(code="pay_award").value == Decimal("0.021")
    assert Organisation.objects.get(pk="RTH").short_name == "Oxford University Hospitals"


def test_a_stage_that_somebody_closed_stays_closed() -> None:
    Stage.objects.filter(code="draft").update(is_open=False)
    Round.objects.update(loaded_digest="older")
    assert load() == "rounds: 1 changed: 2023-24\n"
    assert not Stage.objects.get(code="draft").is_open


def test_round_asks_for_finance_from_the_regional_draft_on() -> None:
    asked = {stage.code: stage.returns for stage in Stage.objects.filter(round_id="2023-24")}
    assert asked == {
        "draft": ["activity", "workforce"],
        "regional-draft": ["activity", "workforce", "finance"],
        "final": ["activity", "workforce", "finance"],
    }
    due = Stage.objects.get(code="final").due_at
    assert due.isoformat() == "2023-03-30T16:00:00+00:00"  # 5pm in London, summer time
    assert set(SystemRound.objects.values_list("system_id", flat=True)) == {"QU9", "QT6"}


def test_parameters_are_sourced_or_assumptions() -> None:
    assert not Parameter.objects.filter(source="").exists()
    days = Parameter.objects.filter(code__startswith="working_days.")
    assert (days.count(), sum(day.value for day in days)) == (12, 250)
    assert days.get(code="working_days.2023-05").value == 20  # three bank holidays
    assert Parameter.objects.get(code="pay_award").is_assumption


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
