"""Charts: drawn by a worker as SVG, kept by the digest of their data."""

from __future__ import annotations

from django.db import models


class Chart(models.Model):
    """One drawn chart. `svg` is empty until a worker has drawn it; the page shows its table meanwhile."""

    digest = models.CharField(max_length=64, primary_key=True)
    spec = models.JSONField()
    svg = models.TextField(blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.digest[:12]
