"""Who gets what at every address: the pages and the API against everybody who might ask.

An address that is not listed here fails the first tests, so a new one cannot be forgotten.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from planning.people.access import scope_of_person
from planning.people.person import Appointment, Person
from planning.plan.reasons import Reason
from planning.plan.rejudgements import RULE, RejudgedBody, Rejudgement, ask_for
from planning.plan.rule_trials import RuleTrial
from planning.plan.rulebook import RuleVersion
from planning.plan.runs import CurrentRun, Run
from planning.registry.organisations import Organisation
from submissions.extensions import Extension
from submissions.marking.shown import audience_of, shown_on
from submissions.questions import Message, Question
from submissions.scenarios.models import Scenario
from submissions.uploads import SUBMITTED, Receipt, Upload
from submissions.waivers import Waiver
from targets.assurance.attestations import Attestation
from targets.local.figures import LocalFigure
from tests.api.conftest import Machine, add_value, token_for
from tests.conftest import make_person
from tests.planned import (
    ROUND,
    make_evaluation,
    make_finding,
    make_return_run,
    make_run,
    make_upload,
)

pytestmark = pytest.mark.django_db
MARK = "canary-of-oxford"  # stands in everything of Royal Oxford's, and nowhere else
HIDDEN = "canary-of-the-ambulance"  # what a system that is only served must not see

# --- the addresses ------------------------------------------------------------------------------------
PEOPLE = (
    "visitor", "own", "preparer", "sibling", "elsewhere", "board", "board finance", "other board", "national",
    "without appointment", "inactive",
)  # fmt: skip
OURS = "302 200 200 404 404 404 404 404 404 404 302"
SHARED = "302 200 200 404 404 200 200 404 404 404 302"
OPEN = "302 200 200 200 200 200 200 200 200 200 302"
NOBODYS = "302 404 404 404 404 404 404 404 404 404 302"  # an administrator's alone
NO_READING = " ".join(["405"] * len(PEOPLE))
PAGES = {
    "home": "302 302 302 302 302 302 302 302 200 200 302",
    "rounds": OPEN,
    "groups": OPEN,
    "guidance": OPEN,
    "guidance_document": OPEN,
    "guidance_changes": OPEN,
    "try_guidance": NO_READING,
    "lines": OPEN,
    "rule_book": OPEN,
    "rule_book_file": OPEN,
    "rule": OPEN,
    "promote_rule": NOBODYS,
    "backtest": "302 404 404 404 404 200 200 200 404 404 302",
    "backtest_result": "302 404 404 404 404 200 200 404 404 404 302",
    "make_rule": NOBODYS,
    "returns": OURS,
    "upload": OURS,
    "upload_sent": OPEN,
    "unsent": OURS,
    "fill": OURS,
    "submit": "302 200 403 404 404 404 404 404 404 404 302",
    "template": OURS,
    "upload_result": SHARED,
    "upload_progress": "302 302 302 404 404 302 302 404 404 404 302",
    "upload_file": SHARED,
    "upload_faults": SHARED,
    "upload_marked": SHARED,
    "upload_correct": "302 200 200 404 404 403 403 404 404 404 302",
    "people": OURS,
    "more_time": "302 200 403 404 404 404 404 404 404 404 302",
    "extension": SHARED,
    "upload_compare": SHARED,
    "upload_compare_any": "302 302 302 404 404 302 302 404 404 404 302",
    "upload_reasons": NO_READING,
    "review": "302 403 403 404 404 200 200 404 404 404 302",
    "withdraw": "302 200 403 404 404 403 403 404 404 404 302",
    "receipt": OURS,
    "ask": "302 403 403 404 404 200 200 404 404 404 302",
    "question": SHARED,
    "waive": "302 200 200 404 404 200 200 404 404 404 302",
    "end_waiver": "302 403 403 404 404 200 403 404 404 404 302",
    "questions": OPEN,
    "waiting": OPEN,
    "findings": OPEN,
    "assumptions": OPEN,
    "assumption": OPEN,
    "finding": SHARED,
    "reason": NO_READING,
    "review_reason": NO_READING,
    "system": "302 404 404 404 404 200 200 404 200 404 302",
    "tolerances": "302 404 404 404 404 200 200 404 404 404 302",
    "judge_again": NO_READING,
    "rejudgements": OPEN,
    "rejudgement": SHARED,
    "runs": "302 200 200 200 200 200 200 200 404 200 302",
    "run": SHARED,
    "make_again": NO_READING,
    "what_if": "302 200 200 404 404 200 200 404 404 404 302",
    "scenarios": "302 200 200 200 200 200 200 200 404 404 302",
    "scenario": SHARED,
    "scenario_compare": SHARED,
    "outside_model": "302 200 200 404 404 200 200 404 404 404 302",
    "capacity": "302 200 200 404 404 200 200 404 200 404 302",
    "targets": OPEN,
    "target": OPEN,
    "target_map": OPEN,
    "assurances": OPEN,
    "assurance": "302 200 200 200 200 200 200 200 404 404 302",
    "attest": SHARED,
    "local_figure": "302 404 404 404 404 200 200 404 404 404 302",
}
ACTS = {  # what is posted, by those who must not; the owner's own acts are tested with the pages
    "promote_rule": NOBODYS,
    "backtest": "302 404 404 404 404 - - - 404 404 302",
    "make_rule": NOBODYS,
    "try_guidance": "302 404 404 404 404 404 404 404 404 404 302",
    "attest": "302 - 403 404 404 403 403 404 404 404 302",
    "local_figure": "302 404 404 404 404 - - 404 404 404 302",
    "judge_again": "302 404 404 404 404 - - 404 403 404 302",
    "tolerances": "302 404 404 404 404 - 403 404 404 404 302",
    "make_again": "302 - - 404 404 - - 404 404 404 302",
    "what_if": "302 - - 404 404 - - 404 404 404 302",
    "outside_model": "302 - - 404 404 - - 404 404 404 302",
    "scenario": "302 - - 404 404 - - 404 404 404 302",
    "upload": "302 - - 404 404 404 404 404 404 404 302",
    "fill": "302 - - 404 404 404 404 404 404 404 302",
    "unsent": "302 - - 404 404 404 404 404 404 404 302",
    "submit": "302 - 403 404 404 404 404 404 404 404 302",
    "people": "302 - 403 404 404 404 404 404 404 404 302",
    "more_time": "302 - 403 404 404 404 404 404 404 404 302",
    "extension": "302 403 403 404 404 - - 404 404 404 302",
    "upload_reasons": "302 - - 404 404 403 403 404 404 404 302",
    "review": "302 403 403 404 404 - - 404 404 404 302",
    "ask": "302 403 403 404 404 - - 404 404 404 302",
    "question": "302 - - 404 404 403 403 404 404 404 302",
    "waive": "302 403 403 404 404 - 403 404 404 404 302",
    "waiting": "302 302 302 302 302 302 302 302 302 302 302",
    "end_waiver": "302 403 403 404 404 - 403 404 404 404 302",
    "reason": "302 - - 404 404 403 403 404 404 404 302",
    "review_reason": "302 403 403 404 404 - - 404 404 404 302",
    "findings": "302 - - 422 422 403 403 422 422 422 302",
    "assumptions": "302 - 403 404 404 403 403 404 404 404 302",
    "assumption": "302 - 403 404 404 403 403 404 404 404 302",
    "withdraw": "302 - 403 404 404 403 403 404 404 404 302",
    "upload_correct": "302 - - 404 404 403 403 404 404 404 302",
}
PUBLIC = {"healthz", "schema", "docs", "token"}
CLIENTS = ("", "RTH", "RHW", "REF", "QU9", "QT6", "X24")
API = {
    ("GET", "organisations/"): "401 200 200 200 200 200 200",
    ("GET", "rounds/"): "401 200 200 200 200 200 200",
    ("GET", "rounds/{round_code}/"): "401 200 200 200 200 200 200",
    ("GET", "rounds/{round_code}/lines/"): "401 200 200 200 200 200 200",
    ("GET", "rounds/{round_code}/rules/"): "401 200 200 200 200 200 200",
    ("GET", "rounds/{round_code}/targets/"): "401 200 200 200 200 200 200",
    ("GET", "rounds/{round_code}/evaluations/"): "401 200 200 200 200 200 200",
    ("GET", "rounds/{round_code}/findings/"): "401 200 200 200 200 200 200",
    ("GET", "rounds/{round_code}/points/"): "401 200 200 200 200 200 200",
    ("GET", "rounds/{round_code}/uploads/"): "401 200 200 200 200 200 200",
    ("GET", "rounds/{round_code}/returns/{ods}/{return_kind}/template/"): "401 200 404 404 200 404 200",
    ("POST", "rounds/{round_code}/returns/{ods}/{return_kind}/uploads/"): "401 - 404 404 403 404 403",
    ("GET", "uploads/{upload_id}/"): "401 200 404 404 200 404 404",
    ("GET", "uploads/{upload_id}/file/"): "401 200 404 404 200 404 404",
    ("GET", "uploads/{upload_id}/marked/"): "401 202 404 404 202 404 404",
    ("GET", "uploads/{upload_id}/compare/{other_id}/"): "401 200 404 404 200 404 404",
    ("POST", "uploads/{upload_id}/submit/"): "401 - 404 404 403 404 404",
    ("POST", "findings/{finding_id}/explanation/"): "401 - 404 404 403 404 404",
}


def named(pattern: Any) -> Iterator[str]:
    """The names of all addresses but the administrator's; one without a name by its route."""
    for found in pattern.url_patterns:
        if isinstance(found, URLPattern):
            yield found.name or str(found.pattern)
        elif found.namespace != "admin":
            yield from named(found)


def test_every_page_is_listed() -> None:
    api = {name for name in named(get_resolver()) if name.startswith("api_")}
    unnamed = {"healthz/", r"^(?:[\s\S]*/)?\Z"}
    accounts = {name for name in named(get_resolver()) if name.startswith("account_")}
    assert set(named(get_resolver())) - api - accounts - unnamed - PUBLIC == set(PAGES)
    assert len(api) == len(API)


def test_every_route_is_listed() -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    found = {
        (method.upper(), path.removeprefix("/api/v1/"))
        for path, methods in paths.items()
        for method in methods
        if method != "parameters"
    }
    assert found == set(API)


# --- the world ----------------------------------------------------------------------------------------
@dataclass
class World:
    """What Royal Oxford has returned at the draft stage, and what was found in it."""

    upload: Upload
    finding: Any
    receipt: Receipt
    earlier: Upload  # a version before it
    question: Question
    waiver: Waiver

    def places(self, name: str) -> list[str]:
        """The parts of that page's address."""
        parts = {
            "template": [ROUND, "RTH", "finance"], "system": ["QU9", ROUND], "target": [ROUND, "23-43"],
            "tolerances": ["QU9", ROUND],
            "finding": [self.finding.pk], "reason": [self.finding.pk], "review_reason": [self.finding.pk],
            "assumption": [ROUND, "pay_award"], "receipt": [self.receipt.pk],
            "guidance": [], "guidance_document": ["23-24-guidance-v1.1"], "guidance_changes": [],
            "try_guidance": [], "assurance": [ROUND, "23-58"], "attest": [ROUND, "23-58", "RTH"],
            "local_figure": [ROUND, "23-11", "QU9"],
            **{name: [ROUND, "T03"] for name in ("rule", "promote_rule", "backtest")},
            **{name: [ROUND, "T03", RuleTrial.objects.get().pk] for name in ("backtest_result", "make_rule")},
            "judge_again": ["QU9", ROUND], "rejudgement": [ROUND, Rejudgement.objects.get().pk],
            "run": [self.finding.run_id], "make_again": [self.finding.run_id],
            "scenario": [Scenario.objects.get().pk],
            "home": [], "rounds": [], "groups": [], "waiting": [], "upload_compare": [self.upload.pk, self.earlier.pk],
            "extension": [Extension.objects.get().pk],
            "question": [self.question.pk], "end_waiver": [self.waiver.pk],
        }  # fmt: skip
        about_a_version = name in ("review", "withdraw", "ask", "waive") or (
            name.startswith("upload_") and name != "upload_sent"
        )
        return parts.get(name, [self.upload.pk] if about_a_version else [ROUND])

    def address(self, name: str) -> str:
        asked = "?organisation=RTH" if name in OF_ONE else "?body=RTH" if name in OF_A_BODY else ""
        if name == "scenario_compare":
            asked = f"?with={Scenario.objects.get().pk}"
        return reverse(name, args=self.places(name)) + asked

    def route(self, path: str) -> str:
        """That route's address about Royal Oxford's things."""
        return "/api/v1/" + path.format(
            round_code=ROUND, ods="RTH", return_kind="finance", upload_id=self.upload.pk,
            finding_id=self.finding.pk, other_id=self.earlier.pk,
        )  # fmt: skip


OF_ONE = ("returns", "upload", "unsent", "fill", "submit", "more_time", "people")
OF_A_BODY = ("what_if", "outside_model", "capacity")
NOTHING_MOVES = {
    "findings": {"new": [], "gone": [], "same": []}, "targets": {"moved": [], "same": 0}, "position": [],
    "lines": {"changed": [], "totals": [], "more": 0},
    "summary": {"new": 0, "gone": 0, "same": 0, "met": [[0, 0], [0, 0]], "adjusted": [None, None]},
}  # fmt: skip


@pytest.fixture
def world(asha: Person) -> World:
    cache.clear()
    earlier = make_upload("RTH", "finance", asha, file_name=f"{MARK}.xlsx")
    add_value(earlier, "F.PAY.AGY", [2.0] * 15)
    upload = make_upload("RTH", "finance", asha, number=2, file_name=f"{MARK}.xlsx")
    upload.fault_list.save("faults.csv", ContentFile(MARK.encode()))
    add_value(upload, "F.PAY.AGY", [1.0] * 15)
    make_return_run(upload)
    across = make_run(Run.ORGANISATION, "RTH", [upload])
    whole = make_run(Run.SYSTEM, "QU9", [upload])
    finding = make_finding(across, "RTH", "QU9", upload, message=MARK)
    make_finding(whole, None, "QU9", upload, message=MARK)
    make_evaluation(across, "RTH", "QU9", target="23-43", title=MARK, why=MARK)
    make_evaluation(whole, None, "QU9", target="23-43", title=MARK, why=MARK)
    given = {"return": "finance", "version": 1, "sha256": "0" * 64, "upload": str(upload.pk)}
    receipt = Receipt.objects.create(
        reference=MARK[:20], round_id=ROUND, organisation_id="RTH", stage="draft", at=timezone.now(),
        by=asha, returns=[given],
    )  # fmt: skip
    question = Question.objects.create(
        round_id=ROUND, organisation_id="RTH", return_kind="finance", upload=upload, line="F.PAY.AGY",
        rule=finding.rule, sheet=MARK, cell="G7",
    )  # fmt: skip
    Message.objects.create(question=question, text=MARK)
    Attestation.objects.create(
        round_id=ROUND, subject="23-58", organisation_id="RTH", state="in_place", evidence=MARK, by=asha
    )  # fmt: skip
    LocalFigure.objects.create(
        round_id=ROUND, target="23-11", organisation_id="RTH", value=1, source=MARK, by=asha
    )  # fmt: skip
    Extension.objects.create(
        round_id=ROUND, organisation_id="RTH", stage="draft", reason=MARK, asked_by=asha,
        wanted_until=datetime(2023, 2, 24, 17, tzinfo=UTC),
    )  # fmt: skip
    again = ask_for(round_code=ROUND, why=RULE, by=None, about="T01", reason=MARK, bodies=["RTH"])
    RejudgedBody.objects.filter(rejudgement=again).update(state=RejudgedBody.DONE)
    hit = {"organisation": "RTH", "name": MARK, "system": "QU9", "line": "", "period": "", "message": MARK}
    hit |= {"gap": None, "unit": "", "already": False}
    RuleTrial.objects.create(
        round_id=ROUND, system_id="QU9", rule="T03", state=RuleTrial.DONE, digest=MARK,
        result={"of": ROUND, "hits": [hit]},
        entry=RuleVersion.objects.get(round_id=ROUND, code="T03", is_current=True).entry,
    )  # fmt: skip
    waiver = Waiver.objects.create(
        round_id=ROUND, organisation_id="RTH", return_kind="finance", rule="V05", reason=MARK,
        until=timezone.localdate(),
    )  # fmt: skip
    Scenario.objects.create(
        round_id=ROUND, body_id="RTH", name=MARK, note=MARK, is_shared=True, by=asha, state=Scenario.DONE,
        result=NOTHING_MOVES,
    )  # fmt: skip
    return World(upload, finding, receipt, earlier, question, waiver)


def person_of(who: str, asha: Person) -> Person:
    cast = {
        "sibling": "bill", "elsewhere": "rhys", "board": "cara", "board finance": "colin",
        "other board": "tamsin", "national": "nadia",
    }  # fmt: skip
    if who == "own":
        return asha
    if who in cast:
        return make_person(cast[who])
    person = Person.objects.create_user(f"{who.split()[0]}@example.nhs.uk", "a-long-password-1", name=who)
    if who != "without appointment":
        role = "preparer" if who == "preparer" else "planner"
        Appointment.objects.create(person=person, organisation_id="RTH", role=role)
    return person


def browser_of(who: str, asha: Person, **options: Any) -> Client:
    client = Client(**options)
    if who != "visitor":
        person = person_of(who, asha)
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        if who == "inactive":  # switched off while signed in
            Person.objects.filter(pk=person.pk).update(is_active=False)
    return client


def body(response: Any) -> str:
    """The whole answer as text; a file is read to its end, which closes it."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return str(content.decode("utf-8", "replace"))


def bare(page: str) -> str:
    """A page without what differs each time."""
    return re.sub(r'(nonce|value|href|action)="[^"]*"', "", page)


# --- pages --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", PEOPLE)
def test_pages_show_what_is_theirs(who: str, world: World, asha: Person) -> None:
    browser, column = browser_of(who, asha), PEOPLE.index(who)
    seen: dict[str, int] = {}
    marked: set[str] = set()
    for name in PAGES:
        response = browser.get(world.address(name))
        seen[name] = response.status_code
        if MARK in body(response) + str(response.headers):
            marked.add(name)
    assert seen == {name: int(line.split()[column]) for name, line in PAGES.items()}
    if who in ("own", "preparer", "board", "board finance"):
        assert {"findings", "target", "upload_result", "finding", "upload_file"} <= marked
        assert {"assurance", "attest"} <= marked
    else:
        assert marked == set()


@pytest.mark.parametrize("who", PEOPLE)
def test_acts_are_for_those_whose_they_are(who: str, world: World, asha: Person) -> None:
    browser, column = browser_of(who, asha), PEOPLE.index(who)
    sent = {
        "organisation": "RTH", "body": "RTH", "stage": "draft", "step": "submit", "uploads": str(world.upload.pk),
        "findings": str(world.finding.pk), "reason": "Because.", "decision": "accept",
    }  # fmt: skip
    Upload.objects.filter(pk=world.upload.pk).update(state=SUBMITTED)
    wanted = {name: line.split()[column] for name, line in ACTS.items() if line.split()[column] != "-"}
    seen = {
        name: str(browser.post(world.address(name).partition("?")[0], sent).status_code) for name in wanted
    }
    assert seen == wanted
    world.upload.refresh_from_db()
    assert (world.upload.state, Reason.objects.count()) == (SUBMITTED, 0)


def test_what_is_anothers_looks_like_what_is_not_there(world: World, asha: Person) -> None:
    browser = browser_of("sibling", asha)
    for name in (
        "upload_result",
        "upload_file",
        "upload_progress",
        "review",
        "receipt",
        "finding",
        "question",
    ):
        anothers = browser.get(world.address(name))
        nothing = browser.get(reverse(name, args=[uuid.uuid4()]))
        assert anothers.status_code == nothing.status_code == 404
        assert bare(body(anothers)) == bare(body(nothing))
        assert {*anothers.headers} == {*nothing.headers}


def test_no_form_works_without_its_token(world: World, asha: Person) -> None:
    browser = browser_of("own", asha, enforce_csrf_checks=True)
    posted = {name: browser.post(world.address(name)).status_code for name in ACTS}
    assert posted == dict.fromkeys(ACTS, 403)
    reason = world.route("findings/{finding_id}/explanation/")
    assert browser.post(reason, {"text": "Because."}, content_type="application/json").status_code == 403


@pytest.mark.parametrize("who", PEOPLE)
def test_the_administrators_door_is_shut(who: str, asha: Person) -> None:
    browser = browser_of(who, asha)
    for address in ("/admin/", "/admin/planning/person/", "/admin/planning/apiclient/"):
        assert browser.get(address).status_code in (302, 403)


# --- the API ------------------------------------------------------------------------------------------
def ask(machine: Machine, method: str, address: str) -> Any:
    if method == "GET":
        return machine.get(address)
    if address.endswith("/uploads/"):
        return machine.post(address, {"file": ContentFile(b"bytes", name="a.xlsx"), "stage": "draft"})
    return machine.post(address, {"text": "Because."} if "explanation" in address else None)


@pytest.mark.parametrize("ods", CLIENTS)
def test_routes_give_what_is_theirs(ods: str, world: World) -> None:
    machine, column = Machine(token_for(ods) if ods else ""), CLIENTS.index(ods)
    wanted = {key: line.split()[column] for key, line in API.items() if line.split()[column] != "-"}
    seen: dict[tuple[str, str], str] = {}
    marked: set[str] = set()
    for method, path in wanted:
        for form in ("", "?format=csv", "?format=jsonl") if path.endswith(BULK) else ("",):
            response = ask(machine, method, world.route(path) + form)
            seen[method, path] = str(response.status_code)
            text = body(response) + str(response.headers)
            if MARK in text or (method == "GET" and "{" not in path[20:] and str(world.upload.pk) in text):
                marked.add(path.removeprefix("rounds/{round_code}/") + form)
    assert seen == wanted
    if ods in ("RTH", "QU9"):
        assert {"uploads/", "points/", "findings/?format=csv", "evaluations/?format=jsonl"} <= marked
    else:
        assert marked == set()
    assert not Reason.objects.exists()


BULK = ("points/", "evaluations/", "findings/")


def test_a_token_does_what_it_was_asked_for(world: World) -> None:
    reader, sender = Machine(token_for("RTH", scope="read")), Machine(token_for("RTH", scope="submit"))
    for method, path in API:
        answer = ask(sender if method == "GET" else reader, method, world.route(path))
        assert answer.status_code == 403, path


# --- the finer walls ----------------------------------------------------------------------------------
def test_a_served_system_sees_the_activity_return_alone(
    cara: Person, signed_in: Callable[..., Client]
) -> None:
    """The ambulance trust is counted elsewhere: of it this board sees one return and its ambulance target."""
    activity = make_upload("RYE", "activity", file_name="shown.xlsx")
    workforce = make_upload("RYE", "workforce", file_name=f"{HIDDEN}.xlsx")
    add_value(workforce, "F.WTE.AGY", [1.0] * 15)
    shown = make_finding(
        make_return_run(activity), "RYE", "QRL", activity, return_kind="activity", message="seen"
    )
    kept = make_finding(
        make_return_run(workforce), "RYE", "QRL", workforce, return_kind="workforce", message=HIDDEN
    )
    across = make_run(Run.ORGANISATION, "RYE", [activity, workforce])
    both = make_finding(across, "RYE", "QRL", activity, message=HIDDEN)
    make_evaluation(across, "RYE", "QRL", target="23-43", title=HIDDEN)
    across.waiting = {HIDDEN: ["T08"]}
    across.save(update_fields=["waiting"])

    page, machine = signed_in(cara), Machine(token_for("QU9"))
    for upload, status in ((activity, 200), (workforce, 404)):
        for name in ("upload_result", "upload_file"):
            answer = page.get(reverse(name, args=[upload.pk]))
            assert answer.status_code == status and HIDDEN not in body(answer)
        assert page.get(reverse("review", args=[upload.pk])).status_code == (403 if status == 200 else 404)
    for finding, status in ((shown, 200), (kept, 404), (both, 404)):
        assert page.get(reverse("finding", args=[finding.pk])).status_code == status
    for path in ("uploads", "points", "findings", "evaluations"):
        said = body(machine.get(f"/api/v1/rounds/{ROUND}/{path}/"))
        assert HIDDEN not in said and str(workforce.pk) not in said
    for name in ("findings", "targets"):
        assert HIDDEN not in body(page.get(reverse(name, args=[ROUND])))
    assert HIDDEN not in body(page.get(reverse("system", args=["QU9", ROUND])))


def test_why_it_was_sent_back_stays_between_the_trust_and_its_board(
    cara: Person, signed_in: Callable[..., Client]
) -> None:
    cell = {"sheet": "Elective", "cell": "G7", "text": MARK, "rule": "", "digest": "", "question": ""}
    given = {"state": "sent_back", "review_note": MARK, "review_cells": [cell]}
    for ods, seen in (("RTH", True), ("RYE", False)):  # of its own system; one that only serves it
        upload = make_upload(ods, "activity", **given)
        make_return_run(upload)
        page = body(signed_in(cara).get(reverse("upload_result", args=[upload.pk])))
        assert "Sent back" in page and (MARK in page) is seen


@pytest.mark.parametrize("state", ["received", "processing", "held", "rejected", "failed"])
def test_a_board_sees_nothing_before_it_is_checked(
    state: str, cara: Person, signed_in: Callable[..., Client]
) -> None:
    upload = make_upload(
        "RTH", "finance", state=state, number=None, checked_at=None, file_name=f"{MARK}.xlsx"
    )
    browser = signed_in(cara)
    assert browser.get(reverse("upload_result", args=[upload.pk])).status_code == 404
    assert browser.get(f"/api/v1/uploads/{upload.pk}/file/").status_code == 404
    assert str(upload.pk) not in body(browser.get(f"/api/v1/rounds/{ROUND}/uploads/"))
    assert MARK not in body(browser.get(reverse("system", args=["QU9", ROUND])))


def test_the_nation_sees_what_was_accepted_and_nothing_newer(
    nadia: Person, signed_in: Callable[..., Client]
) -> None:
    """An accepted version's page must not carry what today's drafts of the other returns make of it."""
    accepted = make_upload("RTH", "finance", state="accepted", stage="regional-draft")
    draft = make_upload("RTH", "workforce", file_name=f"{MARK}.xlsx")
    make_return_run(accepted)
    today = make_run(Run.ORGANISATION, "RTH", [accepted, draft])
    today.waiting = {MARK: ["T08"]}
    today.save(update_fields=["waiting"])
    newer = make_finding(today, "RTH", "QU9", accepted, message=MARK)
    then = make_run(Run.ORGANISATION, "RTH", [accepted], basis="accepted")
    older = make_finding(then, "RTH", "QU9", accepted, message="as accepted", line="F.PAY.AGY")
    Reason.objects.create(
        round_id=ROUND, rule=older.rule, subject="RTH", line=older.line, period=older.period,
        subject_digest=newer.subject_digest, text=f"Of newer figures: {MARK}",
    )  # fmt: skip

    browser = signed_in(nadia)
    page = body(browser.get(reverse("upload_result", args=[accepted.pk])))
    assert "as accepted" in page and MARK not in page
    assert browser.get(reverse("finding", args=[newer.pk])).status_code == 404
    assert MARK not in body(browser.get(reverse("finding", args=[older.pk])))
    for path in ("uploads", "points", "findings", "evaluations"):
        assert MARK not in body(browser.get(f"/api/v1/rounds/{ROUND}/{path}/"))
    for stage in ("", "?stage=draft", "?stage=regional-draft"):
        assert MARK not in body(browser.get(reverse("system", args=["QU9", ROUND]) + stage))
    assert CurrentRun.objects.count() == 3


def test_the_nation_is_not_told_what_the_version_before_said(
    asha: Person, nadia: Person, signed_in: Callable[..., Client]
) -> None:
    """V14 holds an accepted version against the one before it, which may never have been accepted."""
    draft = make_upload("RTH", "finance", asha)
    accepted = make_upload(
        "RTH", "finance", asha, number=2, state="accepted", stage="final", made_from=draft, same_as=draft,
        corrections=[{**dict.fromkeys(("sheet", "cell", "line", "after"), "1"), "period": "2023-04", "before": MARK}],
        changes={"upload": str(draft.pk), "version": 1, "cells": 3, "comments": 0},
    )  # fmt: skip
    then = make_return_run(accepted)
    CurrentRun.objects.create(
        round_id=ROUND, scope="return", subject="RTH", return_kind="finance", basis="accepted", run=then
    )
    given = {"return_kind": "finance", "kind": "check", "severity": "note"}
    moved = make_finding(then, "RTH", "QU9", accepted, rule="V14", message=f"version 1 had {MARK}", **given)
    make_finding(then, "RTH", "QU9", accepted, rule="V09", message="told to all who see it", **given)

    own, nation = signed_in(asha), signed_in(nadia)
    result, found = reverse("upload_result", args=[accepted.pk]), f"/api/v1/rounds/{ROUND}/findings/"
    for address in (result, found):
        assert MARK in body(own.get(address))
    for address in (result, found, f"{found}?format=csv", reverse("findings", args=[ROUND])):
        page = body(nation.get(address))
        assert MARK not in page and str(draft.pk) not in page
    for address in (result, found):
        assert "told to all who see it" in body(nation.get(address))
    assert nation.get(reverse("finding", args=[moved.pk])).status_code == 404
    told = [shown_on(accepted, audience_of(scope_of_person(who), accepted)).findings for who in (asha, nadia)]
    assert [sorted(row.rule for row in rows) for rows in told] == [["V09", "V14"], ["V09"]]


def test_one_person_does_not_pass_the_boards_own_return_by_another_name(
    cara: Person, signed_in: Callable[..., Client]
) -> None:
    upload = make_upload("QU9", "finance", cara, state=SUBMITTED, stage="final")
    given = {"return": "finance", "version": 1, "sha256": "0" * 64, "upload": str(upload.pk)}
    Receipt.objects.create(
        reference="AAAA", round_id=ROUND, organisation_id="QU9", stage="final", at=timezone.now(), by=cara,
        returns=[given],
    )  # fmt: skip
    Person.objects.filter(pk=cara.pk).update(name="Cara Married")
    address = reverse("review", args=[upload.pk])

    assert signed_in(Person.objects.get(pk=cara.pk)).post(address, {"decision": "accept"}).status_code == 422
    upload.refresh_from_db()
    assert upload.state == SUBMITTED

    namesake = Person.objects.create_user("namesake@example.nhs.uk", "a-long-password-1", name="Cara Married")
    Appointment.objects.create(person=namesake, organisation_id="QU9", role="icb_planner")
    assert signed_in(namesake).post(address, {"decision": "accept"}).status_code == 302


# --- what leaves and what comes in --------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    [
        'a"; filename="b.html',
        "page.html",
        "run.exe",
        "é\u202etxt.xlsx",
        "..\\..\\x.xlsx",
        "a\r\nSet-Cookie: b",
    ],
)
def test_a_hostile_name_leaves_as_a_workbook(
    name: str, asha: Person, signed_in: Callable[..., Client]
) -> None:
    from submissions.receive import clean_name

    upload = make_upload("RTH", "finance", asha, file_name=clean_name(name))
    for address in (reverse("upload_file", args=[upload.pk]), f"/api/v1/uploads/{upload.pk}/file/"):
        answer = signed_in(asha).get(address)
        body(answer)
        assert answer["Content-Type"].startswith(
            "application/vnd.openxmlformats-officedocument.spreadsheetml"
        )
        assert answer["X-Content-Type-Options"] == "nosniff"
        disposition = answer["Content-Disposition"]
        assert disposition.startswith("attachment; filename") and disposition.rstrip('"').endswith(".xlsx")
        assert not set(disposition) & set("\r\n\u202e")


def test_markup_is_text_wherever_it_is_shown(asha: Person, signed_in: Callable[..., Client]) -> None:
    bad = "<img src=x onerror=alert(1)>"
    Organisation.objects.filter(pk="RTH").update(name=bad, short_name=bad)
    Person.objects.filter(pk=asha.pk).update(name=bad)
    upload = make_upload(
        "RTH", "finance", asha, file_name=bad, blocked=True, review_note=bad, state="sent_back",
        notes=[{"sheet": bad, "cell": "A1", "seen": bad, "read_as": bad}], counts={"block": 1},
    )  # fmt: skip
    run = make_return_run(upload)
    words = dict.fromkeys(
        ("message", "title", "instruction", "seen", "line", "sheet", "cell", "closes_with"), bad
    )
    words |= {"cell": bad[:10], "line": bad, "sheet": bad}
    across = make_run(Run.ORGANISATION, "RTH", [upload])
    make_finding(run, "RTH", "QU9", upload, severity="block", return_kind="finance", **words)
    finding = make_finding(across, "RTH", "QU9", upload, **words)
    browser = signed_in(Person.objects.get(pk=asha.pk))
    browser.post(reverse("reason", args=[finding.pk]), {"reason": bad})
    for address in (
        reverse("upload_result", args=[upload.pk]), reverse("finding", args=[finding.pk]),
        reverse("findings", args=[ROUND]), reverse("returns", args=[ROUND]),
    ):  # fmt: skip
        page = body(browser.get(address))
        assert "<img src=x" not in page and "&lt;img" in page


def test_a_stranger_sends_no_large_form(
    settings: Any, asha: Person, signed_in: Callable[..., Client]
) -> None:
    settings.LARGEST_FORM, settings.LARGEST_BODY = 1000, 3000
    address, sent = reverse("upload", args=[ROUND]), {"files": ContentFile(b"x" * 2000, name="a.xlsx")}
    assert Client().post(address, sent).status_code == 413
    assert signed_in(asha).post(address, sent).status_code != 413
    assert (
        signed_in(asha).post(address, {"files": ContentFile(b"x" * 4000, name="a.xlsx")}).status_code == 413
    )
    large = Client().post("/api/v1/uploads/", b"x" * 4000, content_type="application/json")
    assert (large.status_code, large["Content-Type"]) == (413, "application/problem+json")


def test_a_nul_is_a_bad_request_and_no_fault_of_ours(world: World, asha: Person) -> None:
    """PostgreSQL takes none, so that each of these would break at a query."""
    browser = browser_of("own", asha)
    addresses = [
        "/rounds/a%00b/returns/",
        "/?round=a%00b",
        *(world.address(name) for name in ("upload", "withdraw")),
    ]
    seen = [browser.get(address).status_code for address in addresses]
    assert seen == [400, 400, 200, 200]
    for sent in ({"reason": "a\0b"}, {"reason": ["a", "b\0"]}, {"\0": "a"}):
        assert browser.post(world.address("withdraw"), sent).status_code == 400
    assert browser.get(f"/api/v1/rounds/{ROUND}/points/?line=%00").status_code == 400
    world.upload.refresh_from_db()
    assert world.upload.state == "checked"


def test_signing_in_leads_nowhere_else(asha: Person) -> None:
    for next_page in ("https://evil.example/", "//evil.example/", "/\\evil.example/"):
        answer = Client().post(
            f"/accounts/login/?next={next_page}",
            {"login": asha.email, "password": "correct-horse-battery-7", "next": next_page},
        )
        assert answer.status_code in (302, 200)
        assert "evil" not in answer.get("Location", "")


def test_a_name_writes_no_line_of_the_log() -> None:
    from planning.config.logging import one_line_and_traceback

    line = one_line_and_traceback(None, "", {"event": "a\nb\rc\x1b[2Jd\u2028e", "file": "x\r\nlevel=error"})
    assert line.isprintable()
