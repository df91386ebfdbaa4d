"""Triangulation as people meet it: a reason that lapses with its figures, a what-if, a rule tried and a system's own
tolerance. The worker's part is done by the test, when the story says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from planning.registry.lines import Lines
from submissions.demo import workbook_bytes
from tests.conftest import ROUND, make_person
from tests.flow import figures_of, send, send_three
from tests.ui.acting import sign_in, the_worker_works
from tests.ui.test_journeys import choose_and_upload

pytestmark = pytest.mark.django_db(transaction=True)
IsAccessible = Callable[[Any], None]
REASON = "Forty nurses on secondment are paid by another trust."


def with_more_nurses(folder: Path, more: int) -> str:
    """The trust's workforce return with nurses that its finance return does not pay for."""
    figures = figures_of("RTH", "workforce")
    for place in range(2, 14):
        figures["W.SUB.RN"][place] = round(figures["W.SUB.RN"][place] + more, 1)
    figures["W.BR.JOIN"][2] = round(figures["W.BR.JOIN"][2] + more, 1)
    path = folder / f"RTH workforce {more}.xlsx"
    path.write_bytes(workbook_bytes(Lines.load(ROUND), "RTH", "workforce", figures))
    return str(path)


def to_the_finding(page: Any) -> None:
    page.get_by_role("navigation", name="Menu").get_by_role("link", name="Findings").click()
    page.get_by_role("link", name="“Total staff” (W.TOT)").first.click()
    page.get_by_role("heading", name="“Total staff” (W.TOT)").wait_for()


def test_a_reason_holds_while_its_figures_do_and_lapses_when_they_change(
    page: Any, live_server: LiveServer, tmp_path: Path, is_accessible: IsAccessible
) -> None:
    # Given a trust whose three returns agree
    send_three("RTH")
    sign_in(page, live_server, make_person("asha"))

    # When its planning lead uploads a workforce return with six hundred nurses more
    choose_and_upload(page, with_more_nurses(tmp_path, 600))
    page.get_by_role("heading", name="Checking your workforce return").wait_for()
    the_worker_works()

    # Then the finding says which return is out of step, its working and what would close it
    page.get_by_role("heading", name="Workforce return, version 2").wait_for()
    to_the_finding(page)
    assert page.get_by_text("The workforce return is out of step").first.is_visible()
    page.get_by_role("region", name="Ways to close it").wait_for()
    is_accessible(page)

    # When they give a reason, and upload the same figures once more
    page.get_by_label("Give a reason").fill(REASON)
    page.get_by_role("button", name="Save reason").click()
    page.get_by_text(REASON).first.wait_for()
    send("RTH", "finance")
    to_the_finding(page)

    # Then the reason still holds
    page.get_by_text("Given: the ICB to answer").first.wait_for()

    # When the workforce return is uploaded with other figures
    choose_and_upload(page, with_more_nurses(tmp_path, 700))
    page.get_by_role("heading", name="Checking your workforce return").wait_for()
    the_worker_works()
    page.get_by_role("heading", name="Workforce return, version 3").wait_for()
    to_the_finding(page)

    # Then it has lapsed, and the page says which figures changed
    page.get_by_text("given for other figures and no longer counts").wait_for()
    assert page.get_by_text("(W.SUB.RN) in March 2024 changed from").is_visible()
    is_accessible(page)

    # When they say that it is still true
    page.get_by_role("button", name="It is still true: keep this reason").click()

    # Then it holds again, for these figures
    page.get_by_text("Given: the ICB to answer").first.wait_for()


def test_the_icb_judges_its_system_again_and_a_run_is_made_again(
    page: Any, live_server: LiveServer, is_accessible: IsAccessible
) -> None:
    # Given a system with one trust's returns
    send_three("RTH")
    sign_in(page, live_server, make_person("cara"))

    # When the ICB has its system judged again
    page.get_by_role("button", name="Judge the whole system again").click()

    # Then it sees how far that is, and at the end that nothing new was found
    page.get_by_text("0 of 2 organisations judged again so far.").wait_for()
    is_accessible(page)
    the_worker_works()
    page.get_by_text("Everybody has been judged again. Nothing new was found.").wait_for()
    is_accessible(page)

    # When they look up a run and have it made again
    page.get_by_role("link", name="System", exact=True).click()
    page.get_by_role("link", name="Runs that count").click()
    is_accessible(page)
    page.get_by_role("link", name="Oxford University Hospitals, across its returns").click()
    is_accessible(page)
    page.get_by_role("button", name="Make it again").click()
    page.get_by_text("Being made again").wait_for()
    the_worker_works()

    # Then the same came out
    page.get_by_text("The same, figure for figure").wait_for()
    is_accessible(page)


def test_a_planner_sees_what_a_change_would_do_and_keeps_it_as_a_scenario(
    page: Any, live_server: LiveServer, is_accessible: IsAccessible
) -> None:
    # Given a trust whose three returns agree
    send_three("RTH")
    sign_in(page, live_server, make_person("asha"))

    # When its planning lead asks what no agency nurses would do
    page.get_by_role("link", name="What if a line changed").click()
    page.get_by_label("Search for a line").fill("F.PAY.AGY")
    page.get_by_role("button", name="Search").click()
    is_accessible(page)
    page.get_by_role("row", name="F.PAY.AGY.RN").get_by_role("link").click()
    page.get_by_label("Amount or percentage").fill("12 apples")
    page.get_by_role("button", name="See what changes").click()

    # Then what is no number is refused where it stands
    page.get_by_role("heading", name="There is a problem").wait_for()
    is_accessible(page)

    # When they give a figure
    page.get_by_role("radio", name="Set").check()
    page.get_by_label("Amount or percentage").fill("0")
    page.get_by_role("button", name="See what changes").click()
    page.get_by_text("The plan is being judged with these changes.").wait_for()
    the_worker_works()

    # Then findings, targets and the position stand beside the plan, marked as counting nowhere
    page.locator("#findings").wait_for()
    assert page.get_by_text("counts nowhere").first.is_visible()
    is_accessible(page)

    # When they keep it under a name
    page.get_by_label("Name").fill("No agency nurses")
    page.get_by_role("button", name="Save").first.click()

    # Then it is among their scenarios
    page.get_by_role("link", name="All scenarios").click()
    page.get_by_role("link", name="No agency nurses").wait_for()
    is_accessible(page)


def test_the_icb_tries_a_stricter_rule_on_its_plans(
    page: Any, live_server: LiveServer, is_accessible: IsAccessible
) -> None:
    # Given a system with one trust's returns
    send_three("RTH")
    sign_in(page, live_server, make_person("cara"))

    # When the ICB looks a rule up in the rule book
    page.get_by_role("link", name="Rule book").click()
    is_accessible(page)
    page.goto(f"{live_server.url}/rounds/{ROUND}/rules/T04/")
    is_accessible(page)

    # And tries it held to nearly nothing
    page.get_by_role("link", name="Try it out on plans in hand").click()
    page.get_by_text("Change the rule before it is tried").click()
    page.get_by_label("Relative").first.fill("0.0001")
    is_accessible(page)
    page.get_by_role("button", name="Try it out").click()
    page.get_by_text("The plans in hand are being judged.").wait_for()
    the_worker_works()

    # Then it says whom it would hit, and that it counts nowhere
    page.get_by_role("heading", name="Would hit 1 of 1").or_(
        page.get_by_role("heading", name="would hit")
    ).first.wait_for()
    assert page.get_by_text("A try-out: it counts nowhere.").is_visible()
    is_accessible(page)
