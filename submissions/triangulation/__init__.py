"""The triangulation rules, one file a family. Importing this package registers what every file in it judges, and
the finance rules with them.

Rules that set one sum of lines against another are data (`submissions/data/rules`), judged by `declared`.
"""

from importlib import import_module
from pkgutil import iter_modules

from finance import rules as finance_rules
from submissions import declared

# Found, not listed: a file that somebody forgot to name here would judge nothing, and nobody would see it.
FAMILIES = tuple(import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))

__all__ = ["FAMILIES", "declared", "finance_rules"]
