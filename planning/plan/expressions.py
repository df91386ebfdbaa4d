"""What one side of a comparison says, read from its text. No figures here: see `submissions/declared.py`.

W.SUB.* + W.BNK.*                     a signed sum of lines; a family's star stands for each of its lines
(F.PAY.AGY + F.PAY.BNK) / F.PAY.TOTAL one sum over another; a sum of several lines stands in brackets
g(F.PAY.TOTAL)                        growth: the plan column over the outturn, less 1
1.1 x F.PAY.AGY                       times a number or an assumption; so is pay_award x (A + B)
4%, 0.04, pay_award                   a number or an assumption of the round alone
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

Sum = tuple[tuple[int, str], ...]  # ((1, "A"), (-1, "B")) for A - B

_TOKEN = re.compile(
    r"""(?P<growth>g\() | (?P<times>x(?![\w.])|×) | (?P<number>\d+(?:\.\d+)?%?(?![\w,.]))
    | (?P<line>[A-Z][\w.@]*\*?) | (?P<assumption>[a-z][\w.]*(?:-\d+)*) | (?P<sign>[-+−]) | (?P<mark>[()/])""",
    re.VERBOSE | re.ASCII,
)
_HINTS = {"*": "write x to multiply", ",": "write numbers without commas", "÷": "write / to divide"}
_MOST = 2000  # letters of a side
_LONGEST_NUMBER = 15


class Unreadable(ValueError):
    """A text that is no expression: `at` is the character, counted from 1, and the message says what to do."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(f"at character {at}: {what}")
        self.at = at


@dataclass(frozen=True)
class Expression:
    """`factor` × the assumptions × (the terms, or their growth, or the terms over others). Without terms it is
    a number or an assumption alone."""

    text: str
    terms: Sum = ()
    over: Sum = ()
    grows: bool = False
    factor: Fraction = Fraction(1)
    assumptions: tuple[str, ...] = ()
    is_percentage: bool = False  # a number alone, written 4%

    @property
    def is_constant(self) -> bool:
        return not self.terms

    @property
    def is_sum(self) -> bool:
        """Nothing but a signed sum of lines."""
        return bool(self.terms) and not (self.over or self.grows or self.assumptions) and self.factor == 1

    @property
    def codes(self) -> tuple[str, ...]:
        """The lines and families that it names, in their order, once each."""
        return tuple(dict.fromkeys(code for _, code in (*self.terms, *self.over)))


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """Raises Unreadable, which names the character."""
    if len(text) > _MOST:
        raise Unreadable(_MOST, f"a side has at most {_MOST} characters.")
    return _Reader(text).side()


def assumptions_read(comparisons: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The codes of the assumptions that comparisons draw on, their conditions among them; none of what cannot
    be read."""
    found: set[str] = set()
    for comparison in comparisons:
        for asked in (comparison, comparison.get("if") or {}):
            for side in ("left", "right"):
                try:
                    found.update(parse(str(asked.get(side, ""))).assumptions)
                except Unreadable:
                    continue
    return frozenset(found)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int  # from 1


class _Reader:
    """One side, token by token."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.place = 0
        self.factor, self.is_percentage = Fraction(1), False
        self.assumptions: list[str] = []
        self.value: tuple[Sum, Sum, bool] | None = None  # terms, what they are over, whether they grow

    def side(self) -> Expression:
        if self._now.kind == "end":
            raise Unreadable(1, "nothing stands here: name a line, a number or an assumption.")
        self._part(alone=True)
        while self._now.kind == "times":
            self._next()
            self._part(alone=False)
        if self._now.kind != "end":
            raise Unreadable(self._now.at, f"'{self._now.text}' is one too many: {self._advice()}")
        terms, over, grows = self.value or ((), (), False)
        return Expression(
            self.text.strip(), terms, over, grows, self.factor, tuple(self.assumptions),
            self.is_percentage and not terms,
        )  # fmt: skip

    # --- parts ---------------------------------------------------------------------------------------
    def _part(self, alone: bool) -> None:
        """One of what is multiplied: a number, an assumption, or the one thing that is made of lines."""
        sign = self._signs() if self._after_signs().kind in ("number", "assumption") else 1
        token = self._now
        if token.kind == "number":
            self._next()
            if len(token.text) > _LONGEST_NUMBER:
                raise Unreadable(token.at, f"a number has at most {_LONGEST_NUMBER} digits.")
            self.is_percentage |= token.text.endswith("%")
            hundredth = Fraction(1, 100) if token.text.endswith("%") else Fraction(1)
            self.factor *= sign * Fraction(token.text.rstrip("%")) * hundredth
        elif token.kind == "assumption":
            self._next()
            self.factor *= sign
            self.assumptions.append(token.text)
        else:
            self._of_lines(alone)

    def _of_lines(self, alone: bool) -> None:
        start = self._now
        if self.value is not None:
            raise Unreadable(start.at, "a side has one sum, ratio or growth, times numbers or assumptions.")
        if start.kind == "growth":
            self._next()
            terms = self._sum()
            self._closed(start)
            self.value = (terms, (), True)
            return
        terms, is_open = self._operand()
        if is_open and (not alone or self._now.kind == "times" or self._now.text == "/"):
            raise Unreadable(
                start.at, "put brackets round the sum that is multiplied or divided: (A + B) / C."
            )
        over: Sum = ()
        if self._now.text == "/":
            self._next()
            over = self._divisor()
        self.value = (terms, over, False)

    def _divisor(self) -> Sum:
        start = self._now
        if start.kind in ("number", "assumption", "growth"):
            raise Unreadable(start.at, "divide by lines only; times 0.5 is what / 2 would be.")
        if start.text == "(":
            terms, _ = self._operand()
        else:
            terms = ((self._signs(), self._line()),)
        if self._now.kind == "sign":
            raise Unreadable(self._now.at, "put brackets round the sum that divides: A / (B + C).")
        if self._now.text == "/":
            raise Unreadable(self._now.at, "a side divides once.")
        return terms

    def _operand(self) -> tuple[Sum, bool]:
        """A sum, and whether several terms of it stand without brackets."""
        if self._after_signs().text != "(":
            terms = self._sum()
            return terms, len(terms) > 1
        sign, start = self._signs(), self._next()
        terms = tuple((sign * each, code) for each, code in self._sum())
        self._closed(start)
        return terms, False

    def _sum(self) -> Sum:
        found = [(self._signs(), self._line())]
        while self._now.kind == "sign":
            sign = self._signs()
            found.append((sign, self._line()))
        return tuple(found)

    def _line(self) -> str:
        token = self._next()
        if token.kind == "end":
            raise Unreadable(token.at, "the side ends where a line's code should stand.")
        if token.kind in ("number", "assumption", "growth"):
            raise Unreadable(token.at, f"'{token.text}' is not a line; only lines are added and subtracted.")
        if token.kind != "line":
            raise Unreadable(token.at, f"'{token.text}' stands where a line's code should.")
        return token.text

    # --- steps ---------------------------------------------------------------------------------------
    @property
    def _now(self) -> _Token:
        return self.tokens[self.place]

    def _next(self) -> _Token:
        token = self._now
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def _signs(self) -> int:
        """The sign that stands here, 1 where none does."""
        if self._now.kind != "sign":
            return 1
        return 1 if self._next().text == "+" else -1

    def _after_signs(self) -> _Token:
        return self.tokens[self.place + 1] if self._now.kind == "sign" else self._now

    def _closed(self, opened: _Token) -> None:
        if self._now.text != ")":
            raise Unreadable(self._now.at, f"the bracket opened at character {opened.at} is not closed.")
        self._next()

    def _advice(self) -> str:
        if self._now.text == ")":
            return "no bracket is open."
        if self._now.kind == "sign":
            return "only lines are added and subtracted; put brackets round them where they are multiplied."
        return "join lines with + or -, divide with /, multiply with x."


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise Unreadable(at + 1, f"'{text[at]}' is not understood{_hint(text, at)}.")
        found.append(_Token(match.lastgroup, match[0], at + 1))
        at = match.end()
    return [*found, _Token("end", "", len(text) + 1)]


def _hint(text: str, at: int) -> str:
    if text[at].isdigit():
        return "; write numbers such as 1000, 0.04 or 4%"
    return f"; {_HINTS[text[at]]}" if text[at] in _HINTS else ""
