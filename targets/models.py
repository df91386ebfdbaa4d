"""Lists the models of targets for Django."""

from targets.evaluations import Evaluation
from targets.guidance import GuidanceDocument, TargetVersion

__all__ = ["Evaluation", "GuidanceDocument", "TargetVersion"]
