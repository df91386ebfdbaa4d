"""Lists the models of targets for Django; each stands in the module of its noun."""

from targets.attestations import Attestation
from targets.evaluations import Evaluation
from targets.guidance import AssuranceVersion, GuidanceDocument, TargetVersion
from targets.local_figures import LocalFigure
from targets.trials import GuidanceTrial

__all__ = [
    "AssuranceVersion",
    "Attestation",
    "Evaluation",
    "GuidanceDocument",
    "GuidanceTrial",
    "LocalFigure",
    "TargetVersion",
]
