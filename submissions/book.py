"""What judging a round reads besides figures: the catalogues, what holds of a body alone, and the digest of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.conf import settings

from planning.plan.array import Member
from planning.plan.rulebook import Rule
from planning.plan.rules import is_judged
from planning.plan.tolerances import Tolerances, held_to
from planning.registry.assumptions import Assumptions
from planning.registry.groups import Grouping, Groupings
from planning.registry.lines import Lines
from planning.registry.organisations import ICB, Membership, Organisation, Succession
from planning.registry.reference import digest_of
from planning.registry.reference_values import Values
from submissions import catalogues, triangulation  # noqa: F401 importing the latter registers what rules judge
from submissions.returns import Families, body_among
from submissions.store import as_members
from submissions.waivers import Waiver
from targets.guidance.governing import with_figures
from targets.guidance.target import Target
from targets.judging.outcome import Answers


@dataclass(frozen=True)
class Made:
    """What one run is made with: the digests that it keeps, and by its kind the content behind each."""

    versions: dict[str, str]
    contents: dict[str, Any]


@dataclass
class Book:
    """Everything that judging a round reads besides the figures. One that is given is the caller's own; what its
    lists hold is shared by all of the process."""

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
    known_members: Sequence[Member] = ()  # of the system, where a past run is made again as it was
    groups: Groupings = field(default_factory=dict)  # of each system as they stand today
    around: Sequence[Membership] = ()  # of every system, in the round or not: whom returns have rows for
    successions: Sequence[Succession] = ()
    read_as: catalogues.Digests = field(default_factory=dict)  # the digest of each catalogue in the store

    @classmethod
    def load(cls, round_code: str) -> Book:
        """From the store: one query where nothing has changed since this process last did, else besides it those
        of what has."""
        read_as, found = catalogues.load(round_code)
        known = _books.get(round_code)
        if known is None or known.read_as != read_as:
            known = _books[round_code] = cls._made_from(round_code, read_as, found)
        return replace(
            known,
            rules=[*known.rules],
            targets=[*known.targets],
            memberships=[*known.memberships],
            waivers=[*known.waivers],
            contents={**known.contents},
            versions={**known.versions},
        )

    @classmethod
    def _made_from(cls, round_code: str, read_as: catalogues.Digests, found: dict[str, Any]) -> Book:
        assumptions, tolerances = found["assumptions"], found["tolerances"]
        rules = [Rule.from_entry(row.entry, row.version, assumptions.of_round) for row in found["rules"]]
        book = cls(
            round=round_code,
            lines=found["lines"],
            rules=[held_to(rule, tolerances, "") for rule in rules],
            targets=with_figures(found["targets"], found["local figures"]),
            memberships=found["memberships"].of_round,
            waivers=found["waivers"],
            answers=found["answers"],
            known=found["known"],
            assumptions=assumptions,
            tolerances=tolerances,
            groups=found["groups"],
            around=found["memberships"].every,
            successions=found["successions"],
            read_as=read_as,
        )
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
        """Whether everything still stands in the store as it was loaded; one query."""
        return catalogues.digests(self.round) == self.read_as

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

    def host_of(self, body: Organisation) -> str | None:
        """The system that counts an organisation: its host, or the system of an ICB itself. A query only for a trust
        whose host takes no part in the round."""
        if body.kind == ICB:
            return body.ods
        for row in self.memberships:
            if row.organisation_id == body.ods and row.role == Membership.HOST:
                return row.system_id
        elsewhere = body.memberships.filter(role=Membership.HOST).first()
        return elsewhere.system_id if elsewhere is not None else None

    def members_in(self, system: Organisation) -> list[Member]:
        """The members of a system on the plan's axis, its ICB first."""
        return list(self.known_members) or as_members(system, self.memberships)

    def groups_of(self, system: str) -> Sequence[Grouping]:
        """A system's groups."""
        return self.groups.get(system, ())

    def partners_of(self, body: Organisation) -> Families | None:
        """Whom a body's returns have rows for; None where no memberships are in hand."""
        return body_among(body, self.around).families if self.around else None

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


_books: dict[str, Book] = {}  # by round, the last that this process made
