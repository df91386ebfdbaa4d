"""What an asker may see of what was returned: every page and route of this app starts here.

A trust sees its own. An ICB sees its own and, from the moment a version is checked, its system's; of a trust
that only serves its system, the activity return. NHS England sees what the ICB has accepted.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from finance.positions import Position
from planning.people.access import NATIONAL, Scope
from planning.plan.findings import Finding
from planning.plan.rejudgements import RejudgedBody
from planning.plan.runs import ACCEPTED as ACCEPTED_BASIS
from planning.plan.runs import CurrentRun, Run, accepted_at
from planning.plan.visible import (
    NATIONAL_STAGES,
    basis_for,
    current_runs_of,
    result_wall,
)
from submissions.earlier import MOVED
from submissions.extensions import Extension
from submissions.questions import Question
from submissions.uploads import ACCEPTED, READ, WITHDRAWN, Receipt, Upload, Value
from submissions.waivers import Waiver
from targets.visible import evaluations_of

__all__ = [
    "all_findings",
    "basis_for",
    "current_runs",
    "evaluations_of",
    "findings_of",
    "past_findings",
    "positions_of",
    "tellable",
    "values_held",
    "visible_extensions",
    "visible_questions",
    "visible_receipts",
    "visible_rejudged",
    "visible_runs",
    "visible_uploads",
    "visible_values",
    "visible_waivers",
]


def visible_uploads(scope: Scope) -> QuerySet[Upload]:
    """The versions that the asker may know of."""
    return Upload.objects.filter(_upload_wall(scope))


def visible_values(scope: Scope) -> QuerySet[Value]:
    """The stored lines of visible versions. A blocked version has none."""
    return Value.objects.filter(
        _upload_wall(scope, "upload__"), upload__blocked=False, upload__state__in=READ
    )


def values_held(scope: Scope, uploads: Iterable[Upload]) -> QuerySet[Value]:
    """What some versions said, withdrawn ones too, of those that the asker may know of: for setting one
    beside another. Results are made from `visible_values`."""
    return Value.objects.filter(_upload_wall(scope, "upload__"), upload__in=list(uploads)).order_by("id")


def visible_extensions(scope: Scope) -> QuerySet[Extension]:
    """What was asked for by one's own organisations, and by those whose returns one's ICB reviews."""
    if scope.kind == NATIONAL:
        return Extension.objects.none()
    return Extension.objects.filter(organisation_id__in=scope.own | scope.hosts)


def visible_receipts(scope: Scope) -> QuerySet[Receipt]:
    """The receipts of one's own organisations."""
    return Receipt.objects.filter(organisation_id__in=scope.own)


def visible_questions(scope: Scope) -> QuerySet[Question]:
    """What was asked about one's own returns, and about those that one's ICB reviews. Not for NHS England."""
    return Question.objects.filter(_between_trust_and_board(scope))


def visible_waivers(scope: Scope) -> QuerySet[Waiver]:
    """The checks set aside for one's own returns, and for those that one's ICB reviews."""
    return Waiver.objects.filter(_between_trust_and_board(scope))


def findings_of(scope: Scope, round_code: str, *, basis: str) -> QuerySet[Finding]:
    """Current findings of a round that the asker may see."""
    return Finding.objects.filter(
        _finding_wall(scope), round_id=round_code, run__in=current_runs_of(round_code, basis)
    )


def all_findings(scope: Scope) -> QuerySet[Finding]:
    """Findings of every current run and basis that the asker may see: for one finding by its id."""
    pointers = CurrentRun.objects.all()
    if scope.kind == NATIONAL:
        pointers = pointers.filter(
            basis__in=[
                ACCEPTED_BASIS,
                *(accepted_at(stage) for stage in NATIONAL_STAGES),
            ]
        )
    return Finding.objects.filter(_finding_wall(scope), run__in=pointers.values("run_id"))


def past_findings(scope: Scope) -> QuerySet[Finding]:
    """Findings of runs that count no more, too: what was found before. For NHS England those of now alone, since what
    was found before may be a draft's."""
    return all_findings(scope) if scope.kind == NATIONAL else Finding.objects.filter(_finding_wall(scope))


def tellable(scope: Scope) -> Q:
    """The findings of a visible version that the asker may be told: NHS England, which may not have been given
    the version before, not how far figures moved since."""
    return ~Q(rule=MOVED) if scope.kind == NATIONAL else Q()


def positions_of(scope: Scope, round_code: str, *, basis: str) -> QuerySet[Position]:
    """Current positions of a round that the asker may see."""
    return Position.objects.filter(
        result_wall(scope),
        round_id=round_code,
        run__in=current_runs_of(round_code, basis),
    )


def current_runs(scope: Scope, round_code: str, *, basis: str) -> QuerySet[CurrentRun]:
    """The pointers behind what the asker sees: what waits for what, and from which versions it was made."""
    own = Q(scope="return") | Q(scope="organisation")
    wall = own & Q(subject__in=scope.own | scope.hosts) | Q(scope="system", subject__in=scope.systems)
    wall |= Q(scope="return", subject__in=scope.served, return_kind="activity")
    return CurrentRun.objects.filter(wall, round_id=round_code, basis=basis).select_related("run")


def visible_runs(scope: Scope) -> QuerySet[Run]:
    """Runs of one's own and one's systems' bodies, whether or not they count now. Not for NHS England, which reads
    what was accepted."""
    if scope.kind == NATIONAL:
        return Run.objects.none()
    by_itself = Q(scope__in=(Run.RETURN, Run.ORGANISATION), subject__in=scope.own | scope.hosts)
    served = Q(scope=Run.RETURN, subject__in=scope.served, return_kind="activity")
    return Run.objects.filter(by_itself | served | Q(scope=Run.SYSTEM, subject__in=scope.systems))


def visible_rejudged(scope: Scope) -> QuerySet[RejudgedBody]:
    """The turns of one's own organisations, and of those whose returns one's ICB reviews; an administrator, who
    edits what everybody is judged by, sees all."""
    if scope.person is not None and scope.person.administers:
        return RejudgedBody.objects.all()
    return RejudgedBody.objects.filter(_between_trust_and_board(scope))


def _between_trust_and_board(scope: Scope) -> Q:
    """What passes between an organisation and the ICB of its host system, and nobody else sees."""
    return Q(organisation_id__in=() if scope.kind == NATIONAL else scope.own | scope.hosts)


def _finding_wall(scope: Scope) -> Q:
    """Of a trust that only serves a system: what is found in its activity return, and in the targets that it
    is shown for, which rest on that return."""
    served = Q(return_kind="activity") | Q(kind="target", rule__in=scope.served_targets)
    return (result_wall(scope) | Q(organisation_id__in=scope.served) & served) & tellable(scope)


def _upload_wall(scope: Scope, prefix: str = "") -> Q:
    def at(**conditions: object) -> Q:
        return Q(**{prefix + name: value for name, value in conditions.items()})

    if scope.kind == NATIONAL:
        return at(state=ACCEPTED, stage__in=NATIONAL_STAGES) & (
            at(organisation_id__in=scope.hosts | scope.systems)
            | at(organisation_id__in=scope.served, return_kind="activity")
        )
    shared = at(state__in=[*READ, WITHDRAWN], checked_at__isnull=False)
    others = at(organisation_id__in=scope.hosts) | at(
        organisation_id__in=scope.served, return_kind="activity"
    )
    return at(organisation_id__in=scope.own) | (others & shared)
