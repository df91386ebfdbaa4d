"""Several systems together: NHS England's regions, and England. Their targets are judged by the worker, from what
their systems have accepted, once one of these has been judged; nobody but NHS England sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from planning.foundation.jobs import Job, enqueue
from planning.plan.array import Member
from planning.plan.exact import fraction
from planning.plan.keeping import Result, keep
from planning.plan.runs import ACCEPTED, accepted_at
from planning.registry.organisations import ICB, NHS_ENGLAND, Membership, Organisation
from submissions.book import Book
from submissions.judging import judge_several
from submissions.queued import SEVERAL
from submissions.store import as_members, load_rows
from submissions.versions import Version, current_versions
from targets.guidance.governing import for_system
from targets.guidance.target import Target

TRIES = 3  # how often a judgement is made again because a version was accepted meanwhile, before others wait


def is_accepted(basis: str) -> bool:
    """Whether a basis is made of accepted versions: those that NHS England sees."""
    return basis == ACCEPTED or basis.endswith(accepted_at(""))


def queue(round_code: str, systems: Iterable[Organisation], basis: str) -> None:
    """Have the regions of some systems, and England, judged once more. In the caller's transaction, once what they
    rest on is committed: a job that waits already will see it. Two queries, and one a job."""
    codes = {system.region_id for system in systems if system.region_id}
    codes |= set(Organisation.objects.filter(kind=NHS_ENGLAND, retired=False).values_list("ods", flat=True))
    waiting = Job.objects.filter(task=SEVERAL, state=Job.QUEUED).values_list("subject", flat=True)
    for subject in sorted({f"{round_code}|{code}|{basis}" for code in codes} - set(waiting)):
        enqueue(SEVERAL, subject)


def judge(subject: str) -> None:
    """Judge one, told as `round|region|basis`, outside any transaction; then lock its row, see that nothing was
    accepted meanwhile, store all and point at it. The same versions give the same run."""
    round_code, code, basis = subject.split("|")
    book, area = Book.load(round_code), Area.of(code, round_code)
    for _ in range(TRIES):
        versions = area.versions(round_code, basis)
        result = area.judged(book, versions, basis)
        with transaction.atomic():
            _lock(code)
            if area.versions(round_code, basis) == versions:
                keep([result])
                return
    with transaction.atomic():  # others were quicker each time: for once they wait for us
        _lock(code)
        keep([area.judged(book, area.versions(round_code, basis), basis)])


def _lock(code: str) -> None:
    Organisation.objects.select_for_update().get(pk=code)


@dataclass(frozen=True)
class Area:
    """A region, or England, with its systems that take part in a round and all that belong to or serve them."""

    code: str
    systems: tuple[str, ...]
    members: tuple[Member, ...]

    @classmethod
    def of(cls, code: str, round_code: str) -> Area:
        """From the store, three queries. Raises DoesNotExist for a code that is nobody's."""
        area = Organisation.objects.get(pk=code)
        rows = Organisation.objects.filter(kind=ICB, rounds__round_id=round_code).order_by("ods")
        systems = list(rows if area.kind == NHS_ENGLAND else rows.filter(region=area))
        memberships = Membership.objects.filter(system__in=systems).select_related("organisation")
        return cls(code, tuple(system.ods for system in systems), tuple(members_of(systems, memberships)))

    def versions(self, round_code: str, basis: str) -> list[Version]:
        return current_versions(round_code, [member.ods for member in self.members], basis)

    def judged(self, book: Book, versions: Sequence[Version], basis: str) -> Result:
        """National targets that returns carry; what is attested is each system's own answer."""
        asked = [target for target in for_system(book.targets, None) if not target.is_attested]
        targets = [_shared(target, self) for target in asked]
        return judge_several(book, self.code, self.members, targets, versions, load_rows(versions), basis)


def members_of(systems: Sequence[Organisation], memberships: Iterable[Membership]) -> list[Member]:
    """Everybody once: counted where one of the systems hosts it. Of several trusts of a kind that only serve here,
    none is shown: each figure is whole, and one of them would stand for the rest."""
    rows, found = list(memberships), dict[str, Member]()
    for system in systems:
        for member in as_members(system, rows):
            known = found.get(member.ods)
            if known is None or (known.served_by and not member.served_by):
                found[member.ods] = member
    serving = Counter(member.kind for member in found.values() if member.served_by)
    return [member for member in found.values() if not member.served_by or serving[member.kind] == 1]


def _shared(target: Target, area: Area) -> Target:
    """A national amount's share is that of all the systems together, where each has its own."""
    shares = [fraction(target.local[ods]) for ods in area.systems if ods in target.local]
    is_amount = target.threshold_from == "local" and target.unit != "%" and not target.measure.get("per")
    if not is_amount or not shares or len(shares) < len(area.systems):
        return target
    return replace(target, local={**target.local, area.code: float(sum(shares))})
