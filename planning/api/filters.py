"""The filters that points, evaluations and findings share, read and known to be values of the round."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q

from planning.foundation.asking import Asked, Parameter
from planning.foundation.problems import not_found
from planning.registry import periods
from planning.registry.organisations import Membership, Organisation
from planning.registry.rounds import RETURNS, Round, Stage, SystemRound

ORGANISATION = Parameter("organisation", "The ODS code of the organisation.")
SYSTEM = Parameter(
    "system",
    "The code of a system's ICB: the system's own rows, its members' and those of the trusts that serve it.",
)
RETURN = Parameter("return", "One of the three returns.", RETURNS)
PERIOD = Parameter("period", "A period of the round: `2023-04` (month), `2023/24`, `2022/23` or `2019/20`.")
STAGE = Parameter(
    "stage", "Made from what was handed over at that stage; without it, from the current versions."
)
LINE = Parameter("line", "A line code, `F.INC.ICB@QU9` for one partner's row, `F.INC.ICB@` for those of all.")


def round_named(code: str) -> Round:
    """A round by its code, one query. Raises Problem 404."""
    found = Round.objects.filter(code=code).first()
    if found is None:
        raise not_found("round")
    return found


def organisation_asked(asked: Asked) -> str:
    """The organisation asked for, "" where none is; one query. Raises Problem 400."""
    if "organisation" not in asked:
        return ""
    known = list(Organisation.objects.values_list("ods", flat=True))
    return asked.among("organisation", known, where="GET organisations/")


def stage_asked(asked: Asked, round_code: str) -> str:
    """The stage asked for, "" where none is; the same query says whether there is such a round.
    Raises Problem 404 for the round, 400 for the stage."""
    known = list(Stage.objects.filter(round_id=round_code).values_list("code", flat=True))
    if not known:
        raise not_found("round")
    return asked.among("stage", known)


def period_asked(asked: Asked, round_code: str) -> str:
    """The period asked for, "" where none is. Raises Problem 400."""
    return asked.among("period", periods.codes(round_code))


@dataclass(frozen=True)
class System:
    """The members of the system asked for; of each that only serves it, the targets that it is shown for."""

    code: str
    hosts: frozenset[str]
    served: dict[str, list[str]]

    def rows(self, served: Q) -> Q:
        """Its own and its members' results, and of those that serve it what `served` lets through."""
        return Q(system_id=self.code) | served


def system_asked(
    asked: Asked, round_code: str, *, besides: Callable[[], Iterable[str]] = tuple
) -> System | None:
    """The system asked for, None where none is; one query. `besides` gives codes that stand for several systems
    and have rows of their own. Raises Problem 400."""
    if "system" not in asked:
        return None
    code = asked["system"]
    members = list(Membership.objects.filter(system_id=code, system__rounds__round_id=round_code))
    if not members:
        taking_part = SystemRound.objects.filter(round_id=round_code).order_by("system_id")
        asked.among("system", [*taking_part.values_list("system_id", flat=True), *besides()])
    served = {row.organisation_id: row.counts_for for row in members if row.role == Membership.SERVED}
    return System(code, _with_role(members, Membership.HOST) | {code}, served)


def _with_role(members: Iterable[Membership], role: str) -> frozenset[str]:
    return frozenset(row.organisation_id for row in members if row.role == role)
