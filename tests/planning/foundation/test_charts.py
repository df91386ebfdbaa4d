"""Charts: asked for once, drawn by a worker, kept by the digest of their data, safe under a strict policy."""

import pytest

from planning.foundation import charts
from planning.foundation.charts import Chart, TwelveMonths, chart_of
from planning.tasks import draw_chart

MONTHS = ["Apr-23", "May-23", "Jun-23", "Jul-23", "Aug-23", "Sep-23"]
MONTHS += ["Oct-23", "Nov-23", "Dec-23", "Jan-24", "Feb-24", "Mar-24"]
DATA = TwelveMonths(MONTHS, [70.0] * 11 + [None], [76.0] * 12, "%", "Plan", "Target", "Apr-23")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    rung: list[str] = []
    monkeypatch.setattr(charts, "_ask", lambda chart: rung.append(chart.digest))
    return rung


@pytest.mark.django_db
def test_the_same_data_is_asked_for_once(asked: list[str]) -> None:
    assert chart_of(DATA, patience=0).svg == ""
    chart_of(DATA, patience=0)
    assert asked == [Chart.objects.get().digest]


@pytest.mark.django_db
def test_a_worker_draws_it_and_twice_does_no_harm(asked: list[str]) -> None:
    chart = chart_of(DATA, patience=0)
    draw_chart(chart.digest)
    draw_chart(chart.digest)
    svg = chart_of(DATA, patience=0).svg
    assert svg.startswith("<svg")
    assert "Apr-23" in svg and "Target" in svg
    assert "<script" not in svg and "<style" not in svg and "style=" not in svg
