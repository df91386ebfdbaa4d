"""Editing rules: a version with who and why, on trial until it is promoted, and everybody judged again."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from planning.foundation.jobs import Job
from planning.people.access import NotAllowed
from planning.people.person import Person
from planning.plan.rejudgements import REJUDGE, Rejudgement
from planning.plan.rule_editing import Overtaken, check_rule, next_code, promote, retire, save_rule
from planning.plan.rulebook import RuleVersion, load_rules
from planning.plan.runs import Run
from planning.registry.files import BadReference
from tests.planned import make_run

pytestmark = pytest.mark.django_db
ROUND = "2023-24"
OWN: dict[str, Any] = {
    "code": "L01",
    "title": "Agency pay is at most 2% of all pay.",
    "formula": "F.PAY.AGY / F.PAY.TOTAL <= 2%",
    "severity": "explain",
    "returns": ["finance"],
    "types": ["ac", "mh", "am"],
    "instruction": "Plan less agency spend.",
    "source": "Our board",
    "comparisons": [{"left": "F.PAY.AGY / F.PAY.TOTAL", "operator": "<=", "right": "2%", "grain": "year"}],
}


@pytest.fixture
def ada(db: None) -> Person:
    return Person.objects.create_superuser("ada@example.nhs.uk", "long-enough-7", name="Ada")


def stored(code: str) -> RuleVersion:
    return RuleVersion.objects.get(round_id=ROUND, code=code, is_current=True)


def save(
    ada: Person, entry: dict[str, Any], opened: int | None, reason: str = "Asked by the board"
) -> RuleVersion:
    return save_rule(by=ada, round_code=ROUND, entry=entry, reason=reason, opened=opened)


def changed(code: str, **fields: Any) -> dict[str, Any]:
    return {name: value for name, value in {**stored(code).entry, **fields}.items() if value is not None}


def test_a_new_rule_is_kept_on_trial_with_who_and_why(ada: Person) -> None:
    made = save(ada, OWN, None)
    assert (made.code, made.version, made.by, made.reason) == ("L01", 1, ada, "Asked by the board")
    assert made.entry == {**OWN, "trial": True}
    assert next(rule for rule in load_rules(ROUND, {}) if rule.code == "L01").trial
    assert load_rules(ROUND, {})[-1].code == "L01"  # behind those of the files


def test_who_has_results_is_judged_again_and_the_return_by_itself_where_it_is_enough(ada: Person) -> None:
    for ods in ("RTH", "RHW"):
        make_run(Run.ORGANISATION, ods, [])
    save(ada, OWN, None)
    asked = Rejudgement.objects.get()
    assert (asked.why, asked.about, asked.reason, asked.by, asked.returns) == (
        "rule", "L01", "Asked by the board", ada, ["finance"],
    )  # fmt: skip
    assert [body.organisation_id for body in asked.bodies.all()] == ["RHW", "RTH"]
    assert Job.objects.filter(task=REJUDGE).count() == 2
    save(ada, changed("T01", title="The same staff in both."), stored("T01").version)
    assert Rejudgement.objects.get(about="T01").returns == []  # it needs two returns


def test_promoting_is_an_act_of_its_own(ada: Person) -> None:
    save(ada, OWN, None)
    with pytest.raises(BadReference, match="trial: leave it on trial here"):
        save(ada, {**OWN, "title": "Another sentence."}, 1)
    made = promote(by=ada, round_code=ROUND, code="L01", reason="Back-tested on two rounds", opened=1)
    assert (made.version, made.reason, made.entry) == (2, "Back-tested on two rounds", OWN)
    with pytest.raises(BadReference, match="is not on trial"):
        promote(by=ada, round_code=ROUND, code="L01", reason="Again", opened=2)
    with pytest.raises(BadReference, match="is not on trial"):
        promote(by=ada, round_code=ROUND, code="L77", reason="Nothing there", opened=1)


def test_what_was_read_is_what_is_promoted(ada: Person) -> None:
    """Somebody changes the rule while another reads it, about to promote it: what is now there, nobody read."""
    save(ada, OWN, None)
    wider = {**OWN, "comparisons": [{**OWN["comparisons"][0], "right": "3%"}], "trial": True}
    save(ada, wider, 1)
    for opened in (1, None, 3):
        with pytest.raises(Overtaken, match="changed L01 meanwhile, to version 2"):
            promote(by=ada, round_code=ROUND, code="L01", reason="Tried", opened=opened)
    assert stored("L01").entry["trial"] is True
    promote(by=ada, round_code=ROUND, code="L01", reason="Tried", opened=2)
    assert "trial" not in stored("L01").entry


def test_words_and_tolerance_keep_counting_and_another_formula_goes_on_trial(ada: Person) -> None:
    save(ada, OWN, None)
    promote(by=ada, round_code=ROUND, code="L01", reason="Tried", opened=1)
    softer = save(ada, {**OWN, "severity": "note", "tolerance": {"absolute": 0.001, "text": "0.1 points"}}, 2)
    assert "trial" not in softer.entry
    comparison = {**OWN["comparisons"][0], "right": "3%"}
    assert save(ada, {**softer.entry, "comparisons": [comparison]}, 3).entry["trial"] is True


def test_two_who_edit_at_once_do_not_undo_each_other(ada: Person) -> None:
    opened = stored("T01").version
    save(ada, changed("T01", title="One."), opened)
    with pytest.raises(Overtaken, match=r"Ada .*changed T01 meanwhile, to version 2"):
        save(ada, changed("T01", title="Other."), opened)
    with pytest.raises(Overtaken, match="no longer there"):
        save(ada, OWN, 1)
    assert stored("T01").entry["title"] == "One."
    assert Rejudgement.objects.count() == 1


def test_loading_again_keeps_an_edit_and_a_retired_rule(
    ada: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    save(ada, changed("T01", title="Ours."), stored("T01").version)
    save(ada, OWN, None)
    retire(by=ada, round_code=ROUND, code="T05", reason="Noise", opened=stored("T05").version)
    call_command("load_reference")
    said = capsys.readouterr().out
    assert "T01 (edited" in said and "T05 (edited" in said
    assert stored("T01").entry["title"] == "Ours."
    codes = {rule.code for rule in load_rules(ROUND, {})}
    assert "T05" not in codes and {"T01", "L01"} <= codes


def test_a_retired_rule_is_brought_back_on_trial(ada: Person) -> None:
    retire(by=ada, round_code=ROUND, code="T05", reason="Noise", opened=stored("T05").version)
    with pytest.raises(BadReference, match="was retired before"):
        retire(by=ada, round_code=ROUND, code="T05", reason="Noise", opened=stored("T05").version)
    made = save(ada, changed("T05"), stored("T05").version, "Wanted after all")
    assert (made.retired, made.version, made.entry["trial"]) == (False, 3, True)


def test_a_file_brings_its_own_back_where_it_is_told_to(ada: Person) -> None:
    save(ada, changed("T01", title="Ours."), stored("T01").version)
    call_command("load_reference", "--overwrite", "T01", verbosity=0)
    assert stored("T01").entry["title"] != "Ours."


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({**OWN, "code": "T01"}, "code: T01 is taken: The workforce"),
        ({**OWN, "code": "T99"}, "code: rules of your own are L01"),
        ({**OWN, "code": "V99"}, "code: rules of your own are L01"),
        ({**OWN, "code": "L1"}, "code: rules of your own are L01"),
        ({**OWN, "code": "l01"}, "code: 'l01' does not match"),
        ({**OWN, "comparisons": None}, "comparisons: None is not of type"),
        ({name: value for name, value in OWN.items() if name != "comparisons"}, "comparisons: say what is compared"),
        ({**OWN, "function": "T08"}, "function: is for rules"),
        ({**OWN, "function": "declared"}, "function: is for rules"),
        ({**OWN, "comparisons": [{**OWN["comparisons"][0], "left": "F.PAY.AGY /"}]}, "cannot be read, at character 12"),
        ({name: value for name, value in OWN.items() if name != "returns"}, "'returns' is a required property"),
    ],
)  # fmt: skip
def test_a_wrong_new_rule_stores_nothing(ada: Person, entry: dict[str, Any], fault: str) -> None:
    before = RuleVersion.objects.count()
    with pytest.raises(BadReference, match=fault):
        save(ada, entry, None)
    assert RuleVersion.objects.count() == before
    assert not Rejudgement.objects.exists()


def test_a_code_is_taken_once_even_by_a_retired_rule(ada: Person) -> None:
    save(ada, OWN, None)
    retire(by=ada, round_code=ROUND, code="L01", reason="Noise", opened=1)
    with pytest.raises(BadReference, match=r"code: L01 is taken: .* The next that is free is L02"):
        save(ada, OWN, None)
    assert next_code(ROUND) == "L02"


@pytest.mark.parametrize(
    ("code", "fields", "fault"),
    [
        ("T05", {"function": "T08"}, "function: is fixed"),
        ("T05", {"comparisons": OWN["comparisons"]}, "comparisons: is fixed"),
        ("T05", {"returns": ["workforce"]}, "returns: is fixed"),
        ("T05", {"limits": {"other": 1}}, "limits: keeps its figures"),
        ("T05", {"tolerance": {"text": "none"}}, "tolerance: keeps its figures"),
        ("T06", {"tolerance": {"low": 4, "high": 3, "text": "x"}}, "tolerance.low: 4 is above"),
        ("T31", {"comparisons": None}, "comparisons: say what is compared"),
        ("T31", {"function": "T05"}, "function: is fixed"),
        (
            "V05",
            {"severity": "note"},
            "severity: a check of the workbook that stops a return keeps stopping it",
        ),
        ("V05", {"trial": True}, "severity: a check of the workbook"),
        ("V09", {"kind": "rule", "severity": "explain"}, "is fixed"),
    ],
)
def test_what_an_edit_may_not_change(ada: Person, code: str, fields: dict[str, Any], fault: str) -> None:
    with pytest.raises(BadReference, match=fault):
        save(ada, changed(code, **fields), stored(code).version)
    assert stored(code).version == 1


def test_a_check_of_the_workbook_is_never_retired(ada: Person) -> None:
    with pytest.raises(BadReference, match="cannot be retired"):
        retire(by=ada, round_code=ROUND, code="V05", reason="Noise", opened=1)


@pytest.mark.parametrize(
    ("reason", "fault"), [("  ", "reason: say why"), ("a" * 301, "300 characters or fewer")]
)
def test_a_reason_is_asked_for(ada: Person, reason: str, fault: str) -> None:
    for act in (
        lambda: save(ada, OWN, None, reason),
        lambda: promote(by=ada, round_code=ROUND, code="T01", reason=reason, opened=1),
        lambda: retire(by=ada, round_code=ROUND, code="T01", reason=reason, opened=1),
    ):
        with pytest.raises(BadReference, match=fault):
            act()


def test_editing_is_for_administrators(cara: Person) -> None:
    with pytest.raises(NotAllowed):
        save(cara, OWN, None)
    with pytest.raises(NotAllowed):
        promote(by=cara, round_code=ROUND, code="T01", reason="Why", opened=1)
    with pytest.raises(NotAllowed):
        retire(by=cara, round_code=ROUND, code="T01", reason="Why", opened=1)


def test_every_rule_of_the_files_may_be_saved_as_it_stands(ada: Person) -> None:
    for row in RuleVersion.objects.filter(round_id=ROUND, is_current=True):
        assert check_rule(ROUND, row.entry) == row.entry


def test_pairs_are_written_out(ada: Person) -> None:
    shares = {
        **OWN,
        "returns": ["activity"],
        "types": ["ac"],
        "pairs": [{"whole": "denominator", "grain": "all"}],
    }
    shares.pop("comparisons")
    made = save(ada, shares, None)
    assert "pairs" not in made.entry and len(made.entry["comparisons"]) > 20
