"""Setting a target's figure for one system or trust: the ICB's act, one row taking the place of another."""

from __future__ import annotations

from django.db import transaction

from planning.foundation import wording
from planning.foundation.jobs import enqueue
from planning.people.access import NotAllowed, Scope
from planning.registry.organisations import Organisation
from targets.assurance.answering import SYSTEM, Body, is_level_of, may_set_figure
from targets.assurance.attesting import JUDGE_AGAIN, SIGNED
from targets.guidance.target import Target
from targets.local.figures import LocalFigure
from targets.local.typed import figure_said

MOST_LETTERS = 300  # of a source


class NotSet(ValueError):
    """Why a figure cannot be set so. `field` is what was given wrong."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class SetMeanwhile(Exception):
    """Somebody else has set it since the page was opened: says who and what."""

    def __init__(self, standing: LocalFigure, unit: str) -> None:
        who = standing.by.name if standing.by is not None else "Somebody"
        super().__init__(
            f"{who} set {figure_said(standing.value, unit)} meanwhile, {wording.moment(standing.at)}. "
            "Nothing of yours was saved. Read it below, then save yours if it still holds."
        )
        self.standing = standing


def takes_figure(target: Target) -> bool:
    """Whether a target's figure is set body by body: a share of a national amount, or one that the guidance
    leaves to each system, or one of which some body has a figure already."""
    left_to_systems = target.threshold_from == "local" or target.kind == "national" or bool(target.local)
    return left_to_systems and target.levels != {"national"}


def is_set_for(target: Target, body: Body) -> bool:
    """Whether that body may have a figure of this target: the system always, a trust where it is judged."""
    if body.group or (target.systems and body.system not in target.systems):
        return False
    return body.level == SYSTEM or is_level_of(target.levels, target.types, body)


def set_figure(
    *, by: Scope, round_code: str, target: Target, body: Body, value: int, source: str, seen: str = ""
) -> LocalFigure:
    """Set what a target asks of that body, in ten-thousandths of its unit; the body is judged again.

    `seen` is the id of the figure that stood when the asker looked, "" for none. The same figure by the same
    person is kept once. Raises NotAllowed, NotSet, SetMeanwhile.
    """
    if by.person is None or not may_set_figure(by, body):
        raise NotAllowed("Setting a target's figure is for the ICB.")
    words = _checked(target, body, value, source)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=body.organisation)
        standing = current_figure(round_code, target.code, body)
        if standing is not None and _is_same(standing, value, words) and standing.by_id == by.person.pk:
            return standing
        if standing is not None and str(standing.pk) != seen:
            raise SetMeanwhile(standing, target.unit)
        if standing is not None:
            LocalFigure.objects.filter(pk=standing.pk).update(is_current=False)
        kept = LocalFigure.objects.create(
            round_id=round_code,
            target=target.code,
            organisation_id=body.organisation,
            value=value,
            source=words,
            by=by.person,
        )
        enqueue(JUDGE_AGAIN, f"{round_code}:{body.judged_as}")
    return kept


def current_figure(round_code: str, code: str, body: Body) -> LocalFigure | None:
    """The figure that counts, with who set it; one query."""
    rows = LocalFigure.objects.filter(
        round_id=round_code, target=code, organisation_id=body.organisation, is_current=True
    )
    return rows.select_related("by").first()


def _checked(target: Target, body: Body, value: int, source: str) -> str:
    words = " ".join(source.split())
    if not takes_figure(target) or not is_set_for(target, body):
        raise NotSet("value", f"{target.code} takes no figure of {body.name}.")
    if value < 0 and target.unit not in SIGNED:
        raise NotSet("value", "Enter a figure of 0 or more")
    if not words:
        raise NotSet("source", "Say where the figure comes from")
    if len(words) > MOST_LETTERS:
        raise NotSet("source", f"The source must be {MOST_LETTERS} characters or fewer")
    return words


def _is_same(standing: LocalFigure, value: int, source: str) -> bool:
    return (standing.value, standing.source) == (value, source)
