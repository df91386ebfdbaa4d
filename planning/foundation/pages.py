"""How pages are made: the Jinja environment, what every template may call, and the pages for errors."""

from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib.messages import get_messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django_htmx.jinja import htmx_script
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader, select_autoescape

TEMPLATE_GLOBALS: dict[str, Any] = {}
TEMPLATE_FILTERS: dict[str, Callable[..., Any]] = {}


def template_filter(function: Callable[..., Any]) -> Callable[..., Any]:
    """Makes a function a filter of every page under its own name; apps load such modules in `ready`."""
    TEMPLATE_FILTERS[function.__name__] = function
    return function


def template_global(function: Callable[..., Any]) -> Callable[..., Any]:
    """Makes a function callable in every page under its own name."""
    TEMPLATE_GLOBALS[function.__name__] = function
    return function


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a named page; places in it are given by position or by name, not both."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


@template_global
def form_errors(form: BaseForm | None) -> list[dict[str, str]]:
    """A form's faults as the error summary takes them, each leading to its field."""
    if form is None or not form.is_bound:
        return []
    return [
        {"text": str(text), "href": f"#{form[name].id_for_label}"}
        if name in form.fields
        else {"text": str(text)}
        for name, texts in form.errors.items()
        for text in texts
    ]


@template_global
def field_error(form: BaseForm, name: str) -> dict[str, str] | None:
    """A field's first fault as the NHS.UK fields take it; None where there is none."""
    texts = form.errors.get(name) if form.is_bound else None
    return {"text": str(texts[0])} if texts else None


def environment(**options: Any) -> Environment:
    """The Jinja environment of all pages: ours first, then the NHS.UK macros.

    An undefined name renders as nothing at any depth, because the NHS.UK macros rely on it.
    """
    options["loader"] = ChoiceLoader([options["loader"], PackageLoader("nhsuk_frontend_jinja")])
    options["undefined"] = ChainableUndefined
    options["autoescape"] = select_autoescape(disabled_extensions=("txt",), default=True)
    pages = Environment(**options, trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - set just above
    pages.globals.update(static=static, url=url, get_messages=get_messages, htmx_script=htmx_script)
    pages.globals.update(service_name=settings.SERVICE_NAME, **TEMPLATE_GLOBALS)
    pages.filters.update(TEMPLATE_FILTERS)
    return pages


def healthz(request: HttpRequest) -> HttpResponse:
    """Answers while the site is up; asks nothing of the database, so that a busy one does not restart us."""
    return HttpResponse("ok\n", content_type="text/plain")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/400.jinja", status=400)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.jinja", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Also what somebody sees of another organisation's things: no word on whether they exist."""
    return render(request, "errors/404.jinja", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A page that needs neither database nor session: either may be what failed."""
    reference = structlog.contextvars.get_contextvars().get("request_id", "")
    return render(request, "errors/500.jinja", {"reference": reference}, status=500)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: mostly one left open while somebody signed out."""
    return render(request, "errors/form_expired.jinja", status=403)
