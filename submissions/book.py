"""What judging a round reads besides figures: the catalogues, what holds of a body alone, and the digest of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.conf import settings
from django.utils import timezone

from planning.plan.array import Member
from planning.plan.rulebook import Rule, load_rules
from planning.plan.rules import is_judged
from planning.plan.tolerances import Tolerances, held_to, tolerances_of
from planning.registry.assumptions import Assumptions, load_assumptions
from planning.registry.groups import Grouping, Groupings, groupings_on
from planning.registry.lines import Lines
from planning.registry.organisations import Membership, Organisation
from planning.registry.reference import digest_of
from planning.registry.reference_values import Values, reference_values
from submissions.store import as_members, members_of
from submissions.waivers import Waiver, holding
from targets.assurance.attestations import answers_of
from targets.guidance.governing import load_targets, with_local_figures
from targets.guidance.target import Target
from targets.judging.outcome import Answers


@dataclass(frozen=True)
class Made:
    """What one run is made with: the digests that it keeps, and by its kind the content behind each."""

    versions: dict[str, str]
    contents: dict[str, Any]


@dataclass
class Book:
    """Everything that judging a round reads besides the figures, loaded in a fixed number of queries."""

    round: str
    lines: Lines
    rules: list[Rule]
    targets: list[Target]
    memberships: list[Membership]
    contents: dict[str, Any] = field(default_factory=dict)  # of the catalogues, as snapshots keep them
    versions: dict[str, str] = field(default_factory=dict)  # and the digest of each
    waivers: list[Waiver] = field(default_factory=list)
    answers: Answers = field(default_factory=dict)
    known: Values = field(default_factory=dict)  # reference values, which stand in no return
    assumptions: Assumptions = field(default_factory=lambda: Assumptions({}, {}))
    tolerances: Tolerances = field(default_factory=dict)
    groups: Groupings | None = None  # of each system as they stand today, asked for when a system is judged

    @classmethod
    def load(cls, round_code: str) -> Book:
        """From the store, in a fixed number of queries."""
        lines = Lines.load(round_code)
        assumptions, tolerances = load_assumptions(round_code), tolerances_of(round_code)
        rules = [held_to(rule, tolerances, "") for rule in load_rules(round_code, assumptions.of_round)]
        targets = load_targets(round_code)
        book = cls(round_code, lines, rules, targets, members_of(round_code), waivers=holding(round_code))
        book.answers = answers_of(round_code)
        book.known = reference_values(round_code)
        book.assumptions, book.tolerances = assumptions, tolerances
        book.remember()
        return book

    def remember(self) -> None:
        """Work out the contents of the catalogues and their digests: where they change, so do the runs."""
        held = [[rule, row] for (rule, system), row in sorted(self.tolerances.items()) if not system]
        self.contents = {
            "lines": [[line.code, line.version] for line in self.lines.values()],
            "rules": [
                [[rule.code, rule.version] for rule in self.rules],
                sorted(self.assumptions.of_round.items()),
                held,
            ],
            "targets": [target.kept for target in self.targets],
            "known": sorted(self.known.items()),
        }
        digests = {kind: digest_of(content) for kind, content in self.contents.items()}
        self.versions = {"software": settings.VERSION, **digests}

    def is_current(self) -> bool:
        """Whether what people have attested, and the local figures they have set, are still as loaded. Two
        queries."""
        same = with_local_figures(self.round, self.targets) == self.targets
        return same and answers_of(self.round) == self.answers

    def rules_for(self, system: str, ods: str = "") -> list[Rule]:
        """The rules as a body of a system is judged by them: held to the system's tolerances, and reading the
        assumptions that it plans with."""
        parameters = self.assumptions.for_body(ods)
        held = [held_to(rule, self.tolerances, system) for rule in self.rules]
        if parameters is self.assumptions.of_round:
            return held
        return [replace(rule, parameters=parameters) for rule in held]

    def of_their_own(self, system: str, ods: str) -> list[Any]:
        """What only a system or only a body is judged by: its tolerances, its assumptions. Empty where there are
        none."""
        held = [
            [rule, row] for (rule, whose), row in sorted(self.tolerances.items()) if whose and whose == system
        ]
        stated = sorted(self.assumptions.stated.get(ods, {}).items())
        return [held, stated] if held or stated else []

    def made_with(
        self,
        body: str,
        system: str,
        *,
        members: Sequence[Member] = (),
        groups: Sequence[Grouping] = (),
        waivers: Sequence[Waiver] = (),
        **more: Any,
    ) -> Made:
        """What a run is made with besides figures: the catalogues, who belongs to the body, the waivers, the groups
        as they stand, and what it and they have attested or plan with, so that another answer makes another run of
        theirs alone."""
        wanted = {body, *(group.code for group in groups)}
        found: dict[str, Any] = {
            "of_their_own": self.of_their_own(system, body),
            "members": [[one.ods, one.kind, one.system, one.name, one.served_by] for one in members],
            "groups": [asdict(group) for group in groups],
            "waivers": [str(waiver.pk) for waiver in waivers],
            "attested": sorted(
                [list(key), asdict(answer)] for key, answer in self.answers.items() if key[1] in wanted
            ),
            **more,
        }
        given = {kind: content for kind, content in found.items() if content}
        digests = {kind: digest_of(content) for kind, content in given.items()}
        return Made({**self.versions, **digests}, {**self.contents, **given})

    def members_in(self, system: Organisation) -> list[Member]:
        """The members of a system on the plan's axis, its ICB first."""
        return as_members(system, self.memberships)

    def groups_of(self, system: str) -> Sequence[Grouping]:
        """A system's groups; the first time one query, for all of them. A return that is stopped needs none."""
        if self.groups is None:
            self.groups = groupings_on(timezone.localdate())
        return self.groups.get(system, ())

    def systems_of(self, ods: str) -> list[Organisation]:
        """The systems in use that an organisation's figures reach: its host, those it serves, itself."""
        found = {
            row.system_id: row.system
            for row in self.memberships
            if ods in (row.organisation_id, row.system_id)
        }
        return [found[code] for code in sorted(found)]

    def rules_of_return(self, return_kind: str, system: str, ods: str) -> list[Rule]:
        """The rules for which that one return is enough."""
        rules = self.rules_for(system, ods)
        return [rule for rule in rules if rule.needs_only(return_kind) and is_judged(rule)]

    def rules_across(self, system: str, ods: str) -> list[Rule]:
        """Those that need several returns, and what others hold across more returns than their own."""
        found = [rule if rule.is_across else rule.widened for rule in self.rules_for(system, ods)]
        return [rule for rule in found if rule is not None and is_judged(rule)]
