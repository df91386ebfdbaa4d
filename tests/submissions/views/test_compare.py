"""Two versions side by side: what the page says, where it leads, and that it asks no more for longer returns."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from planning.people.person import Person
from submissions.uploads import ACCEPTED, REJECTED, Upload, Value
from tests.api.conftest import add_value
from tests.flow import ROUND, figures_of, send
from tests.planned import count_queries, make_upload, text_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person], Client]


def page(one: Upload, other: Upload) -> str:
    return reverse("upload_compare", args=[one.pk, other.pk])


def pair(asha: Person, **fields: object) -> tuple[Upload, Upload]:
    columns = {sheet: [chr(ord("E") + at) for at in range(15)] for sheet in ("Finance", "Capital")}
    first = make_upload("RTH", "finance", asha, number=1, columns=columns)
    second = make_upload("RTH", "finance", asha, number=2, columns=columns, **fields)
    for upload, pay in ((first, -1240.5), (second, -1300.75)):
        add_value(upload, "F.PAY.AGY", [pay] * 15)
    return first, second


def test_the_way_there_from_the_result_page(asha: Person, signed_in: SignIn) -> None:
    first = send("RTH", "finance")
    figures = figures_of("RTH", "finance")
    figures["F.NP.DRG"][4] -= 10
    second = send("RTH", "finance", figures)
    again = send("RTH", "finance", stage="final")
    browser = signed_in(asha)

    result = browser.get(reverse("upload_result", args=[second.pk]))
    assert "Changed since version 1 (1)" in text_of(result)
    assert page(second, first) in result.content.decode()
    said = text_of(browser.get(page(second, first)))
    assert "What changed from version 1 to version 2" in said
    assert "1 cell on 1 line and " in said
    assert "Drugs F.NP.DRG" in said and "−10" in said
    kept = text_of(browser.get(reverse("upload_result", args=[again.pk])))
    assert "The figures are the same as in version 1 ." in kept
    assert "same figures as version 1" in text_of(browser.get(f"/rounds/{ROUND}/returns/"))
    alike = text_of(browser.get(page(again, first)))
    assert "The figures, blanks, n/a and comments are the same in both versions." in alike


def test_figures_are_said_with_all_their_digits(asha: Person, signed_in: SignIn) -> None:
    first, second = pair(asha)
    Value.objects.filter(upload=second).update(comment="New rota")
    said = text_of(signed_in(asha).get(page(first, second)))
    assert "Agency pay, April 2023 F.PAY.AGY Before −1,240.5 After −1,300.75 Change −60.25 Unit £000" in said
    assert "Change % −4.9%" in said
    assert "Finance Cell G7" in said
    assert "Before nothing After New rota" in said


def test_any_other_version_may_be_chosen(asha: Person, signed_in: SignIn) -> None:
    first, second = pair(asha)
    third = make_upload("RTH", "finance", asha, number=3, blocked=True)
    make_upload("RTH", "activity", asha, number=1)
    browser = signed_in(asha)
    choose = reverse("upload_compare_any", args=[third.pk])

    assert browser.get(choose)["Location"] == page(third, second)
    assert browser.get(f"{choose}?with={first.pk}")["Location"] == page(third, first)
    beside = browser.get(page(third, second))
    assert f'value="{first.pk}"' in beside.content.decode()
    assert "Version 3 has things to put right. Such a version keeps its findings and no figures" in text_of(
        beside
    )
    alone = make_upload("RTH", "workforce", asha, number=1)
    assert browser.get(reverse("upload_compare_any", args=[alone.pk])).status_code == 404


def test_only_versions_of_one_return_are_compared(asha: Person, signed_in: SignIn) -> None:
    first, second = pair(asha)
    other = make_upload("RTH", "activity", asha)
    browser = signed_in(asha)
    assert browser.get(page(first, other)).status_code == 404
    assert browser.get(page(first, first)).status_code == 404
    refused = make_upload("RTH", "finance", asha, number=None, state=REJECTED)
    assert "could not be read as a return" in text_of(browser.get(page(second, refused)))


def test_the_nation_is_told_of_no_version_that_it_was_not_given(
    nadia: Person, asha: Person, signed_in: SignIn
) -> None:
    first, second = pair(asha, state=ACCEPTED, stage="final")
    Upload.objects.filter(pk=second.pk).update(
        changes={"upload": str(first.pk), "version": 1, "cells": 15}, same_as=first
    )
    browser = signed_in(nadia)
    result = text_of(browser.get(reverse("upload_result", args=[second.pk])))
    assert "Changed since" not in result and "same as in" not in result
    assert browser.get(page(second, first)).status_code == 404
    assert browser.get(reverse("upload_compare_any", args=[second.pk])).status_code == 404


def test_cells_are_paged_and_filtered_and_queries_do_not_grow(asha: Person, signed_in: SignIn) -> None:
    first, second = pair(asha)
    browser = signed_in(asha)
    few = count_queries(browser, page(first, second))
    for number in range(12):
        add_value(first, f"F.NP.X{number}", [1.0] * 15, row=20 + number)
        add_value(second, f"F.NP.X{number}", [2.0 + number] * 15, row=20 + number)
    Value.objects.filter(line="F.NP.X1").update(sheet="Capital")

    assert count_queries(browser, page(first, second)) == few <= 8
    said = text_of(browser.get(page(first, second)))
    assert "1 to 100 of 193 changed cells" in said
    assert "101 to 193 of 193 changed cells" in text_of(browser.get(f"{page(first, second)}?page=2"))
    of_one = text_of(browser.get(f"{page(first, second)}?sheet=Capital"))
    assert "15 changed cells on Capital" in of_one
