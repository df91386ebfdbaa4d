"""YAML that somebody types into a form: read within bounds, whatever it is."""

from __future__ import annotations

from time import process_time

import pytest

from planning.foundation.typed_yaml import DEEPEST, LONGEST, yaml_typed


def test_a_declaration_is_read() -> None:
    text = "returns: [finance]\nlimit: 0.5\ntrial: yes\nnote:\n"
    assert yaml_typed(text) == {"returns": ["finance"], "limit": 0.5, "trial": True, "note": None}
    assert yaml_typed("[" * DEEPEST + "]" * DEEPEST)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "at most 12 deep"),
        ("a: &a [1]\nb: [*a, *a]", "aliases"),
        ("a" * (LONGEST + 1), "60,000 characters or fewer"),
        ("a: .inf", "enter a smaller number"),
        ("a: [-.inf]", "enter a smaller number"),
        ("a: .nan", "enter a smaller number"),
        (f"a: 0x{'f' * 4000}", "enter a smaller number"),
        ("a: 1" + "0" * 5000, "4300 digits"),
        ("a: 2023-02-30", "day is out of range"),
        ("a: 2023-02-28", "put 2023-02-28 in quotes"),
        ("a: !!set {b, c}", "in quotes"),
        ("a: !!binary aGk=", "in quotes"),
        ("a: {1: 2}", "put the name 1 in quotes"),
        ("? [a]\n: b", "unhashable"),
        ("a: !!python/object/apply:os.getcwd []", "could not determine a constructor"),
        ("a: [", "while parsing"),
    ],
)
def test_what_is_no_declaration_is_refused_in_one_short_line(text: str, said: str) -> None:
    with pytest.raises(ValueError) as caught:
        yaml_typed(text)
    assert said in str(caught.value)
    assert len(str(caught.value)) <= 300 and "\n" not in str(caught.value)


@pytest.mark.parametrize("opens", ["[", "{", "- ", "? "])
def test_depth_takes_no_time(opens: str) -> None:
    """Read to its end, sixty thousand open brackets keep a process busy for minutes."""
    began = process_time()
    with pytest.raises(ValueError, match="deep"):
        yaml_typed(opens * (LONGEST // len(opens)))
    assert process_time() - began < 3
