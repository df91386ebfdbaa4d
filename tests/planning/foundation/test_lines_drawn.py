"""Several series on one scale, drawn at once: named, told apart without colour, safe under a strict policy."""

from __future__ import annotations

import re

from planning.foundation.lines_drawn import Lines, Scale, drawn

MONTHS = ["Apr-23", "May-23", "Jun-23", "Jul-23", "Aug-23", "Sep-23"]
MONTHS += ["Oct-23", "Nov-23", "Dec-23", "Jan-24", "Feb-24", "Mar-24"]
LEVEL: list[float | None] = [100.0] * 12


def picture(*series: tuple[str, list[float | None]], odd: str = "") -> str:
    return drawn(Lines(MONTHS, series, "outturn = 100", 100.0, odd))


def test_each_line_has_its_name_and_dash_and_the_odd_one_is_thick() -> None:
    svg = picture(("Activity", LEVEL), ("Staff", [101.0] * 12), ("Pay", [106.0] * 12), odd="Pay")
    assert [name for name in ("Activity", "Staff", "Pay") if f">{name}<" in svg] == [
        "Activity",
        "Staff",
        "Pay",
    ]
    assert re.findall(r'stroke-width="(\d)" stroke-dasharray="([^"]*)"', svg) == [
        ("3", "none"),
        ("3", "9 5"),
        ("5", "2 4"),
    ]
    assert svg.count('stroke="#d5281b"') == 1
    assert "Apr-23" in svg and "outturn = 100" in svg
    assert "<script" not in svg and "<style" not in svg and "style=" not in svg


def test_a_month_that_is_not_known_breaks_the_line_and_one_by_itself_is_a_dot() -> None:
    broken: list[float | None] = [100.0, 101.0, None, 102.0, None, *[103.0] * 7]
    svg = picture(("Activity", broken))
    assert (svg.count("<polyline"), svg.count("<circle")) == (2, 1)


def test_a_series_without_figures_has_no_line_and_no_name() -> None:
    svg = picture(("Activity", [None] * 12), ("Staff", LEVEL))
    assert svg.count("<polyline") == 1 and ">Activity<" not in svg
    assert picture(("Activity", [None] * 12)) == ""


def test_names_of_lines_that_end_together_lie_apart() -> None:
    svg = picture(("Activity", LEVEL), ("Staff", LEVEL), ("Pay", LEVEL))
    heights = [
        float(y)
        for y, name in re.findall(r'y="([\d.]+)"[^>]*>(\w+)</text>', svg)
        if name in "Activity Staff Pay"
    ]
    assert sorted(b - a for a, b in zip(sorted(heights), sorted(heights)[1:], strict=False)) == [19.0, 19.0]


def test_the_scale_goes_in_whole_steps_round_what_is_there() -> None:
    assert Scale.of([100.0, 103.9]) == Scale(100, 104, 1)
    assert Scale.of([94.6, 101.5, 100]) == Scale(94, 102, 2)
    assert Scale.of([100.0]).ticks() == [100.0, 100.1]
    assert Scale.of([100, 5_000]).high == 5_000


def test_a_name_is_written_as_text() -> None:
    assert "&lt;b&gt;" in picture(("<b>", LEVEL))
