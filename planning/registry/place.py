"""Where in the year a page stands: its round and stage, and the caption that says so over every heading."""

from __future__ import annotations

from dataclasses import dataclass

from planning.registry.rounds import Round, Stage


class NoSuchRound(LookupError):
    """The address names a round or a stage that is not there."""


@dataclass(frozen=True)
class Place:
    """A round, its stages in order, and the stage that the page speaks of."""

    round: Round
    stages: tuple[Stage, ...]
    stage: Stage

    @property
    def caption(self) -> str:
        """`2023/24 · Draft`."""
        return f"{self.round.year} · {self.stage.name}"

    def stage_named(self, code: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.code == code), None)

    def first_that_asks_for(self, return_kind: str) -> Stage | None:
        """The first stage, from this one on, that asks for a return."""
        later = (stage for stage in self.stages if stage.position >= self.stage.position)
        return next((stage for stage in later if return_kind in stage.returns), None)


def place_of(round_code: str, stage_code: str = "") -> Place:
    """A round at the named stage, else at its earliest open one (its last where all are closed).

    One query. Raises NoSuchRound.
    """
    stages = tuple(Stage.objects.filter(round_id=round_code).select_related("round").order_by("position"))
    if not stages:
        raise NoSuchRound(f"There is no round {round_code} with stages.")
    named = [stage for stage in stages if stage.code == stage_code]
    if stage_code and not named:
        raise NoSuchRound(f"Round {round_code} has no stage {stage_code}.")
    first = next((stage for stage in stages if stage.is_open), stages[-1])
    return Place(stages[0].round, stages, named[0] if named else first)
