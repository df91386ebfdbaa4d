"""Who may ask: tokens, scopes, sessions with CSRF, and what a refusal looks like."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from planning.people.person import ApiClient, Person
from tests.api.conftest import BASE, Machine, World, token_for


def test_the_command_prints_the_secret_once(db: None) -> None:
    out = StringIO()
    call_command("create_api_client", "Trust system", organisation="RTH", stdout=out)
    printed = json.loads(out.getvalue().splitlines()[-1])
    assert printed.keys() == {"client_id", "client_secret"}
    client = ApiClient.objects.get(application__client_id=printed["client_id"])
    assert client.organisation_id == "RTH"
    assert client.application.client_secret != printed["client_secret"]
    answer = Client().post("/oauth/token/", {"grant_type": "client_credentials", **printed})
    assert answer.status_code == 200
    assert set(answer.json()["scope"].split()) == {"read", "submit"}


def test_the_command_refuses_an_unknown_organisation(db: None) -> None:
    with pytest.raises(CommandError, match="no organisation ZZZ"):
        call_command("create_api_client", "x", organisation="ZZZ")


def test_a_wrong_secret_gets_no_token(db: None) -> None:
    out = StringIO()
    call_command("create_api_client", "Trust system", organisation="RTH", stdout=out)
    printed = json.loads(out.getvalue()) | {"client_secret": "wrong"}
    assert Client().post("/oauth/token/", {"grant_type": "client_credentials", **printed}).status_code == 401


def test_a_token_that_is_none_is_refused(db: None) -> None:
    answer = Machine("made-up").get("/api/v1/rounds/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith('Bearer realm="api"')
    assert answer.json()["status"] == 401


def test_a_token_to_read_does_not_send(world: World) -> None:
    asker = Machine(token_for("RTH", scope="read"))
    assert asker.get(f"{BASE}points/").status_code == 200
    answer = asker.post(f"/api/v1/uploads/{world.uploads['counts'].pk}/submit/")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_to_send_does_not_read(world: World) -> None:
    assert Machine(token_for("RTH", scope="submit")).get(f"{BASE}points/").status_code == 403


def test_a_person_asks_by_session(world: World, asha: Person, signed_in: Callable[[Person], Client]) -> None:
    rows = signed_in(asha).get(f"{BASE}findings/").json()["results"]
    assert {row["organisation"] for row in rows} == {"RTH"}


def test_a_session_sends_only_with_its_csrf_token(world: World, asha: Person) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(asha, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = f"/api/v1/findings/{world.findings['own'].pk}/explanation/"
    answer = browser.post(address, {"text": "Winter."}, content_type="application/json")
    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_another_method_is_not_allowed(machine: Callable[..., Machine], method: str) -> None:
    asker = machine("RTH")
    answer = getattr(asker.http, method)(
        "/api/v1/rounds/", headers={"Authorization": f"Bearer {asker.token}"}
    )
    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"
    assert "GET" in answer["Allow"]


@pytest.mark.parametrize(
    "address",
    ["/api/v1/", "/api/v1/nothing/", "/api/v1/rounds/x/y/z/", "/api/v1/uploads/1/", "/api/v1/a%0Ab/"],
)
def test_an_address_that_is_none_is_a_problem_too(machine: Callable[..., Machine], address: str) -> None:
    for asker in (machine(), machine("RTH")):
        answer = asker.get(address)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"


def test_an_address_without_its_slash_is_sent_on(machine: Callable[..., Machine]) -> None:
    answer = machine("RTH").get("/api/v1/rounds")
    assert answer.status_code == 301
    assert answer["Location"] == "/api/v1/rounds/"


def test_too_many_requests_are_told_when_to_come_back(
    machine: Callable[..., Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planning.foundation.policy.RATES", {"read": "2/min", "submit": "2/min"})
    asker = machine("RTH")
    assert [asker.get("/api/v1/rounds/").status_code for _ in range(3)] == [200, 200, 429]
    answer = asker.get("/api/v1/rounds/")
    assert int(answer["Retry-After"]) > 0
    assert answer.json()["code"] == "throttled"
    assert machine("RHW").get("/api/v1/rounds/").status_code == 200


def test_our_own_fault_is_a_problem_that_tells_nothing(
    machine: Callable[..., Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("the secret table is gone")

    monkeypatch.setattr("planning.api.rounds.page_of_list", broken)
    asker = machine("RTH")
    asker.http.raise_request_exception = False
    answer = asker.get("/api/v1/rounds/")
    assert answer.status_code == 500
    assert answer.json()["code"] == "server_error"
    assert "secret" not in answer.content.decode()


def test_answers_are_not_kept_by_anybody_between(machine: Callable[..., Machine]) -> None:
    assert machine("RTH").get("/api/v1/rounds/")["Cache-Control"] == "private, no-store"
