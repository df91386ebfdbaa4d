"""When what is answered by attestation is wanted, as its document says it."""

from __future__ import annotations

import pytest

from targets.assurance.assurances import of_target
from targets.guidance.governing import targets_from_files

TARGETS = {target.code: target for code in ("2022-23", "2023-24") for target in targets_from_files(code)}


@pytest.mark.parametrize(
    ("code", "due"),
    [
        ("22-51", "June 2022"),
        ("22-05", "from July 2022"),
        ("22-30", ""),  # ongoing, without a date
        ("23-05", "September 2023"),
        ("23-50", ""),
        ("QT6-23-19", "March 2024"),  # the last of its steps
        ("QT6-23-45", ""),
    ],
)
def test_a_day_is_given_where_the_document_gives_one(code: str, due: str) -> None:
    assert of_target(TARGETS[code]).due_in_words == due
