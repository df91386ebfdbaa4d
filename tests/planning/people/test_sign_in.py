"""Signing in: the pages of /accounts/, in our style, for people whom an administrator has added."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from planning.people.person import Person

pytestmark = pytest.mark.django_db
PASSWORD = "three-words-together"


@pytest.fixture(autouse=True)
def _no_tries_so_far() -> None:
    cache.clear()


@pytest.fixture
def ada() -> Person:
    return Person.objects.create_user("ada@example.nhs.uk", PASSWORD, name="Ada Hill")


def sign_in(client: Client, password: str, email: str = "Ada@Example.nhs.uk") -> int:
    return client.post("/accounts/login/", {"login": email, "password": password}).status_code


def test_email_and_password_open_the_door_whatever_the_case_of_the_email(client: Client, ada: Person) -> None:
    assert sign_in(client, PASSWORD) == 302
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_a_wrong_password_is_told_at_the_top_and_in_the_title(client: Client, ada: Person) -> None:
    page = client.post("/accounts/login/", {"login": ada.email, "password": "wrong"}).content.decode()
    assert "<title>Error: Sign in" in page
    assert "nhsuk-error-summary" in page


def test_the_sixth_try_in_five_minutes_is_not_evaluated(client: Client, ada: Person) -> None:
    for _ in range(5):
        assert sign_in(client, "wrong") == 200
    assert sign_in(client, PASSWORD) != 302


def test_nobody_can_sign_up(client: Client) -> None:
    assert client.get("/accounts/signup/").status_code == 404


def test_administrators_come_through_the_same_door(client: Client, ada: Person) -> None:
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert client.get("/admin/login/").headers["Location"].startswith("/accounts/login/")
    client.force_login(ada)
    assert client.get("/admin/login/").status_code == 403


def test_signing_out_asks_only_where_it_comes_as_a_link(client: Client, ada: Person) -> None:
    client.force_login(ada)
    assert "Stay signed in" in client.get("/accounts/logout/").content.decode()
    assert client.post("/accounts/logout/").headers["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(client: Client, ada: Person) -> None:
    client.post("/accounts/password/reset/", {"email": ada.email})
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[0].body)
    assert link is not None
    form = client.get(link[1], follow=True)
    new = {"password1": "another-three-words", "password2": "another-three-words"}
    assert client.post(form.redirect_chain[-1][0], new).status_code == 302
    assert sign_in(Client(), "another-three-words") == 302
    assert "no longer works" in Client().get(link[1], follow=True).content.decode()


def test_an_unknown_address_gets_the_same_page(client: Client, ada: Person) -> None:
    known = client.post("/accounts/password/reset/", {"email": ada.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.nhs.uk"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )


@pytest.mark.parametrize("address", ["login", "password/reset", "password/reset/done", "inactive"])
def test_each_page_has_one_heading_and_a_nonce_on_every_script(client: Client, address: str) -> None:
    page = client.get(f"/accounts/{address}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert text.count("<h1") == 1
    assert "<style" not in text and ' style="' not in text
    nonce = re.search(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"])
    assert nonce is not None
    assert set(re.findall(r"<script[^>]*nonce=\"([^\"]*)\"", text)) == {nonce[1]}
    assert not re.findall(r"<script(?![^>]*nonce=)", text)
