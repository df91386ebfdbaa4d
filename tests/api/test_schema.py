"""The description of the API: whole, without warnings, and true of what the routes answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from io import StringIO
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.api.conftest import BASE, Machine, World


@cache
def described() -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def agrees(answer: Any, path: str, status: int, method: str = "get") -> None:
    """The body is what the schema says of that route and status."""
    whole = described()
    said = whole["paths"][path][method]["responses"][str(status)]["content"][answer["Content-Type"]]["schema"]
    jsonschema.Draft202012Validator({**said, "components": whole["components"]}).validate(answer.json())


def test_it_is_openapi_3_1(db: None) -> None:
    answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    assert json.loads(answer.content)["openapi"].startswith("3.1")
    assert Client().get("/api/v1/docs/").status_code == 200


def test_every_route_is_described_and_every_description_is_a_route() -> None:
    paths = {
        f"/api/v1/{pattern.pattern}"
        for resolver in get_resolver().url_patterns
        if isinstance(resolver, URLResolver) and str(resolver.pattern) == "api/v1/"
        for pattern in resolver.url_patterns
        if isinstance(pattern, URLPattern) and pattern.name
    }
    plain = {path.replace("<slug:", "{").replace("<uuid:", "{").replace(">", "}") for path in paths}
    assert plain == set(described()["paths"])
    assert len(plain) == 18


def test_every_route_says_what_it_does_and_refuses() -> None:
    for path, methods in described()["paths"].items():
        for method, said in methods.items():
            assert said["summary"], path
            assert said["description"], path
            assert {"400", "401", "404", "429"} <= said["responses"].keys(), path
            assert all(parameter["description"] for parameter in said.get("parameters", [])), path
            wanted = "submit" if method == "post" else "read"
            assert {"client_credentials": [wanted]} in said["security"], path


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/organisations/",
        "/api/v1/rounds/",
        "/api/v1/rounds/{round_code}/",
        "/api/v1/rounds/{round_code}/lines/",
        "/api/v1/rounds/{round_code}/targets/",
        "/api/v1/rounds/{round_code}/rules/",
        "/api/v1/rounds/{round_code}/uploads/",
        "/api/v1/rounds/{round_code}/points/",
        "/api/v1/rounds/{round_code}/evaluations/",
        "/api/v1/rounds/{round_code}/findings/",
    ],
)
def test_answers_are_as_described(world: World, machine: Callable[..., Machine], path: str) -> None:
    address = path.replace("{round_code}", "2023-24")
    answer = machine("QU9").get(address)
    assert answer.json().get("results", True)
    agrees(answer, path, 200)
    agrees(machine("QU9").get(address, colour="blue"), path, 400)
    agrees(machine().get(address), path, 401)


def test_answers_about_one_thing_are_as_described(world: World, machine: Callable[..., Machine]) -> None:
    asker, upload = machine("RTH"), world.uploads["counts"].pk
    agrees(asker.get(f"/api/v1/uploads/{upload}/"), "/api/v1/uploads/{upload_id}/", 200)
    answer = asker.post(f"/api/v1/uploads/{upload}/submit/")
    agrees(answer, "/api/v1/uploads/{upload_id}/submit/", 409, "post")
    reason = asker.post(f"/api/v1/findings/{world.findings['own'].pk}/explanation/", {"text": "Winter."})
    agrees(reason, "/api/v1/findings/{finding_id}/explanation/", 200, "post")
    agrees(asker.post(f"{BASE}returns/RTH/finance/uploads/", {"text": "no file"}),
           "/api/v1/rounds/{round_code}/returns/{ods}/{return_kind}/uploads/", 415, "post")  # fmt: skip
