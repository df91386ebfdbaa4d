"""Planning rounds: the national round and its stages, a system's part in it, its dates."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

RETURNS = ("activity", "workforce", "finance")


class Round(models.Model):
    """One national planning round, such as 2023-24."""

    code = models.CharField(max_length=7, primary_key=True)
    title = models.CharField(max_length=120)
    opens = models.DateField()
    source = models.CharField(max_length=300, blank=True)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-code"]

    def __str__(self) -> str:
        return self.title

    @property
    def year(self) -> str:
        """2023/24, as people write it."""
        return self.code.replace("-", "/")


class Stage(models.Model):
    """A submission event of a round: which returns it asks for and whether reasons may wait."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="stages")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    returns = models.JSONField(default=list, help_text="the returns that this stage asks for")
    needs_reasons = models.BooleanField(default=True)
    due_at = models.DateTimeField(help_text="the national deadline, stored in UTC")
    is_open = models.BooleanField(default=True, help_text="only a person closes a stage")
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["round_id", "position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "code"], name="stage_once")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.name}"


class SystemRound(models.Model):
    """A system's part in a round. Locking this row holds the system's state still."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="systems")
    system = models.ForeignKey("planning.Organisation", models.PROTECT, related_name="rounds")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "system"], name="system_round_once")
        ]

    def __str__(self) -> str:
        return f"{self.system_id} in {self.round_id}"
