"""What the page of one uploaded file shows: can it be submitted, and if not, exactly which cells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.urls import reverse

from planning.foundation import wording
from planning.people.access import NATIONAL, Scope
from planning.people.roles import EXPLAIN as MAY_EXPLAIN
from planning.people.roles import SUBMIT, UPLOAD, WAIVE
from planning.plan.explaining import Explanation, explanations
from planning.plan.findings import BLOCK, EXPLAIN, NOTE, Finding
from planning.plan.runs import CurrentRun, Run
from planning.registry.periods import month_label
from planning.registry.place import Place
from submissions import uploads
from submissions.queries.correcting import corrected
from submissions.queries.cover import cover_facts
from submissions.queries.findings import code_of, waiver_of
from submissions.queries.questions import questions_of
from submissions.queries.reasons import offers_of, standing_of
from submissions.queries.returns import returns_in
from submissions.queries.sent_back import cells_sent_back
from submissions.uploads import READ, SUBMITTED, Upload
from submissions.visible import basis_for, current_runs, findings_of, tellable, visible_uploads
from submissions.waivers import may_be_waived
from submissions.wording import RETURN_NAMES, severity_of, status_of, version_name

WITHDRAWABLE = (uploads.CHECKED, SUBMITTED)
FIRST_ROWS, PAGE_ROWS = 20, 200
STEPS = (
    "Waiting for its turn",
    "Reading the workbook",
    "Checking the figures",
    "Comparing with the other returns",
)


def findings_of_upload(scope: Scope, upload: Upload) -> list[Finding]:
    """What was found in that version alone, whether or not it counts now. One query, none before a run."""
    return list(Finding.objects.filter(tellable(scope), run=upload.run_id)) if upload.run_id else []


def findings_across(scope: Scope, upload: Upload) -> list[Finding]:
    """What was found between this return and others, its ICB's too, while this version is the one that counts. One
    query."""
    rows = findings_of(scope, upload.round_id, basis=basis_for(scope)).filter(
        organisation=upload.organisation_id, run__scope__in=Run.ACROSS
    )
    return [row for row in rows if any(given.get("upload") == str(upload.pk) for given in row.inputs)]


def result_page(scope: Scope, place: Place, upload: Upload, shown: str = "", page: int = 1) -> dict[str, Any]:
    """Everything the page says. Five queries, and one for what stood before where this does not count."""
    found = findings_of_upload(scope, upload) + findings_across(scope, upload)
    known = explanations((row for row in found if row.severity == EXPLAIN), scope)
    stops = [row for row in found if row.severity == BLOCK and row.is_counted]
    explain = sorted((row for row in found if row.severity == EXPLAIN and row.is_counted), key=_size)
    notes = [row for row in found if (row.severity == NOTE or row.trial) and not row.waived]
    left = sum(1 for row in explain if not known[row.pk].holds)
    offers = _offers(scope, upload, [row for row in explain if not known[row.pk].holds])
    rules = [rule_card(rule, rows, upload, shown, page) for rule, rows in _by_rule(stops)]
    run = _organisation_run(scope, upload)
    return {
        **facts(place, upload),
        "state_said": status_of(upload, left, place.stage.needs_reasons),
        "errors": [{"text": card["summary"], "href": f"#{card['id']}"} for card in rules],
        "stops_title": f"{wording.count(len(rules), 'thing')} {_verb(len(rules), 'stop')} this return",
        "rules": rules,
        "to_explain": [
            explain_card(row, known[row.pk], upload) | {"offers": offers.get(row.pk, [])} for row in explain
        ],
        "left": left,
        "may_correct": scope.may(UPLOAD, upload.organisation_id)
        and place.stage.is_open
        and any(row.kind != "target" for row in stops + explain),
        "verdict": _verdict(upload, left, len(explain), place.stage.needs_reasons) + _besides(upload, found),
        **_notes(upload, notes, shown),
        "sent_back": cells_sent_back(upload, found),
        "sent_back_note": sent_back_note(scope, upload),
        "questions": questions_of(scope, upload),
        "waived": waived_cards(found),
        "waived_number": sum(1 for row in found if row.waived),
        "read_as": upload.notes,
        "nothing_else": _nothing_else(upload, explain, notes),
        "waiting": _waiting(run),
        "standing": _standing(scope, upload),
        "changed": changed(scope, upload),
        "same": same(scope, upload),
        "corrected": corrected(scope, upload),
        **actions(scope, place, upload, left),
    }


def changed(scope: Scope, upload: Upload) -> dict[str, str] | None:
    """The way to what changed since the version before, with the number of cells. NHS England, which may not
    have been given that version, is not told of it."""
    if scope.kind == NATIONAL or not upload.number or upload.number < 2:
        return None
    since = upload.changes
    if not since:
        address = reverse("upload_compare_any", args=[upload.pk])
        return {"text": "Compare with another version", "address": address}
    text = f"Changed since version {since['version']} ({since['cells']:,})"
    return {"text": text, "address": reverse("upload_compare", args=[upload.pk, since["upload"]])}


def same(scope: Scope, upload: Upload) -> dict[str, str] | None:
    """The earlier version whose figures, blanks and comments are the same, where one is."""
    if upload.same_as is None or scope.kind == NATIONAL:
        return None
    return {
        "name": version_name(upload.same_as),
        "address": reverse("upload_result", args=[upload.same_as_id]),
    }


def sent_back_note(scope: Scope, upload: Upload) -> str:
    """Why it was sent back, for the organisation and the ICB that reviews it, between whom it passed."""
    near = upload.organisation_id in scope.own or reviewing(scope, upload)
    return upload.review_note if near and upload.state == uploads.SENT_BACK else ""


def facts(place: Place, upload: Upload) -> dict[str, Any]:
    """The name of the version and the row of facts about it."""
    stage = place.stage_named(upload.stage)
    rows = [
        ("File", upload.file_name),
        ("Received", wording.moment(upload.received_at) + (" (late)" if upload.late else "")),
        ("By", upload.uploader),
        ("Stage", stage.name if stage else upload.stage),
    ]
    if upload.figures:
        rows.append(("Read", _read(upload.figures)))
    rows += cover_facts(upload)
    rows.append(("SHA-256, first 8", upload.sha256[:8]))
    name = RETURN_NAMES[upload.return_kind]
    return {
        "upload": upload,
        "organisation": upload.organisation,
        "name": f"{name} return, {version_name(upload)}",
        "kind": name.lower(),
        "state_said": status_of(upload),
        "withdrawn": withdrawn(upload),
        "facts": [{"key": {"text": key}, "value": {"text": value}} for key, value in rows if value],
        "file_address": reverse("upload_file", args=[upload.pk]),
        "marked_address": reverse("upload_marked", args=[upload.pk]) if upload.run_id and upload.file else "",
        "faults_address": reverse("upload_faults", args=[upload.pk]) if upload.fault_list else "",
        "print_foot": f"{name} {version_name(upload)} · {upload.sha256[:8]}",
    }


def withdrawn(upload: Upload) -> dict[str, str] | None:
    """Why a version was withdrawn, by whom and when; None for one that stands."""
    if upload.withdrawn_at is None:
        return None
    by = upload.withdrawn_by.name if upload.withdrawn_by is not None else ""
    return {"reason": upload.withdrawal, "by": by, "at": wording.moment(upload.withdrawn_at)}


def progress(upload: Upload) -> list[dict[str, str]]:
    """The steps of checking and how far each has come, in words."""
    at = STEPS.index(upload.step) if upload.step in STEPS else 0
    words = ["Done" if place < at else "Now" if place == at else "To do" for place in range(len(STEPS))]
    return [{"name": name, "state": word} for name, word in zip(STEPS, words, strict=True)]


def actions(scope: Scope, place: Place, upload: Upload, left: int = 0) -> dict[str, Any]:
    """What the asker may do with the version, and why not where they may not."""
    ods, code = upload.organisation_id, place.round.code
    standing = upload.state in (uploads.CHECKED, uploads.SENT_BACK) and not upload.blocked
    held_back = left and place.stage.needs_reasons
    return {
        "may_submit": scope.may(SUBMIT, ods) and standing and not held_back and place.stage.is_open,
        "may_upload": scope.may(UPLOAD, ods) and place.stage.is_open,
        "may_explain": scope.may(MAY_EXPLAIN, ods),
        "may_review": reviewing(scope, upload) and upload.state == SUBMITTED,
        "may_ask": reviewing(scope, upload) and upload.state in READ,
        "ask_address": reverse("ask", args=[upload.pk]),
        "may_waive": scope.reviews(ods, WAIVE) and upload.state in READ,
        "waive_address": reverse("waive", args=[upload.pk]),
        "may_withdraw": scope.may(SUBMIT, ods) and upload.state in WITHDRAWABLE,
        "correct_address": reverse("upload_correct", args=[upload.pk]),
        "withdraw_address": reverse("withdraw", args=[upload.pk]),
        "submit_address": f"{reverse('submit', args=[code])}?stage={place.stage.code}&organisation={ods}",
        "upload_address": f"{reverse('upload', args=[code])}?stage={place.stage.code}&organisation={ods}",
        "review_address": reverse("review", args=[upload.pk]),
        "returns_address": f"{reverse('returns', args=[code])}?stage={place.stage.code}&organisation={ods}",
    }


def reviewing(scope: Scope, upload: Upload) -> bool:
    """Whether the asker reviews it: somebody of the ICB, of a member trust's return or of the ICB's own."""
    return scope.reviews(upload.organisation_id)


def rule_card(rule: str, rows: Sequence[Finding], upload: Upload, shown: str, page: int) -> dict[str, Any]:
    """One rule that stops the return: the sentence, why, what to do, and its cells, twenty at first."""
    first = rows[0]
    start = (page - 1) * PAGE_ROWS if shown == rule else 0
    size = PAGE_ROWS if shown == rule else FIRST_ROWS
    address = f"{reverse('upload_result', args=[upload.pk])}?show={rule}"
    pages = -(-len(rows) // PAGE_ROWS)
    number = upload.rule_counts.get(rule, len(rows))
    return {
        "id": f"rule-{rule.replace('.', '-')}",
        "finding": str(first.pk),
        "rule": rule,
        "title": first.title.rstrip("."),
        "summary": f"{first.title.rstrip('.')}: {wording.count(number, 'cell')}",
        "why": first.working.get("why", ""),
        "instruction": first.instruction,
        "waivable": may_be_waived(first),
        "rows": [cell_row(row) for row in rows[start : start + size]],
        "number": number,
        "listed": len(rows),
        "caption": f"{wording.count(number, 'cell')} · check {rule}",
        "all_address": f"{address}#rule-{rule}" if shown != rule and len(rows) > FIRST_ROWS else "",
        "pages": [
            {"number": number, "href": f"{address}&page={number}#rule-{rule}", "current": number == page}
            for number in range(1, pages + 1)
        ]
        if shown == rule and pages > 1
        else [],
    }


def cell_row(finding: Finding) -> dict[str, str]:
    """A fault at a cell; a line that is missing has a sheet and no cell."""
    where = f"{finding.line}, {month_label(finding.period)}" if finding.period else finding.line
    return {
        "sheet": finding.sheet or "–",
        "cell": finding.cell or "–",
        "where": where or "–",
        "seen": finding.seen or "nothing",
        "message": finding.message,
        "finding": str(finding.pk),
    }


def explain_card(finding: Finding, explanation: Explanation, upload: Upload | None = None) -> dict[str, Any]:
    """A finding that wants a reason, with the one it has or had, and where it lies in that upload."""
    kinds = [RETURN_NAMES[kind].lower() for kind in RETURN_NAMES if kind in returns_in(finding)]
    return {
        "id": str(finding.pk),
        "rule": code_of(finding),
        "title": finding.title,
        "message": finding.message,
        "returns": wording.names(kinds),
        "closes": finding.closes_with,
        "instruction": finding.instruction,
        "waivable": may_be_waived(finding),
        "place": place_in(finding, upload) if upload is not None else "",
        "address": reverse("finding", args=[finding.pk]),
        "must_accept": finding.needs_acceptance,
        **standing_of(finding, explanation),
    }


def _offers(scope: Scope, upload: Upload, findings: Sequence[Finding]) -> dict[object, list[dict[str, str]]]:
    """What the workbooks' comments say of findings that want a reason, with where each is taken over. One query,
    for those who give the reasons."""
    if not findings or not scope.may(MAY_EXPLAIN, upload.organisation_id):
        return {}
    address = reverse("upload_result", args=[upload.pk])
    return {
        pk: [{**row, "address": f"{address}?take={pk}.{row['line']}#reason"} for row in rows]
        for pk, rows in offers_of(scope, findings).items()
    }


def place_in(finding: Finding, upload: Upload) -> str:
    """`Elective, cell R20: 148, and 2 more cells`: where a finding rests in one version, its own line first."""
    mine = [row for row in finding.inputs if row.get("upload") == str(upload.pk)]
    if not mine:
        return ""
    sheet, cell, seen = finding.sheet, finding.cell, finding.seen
    if not seen or sheet not in {row["sheet"] for row in mine}:
        first = mine[0]
        sheet, cell = first["sheet"], first["cell"]
        seen = (
            first["value"] if isinstance(first["value"], str) else wording.bare(first["value"], first["unit"])
        )
    others = len({(row["sheet"], row["cell"]) for row in mine} - {(sheet, cell)})
    more = f", and {wording.count(others, 'more cell')}" if others else ""
    return f"{sheet}, cell {cell}: {seen or 'nothing'}{more}"


def note_row(finding: Finding) -> dict[str, Any]:
    return {
        "severity": severity_of(finding.severity, finding.trial, finding.waived),
        "rule": finding.rule,
        "message": finding.message,
        "address": reverse("finding", args=[finding.pk]),
    }


def waived_cards(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """What is set aside, a card a waiver: why, by whom, to which day, and the first cells."""
    cards: dict[str, dict[str, Any]] = {}
    for row in found:
        if row.waived:
            card = cards.setdefault(row.waived["id"], _waived_card(row))
            card["number"] += 1
            if len(card["rows"]) < FIRST_ROWS:
                card["rows"].append({**cell_row(row), "address": reverse("finding", args=[row.pk])})
    return list(cards.values())


def _waived_card(finding: Finding) -> dict[str, Any]:
    return {
        "rule": code_of(finding),
        "title": finding.title.rstrip("."),
        "said": severity_of(finding.severity, waived=finding.waived),
        **waiver_of(finding),
        "number": 0,
        "rows": [],
    }


def _by_rule(rows: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    ordered = sorted(rows, key=lambda row: (row.rule, row.sheet, _row_of(row.cell), row.cell, row.line))
    return [(rule, list(found)) for rule, found in groupby(ordered, key=lambda row: row.rule)]


def _row_of(cell: str) -> int:
    digits = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$")
    return int(digits) if digits.isdigit() else 0


def _size(finding: Finding) -> float:
    return -finding.size


def _read(figures: dict[str, int]) -> str:
    """`773 figures, 18 cells left blank, 4 marked n/a`."""
    said = [wording.count(figures.get("value", 0), "figure")]
    if figures.get("blank"):
        said.append(f"{wording.count(figures['blank'], 'cell')} left blank")
    if figures.get("not_applicable"):
        said.append(f"{figures['not_applicable']:,} marked n/a")
    return ", ".join(said)


def _notes(upload: Upload, notes: Sequence[Finding], shown: str) -> dict[str, Any]:
    """The first twenty notes of each check, all that are listed of the one asked for, and how many there are."""
    address = reverse("upload_result", args=[upload.pk])
    rows: list[dict[str, Any]] = []
    more, number = [], 0
    for rule, found in _by_rule(notes):
        listed = found if shown == rule else found[:FIRST_ROWS]
        every = max(upload.rule_counts.get(rule, 0), len(found))
        rows += [note_row(row) for row in listed]
        number += every
        if every > len(listed):
            text = f"{every - len(listed):,} more of check {rule}"
            more.append({"text": text, "href": f"{address}?show={rule}#notes" if shown != rule else ""})
    return {"notes": rows, "notes_more": more, "notes_number": number}


def _nothing_else(upload: Upload, explain: Sequence[Finding], notes: Sequence[Finding]) -> str:
    """What there is none of, in one line instead of empty headings."""
    said = []
    if upload.blocked and not explain:
        said.append("What needs a reason is worked out once nothing stops the return.")
    if not notes:
        said.append("There are no notes.")
    if not upload.notes:
        said.append("Every figure was read as it was written.")
    return " ".join(said)


def _verdict(upload: Upload, left: int, explain: int, needs_reasons: bool) -> str:
    if upload.blocked or upload.state not in READ:
        return ""
    if not explain:
        return "Nothing stops this return and nothing in it needs a reason."
    if not left:
        said = wording.count(explain, "finding")
        return f"Nothing stops this return. {said} needed a reason and each has one."
    said = f"Nothing stops this return. {wording.count(left, 'finding')} {_verb(left, 'need')} a reason."
    return said if needs_reasons else f"{said} At this stage you can submit without them."


def _besides(upload: Upload, found: Sequence[Finding]) -> str:
    """What is set aside, said with the verdict so that nobody takes it for nothing."""
    aside = sum(1 for row in found if row.waived)
    if not aside or upload.blocked or upload.state not in READ:
        return ""
    return f" The ICB has set {wording.count(aside, 'finding')} aside."


def _verb(number: int, verb: str) -> str:
    return f"{verb}s" if number == 1 else verb


def _organisation_run(scope: Scope, upload: Upload) -> CurrentRun | None:
    rows = current_runs(scope, upload.round_id, basis=basis_for(scope))
    return rows.filter(scope=Run.ORGANISATION, subject=upload.organisation_id).first()


def _waiting(pointer: CurrentRun | None) -> list[dict[str, str]]:
    """What could not be judged for want of a return, once a return."""
    waiting = pointer.run.waiting if pointer is not None else {}
    return [
        {"missing": RETURN_NAMES.get(missing, missing), "rules": ", ".join(rules), "number": str(len(rules))}
        for missing, rules in sorted(waiting.items())
        if rules
    ]


def _standing(scope: Scope, upload: Upload) -> dict[str, str] | None:
    """The earlier version that still counts while this one does not."""
    if not (upload.blocked or upload.state in (uploads.REJECTED, uploads.FAILED)):
        return None
    rows = visible_uploads(scope).filter(
        round=upload.round_id,
        organisation=upload.organisation_id,
        return_kind=upload.return_kind,
        state__in=READ,
        blocked=False,
    )
    earlier = rows.exclude(pk=upload.pk).order_by("-received_at").first()
    if earlier is None:
        return None
    return {"name": version_name(earlier), "address": reverse("upload_result", args=[earlier.pk])}
