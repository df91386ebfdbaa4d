"""A body's own ratios, from the year's figures that its run keeps: exact, None where one of the two is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

SCALE = 10_000
GROUP_FAMILIES = {"SUB": "W.AVG", "BNK": "W.BNK", "AGY": "W.AGY"}
BEDS = ("E.M.30g", "E.M.30h", "E.M.30i", "E.M.30j")


@dataclass(frozen=True)
class Yardsticks:
    """`kept`: line -> the year's figure in ten-thousandths, as `submissions.oddity.indices.ratios_of` gives it;
    expenditure by its size, `CWA` weighted activity, `weight.<line>` what one of it weighs."""

    kept: Mapping[str, int]

    def figure(self, code: str) -> Fraction | None:
        found = self.kept.get(code)
        return None if found is None else Fraction(found, SCALE)

    def ratio(self, top: str, bottom: str) -> Fraction | None:
        above, below = self.figure(top), self.figure(bottom)
        return above / below if above is not None and below else None

    def sum(self, *codes: str) -> Fraction | None:
        """None where any of the lines is missing."""
        found = [self.figure(code) for code in codes]
        known = [figure for figure in found if figure is not None]
        return sum(known, Fraction(0)) if known and len(known) == len(found) else None

    def cost(self, kind: str, group: str = "") -> Fraction | None:
        """£000 a WTE of SUB, BNK or AGY staff: of the group where its own pay is given, else of all of the kind."""
        own = self.ratio(f"F.PAY.{kind}.{group}", f"{GROUP_FAMILIES[kind]}.{group}") if group else None
        return own or self.ratio(f"F.PAY.{kind}", f"F.WTE.{kind}")

    @property
    def pay_of_all(self) -> Fraction | None:
        """£000 a WTE of all staff together."""
        return self.ratio("F.PAY.TOTAL", "W.AVG")

    @property
    def activity_of_each(self) -> Fraction | None:
        """Weighted units a WTE."""
        return self.ratio("CWA", "W.AVG")

    @property
    def nurses_a_bed(self) -> Fraction | None:
        nurses, beds = self.sum("W.AVG.RN", "W.BNK.RN", "W.AGY.RN"), self.beds
        return nurses / beds if nurses is not None and beds else None

    @property
    def beds(self) -> Fraction | None:
        """Open beds that are given, on average."""
        found = [figure for figure in (self.figure(code) for code in BEDS) if figure is not None]
        return sum(found, Fraction(0)) if found else None

    def groups(self) -> list[tuple[str, Fraction]]:
        """(staff group, WTE of all kinds), the largest first."""
        prefix = "W.AVG."
        found = []
        for code in self.kept:
            if code.startswith(prefix):
                group = code.removeprefix(prefix)
                staff = sum(
                    (self.figure(f"W.{k}.{group}") or Fraction(0) for k in ("AVG", "BNK", "AGY")), Fraction(0)
                )
                found.append((group, staff))
        return sorted(found, key=lambda row: (-row[1], row[0]))

    def weight(self, line: str) -> Fraction | None:
        """What one of an activity line weighs. A completed pathway weighs what the treatment does: an admission the
        trust's own mix of elective spells, one without it a first attendance."""
        if line == "E.M.19":
            return self.figure("weight.E.M.8")
        if line == "E.M.18":
            return self._elective_mix()
        whole = "E.B.26" if line.startswith("E.B.26") else "E.M.13D" if line.startswith("E.M.13") else line
        return self.figure(f"weight.{whole}") if not line.endswith("N") else None

    def _elective_mix(self) -> Fraction | None:
        spells = self.sum("E.M.10a", "E.M.10b")
        parts = [(self.figure(code), self.figure(f"weight.{code}")) for code in ("E.M.10a", "E.M.10b")]
        if not spells or any(figure is None or weight is None for figure, weight in parts):
            return None
        return sum(((figure or 0) * (weight or 0) for figure, weight in parts), Fraction(0)) / spells
