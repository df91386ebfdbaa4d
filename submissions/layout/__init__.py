"""The workbook that people fill in, made from the line catalogue: its places, formulas, looks and cover.

Written with XlsxWriter alone, so that the web process may do it. Nothing here reads a workbook.
"""

from submissions.layout.book import default_file_name, write_return
from submissions.layout.places import CLOSED, FORMULA, INPUT, LINE_HEADERS, Places, headers, kind_of_cell
from submissions.layout.sheets import Given
from submissions.layout.totals import Figures, complete

__all__ = [
    "CLOSED",
    "FORMULA",
    "INPUT",
    "LINE_HEADERS",
    "Figures",
    "Given",
    "Places",
    "complete",
    "default_file_name",
    "headers",
    "kind_of_cell",
    "write_return",
]
