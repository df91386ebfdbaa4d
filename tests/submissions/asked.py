"""What the guidance of each round asks for and returns can show, in plain figures: (code, who, round) and what
must hold. Who: types of organisation, and "system" for the sums of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from planning.registry import periods
from tests.submissions.ledger import BASELINE, BEDS, MARCH, MONTHS, OUTTURN, YEAR, Books

JULY, SEPTEMBER = 5, 7
PEOPLE = {"QU9": 1_800_000, "QT6": 580_000}

Asked = Callable[[Books], bool]


def _over(code: str, threshold: str, place: int = YEAR) -> Asked:
    return lambda b: b.share(code, place) >= Fraction(threshold)


def _always(code: str, threshold: str, first: int = periods.APRIL) -> Asked:
    return lambda b: all(b.share(code, at) >= Fraction(threshold) for at in range(first, YEAR))


def _more(*codes: str) -> Asked:
    return lambda b: all(b(code) > b(code, OUTTURN) for code in codes)


def _fewer(*codes: str) -> Asked:
    return lambda b: all(b(code) < b(code, OUTTURN) for code in codes)


def _better(*codes: str) -> Asked:
    return lambda b: all(b.share(code) > b.share(code, OUTTURN) for code in codes)


def _worse(*codes: str) -> Asked:
    return lambda b: all(b.share(code) < b.share(code, OUTTURN) for code in codes)


def _times(code: str, multiple: str, place: int = BASELINE) -> Asked:
    return lambda b: b(code) > Fraction(multiple) * b(code, place)


def _nobody(weeks: str, code: str, first: int, last: int = MARCH) -> Asked:
    return lambda b: all(
        b(code, at) == b.sum(b.family(f"LOC.RTT{weeks}X"), at) for at in range(first, last + 1)
    )


AC, MH, AM, ICB = ("ac", "system"), ("mh", "system"), ("am",), ("icb",)
BOTH = ("mh", "icb", "system")

ALWAYS: dict[str, tuple[tuple[str, ...], Asked]] = {
    "more to first treatment": (AC, _more("LOC.CANTX")),
    "22-08 23-34": (AC, lambda b: b("E.M.9") <= Fraction("0.75") * b("E.M.9", BASELINE)),
    "22-09": (AC, lambda b: b("E.M.34", MARCH) >= b("E.M.32", MARCH) / 20),
    "22-10": (AC, lambda b: 100 * b("E.M.33", MARCH) >= 16 * b("E.M.8", MARCH)),
    "22-11": (AC, lambda b: b("LOC.CAN62BL") <= b("LOC.CAN62BL", BASELINE)),
    "23-12": (AC, _fewer("LOC.CAN62BL")),
    "22-15": (AC, _better("E.B.35", "E.B.27", "LOC.CAN31")),
    "22-17": (AC, _over("LOC.BPTP", "0.65")),
    "22-32": (AC, lambda b: b("LOC.ED12N") < b("E.M.13D") / 50),
    "22-37": (AM + ICB, lambda b: all(b.share("LOC.111CAS", at) > Fraction("0.5") for at in MONTHS)),
    "22-40 23-04": (MH, _always("LOC.UCR2H", "0.7")),
    "22-41 23-52": (AC, _fewer("E.M.29N")),
    "22-42": (MH, _fewer("E.T.2a", "E.T.2b", "E.T.9")),
    "22-43": (MH, lambda b: _better("LOC.LC6")(b) and _fewer("LOC.LC15")(b)),
    "22-44 to 22-48 23-07 23-08": (ICB, _more("W.ARRS", "W.GP", "E.D.19", "E.M.72")),
    "22-52 23-27": (ICB, _over("E.K.3", "0.75", MARCH)),
    "22-63 23-32": (AC, lambda b: b.sum(BEDS) >= b.sum(BEDS, BASELINE)),
    "22-64": (AM, _fewer("E.B.23a", "E.B.23c")),
    "22-65 23-54": (MH, _more("E.T.8", "LOC.UCR2HD")),
    "22-66 23-21 23-26": (BOTH, _more("E.H.9", "E.H.15")),
    "22-67": (ICB, _fewer("E.K.1N", "E.K.1cN")),
    "22-68 23-14": (ICB, _better("LOC.STAGE")),
    "22-06": (AC, _fewer("E.B.18")),
    "22-28": (AC, _over("LOC.PRETERM", "0.85")),
    "23-03": (AC, lambda b: b("E.M.30a") <= Fraction("0.92") * b.sum(BEDS[:2])),
    "23-09": (ICB, _more("E.D.24N")),
    "23-15": (AC, lambda b: b.share("E.B.28", MARCH) < b.share("E.B.28", OUTTURN)),
    "23-16": (AC, _more("E.B.26")),
    "23-18": (
        ("ac",),
        lambda b: (
            b("W.SUB.MID", MARCH) / b("W.EST.MID", MARCH) > b("W.SUB.MID", OUTTURN) / b("W.EST.MID", OUTTURN)
        ),
    ),
    "23-20": (("ac", "mh", "am"), _worse("W.KPI.TURN", "W.KPI.SICK")),
    "23-22": (BOTH, _more("LOC.IAPT", "LOC.IAPTOA")),
    "23-23 24-10": (BOTH, _times("E.H.31", "1.05", OUTTURN)),
    "23-24": (MH, _fewer("E.A.5")),
    "23-25 24-14": (ICB, _always("E.A.S.1", "0.667")),
    "23-28 24-19": (ICB, lambda b: b("E.K.1N") * 1_000_000 <= 30 * PEOPLE[b.ods] * Fraction("0.79")),
    "23-29 24-20": (ICB, lambda b: b("E.K.1cN") * 1_000_000 <= 12 * PEOPLE[b.ods] * Fraction("0.2")),
    "23-30": (ICB, _over("LOC.HTN", "0.77")),
    "23-31": (ICB, _over("LOC.LIPID", "0.6")),
    "23-33": ((*BOTH, "ac"), _always("E.T.5", "0.8", SEPTEMBER)),
    "23-35": (AC, lambda b: b("E.M.10a") >= Fraction("0.85") * b("E.M.10")),
    "23-36": (AC, _over("LOC.THEATRE", "0.85")),
    "23-38": (("ac", "icb", "system"), _over("E.B.34", "0.8")),
    "23-51": (AC, lambda b: b("E.M.9") / b("E.M.8") < b("E.M.9", OUTTURN) / b("E.M.8", OUTTURN)),
    "23-53": (AC, _fewer("LOC.HO60")),
    "23-55": (ICB, _more("E.K.3D")),
    "24-06": (AC, _over("LOC.CAN31", "0.96", MARCH)),
    "24-15": (ICB, _always("E.H.13", "0.6")),
    "24-17": (BOTH, _over("E.A.4a", "0.48")),
    "C3": (AC, _fewer("E.B.3a")),
    "C34": (MH, _over("LOC.CYPEDU", "0.95")),
    "C35": (MH, _over("LOC.CYPEDR", "0.95")),
    "C37": (MH, lambda b: b.share("LOC.EIP") >= Fraction("0.6") and b.share("LOC.EIP3") >= Fraction("0.95")),
    "C46": (BOTH, _over("LOC.IAPT6", "0.75")),
    "C47": (BOTH, _over("LOC.IAPT18", "0.95")),
    "C52": (MH, _over("LOC.FU72", "0.8")),
    "C54": (MH, lambda b: b("LOC.CTRN") == b("LOC.CTRD")),
}

LATER: dict[str, tuple[tuple[str, ...], Asked]] = {  # lines that 2022-23 does not have
    "23-06": (ICB, lambda b: b("E.D.21N") == b("E.D.21D")),
    "24-12": (AC, lambda b: b("E.M.38") <= Fraction("0.54") * b.sum(("E.M.38", "E.M.40", "E.M.41"))),
    "C9": (("ac", "mh", "system"), lambda b: b("LOC.MIUN") < b("LOC.MIUD") / 20),
}

IN_ROUND: dict[str, dict[str, tuple[tuple[str, ...], Asked]]] = {
    "2022-23": {
        "22-01": (AC, lambda b: _times("E.M.10", "1.1")(b) and _times("LOC.VWA", "1.1")(b)),
        "22-03": (AC, _nobody("104", "LOC.RTT104", JULY)),
        "22-04": (AC, _nobody("78", "LOC.RTT78", MARCH)),
        "22-13": (("ac", "icb", "system"), lambda b: b("E.B.34N") == b("E.B.34D")),
        "22-16": (ICB, _over("LOC.NSSCOV", "0.75")),
        "22-23": (AC, _times("E.B.26", "1.2")),
        "22-33": (
            AM,
            lambda b: (
                b("E.B.23a") <= 7
                and b("E.B.23c") <= 18
                and all(b("E.B.23aP", at) <= 15 and b("E.B.23cP", at) <= 40 for at in MONTHS)
            ),
        ),
        "22-34": (AC, lambda b: b("LOC.HO60") == 0),
        "22-35": (
            AC,
            lambda b: all(b("LOC.HO30", at) >= Fraction("0.95") * b("LOC.HOT", at) for at in MONTHS),
        ),
        "22-36": (
            AC,
            lambda b: all(b("LOC.HO15", at) >= Fraction("0.65") * b("LOC.HOT", at) for at in MONTHS),
        ),
        "22-41": (AC, lambda b: b("E.M.29N") <= b("E.M.29N", OUTTURN) / 2),
        "22-56": (ICB, _over("LOC.NHSAPP", "0.6")),
    },
    "2023-24": {
        "23-01": (AC, _over("E.M.13", "0.76", MARCH)),
        "23-02": (AM, lambda b: b("E.B.23c") <= 30),
        "22-03": (AC, _nobody("104", "LOC.RTT104", periods.APRIL)),
        "22-04": (AC, _nobody("78", "LOC.RTT78", periods.APRIL)),
        "23-10": (AC, _nobody("65", "E.B.20", MARCH)),
        "23-11": (AC, lambda b: b("LOC.VWA") >= Fraction("1.07") * b("LOC.VWA", BASELINE)),
        "23-13": (AC, _over("E.B.27", "0.75", MARCH)),
        "23-40": (ICB, lambda b: b("LOC.NSSCOVN") == b("LOC.NSSCOVD")),
    },
    "2024-25": {
        "24-01": (AC, _over("E.M.13", "0.78", MARCH)),
        "24-02": (AM, lambda b: b("E.B.23c") <= 30),
        "24-04": (AC, _nobody("65", "E.B.20", SEPTEMBER)),
        "22-07": (AC, _nobody("52", "E.B.18", MARCH)),
        "24-05": (AC, _over("E.B.27", "0.77", MARCH)),
        "24-07": (AC, _over("E.B.35", "0.85", MARCH)),
        "24-18": (BOTH, _over("E.A.4b", "0.67")),
        "24-08": (AC, lambda b: b.share("E.B.28", MARCH) <= Fraction("0.05")),
    },
}

CORNWALL: dict[str, tuple[tuple[str, ...], Asked]] = {
    "C1": (AC, lambda b: b("E.B.20", MARCH) == 0),
    "C8": (
        ("ac", "mh", "system"),
        lambda b: b("LOC.FALLSN") == b("LOC.FALLSD") and b("LOC.FALLSCN") == b("LOC.FALLSAN") == 0,
    ),
    "C10": (AC, lambda b: b("LOC.HO30") == b("LOC.HOT")),
    "C11": (AM, lambda b: b("E.B.23c") <= 18),
    "C14": (
        AC,
        lambda b: all(b("E.M.13D") <= Fraction("0.95") * b("E.M.13D", at) for at in (OUTTURN, BASELINE)),
    ),
    "C48": (MH, _times("LOC.IPS", "1.999", OUTTURN)),
    "C51": (MH, lambda b: b("LOC.OAPBD") == 0),
}


def missed(books: Books, system: str) -> Iterator[str]:
    """What one organisation, or the sums of that system, do not meet."""
    asked = ALWAYS | IN_ROUND[books.round] | ({} if books.round == "2022-23" else LATER)
    if (books.round, system) == ("2023-24", "QT6"):
        asked |= CORNWALL
    for code, (who, holds) in asked.items():
        if books.kind in who and not holds(books):
            yield f"{code} {books.ods}"
