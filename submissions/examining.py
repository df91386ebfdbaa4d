"""One workbook read and checked: what was found in it, and what is kept of that with its version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planning.plan.array import Plan
from planning.plan.findings import BLOCK, EXPLAIN, NOTE, Finding
from planning.plan.keeping import Result, counts_of
from planning.plan.rulebook import Rule
from planning.registry.actuals import Key, Published, published_of
from planning.registry.lines import Line
from submissions import judging
from submissions.book import Book
from submissions.checks import check_return
from submissions.checks.moved import figures_have_not_moved_far
from submissions.checks.signs import without_wrong_signs
from submissions.earlier import Earlier, note_changes, version_before
from submissions.fault_list import keep_fault_list
from submissions.faults import Counted, fault_findings
from submissions.parsing import Fault, Return, parse, plan_of
from submissions.preflight import gate
from submissions.reader import read
from submissions.returns import expected_lines, return_identity
from submissions.store import keep_values
from submissions.uploads import Upload
from submissions.versions import Version
from submissions.waivers import Waiver, held_for, set_aside

KEPT = (  # of an upload, once its workbook is checked
    "number", "columns", "notes", "figures", "counts", "rule_counts", "fault_list", "cover", "blocked", "step",
    "answers_digest", "same_as", "changes",
)  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """What a return is held against that stands in no catalogue: published figures, and the years of the version
    that counted before, with its number."""

    published: Mapping[Key, Published]
    before: tuple[int, Mapping[str, int | None]] | None
    earlier: Earlier | None = None  # that version itself, where it was read from the store

    @classmethod
    def of(cls, upload: Upload, expected: Sequence[Line], book: Book) -> Beside:
        """As it stands today. Three queries."""
        successions = book.successions if book.around else None
        published = published_of(upload.organisation, upload.round_id, expected, successions)
        earlier = version_before(upload)
        years = None if earlier is None else (earlier.upload.number or 0, earlier.years)
        return cls(published, years, earlier)

    @property
    def kept(self) -> dict[str, Any]:
        """The same for a run to keep; `before` by its number, whose figures are kept with it."""
        published = [
            [code, place, known.figure, known.source] for (code, place), known in self.published.items()
        ]
        return {"published": published, "before": [self.before[0]] if self.before else []}


@dataclass
class Checked:
    """One workbook as read and checked, nothing stored."""

    parsed: Return
    plan: Plan
    findings: list[Finding]  # of faults the first of each rule
    faults: Counted
    waivers: list[Waiver]  # those that hold for this version
    beside: Beside

    @property
    def blocks(self) -> bool:
        return bool(self.counts.get(BLOCK))

    @property
    def rule_counts(self) -> dict[str, int]:
        """Rule -> how often it is broken, those included that are not listed and not those that are waived."""
        listed = Counter(finding.rule for finding in self.findings if finding.waived is None)
        beyond = {rule: number - self._waived(rule) for rule, number in self.faults.left_out.items()}
        return dict(listed + Counter(beyond))

    @property
    def counts(self) -> dict[str, int]:
        """{block, explain, note} and what is waived, those included that are not listed."""
        severity_of = {finding.rule: finding.severity for finding in self.findings if not finding.trial}
        counts = Counter(counts_of(self.findings))
        for rule, number in self.faults.left_out.items():
            if rule in severity_of:
                waived = self._waived(rule)
                counts[severity_of[rule]] += number - waived
                counts += Counter(waived=waived)
        return {**dict.fromkeys((BLOCK, EXPLAIN, NOTE), 0), **counts}

    def _waived(self, rule: str) -> int:
        """How many faults of a rule are waived among those that are not listed."""
        lines = {waiver.line for waiver in self.waivers if waiver.rule == rule}
        if not lines:
            return 0
        every = (fault for fault in self.faults.every if fault.rule == rule)
        waived = sum(1 for fault in every if "" in lines or fault.line in lines)
        return waived - sum(1 for finding in self.findings if finding.rule == rule and finding.waived)


def read_and_check(
    upload: Upload, book: Book, say: Callable[[str], None] = lambda step: None, beside: Beside | None = None
) -> Checked:
    """Open the workbook in the capped child, read its points, check the return. Raises Refused.

    `say` is told each step as it begins; `beside` is what stood beside it then, where it is made again."""
    say("Reading the workbook")
    path = Path(upload.file.path)
    gate(path)
    sheets = read(path)
    expected = expected_lines(
        book.lines, upload.organisation, upload.return_kind, book.partners_of(upload.organisation)
    )
    identity = return_identity(
        expected,
        round_code=upload.round_id,
        organisation_ods=upload.organisation_id,
        return_kind=upload.return_kind,
    )
    parsed = parse(sheets, expected, upload.round_id, kind=upload.organisation.kind, expected=identity)
    say("Checking the figures")
    system = book.host_of(upload.organisation)
    own = {"upload": str(upload.pk), "version": upload.number, "sha256": upload.sha256}
    plan = plan_of(parsed, book.lines, expected, system or "", upload.organisation.short_name, own)
    beside = beside or Beside.of(upload, expected, book)
    plan.publish(upload.organisation_id, beside.published)
    rules = book.rules_for(system or "", upload.organisation_id)
    faults = Counted.of(_faults_of(upload, parsed, expected, plan, rules, beside))
    findings = fault_findings(book, upload, system, faults.first)
    judged = without_wrong_signs(plan, faults.every)
    findings += judging.rule_findings_of_return(book, judged, upload.return_kind, system)
    waivers = waivers_of(upload, book.waivers)
    set_aside(findings, waivers)
    return Checked(parsed, plan, findings, faults, waivers, beside)


def _faults_of(
    upload: Upload,
    parsed: Return,
    expected: Sequence[Line],
    plan: Plan,
    rules: Sequence[Rule],
    beside: Beside,
) -> Iterator[Fault]:
    """Those of the return by itself, then what moved far since the version that counted before."""
    yield from check_return(parsed, expected, plan, rules, upload.stage)
    if beside.before is not None:
        version, years = beside.before
        yield from figures_have_not_moved_far(parsed, expected, plan, years, version, rules)


def keep_reading(upload: Upload, book: Book, checked: Checked, versions: Sequence[Upload]) -> None:
    """Keep what a workbook said and what was found in it; a blocked one keeps no figures. `versions` are those of
    the return as they stand, itself too. In the caller's transaction."""
    parsed = checked.parsed
    upload.columns, upload.notes = dict(parsed.columns), list(parsed.notes)
    upload.figures = _figure_counts(checked.plan)
    upload.cover = {label: said.answer for label, said in parsed.cover.items()}
    upload.counts, upload.blocked = checked.counts, checked.blocks
    upload.rule_counts = checked.rule_counts
    keep_fault_list(upload, checked.faults, book.rules)
    if not checked.blocks:
        # a number is given with the figures: without one none were stored
        is_new = all(version.number is None for version in versions if version.pk == upload.pk)
        comments = {reading.line: reading.comment for reading in parsed.readings}
        rows = keep_values(upload, checked.plan, comments, is_new)
        note_changes(upload, rows, checked.plan.lines, versions, checked.beside.earlier)
    upload.save(update_fields=KEPT)


def own_run(upload: Upload, book: Book, checked: Checked) -> Result:
    """The run of a version's own checks, with its counts."""
    version = version_of(upload).as_input()
    own = judging.return_run(
        book,
        version,
        upload.organisation_id,
        upload.return_kind,
        checked.findings,
        checked.waivers,
        book.host_of(upload.organisation) or "",
        **checked.beside.kept,
    )
    own.run.counts = checked.counts
    return own


def waivers_of(upload: Upload, waivers: Sequence[Waiver]) -> list[Waiver]:
    """Those of some waivers that hold for a version."""
    return held_for(waivers, upload.organisation_id, upload.return_kind, upload.uploaded_by_id)


def version_of(upload: Upload) -> Version:
    """The version as an input of runs."""
    return Version(
        str(upload.pk),
        upload.organisation_id,
        upload.return_kind,
        upload.number or 0,
        upload.sha256,
        upload.columns,
        received_at=upload.received_at,
    )


def _figure_counts(plan: Plan) -> dict[str, int]:
    """How many figures were entered, left blank and not applicable, computed ones left out."""
    entered = [at for code, at in plan.place.items() if not plan.lines[code].is_computed]
    states = plan.states[0, entered]
    return {
        "value": int((states == 1).sum()),
        "blank": int((states == 0).sum()),
        "not_applicable": int((states == 2).sum()),
    }
