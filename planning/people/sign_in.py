"""Signing in: by e-mail and password, for people whom an administrator has added."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class SignInByInvitation(DefaultAccountAdapter):
    """allauth's ways, without public sign-up: accounts are made by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Says nothing on signing in and out: the header shows who is signed in."""
