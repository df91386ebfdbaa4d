"""Lists the models of targets for Django; each stands in the module of its noun."""

from targets.assurance.attestations import Attestation
from targets.evaluations import Evaluation
from targets.guidance.documents import AssuranceVersion, GuidanceDocument, TargetVersion
from targets.guidance.trials import GuidanceTrial
from targets.local.figures import LocalFigure

__all__ = [
    "AssuranceVersion",
    "Attestation",
    "Evaluation",
    "GuidanceDocument",
    "GuidanceTrial",
    "LocalFigure",
    "TargetVersion",
]
