"""Charts: drawn by a worker as SVG, kept by the digest of their data.

A page asks for one and waits a second at most; without it the page shows its table alone and a link.
Nothing here imports the drawing library until a worker draws.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import models
from django.utils import timezone

logger = logging.getLogger(__name__)
PATIENCE, PAUSE = 1.0, 0.2  # seconds that a page waits, and between two looks
ASK_AGAIN = timedelta(seconds=10)
BLUE, GREY, RED, TEXT = "#005eb8", "#425563", "#d5281b", "#212b32"
DRAWING = 3  # raised when the drawing changes, so that pictures of the same figures are drawn anew
WIDTH, HEIGHT = 800, 300


class Chart(models.Model):
    """One drawn chart. `svg` is empty until a worker has drawn it; the page shows its table meanwhile."""

    digest = models.CharField(max_length=64, primary_key=True)
    spec = models.JSONField()
    svg = models.TextField(blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.digest[:12]


@dataclass(frozen=True)
class TwelveMonths:
    """The plan's twelve months beside what was expected of them. None is a month that is not known."""

    labels: Sequence[str]  # Apr-23 …
    planned: Sequence[float | None]
    expected: Sequence[float | None]
    unit: str
    planned_name: str = "Plan"
    expected_name: str = "Expected"
    first_out: str = ""  # the label of the first month that fails


def chart_of(data: TwelveMonths, patience: float | None = None) -> Chart:
    """The chart of these figures, drawn or still to be drawn (`svg` empty). One query once it is drawn."""
    digest, spec = _digest_and_spec(data)
    chart, fresh = Chart.objects.get_or_create(digest=digest, defaults={"spec": spec})
    if chart.svg:
        return chart
    if fresh or chart.asked_at < timezone.now() - ASK_AGAIN:
        _ask(chart)
    return _await(chart, PATIENCE if patience is None else patience)


def charts_of(every: Sequence[TwelveMonths], patience: float | None = None) -> list[Chart]:
    """The charts of one page, in order: asked for together and waited for once. One query once they are drawn."""
    specs = dict(_digest_and_spec(data) for data in every)
    known = Chart.objects.in_bulk(specs)
    new = [Chart(digest=digest, spec=spec) for digest, spec in specs.items() if digest not in known]
    if new:
        Chart.objects.bulk_create(new, ignore_conflicts=True)
    late = timezone.now() - ASK_AGAIN
    for chart in [*new, *(one for one in known.values() if not one.svg and one.asked_at < late)]:
        _ask(chart)
    until = time.monotonic() + (PATIENCE if patience is None else patience)
    while any(digest not in known or not known[digest].svg for digest in specs) and time.monotonic() < until:
        time.sleep(PAUSE)
        known = Chart.objects.in_bulk(specs)
    found = known if len(known) == len(specs) else Chart.objects.in_bulk(specs)
    return [found[_digest_and_spec(data)[0]] for data in every]


def _digest_and_spec(data: TwelveMonths) -> tuple[str, dict[str, Any]]:
    spec = asdict(data)
    return hashlib.sha256(f"{DRAWING} {json.dumps(spec, sort_keys=True)}".encode()).hexdigest(), spec


def _ask(chart: Chart) -> None:
    """Ring for a worker. A queue that is away costs the picture, not the page: its table is there."""
    Chart.objects.filter(pk=chart.pk).update(asked_at=timezone.now())
    try:
        current_app.send_task("planning.tasks.draw_chart", args=[chart.digest])
    except Exception:
        logger.exception("The queue could not be reached; chart %s is not drawn", chart)


def _await(chart: Chart, patience: float) -> Chart:
    until = time.monotonic() + patience
    while not chart.svg and time.monotonic() < until:
        time.sleep(PAUSE)
        chart.refresh_from_db(fields=["svg"])
    return chart


def draw(digest: str) -> None:
    """Draw a chart that was asked for, in a worker. Twice does no harm. Raises Chart.DoesNotExist."""
    chart = Chart.objects.get(pk=digest)
    if not chart.svg:
        Chart.objects.filter(pk=digest).update(svg=svg_of(TwelveMonths(**chart.spec)))


def svg_of(data: TwelveMonths) -> str:
    """The picture as SVG, without style attributes or scripts, so that a strict policy lets it stand."""
    import altair
    import vl_convert

    months = altair.X("Month:N", sort=list(data.labels), title=None, axis=altair.Axis(labelAngle=0))
    amount = altair.Y(
        "Value:Q",
        title=data.unit,
        scale=altair.Scale(zero=False),
        axis=altair.Axis(
            format=",~f", tickCount=6, titleAngle=0, titleAlign="left", titleAnchor="end", titleY=-14
        ),
    )
    base = altair.Chart(altair.Data(values=_rows(data))).encode(x=months, y=amount)
    names = [data.planned_name, data.expected_name]
    series = altair.Color("Series:N", scale=altair.Scale(domain=names, range=[BLUE, GREY]), legend=None)
    dash = altair.StrokeDash("Series:N", legend=None, sort=names)
    line = base.mark_line(strokeWidth=3).encode(color=series, strokeDash=dash)
    points = base.mark_point(filled=True, size=60, opacity=1).encode(color=series)
    marked = base.transform_filter(altair.datum.First == True)  # noqa: E712 - a vega expression
    ring = marked.mark_point(size=260, strokeWidth=3, color=RED, opacity=1)
    layers = [line, points, ring, *_names(base, series)]
    picture = altair.layer(*layers).properties(width=WIDTH, height=HEIGHT)
    picture = picture.configure(font="Arial", padding=8).configure_view(stroke=None)
    picture = picture.configure_axis(
        labelFontSize=15, titleFontSize=15, labelColor=TEXT, titleColor=TEXT, gridColor="#e8edee"
    )
    return str(vl_convert.vegalite_to_svg(picture.to_json(), vl_version="6.1"))


def _names(base: Any, series: Any) -> list[Any]:
    """Each line's name at its end, the higher one above and the lower one below, so that they stay apart."""
    import altair

    return [
        base.transform_filter(altair.datum.Named == where)
        .mark_text(align="left", dx=10, dy=shift, fontSize=16, fontWeight="bold")
        .encode(text="Series:N", color=series)
        for where, shift in (("above", -6), ("below", 8))
    ]


def _rows(data: TwelveMonths) -> list[dict[str, object]]:
    """One row a month and series; months that are not known have none."""
    ends = [_end(data.planned), _end(data.expected)]
    above = 0 if ends[0][1] >= ends[1][1] else 1
    rows: list[dict[str, object]] = []
    for place, (name, figures) in enumerate(
        ((data.planned_name, data.planned), (data.expected_name, data.expected))
    ):
        for month, (label, value) in enumerate(zip(data.labels, figures, strict=False)):
            if value is not None:
                first = name == data.planned_name and label == data.first_out
                named = "" if month != ends[place][0] else "above" if place == above else "below"
                rows.append({"Month": label, "Series": name, "Value": value, "First": first, "Named": named})
    return rows


def _end(figures: Sequence[float | None]) -> tuple[int, float]:
    """The place and figure of the last month that is known; before all months where none is."""
    known = [(place, value) for place, value in enumerate(figures) if value is not None]
    return known[-1] if known else (-1, float("-inf"))
