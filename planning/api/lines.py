"""The line catalogue of a round."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.described import several, text, thing, whole
from planning.api.filters import RETURN, round_named
from planning.foundation.asking import PAGED, Asked
from planning.foundation.paging import enveloped, page_of_list, paged
from planning.foundation.rest import route
from planning.registry.lines import Line, Lines

LINE = thing(
    "Line",
    {
        "code": text("a code that ends in `@` stands for one row a partner, such as `F.INC.ICB@QU9`"),
        "label": text(),
        "measure_type": text("Count, Numerator, Denominator, Mean, Amount, WTE or Rate"),
        "unit": text("money is in £000"),
        "decimals": whole("how many decimals a figure is entered with"),
        "sign": text("`+` zero or more, `-` zero or less, `any`"),
        "over_time": text(
            "how the months make the year: sum, last, avg, ratio, ratio_last, ratio_avg, wmean; `annual`: one figure a "
            "year, entered in the plan column; `none`: months make no year"
        ),
        "over_organisations": text("how organisations make a system: sum, wmean, none"),
        "weight": text("the line that weighs a weighted mean", null=True),
        "denominator": text("a numerator's denominator", null=True),
        "required": text(
            "required, optional, computed; `reference`: set by the service or by NHS England and in no workbook"
        ),
        "required_for": several("the types of organisation that must enter it"),
        "optional_for": several("the types of organisation that may leave it blank"),
        "baseline": text("the 2019/20 column: required, optional, or none where it takes no figure"),
        "outturn": text("the column of the year before: required, optional, or none"),
        "types": several("the types of organisation whose return holds it"),
        "counted_from": several("the types whose rows a system adds up; others are cross-checks"),
        "partners": serializers.DictField(
            child=serializers.ListField(child=serializers.CharField()),
            allow_null=True,
            help_text="for a line with one row a partner, by type of organisation who the partners are: `icb`, "
            "`trust`, `ac`, `mh`, `am`: those of the system; `IS` the independent sector and `OUT` bodies outside the "
            "system, whose rows are always optional",
        ),
        "computed": text("its formula in lines, null where it is entered", null=True),
        "computed_for_icb": text("the formula in an ICB's return, where that is another", null=True),
        "of_which": text("the line that it is a memorandum part of", null=True),
        "return": text("activity, workforce or finance"),
        "sheet": text("the sheet that it stands on"),
        "section": text("the heading that it stands below"),
        "definition": text(),
        "source": text(),
        "nhse_ref": text("NHS England's code for the measure, as read in 2024/25", null=True),
    },
    many=True,
)


@route(
    "GET",
    says="Lines\nThe line catalogue of the round in the order of the workbooks, and how each line adds up.",
    tag="reference",
    gives=paged("LinePage", LINE),
    parameters=(RETURN, *PAGED),
)
def lines(request: Request, asked: Asked, round_code: str) -> Response:
    catalogue = Lines.load(round_named(round_code).code).values()
    found = [line for line in catalogue if asked["return"] in ("", line.return_kind)]
    page = page_of_list(found, asked)
    return Response(enveloped(request, page, [_shown(line) for line in page.rows]))


def _shown(line: Line) -> dict[str, Any]:
    return {
        "code": line.code,
        "label": line.label,
        "measure_type": line.measure_type,
        "unit": line.unit,
        "decimals": line.decimals,
        "sign": line.sign,
        "over_time": line.over_time,
        "over_organisations": line.over_organisations,
        "weight": line.weight or None,
        "denominator": line.denominator or None,
        "required": line.required,
        "required_for": sorted(line.required_for),
        "optional_for": sorted(kind for kind in line.types if line.is_optional_for(kind)),
        "baseline": line.baseline,
        "outturn": line.outturn,
        "types": sorted(line.types),
        "counted_from": sorted(line.counted_from),
        "partners": {kind: list(families) for kind, families in line.partners} or None,
        "computed": line.formula or line.formula_icb or None,
        "computed_for_icb": line.formula_icb or None,
        "of_which": line.of_which or None,
        "return": line.return_kind,
        "sheet": line.sheet,
        "section": line.section,
        "definition": line.definition,
        "source": line.source,
        "nhse_ref": line.nhse_ref or None,
    }
