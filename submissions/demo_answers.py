"""What people of the demo have answered and set before their returns arrive: made up, as every figure of it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone

from planning.foundation.jobs import Job
from planning.people.access import Scope
from planning.plan.exact import scaled
from planning.registry.reference_values import ReferenceValue
from targets.assurance.answering import bodies_of
from targets.assurance.assurances import load_asked
from targets.assurance.attestations import AT_RISK, IN_PLACE, NOT_IN_PLACE, ON_TRACK
from targets.assurance.attesting import JUDGE_AGAIN, Answer, attest
from targets.guidance.governing import load_targets
from targets.local.setting import set_figure
from targets.local.typed import figure_typed

BOARD, OXFORD, READING, CORNWALL = "QU9", "RTH", "RHW", "QT6"
ANSWERS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    # what is asked, whose answer, its state, and the rest
    ("23-A06", BOARD, ON_TRACK, {"lead": "Cara Jones", "due": date(2023, 9, 29),
     "evidence": "Second draft went to the urgent care board on 9 February 2023."}),
    ("23-A45", BOARD, AT_RISK, {"lead": "Hana Lewis",
     "evidence": "The director of public health has seen it; the two councils have not yet."}),
    ("23-A58", BOARD, ON_TRACK, {"lead": "Colin Day", "due": date(2023, 3, 30)}),
    ("23-05", BOARD, ON_TRACK, {"lead": "Mo Adeyemi", "due": date(2023, 9, 29)}),
    ("23-48", BOARD, ON_TRACK, {"lead": "Cara Jones", "figure": "3",
     "evidence": "Two of three pathways are agreed, vascular and cardiac; the third in June 2023."}),
    ("23-49", BOARD, IN_PLACE, {"lead": "Cara Jones",
     "evidence": "Delegation agreement signed by the board on 21 March 2023."}),
    ("23-47", BOARD, NOT_IN_PLACE, {"lead": "Dina Osei",
     "evidence": "No plan yet: the capital bid has to be decided first."}),
    ("23-A60", BOARD, "", {"lead": "Cara Jones"}),
    ("23-A02", OXFORD, IN_PLACE, {"lead": "Asha Patel",
     "evidence": "Transfer of care hub open since 6 February 2023."}),
    ("23-A12", OXFORD, ON_TRACK, {"lead": "Ravi Nair", "due": date(2024, 3, 29)}),
    ("23-A13", OXFORD, AT_RISK, {"lead": "Ravi Nair", "evidence": "Two theatres are closed until July."}),
    ("23-A29", OXFORD, ON_TRACK, {"lead": "Asha Patel", "due": date(2023, 3, 30)}),
    ("23-58", OXFORD, IN_PLACE, {"lead": "Asha Patel", "evidence": "Board minute 23/14, 15 March 2023."}),
    ("23-A02", READING, AT_RISK, {"lead": "Bill Reeve",
     "evidence": "Two of three councils have not agreed the funding."}),
    ("23-A29", READING, AT_RISK, {"lead": "Bill Reeve", "evidence": "A third of the savings has no name yet."}),
    ("23-58", READING, NOT_IN_PLACE, {"lead": "Bill Reeve",
     "evidence": "The board asked for a new version of the finance return."}),
    ("QT6-23-19", CORNWALL, ON_TRACK, {"lead": "Tamsin Kelly", "figure": "46", "step": "2023-09"}),
    ("QT6-23-23", CORNWALL, ON_TRACK, {"lead": "Tamsin Kelly", "figure": "38"}),
)  # fmt: skip
FIGURES = (
    ("23-11", BOARD, "106", "Activity agreed with the region, letter of 3 February 2023"),
    ("23-08", BOARD, "890", "Primary care board paper of 14 February 2023"),
    ("23-11", CORNWALL, "105", "Activity agreed with the region, letter of 6 February 2023"),
)
LIMITS = (  # £000: what NHS England would have set each system; the one in Cornwall is broken by a little
    (BOARD, "F.SYS.AGYLIM", 60_000),
    (BOARD, "F.SYS.CDELENV", 105_000),
    (CORNWALL, "F.SYS.AGYLIM", 15_000),
    (CORNWALL, "F.SYS.CDELENV", 31_000),
)


def answer(round_code: str, scope_for: Callable[[str], Scope]) -> None:
    """Before anything is returned, so that every return is judged with these once and for all."""
    for system, line, limit in LIMITS:
        ReferenceValue.objects.get_or_create(
            round_id=round_code,
            organisation_id=system,
            line=line,
            defaults={"value": scaled(limit), "source": "Synthetic, for the demonstration"},
        )
    asked = {one.code: one for one in load_asked(round_code)}
    for subject, code, state, more in ANSWERS:
        scope = scope_for(code)
        body = next(body for body in bodies_of(scope, round_code) if body.code == code)
        figure = figure_typed(more["figure"], asked[subject].unit) if "figure" in more else None
        given = Answer(state, **{**more, "figure": figure})
        attest(by=scope, round_code=round_code, asked=asked[subject], body=body, answer=given)
    targets = {target.code: target for target in load_targets(round_code)}
    for subject, code, value, source in FIGURES:
        scope = scope_for(code)
        body = next(body for body in bodies_of(scope, round_code) if body.code == code)
        set_figure(
            by=scope,
            round_code=round_code,
            target=targets[subject],
            body=body,
            value=figure_typed(value, targets[subject].unit),
            source=source,
        )
    nothing_to_judge = Job.objects.filter(task=JUDGE_AGAIN, state=Job.QUEUED)
    nothing_to_judge.update(state=Job.DONE, finished_at=timezone.now())
