"""Plausible synthetic returns of a system that agree with each other and miss nothing, and ways to spoil them.

Everything here is invented: no figure is any organisation's. The same seed gives the same figures; a trust's
depend on the seed and the trust alone, so that a trust of two systems tells both the same.
"""

from submissions.filling.answers import cover_answers
from submissions.filling.distortions import DISTORTIONS, distort
from submissions.filling.system import ReturnKey, fill_system

__all__ = ["DISTORTIONS", "ReturnKey", "cover_answers", "distort", "fill_system"]
