"""Names that a file may come with, and how each is kept: shown as text, downloaded under a name that is safe."""

from __future__ import annotations

NAMES: dict[str, tuple[str, str]] = {  # what it is -> (the name sent, the name kept)
    "folders": ("../../etc/passwd.xlsx", "passwd.xlsx"),
    "folders of Windows": ("..\\..\\windows\\system.xlsx", "system.xlsx"),
    "NUL": ("plan\0.xlsx", "plan.xlsx"),
    "CR LF": ("plan\r\nSet-Cookie: a=b.xlsx", "planSet-Cookie: a=b.xlsx"),
    "quotes": ("plan\"'; filename=evil.exe.xlsx", "plan\"'; filename=evil.exe.xlsx"),
    "300 characters": ("p" * 295 + ".xlsx", "p" * 115 + ".xlsx"),
    "right-to-left override": ("plan\u202exslx.exe.xlsx", "planxslx.exe.xlsx"),
    "markup": ("<img src=x onerror=alert(1)>.xlsx", "<img src=x onerror=alert(1)>.xlsx"),
    "a formula": ("=cmd|'calc'!A0.xlsx", "=cmd|'calc'!A0.xlsx"),
    "a device": ("CON.xlsx", "CON.xlsx"),
    "two endings": ("plan.xlsx.exe", "plan.xlsx.exe"),
    "no name": ("\u202e", "workbook.xlsx"),
    "other letters": ("План – 计划.xlsx", "План – 计划.xlsx"),
}
