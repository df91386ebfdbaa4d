"""The way to the pages that no menu has room for, told where people work: on a system's dashboard and on the list of
a trust's returns."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from planning.people.access import BOARD, NATIONAL, Scope
from planning.people.roles import TOLERATE

OF_EVERYBODY = (
    ("What could happen", (("What if a line changed", "what_if"), ("Scenarios", "scenarios"))),
    ("Demand and capacity", (("By month, beside what is planned", "capacity"),)),
    ("What plans are judged by", (("Rule book", "rule_book"), ("Planning assumptions", "assumptions"))),
    ("How results came about", (("Runs that count", "runs"), ("Judged again", "rejudgements"))),
)
OF_NHS_ENGLAND = (("What plans are judged by", (("Rule book", "rule_book"),)),)


def more(scope: Scope, round_code: str, system: str = "", body: str = "") -> list[dict[str, object]]:
    """Groups of links, [{title, links: [{text, address}]}]; of a system for those who lead it, how strict its rules
    are. `body`: whose demand and capacity is shown first."""
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]] = (
        OF_NHS_ENGLAND if scope.kind == NATIONAL else OF_EVERYBODY
    )
    found = [
        (title, [(text, reverse(name, args=[round_code])) for text, name in links]) for title, links in groups
    ]
    if system and scope.kind == BOARD and scope.may(TOLERATE, system):
        for title, links in found:
            if title == "What plans are judged by":
                links.append(("Tolerances of the system", reverse("tolerances", args=[system, round_code])))
    return [
        {"title": title, "links": [{"text": text, "address": address} for text, address in links]}
        for title, links in found
    ]
