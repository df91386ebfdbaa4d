"""What the head of every page shows: who is signed in, for which organisation, and where they may go."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Value
from django.http import HttpRequest
from django.urls import get_resolver, reverse
from django.utils.functional import SimpleLazyObject

from planning.people.access import Scope, scope_of
from planning.people.person import Appointment
from planning.people.roles import ROLES
from planning.registry.organisations import ICB, NHS_ENGLAND, REGION, Organisation
from planning.registry.rounds import Round

PAGES = (("Returns", "returns"), ("Findings", "findings"), ("Targets", "targets"))
_COUNTERS: list[Callable[[Scope], Any]] = []


def counts_waiting(counter: Callable[[Scope], Any]) -> None:
    """Registers what counts the things that wait for somebody, as an expression that the masthead's own query
    asks along; apps call it when Django starts."""
    _COUNTERS.append(counter)


@dataclass(frozen=True)
class Masthead:
    """The person's name, role and organisation as words; all empty for a visitor."""

    name: str = ""
    role: str = ""
    organisation: Organisation | None = None
    round_code: str = ""
    path: str = ""
    waiting: int = 0  # how many things wait for the person

    def links(self, round_code: str = "") -> list[dict[str, Any]]:
        """At most five links for the menu, in the shape that the NHS.UK header takes."""
        chosen = round_code or self.round_code or newest_round()
        if not (self.organisation and chosen):
            return []
        makes_returns = self.organisation.kind not in (NHS_ENGLAND, REGION)
        wanted = [(text, name, [chosen]) for text, name in PAGES if makes_returns or name != "returns"]
        if self.organisation.kind == ICB:
            wanted.insert(0, ("System", "system", [self.organisation.ods, chosen]))
        if makes_returns:
            wanted.append((f"Waiting ({self.waiting})" if self.waiting else "Waiting", "waiting", []))
        known = get_resolver().reverse_dict
        return [self.link(text, reverse(name, args=args)) for text, name, args in wanted if name in known]

    def link(self, text: str, address: str) -> dict[str, Any]:
        place = "current" if self.path == address else "active"
        return {"text": text, "href": address, place: self.path.startswith(address)}


def masthead(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: `masthead`, worked out only when a template looks at it."""
    return {"masthead": SimpleLazyObject(lambda: masthead_of(request))}


def masthead_of(request: HttpRequest) -> Masthead:
    """One query for somebody signed in, none for a visitor or where signing in has not been reached."""
    place = request.resolver_match.kwargs if request.resolver_match else {}
    round_code = str(place.get("round", ""))
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return Masthead(round_code=round_code, path=request.path)
    waiting: Any = sum((count(scope_of(request)) for count in _COUNTERS), start=Value(0))
    appointments = Appointment.objects.filter(person=person).annotate(waiting=waiting)
    first = appointments.select_related("organisation").order_by("pk").first()
    if first is None:
        return Masthead(str(person), "Administrator" if person.is_staff else "", path=request.path)
    label = ROLES[first.role].label
    return Masthead(str(person), label, first.organisation, round_code, request.path, first.waiting)


def newest_round() -> str:
    """For pages that belong to no round."""
    return Round.objects.order_by("-code").values_list("code", flat=True).first() or ""
