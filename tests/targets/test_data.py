"""The target file of 2023/24: ten targets, each in lines that exist, each with its operative words."""

from pathlib import Path

import pytest

from planning.registry.catalogue import lines_from_files
from planning.registry.files import BadReference
from targets.files import LONGEST_QUOTE, check_target
from targets.governing import targets_from_files
from targets.guidance import Target

LINES = lines_from_files("2023-24")


@pytest.fixture(scope="module")
def targets() -> dict[str, Target]:
    return {target.code: target for target in targets_from_files("2023-24")}


def test_the_ten(targets: dict[str, Target]) -> None:
    shape = {
        code: (target.comparator, target.threshold, target.unit, target.effect["kind"], sorted(target.types))
        for code, target in targets.items()
    }
    assert shape == {
        "23-01": (">=", 76, "%", "by_month", ["ac"]),
        "23-02": ("<=", 30, "minutes", "year_mean", ["am"]),
        "23-03": ("<=", 92, "%", "year_mean", ["ac"]),
        "23-10": ("=", 0, "pathways", "by_month", ["ac"]),
        "23-13": (">=", 75, "%", "by_month", ["ac"]),
        "23-15": ("increase_toward", 95, "%", "by_month", ["ac"]),
        "23-19": (">=", 0, "£000", "year_total", []),
        "23-34": ("reduce_by", 25, "%", "change_vs_baseline", ["ac"]),
        "23-42": (">=", 2.2, "%", "year_total", ["ac", "am", "mh"]),
        "23-43": ("<=", 3.7, "%", "year_total", ["ac", "am", "mh"]),
    }


def test_operative_words_are_short_and_sourced(targets: dict[str, Target]) -> None:
    for target in targets.values():
        assert 0 < len(target.source["quote"].split()) <= LONGEST_QUOTE
        assert (target.source["document"], target.source["version"]) == (
            "2023/24 priorities and operational planning guidance",
            "1.1",
        )
        assert target.source["section"]


def test_those_excepted_are_taken_off(targets: dict[str, Target]) -> None:
    assert targets["23-10"].measure["less"] == ["LOC.RTT65XC", "LOC.RTT65XS"]
    assert targets["23-10"].exceptions == ("choice", "specific specialties")


def test_diagnostics_is_inverted_and_due_later(targets: dict[str, Target]) -> None:
    target = targets["23-15"]
    assert (target.measure["inverted"], target.due, target.baseline, target.kind) == (
        True,
        "2025-03",
        "outturn",
        "quantified",
    )


def test_levels(targets: dict[str, Target]) -> None:
    assert targets["23-19"].levels == {"system"}
    assert targets["23-43"].indicator_levels == {"trust"}
    assert all(target.levels == {"trust", "system"} for code, target in targets.items() if code != "23-19")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"measure": {"line": "E.B.99"}}, "measure.line: E.B.99 is not a line"),
        ({"measure": {"numerator": "E.M.13N"}}, "'denominator' is a dependency"),
        ({"comparator": "about"}, "comparator: 'about' is not one of"),
        ({"treshold": 76}, "'treshold' was unexpected"),
        ({"source": {"section": "1A", "quote": "word " * 21}}, "source.quote: it has more than 20 words"),
        ({"indicator_levels": ["national"]}, "indicator_levels: they are among its levels"),
    ],
)
def test_a_wrong_entry_is_told(change: dict[str, object], fault: str) -> None:
    entry = {
        "code": "23-99",
        "title": "A",
        "area": "B",
        "metric": "c",
        "type": "quantified",
        "measure": {"line": "E.B.20"},
        "comparator": "=",
        "threshold": 0,
        "unit": "pathways",
        "gap_unit": "pathways",
        "effect": {"kind": "by_month", "from": "2024-03", "to": "2024-03"},
        "levels": ["trust"],
        "status": "published",
        "issued_by": "X24",
        "source": {"section": "1A", "quote": "words"},
    }
    with pytest.raises(BadReference, match=fault):
        check_target(Path("data/2023-24.yaml"), {**entry, **change}, LINES)
