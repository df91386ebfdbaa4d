"""What people come to do, in a real browser. The worker's part is done by the test, when the story says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pytest_django.live_server_helper import LiveServer

from planning.registry.lines import Lines
from submissions.demo import spoiled, workbook_bytes
from submissions.trying import try_return
from submissions.uploads import Upload
from tests.conftest import ROUND, make_person
from tests.flow import figures_of, send, send_three
from tests.ui.acting import sign_in, the_worker_works

pytestmark = pytest.mark.django_db(transaction=True)
IsAccessible = Callable[[Any], None]


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


def paste(field: Any, text: str) -> None:
    """As a browser does it that has a range of a spreadsheet on its clipboard."""
    field.evaluate(
        """(field, text) => {
            const carried = new DataTransfer();
            carried.setData("text/plain", text);
            field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def test_a_broken_return_is_marked_up_and_corrected_in_the_browser(
    page: Any, live_server: LiveServer, tmp_path: Path, is_accessible: IsAccessible
) -> None:
    # Given a finance return with three faulty cells, one below the other
    content = workbook_bytes(Lines.load(ROUND), "RTH", "finance", figures_of("RTH", "finance"))
    upload = send("RTH", "finance", content=spoiled(content))
    sign_in(page, live_server, make_person("asha"))
    page.goto(f"{live_server.url}/uploads/{upload.pk}/")
    page.get_by_role("heading", name="3 things stop this return").wait_for()

    # When its planning lead asks for the workbook marked up
    page.get_by_role("button", name="Download your workbook marked up").click()
    page.get_by_role("heading", name="Marking up your workbook").wait_for()
    is_accessible(page)
    with page.expect_download() as given:
        the_worker_works()

    # Then they get their own workbook, with a sheet of errors before the others
    marked = tmp_path / "marked.xlsx"
    given.value.save_as(marked)
    assert openpyxl.load_workbook(marked, read_only=True).sheetnames[0] == "Errors"

    # When they correct the cells in the browser instead, with a range copied from a spreadsheet
    page.goto(f"{live_server.url}/uploads/{upload.pk}/")
    page.get_by_role("link", name="Correct a few cells here").click()
    figures = figures_of("RTH", "finance")
    right = [str(figures[code][3]) for code in ("F.INC.ICB", "F.INC.ELEC", "F.INC.OPFUV")]
    paste(page.locator("#cell-0"), "\n".join(right))
    page.get_by_text("Pasted into 3 cells.").wait_for()
    is_accessible(page)
    page.get_by_role("button", name="Check what changes").click()

    # Then every change is told before anything is done
    page.get_by_role("table", name="3 cells will change").wait_for()
    assert page.get_by_role("row", name="to follow").get_by_role("cell", name=right[0]).first.is_visible()
    is_accessible(page)

    # And the corrected workbook is a new version, checked like any other
    page.get_by_role("button", name="Make the new version").click()
    page.get_by_role("heading", name="Checking your finance return").wait_for()
    the_worker_works()
    page.get_by_role("heading", name="Finance return, version 2").wait_for()
    assert page.get_by_text("Nothing stops this return").is_visible()
    assert page.get_by_text("Corrected in the browser from version 1: 3 cells").is_visible()
    is_accessible(page)


def test_the_icb_asks_the_trust_answers_and_the_return_is_accepted(
    page: Any, live_server: LiveServer, is_accessible: IsAccessible
) -> None:
    # Given a return that the trust has submitted
    upload = send("RTH", "activity")
    Upload.objects.filter(pk=upload.pk).update(state="submitted")

    # When the ICB's planning lead asks about a line of it
    cara = make_person("cara")
    sign_in(page, live_server, cara)
    page.goto(f"{live_server.url}/uploads/{upload.pk}/")
    page.get_by_role("link", name="Ask about a line").click()
    page.get_by_label("Line").select_option("E.B.20")
    page.get_by_label("Your question").fill("Who still waits over 65 weeks in April?")
    is_accessible(page)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("heading", name="Question: E.B.20, April 2023").wait_for()
    asked = page.url

    # Then the return cannot be accepted while the question is open
    review = f"{live_server.url}/uploads/{upload.pk}/review/"
    page.goto(review)
    page.get_by_text("You can accept this return once the open question is closed.").wait_for()
    is_accessible(page)
    page.get_by_role("button", name="Sign out").click()

    # When the trust finds it among what waits for it, and answers
    sign_in(page, live_server, make_person("asha"))
    page.get_by_role("link", name="Waiting (1)").click()
    is_accessible(page)
    page.get_by_role("link", name="E.B.20, April 2023").first.click()
    page.get_by_label("Your answer").fill("Patients who chose to wait.")
    is_accessible(page)
    page.get_by_role("button", name="Send answer").click()
    page.get_by_text("Patients who chose to wait.").wait_for()
    page.get_by_role("button", name="Sign out").click()

    # Then the ICB closes the question and accepts the return
    sign_in(page, live_server, cara)
    page.goto(asked)
    page.get_by_role("button", name="Close the question").click()
    page.get_by_text("Closed by").wait_for()
    page.goto(review)
    page.get_by_label("Accept it").check()
    page.get_by_role("button", name="Save decision").click()
    page.get_by_text("activity version 1 was accepted.").wait_for()


def test_a_file_is_checked_without_being_sent(
    page: Any,
    live_server: LiveServer,
    tmp_path: Path,
    is_accessible: IsAccessible,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # the same work in this process, which alone sees this test's database
    def check(file: Any) -> dict[str, Any]:
        kept = tmp_path / "sent.xlsx"
        kept.write_bytes(file.read())
        return try_return(kept)

    monkeypatch.setattr("submissions.views.unsent.check_unsent", check)

    # Given a planning lead with a workbook that is not ready
    sign_in(page, live_server, make_person("asha"))
    page.get_by_role("link", name="Check a file without sending it").click()
    is_accessible(page)

    # When they have it checked
    path = workbook(tmp_path, "RTH", "activity", broken=True)
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Check the file").click()

    # Then they see each faulty cell, and the service has kept nothing
    page.get_by_role("cell", name="to follow", exact=True).wait_for()
    is_accessible(page)
    assert not Upload.objects.exists()


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
