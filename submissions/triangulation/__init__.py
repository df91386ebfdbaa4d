"""The triangulation rules, one file a family. Importing this package registers what they judge.

Rules that set one sum of lines against another are data (`submissions/data/rules`), judged by `declared`.
"""

from submissions import declared
from submissions.triangulation import agency, arithmetic, pay, presence, productivity, waiting_list

__all__ = ["agency", "arithmetic", "declared", "pay", "presence", "productivity", "waiting_list"]
