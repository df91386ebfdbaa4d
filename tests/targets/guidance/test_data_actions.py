"""The key actions and supporting plans that the guidance of 2023/24 asks for."""

import pytest

from targets.guidance.files import GuidanceFile, guidance_files


@pytest.fixture(scope="module")
def file() -> GuidanceFile:
    return next(file for file in guidance_files() if file.document["code"] == "23-24-guidance-v1.1")


def test_actions_of_every_section_of_the_annex(file: GuidanceFile) -> None:
    sections = [entry["source"]["section"].split(".")[0] for entry in file.assurances]
    annex = [f"1{letter}" for letter in "ABCDEFGH"] + [f"2{letter}" for letter in "ABCDEF"]
    assert list(dict.fromkeys(sections)) == [*annex, "Next steps", "Local empowerment and accountability"]
    codes = [entry["code"] for entry in file.assurances]
    assert codes == [f"23-A{number:02}" for number in range(1, 61)]


def test_plans_that_are_required(file: GuidanceFile) -> None:
    plans = {entry["code"]: entry.get("due", "") for entry in file.assurances if entry["kind"] == "plan"}
    assert plans == {
        "23-A06": "2023-09",  # capacity and virtual wards
        "23-A15": "",  # elective recovery
        "23-A22": "",  # Cancer Alliance
        "23-A25": "",  # direct access to tests
        "23-A28": "",  # maternity equity
        "23-A29": "",  # efficiency
        "23-A38": "",  # mental health workforce
        "23-A40": "",  # mental health implementation
        "23-A41": "2024-03-31",  # inpatient services
        "23-A43": "",  # learning disability workforce
        "23-A45": "",  # prevention
        "23-A48": "",  # whole system workforce
        "23-A49": "",  # education and training
        "23-A51": "",  # digital
        "23-A53": "",  # joint forward plan
        "23-A55": "",  # specialised services
        "23-A58": "2023-03-31",  # triangulation
        "23-A59": "2023-03-31",  # sign-off
        "23-A60": "",  # local objectives
    }


def test_an_action_supports_targets_of_its_document(file: GuidanceFile) -> None:
    supported = {code for entry in file.assurances for code in entry.get("supports", ())}
    assert supported <= {entry["code"] for entry in file.targets}
    assert {"23-33", "23-58", "23-45"} <= supported
