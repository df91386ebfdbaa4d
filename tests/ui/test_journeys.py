"""What people come to do, in a real browser. The worker's part is done by the test, when the story says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from planning.foundation.jobs import Job
from planning.people.person import Person
from planning.registry.lines import Lines
from submissions import tasks
from submissions.demo import spoiled, workbook_bytes
from tests.conftest import PASSWORD, make_person
from tests.flow import ROUND, figures_of, send, send_three

pytestmark = pytest.mark.django_db(transaction=True)
IsAccessible = Callable[[Any], None]
WORK = {tasks.CHECK: tasks.check_upload, tasks.JUDGE: tasks.judge, tasks.TELL: tasks.send_receipt}


@pytest.fixture(autouse=True)
def _quiet_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens to the bell here: `the_worker_works` looks at the jobs themselves."""
    monkeypatch.setattr("planning.foundation.jobs.ring", lambda job: None)
    monkeypatch.setattr("planning.foundation.charts._ask", lambda chart: None)
    monkeypatch.setattr("planning.foundation.charts.PATIENCE", 0)


def the_worker_works() -> None:
    for job in Job.objects.filter(state=Job.QUEUED).order_by("enqueued_at"):
        WORK[job.task](str(job.id))


def sign_in(page: Any, live_server: LiveServer, person: Person) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_label("Email").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()


def workbook(folder: Path, ods: str, kind: str, *, broken: bool = False) -> str:
    content = workbook_bytes(Lines.load(ROUND), ods, kind, figures_of(ods, kind))
    path = folder / f"{ods} {kind}.xlsx"
    path.write_bytes(spoiled(content) if broken else content)
    return str(path)


def choose_and_upload(page: Any, *paths: str) -> None:
    page.get_by_role("link", name="Returns", exact=True).click()
    page.get_by_role("button", name="Upload returns").click()
    page.locator("input[type=file]").set_input_files(list(paths))
    page.get_by_role("button", name="Upload", exact=True).click()


def test_a_broken_return_is_refused_cell_by_cell_and_a_clean_one_handed_over(
    page: Any, live_server: LiveServer, tmp_path: Path, is_accessible: IsAccessible
) -> None:
    # Given a trust's planning lead with nothing returned yet
    sign_in(page, live_server, make_person("asha"))
    page.get_by_role("heading", name="Your planning returns").wait_for()
    is_accessible(page)

    # When they upload a workbook with words and an Excel error where figures belong
    choose_and_upload(page, workbook(tmp_path, "RTH", "activity", broken=True))

    # Then its progress is shown, and the page turns into the result by itself
    page.get_by_role("heading", name="Checking your activity return").wait_for()
    is_accessible(page)
    the_worker_works()
    page.get_by_role("heading", name="2 things stop this return").wait_for()
    assert page.get_by_role("cell", name="to follow", exact=True).is_visible()
    assert page.get_by_role("cell", name="#REF!", exact=True).is_visible()
    assert page.get_by_role("button", name="Submit to the ICB").count() == 0
    is_accessible(page)

    # When they upload the corrected file and another, both at once, and something that is no return
    stray = tmp_path / "notes.xlsx"
    stray.write_bytes(b"just some notes")
    files = [workbook(tmp_path, "RTH", "activity"), workbook(tmp_path, "RTH", "workforce"), str(stray)]
    choose_and_upload(page, *files)

    # Then each is recognised for what it is, and the stray one is refused in a sentence
    page.get_by_role("heading", name="2 of 3 workbooks received").wait_for()
    assert page.get_by_text("This is not an Excel workbook").is_visible()
    is_accessible(page)
    the_worker_works()

    # When they hand both over
    page.get_by_role("button", name="Go to your returns").click()
    page.get_by_role("link", name="Check and submit to the ICB").click()
    is_accessible(page)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Check before you submit").wait_for()
    is_accessible(page)
    page.get_by_role("button", name="Submit to the ICB").click()

    # Then there is a receipt, and the list says that both are with the ICB
    page.get_by_role("heading", name="Returns received").wait_for()
    is_accessible(page)
    page.get_by_role("button", name="Go to your returns").click()
    assert page.get_by_text("2 of 2 are with the ICB.").is_visible()


def test_the_icb_finds_a_shortfall_and_traces_it_to_its_cell(
    page: Any, live_server: LiveServer, is_accessible: IsAccessible
) -> None:
    # Given a system in which one trust leaves fifty people waiting over 65 weeks
    send_three("RTH")
    figures = figures_of("RHW", "activity")
    figures["E.B.20"][13] += 50
    upload = send("RHW", "activity", figures)

    # When the ICB's finance team opens its dashboard
    sign_in(page, live_server, make_person("colin"))
    page.get_by_role("heading", name="have returned finance").or_(
        page.get_by_role("heading", name="has returned finance")
    ).first.wait_for()
    is_accessible(page)

    # Then the shortfall stands in the way, and leads to its finding
    page.get_by_role("region", name="What stands in the way").get_by_role(
        "link", name="Nobody waits over 65 weeks"
    ).first.click()
    is_accessible(page)

    # And the finding names the cell of the upload, the guidance and what would close it
    inputs = page.get_by_role("region", name="Where each number comes from")
    cell = inputs.get_by_role("row", name="E.B.20").first
    assert (
        cell.get_by_role("link", name="RHW activity, version 1").get_attribute("href")
        == f"/uploads/{upload.pk}/"
    )
    assert page.get_by_role("heading", name="What would close it").is_visible()
    assert page.get_by_text("2023/24 priorities and operational planning guidance").is_visible()

    # When they go on to the target, then it says how every plan stands
    page.get_by_role("link", name="Target 23-10 and how every plan stands").click()
    page.get_by_role("cell", name="Not met").first.wait_for()
    is_accessible(page)


def test_the_icb_sends_a_return_back_and_the_trust_sees_why(
    page: Any, live_server: LiveServer, is_accessible: IsAccessible
) -> None:
    # Given a return that the trust has submitted
    upload = send("RHW", "activity")
    upload.state = "submitted"
    upload.save(update_fields=["state"])

    # When the ICB's planning lead sends it back with a note
    sign_in(page, live_server, make_person("cara"))
    page.get_by_role("link", name="Accept or send back").click()
    page.get_by_label("Send it back with a note").check()
    is_accessible(page)
    page.get_by_role("button", name="Save decision").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    page.get_by_label("What should change?").fill("Explain the rise in March.")
    page.get_by_role("button", name="Save decision").click()
    page.get_by_text("activity version 1 was sent back.").wait_for()
    page.get_by_role("button", name="Sign out").click()

    # Then the trust finds the note at the top of its list
    sign_in(page, live_server, make_person("bill"))
    assert page.get_by_text("Explain the rise in March.").is_visible()
    is_accessible(page)


def test_everything_works_without_javascript(browser: Any, live_server: LiveServer, tmp_path: Path) -> None:
    # Given a browser without JavaScript
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server, make_person("asha"))

    # When a workbook is uploaded
    page.get_by_role("button", name="Upload returns").click()
    page.locator("input[type=file]").set_input_files(workbook(tmp_path, "RTH", "activity"))
    page.get_by_role("button", name="Upload", exact=True).click()

    # Then the page says how far it is, and a link shows the result
    page.get_by_role("heading", name="Checking your activity return").wait_for()
    the_worker_works()
    page.get_by_role("link", name="Refresh").click()
    page.get_by_text("Nothing stops this return").wait_for()
    context.close()


@pytest.mark.parametrize("width", [1280, 375])
def test_no_page_is_wider_than_its_window(page: Any, live_server: LiveServer, width: int) -> None:
    # Given a system with some returns
    send_three("RHW")
    sign_in(page, live_server, make_person("cara"))
    page.set_viewport_size({"width": width, "height": 900})

    # When each list is opened, then only its tables scroll, never the page
    places = ["/", f"/rounds/{ROUND}/returns/", f"/rounds/{ROUND}/findings/", f"/rounds/{ROUND}/targets/"]
    for place in [*places, f"/rounds/{ROUND}/targets/23-01/"]:
        page.goto(f"{live_server.url}{place}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), place
