"""What was judged by guidance that no longer holds is judged again, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from planning.foundation.jobs import Job
from planning.people.person import Person
from planning.plan.rulebook import RuleVersion
from planning.plan.runs import LATEST, CurrentRun
from planning.plan.tolerances import RuleTolerance
from planning.registry.groups import GroupMember
from submissions import pipeline
from submissions.overtaken import judge_what_was_overtaken
from submissions.queued import JUDGE, JUDGE_BODY
from targets.evaluations import Evaluation
from targets.guidance.documents import TargetVersion
from targets.guidance.editing import as_in_file, edit
from tests.flow import ROUND, send

pytestmark = pytest.mark.django_db


def queued() -> list[str]:
    jobs = Job.objects.filter(task=JUDGE_BODY, state=Job.QUEUED)
    return list(jobs.order_by("subject").values_list("subject", flat=True))


def threshold() -> float | None:
    pointers = CurrentRun.objects.filter(round_id=ROUND, basis=LATEST).values("run_id")
    return Evaluation.objects.get(run__in=pointers, target="23-01", organisation_id="RTH").threshold


@pytest.fixture
def returned(db: None) -> None:
    send("RTH", "activity")
    Job.objects.all().delete()


def test_what_still_holds_is_left_alone(returned: None) -> None:
    assert judge_what_was_overtaken() == 0
    assert queued() == []


def test_a_day_that_has_come_judges_everybody_anew(returned: None, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = TargetVersion.objects.get(code="23-01", is_current=True)
    tomorrow = timezone.localdate() + timedelta(days=1)
    edit(
        by=Person.objects.create_superuser("root@example.nhs.uk", "long-enough-7", name="Root"),
        opened=opened,
        entry={**as_in_file(opened.entry), "threshold": 78},
        reason="From tomorrow",
        effective_from=tomorrow,
    )
    Job.objects.all().delete()
    assert judge_what_was_overtaken() == 0  # not yet
    monkeypatch.setattr("targets.guidance.governing.timezone.localdate", lambda: tomorrow)
    assert judge_what_was_overtaken() == 2  # the trust and its system
    assert judge_what_was_overtaken() == 2  # asked again before a worker came: nobody is queued twice
    assert queued() == [f"{ROUND}:QU9", f"{ROUND}:RTH"]
    assert threshold() == 76
    for subject in queued():
        pipeline.judge_wherever(subject)
    assert threshold() == 78
    Job.objects.all().delete()
    assert judge_what_was_overtaken() == 0


def test_a_group_that_somebody_has_left_judges_its_system_anew(returned: None) -> None:
    members = GroupMember.objects.filter(group="QU9-cancer-alliance", organisation="RTH")
    assert members.update(until=timezone.localdate()) == 1
    assert judge_what_was_overtaken() == 1
    assert queued() == [f"{ROUND}:QU9"]
    pipeline.judge_wherever(f"{ROUND}:QU9")
    Job.objects.all().delete()
    assert judge_what_was_overtaken() == 0


def test_another_rule_leaves_what_was_handed_over_as_it_was_judged(returned: None) -> None:
    """Only the latest basis is judged anew: the job names it."""
    rule = RuleVersion.objects.get(round_id=ROUND, code="T28", is_current=True)
    RuleVersion.objects.filter(pk=rule.pk).update(is_current=False)
    RuleVersion.objects.create(
        round_id=ROUND, code="T28", version=rule.version + 1, position=rule.position, entry=rule.entry
    )
    assert judge_what_was_overtaken() == 2
    assert queued() == []
    jobs = Job.objects.filter(task=JUDGE, state=Job.QUEUED)
    assert sorted(jobs.values_list("subject", flat=True)) == [f"{ROUND}|QU9|latest", f"{ROUND}|RTH|latest"]


def test_a_trust_of_a_host_elsewhere_is_judged_anew_once_and_then_left_alone() -> None:
    """Its host takes no part in the round: the tolerance is found where it was judged by it."""
    RuleTolerance.objects.create(
        round_id=ROUND, rule="T28", system_id="QRL", entry={"relative": 0.5}, text="50%", reason="Tried"
    )
    send("RYE", "activity")
    Job.objects.all().delete()
    assert judge_what_was_overtaken() == 0
