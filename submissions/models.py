"""Lists the models of submissions for Django."""

from submissions.extensions import Extension
from submissions.mappings import Mapping
from submissions.named import Named
from submissions.questions import Message, Question
from submissions.scenarios.models import Scenario
from submissions.uploads import Receipt, Upload, Value
from submissions.waivers import Waiver

__all__ = [
    "Extension",
    "Mapping",
    "Message",
    "Named",
    "Question",
    "Receipt",
    "Scenario",
    "Upload",
    "Value",
    "Waiver",
]
