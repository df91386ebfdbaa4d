"""A guidance file that is wrong is refused whole, naming file, entry and field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from planning.registry.catalogue import lines_from_files
from planning.registry.files import BadReference
from targets.guidance import files, loading
from targets.guidance.documents import GuidanceDocument, TargetVersion
from targets.guidance.files import check_files, guidance_files

LINES = {"2023-24": lines_from_files("2023-24")}
Content = dict[str, Any]


def document(code: str = "paper-v1", **more: Any) -> Content:
    return {
        "code": code,
        "series": "paper",
        "title": "A paper",
        "version": "1",
        "issued_by": "X24",
        "standing": "published",
        "published_on": "2023-01-10",
        **more,
    }


def target(code: str = "23-99", **more: Any) -> Content:
    return {
        "code": code,
        "title": "Nobody waits over 65 weeks",
        "area": "Elective care",
        "metric": "rtt-65-weeks",
        "type": "quantified",
        "measure": {"line": "E.B.20"},
        "comparator": "=",
        "threshold": 0,
        "unit": "pathways",
        "gap_unit": "pathways",
        "effect": {"kind": "by_month", "from": "2024-03", "to": "2024-03"},
        "levels": ["trust"],
        "source": {"section": "1A", "quote": "words"},
        **more,
    }


def written(folder: Path, **contents: Content) -> Path:
    (folder / "2023-24").mkdir(exist_ok=True)
    for name, content in contents.items():
        (folder / "2023-24" / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return folder


def paper(*targets: Content, **about: Any) -> Content:
    return {"document": document(**about), "targets": list(targets)}


def without(entry: Content, *names: str) -> Content:
    return {name: value for name, value in entry.items() if name not in names}


def test_what_a_document_shares_stands_in_each_of_its_targets(tmp_path: Path) -> None:
    [file] = guidance_files(written(tmp_path, local=paper(target(), standing="local", issued_by="QT6")))
    [entry] = file.targets
    assert (entry["status"], entry["issued_by"], entry["systems"]) == ("local", "QT6", ["QT6"])
    attested = without(
        target(answered_by="attestation"), "measure", "comparator", "effect", "unit", "gap_unit"
    )
    [file] = guidance_files(written(tmp_path, local=paper(attested)))
    assert file.targets[0]["effect"] == {"kind": "year_total", "from": "2023-04", "to": "2024-03"}
    check_files([file], LINES)


@pytest.mark.parametrize(
    ("contents", "fault"),
    [
        (
            {"a": paper(target(measure={"line": "E.B.99"}))},
            r"^a\.yaml, 23-99: measure\.line: E\.B\.99 is not a line of the round\.$",
        ),
        (
            {"a": paper(target(threshold_from={"line": "F.X", "share_of": "outturn"}))},
            r"23-99: threshold_from\.line: F\.X is not a line",
        ),
        ({"a": paper(without(target(), "comparator"))}, r"a\.yaml, 23-99: comparator: what a return answers needs one"),
        ({"a": paper(target(comparator="about"))}, r"23-99: comparator: 'about' is not one of"),
        ({"a": paper(without(target(), "threshold"))}, r"23-99: threshold: = needs one"),
        ({"a": paper(target(), target())}, r"a\.yaml, 23-99: stands twice"),
        (
            {"a": paper(target(), series="x", code="x"), "b": paper(target(), series="x", code="x")},
            r"b\.yaml, x: code: a\.yaml has a document of that code",
        ),
        (
            {
                "a": paper(target(), valid_to="2023-03-01"),
                "b": paper(target(), code="paper-v2", published_on="2023-02-01"),
            },
            r"b\.yaml, paper-v2: valid_from: it overlaps paper-v1, which holds until 2023-03-01",
        ),
        (
            {"a": paper(target()), "b": paper(target(), code="paper-v2")},
            r"b\.yaml, paper-v2: valid_from: it overlaps paper-v1",
        ),
        ({"a": paper(valid_to="2023-01-10")}, r"paper-v1: valid_to: it ends before it begins"),
        (
            {
                "a": paper(
                    target(supersedes="23-98"),
                    target("23-98", supersedes=["23-97"]),
                    target("23-97", supersedes="23-99"),
                )
            },
            r"23-99: supersedes: 23-99 supersedes 23-98 supersedes 23-97 supersedes 23-99, a circle",
        ),
        ({"a": paper(target(supersedes="23-99"))}, r"23-99: supersedes: 23-99 supersedes 23-99, a circle"),
        ({"a": paper(target(supersedes="19-01"))}, r"23-99: supersedes: 19-01 is no target"),
        (
            {"a": paper(target(effect={"kind": "by_month", "from": "2024-03", "to": "2023-04"}))},
            r"23-99: effect: it ends before it begins",
        ),
        (
            {"a": paper(target(source={"section": "1", "quote": "word " * 21}))},
            r"23-99: source\.quote: it has more than 20",
        ),
        ({"a": paper(target(answered_by="attestation"))}, r"23-99: measure: what is attested is not measured"),
        ({"a": {**paper(target()), "assurances": [{"code": "23-99"}]}}, r"23-99: stands twice"),
        ({"a": {**paper(target()), "target": []}}, r"a\.yaml, target: is not one of assurances, document, targets"),
        ({"a": {"targets": []}}, r"a\.yaml: needs a document"),
        ({"a": paper(target(), standing="rumour")}, r"paper-v1: standing: 'rumour' is not one of"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused(tmp_path: Path, contents: dict[str, Content], fault: str) -> None:
    with pytest.raises(BadReference, match=fault):
        check_files(guidance_files(written(tmp_path, **contents)), LINES)


def test_a_code_belongs_to_one_round(tmp_path: Path) -> None:
    written(tmp_path, a=paper(target()))
    (tmp_path / "2024-25").mkdir()
    later = paper(target(), code="later", series="later", published_on="2024-03-01")
    (tmp_path / "2024-25" / "b.yaml").write_text(yaml.safe_dump(later), encoding="utf-8")
    with pytest.raises(BadReference, match=r"b\.yaml, 23-99: code: it is that of a target of 2023-24"):
        check_files(guidance_files(tmp_path), {**LINES, "2024-25": lines_from_files("2024-25")})


def test_versions_that_follow_one_another_are_good(tmp_path: Path) -> None:
    two = written(
        tmp_path,
        a=paper(target(), valid_to="2023-02-01"),
        b=paper(target(), code="paper-v2", published_on="2023-02-01"),
    )
    check_files(guidance_files(two), LINES)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "spoil",
    [
        lambda good: [*good, target("23-98", measure={"line": "E.B.99"})],
        lambda good: [*good, without(target("23-98"), "comparator")],
        lambda good: [*good, good[0]],
    ],
)
def test_nothing_of_a_wrong_file_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[list[Content]], list[Content]]
) -> None:
    before = TargetVersion.objects.count(), GuidanceDocument.objects.count()
    folder = written(tmp_path, a=paper(*spoil([target()])))
    monkeypatch.setattr(loading, "guidance_files", lambda: files.guidance_files(folder))
    with pytest.raises(CommandError, match=r"Nothing was loaded\. a\.yaml, 23-9"):
        call_command("load_reference", verbosity=0)
    assert (TargetVersion.objects.count(), GuidanceDocument.objects.count()) == before
