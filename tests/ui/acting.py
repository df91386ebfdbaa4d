"""What the people of the journeys do again and again, and the worker behind them."""

from __future__ import annotations

from typing import Any

from pytest_django.live_server_helper import LiveServer

from planning.foundation.jobs import Job
from planning.people.person import Person
from planning.people.telling import SEND
from planning.plan.backtests import TRY as TRY_RULE
from planning.plan.rejudgements import REJUDGE
from planning.tasks import send_notice
from submissions import queued, tasks
from submissions.remaking import REPRODUCE
from targets.guidance.trying_out import TRY
from tests.conftest import PASSWORD, ROUND

WORK = {
    queued.CHECK: tasks.check_upload,
    queued.JUDGE: tasks.judge,
    queued.TELL: tasks.send_receipt,
    queued.MARK: tasks.mark_up,
    queued.JUDGE_BODY: tasks.judge_body,
    queued.SEVERAL: tasks.judge_several,
    TRY: tasks.try_guidance,
    SEND: send_notice,
    REJUDGE: tasks.rejudge,
    REPRODUCE: tasks.reproduce,
    queued.WHAT_IF: tasks.what_if,
    TRY_RULE: tasks.try_rule,
}


def the_worker_works() -> None:
    for job in Job.objects.filter(state=Job.QUEUED).order_by("enqueued_at"):
        WORK[job.task](str(job.id))


def sign_in(page: Any, live_server: LiveServer, person: Person) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Email").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto(
        f"{live_server.url}/?round={ROUND}"
    )  # nobody works in any round yet: one would come to the newest
