"""Charts: asked for once, drawn by a worker, kept by the digest of their data, safe under a strict policy."""

import pytest

from planning.foundation import charts
from planning.foundation.charts import Chart, ThreeLines, TwelveMonths, chart_of
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


THREE = ThreeLines(
    MONTHS,
    [("Activity", [101.0] * 12), ("Staff", [100.5] * 11 + [None]), ("Pay", [106.0] * 12)],
    "outturn = 100",
    100.0,
    "Pay",
)


@pytest.mark.django_db
def test_three_lines_are_drawn_with_their_names_and_the_odd_one_in_red(asked: list[str]) -> None:
    chart = chart_of(THREE, patience=0)
    draw_chart(chart.digest)
    svg = chart_of(THREE, patience=0).svg
    assert svg.startswith("<svg")
    assert all(f">{name}<" in svg for name in ("Activity", "Staff", "Pay"))
    assert "<script" not in svg and "<style" not in svg and "style=" not in svg
    assert svg.count('stroke="#d5281b"') == 1


@pytest.mark.django_db
def test_a_series_without_figures_has_no_line_and_no_name(asked: list[str]) -> None:
    nothing = ThreeLines(MONTHS, [("Activity", [None] * 12), ("Staff", [100.0] * 12)], "", 100.0)
    chart = chart_of(nothing, patience=0)
    draw_chart(chart.digest)
    svg = chart_of(nothing, patience=0).svg
    assert ">Staff<" in svg and ">Activity<" not in svg
