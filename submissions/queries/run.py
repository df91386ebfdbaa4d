"""What the page of one run shows: what it was made from and with, and whether it has been made again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from planning.foundation import wording
from planning.plan.findings import BLOCK, EXPLAIN, NOTE
from planning.plan.reproductions import Reproduction
from planning.plan.runs import LATEST, CurrentRun, Run
from planning.plan.snapshots import Snapshot
from planning.registry.organisations import Organisation
from submissions.wording import RETURN_NAMES

PAGE = 100
CONTENTS = {
    "software": "Version of the software",
    "lines": "Line catalogue",
    "rules": "Rules, tolerances and planning assumptions of the round",
    "targets": "Targets and local figures",
    "known": "Reference values",
    "of_their_own": "Tolerances of the system and assumptions of the organisation",
    "members": "Who belongs to it",
    "groups": "Groups as they stood",
    "waivers": "Checks set aside",
    "attested": "What was attested",
    "published": "Published figures",
    "before": "The version that counted before",
}
NUMBER_OF = {"lines": "line", "targets": "target", "known": "value", "members": "organisation"}


def runs_page(pointers: Sequence[CurrentRun], round_code: str) -> dict[str, Any]:
    """The runs that count, of bodies that the asker may see. One query."""
    subjects = {row.subject for row in pointers}
    named = dict(Organisation.objects.filter(pk__in=subjects).values_list("ods", "short_name"))
    rows = sorted(pointers, key=lambda row: (named.get(row.subject, ""), row.scope, row.return_kind))
    return {
        "rows": [
            {
                "what": _what(row.run, named.get(row.subject, row.subject)),
                "address": reverse("run", args=[row.run_id]),
                "when": wording.moment(row.run.created_at),
                "counts": _counts(row.run),
                "hash": row.run.digest[:8],
            }
            for row in rows[:PAGE]
        ]
    }


def run_page(run: Run) -> dict[str, Any]:
    """One run. Four queries."""
    name = Organisation.objects.filter(pk=run.subject).values_list("short_name", flat=True).first()
    pointed = CurrentRun.objects.filter(run=run).values_list("basis", flat=True)
    made_again = list(Reproduction.objects.filter(run=run).select_related("by")[:10])
    return {
        "run": run,
        "title": f"{_what(run, name or run.subject)}, as judged on {wording.moment(run.created_at)}",
        "facts": _facts(run, list(pointed)),
        "inputs": [_input(row) for row in run.inputs],
        "contents": _contents(run),
        "again": [_again(row) for row in made_again],
        "waiting": any(row.state == Reproduction.WAITING for row in made_again),
        "again_address": reverse("make_again", args=[run.pk]),
    }


def _what(run: Run, name: str) -> str:
    if run.scope == Run.RETURN:
        return f"{name}, {RETURN_NAMES[run.return_kind].lower()} return by itself"
    words = {
        Run.ORGANISATION: "across its returns",
        Run.SYSTEM: "the whole system",
        Run.REGION: "all its systems",
    }
    return f"{name}, {words[run.scope]}"


def _counts(run: Run) -> str:
    words = ((BLOCK, "blocking"), (EXPLAIN, "to explain"), (NOTE, "notes"))
    return ", ".join(f"{run.counts.get(name, 0):,} {word}" for name, word in words)


def _facts(run: Run, bases: list[str]) -> list[dict[str, Any]]:
    counts_for = [f"the {basis} basis" if basis != LATEST else "what stands now" for basis in sorted(bases)]
    rows = [
        ("Found", _counts(run)),
        (
            "Counts for",
            wording.names(counts_for) if counts_for else "nothing any more: another has taken its place",
        ),
        ("Digest of everything that it rests on", run.digest),
    ]
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in rows]


def _input(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "organisation": row["organisation"],
        "return": RETURN_NAMES.get(row["return"], row["return"]),
        "version": row["version"],
        "address": reverse("upload_result", args=[row["upload"]]),
        "sha256": row["sha256"],
    }


def _contents(run: Run) -> list[dict[str, str]]:
    """What it was made with, by kind, with the digest of each and how much is kept behind it. One query."""
    kept = {
        row.digest: row.content for row in Snapshot.objects.filter(digest__in=list(run.versions.values()))
    }
    return [
        {
            "text": CONTENTS.get(kind, kind),
            "digest": digest if kind == "software" else digest[:16],
            "kept": _kept(kind, kept.get(digest), digest),
        }
        for kind, digest in sorted(run.versions.items(), key=lambda each: list(CONTENTS).index(each[0]))
    ]


def _kept(kind: str, content: Any, digest: str) -> str:
    if kind == "software":
        return ""
    if content is None:
        return "Not kept: made before contents were"
    if kind == "rules":
        return f"{wording.count(len(content[0]), 'rule')}, {wording.count(len(content[1]), 'assumption')}"
    return wording.count(len(content), NUMBER_OF[kind]) if kind in NUMBER_OF else "Kept"


def _again(row: Reproduction) -> dict[str, Any]:
    words = {
        Reproduction.WAITING: ("Being made again", "blue"),
        Reproduction.SAME: ("The same, figure for figure", "green"),
        Reproduction.OTHER: ("Not the same", "red"),
        Reproduction.FAILED: ("Could not be made again", "grey"),
    }
    text, colour = words[row.state]
    return {
        "when": wording.moment(row.asked_at),
        "by": row.by.name if row.by is not None else "",
        "text": text,
        "colour": colour,
        "compared": ", ".join(f"{number:,} {name}" for name, number in row.compared.items()),
        "software": row.software,
        "error": row.error,
        "differences": row.differences,
    }
