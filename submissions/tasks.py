"""The tasks of this app. Each takes the id of a job, calls one function, and may run twice with the same result."""

from __future__ import annotations

from collections.abc import Callable

from celery import shared_task

from planning.foundation import jobs
from planning.people.telling import SEND
from planning.plan.backtests import TRY as TRY_RULE
from planning.plan.rejudgements import REJUDGE
from planning.tasks import nothing_to_undo
from submissions.queued import CHECK, JUDGE, JUDGE_BODY, MARK, RECHECK, REPRODUCE, SEVERAL, TELL, WHAT_IF
from targets.guidance.trying_out import TRY


@shared_task(name=CHECK)
def check_upload(job_id: str) -> None:
    """Check an uploaded workbook and everything that depends on it."""
    from submissions import pipeline

    jobs.work(job_id, pipeline.check, pipeline.give_up)


@shared_task(name=JUDGE)
def judge(job_id: str) -> None:
    """Judge an organisation and its systems again."""
    jobs.work(job_id, _judge, nothing_to_undo)


@shared_task(name=JUDGE_BODY)
def judge_body(job_id: str) -> None:
    """Judge a body again wherever it has been judged: what it attested, or what it is held against, has changed."""
    from submissions import pipeline

    jobs.work(job_id, pipeline.judge_wherever, nothing_to_undo)


@shared_task(name=SEVERAL)
def judge_several(job_id: str) -> None:
    """Judge a region or England again: a system of theirs has accepted something."""
    from submissions import regions

    jobs.work(job_id, regions.judge, nothing_to_undo)


@shared_task(name=RECHECK)
def recheck(job_id: str) -> None:
    """Check a return's latest version again."""
    jobs.work(job_id, _recheck, nothing_to_undo)


@shared_task(name=TELL)
def send_receipt(job_id: str) -> None:
    """Send a receipt by e-mail."""
    from submissions.receipts import send

    jobs.work(job_id, send, nothing_to_undo)


@shared_task(name=MARK)
def mark_up(job_id: str) -> None:
    """Mark a version's workbook up."""
    from submissions.marking import making

    jobs.work(job_id, making.make, nothing_to_undo)


@shared_task(name=TRY)
def try_guidance(job_id: str) -> None:
    """Try a change of guidance out on the plans in hand."""
    from submissions import trying_out

    jobs.work(job_id, trying_out.try_out, trying_out.give_up)


@shared_task(name=REJUDGE)
def rejudge(job_id: str) -> None:
    """Judge one organisation again, of many: a rule, a tolerance or an assumption changed, or somebody asked."""
    from submissions import rejudging

    jobs.work(job_id, rejudging.rejudge, rejudging.give_up)


@shared_task(name=WHAT_IF)
def what_if(job_id: str) -> None:
    """Work a scenario out."""
    from submissions.scenarios import working

    jobs.work(job_id, working.work_out, working.give_up)


@shared_task(name=REPRODUCE)
def reproduce(job_id: str) -> None:
    """Make a past run again and say whether the same comes out."""
    from submissions import reproducing

    jobs.work(job_id, reproducing.reproduce, reproducing.give_up)


@shared_task(name=TRY_RULE)
def try_rule(job_id: str) -> None:
    """Run a rule over plans in hand."""
    from submissions import backtesting

    jobs.work(job_id, backtesting.try_rule, backtesting.give_up)


@shared_task(name="submissions.tasks.sweep")
def sweep() -> int:
    """Ring again for jobs that are late; every few seconds, and when a worker starts."""
    return jobs.sweep(ends())


@shared_task(name="submissions.tasks.end_waivers")
def end_waivers() -> int:
    """End the waivers whose last day has passed, soon after midnight or when a worker is there again."""
    from submissions.waiving import end_lapsed

    return end_lapsed()


@shared_task(name="submissions.tasks.judge_overtaken")
def judge_overtaken() -> int:
    """Judge again what was judged by guidance that no longer holds: a day has come, or files were loaded."""
    from submissions.overtaken import judge_what_was_overtaken

    return judge_what_was_overtaken()


@shared_task(name="submissions.tasks.clear_scenarios")
def clear_scenarios() -> int:
    """Let go of what-ifs that nobody has saved within a week."""
    from submissions.scenarios.asking import clear_unsaved

    return clear_unsaved()


@shared_task(name="submissions.tasks.clear_rejected")
def clear_rejected() -> int:
    """Let go of the bytes of files that were rejected a month ago; what they were and why is kept for good."""
    from submissions.receive import clear_rejected as clear

    return clear()


def ends() -> dict[str, Callable[[str, str], None]]:
    """By task, what is done where its worker died each time: told the job's subject and the error."""
    from submissions import backtesting, pipeline, rejudging, reproducing, trying_out
    from submissions.scenarios import working

    simple = dict.fromkeys((JUDGE, JUDGE_BODY, MARK, RECHECK, SEVERAL, TELL, SEND), nothing_to_undo)
    return {
        **simple,
        CHECK: pipeline.give_up,
        TRY: trying_out.give_up,
        REJUDGE: rejudging.give_up,
        WHAT_IF: working.give_up,
        REPRODUCE: reproducing.give_up,
        TRY_RULE: backtesting.give_up,
    }


def _recheck(subject: str) -> None:
    from submissions.rechecking import recheck

    recheck(*subject.split("|"))


def _judge(subject: str) -> None:
    from submissions import pipeline

    round_code, ods, bases = subject.split("|")
    pipeline.judge(round_code, ods, bases.split(","))
