"""What-if and scenarios as people meet them: no JavaScript, one clear answer to what is wrong, walls, few queries."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from planning.foundation.jobs import Job
from planning.people.person import Appointment, Person
from planning.registry.lines import Lines
from submissions import tasks
from submissions.demo import workbook_bytes
from submissions.queued import WHAT_IF
from submissions.scenarios.models import Scenario
from submissions.uploads import Upload
from tests.api.conftest import add_value
from tests.conftest import ROUND
from tests.flow import figures_of, send
from tests.planned import count_queries, make_upload

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]
WHAT = reverse("what_if", args=[ROUND])
LIST = reverse("scenarios", args=[ROUND])
OUTSIDE = reverse("outside_model", args=[ROUND])
CHANGE = {"body": "RTH", "line": "E.M.30g", "way": "add", "amount": "-20", "from": "2023-04", "to": "2024-03"}


@pytest.fixture
def oxford(asha: Person) -> Upload:
    upload = make_upload("RTH", "activity", asha, number=5)
    for code, months in {"E.M.30g": 800, "E.M.30h": 10, "E.M.30a": 700, "E.M.10a": 5000}.items():
        total = months * 12 if code == "E.M.10a" else months
        add_value(upload, code, [None, months, *[months] * 12, total])
    add_value(upload, "E.M.10b", [None, 10, None, *[10] * 11, None])
    return upload


def work() -> None:
    for job in Job.objects.filter(task=WHAT_IF, state=Job.QUEUED):
        tasks.what_if(str(job.pk))


def made(browser: Client, **more: str) -> Scenario:
    answer = browser.post(WHAT, {**CHANGE, **more})
    assert answer.status_code == 302, words(answer)
    work()
    return Scenario.objects.get(pk=answer["Location"].strip("/").rpartition("/")[2])


def saved(browser: Client, name: str = "Fewer beds", **more: str) -> Scenario:
    scenario = made(browser)
    browser.post(address_of(scenario), {"act": "save", "name": name, **more})
    scenario.refresh_from_db()
    return scenario


def address_of(scenario: Scenario) -> str:
    return reverse("scenario", args=[scenario.pk])


def read(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status
    return words(answer)


def words(answer: Any) -> str:
    """The page's words, without the column's name that a stacked table repeats in every cell."""
    page = re.sub(
        r'<span class="nhsuk-table__heading".*?</span>', "", answer.content.decode().partition("<main")[2]
    )
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


# --- a what-if ----------------------------------------------------------------------------------------
def test_a_line_is_found_changed_seen_and_undone(oxford: Upload, asha: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    page = read(browser, f"{WHAT}?q=beds+core")
    assert "Adult beds: core, available" in page and "E.M.30g" in page and "800" in page
    assert "Workforce and Finance not returned" in page
    assert "2023/24 plan" in read(browser, f"{WHAT}?line=E.M.30g")
    answer = browser.post(WHAT, CHANGE)
    where = answer["Location"]
    assert "is being judged with these changes" in read(browser, where)
    work()
    page = read(browser, where)
    assert "◇ Scenario: counts nowhere" in page
    assert "−20 beds, April 2023 to March 2024" in page
    assert "800 780 −20 beds" in page
    assert "Worked out on Oxford University Hospitals activity 5" in page
    more = {
        **CHANGE,
        "line": "E.M.10a",
        "way": "percent",
        "amount": "10%",
        "scenario": where.strip("/")[-36:],
    }
    assert browser.post(WHAT, more)["Location"] == where
    work()
    assert "60,000 66,000 +6,000" in read(browser, where)
    assert browser.post(where, {"act": "remove", "at": "0"}).status_code == 302
    work()
    page = read(browser, where)
    assert "+10%, April 2023 to March 2024" in page and "−20 beds" not in page
    assert Scenario.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"amount": "many"}, "Enter a number in beds, such as 12.5 or -840"),
        ({"amount": ""}, "Enter a number in beds, such as 12.5 or -840"),
        ({"amount": "1.23456"}, "Enter at most four decimals"),
        ({"amount": "-900"}, "E.M.30g would be −100 beds in April 2023; it takes 0 or more"),
        ({"from": "2024-04"}, "Choose a month from April 2023 to March 2024"),
        ({"from": "2023-09", "to": "2023-05"}, "The last month must not come before the first"),
        ({"way": "halve"}, "Choose how the line changes"),
        ({"line": "E.M.10"}, "worked out from other lines. Change one of those instead: E.M.10a, E.M.10b"),
        ({"line": "E.M.10b", "way": "percent"}, "E.M.10b is blank in April 2023, so there is no percentage of it"),
        ({"line": "F.PAY.AGY"}, "Finance not returned: Oxford University Hospitals has no current version of it"),
        ({"line": "E.M.30i"}, "E.M.30i is not in activity version 5, the one that counts"),
        ({"line": "E.Z.9"}, "There is no line E.Z.9"),
        ({"line": ""}, "Choose a line"),
        ({"change": "nonsense"}, "“nonsense” names no change"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_kept(
    more: dict[str, str], said: str, oxford: Upload, asha: Person, signed_in: SignIn
) -> None:
    answer = signed_in(asha).post(WHAT, {**CHANGE, **more})
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Scenario.objects.exists() and not Job.objects.filter(task=WHAT_IF).exists()


def test_an_address_brings_changes(oxford: Upload, asha: Person, cara: Person, signed_in: SignIn) -> None:
    browser = signed_in(asha)
    form = browser.get(f"{WHAT}?body=RTH&change=E.M.30g:add:-12.5").content.decode()
    assert 'value="-12.5"' in form and 'value="E.M.30g"' in form
    two = f"{WHAT}?body=RTH&change=E.M.30g:add:-12.5&change=E.M.10a:percent:5"
    assert "Changes to try" in read(browser, two) and "−12.5 beds" in read(browser, two)
    answer = browser.post(WHAT, {"body": "RTH", "change": ["RTH/E.M.30g:add:-12.5", "RTH/E.M.10a:percent:5"]})
    scenario = Scenario.objects.get()
    assert answer["Location"] == address_of(scenario) and len(scenario.changes) == 2
    march = "E.M.30g:add:-12.5:2024-03:2024-03"
    [one] = re.findall(
        r'<option value="2024-03" selected', browser.get(f"{WHAT}?body=RTH&change={march}").content.decode()
    )[:1]
    both = browser.get(f"{WHAT}?body=RTH&change={march}&change=E.M.10a:percent:5").content.decode()
    assert f'name="change" value="RTH/{march}"' in both and one
    browser.post(WHAT, {"body": "RTH", "change": [f"RTH/{march}", "RTH/E.M.10a:percent:5"]})
    assert [(row["from"], row["to"]) for row in Scenario.objects.latest("asked_at").changes] == [
        ("2024-03", "2024-03"),
        ("", ""),
    ]
    lead = signed_in(cara)
    page = read(lead, f"{WHAT}?body=system-QU9&change=E.M.30g:add:5")
    assert "Whose returns change in E.M.30g" in page
    page = lead.get(f"{WHAT}?body=system-QU9&of=RTH&line=E.M.30g&way=add&amount=5").content.decode()
    assert 'value="5"' in page and 'name="of" value="RTH"' in page
    assert "names no change" in read(browser, f"{WHAT}?body=RTH&change=RHW/E.M.30g:add:1", 422)


def test_new_versions_are_told_and_it_is_worked_out_again(
    oxford: Upload, asha: Person, signed_in: SignIn
) -> None:
    browser = signed_in(asha)
    scenario = saved(browser)
    assert "Worked out on earlier versions" not in read(browser, address_of(scenario))
    newer = make_upload("RTH", "activity", asha, number=6)
    add_value(newer, "E.M.30g", [None, 900, *[900] * 13])
    page = read(browser, address_of(scenario))
    assert "Oxford University Hospitals: activity version 6 has arrived" in page
    assert "on earlier versions" in read(
        browser, reverse("scenario_compare", args=[ROUND]) + f"?with={scenario.pk}"
    )
    browser.post(address_of(scenario), {"act": "again"})
    work()
    page = read(browser, address_of(scenario))
    assert "900 880 −20 beds" in page and "earlier versions" not in page


# --- kept, shared, compared ---------------------------------------------------------------------------
def test_a_scenario_is_saved_renamed_compared_and_deleted(
    oxford: Upload, asha: Person, signed_in: SignIn
) -> None:
    browser = signed_in(asha)
    scenario = made(browser)
    for name, said in (("  ", "Enter a name"), ("x" * 121, "120 characters or fewer")):
        answer = browser.post(address_of(scenario), {"act": "save", "name": name})
        assert answer.status_code == 422 and said in words(answer)
    assert browser.post(address_of(scenario), {"act": "dance"}).status_code == 422
    browser.post(address_of(scenario), {"act": "save", "name": "Fewer beds", "note": "For the board"})
    other = saved(browser, "Other")
    page = read(browser, LIST)
    assert "Fewer beds" in page and "Only you" in page and "Adult beds: core, available" in page
    compare = reverse("scenario_compare", args=[ROUND])
    page = read(browser, f"{compare}?with={scenario.pk}&with={other.pk}")
    assert "The plan" in page and "◇ Scenario: counts nowhere" in page and "800 780 780" in page
    assert "Choose the scenarios to compare" in read(browser, compare, 422)
    assert browser.post(address_of(other), {"act": "delete"})["Location"] == LIST
    assert list(Scenario.objects.values_list("name", flat=True)) == ["Fewer beds"]


def test_only_scenarios_of_one_plan_stand_side_by_side(
    oxford: Upload, cara: Person, signed_in: SignIn
) -> None:
    browser = signed_in(cara)
    one, other = saved(browser), made(browser, body="system-QU9", of="RTH")
    waiting = Scenario.objects.create(round_id=ROUND, body_id="RTH", by=cara, name="Not done")
    compare = reverse("scenario_compare", args=[ROUND])
    assert "those chosen are of different bodies" in read(
        browser, f"{compare}?with={one.pk}&with={other.pk}", 422
    )
    assert "“Not done” has not been worked out" in read(
        browser, f"{compare}?with={one.pk}&with={waiting.pk}", 422
    )
    assert browser.get(f"{compare}?with=nonsense").status_code == 404


def test_who_sees_a_scenario(
    oxford: Upload, asha: Person, bill: Person, cara: Person, tamsin: Person, nadia: Person, signed_in: SignIn
) -> None:
    browser = signed_in(asha)
    scenario = saved(browser)
    address = address_of(scenario)
    assert [signed_in(who).get(address).status_code for who in (cara, bill, tamsin, nadia)] == [404] * 4
    browser.post(address, {"act": "save", "name": "Fewer beds", "is_shared": "yes"})
    assert [signed_in(who).get(address).status_code for who in (cara, bill, tamsin, nadia)] == [
        200,
        404,
        404,
        404,
    ]
    lead = signed_in(cara)
    assert "Fewer beds" in read(lead, LIST) and "Fewer beds" not in read(signed_in(bill), LIST)
    for act in ("remove", "delete", "save"):
        assert lead.post(address, {"act": act, "at": "0", "name": "Mine"}).status_code == 403
    copy = lead.post(address, {"act": "copy"})["Location"]
    work()
    assert "−20 beds" in read(lead, copy)
    assert browser.get(copy).status_code == 404
    Appointment.objects.filter(person=asha).update(organisation_id="RHW")
    assert signed_in(Person.objects.get(pk=asha.pk)).get(address).status_code == 404


def test_who_may_only_look(
    oxford: Upload, asha: Person, bill: Person, nadia: Person, signed_in: SignIn
) -> None:
    scenario = saved(signed_in(asha), is_shared="yes")
    Appointment.objects.filter(person=bill).update(organisation_id="RTH", role="signatory")
    browser = signed_in(bill)
    assert browser.get(WHAT).status_code == 403
    page = read(browser, address_of(scenario))
    assert "Undo" not in page and "Add a change" not in page
    assert browser.post(address_of(scenario), {"act": "again"}).status_code == 403
    for address in (WHAT, LIST, OUTSIDE, address_of(scenario)):
        assert signed_in(nadia).get(address).status_code == 404


def test_pages_ask_little(oxford: Upload, cara: Person, signed_in: SignIn) -> None:
    browser = signed_in(cara)
    scenario = saved(browser)
    for address in (
        f"{WHAT}?body=system-QU9&of=RTH", f"{WHAT}?body=RTH&line=E.M.30g&scenario=", address_of(scenario), LIST,
        f"{WHAT}?scenario={scenario.pk}&line=E.M.30g", OUTSIDE,
        reverse("scenario_compare", args=[ROUND]) + f"?with={scenario.pk}",
    ):  # fmt: skip
        assert count_queries(browser, address) <= 8, address


# --- an outside model ---------------------------------------------------------------------------------
def model(text: str | bytes, name: str = "model.csv", **more: Any) -> dict[str, Any]:
    content = text.encode() if isinstance(text, str) else text
    said = {
        "body": "RTH",
        "name": "Growth 3%",
        "supplier": "Acme Analytics",
        "made-day": "2",
        "made-month": "2",
    }
    return {**said, "made-year": "2023", "file": ContentFile(content, name=name), **more}


def test_a_models_csv_is_a_scenario_with_supplier_and_date(
    oxford: Upload, asha: Person, signed_in: SignIn
) -> None:
    browser = signed_in(asha)
    text = '\ufeffLine,Period,Value\r\nE.M.30g,2023-04,810\r\n\r\nE.M.30g,2023-05,"1,000"\r\nE.M.10a,2023/24,72000\r\n'
    answer = browser.post(OUTSIDE, model(text))
    assert answer.status_code == 302, words(answer)
    work()
    scenario = Scenario.objects.get()
    assert (scenario.kind, scenario.state, len(scenario.changes)) == ("outside", "done", 2)
    page = read(browser, address_of(scenario))
    assert "Outside model of Acme Analytics, Thursday 2 February 2023; loaded by Asha Patel" in page
    assert "Set as the model gives it: 2 periods, April 2023 to May 2023" in page
    assert "60,000 72,000 +12,000" in page and "Undo" not in page
    assert browser.post(address_of(scenario), {"act": "remove", "at": "0"}).status_code == 422
    assert "Outside model of Acme Analytics" in read(browser, LIST)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b,c\n", "Row 1 must be the heading line,period,value"),
        ("line,period,value\nE.M.30g,2023-04,x\nX,2023-04,1\n", "Row 2 Enter a number in beds"),
        ("line,period,value\nE.M.30g,2023-04,x\nX,2023-04,1\n", "Row 3 There is no line X"),
        ("line,period,value\nE.M.30g,Apr-23,1\n", "planned in. Give a month from 2023-04 to 2024-03"),
        ("line,period,value\nE.M.30g,2023/24,1\n", "Row 2 “2023/24” is no period"),
        ("line,period,value\nE.M.30g,2023-04,1\nE.M.30g,2023-04,2\n", "Row 3 E.M.30g stands twice for April 2023"),
        ("line,period,value\nE.M.10a,2023-04,1\nE.M.10a,2023/24,2\n", "has months and the year 2023/24"),
        ("line,period,value\nE.M.30g,2023-04,-1\n", "E.M.30g would be −1 beds in April 2023"),
        ("line,period,value\nF.PAY.AGY,2023-04,-1\n", "Row 2 Finance not returned"),
        ("line,period,value\n", "changes nothing"),
        (b"\xff\xfe\x00", "is not text in UTF-8"),
        (b"line,period,value\n\0", "is not a CSV"),
    ],
)  # fmt: skip
def test_each_fault_of_a_file_is_named(
    text: str | bytes, said: str, oxford: Upload, asha: Person, signed_in: SignIn
) -> None:
    answer = signed_in(asha).post(OUTSIDE, model(text))
    assert answer.status_code == 422
    assert said in words(answer)
    assert not Scenario.objects.exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": ""}, "Enter a name"),
        ({"supplier": " "}, "Enter who made the model"),
        ({"made-day": "31"}, "Enter a real date"),
        ({"made-year": "2099"}, "must not lie in the future"),
        ({"file": ""}, "Choose the file to load"),
        ({"body": "system-QU9"}, None),
    ],
)
def test_a_model_without_its_facts_is_refused(
    more: dict[str, str], said: str | None, oxford: Upload, asha: Person, signed_in: SignIn
) -> None:
    answer = signed_in(asha).post(OUTSIDE, {**model("line,period,value\nE.M.30g,2023-04,1\n"), **more})
    assert answer.status_code == (422 if said else 404)
    assert said is None or said in words(answer)
    assert not Scenario.objects.exists()


def test_a_filled_workbook_gives_what_differs(asha: Person, signed_in: SignIn, tmp_path: Path) -> None:
    send("RTH", "workforce")
    figures = figures_of("RTH", "workforce")
    figures["W.AGY.RN"] = [*figures["W.AGY.RN"][:2], 50, 51.5, *figures["W.AGY.RN"][4:]]
    content = workbook_bytes(Lines.load(ROUND), "RTH", "workforce", figures)
    browser = signed_in(asha)
    answer = browser.post(OUTSIDE, model(content, "model.xlsx"))
    assert answer.status_code == 302, words(answer)
    change = Scenario.objects.get().changes
    assert change == [
        {
            "organisation": "RTH",
            "line": "W.AGY.RN",
            "way": "set",
            "given": {"2023-04": "50", "2023-05": "51.5"},
        }
    ]
    same = workbook_bytes(Lines.load(ROUND), "RTH", "workforce", figures_of("RTH", "workforce"))
    assert "changes nothing" in words(browser.post(OUTSIDE, model(same, "model.xlsx")))
    figures["W.AGY.RN"][3] = "about 50"
    bad = workbook_bytes(Lines.load(ROUND), "RTH", "workforce", figures)
    page = words(browser.post(OUTSIDE, model(bad, "model.xlsx")))
    assert "cell" in page and "W.AGY.RN is text, not a number" in page
    other = workbook_bytes(Lines.load(ROUND), "RHW", "workforce", figures_of("RHW", "workforce"))
    assert "is of RHW, 2023-24. Choose one of RTH, 2023-24" in words(
        browser.post(OUTSIDE, model(other, "model.xlsx"))
    )
    broken = browser.post(OUTSIDE, model(b"no workbook", "model.xlsx"))
    assert broken.status_code == 422
    assert Scenario.objects.count() == 1


def test_a_person_has_twenty_scenarios_waiting_at_most(
    oxford: Upload, asha: Person, cara: Person, signed_in: SignIn
) -> None:
    browser = signed_in(asha)
    assert {browser.post(WHAT, CHANGE).status_code for _ in range(20)} == {302}
    refused = browser.post(WHAT, CHANGE)
    assert (refused.status_code, Scenario.objects.count()) == (422, 20)
    assert "20 scenarios of yours are waiting" in words(refused)
    one = Scenario.objects.all()[0]
    assert browser.post(address_of(one), {"act": "copy"}).status_code == 422
    assert signed_in(cara).post(WHAT, CHANGE).status_code == 302
    Scenario.objects.filter(pk=one.pk).update(state=Scenario.DONE)
    assert browser.post(WHAT, CHANGE).status_code == 302
