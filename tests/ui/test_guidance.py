"""What people come to the guidance for, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.conftest import ROUND, make_person
from tests.flow import figures_of, send, send_three
from tests.ui.acting import sign_in, the_worker_works

pytestmark = pytest.mark.django_db(transaction=True)
IsAccessible = Callable[[Any], None]


def test_the_icb_sees_what_a_change_of_guidance_does_to_its_plans(
    page: Any, live_server: LiveServer, is_accessible: IsAccessible
) -> None:
    # Given a trust whose plan has people waiting over 65 weeks, which nobody asked about the year before
    figures = figures_of("RHW", "activity")
    figures["E.B.20"][13] += 50
    send("RHW", "activity", figures)
    sign_in(page, live_server, make_person("cara"))

    # When the ICB's planning lead compares the two years' guidance
    page.get_by_role("link", name="Targets", exact=True).click()
    page.get_by_role("heading", name="Targets", level=1).wait_for()
    is_accessible(page)
    page.get_by_role("link", name="Guidance documents").click()
    is_accessible(page)
    page.get_by_role("link", name="Compare two documents or rounds").click()
    page.get_by_label("Before").select_option("22-23-guidance-v3")
    page.get_by_label("After").select_option("23-24-guidance-v1.1")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("heading", name="Target by target").wait_for()
    is_accessible(page)

    # And tries it out on the plans in hand
    page.get_by_role("button", name="Try it out on these plans").click()
    page.get_by_text("The plans are being judged under both documents.").wait_for()
    the_worker_works()

    # Then the page says by itself who newly misses what
    newly = page.get_by_role("table", name="Newly misses")
    newly.get_by_role("row", name="Nobody waits over 65 weeks").first.wait_for()
    assert newly.get_by_role("row", name="Royal Berkshire").first.is_visible()
    assert page.get_by_text("A try-out: it counts nowhere.").is_visible()
    is_accessible(page)


def test_an_action_is_answered_with_its_evidence_and_a_share_is_set(
    page: Any, live_server: LiveServer, is_accessible: IsAccessible
) -> None:
    # Given the ICB's planning lead, with a plan returned
    send_three("RTH")
    sign_in(page, live_server, make_person("cara"))

    # When they answer a milestone of the guidance without its evidence
    page.goto(f"{live_server.url}/rounds/{ROUND}/assurances/")
    page.get_by_role("heading", name="Assurances", level=1).wait_for()
    is_accessible(page)
    page.goto(f"{live_server.url}/rounds/{ROUND}/assurances/23-05/QU9/")
    page.get_by_label("In place", exact=True).check()
    page.get_by_role("button", name="Save answer").click()

    # Then they are told what is missing, at its field
    page.get_by_role("heading", name="There is a problem").wait_for()
    is_accessible(page)
    page.get_by_label("Evidence").fill("Seven routes open since 4 September, paper 12 of the board.")
    page.get_by_role("button", name="Save answer").click()
    the_worker_works()

    # And with it the target is met
    page.goto(f"{live_server.url}/rounds/{ROUND}/targets/23-05/")
    page.get_by_role("cell", name="Met", exact=False).first.wait_for()
    is_accessible(page)

    # When they set their share of a national amount
    page.goto(f"{live_server.url}/rounds/{ROUND}/targets/23-08/figure/")
    page.get_by_label("Figure, in").fill("a lot")
    page.get_by_role("button", name="Save figure").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    is_accessible(page)
    page.get_by_label("Figure, in").fill("810")
    page.get_by_label("Source").fill("Letter of 3 February")
    page.get_by_role("button", name="Save figure").click()

    # Then it stands there
    page.get_by_text("Letter of 3 February").first.wait_for()
    is_accessible(page)

    # And the map of targets and organisations is one page to read
    the_worker_works()
    page.goto(f"{live_server.url}/rounds/{ROUND}/targets/map/")
    page.get_by_role("heading", name="Map of targets and organisations").wait_for()
    is_accessible(page)
