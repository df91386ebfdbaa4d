"""What a number format shows: a date, a percentage, thousands left away, or a dash where there is 0.

It matters where the eye sees another figure than the file holds.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

DATE, PERCENT, SCALED, DASH = "date", "percent", "scaled", "dash"
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # literals, padding, colours and conditions
_WITHOUT_QUOTES = re.compile(r'[\\_*].|\[[^\]]*\]|["?\s£$€]')
_THOUSANDS_LEFT_AWAY = re.compile(r"[0#?],+(?:\.|[^0#?,]|$)")


def looks_of(tree: Any) -> dict[int, str]:
    """Place in cellXfs -> what its number format shows, for those that show something of their own."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS
    from openpyxl.xml.constants import SHEET_MAIN_NS as NS

    formats = dict(BUILTIN_FORMATS)
    formats.update({int(f.get("numFmtId")): f.get("formatCode", "") for f in tree.iter(f"{{{NS}}}numFmt")})
    styles = tree.iterfind(f"{{{NS}}}cellXfs/{{{NS}}}xf")
    looks = (look_of(formats.get(int(xf.get("numFmtId", 0)), "General")) for xf in styles)
    return {at: look for at, look in enumerate(looks) if look}


def look_of(code: str) -> str:
    """Of one format code; "" where it shows the number as it is, to some decimals."""
    from openpyxl.styles.numbers import is_date_format

    if code in ("General", "@"):
        return ""
    if is_date_format(code):
        return DATE
    plain = _QUOTED.sub("", code)
    if "%" in plain:
        return PERCENT
    if _THOUSANDS_LEFT_AWAY.search(plain.partition(";")[0]):
        return SCALED
    sections = code.split(";")
    return DASH if len(sections) > 2 and _WITHOUT_QUOTES.sub("", sections[2]) in ("-", "–", "—") else ""


def day_of(raw: str, epoch: Any) -> str:
    """The day, and the time where there is one, of a serial number in the workbook's own date base; the number
    itself where that base has no such day."""
    from openpyxl.utils.datetime import from_excel

    try:
        day = from_excel(float(raw), epoch)
    except (ValueError, OverflowError):
        return raw
    if not isinstance(day, datetime):
        return raw if day is None else str(day)
    return day.strftime("%Y-%m-%d" if day.time() == datetime.min.time() else "%Y-%m-%d %H:%M")
