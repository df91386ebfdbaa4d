"""The picture of several series on one scale: each its own dash and its name at its end, the odd one thick and red."""

from __future__ import annotations

from typing import Any

from planning.foundation.charts import BLUE, GREY, RED, ThreeLines, as_svg

COLOURS = (BLUE, GREY, "#007f3b")
DASHES = ([1, 0], [8, 4], [2, 3])
APART = 18  # pixels between the names of lines that end close together


def svg_of_three(data: ThreeLines) -> str:
    """As SVG, in a worker. Colour is the last of what tells the lines apart: their names, dashes and width do too."""
    import altair

    names = [name for name, _ in data.series]
    colours = [RED if name == data.odd else colour for name, colour in zip(names, COLOURS, strict=False)]
    months = altair.X("Month:N", sort=list(data.labels), title=None, axis=altair.Axis(labelAngle=0))
    scale = altair.Scale(zero=False, nice=True)
    axis = altair.Axis(
        format=",~f", tickCount=6, titleAngle=0, titleAlign="left", titleAnchor="end", titleY=-14
    )
    amount = altair.Y("Value:Q", title=data.unit, scale=scale, axis=axis)
    base = altair.Chart(altair.Data(values=_rows(data))).encode(x=months, y=amount)
    series = altair.Color("Series:N", scale=altair.Scale(domain=names, range=colours), legend=None)
    dash = altair.StrokeDash("Series:N", scale=altair.Scale(domain=names, range=list(DASHES)), legend=None)
    lines = [
        base.transform_filter(altair.datum.Series == name)
        .mark_line(strokeWidth=5 if name == data.odd else 3)
        .encode(color=series, strokeDash=dash)
        for name in names
    ]
    level = altair.Chart(altair.Data(values=[{"Level": data.level}])).mark_rule(
        color="#768692", strokeWidth=1
    )
    return as_svg(altair.layer(level.encode(y="Level:Q"), *lines, *_named(base, series, data)))


def _rows(data: ThreeLines) -> list[dict[str, Any]]:
    return [
        {"Month": label, "Series": name, "Value": value, "End": place == _end(values)}
        for name, values in data.series
        for place, (label, value) in enumerate(zip(data.labels, values, strict=False))
        if value is not None
    ]


def _end(values: Any) -> int:
    known = [place for place, value in enumerate(values) if value is not None]
    return known[-1] if known else -1


def _named(base: Any, series: Any, data: ThreeLines) -> list[Any]:
    """Each name beside its end; where ends lie close, spread so that no name lies on another."""
    import altair

    ends = [(values[_end(values)], name) for name, values in data.series if _end(values) >= 0]
    order = [name for _, name in sorted(ends, reverse=True)]
    return [
        base.transform_filter((altair.datum.Series == name) & (altair.datum.End == True))  # noqa: E712
        .mark_text(
            align="left", dx=10, dy=(place - (len(order) - 1) / 2) * APART, fontSize=16, fontWeight="bold"
        )
        .encode(text="Series:N", color=series)
        for place, name in enumerate(order)
    ]
