"""Asking for a past run to be made again, and for a whole system to be judged again. Workers do it: `reproducing.py`,
`rejudging.py`."""

from __future__ import annotations

from django.db import transaction

from planning.foundation.jobs import enqueue
from planning.people.access import Scope
from planning.people.roles import REVIEW
from planning.plan.rejudgements import ASKED, RejudgedBody, Rejudgement, ask_for, judged_bodies
from planning.plan.reproductions import Reproduction
from planning.plan.runs import Run
from planning.registry.organisations import Membership, Organisation
from planning.registry.rounds import SystemRound
from submissions.queued import REPRODUCE


def ask_to_make_again(*, by: Scope, run: Run) -> Reproduction:
    """Have a run made again, unless somebody has just asked for that. Who may see a run may ask."""
    with transaction.atomic():
        Run.objects.select_for_update().get(pk=run.pk)
        waiting = Reproduction.objects.filter(run=run, state=Reproduction.WAITING).first()
        if waiting is not None:
            return waiting
        asked = Reproduction.objects.create(run=run, by=by.person)
        enqueue(REPRODUCE, str(asked.pk))
    return asked


def judge_system_again(*, by: Scope, round_code: str, system: Organisation) -> Rejudgement:
    """Have every member of a system with results judged again, and the system; the one that is under way, where one
    is. Raises NotAllowed."""
    by.must(REVIEW, system.ods)
    with transaction.atomic():
        list(SystemRound.objects.select_for_update().filter(round_id=round_code, system=system))
        waiting = Rejudgement.objects.filter(
            round_id=round_code, system=system, why=ASKED, bodies__state=RejudgedBody.WAITING
        ).first()
        if waiting is not None:
            return waiting
        hosted = Membership.objects.filter(system=system, role=Membership.HOST)
        members = {system.ods, *hosted.values_list("organisation_id", flat=True)}
        bodies = members & judged_bodies(round_code)
        return ask_for(
            round_code=round_code, why=ASKED, by=by.person, bodies=bodies or [system.ods], system=system.ods
        )
